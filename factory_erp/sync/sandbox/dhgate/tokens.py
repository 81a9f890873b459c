"""The OAuth side of the sandbox: codes, access tokens of one day, refresh tokens of thirty that rotate."""

from __future__ import annotations

import secrets
from datetime import timedelta

from factory_erp.sync.sandbox.dhgate.clock import Memory
from factory_erp.sync.sandbox.dhgate.payloads import Payload

DAY = 86_400


class TokenMemory(Memory):
    """Codes and tokens given out. ``expires_form``: "seconds", or "epoch_ms" for an absolute time."""

    app_key: str
    app_secret: str
    access_seconds: int = DAY
    refresh_seconds: int = 30 * DAY
    expires_form: str = "seconds"

    def __init__(self) -> None:
        super().__init__()
        self._access: dict[str, float] = {}
        self._refresh: dict[str, float] = {}
        self._codes: dict[str, str] = {}
        self._used: set[str] = set()

    def new_code(self, redirect_uri: str = "") -> str:
        """An authorisation code, good for one exchange; with *redirect_uri* only together with it."""
        code = secrets.token_hex(8)
        with self.lock:
            self._codes[code] = redirect_uri
        return code

    def take_code(self, code: str, redirect_uri: str) -> bool:
        """Use up an authorisation code; False if it is not good, or was given for another address."""
        with self.lock:
            wanted = self._codes.pop(code, None)
            return wanted is not None and wanted in ("", redirect_uri)

    def issue_token(self) -> Payload:
        """A new pair of tokens, as the token address answers it."""
        access, refresh, now = secrets.token_hex(20), secrets.token_hex(20), self.now()
        ends = now + timedelta(seconds=self.access_seconds)
        with self.lock:
            self._access[access] = ends.timestamp()
            self._refresh[refresh] = (now + timedelta(seconds=self.refresh_seconds)).timestamp()
        absolute = self.expires_form == "epoch_ms"
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": int(ends.timestamp()) * 1000 if absolute else self.access_seconds,
            "scope": "basic",
        }

    def rotate(self, refresh_token: str) -> Payload | None:
        """New tokens for a good refresh token, which dies with every access token; else None."""
        with self.lock:
            end = self._refresh.pop(refresh_token, None)
            if end is None or end <= self.now().timestamp():
                return None
            self._access.clear()
            return self.issue_token()

    def accepts(self, access_token: str) -> bool:
        """Whether a call with this access token is let in."""
        with self.lock:
            end = self._access.get(access_token)
            good = end is not None and end > self.now().timestamp()
            if good:
                self._used.add(access_token)
            return good

    def expire(self, access_token: str) -> bool:
        """End an access token, if it has served a call before: a token just given does not expire."""
        with self.lock:
            if access_token not in self._used:
                return False
            self._access.pop(access_token, None)
            return True

    def kill_refresh(self) -> None:
        """Let every refresh token die; access tokens live on to their end."""
        with self.lock:
            self._refresh.clear()

    def revoke(self) -> None:
        """Withdraw every permission: all access and refresh tokens die."""
        with self.lock:
            self._access.clear()
            self._refresh.clear()

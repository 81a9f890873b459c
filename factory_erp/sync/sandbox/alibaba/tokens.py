"""The sandbox's permissions: codes, access tokens, refresh tokens, and which of them still count."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import RLock

from factory_erp.sync.sandbox.alibaba.payloads import Payload


class Tokens:
    """What an application was given; every method may be called from any thread."""

    def __init__(self, access_seconds: int, refresh_seconds: int, now: Callable[[], datetime]) -> None:
        self.access_seconds, self.refresh_seconds = access_seconds, refresh_seconds
        self._now = now
        self._lock = RLock()
        self._access: dict[str, datetime] = {}
        self._refresh: dict[str, datetime] = {}
        self._codes: set[str] = set()
        self._used: set[str] = set()

    def new_code(self) -> str:
        """An authorisation code, good for one exchange."""
        code = secrets.token_hex(8)
        with self._lock:
            self._codes.add(code)
        return code

    def take_code(self, code: str) -> bool:
        """Use up an authorisation code; False if it is not good."""
        with self._lock:
            good = code in self._codes
            self._codes.discard(code)
            return good

    def issue(self) -> Payload:
        """A new pair of tokens, as ``/auth/token/create`` answers it."""
        access, refresh, now = secrets.token_hex(16), secrets.token_hex(16), self._now()
        with self._lock:
            self._access[access] = now + timedelta(seconds=self.access_seconds)
            self._refresh[refresh] = now + timedelta(seconds=self.refresh_seconds)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": str(self.access_seconds),
            "refresh_expires_in": str(self.refresh_seconds),
            "account": "seller@sandbox.example",
            "account_platform": "seller_center",
        }

    def rotate(self, refresh_token: str) -> Payload | None:
        """New tokens for a good refresh token, which dies with every access token; else None."""
        with self._lock:
            end = self._refresh.pop(refresh_token, None)
            if end is None or end <= self._now():
                return None
            self._access.clear()
            return self.issue()

    def accepts(self, access_token: str) -> bool:
        """Whether a call with this access token is let in."""
        with self._lock:
            end = self._access.get(access_token)
            good = end is not None and end > self._now()
            if good:
                self._used.add(access_token)
            return good

    def expire(self, access_token: str) -> bool:
        """End an access token, if it has served a call before: a token just given does not expire."""
        with self._lock:
            if access_token not in self._used:
                return False
            self._access.pop(access_token, None)
            return True

    def kill_refresh(self) -> None:
        """Every refresh token dies."""
        with self._lock:
            self._refresh.clear()

    def revoke(self) -> None:
        """Withdraw every permission: all access and refresh tokens die."""
        with self._lock:
            self._access.clear()
            self._refresh.clear()

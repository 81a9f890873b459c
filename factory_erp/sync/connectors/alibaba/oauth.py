"""Alibaba's OAuth tokens: got for a code, renewed half an hour early, one thread at a time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

from factory_erp.sync.connectors.alibaba.gateway import Gateway
from factory_erp.sync.connectors.base import Token, TokenStore
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import (
    AccessDenied,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Throttled,
)

log = logging.getLogger(__name__)

AUTHORISE_PAGE = "https://openapi-auth.alibaba.com/oauth/authorize"
"""Where a person permits the application; the code it gives lives 30 minutes."""

EARLY = timedelta(minutes=30)
"""How long before its end a token is renewed."""

_UNSTATED_LIFE = 3600
"""Seconds assumed for an access token whose answer states no lifetime, so that it is renewed soon."""


class TokenKeeper:
    """Hands out a valid access token of one account and keeps the newest one in the store."""

    def __init__(self, gateway: Gateway, store: TokenStore) -> None:
        self._gateway = gateway
        self._store = store
        self._lock = Lock()

    def authorise_url(self, redirect_uri: str, state: str) -> str:
        """Address of the page that asks the account's owner for permission."""
        settings = self._gateway.settings
        query = {
            "response_type": "code",
            "client_id": settings.app_key,
            "redirect_uri": redirect_uri,
            "state": state,
            "force_auth": "true",
        }
        return f"{settings.authorise_page or AUTHORISE_PAGE}?{urlencode(query)}"

    def exchange_code(self, code: str, redirect_uri: str = "") -> Token:
        """Exchange the authorisation *code*; a code is good once, so the call is not repeated."""
        answer = self._gateway.call("/auth/token/create", {"code": code.strip()})
        with self._lock:
            return self._saved(answer, old=None)

    def current(self) -> Token:
        """A token that is good now, renewed first if it ends within half an hour."""
        token = self._loaded()
        if token.expires_at - self._now() > EARLY:
            return token
        with self._lock:
            return self._renewed_early()

    def replace(self, refused: Token) -> Token:
        """A token other than the one that the platform just *refused*."""
        with self._lock:
            token = self._loaded()
            # Another thread, or another PC, may have renewed it meanwhile.
            return token if token.access_token != refused.access_token else self._refresh(token)

    def refresh(self) -> Token:
        """Renew the token now."""
        with self._lock:
            return self._refresh(self._loaded())

    def _renewed_early(self) -> Token:
        token = self._loaded()
        left = token.expires_at - self._now()
        if left > EARLY:
            return token
        usable = left > timedelta()
        if usable and not self._refreshable(token):
            return token
        try:
            return self._refresh(token)
        except (PlatformUnavailable, Throttled):
            if usable:
                return token
            raise

    def _refresh(self, token: Token) -> Token:
        if not self._refreshable(token):
            raise ReauthoriseNeeded(token.account)
        api, params = "/auth/token/refresh", {"refresh_token": token.refresh_token}
        try:
            answer = self._gateway.http.reading(lambda: self._gateway.call(api, params), label=api)
        except AccessDenied:
            raise
        except (Refused, ReauthoriseNeeded) as refusal:
            raise ReauthoriseNeeded(token.account) from refusal
        return self._saved(answer, old=token)

    def _refreshable(self, token: Token) -> bool:
        end = token.refresh_expires_at
        return bool(token.refresh_token) and end is not None and end > self._now()

    def _saved(self, answer: Json, old: Token | None) -> Token:
        token = read_token(answer, self._now(), old)
        self._store.save(token)
        log.info("token of %s renewed until %s", token.account or "account", token.expires_at.isoformat())
        return token

    def _loaded(self) -> Token:
        token = self._store.load()
        if token is None:
            raise ReauthoriseNeeded
        return token

    def _now(self) -> datetime:
        return self._gateway.settings.now()


def read_token(answer: Json, now: datetime, old: Token | None = None) -> Token:
    """Token from an answer of create or refresh; *old* fills what a refresh leaves out.

    Lifetimes come as seconds, text or number. PlatformUnavailable if there is no access token in it.
    """
    access = str(answer.get("access_token") or "")
    if not access:
        raise PlatformUnavailable("access_token")
    life = _seconds(answer.get("expires_in"))
    refresh_life = _seconds(answer.get("refresh_expires_in"))
    refresh_end = now + timedelta(seconds=refresh_life) if refresh_life else None
    if old and refresh_life is None:
        refresh_end = old.refresh_expires_at
    return Token(
        access_token=access,
        refresh_token=str(answer.get("refresh_token") or (old.refresh_token if old else "")),
        expires_at=now + timedelta(seconds=_UNSTATED_LIFE if life is None else life),
        refresh_expires_at=refresh_end,
        account=str(answer.get("account") or (old.account if old else "")),
    )


def _seconds(value: object) -> int | None:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None

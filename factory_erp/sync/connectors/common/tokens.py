"""OAuth tokens of one account: renewed early, one thread at a time, the newest always kept."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from factory_erp.sync.connectors.base import Token, TokenStore
from factory_erp.sync.http.errors import (
    AccessDenied,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Throttled,
)

log = logging.getLogger(__name__)

EARLY = timedelta(minutes=30)
"""How long before its end a token is renewed."""


class TokenSource(Protocol):
    """How a platform gives tokens; the keeper decides when to ask for one, and saves it."""

    def authorise_url(self, redirect_uri: str, state: str) -> str:
        """Address of the page that asks the account's owner for permission."""

    def by_code(self, code: str, redirect_uri: str) -> Token:
        """The token for an authorisation code; a code is good once, so the call is not repeated."""

    def renewed(self, token: Token) -> Token:
        """The token that follows *token*, repeated while the platform is away."""

    def now(self) -> datetime:
        """The current time, UTC and aware."""


class TokenKeeper:
    """Hands out a valid access token of one account and keeps the newest one in the store."""

    def __init__(self, source: TokenSource, store: TokenStore) -> None:
        self._source = source
        self._store = store
        self._lock = Lock()

    def authorise_url(self, redirect_uri: str, state: str) -> str:
        """Address of the page that asks the account's owner for permission."""
        return self._source.authorise_url(redirect_uri, state)

    def exchange_code(self, code: str, redirect_uri: str = "") -> Token:
        """Exchange the authorisation *code* for a token, and save it."""
        token = self._source.by_code(code.strip(), redirect_uri)
        with self._lock:
            return self._saved(token)

    def current(self) -> Token:
        """A token that is good now, renewed first if it ends within half an hour."""
        token = self._loaded()
        if token.expires_at - self._source.now() > EARLY:
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
        left = token.expires_at - self._source.now()
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
        try:
            return self._saved(self._source.renewed(token))
        except AccessDenied:
            raise
        except (Refused, ReauthoriseNeeded) as refusal:
            raise ReauthoriseNeeded(token.account) from refusal

    def _refreshable(self, token: Token) -> bool:
        end = token.refresh_expires_at
        return bool(token.refresh_token) and end is not None and end > self._source.now()

    def _saved(self, token: Token) -> Token:
        self._store.save(token)
        log.info("token of %s renewed until %s", token.account or "account", token.expires_at.isoformat())
        return token

    def _loaded(self) -> Token:
        token = self._store.load()
        if token is None:
            raise ReauthoriseNeeded
        return token

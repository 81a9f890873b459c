"""Calls in the name of an account: a valid token on each, reads repeated, writes sent once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from factory_erp.sync.connectors.common.tokens import TokenKeeper
from factory_erp.sync.http.client import HttpClient, Json
from factory_erp.sync.http.errors import OutcomeUnknown, PlatformUnavailable, ReauthoriseNeeded


class Gateway(Protocol):
    """One call to a platform, without any policy about tokens or retries."""

    @property
    def http(self) -> HttpClient:
        """What repeats the reads."""

    def call(self, api: str, params: Mapping[str, str], *, access_token: str = "", record: str = "") -> Json:
        """Payload of one call; *record* is what a call that acts is about, "" for one that only reads.

        Raises every error of ``http.errors`` but OutcomeUnknown.
        """


class AuthorisedClient:
    """The calls of one account."""

    def __init__(self, gateway: Gateway, tokens: TokenKeeper) -> None:
        self._gateway = gateway
        self._tokens = tokens

    def read(self, api: str, params: Mapping[str, str]) -> Json:
        """Payload of a call that changes nothing, repeated while the platform is away or throttles."""
        return self._gateway.http.reading(lambda: self._authorised(api, params), label=api)

    def write(self, api: str, params: Mapping[str, str], *, record: str) -> Json:
        """Payload of a call that acts. OutcomeUnknown for *record* if it may have acted without an answer.

        It is never repeated, save once where the platform refused the token: then it has not acted.
        PlatformUnavailable from here always means that the call was not sent.
        """
        return self._authorised(api, params, record=record)

    def _authorised(self, api: str, params: Mapping[str, str], *, record: str = "") -> Json:
        token = self._tokens.current()
        try:
            return self._send(api, params, token.access_token, record)
        except ReauthoriseNeeded:
            fresh = self._tokens.replace(token)
        try:
            return self._send(api, params, fresh.access_token, record)
        except ReauthoriseNeeded as refusal:
            raise ReauthoriseNeeded(fresh.account) from refusal

    def _send(self, api: str, params: Mapping[str, str], access_token: str, record: str) -> Json:
        """One call; a non-empty *record* makes a lost answer an unknown outcome."""
        try:
            return self._gateway.call(api, params, access_token=access_token, record=record)
        except PlatformUnavailable as failure:
            if record and failure.reached:
                raise OutcomeUnknown(failure.reason, record=record) from failure
            raise

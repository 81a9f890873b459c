"""The authorised client of one account, which can also send files."""

from __future__ import annotations

from collections.abc import Mapping

from factory_erp.sync.connectors.alibaba.gateway import File, Gateway
from factory_erp.sync.connectors.common.client import AuthorisedClient
from factory_erp.sync.connectors.common.tokens import TokenKeeper
from factory_erp.sync.http.client import HttpClient, Json


class AlibabaClient(AuthorisedClient):
    """Reads and writes in the name of an account; the APIs are given by their path."""

    def __init__(self, gateway: Gateway, tokens: TokenKeeper) -> None:
        super().__init__(gateway, tokens)
        self._files_by = gateway
        self._keeper = tokens

    def send_file(self, api: str, params: Mapping[str, str], name: str, file: File) -> Json:
        """Payload of an upload in the field *name*, made once. It must do no harm when a caller repeats it.

        A lost answer is therefore PlatformUnavailable, not an unknown outcome.
        """
        carrying = _Carrying(self._files_by, {name: file})
        return AuthorisedClient(carrying, self._keeper).write(api, params, record="")


class _Carrying:
    """A gateway each of whose calls carries files."""

    def __init__(self, gateway: Gateway, files: Mapping[str, File]) -> None:
        self._gateway = gateway
        self._files = files

    @property
    def http(self) -> HttpClient:
        return self._gateway.http

    def call(self, api: str, params: Mapping[str, str], *, access_token: str = "", record: str = "") -> Json:
        return self._gateway.call(api, params, access_token=access_token, record=record, files=self._files)

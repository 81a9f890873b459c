"""One call to DHgate's router: a form with the access token, and no signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from factory_erp.sync.connectors.base import ConnectorSettings
from factory_erp.sync.connectors.common.clock import clock_offset
from factory_erp.sync.connectors.dhgate.envelope import unwrap
from factory_erp.sync.http.client import HttpClient, Json
from factory_erp.sync.http.limiter import limiter_for

PRODUCTION = "https://api.dhgate.com/dop/router"
"""The production router."""

VERSIONS: dict[str, str] = {
    "dh.album.img.upload": "2.1",
    "dh.base.measures.get": "1.0",
    "dh.shipping.types.get": "1.0",
}
"""The version of each method that is not 2.0, as the platform documents it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUBJECTS = ("orderNo", "itemCode", "msgId", "catePubId")
"""Parameters that say what a read is about, for the archive of calls."""

_OAUTH_LABEL = "oauth2/access_token"


class Gateway:
    """Posts calls of one application, at the pace that its settings allow."""

    def __init__(self, settings: ConnectorSettings) -> None:
        self.settings = settings
        self.http = HttpClient(
            timeouts=settings.timeouts,
            retry=settings.retry,
            sleep=settings.sleep,
            watch=settings.watch,
            now=settings.now,
        )
        self.address = router_address(settings.gateway)
        self._offset = settings.clock_offset + clock_offset(settings.options)
        self._limiter = limiter_for(
            f"dhgate/{settings.app_key}", settings.calls_per_second, settings.burst, sleep=settings.sleep
        )

    def call(self, api: str, params: Mapping[str, str], *, access_token: str = "", record: str = "") -> Json:
        """Payload of one call of the method *api*; *record* is what a call that acts is about."""
        self._limiter.take(api)
        system = {
            "method": api,
            "v": VERSIONS.get(api, "2.0"),
            "timestamp": str(self._timestamp()),
            "access_token": access_token,
            "locale": self.settings.options.get("locale", ""),
        }
        form = {name: value for name, value in {**params, **system}.items() if value}
        subject = record or next((params[name] for name in _SUBJECTS if params.get(name)), "")
        answer = self.http.post_form(self.address, form, label=api, subject=subject, acts=bool(record))
        return unwrap(answer, self.settings.now())

    def token_call(self, address: str, form: Mapping[str, str]) -> Json:
        """Answer of the OAuth server at *address*."""
        self._limiter.take(_OAUTH_LABEL)
        return unwrap(self.http.post_form(address, form, label=_OAUTH_LABEL), self.settings.now())

    def _timestamp(self) -> int:
        return (self.settings.now() + self._offset - _EPOCH) // timedelta(milliseconds=1)


def router_address(gateway: str) -> str:
    """The router's address: *gateway* itself, with the usual path where it names only a host."""
    address = gateway.strip().rstrip("/") or PRODUCTION
    return address if urlsplit(address).path else f"{address}/dop/router"

"""One signed call to the IOP gateway, without any policy about tokens or retries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from factory_erp.sync.connectors.alibaba.envelope import unwrap
from factory_erp.sync.connectors.alibaba.signing import sign
from factory_erp.sync.connectors.base import ConnectorSettings
from factory_erp.sync.http.client import HttpClient, Json
from factory_erp.sync.http.limiter import Limiter

PRODUCTION = "https://openapi-api.alibaba.com/rest"
"""The production gateway; the API path is appended to it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Gateway:
    """Signs and posts calls of one application, at the pace that its settings allow."""

    def __init__(self, settings: ConnectorSettings) -> None:
        self.settings = settings
        self.http = HttpClient(timeouts=settings.timeouts, retry=settings.retry, sleep=settings.sleep)
        self._base = (settings.gateway or PRODUCTION).rstrip("/")
        self._limiter = Limiter(settings.calls_per_second, settings.burst, sleep=settings.sleep)

    def call(self, api: str, params: Mapping[str, str], *, access_token: str = "") -> Json:
        """Payload of one call of the path *api*; raises every error of ``http.errors`` but OutcomeUnknown."""
        self._limiter.take(api)
        form = self._form(api, params, access_token)
        return unwrap(self.http.post_form(self._base + api, form, label=api), self.settings.now())

    def _form(self, api: str, params: Mapping[str, str], access_token: str) -> dict[str, str]:
        system = {
            "app_key": self.settings.app_key,
            "timestamp": str(self._timestamp()),
            "sign_method": "sha256",
            "access_token": access_token,
        }
        # Empty values are never sent: the SDKs disagree about whether they are signed.
        form = {name: value for name, value in {**params, **system}.items() if value}
        form["sign"] = sign(self.settings.app_secret, api, form)
        return form

    def _timestamp(self) -> int:
        return (self.settings.now() + self.settings.clock_offset - _EPOCH) // timedelta(milliseconds=1)

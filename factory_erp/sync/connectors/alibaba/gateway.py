"""One signed call to the platform, without any policy about tokens or retries."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from factory_erp.sync.connectors.alibaba.apis import Api, lookup
from factory_erp.sync.connectors.alibaba.envelope import trace, unwrap
from factory_erp.sync.connectors.alibaba.styles import PRODUCTION, style
from factory_erp.sync.connectors.base import ConnectorSettings
from factory_erp.sync.connectors.common.clock import clock_offset
from factory_erp.sync.http.client import HttpClient, Json, Timeouts
from factory_erp.sync.http.errors import PlatformError
from factory_erp.sync.http.limiter import limiter_for

__all__ = ["PRODUCTION", "File", "Gateway"]

_IDS = ("e_trade_id", "product_id", "model_number", "category_id", "parent_category_id", "file_name")

log = logging.getLogger(__name__)

File = tuple[str, bytes, str]
"""Name, content and media type of a file to send."""


class Gateway:
    """Signs and posts calls of one application, at the pace that its settings allow."""

    def __init__(self, settings: ConnectorSettings) -> None:
        self.settings = settings
        self.http = HttpClient(
            timeouts=settings.timeouts,
            retry=settings.retry,
            sleep=settings.sleep,
            watch=settings.watch,
            now=settings.now,
        )
        options = settings.options
        self.style = options.get("style", "") or "path"
        self._style = style(
            self.style,
            settings.app_key,
            settings.app_secret,
            settings.gateway,
            options.get("sign_method", ""),
        )
        self._offset = settings.clock_offset + clock_offset(options)
        self._limiter = limiter_for(
            f"alibaba/{settings.app_key}", settings.calls_per_second, settings.burst, sleep=settings.sleep
        )

    def call(
        self,
        api: str,
        params: Mapping[str, str],
        *,
        access_token: str = "",
        record: str = "",
        files: Mapping[str, File] | None = None,
    ) -> Json:
        """Payload of one call of the path *api*; every error of ``http.errors`` but OutcomeUnknown.

        *record* is what a call that acts is about, "" for one that only reads.
        """
        known = lookup(api)
        self._limiter.take(api)
        written = self._style.call(known, params, access_token, self._moment())
        answer = self.http.post_form(
            written.url,
            written.form,
            label=api,
            timeouts=self._patience(known),
            files=files,
            subject=record or _subject(params),
            acts=bool(record or files),
        )
        try:
            return unwrap(answer, self.settings.now(), batch=known.batch)
        except PlatformError as failure:
            log.info("%s: %s (%s)", api, type(failure).__name__, trace(answer))
            raise

    def _patience(self, api: Api) -> Timeouts | None:
        usual = self.settings.timeouts
        return None if api.patience == 1 else Timeouts(usual.connect, usual.read * api.patience)

    def _moment(self) -> datetime:
        return self.settings.now() + self._offset


def _subject(params: Mapping[str, str]) -> str:
    """What a read is about, for the archive: the first id among its parameters."""
    return next((params[name] for name in _IDS if params.get(name)), "")

"""The four ways in which the platform's gateways want a call to be written.

``path`` is the one with the most live evidence. ``sdk`` is what Alibaba's own Python SDK sends, ``sync`` the
gateway of dotted names, ``top`` the older protocol for applications registered there. Which of them a given
application may use is not documented, so that it is a setting.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

from factory_erp.i18n import _
from factory_erp.sync.connectors.alibaba.apis import Api
from factory_erp.sync.connectors.alibaba.signing import sign, sign_top
from factory_erp.sync.http.errors import Refused

PRODUCTION = "https://openapi-api.alibaba.com/rest"
"""The production gateway of ``path`` and ``sdk``."""

SYNC_PRODUCTION = "https://open-api.alibaba.com/sync"
"""The production gateway of ``sync``."""

TOP_PRODUCTION = "https://eco.taobao.com/router/rest"
"""The production gateway of ``top``."""

_PARTNER = "iop-sdk-python-20250910"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Call:
    """A call ready to be posted: every field of *form* is signed, files are not."""

    url: str
    form: dict[str, str]


class Style(Protocol):
    """Writes a call down. *moment* is the platform's time as far as this computer knows it."""

    def call(self, api: Api, params: Mapping[str, str], token: str, moment: datetime) -> Call:
        """The signed call; *token* is "" for the two calls that get one."""


class PathStyle:
    """The API path is appended to the address and signed in front."""

    def __init__(self, app_key: str, secret: str, gateway: str) -> None:
        self._app_key, self._secret = app_key, secret
        self._base = gateway or PRODUCTION

    def call(self, api: Api, params: Mapping[str, str], token: str, moment: datetime) -> Call:
        """One form, posted to the API's own address."""
        form = _filled(params, _iop(self._app_key, token, moment))
        return Call(self._base + api.path, _signed(form, self._secret, api.path))


class SdkStyle:
    """Everything goes to the bare address; ``method`` is the API path, which is signed in front as well."""

    def __init__(self, app_key: str, secret: str, gateway: str) -> None:
        self._app_key, self._secret = app_key, secret
        self._base = gateway or PRODUCTION

    def call(self, api: Api, params: Mapping[str, str], token: str, moment: datetime) -> Call:
        """One form with the SDK's own parameters, all of them signed."""
        extra = {
            "method": api.path,
            "partner_id": _PARTNER,
            "simplify": "false",
            "format": "json",
            "debug": "false",
        }
        form = _filled(params, {**_iop(self._app_key, token, moment), **extra})
        return Call(self._base, _signed(form, self._secret, api.path))


class SyncStyle:
    """Dotted names on ``…/sync``; an API without one is called by its path, which then is signed in front."""

    def __init__(self, app_key: str, secret: str, gateway: str) -> None:
        self._app_key, self._secret = app_key, secret
        given = gateway or SYNC_PRODUCTION
        named = given.endswith("/sync")
        self._base = given if named else f"{given}/sync"
        # Tokens are issued beside it, on the gateway of paths.
        self._tokens = PathStyle(app_key, secret, given.removesuffix("/sync") + "/rest" if named else given)

    def call(self, api: Api, params: Mapping[str, str], token: str, moment: datetime) -> Call:
        """One form; calls that get a token are posted in path style."""
        if api.path.startswith("/auth/"):
            return self._tokens.call(api, params, token, moment)
        method = api.name or api.path
        form = _filled(_wrapped(api, params), {**_iop(self._app_key, token, moment), "method": method})
        return Call(self._base, _signed(form, self._secret, method))


class TopStyle:
    """The older protocol: ``session`` for the token, Beijing time, a signature of its own."""

    def __init__(self, app_key: str, secret: str, gateway: str, sign_method: str) -> None:
        self._app_key, self._secret, self._method = app_key, secret, sign_method
        given = gateway or TOP_PRODUCTION
        self._base = given if given.endswith("/router/rest") else f"{given}/router/rest"

    def call(self, api: Api, params: Mapping[str, str], token: str, moment: datetime) -> Call:
        """One form; Refused for an API that this protocol does not have."""
        if not api.name:
            raise Refused(
                "NoSuchApi",
                _("The older protocol of Alibaba.com has no call '{api}'.", api=api.path),
                remedy=_("Choose another call style in the account's settings."),
            )
        system = {
            "app_key": self._app_key,
            "session": token,
            "timestamp": moment.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            "method": api.name,
            "format": "json",
            "v": "2.0",
            "sign_method": self._method,
        }
        form = _filled(_wrapped(api, params), system)
        form["sign"] = sign_top(self._secret, form, self._method)
        return Call(self._base, form)


def style(name: str, app_key: str, secret: str, gateway: str, sign_method: str) -> Style:
    """The style called *name* ("" is ``path``); *gateway* "" or the one of ``path`` means its own."""
    address = "" if gateway.rstrip("/") == PRODUCTION else gateway.rstrip("/")
    if name == "top":
        return TopStyle(app_key, secret, address, sign_method or "md5")
    if name == "sync":
        return SyncStyle(app_key, secret, address)
    return (SdkStyle if name == "sdk" else PathStyle)(app_key, secret, address)


def _iop(app_key: str, token: str, moment: datetime) -> dict[str, str]:
    return {
        "app_key": app_key,
        "timestamp": str((moment - _EPOCH) // timedelta(milliseconds=1)),
        "sign_method": "sha256",
        "access_token": token,
    }


def _filled(params: Mapping[str, str], system: Mapping[str, str]) -> dict[str, str]:
    # Empty values are never sent: the SDKs disagree about whether they are signed.
    return {name: value for name, value in {**params, **system}.items() if value}


def _signed(form: dict[str, str], secret: str, api: str) -> dict[str, str]:
    return {**form, "sign": sign(secret, api, form)}


def _wrapped(api: Api, params: Mapping[str, str]) -> dict[str, str]:
    """*params*, or the one JSON parameter that the dotted API wants in their place."""
    if not api.wrap:
        return dict(params)
    inner = {name: _plain(value) for name, value in params.items()}
    return {api.wrap: json.dumps(inner, ensure_ascii=False, separators=(",", ":"))}


def _plain(value: str) -> object:
    """Objects and whole numbers as such: inside the wrap they are not text."""
    if value.isascii() and value.isdigit():
        return int(value)
    return json.loads(value) if value.startswith(("{", "[")) else value

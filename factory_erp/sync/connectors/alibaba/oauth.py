"""Alibaba's OAuth tokens, of the new protocol and of the older one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from factory_erp.sync.connectors.alibaba.apis import TOKEN_CREATE, TOKEN_REFRESH
from factory_erp.sync.connectors.alibaba.gateway import Gateway
from factory_erp.sync.connectors.base import Token
from factory_erp.sync.http.client import LOOPBACK, Json, parse_json
from factory_erp.sync.http.errors import PlatformUnavailable

AUTHORISE_PAGE = "https://openapi-auth.alibaba.com/oauth/authorize"
"""Where a person permits the application; the code it gives lives 30 minutes."""

TOP_AUTHORISE_PAGE = "https://oauth.alibaba.com/authorize"
"""The same for applications of the older protocol."""

_UNSTATED_LIFE = 3600
"""Seconds assumed for an access token whose answer states no lifetime, so that it is renewed soon."""


class AlibabaTokens:
    """How the platform gives tokens."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def authorise_url(self, redirect_uri: str, state: str) -> str:
        """Address of the page that asks the account's owner for permission."""
        settings = self._gateway.settings
        query = {
            "response_type": "code",
            "client_id": settings.app_key,
            "redirect_uri": redirect_uri or settings.options.get("callback", ""),
        }
        if self._gateway.style == "top":
            query |= {"State": state, "view": "web", "sp": "ICBU"}
            return f"{self._page(TOP_AUTHORISE_PAGE)}?{urlencode(query)}"
        query |= {"state": state, "force_auth": "true"}
        return f"{self._page(AUTHORISE_PAGE)}?{urlencode(query)}"

    def _page(self, usual: str) -> str:
        """The page that was set; a sandbox on this computer has its own."""
        settings = self._gateway.settings
        address = urlsplit(settings.gateway)
        own = f"{address.scheme}://{address.netloc}/oauth/authorize" if address.hostname in LOOPBACK else ""
        return settings.authorise_page or own or usual

    def by_code(self, code: str, redirect_uri: str) -> Token:
        """The token for an authorisation code; the call is not repeated."""
        return read_token(self._gateway.call(TOKEN_CREATE, {"code": code}), self.now())

    def renewed(self, token: Token) -> Token:
        """The token that follows *token*, repeated while the platform is away."""
        params = {"refresh_token": token.refresh_token}
        answer = self._gateway.http.reading(
            lambda: self._gateway.call(TOKEN_REFRESH, params), label=TOKEN_REFRESH
        )
        return read_token(answer, self.now(), token)

    def now(self) -> datetime:
        """The current time by the account's settings."""
        return self._gateway.settings.now()


def read_token(answer: Json, now: datetime, old: Token | None = None) -> Token:
    """Token from an answer of create or refresh; *old* fills what a refresh leaves out.

    Lifetimes come as seconds, text or number; the older protocol states the ends themselves.
    PlatformUnavailable if there is no access token in it.
    """
    answer = _top_result(answer, now)
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
        account=str(answer.get("account") or answer.get("user_nick") or (old.account if old else "")),
    )


def _top_result(answer: Json, now: datetime) -> Json:
    """What the older protocol puts as JSON text into ``token_result``, with lifetimes like the newer's."""
    text = answer.get("token_result")
    if not isinstance(text, str):
        return answer
    try:
        found = parse_json(text.encode())
    except ValueError as failure:
        raise PlatformUnavailable("token_result") from failure
    if not isinstance(found, dict):
        raise PlatformUnavailable("token_result")
    ends = {"expires_in": "expire_time", "refresh_expires_in": "refresh_token_valid_time"}
    return {**found, **{ours: _until(found.get(theirs), now) for ours, theirs in ends.items()}}


def _until(value: object, now: datetime) -> str | None:
    """Seconds from *now* to an end in epoch ms; "0" for one that is over, None where none is stated."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        return None
    return str(max(0, int(text) // 1000 - int(now.astimezone(UTC).timestamp())))


def _seconds(value: object) -> int | None:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None

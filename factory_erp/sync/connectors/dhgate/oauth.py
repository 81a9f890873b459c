"""DHgate's OAuth: tokens for a code, and their renewal.

An access token lives a day and a refresh token thirty, whatever the account; each answer brings a new
refresh token. ``expires_in`` comes in seconds or as an absolute time, depending on the server.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.sync.connectors.base import Token
from factory_erp.sync.connectors.dhgate.gateway import Gateway
from factory_erp.sync.http.client import Json
from factory_erp.sync.http.errors import PlatformUnavailable

LONGEST_STATE = 20
"""Characters that the platform carries through the authorise page."""

_AUTHORISE = "https://secure.dhgate.com/dop/oauth2/authorize"
_ABSOLUTE = 10**10
_REFRESH_LIFE = timedelta(days=30)
_UNSTATED_LIFE = timedelta(hours=1)


class Grants:
    """What DHgate's OAuth server gives for a code or a refresh token."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._page = gateway.settings.authorise_page or authorise_page(gateway.address)
        token_page = gateway.settings.options.get("token_address", "").strip()
        self._token_page = token_page or self._page.replace("/authorize", "/access_token")

    def authorise_url(self, redirect_uri: str, state: str) -> str:
        """Address of the page that asks the account's owner for permission.

        Raises InvalidValue for a *state* that the platform would cut off.
        """
        if len(state) > LONGEST_STATE:
            raise InvalidValue(
                _("The state has more than {most} characters.", most=LONGEST_STATE), field="state"
            )
        query = {
            "response_type": "code",
            "client_id": self._gateway.settings.app_key,
            "redirect_uri": redirect_uri,
            "scope": "basic",
            "state": state,
            "display": "page",
            "force_login": "1",
        }
        return f"{self._page}?{urlencode(query)}"

    def by_code(self, code: str, redirect_uri: str) -> Token:
        """The token for the code that the page gave, which is good once."""
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._token(grant, None)

    def renewed(self, token: Token) -> Token:
        """The token that follows *token*."""
        grant = {"grant_type": "refresh_token", "refresh_token": token.refresh_token}
        return self._gateway.http.reading(lambda: self._token(grant, token), label="oauth2/access_token")

    def now(self) -> datetime:
        """The current time."""
        return self._gateway.settings.now()

    def _token(self, grant: dict[str, str], old: Token | None) -> Token:
        settings = self._gateway.settings
        form = {
            **grant,
            "client_id": settings.app_key,
            "client_secret": settings.app_secret,
            "scope": "basic",
        }
        sent = {name: value for name, value in form.items() if value}
        return read_token(self._gateway.token_call(self._token_page, sent), self.now(), old)


def authorise_page(router: str) -> str:
    """The page that belongs to the router at that address: DHgate's own, or one on the same host."""
    parts = urlsplit(router)
    host = parts.hostname or ""
    if host == "dhgate.com" or host.endswith(".dhgate.com"):
        return _AUTHORISE
    return urlunsplit((parts.scheme, parts.netloc, "/dop/oauth2/authorize", "", ""))


def read_token(answer: Json, now: datetime, old: Token | None = None) -> Token:
    """Token from an answer of the OAuth server; *old* fills what a renewal leaves out.

    Raises PlatformUnavailable if there is no access token in it.
    """
    access = str(answer.get("access_token") or "")
    if not access:
        raise PlatformUnavailable("access_token")
    refresh = str(answer.get("refresh_token") or "")
    stated = _end(answer.get("refresh_expires_in"), now)
    kept = old.refresh_expires_at if old and not refresh else now + _REFRESH_LIFE
    return Token(
        access_token=access,
        refresh_token=refresh or (old.refresh_token if old else ""),
        expires_at=_end(answer.get("expires_in"), now) or now + _UNSTATED_LIFE,
        refresh_expires_at=stated or kept,
        account=str(answer.get("user_nick") or answer.get("nickname") or (old.account if old else "")),
    )


def _end(value: object, now: datetime) -> datetime | None:
    """The end of a life: seconds from *now*, or a time in epoch ms where it is too large for that."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        return None
    figure = int(text)
    if figure > _ABSOLUTE:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=figure)
    return now + timedelta(seconds=figure)

"""Opening the connector of an account: its secret from this PC, its settings from the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _
from factory_erp.services.platforms import account_health
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.sync.archive import CallArchive
from factory_erp.sync.connectors.base import Connector, ConnectorSettings, Token
from factory_erp.sync.connectors.registry import spec
from factory_erp.sync.connectors.spec import PlatformSpec
from factory_erp.sync.credentials import KeptToken, SecretStore
from factory_erp.sync.http.limiter import pace

log = logging.getLogger(__name__)

CALLS_PER_SECOND = "calls_per_second"
"""Option that any account may have: the limit that its platform gave it, where it differs from the usual."""


class SecretName(StrEnum):
    """What is kept of an account in the secret store."""

    APP_SECRET = "app_secret"
    TOKEN = "token"

    def of(self, account: str) -> str:
        """Name of the entry: unlike for two accounts."""
        return f"{account}/{self.value}"


def account_key(view: AccountView) -> str:
    """By what the keyring knows the account: the same on every PC that shares a database."""
    return f"{view.platform}/{view.app_key}"


class _NotedToken(KeptToken):
    """A token whose end is also noted on the account, so that its page can warn in time."""

    def __init__(self, store: SecretStore, name: str, account_id: int) -> None:
        super().__init__(store, name)
        self._account_id = account_id

    def save(self, token: Token) -> None:
        """Replace the token, then note until when it can be renewed."""
        super().save(token)
        try:
            account_health.note_token(self._account_id, _until(token))
        except Exception:
            # The token is safe; a date that could not be noted must not undo the sign-in.
            log.exception("the end of the sign-in of account %d could not be noted", self._account_id)


def _until(token: Token) -> datetime:
    return token.refresh_expires_at or token.expires_at


def open_connector(
    view: AccountView,
    secrets: SecretStore,
    *,
    archive: CallArchive | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> Connector:
    """A connector for the account, its calls archived. Raises DomainError when its secret is not on this PC.

    Without an *archive* each call is written down at once. *sleep* takes seconds; one that raises ends the
    work that waits.
    """
    known = spec(view.platform)
    key = account_key(view)
    secret = secrets.get(SecretName.APP_SECRET.of(key)) or ""
    if known.needs_secret and not secret:
        raise DomainError(
            _("The app secret of '{name}' is not stored on this PC.", name=view.name),
            record=view.name,
            field="app_secret",
            remedy=_("Open the platform account and enter the app secret."),
        )
    watch = archive or CallArchive(view.id)
    watch.hide(secret)
    rate, burst = pace(_limit(view, known))
    settings = ConnectorSettings(
        app_key=view.app_key,
        app_secret=secret,
        gateway=view.base_url or known.gateway,
        calls_per_second=rate,
        burst=burst,
        sleep=sleep,
        options={**{one.name: one.default for one in known.options}, **view.options},
        watch=watch,
    )
    return known.connect(settings, _NotedToken(secrets, SecretName.TOKEN.of(key), view.id))


def _limit(view: AccountView, known: PlatformSpec) -> float:
    """Calls in a second that the platform allows. Raises InvalidValue for what is no such figure."""
    text = view.options.get(CALLS_PER_SECOND, "").strip()
    try:
        limit = float(text) if text else known.calls_per_second
    except ValueError:
        limit = 0.0
    if not 0 < limit <= 100_000:
        raise InvalidValue(
            _("'{text}' is not a number of calls per second.", text=text),
            record=view.name,
            field=CALLS_PER_SECOND,
            remedy=_("Enter the limit that the platform gave you, for example 10."),
        )
    return limit

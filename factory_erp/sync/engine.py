"""Pulling orders and pushing shipments, so that each arrives exactly once whatever dies.

A pull reads a fixed window of modification times that overlaps the last one; each page is
applied in one transaction, and the cursor moves in the transaction of the last page. A push
takes one outbox message at a time; one whose outcome is not known is looked up first.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from factory_erp.domain.errors import DomainError, InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.platforms import AccountState, OutboxState
from factory_erp.services import outbox, platforms
from factory_erp.services.base import Changes
from factory_erp.services.intake import Applied, apply_page
from factory_erp.services.outbox import LEASE, Claimed
from factory_erp.services.progress import Progress, Quiet
from factory_erp.sync.connectors.base import (
    Connector,
    ConnectorSettings,
    OrderSource,
    ShipmentNotice,
    ShipmentSink,
)
from factory_erp.sync.connectors.registry import connect
from factory_erp.sync.credentials import KeptToken, SecretStore
from factory_erp.sync.http.errors import (
    AccessDenied,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Throttled,
    WrongCredentials,
)
from factory_erp.sync.translate import incoming, notice, problem

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull brought; ``complete`` is False when it was cancelled in between."""

    applied: Applied
    pages: int
    complete: bool
    changes: Changes

    @property
    def value(self) -> Applied:
        """What a job's listener gets."""
        return self.applied


@dataclass(frozen=True, slots=True)
class Pushed:
    """How many messages ended how."""

    done: int = 0
    failed: int = 0
    unknown: int = 0
    later: int = 0

    def count(self, state: OutboxState) -> Pushed:
        """One more that ended in *state*."""
        field = {OutboxState.DONE: "done", OutboxState.FAILED: "failed", OutboxState.UNKNOWN: "unknown"}
        name = field.get(state, "later")
        return replace(self, **{name: getattr(self, name) + 1})


class SecretName(StrEnum):
    """What is kept of an account in the secret store."""

    APP_SECRET = "app_secret"
    TOKEN = "token"

    def of(self, account: str) -> str:
        """Name of the entry: unlike for two accounts."""
        return f"{account}/{self.value}"


def account_key(view: platforms.AccountView) -> str:
    """By what the keyring knows the account: the same on every PC that shares a database."""
    return f"{view.platform}/{view.app_key}"


def open_connector(view: platforms.AccountView, secrets: SecretStore) -> Connector:
    """A connector for the account. Raises DomainError when its secret is not on this PC."""
    key = account_key(view)
    secret = secrets.get(SecretName.APP_SECRET.of(key))
    if not secret:
        raise DomainError(
            _("The app secret of '{name}' is not stored on this PC.", name=view.name),
            record=view.name,
            field="app_secret",
            remedy=_("Open the platform account and enter the app secret."),
        )
    settings = ConnectorSettings(app_key=view.app_key, app_secret=secret, gateway=view.base_url)
    return connect(view.platform, settings, KeptToken(secrets, SecretName.TOKEN.of(key)))


def pull(account_id: int, connector: Connector, progress: Progress | None = None) -> Pulled:
    """Bring every order that changed since the last pull. Raises PlatformError, with nothing half done."""
    watch = progress or Quiet()
    try:
        return _pull(account_id, connector, watch)
    except PlatformError as error:
        _note(account_id, error)
        raise


def _pull(account_id: int, connector: Connector, progress: Progress) -> Pulled:
    window = platforms.next_window(account_id)
    applied, pages, seen = Applied(), 0, 0
    changes: dict[str, frozenset[int]] = {}
    for page in _orders(connector).pages(window.start, window.end):
        if progress.cancelled:
            return Pulled(applied, pages, complete=False, changes=changes)
        result = apply_page(
            account_id,
            [incoming(order) for order in page.orders],
            [problem(found) for found in page.problems],
            cursor=window.end if page.last else None,
        )
        applied, pages = applied + result.value, pages + 1
        seen += len(page.orders) + len(page.problems)
        changes = _merge(changes, result.changes)
        progress.report(seen, max(page.total, seen), _("Pulling orders"))
    return Pulled(applied, pages, complete=True, changes=changes)


def _orders(connector: Connector) -> OrderSource:
    return _port(connector.orders, connector)


def _shipments(connector: Connector) -> ShipmentSink:
    return _port(connector.shipments, connector)


def _port(port: T | None, connector: Connector) -> T:
    """What the platform can do; NotAllowed where it cannot."""
    if port is None:
        raise NotAllowed(_("The platform '{platform}' cannot do this.", platform=connector.platform))
    return port


def _merge(first: Changes, second: Changes) -> dict[str, frozenset[int]]:
    none: frozenset[int] = frozenset()
    return {kind: first.get(kind, none) | second.get(kind, none) for kind in {*first, *second}}


def _note(account_id: int, error: PlatformError) -> None:
    needs_person = isinstance(error, ReauthoriseNeeded | WrongCredentials)
    state = AccountState.REAUTHORISE if needs_person else None
    log.warning("account %s: %s", account_id, error)
    platforms.note_problem(account_id, str(error), state)


def push(
    account_id: int,
    connector: Connector,
    progress: Progress | None = None,
    *,
    lease: timedelta = LEASE,
) -> Pushed:
    """Send every message of the account that is due; each is visible on the platform at most once."""
    watch = progress or Quiet()
    pushed = Pushed()
    while not watch.cancelled and (claimed := outbox.claim(account_id, lease).value) is not None:
        state, stop = _send(claimed, connector)
        pushed = pushed.count(state)
        watch.report(pushed.done, 0, claimed.title)
        if stop is not None:
            _note(account_id, stop)
            raise stop
    return pushed


def _send(claimed: Claimed, connector: Connector) -> tuple[OutboxState, PlatformError | None]:
    """Send one message and settle it; the error that ends the run, if any."""
    stop: PlatformError | None = None
    try:
        state, answer, said = OutboxState.DONE, _deliver(claimed, connector), ""
    except AccessDenied as error:
        state, answer, said, stop = _not_sent(claimed, error), "", str(error), error
    except (Refused, InvalidValue) as error:
        state, answer, said = OutboxState.FAILED, "", str(error)
    except OutcomeUnknown as error:
        state, answer, said = OutboxState.UNKNOWN, "", str(error)
    except PlatformError as error:
        state, answer, said = _not_sent(claimed, error), "", str(error)
        stop = None if isinstance(error, PlatformUnavailable) else error
    outbox.settle(claimed, state, answer, said)
    return state, stop


def _not_sent(claimed: Claimed, error: PlatformError) -> OutboxState:
    """Throttled or turned away at the door: it did not act now, but an earlier try may have."""
    certain = isinstance(error, Throttled | ReauthoriseNeeded | WrongCredentials | AccessDenied) or (
        isinstance(error, PlatformUnavailable) and not error.reached
    )
    return OutboxState.NEW if certain and not claimed.look_up_first else OutboxState.UNKNOWN


def _deliver(claimed: Claimed, connector: Connector) -> str:
    """The platform's voucher for the message, found or newly given."""
    told = notice(claimed.payload, claimed.client_key)
    if claimed.look_up_first:
        found = _look_up(told, connector)
        if found is not None:
            return found
        if not outbox.renew(claimed).value:
            raise OutcomeUnknown(_("another program has taken it over"), record=told.external_order_id)
    try:
        return _shipments(connector).push(told)
    except OutcomeUnknown as lost:
        return _look_up_now(told, connector, lost)


def _look_up(told: ShipmentNotice, connector: Connector) -> str | None:
    """The voucher of a message that may have arrived. A refused question does not mean that it has not."""
    try:
        return _shipments(connector).find(told)
    except AccessDenied:
        raise
    except Refused as error:
        raise OutcomeUnknown(error.message, record=told.external_order_id) from error


def _look_up_now(told: ShipmentNotice, connector: Connector, lost: OutcomeUnknown) -> str:
    """The answer was lost: most often the platform can say at once that it acted.

    Where even that question fails, whatever the reason, the outcome stays unknown.
    """
    try:
        voucher = _shipments(connector).find(told)
    except PlatformError as error:
        raise lost from error
    if voucher is None:
        raise lost
    return voucher

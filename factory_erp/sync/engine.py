"""Pulling orders and pushing messages, so that each arrives exactly once whatever dies.

A pull reads a fixed window of modification times that overlaps the last one; each page is
applied in one transaction, and the cursor moves in the transaction of the last page. A push
takes one outbox message at a time; one whose outcome is not known is looked up first, unless
doing it twice is the same as doing it once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from factory_erp.domain.errors import InvalidValue, NotAllowed, NotFound
from factory_erp.i18n import _
from factory_erp.models.platforms import OutboxState
from factory_erp.services import outbox
from factory_erp.services.base import Changes
from factory_erp.services.outbox import LEASE, Claimed
from factory_erp.services.platform_orders.intake import Applied, apply_page
from factory_erp.services.platforms import account_health, outbox_settling
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.account_health import Trouble
from factory_erp.services.progress import Progress, Quiet
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.delivery.base import Delivery, port, require_ours
from factory_erp.sync.delivery.registry import DELIVERIES
from factory_erp.sync.http.errors import (
    AccessDenied,
    NoWayToKnow,
    OutcomeUnknown,
    PlatformError,
    PlatformUnavailable,
    ReauthoriseNeeded,
    Refused,
    Stopped,
    Throttled,
    WrongCredentials,
)
from factory_erp.sync.opening import SecretName, account_key, open_connector
from factory_erp.sync.translate import incoming, problem

__all__ = [
    "Pulled",
    "Pushed",
    "SecretName",
    "account_key",
    "merged",
    "note",
    "open_connector",
    "pull",
    "push",
]

log = logging.getLogger(__name__)

_AWAY_MOST = 3
"""Messages in a row that found no connection before a push gives up: the others would find none either."""


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


def pull(
    account_id: int,
    connector: Connector,
    progress: Progress | None = None,
    *,
    ahead: Callable[[], timedelta] = timedelta,
) -> Pulled:
    """Bring every order that changed since the last pull. Raises PlatformError, with nothing half done.

    *ahead* is how far this computer's clock is ahead of the platform's: the cursor stays that much behind.
    """
    watch = progress or Quiet()
    try:
        return _pull(account_id, connector, watch, ahead)
    except PlatformError as error:
        note(account_id, error)
        raise


def _pull(
    account_id: int, connector: Connector, progress: Progress, ahead: Callable[[], timedelta]
) -> Pulled:
    window = platforms.next_window(account_id)
    pulled, seen = Pulled(Applied(), 0, complete=False, changes={}), 0
    pages = port(connector.orders, connector).pages(window.start, window.end)
    try:
        for page in pages:
            if progress.cancelled:
                return pulled
            if page.last:
                account_health.note_well(account_id)
            result = apply_page(
                account_id,
                [incoming(order) for order in page.orders],
                [problem(found) for found in page.problems],
                cursor=window.end - ahead() if page.last else None,
            )
            changes = merged(pulled.changes, result.changes)
            pulled = Pulled(pulled.applied + result.value, pulled.pages + 1, complete=False, changes=changes)
            seen += len(page.orders) + len(page.problems)
            progress.report(seen, max(page.total, seen), _("Pulling orders"))
            if progress.cancelled and not page.last:
                return pulled
    except Stopped:
        return pulled
    return replace(pulled, complete=True)


def merged(first: Changes, second: Changes) -> dict[str, frozenset[int]]:
    """The records that either changed."""
    none: frozenset[int] = frozenset()
    return {kind: first.get(kind, none) | second.get(kind, none) for kind in {*first, *second}}


def note(account_id: int, error: PlatformError) -> None:
    """Remember on the account why a run failed: it may be left alone for a while."""
    if isinstance(error, Stopped):
        return
    trouble, seconds = Trouble.OTHER, 0
    if isinstance(error, ReauthoriseNeeded | WrongCredentials):
        trouble = Trouble.SIGN_IN
    elif isinstance(error, Throttled):
        trouble, seconds = Trouble.THROTTLED, error.seconds
    elif isinstance(error, PlatformUnavailable):
        trouble, seconds = Trouble.AWAY, error.seconds
    account_health.note_trouble(account_id, trouble, str(error), seconds)


def push(
    account_id: int,
    connector: Connector,
    progress: Progress | None = None,
    *,
    lease: timedelta = LEASE,
) -> Pushed:
    """Send every message of the account that is due; each is visible on the platform at most once.

    Raises the PlatformError that concerns the whole account; what was sent before it stays sent.
    """
    watch = progress or Quiet()
    pushed, away = Pushed(), 0
    while not watch.cancelled and (claimed := outbox.claim(account_id, lease).value) is not None:
        state, error = _send(claimed, connector)
        pushed = pushed.count(state)
        watch.report(pushed.done, 0, claimed.title)
        if isinstance(error, Stopped):
            return pushed
        away = away + 1 if isinstance(error, PlatformUnavailable) and not error.reached else 0
        if error is not None and (away >= _AWAY_MOST or not isinstance(error, PlatformUnavailable)):
            note(account_id, error)
            raise error
    if pushed.done:
        account_health.note_well(account_id)
    return pushed


def _send(claimed: Claimed, connector: Connector) -> tuple[OutboxState, PlatformError | None]:
    """Send one message and settle it; the error that concerns more than this message, if any."""
    delivery = DELIVERIES.get(claimed.kind)
    stop: PlatformError | None = None
    try:
        state, answer, said = OutboxState.DONE, _deliver(claimed, connector, delivery), ""
    except AccessDenied as error:
        state, answer, said, stop = _not_sent(claimed, delivery, error), "", str(error), error
    except (Refused, InvalidValue, NotAllowed, NotFound) as error:
        state, answer, said = OutboxState.FAILED, "", str(error)
    except OutcomeUnknown as error:
        state, answer, said = _uncertain(delivery), "", str(error)
    except PlatformError as error:
        state, answer, said, stop = _not_sent(claimed, delivery, error), "", str(error), error
    except SQLAlchemyError:
        raise
    except Exception as error:
        # A fault of ours in one message must not keep the others from going out in this and every later run.
        log.exception("message %d (%s) could not be delivered", claimed.id, claimed.kind)
        said = _("The program failed at this message ({error}).", error=type(error).__name__)
        state, answer = OutboxState.UNKNOWN, ""
    outbox_settling.settle(claimed, state, answer, said)
    return state, stop


def _not_sent(claimed: Claimed, delivery: Delivery | None, error: PlatformError) -> OutboxState:
    """Throttled or turned away at the door: it did not act now, but an earlier try may have."""
    turned_away = Throttled | ReauthoriseNeeded | WrongCredentials | AccessDenied | Stopped
    certain = isinstance(error, turned_away) or (isinstance(error, PlatformUnavailable) and not error.reached)
    return OutboxState.NEW if certain and not claimed.look_up_first else _uncertain(delivery)


def _uncertain(delivery: Delivery | None) -> OutboxState:
    """What may be done twice is simply due again."""
    return OutboxState.NEW if delivery is not None and delivery.repeatable else OutboxState.UNKNOWN


def _deliver(claimed: Claimed, connector: Connector, delivery: Delivery | None) -> str:
    """The platform's name for the message, found or newly given."""
    if delivery is None:
        raise NotAllowed(
            _("This version of the program cannot send messages of the kind '{kind}'.", kind=claimed.kind),
            record=claimed.title,
            remedy=_("Update the program, or drop the message."),
        )
    if delivery.repeatable:
        return delivery.send(connector, claimed)
    if claimed.look_up_first:
        found = _look_up(claimed, connector, delivery)
        if found is not None:
            return found
        require_ours(claimed)
    try:
        return delivery.send(connector, claimed)
    except OutcomeUnknown as lost:
        return _look_up_now(claimed, connector, delivery, lost)


def _look_up(claimed: Claimed, connector: Connector, delivery: Delivery) -> str | None:
    """The name of a message that may have arrived.

    A question that is refused, or answered in a way that cannot be read, does not mean that it has not.

    Where the platform has no way to tell, the person who asked for it again has looked.
    """
    try:
        return delivery.find(connector, claimed)
    except NoWayToKnow:
        if not claimed.insisted:
            raise
        return None
    except AccessDenied:
        raise
    except (Refused, InvalidValue) as error:
        raise OutcomeUnknown(error.message, record=claimed.title) from error


def _look_up_now(claimed: Claimed, connector: Connector, delivery: Delivery, lost: OutcomeUnknown) -> str:
    """The answer was lost: most often the platform can say at once that it acted.

    Where even that question fails, whatever the reason, the outcome stays unknown.
    """
    try:
        name = delivery.find(connector, claimed)
    except (PlatformError, InvalidValue) as error:
        raise lost from error
    if name is None:
        raise lost
    return name

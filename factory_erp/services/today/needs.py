"""What waits for a person, gathered from orders and platform accounts, the most urgent kind first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.partners import Partner
from factory_erp.models.platforms import (
    AccountState,
    ExceptionKind,
    ExceptionState,
    OutboxMessage,
    OutboxState,
    PlatformAccount,
    SyncException,
)
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import exception_texts
from factory_erp.services.order_effects.changed_orders import changed_orders
from factory_erp.services.platform_orders.intake_records import ABOUT_OURS

LIMIT = 50
"""Rows of one list: more than anybody reads in ten minutes."""

EXCEPTION_NAMES = {
    ExceptionKind.MALFORMED: N_("Order could not be read"),
    ExceptionKind.UNKNOWN_SKU: N_("Unknown SKU"),
    ExceptionKind.UNKNOWN_CURRENCY: N_("Unknown currency"),
    ExceptionKind.UNKNOWN_COUNTRY: N_("Unknown country"),
    ExceptionKind.UNIT_DIFFERS: N_("Unit or quantity does not fit"),
    ExceptionKind.TOTALS_DIFFER: N_("Totals differ"),
    ExceptionKind.UNKNOWN_BUYER: N_("New buyer"),
    ExceptionKind.CHANGED: N_("Changed by the buyer"),
    ExceptionKind.CANCELLED: N_("Cancelled by the buyer"),
    ExceptionKind.FROZEN: N_("Frozen by the platform"),
    ExceptionKind.REFUNDED: N_("Refunded to the buyer"),
    ExceptionKind.DISPUTED: N_("Disputed, or marked as risky"),
}
"""Why a platform order waits, in a few words."""


class Need(StrEnum):
    """What kind of thing waits for a person, the most urgent first."""

    ACCOUNT = "account"
    OUTBOX = "outbox"
    CREDIT = "credit"
    CHANGE = "change"
    EXCEPTION = "exception"
    INQUIRY = "inquiry"
    LISTING = "listing"
    QUOTATION = "quotation"
    HOLD = "hold"
    FLOOR = "floor"


_RANKS = {need: rank for rank, need in enumerate(Need)}


@dataclass(frozen=True, slots=True)
class NeedRow:
    """Something that waits for a person; ``record_id`` is of the table that ``need`` stands for.

    A change of an order of ours stands for its exception.
    """

    need: Need
    record_id: int
    title: str
    reason: str
    link: str = ""
    """Where it is put right, if that is not the record itself."""


def in_order(rows: Iterable[NeedRow]) -> list[NeedRow]:
    """The rows of one list: the most urgent kind first, no more than ``LIMIT``."""
    return sorted(rows, key=lambda row: _RANKS[row.need])[:LIMIT]


def needs(session: Session) -> list[NeedRow]:
    """What waits for a person in orders and platform accounts."""
    return in_order(
        [
            *_accounts(session),
            *_outbox(session),
            *_exceptions(session),
            *_holds(session),
            *_changed_orders(session),
        ]
    )


def _accounts(session: Session) -> list[NeedRow]:
    statement = select(PlatformAccount).where(
        PlatformAccount.state.in_((AccountState.REAUTHORISE, AccountState.DOWN))
    )
    return [
        NeedRow(Need.ACCOUNT, row.id, row.name, row.last_problem or _account_reason(row.state))
        for row in session.scalars(statement.order_by(PlatformAccount.id))
    ]


def _account_reason(state: str) -> str:
    if state == AccountState.REAUTHORISE:
        return _("Has to be authorised again.")
    return _("The platform cannot be reached.")


def _outbox(session: Session) -> list[NeedRow]:
    statement = (
        select(OutboxMessage)
        .where(OutboxMessage.state.in_((OutboxState.FAILED, OutboxState.UNKNOWN)))
        .order_by(OutboxMessage.id)
        .limit(LIMIT)
    )
    return [
        NeedRow(Need.OUTBOX, row.id, row.title, row.problem or _outbox_reason(row.state))
        for row in session.scalars(statement)
    ]


def _outbox_reason(state: str) -> str:
    if state == OutboxState.FAILED:
        return _("The platform refused it.")
    return _("Nobody knows yet whether the platform took it.")


def _exceptions(session: Session) -> list[NeedRow]:
    statement = (
        select(SyncException, PlatformAccount.name)
        .join(PlatformAccount, PlatformAccount.id == SyncException.account_id)
        .where(SyncException.state == ExceptionState.OPEN)
        .order_by(SyncException.id)
        .limit(LIMIT)
    )
    return [_exception(row, account) for row, account in session.execute(statement)]


def _exception(row: SyncException, account: str) -> NeedRow:
    reason = exception_texts.sentence(row) or _(EXCEPTION_NAMES[ExceptionKind(row.kind)])
    need = Need.CHANGE if row.kind in ABOUT_OURS else Need.EXCEPTION
    return NeedRow(need, row.id, f"{row.external_id} · {account}", reason)


def _holds(session: Session) -> list[NeedRow]:
    statement = (
        select(SalesOrder.id, SalesOrder.number, Partner.name, SalesOrder.ship_by)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(SalesOrder.state == OrderState.ON_HOLD)
        .order_by(SalesOrder.ship_by, SalesOrder.id)
        .limit(LIMIT)
    )
    return [
        NeedRow(Need.HOLD, row.id, f"{row.number} · {row.name}", _hold_reason(row.ship_by))
        for row in session.execute(statement)
    ]


def _changed_orders(session: Session) -> list[NeedRow]:
    """One line for all orders that production does not fit; it leads to the one that is promised first."""
    found = changed_orders(session)
    if not found:
        return []
    title = ngettext("{count} order changed", "{count} orders changed", len(found))
    numbers = ", ".join(order.number for order in found)
    return [
        NeedRow(Need.FLOOR, found[0].id, title, _("Production does not fit: {numbers}.", numbers=numbers))
    ]


def _hold_reason(ship_by: date | None) -> str:
    if ship_by is None:
        return _("On hold; no ship date was promised.")
    return _("On hold; promised for {date}.", date=ship_by.isoformat())

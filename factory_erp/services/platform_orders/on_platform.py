"""How an order of ours stands on the platform that it came from: its state there, and what waits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.domain.money import Money
from factory_erp.models.platforms import ExceptionKind, ExceptionState, PlatformAccount, SyncException
from factory_erp.models.sales import PlatformBlock, SalesOrder
from factory_erp.services.base import get, query
from factory_erp.services.platform_orders.intake import change_parts
from factory_erp.services.platform_orders.intake_records import ABOUT_OURS
from factory_erp.services.shipping.rules import check_platform


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the platform did to the order, for a person to decide on: of what kind, in how many matters."""

    exception_id: int
    kind: ExceptionKind
    differences: int = 0


@dataclass(frozen=True, slots=True)
class OrderOnPlatform:
    """``platform`` is its code; ``status`` and ``refunded`` are what it says of the order.

    ``hold`` tells why no goods may leave and ``remedy`` what to do about it, both "" while they may.
    """

    platform: str
    account: str
    status: str
    block: PlatformBlock
    hold: str
    remedy: str
    refunded: Money
    waiting: tuple[Waiting, ...]


def order_on_platform(order_id: int) -> OrderOnPlatform | None:
    """The order as its platform has it; None for one that was typed in. Raises NotFound."""
    found = _stands(order_id)
    if found is None:
        return None
    waiting = (replace(one, differences=len(change_parts(one.exception_id))) for one in found.waiting)
    return replace(found, waiting=tuple(waiting))


@query
def _stands(session: Session, order_id: int) -> OrderOnPlatform | None:
    order = get(session, SalesOrder, order_id)
    if order.account_id is None:
        return None
    account = get(session, PlatformAccount, order.account_id)
    hold, remedy = _hold(order)
    return OrderOnPlatform(
        platform=account.platform,
        account=account.name,
        status=order.platform_status,
        block=PlatformBlock(order.platform_block),
        hold=hold,
        remedy=remedy,
        refunded=Money(order.refunded_minor, order.currency),
        waiting=tuple(_waiting(session, order)),
    )


def _hold(order: SalesOrder) -> tuple[str, str]:
    """(Why no goods may leave, what to do about it), in the words that a shipment is refused with."""
    try:
        check_platform(order)
    except NotAllowed as refusal:
        return refusal.message, refusal.remedy
    return "", ""


def _waiting(session: Session, order: SalesOrder) -> list[Waiting]:
    statement = (
        select(SyncException.id, SyncException.kind)
        .where(
            SyncException.account_id == order.account_id,
            SyncException.external_id == order.external_id,
            SyncException.state == ExceptionState.OPEN,
            SyncException.kind.in_(ABOUT_OURS),
        )
        .order_by(SyncException.id)
    )
    return [Waiting(row_id, ExceptionKind(kind)) for row_id, kind in session.execute(statement)]

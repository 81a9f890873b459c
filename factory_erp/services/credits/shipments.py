"""Which shipments are drawn under a letter of credit, how much, and when their papers went to the bank.

A credit may cover several shipments (partial shipments); a shipment goes under one credit at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import DomainError, InvalidValue, NotAllowed
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.i18n import _
from factory_erp.models.credits import CreditState, LetterOfCredit
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services.base import get, use_case
from factory_erp.services.credits.letters import index_credit, to_checking
from factory_erp.services.shipping.amounts import charges
from factory_erp.services.shipping.rules import check_version, require_state

_THERE = tuple(state for state in ShipmentState if state is not ShipmentState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is taken of a credit: *largest* it allows, under *planned* shipments, already *presented*."""

    largest: Money
    planned: Money
    presented: Money

    @property
    def left(self) -> Money:
        """What further shipments may take; below zero: too much is planned."""
        return self.largest - self.planned


def under_credit(session: Session, credit_ids: Sequence[int], *, amounts: bool = True) -> list[Shipment]:
    """The shipments under these credits that were not given up, by number.

    *amounts*: with the order lines that ``amount_of`` reads, in a few statements for all.
    """
    statement = (
        select(Shipment)
        .where(Shipment.credit_id.in_(credit_ids), Shipment.state != ShipmentState.CANCELLED)
        .order_by(Shipment.number)
    )
    if amounts:
        to_line = selectinload(Shipment.lines).selectinload(ShipmentLine.sales_line)
        statement = statement.options(to_line.selectinload(SalesLine.order).selectinload(SalesOrder.lines))
    return list(session.scalars(statement))


def amount_of(session: Session, shipment: Shipment) -> Money:
    """What the shipment's invoice asks for; its goods alone where an order's charges do not add up."""
    goods = sum(
        UnitPrice(line.sales_line.unit_price, shipment.currency).times(line.quantity).minor
        for line in shipment.lines
    )
    try:
        added = charges(session, shipment.id, [(line.sales_line, line.quantity) for line in shipment.lines])
    except DomainError:
        added = {}
    return Money(goods + sum(added.values()), shipment.currency)


def drawn(session: Session, credit: LetterOfCredit, shipments: Sequence[Shipment]) -> Drawn:
    """What the *shipments* under *credit* take of it."""
    amounts = {one.id: amount_of(session, one) for one in shipments if one.currency == credit.currency}
    nothing = Money.zero(credit.currency)
    presented = {one.id for one in shipments if one.presented_on is not None}
    return Drawn(
        largest=largest(credit),
        planned=sum(amounts.values(), nothing),
        presented=sum((amount for key, amount in amounts.items() if key in presented), nothing),
    )


def largest(credit: LetterOfCredit) -> Money:
    """What may be drawn at most: the amount with its tolerance (39A), unless 39B bars any excess."""
    most = to_checking(credit).largest_amount
    assert most is not None  # a stored credit has its amount
    return Money.rounded(most, credit.currency)


@use_case
def set_credit(session: Session, shipment_id: int, credit_id: int | None, version: int | None = None) -> None:
    """Put the shipment under a credit, or under none (None); *version* is the shipment's. Safe to repeat.

    Raises NotAllowed for a credit that is closed, in another currency, or allows one shipment only and has
    it, and once the papers went to the bank; Conflict.
    """
    shipment = get(session, Shipment, shipment_id, lock=True)
    if shipment.credit_id == credit_id:
        return
    check_version(shipment, version)
    require_state(shipment, _THERE, _("put under a letter of credit"))
    if shipment.presented_on is not None:
        raise NotAllowed(
            _("The papers of {number} went to the bank already.", number=shipment.number),
            record=shipment.number,
            field="credit_id",
            remedy=_("Take the day of presentation back first."),
        )
    credits = [get(session, LetterOfCredit, one) for one in (shipment.credit_id, credit_id) if one]
    if credit_id is not None:
        _check_together(session, shipment, credits[-1])
    shipment.credit_id = credit_id
    session.flush()
    for credit in credits:
        index_credit(session, credit)


def _check_together(session: Session, shipment: Shipment, credit: LetterOfCredit) -> None:
    if credit.state in (CreditState.CLOSED, CreditState.USED):
        raise _refused(
            credit,
            _("The letter of credit {number} is closed or used up.", number=credit.number),
            _("Choose another one."),
        )
    if credit.currency != shipment.currency:
        raise _refused(
            credit,
            _(
                "The letter of credit {number} is in {credit}, the shipment in {shipment}.",
                number=credit.number,
                credit=credit.currency,
                shipment=shipment.currency,
            ),
            _("Choose a credit in the currency of the orders."),
        )
    others = [
        one.number for one in under_credit(session, [credit.id], amounts=False) if one.id != shipment.id
    ]
    if others and credit.partial_shipments == "not allowed":
        raise _refused(
            credit,
            _(
                "The letter of credit {number} allows one shipment only, and {shipment} is under it.",
                number=credit.number,
                shipment=others[0],
            ),
            _("Take that one off, or have the credit amended and enter the amendment."),
        )


def _refused(credit: LetterOfCredit, message: str, remedy: str) -> NotAllowed:
    return NotAllowed(message, record=credit.number, field="credit_id", remedy=remedy)


@use_case
def set_presented(session: Session, shipment_id: int, day: date | None, version: int | None = None) -> None:
    """Write down the day that the papers went to the bank; None takes it back. Safe to repeat.

    Raises NotAllowed without a credit, InvalidValue for a day before the goods were on board, Conflict.
    """
    shipment = get(session, Shipment, shipment_id, lock=True)
    if shipment.presented_on == day:
        return
    check_version(shipment, version)
    require_state(shipment, _THERE, _("presented to the bank"))
    if day is not None and shipment.credit_id is None:
        raise NotAllowed(
            _("Shipment {number} is under no letter of credit.", number=shipment.number),
            record=shipment.number,
            field="credit_id",
            remedy=_("Choose its letter of credit first."),
        )
    if day is not None and shipment.on_board is not None and day < shipment.on_board:
        raise InvalidValue(
            _("The papers cannot go to the bank before the goods are on board."),
            record=shipment.number,
            field="presented_on",
            remedy=_("Enter a day from {date} on.", date=shipment.on_board.isoformat()),
        )
    shipment.presented_on = day

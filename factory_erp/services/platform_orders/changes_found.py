"""How a platform's version of an order differs from ours, one matter at a time.

Lines are the same by the platform's line id, then by item. Quantities and prices are compared in the
item's own unit. What a person has to mend before a difference can be taken over is said with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.domain.incoterms import incoterm
from factory_erp.domain.money import Money, UnitPrice
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.incoming import IncomingLine, IncomingOrder, PersonNeededError
from factory_erp.services.platform_orders import reading
from factory_erp.services.platform_orders.changes import count_text, line_text
from factory_erp.services.sales.orders import NewLine

QUANTITY, PRICE, ADDED, REMOVED = "quantity", "price", "added", "removed"
SHIP_TO, TERMS, PAYMENT, WISHED, REMARK = (
    "ship_to",
    "terms",
    "payment_terms",
    "requested_ship",
    "remark",
)
FREIGHT, INSURANCE, DISCOUNT, ADJUSTMENT = "freight", "insurance", "discount", "adjustment"
LINE_KINDS = frozenset({QUANTITY, PRICE, ADDED, REMOVED})
MONEY_KINDS = frozenset({FREIGHT, INSURANCE, DISCOUNT, ADJUSTMENT})


@dataclass(frozen=True, slots=True)
class Difference:
    """One matter in which the platform's version is not ours; ``mine`` and ``said`` as shown.

    ``line`` is ours, ``new`` the platform's line in our terms, ``minor`` its amount; ``problem`` says what
    has to be mended before it can be taken over.
    """

    kind: str
    label: str
    mine: str
    said: str
    line: SalesLine | None = None
    new: NewLine | None = None
    minor: int = 0
    problem: str = ""
    at: str = ""

    @property
    def key(self) -> str:
        """Names the matter and what it says: a later version's matter has another key."""
        said = hashlib.sha256(f"{self.mine}|{self.said}|{self.at}".encode()).hexdigest()[:8]
        where = self.line.id if self.line is not None else self.at
        return f"{self.kind}:{where}:{said}"


def differs(session: Session, ours: SalesOrder, theirs: IncomingOrder, account_id: int) -> bool:
    """Whether anything that we keep is said otherwise by the platform."""
    return next(iter(differences(session, ours, theirs, account_id)), None) is not None


def differences(
    session: Session, ours: SalesOrder, theirs: IncomingOrder, account_id: int
) -> list[Difference]:
    """Every matter in which the version differs: goods, then terms, then amounts."""
    found = [
        *_goods(session, ours, theirs, account_id),
        *_head(session, ours, theirs),
        *_amounts(ours, theirs),
    ]
    basis, sums = _problems(ours, theirs)
    return [
        replace(one, problem=one.problem or basis or (sums if one.kind in LINE_KINDS | MONEY_KINDS else ""))
        for one in found
    ]


def _problems(ours: SalesOrder, theirs: IncomingOrder) -> tuple[str, str]:
    """What forbids to take over anything, and what forbids to take over goods and amounts."""
    try:
        reading.check_codes(theirs)
    except PersonNeededError as wanted:
        return wanted.detail, ""
    if ours.currency != theirs.currency:
        return (
            _("The order is in {theirs} now, ours in {ours}: have it ordered anew.",
              theirs=theirs.currency, ours=ours.currency),
            "",
        )  # fmt: skip
    try:
        reading.check_totals(theirs)
    except (PersonNeededError, DomainError) as wanted:
        return "", str(wanted)
    return "", ""


def pairs(
    session: Session, ours: SalesOrder, theirs: IncomingOrder, account_id: int
) -> tuple[list[tuple[SalesLine, IncomingLine]], list[IncomingLine], list[SalesLine]]:
    """Lines that are the same, by line id and then by item; lines only theirs; lines only ours."""
    items = [_item(session, account_id, line) for line in theirs.lines]
    left = list(ours.lines)
    met: dict[int, SalesLine] = {}
    for same_id in (True, False):
        for at, (said, item) in enumerate(zip(theirs.lines, items, strict=True)):
            line = None if at in met else _partner(left, said, item, same_id=same_id)
            if line is not None:
                left.remove(line)
                met[at] = line
    same = [(met[at], said) for at, said in enumerate(theirs.lines) if at in met]
    return same, [said for at, said in enumerate(theirs.lines) if at not in met], left


def _item(session: Session, account_id: int, line: IncomingLine) -> Item | None:
    try:
        return reading.item_of(session, account_id, line)
    except PersonNeededError:
        return None


def _partner(
    lines: list[SalesLine], said: IncomingLine, item: Item | None, *, same_id: bool
) -> SalesLine | None:
    """By line id, unless its item is another one now; or by item."""
    for line in lines:
        same_item = item is not None and line.item_id == item.id
        if same_id and said.external_line_id and line.external_line_id == said.external_line_id:
            return line if same_item or item is None else None
        if not same_id and same_item:
            return line
    return None


def _goods(
    session: Session, ours: SalesOrder, theirs: IncomingOrder, account_id: int
) -> Iterator[Difference]:
    same, added, removed = pairs(session, ours, theirs, account_id)
    for line, said in same:
        yield from _line(line, said, theirs.currency)
    for number, said in enumerate(added):
        yield _added(session, account_id, said, theirs.currency, number)
    for line in removed:
        mine = line_text(line.quantity, line.unit, line.unit_price, ours.currency)
        yield Difference(REMOVED, line.item.sku, mine, "", line=line)


def _line(line: SalesLine, said: IncomingLine, currency: str) -> Iterator[Difference]:
    sku = line.item.sku
    try:
        new = reading.new_line(line.item, said)
    except PersonNeededError as wanted:
        mine = line_text(line.quantity, line.unit, line.unit_price, line.order.currency)
        text = line_text(said.quantity, said.unit_code, said.unit_price, currency)
        yield Difference(QUANTITY, sku, mine, text, line=line, problem=wanted.detail)
        return
    if new.quantity != line.quantity:
        mine, text = count_text(line.quantity, line.unit), count_text(new.quantity, line.unit)
        yield Difference(QUANTITY, sku, mine, text, line=line, new=new)
    if new.unit_price != line.unit_price:
        prices = (line.unit_price, line.order.currency), (new.unit_price, currency)
        mine, text = (_price(*one) for one in prices)
        yield Difference(PRICE, sku, mine, text, line=line, new=new)


def _price(price: Decimal, currency: str) -> str:
    try:
        return str(UnitPrice(price, currency))
    except DomainError:
        return f"{currency} {price}"


def _added(session: Session, account_id: int, said: IncomingLine, currency: str, number: int) -> Difference:
    at = f"{said.external_line_id}#{number}"
    text = line_text(said.quantity, said.unit_code, said.unit_price, currency)
    sku = said.skus[0] if said.skus else said.name
    try:
        item = reading.item_of(session, account_id, said)
        new = reading.new_line(item, said)
    except PersonNeededError as wanted:
        return Difference(ADDED, sku, "", text, problem=wanted.detail, at=at)
    text = line_text(new.quantity, new.unit, new.unit_price, currency)
    return Difference(ADDED, item.sku, "", text, new=new, at=at)


def _head(session: Session, ours: SalesOrder, theirs: IncomingOrder) -> Iterator[Difference]:
    rows = (
        (SHIP_TO, _("Ship to"), ours.ship_to, reading.ship_to_text(theirs, ours.customer.name)),
        (TERMS, _("Terms of delivery"), f"{ours.incoterm} {ours.place}", terms_of(session, ours, theirs)),
        (PAYMENT, _("Payment terms"), ours.payment_terms, theirs.payment_terms or ours.payment_terms),
        (WISHED, _("Requested ship date"), _day(ours.requested_ship), _day(theirs.ship_by)),
        (REMARK, _("Remark"), ours.remark, theirs.remark),
    )
    for kind, label, mine, said in rows:
        if mine != said or (kind == SHIP_TO and ours.destination_country != theirs.country):
            yield Difference(kind, label, mine, said, at=theirs.country if kind == SHIP_TO else "")


def terms_of(session: Session, ours: SalesOrder, theirs: IncomingOrder) -> str:
    """The version's terms; a port of loading is ours to name, no platform says it."""
    if theirs.incoterm == ours.incoterm and incoterm(theirs.incoterm).named_place == "shipment":
        return f"{ours.incoterm} {ours.place}"
    try:
        return f"{theirs.incoterm} {reading.named_place(session, theirs)}"
    except DomainError:
        return f"{theirs.incoterm} {theirs.country}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _amounts(ours: SalesOrder, theirs: IncomingOrder) -> Iterator[Difference]:
    rows = (
        (FREIGHT, _("Freight"), ours.freight_minor, theirs.freight),
        (INSURANCE, _("Insurance"), ours.insurance_minor, theirs.insurance),
        (DISCOUNT, _("Discount"), ours.discount_minor, theirs.discount),
    )
    known = 0
    try:
        for kind, label, mine, said in rows:
            minor = reading.minor(theirs, kind, said)
            known += -minor if kind == DISCOUNT else minor
            if minor != mine:
                yield _amount(ours, theirs, kind, label, mine, minor)
        adjustment = _adjustment(theirs, known)
    except (PersonNeededError, DomainError) as wanted:
        yield Difference(ADJUSTMENT, _("Amounts"), "", "", problem=str(wanted))
        return
    if adjustment != ours.adjustment_minor:
        label = _("Adjustment of the total")
        yield _amount(ours, theirs, ADJUSTMENT, label, ours.adjustment_minor, adjustment)


def _amount(
    ours: SalesOrder, theirs: IncomingOrder, kind: str, label: str, mine: int, said: int
) -> Difference:
    shown = str(Money(mine, ours.currency)), str(Money(said, theirs.currency))
    return Difference(kind, label, *shown, minor=said)


def _adjustment(theirs: IncomingOrder, charges: int) -> int:
    """What the platform's total says beyond its parts."""
    if theirs.total is None:
        return reading.minor(theirs, "adjustment", theirs.adjustment)
    goods = sum(
        UnitPrice(line.unit_price, theirs.currency).times(line.quantity).minor for line in theirs.lines
    )
    return reading.minor(theirs, "total", theirs.total) - goods - charges

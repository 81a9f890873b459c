"""What a line of a quotation costs, where its price stands, and when its goods could be ready."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import UnitPrice
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.inquiries import QuotationLine
from factory_erp.services.base import get
from factory_erp.services.listings.lead import LeadTimes
from factory_erp.services.master_data import check_texts, figure_problem
from factory_erp.services.pricing.prices import PriceAnswer, find_price
from factory_erp.services.sales.entry import LARGEST_AMOUNT, LineRefusedError, Terms
from factory_erp.services.stock import inventory


@dataclass(frozen=True, slots=True)
class QuoteLineForm:
    """A line as it was typed in; the quantity in the item's unit. *unit_price* None: as the price lists say.

    ``note`` is for us and is not printed; empty: where the price comes from.
    """

    item_id: int
    quantity: Decimal
    unit_price: Decimal | None = None
    note: str = ""


def line_price(
    session: Session, terms: Terms, account_id: int | None, item_id: int, quantity: Decimal
) -> PriceAnswer | None:
    """The price of a unit on these terms; None where no list has one."""
    return find_price(
        session, item_id, quantity, customer_id=terms.customer_id, account_id=account_id,
        currency=terms.currency, incoterm=terms.incoterm, place=terms.place,
    )  # fmt: skip


def priced_lines(
    session: Session, terms: Terms, account_id: int | None, lines: Iterable[QuoteLineForm]
) -> list[QuotationLine]:
    """The lines, numbered from 1, each with its price: 0 where neither the form nor a price list has one.

    Raises LineRefusedError, NotFound.
    """
    return [_priced(session, terms, account_id, number, line) for number, line in enumerate(lines)]


def _priced(
    session: Session, terms: Terms, account_id: int | None, number: int, line: QuoteLineForm
) -> QuotationLine:
    item = get(session, Item, line.item_id)
    _check(number, item, line)
    price, note = line.unit_price, line.note.strip()
    if price is None:
        answer = line_price(session, terms, account_id, item.id, line.quantity)
        price = answer.price.amount if answer else Decimal(0)
        note = note or (answer.why if answer else _("No price list has it."))[:300]
    if line.quantity * price > LARGEST_AMOUNT:
        large = InvalidValue(
            _("The amount is too large to be stored."),
            record=item.sku,
            remedy=_("Correct quantity or price."),
        )
        raise LineRefusedError(number, large, "unit_price")
    return QuotationLine(
        position=number + 1,
        item_id=item.id,
        quantity=line.quantity,
        unit=item.unit,
        unit_price=price,
        amount_minor=UnitPrice(price, terms.currency).times(line.quantity).minor,
        note=note,
    )


def _check(number: int, item: Item, line: QuoteLineForm) -> None:
    for name, problem in _problems(item, line):
        if problem is not None:
            raise LineRefusedError(number, problem, name)


def _problems(item: Item, line: QuoteLineForm) -> Iterable[tuple[str, DomainError | None]]:
    if not item.active or not item.sellable:
        message = _("{sku} is not sold.", sku=item.sku)
        yield "item_id", InvalidValue(message, record=item.sku, remedy=_("Choose another item."))
    yield "quantity", figure_problem(line.quantity, "quantity", above_zero=True, record=item.sku)
    yield "quantity", _refused(lambda: inventory.check_quantity(item, line.quantity))
    if line.unit_price is not None:
        yield "unit_price", figure_problem(line.unit_price, "unit_price", record=item.sku)
    yield "note", _refused(lambda: check_texts(QuotationLine, {"note": line.note}, item.sku))


def _refused(check: Callable[[], None]) -> DomainError | None:
    try:
        check()
    except InvalidValue as error:
        return error
    return None


def lead_days(session: Session, wanted: Sequence[tuple[int, Decimal]]) -> list[int | None]:
    """Days until each (item, quantity) could be ready: 0 from stock, else from today's load of the shop.

    None where nothing is known of the item.
    """
    ids = {item_id for item_id, _quantity in wanted}
    free: Mapping[int, Decimal] = inventory.available(session, ids)
    times = LeadTimes(session, ids)
    return [
        0 if free.get(item_id, Decimal(0)) >= quantity else times.days(item_id, quantity)
        for item_id, quantity in wanted
    ]


def lead_of_all(session: Session, wanted: Sequence[tuple[int, Decimal]]) -> int | None:
    """Days until all of it could be ready together; None where that is not known of every item."""
    days = lead_days(session, wanted)
    known = [one for one in days if one is not None]
    return max(known) if known and len(known) == len(days) else None

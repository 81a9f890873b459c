"""What the pages of a bill read: the bill, what its components are, and what those consist of today.

No Qt here: these functions run in the background.  Quantities are exact fractions until they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from factory_erp.domain.errors import NotFound
from factory_erp.i18n import _
from factory_erp.models.catalog import Procurement
from factory_erp.services.catalogue import item_forms
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.views import ItemDetail, ItemRow
from factory_erp.services.engineering import bills
from factory_erp.services.engineering.bills import BillLineInput, BillLineView, BillSheet, RevisionView
from factory_erp.services.engineering.structure import share_of
from factory_erp.services.stock import inventory
from factory_erp.services.stock.inventory import StockRow
from factory_erp.ui.kit.choose import Choice

SUGGESTED = 30
"""Items that a lookup offers at once."""

DEEPEST = 40
"""Levels that are unfolded at most: a circle that an old bill still holds must not hang the page."""


@dataclass(frozen=True, slots=True)
class Part:
    """A component: its unit, what one costs (company's currency), its stock, and its bill of today.

    *made* is False for what is bought: its bill only counts where it is a phantom.
    """

    item_id: int
    sku: str
    name: str
    unit: str
    made: bool
    unit_cost: Decimal
    on_hand: Decimal
    available: Decimal
    bill: BillSheet | None

    def below(self, *, phantom: bool) -> tuple[BillLineView, ...]:
        """The lines that take its place in a bill of a lower level; none for what is bought."""
        return self.bill.lines if self.bill is not None and (self.made or phantom) else ()


Parts = Mapping[int, Part]


@dataclass(frozen=True, slots=True)
class BillRead:
    """An item with the revisions of its bill; *sheet* is the one looked at, None if there is none."""

    item: ItemDetail
    revisions: tuple[RevisionView, ...]
    sheet: BillSheet | None
    parts: Parts


def read_bill(item_id: int, bill_id: int | None = None) -> BillRead:
    """The bill with that id, else the current one, else the newest, and everything beneath it.

    Raises NotFound for an item that is not there.
    """
    found = bills.revisions(item_id)
    chosen = next((one for one in found if one.id == bill_id), None)
    chosen = chosen or next((one for one in found if one.current), None) or next(iter(found), None)
    sheet = bills.bill_sheet(chosen.id) if chosen is not None else None
    parts = read_parts(line.component_id for line in sheet.lines) if sheet is not None else {}
    return BillRead(catalog.item_detail(item_id), tuple(found), sheet, parts)


def read_parts(item_ids: Iterable[int]) -> dict[int, Part]:
    """The items, and all that they consist of today, by id; an item that is gone is left out."""
    found: dict[int, Part] = {}
    wanted = set(item_ids)
    while wanted:
        fresh = [_part(row) for row in inventory.stock_rows(sorted(wanted))]
        found.update({part.item_id: part for part in fresh})
        wanted = {line.component_id for part in fresh for line in _lines(part)} - found.keys()
    return found


def _part(row: StockRow) -> Part:
    form = item_forms.item_form(row.item_id)
    return Part(
        row.item_id, row.sku, row.name, row.unit, form.procurement == Procurement.MAKE, form.standard_cost,
        row.on_hand, row.available, _current_sheet(row.item_id),
    )  # fmt: skip


def _current_sheet(item_id: int) -> BillSheet | None:
    current = next((one for one in bills.revisions(item_id) if one.current), None)
    try:
        return bills.bill_sheet(current.id) if current is not None else None
    except NotFound:  # removed between the two questions
        return None


def _lines(part: Part) -> tuple[BillLineView, ...]:
    return part.bill.lines if part.bill is not None else ()


def typed(line: BillLineView) -> BillLineInput:
    """The line as a form would hold it."""
    return BillLineInput(
        line.component_id, line.quantity, int(line.scrap_percent * 10_000), line.operation, line.phantom,
        line.by_product, tuple(bills.AlternateInput(o.component_id, o.quantity) for o in line.alternates),
    )  # fmt: skip


def needed(line: BillLineInput, output: Decimal, quantity: Fraction) -> Fraction:
    """How much of the line's component goes into *quantity* of the item, scrap included."""
    return quantity * share_of(line, output)


def depth(lines: Sequence[BillLineInput], parts: Parts) -> int:
    """Levels below the item: 1 where everything in its bill is bought."""
    return max((1 + _depth(line.component_id, line.phantom, parts, DEEPEST) for line in lines), default=0)


def _depth(item_id: int, phantom: bool, parts: Parts, room: int) -> int:
    part = parts.get(item_id)
    below = part.below(phantom=phantom) if part is not None and room else ()
    return max((1 + _depth(one.component_id, one.phantom, parts, room - 1) for one in below), default=0)


@dataclass(frozen=True, slots=True)
class Shortage:
    """A component of which there is less than is needed: *missing*, in its unit."""

    part: Part
    missing: Fraction


class _Stock:
    """What is available, taken for one need after the other; what is made is asked for its own parts.

    Each need is linear in what is missing above it, so the order in which they come changes nothing.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._left = {item_id: max(Fraction(part.available), Fraction(0)) for item_id, part in parts.items()}
        self.missing: dict[int, Fraction] = {}

    def take(self, line: BillLineInput, output: Decimal, quantity: Fraction, room: int = DEEPEST) -> None:
        """Take what *quantity* of the bill's item needs of the line's component."""
        part = self._parts.get(line.component_id)
        if part is None or line.by_product:
            return
        need = needed(line, output, quantity)
        here = Fraction(0) if line.phantom else min(need, self._left[part.item_id])
        self._left[part.item_id] -= here
        below = part.below(phantom=line.phantom) if room else ()
        if below and part.bill is not None and need > here:
            for one in below:
                self.take(typed(one), part.bill.output, need - here, room - 1)
        elif need > here:
            self.missing[part.item_id] = self.missing.get(part.item_id, Fraction(0)) + need - here


def shortages(
    lines: Sequence[BillLineInput], output: Decimal, parts: Parts, quantity: Fraction
) -> list[Shortage]:
    """What is missing to make *quantity* of the item from what is available, down to what is bought."""
    stock = _Stock(parts)
    for line in lines:
        stock.take(line, output, quantity)
    return [Shortage(parts[item_id], missing) for item_id, missing in stock.missing.items()]


@dataclass(frozen=True, slots=True)
class Cost:
    """What the lines of one unit cost, by-products credited; *whole* is False where a cost is not known."""

    amount: Fraction
    whole: bool


def material_cost(lines: Sequence[BillLineInput], output: Decimal, parts: Parts) -> Cost:
    """What the lines of one unit of the item cost by the standard costs of its direct components."""
    total, whole = Fraction(0), True
    for line in lines:
        part = parts.get(line.component_id)
        unit_cost = Fraction(part.unit_cost) if part is not None else Fraction(0)
        cost = share_of(line, output) * unit_cost
        total += -cost if line.by_product else cost
        whole = whole and bool(unit_cost or line.by_product)
    return Cost(total, whole)


# items to choose


def found_items(text: str) -> Sequence[Choice]:
    """Active items that contain *text* in SKU or name; exact SKUs first, then those that begin with it."""
    sought = text.strip().casefold()
    ids = list(catalog.item_ids("all", text)[:SUGGESTED])
    exact = catalog.find_item(text.strip()) if sought else None
    rows = catalog.item_rows(list(dict.fromkeys([exact, *ids] if exact is not None else ids)))
    fitting = [row for row in rows if row.id in ids or row.sku.casefold() == sought]
    begins = sorted(
        fitting, key=lambda row: (row.sku.casefold() != sought, not row.sku.casefold().startswith(sought))
    )
    return [choice_of(row) for row in begins]


def choice_of(row: ItemRow) -> Choice:
    """The item as a lookup offers it."""
    return Choice(row.id, row.sku, " · ".join(part for part in (row.name, row.options) if part))


def known_items(texts: Iterable[str]) -> dict[str, Choice | None]:
    """Text → the one item whose SKU (in any case) or name it is; None where there is none."""
    return {text: _one(text.strip(), found_items(text)) for text in texts}


def _one(text: str, found: Sequence[Choice]) -> Choice | None:
    sought = text.casefold()
    by_sku = [one for one in found if one.text.casefold() == sought]
    exact = [one for one in by_sku if one.text == text] or by_sku
    named = exact or [one for one in found if one.detail.casefold() == sought]
    return named[0] if len(named) == 1 else None


def title_of(one: RevisionView) -> str:
    """A revision as it stands in a choice: "B · from 2026-12-01"."""
    if one.valid_to is None:
        return _("{revision} · from {first}", revision=one.revision, first=one.valid_from.isoformat())
    return _(
        "{revision} · {first} to {last}",
        revision=one.revision,
        first=one.valid_from.isoformat(),
        last=one.valid_to.isoformat(),
    )

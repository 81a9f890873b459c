"""The columns of a bill that one writes in, and how its lines become rows and rows become lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.engineering.bills import AlternateInput, BillLineInput, BillLineView
from factory_erp.services.exchange.pair_readers import Alternates, AlternatesReader
from factory_erp.services.exchange.readers import decimal, percent_ppm, whole
from factory_erp.ui.catalog.bill_parts import Parts, found_items, known_items
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.grid_cells import GridColumn, shown

COMPONENT, PHANTOM, BY_PRODUCT = "component", "phantom", "by_product"
"""What a line is; the values of the column "Line kind"."""

KEY = "line_key"
"""Beside the cells of each row: the number by which the tree knows its line again."""

DERIVED = ("unit", "needed", "on_hand", "available", "unit_cost", "cost")
"""Columns that follow from the others, from stock and from costs."""

NARROWEST = {"component": 200, "kind": 92, "alternates": 92}
"""Least widths in px where the kind of the column does not tell."""

_ALTERNATES = AlternatesReader()


class ItemBook:
    """Items by SKU, so that a pasted block is read without asking for every cell."""

    def __init__(self, look_up: Callable[[Iterable[str]], Mapping[str, Choice | None]] = known_items) -> None:
        self._look_up = look_up
        self._known: dict[str, Choice | None] = {}

    def learn(self, found: Mapping[str, Choice | None]) -> None:
        """Remember what the texts mean (None: nothing)."""
        self._known.update({text.strip().casefold(): choice for text, choice in found.items()})

    def note(self, item_id: int, sku: str) -> None:
        """Remember an item that was chosen from a list."""
        self.learn({sku: Choice(item_id, sku)})

    def unknown(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts that would have to be looked up."""
        return [text for text in texts if text.strip() and text.strip().casefold() not in self._known]

    def read(self, text: str) -> Choice:
        """The item named by *text*. Raises InvalidValue.

        A text typed faster than the list could open is looked up here and now.
        """
        if self.unknown([text]):
            self.learn(self._look_up([text]))
        choice = self._known.get(text.strip().casefold())
        if choice is None:
            raise InvalidValue(
                _("There is no item '{sku}'.", sku=text.strip()), remedy=_("Choose from the list (F4).")
            )
        return choice

    def id_of(self, sku: str) -> int:
        """Id of the item with that SKU. Raises InvalidValue."""
        key = self.read(sku).key
        assert isinstance(key, int)
        return key

    def read_alternates(self, text: str) -> Alternates:
        """What stands in a cell of alternates. Raises InvalidValue for an item that there is not."""
        found: Alternates = _ALTERNATES(text)
        return tuple((self.read(sku).text, quantity) for sku, quantity in found)


def show_alternates(value: Alternates) -> str:
    """The cell that reads as *value*: "PP-2=1.05; PP-3"."""
    return shown(_ALTERNATES.show(value))


def alternate_skus(text: str) -> list[str]:
    """The SKUs in a cell of alternates; none where it cannot be read."""
    try:
        return [sku for sku, _quantity in _ALTERNATES(text)]
    except InvalidValue:
        return []


def line_kinds() -> list[tuple[object, str]]:
    """What a line can be, with its name in the user's language."""
    return [
        (COMPONENT, pgettext("bill line", "Component")),
        (PHANTOM, pgettext("bill line", "Phantom")),
        (BY_PRODUCT, pgettext("bill line", "By-product")),
    ]


def show_kind(kind: str) -> str:
    """What stands in the cell: nothing for a plain component, which most lines are."""
    return "" if kind == COMPONENT else str(dict(line_kinds())[kind])


def bill_columns(book: ItemBook) -> list[GridColumn]:
    """The columns of the tree; the derived ones are read-only."""
    percent = percent_ppm()
    return [
        GridColumn("component", N_("Component"), 250, "lookup", book.read, required=True,
                   search=found_items, hint=N_("SKU or name; F4 opens the list"),
                   aliases=("SKU", "Child", "Material", "子件", "子件编码", "物料编码", "用料")),
        GridColumn("quantity", N_("Quantity"), 92, "number", decimal(above=0), required=True,
                   hint=N_("Per output of its bill, without scrap"),
                   aliases=("Qty", "Usage", "用量", "数量")),
        GridColumn("unit", N_("Unit"), 54, read_only=True, priority=2),
        GridColumn("scrap", N_("Scrap %"), 74, "number", percent, lambda ppm: shown(percent.show(ppm)),
                   empty=0, hint=N_("Added to the quantity"), aliases=("Scrap", "Loss", "损耗", "损耗率")),
        GridColumn("operation", N_("Operation"), 86, "number", whole(1), priority=3,
                   hint=N_("Step of the routing at which it is used; empty: the first"),
                   aliases=("Used at operation", "工序", "投料工序")),
        GridColumn("kind", N_("Line kind"), 96, "choice", show=show_kind, choices=line_kinds(),
                   empty=COMPONENT, priority=1,
                   hint=N_("A phantom is never made: its own bill takes its place. A by-product comes out.")),
        GridColumn("alternates", N_("Alternates"), 104, "text", book.read_alternates, show_alternates,
                   empty=(), priority=4, hint=N_("SKU=quantity, with ; between them, the first choice first"),
                   aliases=("Substitutes", "替代料")),
        GridColumn("needed", N_("Needed"), 84, "number", read_only=True,
                   hint=N_("For the quantity chosen beneath, scrap included")),
        GridColumn("on_hand", N_("On hand"), 80, "number", read_only=True, priority=5),
        GridColumn("available", N_("Available"), 88, "number", read_only=True,
                   hint=N_("On hand, less what is reserved")),
        GridColumn("unit_cost", N_("Unit cost"), 84, "number", read_only=True,
                   hint=N_("Standard cost of one unit, in the company's currency")),
        GridColumn("cost", N_("Cost"), 88, "number", read_only=True,
                   hint=N_("Of what is needed; of a by-product, what it brings in, below zero")),
    ]  # fmt: skip


def row_of(line: BillLineView) -> dict[str, object]:
    """The line as a row of the tree shows it."""
    kind = PHANTOM if line.phantom else BY_PRODUCT if line.by_product else COMPONENT
    return {
        "component": Choice(line.component_id, line.sku),
        "quantity": line.quantity,
        "scrap": int(line.scrap_percent * 10_000),
        "operation": line.operation,
        "kind": kind,
        "alternates": tuple((other.sku, other.quantity) for other in line.alternates),
    }


def line_of(values: Mapping[str, Any], book: ItemBook) -> BillLineInput | None:
    """The line that a row stands for; None while it lacks something that every line has."""
    if values["component"] is None or values["quantity"] is None:
        return None
    quantity: Decimal = values["quantity"]
    others: Sequence[tuple[str, Decimal | None]] = values["alternates"] or ()
    return BillLineInput(
        values["component"],
        quantity,
        values["scrap"] or 0,
        values["operation"],
        values["kind"] == PHANTOM,
        values["kind"] == BY_PRODUCT,
        tuple(AlternateInput(book.id_of(sku), other or quantity) for sku, other in others),
    )


def has_bill(parts: Parts, item_id: int) -> bool:
    """Whether the item may be a phantom; of one that is not read yet the use case will know."""
    part = parts.get(item_id)
    return part is None or part.bill is not None

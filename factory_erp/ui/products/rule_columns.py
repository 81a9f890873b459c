"""The columns of each kind of variant rule, and the way from a line to a rule and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.domain.variant_conditions import format_condition, parse_condition
from factory_erp.domain.variant_outcomes import read_machines
from factory_erp.i18n import N_, _
from factory_erp.models.partners import Role
from factory_erp.models.variants import RuleKind
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.directory import partner_choices
from factory_erp.services.exchange.pair_readers import MachinesReader
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.services.variants.making import AxisView, RuleInput
from factory_erp.ui.kit.choose import Choice, among
from factory_erp.ui.kit.grid import GridColumn
from factory_erp.ui.kit.grid_cells import shown

NUMBER, NOTHING = "number", "nothing"
"""Columns beside the rule's own: its number among all rules, and whether nothing stands in the slot."""

MACHINES = MachinesReader()
"""Machines as cells of files and tables hold them."""

FOUND = 12
"""Items offered while one types a SKU."""


@dataclass(slots=True)
class Offers:
    """What the cells of the rules suggest; filled once the product has been read."""

    axes: Sequence[AxisView] = ()
    centres: Sequence[Choice] = field(default_factory=list)
    lists: Sequence[Choice] = field(default_factory=list)
    languages: Sequence[str] = (ENGLISH, CHINESE)

    def codes(self) -> Sequence[Choice]:
        """The languages in use."""
        return [Choice(code, code) for code in self.languages]

    def conditions(self, text: str) -> Sequence[Choice]:
        """Ways to go on with a condition; first what was typed, if it is one."""
        return [*_as_typed(text), *_continued(text, self.axes)]

    def skus(self, text: str) -> Sequence[Choice]:
        """What was typed, which may be a pattern, then items."""
        ids = list(catalog.item_ids("all", text, "sku", False))[:FOUND]
        found = [Choice(row.sku, row.sku, row.name) for row in catalog.item_rows(ids)]
        typed = [one for one in found if one.text == text] or ([Choice(text, text)] if text else [])
        return [*typed, *(one for one in found if one.text != text)]


def _as_typed(text: str) -> list[Choice]:
    try:
        sound = _condition(text) if text.strip() else ""
    except InvalidValue:
        sound = ""
    return [Choice(sound, sound)] if sound else []


def _continued(text: str, axes: Sequence[AxisView]) -> list[Choice]:
    """The last term of the condition written out with each value that fits."""
    before, _sign, term = text.rpartition(";")
    lead = f"{before.strip()}; " if before.strip() else ""
    name, sign, said = (part.strip() for part in re.match(r"([^=!]*)(!?=?)(.*)", term).groups())  # type: ignore[union-attr]
    sign = sign if sign.endswith("=") else "="
    chosen, _bar, begun = said.rpartition("|")
    kept = f"{chosen}|" if chosen else ""
    return [
        Choice(whole, whole, f"{axis.name()}: {value.name()}")
        for axis in axes
        if axis.code == name or (not said and axis.code.startswith(name))
        for value in axis.values
        if value.code.startswith(begun) and value.code not in chosen.split("|")
        for whole in (f"{lead}{axis.code}{sign}{kept}{value.code}",)
        if whole != text.strip()
    ]


def _condition(text: str) -> str:
    """A condition as it is stored. Raises InvalidValue."""
    return format_condition(parse_condition(text))


def read_tiers(text: str) -> dict[str, str]:
    """Quantity → price of "100=3.20; 500=2.95". Raises InvalidValue."""
    tiers: dict[str, str] = {}
    for part in re.split("[;\uff1b]", text):
        quantity, sign, price = part.partition("=")
        if not sign:
            raise InvalidValue(
                _("'{text}' is not a quantity with a price.", text=part.strip()),
                remedy=_("Write the breaks like {example}.", example="100=3.20; 500=2.95"),
            )
        tiers[shown(parse_decimal(quantity.strip()))] = shown(parse_decimal(price.strip()))
    return tiers


def show_tiers(tiers: Mapping[str, object]) -> str:
    """The breaks, smallest first, as one types them."""
    return "; ".join(f"{quantity}={price}" for quantity, price in sorted(tiers.items(), key=_by_quantity))


def _by_quantity(tier: tuple[str, object]) -> Decimal:
    try:
        return Decimal(tier[0])
    except InvalidOperation:
        return Decimal(0)


def read_machine_speeds(text: str) -> dict[str, str]:
    """Machine → "speed" or "speed/set-up" of "M1=100; M2=80/15". Raises InvalidValue."""
    return {
        code: str(speed) if setup is None else f"{speed}/{setup}" for code, speed, setup in MACHINES(text)
    }


def show_machine_speeds(machines: Mapping[str, object]) -> str:
    """The machines as one types them; as it stands what no rule can say."""
    try:
        return str(MACHINES.show(read_machines(machines)))
    except InvalidValue:
        return str(machines)


def _subcontractors(text: str) -> Sequence[Choice]:
    return [Choice(one.code, one.code, one.name) for one in partner_choices(text, role=Role.SUBCONTRACTOR)]


def _plain(text: str) -> str:
    return text.strip()


def columns(kind: RuleKind, offers: Offers) -> tuple[GridColumn, ...]:
    """The columns of the rules of *kind*."""
    return (
        GridColumn(NUMBER, N_("Rule"), 54, "number", read_only=True, hint=N_("As problems name it")),
        _slot(kind, offers),
        GridColumn("condition", N_("Condition"), 260, "lookup", read=_condition, search=offers.conditions,
                   hint=N_("For which items: size=500; colour=BK|WH. Empty: all that no other rule is for")),
        *_OUTCOMES[kind](offers),
        GridColumn(NOTHING, N_("Nothing"), 76, "check", empty=False,
                   hint=N_("For these items nothing stands in the slot")),
    )  # fmt: skip


def _slot(kind: RuleKind, offers: Offers) -> GridColumn:
    if kind is RuleKind.OPERATION:
        return GridColumn("slot", N_("Step"), 70, "number", required=True, read=_step, show=str,
                          hint=N_("Number of the operation, for example 10"))  # fmt: skip
    if kind is RuleKind.TEXT:
        return GridColumn("slot", N_("Language"), 90, "lookup", required=True, read=_plain,
                          search=lambda text: among(offers.codes())(text))  # fmt: skip
    hints = {
        RuleKind.COMPONENT: N_("What the component is in the item: lid, body, carton"),
        RuleKind.WEIGHT: N_("Which part weighs this; the parts are added"),
        RuleKind.PRICE: N_("Which part costs this; the parts on one list are added"),
    }
    return GridColumn("slot", N_("Slot"), 100, required=True, hint=hints[kind])


def _step(text: str) -> str:
    return shown(parse_decimal(text))


def _component(offers: Offers) -> tuple[GridColumn, ...]:
    return (
        GridColumn("sku", N_("Component"), 180, "lookup", read=_plain, search=offers.skus,
                   hint=N_("SKU; {colour} stands for the code of the item's option")),
        GridColumn("quantity", N_("Quantity"), 84, "number", hint=N_("For one unit")),
        GridColumn("scrap_percent", N_("Scrap %"), 78, "number", priority=2),
        GridColumn("operation", N_("At step"), 78, "number", priority=1,
                   hint=N_("Number of the operation that uses it; empty: the first")),
        GridColumn("phantom", N_("Phantom"), 82, "check", empty=False, priority=3),
    )  # fmt: skip


def _operation(offers: Offers) -> tuple[GridColumn, ...]:
    return (
        GridColumn("centre", N_("Work centre"), 170, "lookup",
                   search=lambda text: among(list(offers.centres))(text)),
        GridColumn("name_en", N_("English name"), 190),
        GridColumn("name_zh", N_("Chinese name"), 195, priority=3),
        GridColumn("setup_minutes", N_("Set-up, min"), 98, "number", priority=1),
        GridColumn("run_seconds", N_("Seconds per unit"), 132, "number"),
        GridColumn("batch_size", N_("Batch size"), 90, "number", priority=5),
        GridColumn("queue_minutes", N_("Wait after, min"), 124, "number", priority=6),
        GridColumn("family", N_("Changeover family"), 250, priority=4),
        GridColumn("instructions", N_("Instructions"), 200, priority=7),
        GridColumn("quality_point", N_("Check after"), 180, priority=8,
                   hint=N_("What is checked after the step")),
        GridColumn("machines", N_("Machines"), 180, read=read_machine_speeds, show=show_machine_speeds,
                   priority=9, hint=N_("Which may do it, with speed in % / set-up: M1=100; M2=80/15")),
        GridColumn("transfer_lot", N_("Transfer lot"), 98, "number", priority=10,
                   hint=N_("How many are carried on at once; empty: only the whole order")),
        GridColumn("move_minutes", N_("Move (min)"), 94, "number", priority=11,
                   hint=N_("Carrying to the next step")),
        GridColumn("subcontractor", N_("Subcontractor"), 130, "lookup", read=_plain, search=_subcontractors,
                   priority=12),
        GridColumn("subcontract_days", N_("Days away"), 90, "number", priority=13,
                   hint=N_("Calendar days")),
        GridColumn("subcontract_price", N_("Price per unit"), 110, "number", priority=14,
                   hint=N_("In the company's currency")),
    )  # fmt: skip


def _weight(_offers: Offers) -> tuple[GridColumn, ...]:
    return (GridColumn("net_g", N_("Net weight, g"), 120, "number"),)


def _price(offers: Offers) -> tuple[GridColumn, ...]:
    return (
        GridColumn("list", N_("Price list"), 140, "lookup",
                   search=lambda text: among(list(offers.lists))(text)),
        GridColumn("tiers", N_("From quantity = price"), 300, read=read_tiers, show=show_tiers,
                   hint=N_("The breaks, for example 100=3.20; 500=2.95")),
    )  # fmt: skip


def _text(_offers: Offers) -> tuple[GridColumn, ...]:
    hint = N_("{product} and {colour} stand for the names of the product and of the item's option")
    return (
        GridColumn("name", N_("Name"), 240, hint=hint),
        GridColumn("declaration_name", N_("Customs name"), 180, priority=1, hint=hint),
        GridColumn("description", N_("Full description"), 220, priority=2, hint=hint),
    )


_OUTCOMES: Mapping[RuleKind, Callable[[Offers], tuple[GridColumn, ...]]] = {
    RuleKind.COMPONENT: _component,
    RuleKind.OPERATION: _operation,
    RuleKind.WEIGHT: _weight,
    RuleKind.PRICE: _price,
    RuleKind.TEXT: _text,
}

_OWN = frozenset({NUMBER, NOTHING, "slot", "condition"})


def new_row(kind: RuleKind) -> Mapping[str, object]:
    """The values of a line that is added."""
    return {NOTHING: False} | (
        {"quantity": Decimal(1), "phantom": False} if kind is RuleKind.COMPONENT else {}
    )


def row_of(rule: RuleInput, grid: Sequence[GridColumn]) -> dict[str, object]:
    """The line that shows *rule*."""
    outcome = dict(rule.outcome or {})
    row: dict[str, object] = {"slot": rule.slot, "condition": rule.condition, NOTHING: not outcome}
    for column in grid:
        if column.key not in _OWN:
            row[column.key] = _value(column, outcome.get(column.key))
    return row


def _value(column: GridColumn, value: object) -> object:
    if value is None:
        return column.empty
    return Decimal(str(value)) if column.kind == "number" else value


def rule_of(kind: RuleKind, row: Mapping[str, Any], grid: Sequence[GridColumn]) -> RuleInput:
    """The rule that a line stands for; cells left empty are not in its outcome."""
    slot, condition = str(row["slot"] or ""), str(row["condition"] or "")
    if row[NOTHING]:
        return RuleInput(kind, slot, condition)
    outcome: dict[str, Any] = {}
    for column in grid:
        if column.key in _OWN:
            continue
        value = row[column.key]
        if not (value is None or value == "" or value is False):  # zero is an answer
            outcome[column.key] = shown(value) if column.kind == "number" else value
    return RuleInput(kind, slot, condition, outcome)

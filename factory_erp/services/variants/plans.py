"""What the rules say of items beside what is stored of them, and in which aspects the two differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.variant_conditions import Options
from factory_erp.domain.variant_outcomes import Part, Step, Words
from factory_erp.domain.variants import Derivations, Derived, name_places
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.engineering import Bill, BillLine, OperationMachine, Routing, RoutingOperation
from factory_erp.models.pricing import PriceLine
from factory_erp.models.variants import ItemOption, OptionAxis, OptionValue
from factory_erp.services.bulk import chunks
from factory_erp.services.names import ENGLISH
from factory_erp.services.variants.axes import labeller
from factory_erp.services.variants.rules import ProductFacts, References, Variant

REVISION = "RULES"
"""Name of the derived revision of bills and routings."""

LINE = ("component_id", "quantity", "scrap_ppm", "operation", "phantom")
STEP = (
    "sequence", "name_en", "name_zh", "centre_id", "setup_minutes", "run_seconds", "batch_size",
    "queue_minutes", "family", "instructions", "transfer_lot", "move_minutes", "quality_point",
    "subcontractor_id", "subcontract_days", "subcontract_price",
)  # fmt: skip
TEXT = ("name", "declaration_name", "description")

Rows = tuple[tuple[Any, ...], ...]
"""Values of the columns LINE or STEP, in order, behind those of a step its machines as sorted
(id, speed, set-up); of prices: list, quantity, price."""


@dataclass(slots=True)
class State:
    """What is, or ought to be, stored of one item; None where the rules say nothing."""

    options: Options = field(default_factory=dict)
    label: str = ""
    net_g: int | None = None
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bill: Rows | None = None
    routing: Rows | None = None
    prices: Rows | None = None


ASPECTS = ("options", "weight", "texts", "bill", "routing", "prices")
"""What of an item can differ, in the order in which it is told."""


@dataclass(slots=True)
class Plan:
    """A variant, what the rules want of it and what there is; ``changes``: the aspects that differ."""

    variant: Variant
    wanted: State
    stored: State
    changes: tuple[str, ...]
    item_id: int | None

    @property
    def is_new(self) -> bool:
        """The item has still to be made."""
        return self.item_id is None


def plans(
    session: Session,
    facts: ProductFacts,
    chosen: Sequence[Variant],
    derived: Derivations,
    found: References,
    joining: Mapping[str, int],
) -> list[Plan]:
    """Wanted beside stored for every chosen variant; *joining* are items without options, by SKU."""
    ids = {one.sku: one.item_id if one.item_id is not None else joining.get(one.sku) for one in chosen}
    stored = _stored(session, [item for item in ids.values() if item is not None], governed(facts, found))
    wishes = _Wishes(facts, found)
    made = []
    for one in chosen:
        item_id = ids[one.sku]
        wanted = wishes.of(one, derived[one.sku], new=item_id is None)
        before = stored[item_id] if item_id is not None else State()
        changes = tuple(name for name in ASPECTS if _differs(name, wanted, before))
        made.append(Plan(one, wanted, before, changes, item_id))
    return made


def governed(facts: ProductFacts, found: References) -> list[int]:
    """Lists whose prices for these items are the rules' alone."""
    codes = {str((rule.outcome or {}).get("list", "")) for rule in facts.rules if rule.kind == "price"}
    return sorted(found.lists[code] for code in codes if code in found.lists)


class _Wishes:
    """What ought to be stored of items of one family."""

    def __init__(self, facts: ProductFacts, found: References) -> None:
        self._facts, self._found = facts, found
        self._kinds = {rule.kind for rule in facts.rules}
        self._label = labeller(facts.axes)
        self._names = replace(facts, variants=()).family(())

    def of(self, one: Variant, derived: Derived, *, new: bool) -> State:
        """What the rules say of the variant, and of a new one its name."""
        found, kinds = self._found, self._kinds
        steps = (_step(sequence, step, found) for sequence, step in derived.steps)
        return State(
            one.options,
            self._label(one.options),
            derived.net_g,
            {
                **(self._plain_names(one) if new else {}),
                **{language: _words(words) for language, words in derived.texts.items()},
            },
            tuple(_line(part, found) for _slot, part in derived.parts),
            tuple(steps),
            _price_rows(derived, found) if "price" in kinds else None,
        )

    def _plain_names(self, one: Variant) -> dict[str, tuple[str, ...]]:
        """A new item is called like its product with its options, in each language of the product's names."""
        names = self._facts.names or {ENGLISH: self._facts.code}
        return {
            code: (" ".join(name_places(self._names, one.options, code).values())[:300], "", "")
            for code in names
        }


def _words(words: Words) -> tuple[str, ...]:
    return words.name, words.declaration_name, words.description


def _line(part: Part, found: References) -> tuple[Any, ...]:
    return found.items[part.sku], part.quantity, part.scrap_ppm, part.operation, part.phantom


def _step(sequence: int, step: Step, found: References) -> tuple[Any, ...]:
    return (
        sequence, step.name_en, step.name_zh, found.centres[step.centre], step.setup_minutes,
        step.run_seconds, step.batch_size, step.queue_minutes, step.family, step.instructions,
        step.transfer_lot, step.move_minutes, step.quality_point,
        found.partners[step.subcontractor] if step.subcontractor else None,
        step.subcontract_days, step.subcontract_price,
        tuple(sorted((found.machines[code], speed, setup) for code, speed, setup in step.machines)),
    )  # fmt: skip


def _price_rows(derived: Derived, found: References) -> Rows:
    rows = ((found.lists[code], *tier) for code, tiers in derived.prices.items() for tier in tiers)
    return tuple(sorted(rows))


def _differs(aspect: str, wanted: State, stored: State) -> bool:
    match aspect:
        case "options":
            return (dict(wanted.options), wanted.label) != (stored.options, stored.label)
        case "weight":
            return wanted.net_g is not None and wanted.net_g != (stored.net_g or 0)
        case "texts":
            return any(_text_differs(said, stored.texts.get(code)) for code, said in wanted.texts.items())
        case "bill" | "routing":
            return bool(getattr(wanted, aspect) != (getattr(stored, aspect) or ()))
        case _:
            return wanted.prices is not None and wanted.prices != (stored.prices or ())


def _text_differs(wanted: Sequence[str], stored: Sequence[str] | None) -> bool:
    """What the rules leave empty is a person's to write."""
    return stored is None or any(new and new != old for new, old in zip(wanted, stored, strict=True))


def _stored(session: Session, item_ids: Sequence[int], lists: Sequence[int]) -> dict[int, State]:
    states: dict[int, State] = {}
    for part in chunks(item_ids):
        for item_id, label, net_g in session.execute(
            select(Item.id, Item.options, Item.net_g).where(Item.id.in_(part))
        ):
            states[item_id] = State({}, label, net_g, {}, (), (), ())
        _read_options(session, part, states)
        _read_texts(session, part, states)
        for item_id, lines in _read_rows(session, part, Bill, BillLine, LINE).items():
            states[item_id].bill = lines
        for item_id, steps in _read_steps(session, part).items():
            states[item_id].routing = steps
        for item_id, prices in _read_prices(session, part, lists).items():
            states[item_id].prices = prices
    return states


def _read_options(session: Session, item_ids: Sequence[int], states: Mapping[int, State]) -> None:
    rows = session.execute(
        select(ItemOption.item_id, OptionAxis.code, OptionValue.code)
        .join(OptionAxis, OptionAxis.id == ItemOption.axis_id)
        .join(OptionValue, OptionValue.id == ItemOption.value_id)
        .join(Item, Item.id == ItemOption.item_id)
        .where(ItemOption.item_id.in_(item_ids), OptionAxis.product_id == Item.product_id)
    )
    for item_id, axis, value in rows:
        states[item_id].options = {**states[item_id].options, axis: value}


def _read_texts(session: Session, item_ids: Sequence[int], states: Mapping[int, State]) -> None:
    found = select(ItemText).where(ItemText.item_id.in_(item_ids))
    for text in session.scalars(found):
        said = tuple(getattr(text, name) for name in TEXT)
        states[text.item_id].texts = {**states[text.item_id].texts, text.language: said}


def _read_rows(
    session: Session, item_ids: Sequence[int], kind: type[Any], child: type[Any], columns: Sequence[str]
) -> dict[int, Rows]:
    parent, order = (child.bill_id, child.position) if kind is Bill else (child.routing_id, child.sequence)
    rows = session.execute(
        select(kind.item_id, *(getattr(child, name) for name in columns))
        .join(child, parent == kind.id)
        .where(kind.item_id.in_(item_ids), kind.revision == REVISION, kind.derived.is_(True))
        .order_by(kind.item_id, order)
    )
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for item_id, *values in rows:
        found[item_id].append(tuple(values))
    return {item_id: tuple(values) for item_id, values in found.items()}


def _read_steps(session: Session, item_ids: Sequence[int]) -> dict[int, Rows]:
    """The steps as ``Rows`` says, with their machines."""
    columns = (OperationMachine.machine_id, OperationMachine.speed_percent, OperationMachine.setup_minutes)
    chosen = (
        select(OperationMachine.operation_id, *columns)
        .join(RoutingOperation, RoutingOperation.id == OperationMachine.operation_id)
        .join(Routing, Routing.id == RoutingOperation.routing_id)
        .where(Routing.item_id.in_(item_ids), Routing.revision == REVISION, Routing.derived.is_(True))
        .order_by(OperationMachine.machine_id)
    )
    machines: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for operation, *values in session.execute(chosen):
        machines[operation].append(tuple(values))
    found = _read_rows(session, item_ids, Routing, RoutingOperation, ("id", *STEP))
    return {
        item_id: tuple((*step, tuple(machines.get(key, ()))) for key, *step in steps)
        for item_id, steps in found.items()
    }


def _read_prices(session: Session, item_ids: Sequence[int], lists: Sequence[int]) -> dict[int, Rows]:
    columns = (PriceLine.item_id, PriceLine.list_id, PriceLine.min_quantity, PriceLine.price)
    found = select(*columns).where(PriceLine.item_id.in_(item_ids), PriceLine.list_id.in_(lists))
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for item_id, *values in session.execute(found.order_by(*columns)):
        rows[item_id].append(tuple(values))
    return {item_id: tuple(values) for item_id, values in rows.items()}

"""The variant rules of a product: stored as text, checked against every item that there is or can be."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.orm.attributes import flag_modified

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.variant_conditions import Options
from factory_erp.domain.variant_outcomes import Step, fill, read
from factory_erp.domain.variants import (
    Derivations,
    Derived,
    Family,
    Member,
    Rule,
    RuleProblem,
    RulesRefusedError,
    circle,
    code_places,
    combinations,
    examine,
    named_items,
)
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item, Product, ProductText
from factory_erp.models.engineering import Bill, BillAlternate, BillLine, Machine, WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.models.pricing import PriceKind, PriceList
from factory_erp.models.variants import VariantRule
from factory_erp.services import clock
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.master_data import check_texts, same_version
from factory_erp.services.variants.axes import AxisView, axis_views, domain_axes, options_of


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as it is stored; *position* counts from 1, an *outcome* of None means nothing stands there."""

    id: int
    position: int
    kind: str
    slot: str
    condition: str
    outcome: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A rule as it is typed in; grammar: ``docs/algorithms/variants.md``."""

    kind: str
    slot: str
    condition: str = ""
    outcome: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A combination of options: the item that has it, or (id None) the one that would be made."""

    item_id: int | None
    sku: str
    options: Options

    @property
    def member(self) -> Member:
        """As the rules read it."""
        return Member(self.sku, self.options)


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A product with all that variants are derived from; ``variants`` in the order of the axes."""

    id: int
    code: str
    axes: tuple[AxisView, ...]
    names: Mapping[str, str]
    rules: tuple[RuleView, ...]
    variants: tuple[Variant, ...]

    def family(self, members: Iterable[Variant], rules: Sequence[Rule] | None = None) -> Family:
        """The family as the rules read it; *members* want an answer, the others may be meant by a rule."""
        own = [Rule(rule.kind, rule.slot, rule.condition, rule.outcome) for rule in self.rules]
        return Family(
            self.code, domain_axes(self.axes), own if rules is None else rules,
            [one.member for one in members], [one.member for one in self.variants], self.names,
        )  # fmt: skip


def product_facts(session: Session, product: Product) -> ProductFacts:
    """Read the product with axes, rules and variants. Raises InvalidValue for a SKU pattern that is none."""
    names = select(ProductText.language, ProductText.name).filter_by(product_id=product.id)
    views = axis_views(session, product.id)
    return ProductFacts(
        product.id, product.code, views, dict(session.execute(names).all()),
        rule_views(session, product.id), tuple(_variants(session, product, views)),
    )  # fmt: skip


def _variants(session: Session, product: Product, axes: Sequence[AxisView]) -> list[Variant]:
    there = {tuple(sorted(has.items())): item_id for item_id, has in options_of(session, product.id).items()}
    items = select(Item.id, Item.sku).where(Item.product_id == product.id)
    skus = dict(session.execute(items).all())
    pattern = product.sku_pattern.strip() or "-".join(
        ["{product}", *("{" + axis.code + "}" for axis in axes)]
    )
    found = []
    for options in combinations(domain_axes(axes)):
        item_id = there.get(tuple(sorted(options.items())))
        sku = fill(pattern, code_places(product.code, options)) if item_id is None else skus[item_id]
        found.append(Variant(item_id, sku.strip(), options))
    return found


def rule_views(session: Session, product_id: int) -> tuple[RuleView, ...]:
    """The rules of a product in order."""
    found = select(VariantRule).filter_by(product_id=product_id).order_by(VariantRule.position)
    return tuple(
        RuleView(row.id, row.position, row.kind, row.slot, row.condition,
                 json.loads(row.outcome) if row.outcome else None)
        for row in session.scalars(found)
    )  # fmt: skip


@query
def rules(session: Session, product_id: int) -> tuple[RuleView, ...]:
    """The variant rules of a product in order. Raises NotFound."""
    get(session, Product, product_id)
    return rule_views(session, product_id)


@query
def check_rules(session: Session, product_id: int, given: Sequence[RuleInput]) -> tuple[RuleProblem, ...]:
    """All that is wrong with *given* as the rules of the product; positions count from 0."""
    return tuple(_problems(session, product_facts(session, get(session, Product, product_id)), given))


@use_case
def save_rules(
    session: Session, product_id: int, given: Sequence[RuleInput], version: int | None = None
) -> int:
    """Make *given* the rules of the product; how many rows that changed. Items follow with ``generate``.

    They must give exactly one answer per slot for every combination of options. Raises RulesRefusedError
    with all that is wrong, Conflict for another *version* of the product; nothing is changed then.
    """
    product = get(session, Product, product_id, lock=True)
    if [_stored(rule) for rule in rule_views(session, product_id)] == [_columns(rule) for rule in given]:
        return 0
    same_version(product, version, product.code)
    problems = _problems(session, product_facts(session, product), given)
    if problems:
        raise RulesRefusedError(problems, product.code)
    changed = _write(session, product_id, given)
    if changed:
        flag_modified(product, "code")
    return changed


def _problems(session: Session, facts: ProductFacts, given: Sequence[RuleInput]) -> list[RuleProblem]:
    wanted = [Rule(rule.kind, rule.slot, rule.condition, rule.outcome) for rule in given]
    derived, problems = examine(facts.family(facts.variants, wanted))
    texts = [*_too_long(given), *problems]
    return texts or references(session, derived, given).problems


def _too_long(given: Sequence[RuleInput]) -> Iterable[RuleProblem]:
    for position, rule in enumerate(given):
        try:
            check_texts(VariantRule, _columns(rule))
        except InvalidValue as error:
            yield RuleProblem(position, str(error))


def _columns(rule: RuleInput) -> dict[str, str]:
    """Texts as they are stored; equal outcomes give equal texts."""
    outcome = (
        json.dumps(rule.outcome, ensure_ascii=False, sort_keys=True, default=str) if rule.outcome else ""
    )
    return {
        "kind": rule.kind, "slot": rule.slot.strip(), "condition": rule.condition.strip(), "outcome": outcome,
    }  # fmt: skip


def _stored(rule: RuleView) -> dict[str, str]:
    return _columns(RuleInput(rule.kind, rule.slot, rule.condition, rule.outcome))


def _write(session: Session, product_id: int, given: Sequence[RuleInput]) -> int:
    """Rules keep their rows by position."""
    found = select(VariantRule).filter_by(product_id=product_id).order_by(VariantRule.position)
    rows = list(session.scalars(found))
    for row in rows[len(given) :]:
        session.delete(row)
    for position, rule in enumerate(given, start=1):
        row = rows[position - 1] if position <= len(rows) else VariantRule(product_id=product_id)
        for name, value in {**_columns(rule), "position": position}.items():
            setattr(row, name, value)
        session.add(row)
    return sum(session.is_modified(row) for row in session.dirty) + len(session.new) + len(session.deleted)


@dataclass(slots=True)
class References:
    """What derived items name, by the name: ids of items, centres, price lists, machines and partners;
    and what is not there."""

    items: Mapping[str, int]
    centres: Mapping[str, int]
    lists: Mapping[str, int]
    machines: Mapping[str, int] = field(default_factory=dict)
    partners: Mapping[str, int] = field(default_factory=dict)
    problems: list[RuleProblem] = field(default_factory=list)


def references(session: Session, derived: Derivations, given: Sequence[RuleInput | RuleView]) -> References:
    """Look up everything that *derived*, which the rules *given* say, names; and circles of the bills."""
    users: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in derived.values():
        for named in _named(one):
            users[named].append(one.sku)
    kinds = (*_MISSING, "machine", "partner")
    wanted = {kind: {name for found, name in users if found == kind} for kind in kinds}
    sales = select(PriceList.code, PriceList.id).where(PriceList.kind == PriceKind.SALES)
    found = References(
        _ids(session, Item.sku, Item.id, wanted["item"]),
        _ids(session, WorkCentre.code, WorkCentre.id, wanted["centre"]),
        dict(session.execute(sales).all()),
        _ids(session, Machine.code, Machine.id, wanted["machine"]),
        _ids(session, Partner.code, Partner.id, wanted["partner"]),
    )
    known = {"item": found.items, "centre": found.centres, "list": found.lists}
    for (kind, name), skus in users.items():
        if kind in known and name not in known[kind]:
            message = _(_MISSING[kind], name=name, items=named_items(skus))
            found.problems.append(RuleProblem(None, message, tuple(skus)))
    found.problems += _bad_steps(session, derived, given, found)
    found.problems += [*_lost_operations(derived), *_circles(session, derived)]
    return found


_MISSING = {
    "item": N_("There is no item {name}, which is a component of {items}."),
    "centre": N_("There is no work centre {name}, where {items} would be made."),
    "list": N_("There is no price list {name} for sales, on which {items} would stand."),
}


def _named(derived: Derived) -> Iterable[tuple[str, str]]:
    yield from dict.fromkeys(("item", part.sku) for _slot, part in derived.parts)
    yield from dict.fromkeys(("centre", step.centre) for _sequence, step in derived.steps)
    for _sequence, step in derived.steps:
        yield from (("machine", code) for code, _speed, _setup in step.machines)
        if step.subcontractor:
            yield "partner", step.subcontractor
    yield from (("list", code) for code in derived.prices)


def _bad_steps(
    session: Session,
    derived: Derivations,
    given: Sequence[RuleInput | RuleView],
    found: References,
) -> Iterable[RuleProblem]:
    """Machines and subcontractors that are not there or elsewhere, by the rules that name them."""
    codes = select(Machine.code, WorkCentre.code).join(WorkCentre, WorkCentre.id == Machine.centre_id)
    centre_of = dict(session.execute(codes).all()) if found.machines else {}
    users: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for one in derived.values():
        for _sequence, step in one.steps:
            users[_done_by(step)].append(one.sku)
    for position, rule in enumerate(given):
        said = read(rule.kind, rule.outcome) if rule.kind == "operation" and rule.outcome else None
        if isinstance(said, Step) and _done_by(said) in users:
            for reason in _step_faults(said, found, centre_of):
                message = _("Rule {number}: {reason}", number=position + 1, reason=reason)
                yield RuleProblem(position, message, tuple(users[_done_by(said)]))


def _done_by(step: Step) -> tuple[Any, ...]:
    return step.centre, step.machines, step.subcontractor


def _step_faults(step: Step, found: References, centre_of: Mapping[str, str]) -> Iterable[str]:
    for code, _speed, _setup in step.machines:
        if code not in found.machines:
            yield _("There is no machine {name}.", name=code)
        elif centre_of[code] != step.centre and step.centre in found.centres:
            yield _("The machine {name} is not of the work centre {centre}.", name=code, centre=step.centre)
    if step.subcontractor and step.subcontractor not in found.partners:
        yield _("There is no partner {name}.", name=step.subcontractor)


def _ids(
    session: Session, name: InstrumentedAttribute[str], key: InstrumentedAttribute[int], wanted: Iterable[str]
) -> dict[str, int]:
    names = sorted(wanted)
    found: dict[str, int] = {}
    for start in range(0, len(names), 5000):
        rows = session.execute(select(name, key).where(name.in_(names[start : start + 5000])))
        found.update(rows.all())
    return found


def _lost_operations(derived: Derivations) -> Iterable[RuleProblem]:
    """Components consumed at a step that the same rules do not put into the routing."""
    lost: dict[int, list[str]] = defaultdict(list)
    for one in derived.values():
        steps = {sequence for sequence, _step in one.steps}
        for operation in {part.operation for _slot, part in one.parts if part.operation} if steps else ():
            if operation not in steps:
                lost[operation].append(one.sku)
    for operation, skus in sorted(lost.items()):
        message = _("A component is consumed at operation {operation}, which {items} do not have.",
                    operation=operation, items=named_items(skus))  # fmt: skip
        yield RuleProblem(None, message, tuple(skus))


def _circles(session: Session, derived: Derivations) -> Iterable[RuleProblem]:
    """Bills as they would be; of what the rules write, only the rules count."""
    graph = {one.sku: {part.sku for _slot, part in one.parts} for one in derived.values()}
    named = graph.keys() | {sku for below in graph.values() for sku in below}
    for parent, below in _bills_below(session, named, graph.keys()).items():
        graph[parent] = graph.get(parent, set()) | below
    around = circle(graph)[:-1]
    start = next((place for place, sku in enumerate(around) if sku in derived), None)
    if start is not None:
        path = (*around[start:], *around[: start + 1])
        message = _("The bills of materials would go round in a circle: {path}.", path=" → ".join(path))
        yield RuleProblem(None, message, tuple(sku for sku in around if sku in derived))


def _bills_below(session: Session, skus: Iterable[str], ruled: Collection[str]) -> dict[str, set[str]]:
    """SKU → SKUs in its bills valid from today on, for *skus* and everything below them.

    Of those that are *ruled* only what people wrote, and will still be valid once the rules have written.
    """
    ids = _ids(session, Item.sku, Item.id, skus)
    waiting, ruled_ids = set(ids.values()), {ids[sku] for sku in ruled if sku in ids}
    seen: set[int] = set()
    uses: list[tuple[int, int]] = []
    while waiting:
        seen |= waiting
        found = [
            *(row for part in chunks(waiting - ruled_ids) for row in _uses(session, part, ruled=False)),
            *(row for part in chunks(waiting & ruled_ids) for row in _uses(session, part, ruled=True)),
        ]
        uses += found
        waiting = {child for _parent, child in found} - seen
    names: dict[int, str] = {}
    for part in chunks(seen):
        rows = session.execute(select(Item.id, Item.sku).where(Item.id.in_(part)))
        names.update(rows.all())
    graph: dict[str, set[str]] = defaultdict(set)
    for parent, child in uses:
        graph[names[parent]].add(names[child])
    return graph


def _uses(session: Session, item_ids: Sequence[int], *, ruled: bool) -> list[tuple[int, int]]:
    """Parent and component of every line, alternates among them, of bills that are not over."""
    alive = and_(or_(Bill.valid_to.is_(None), Bill.valid_to >= clock.today()), BillLine.by_product.is_(False))
    if ruled:
        # The first derived bill ends what is valid today; later ones leave it alone.
        derived = aliased(Bill)
        has_derived = exists().where(derived.item_id == Bill.item_id, derived.derived)
        alive = and_(alive, Bill.derived.is_(False), or_(Bill.valid_from > clock.today(), has_derived))
    lines = select(Bill.item_id, BillLine.component_id).join(BillLine, BillLine.bill_id == Bill.id)
    instead = (
        select(Bill.item_id, BillAlternate.component_id)
        .join(BillLine, BillLine.bill_id == Bill.id)
        .join(BillAlternate, BillAlternate.line_id == BillLine.id)
    )
    return [
        (parent, child)
        for statement in (lines, instead)
        for parent, child in session.execute(statement.where(Bill.item_id.in_(item_ids), alive))
    ]

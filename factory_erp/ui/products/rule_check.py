"""What a draft of rules comes to: everything that is wrong with it, and all that it says of one item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from factory_erp.domain.variant_outcomes import Part, Step, Tiers
from factory_erp.domain.variants import Axis, Derived, Family, Member, Rule, RuleProblem, examine
from factory_erp.i18n import _, language
from factory_erp.models.pricing import PriceKind
from factory_erp.models.variants import RuleKind
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.engineering import work_centres
from factory_erp.services.names import CHINESE
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import RuleInput, RuleView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.matrix_layout import places
from factory_erp.ui.kit.rows import Row
from factory_erp.ui.products import family as families
from factory_erp.ui.products import words

PPM_PER_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """What the rules tab reads: the family, its rules, and what they may name."""

    family: families.Family
    rules: tuple[RuleView, ...]
    centres: Sequence[Choice]
    lists: Sequence[Choice]


def read_rules(product_id: int) -> RuleSheet:
    """The rules of a product with everything around them. Raises NotFound."""
    return RuleSheet(
        families.read_family(product_id),
        variants.rules(product_id),
        [Choice(one.code, one.code, one.name_en) for one in work_centres.centres()],
        [
            Choice(one.code, one.code, f"{one.name} {one.currency}")
            for one in pricing.price_lists(PriceKind.SALES)
        ],
    )


@dataclass(frozen=True, slots=True)
class Looked:
    """*problems* of the whole draft, what it says of one item, and the names of its components by SKU."""

    problems: tuple[RuleProblem, ...]
    derived: Derived | None
    names: Mapping[str, str] = field(default_factory=dict)


def look(
    product_id: int, rules: Sequence[RuleInput], family: families.Family, chosen: Member | None
) -> Looked:
    """Check *rules* as those of the product, and derive the item *chosen* from them. Slow: for a job."""
    problems = variants.check_rules(product_id, rules)
    derived = derive(family, rules, chosen) if chosen is not None else None
    return Looked(problems, derived, _names(derived) if derived is not None else {})


def derive(family: families.Family, rules: Sequence[RuleInput], chosen: Member) -> Derived:
    """What *rules* say of one item; where they contradict each other, the first of them."""
    read = [Rule(rule.kind, rule.slot, rule.condition, rule.outcome) for rule in rules]
    named = {text.language: text.name for text in family.sheet.texts if text.name}
    axes = [
        Axis(axis.code, tuple(one.code for one in axis.values), {one.code: one.names for one in axis.values})
        for axis in family.axes
    ]
    derived, _problems = examine(Family(family.sheet.code, axes, read, [chosen], (), named))
    return derived[chosen.sku]


def _names(derived: Derived) -> dict[str, str]:
    found = {part.sku: catalog.find_item(part.sku) for _slot, part in derived.parts}
    rows = catalog.item_rows([item_id for item_id in found.values() if item_id is not None])
    return {row.sku: row.name for row in rows}


def members(family: families.Family) -> list[tuple[Member, str]]:
    """Every combination of options, items that are there first, each with its options in words."""
    known = family.matrix.cells
    cells = sorted(places(family.matrix), key=lambda cell: cell not in known)
    found = []
    for cell in cells:
        options = family.options_of(cell)
        text = family.label_of(options)
        sku = (family.sku(known[cell]) if cell in known else "") or text
        found.append((Member(sku, options), text))
    return found


# in words


def result_rows(looked: Looked) -> list[Row]:
    """What the rules say of the item, a line for each slot: (kind, slot, result)."""
    made = looked.derived
    if made is None:
        return []
    return [(_(words.KINDS[kind]), slot, said) for kind, slot, said in _lines(made, looked.names)]


def _lines(made: Derived, names: Mapping[str, str]) -> Iterator[tuple[RuleKind, str, str]]:
    for slot, part in made.parts:
        yield RuleKind.COMPONENT, slot, _part_text(part, names.get(part.sku, ""))
    for sequence, step in made.steps:
        yield RuleKind.OPERATION, str(sequence), _step_text(step)
    if made.net_g is not None:
        yield RuleKind.WEIGHT, "", _("{grams} g net", grams=figures.number(made.net_g))
    for code, tiers in made.prices.items():
        yield RuleKind.PRICE, code, _tiers_text(tiers)
    for code, text in made.texts.items():
        yield (
            RuleKind.TEXT,
            code,
            " · ".join(filter(None, (text.name, text.declaration_name, text.description))),
        )


def _part_text(part: Part, name: str) -> str:
    said = [f"{figures.number(part.quantity)} × {part.sku}", name]
    if part.scrap_ppm:
        percent = figures.number(Decimal(part.scrap_ppm) / PPM_PER_PERCENT)
        said.append(_("scrap {percent} %", percent=percent))
    if part.operation:
        said.append(_("at step {step}", step=part.operation))
    if part.phantom:
        said.append(_("phantom"))
    return " · ".join(filter(None, said))


def _step_text(step: Step) -> str:
    said = [
        step.name_zh if language() == CHINESE else step.name_en,
        step.centre,
        _("set-up {minutes} min", minutes=figures.number(step.setup_minutes)),
        _("{seconds} s per unit", seconds=figures.number(step.run_seconds)),
        step.family,
        ", ".join(code for code, _speed, _setup in step.machines),
        step.subcontractor,
        step.quality_point,
    ]
    return " · ".join(filter(None, said))


def _tiers_text(tiers: Tiers) -> str:
    return " · ".join(
        _("from {quantity}: {price}", quantity=figures.number(quantity), price=figures.number(price))
        for quantity, price in tiers
    )

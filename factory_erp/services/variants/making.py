"""Families of items: what would be made of a product's options and rules, and making it.

Axes are kept by ``variants.axes``, rules by ``variants.rules``; both are offered here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.domain.variant_conditions import Options
from factory_erp.domain.variants import RulesRefusedError, derive, named_items
from factory_erp.i18n import _, pgettext
from factory_erp.models.catalog import Item, Product
from factory_erp.models.pricing import PriceList
from factory_erp.models.variants import ItemOption
from factory_erp.services.base import get, query, use_case
from factory_erp.services.engineering.structure import lock_bills
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.variants.axes import (
    AxisInput,
    AxisView,
    ValueInput,
    ValueView,
    assign_options,
    axes,
    save_axes,
)
from factory_erp.services.variants.plans import Plan, governed, plans
from factory_erp.services.variants.rules import (
    ProductFacts,
    References,
    RuleInput,
    RuleView,
    Variant,
    check_rules,
    product_facts,
    references,
    rules,
    save_rules,
)
from factory_erp.services.variants.writing import write

__all__ = [
    "AxisInput",
    "AxisView",
    "GenerateReport",
    "RuleInput",
    "RuleView",
    "ValueInput",
    "ValueView",
    "VariantPreview",
    "assign_options",
    "axes",
    "check_rules",
    "generate",
    "preview",
    "rules",
    "save_axes",
    "save_rules",
]

LONGEST_SKU = 60
STEP = 500
"""Items between two looks at the progress."""


@dataclass(frozen=True, slots=True)
class VariantPreview:
    """What would become of one combination; *changes* are aspects in the reader's words."""

    item_id: int | None
    sku: str
    options: str
    combination: Options
    exists: bool
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GenerateReport:
    """How many items were made, changed and left alone; *skus* are those made."""

    created: int
    updated: int
    unchanged: int
    skus: tuple[str, ...]


class StoppedError(NotAllowed):
    """The person stopped the work; nothing was changed."""


@query
def preview(
    session: Session, product_id: int, combinations: Sequence[Options] | None = None
) -> list[VariantPreview]:
    """What ``generate`` would do, in the order of the axes. Raises what it raises."""
    _facts, made, _found = _planned(session, get(session, Product, product_id), combinations, Quiet())
    return [
        VariantPreview(
            plan.item_id, plan.variant.sku, plan.wanted.label,
            plan.variant.options, not plan.is_new, tuple(_aspect(name) for name in plan.changes),
        )
        for plan in made
    ]  # fmt: skip


def _aspect(name: str) -> str:
    return {
        "options": _("Options"),
        "weight": _("Net weight"),
        "texts": _("Texts"),
        "bill": _("Bill of materials"),
        "routing": _("Routing"),
        "prices": pgettext("of an item", "Prices"),
    }[name]


@use_case
def generate(
    session: Session,
    product_id: int,
    combinations: Sequence[Options] | None = None,
    progress: Progress | None = None,
) -> GenerateReport:
    """Make the missing items of the *combinations* (None: of all), and all of them what the rules say.

    An item is known by its options, so it keeps its SKU. What no rule speaks of stays as it is. Done
    again, everything is unchanged. Raises RulesRefusedError for rules that do not give every item one answer,
    NotAllowed for a SKU that another item has, StoppedError; nothing is changed then.
    """
    watched = progress or Quiet()
    lock_bills(session)
    product = get(session, Product, product_id, lock=True)
    facts, made, found = _planned(session, product, combinations, watched)
    differing = [plan for plan in made if plan.is_new or plan.changes]
    created = [plan.variant.sku for plan in differing if plan.is_new]
    lists = governed(facts, found)
    for list_id in lists:
        get(session, PriceList, list_id, lock=True)  # nobody else writes breaks beside these
    for start in range(0, len(differing), STEP):
        _look(watched, start, len(differing))
        write(session, facts, differing[start : start + STEP], lists)
    watched.report(len(differing), len(differing))
    return GenerateReport(
        len(created), len(differing) - len(created), len(made) - len(differing), tuple(created)
    )


def _look(progress: Progress, done: int, total: int) -> None:
    progress.report(done, total, _("Items"))
    if progress.cancelled:
        raise StoppedError(_("Generating was stopped. Nothing was changed."))


def _planned(
    session: Session, product: Product, combinations: Sequence[Options] | None, progress: Progress
) -> tuple[ProductFacts, list[Plan], References]:
    facts = product_facts(session, product)
    chosen = _chosen(facts, combinations)
    _look(progress, 0, len(chosen))
    _check_skus(facts, chosen)
    joining = _joining(session, facts, chosen)
    derived = derive(facts.family(chosen))
    found = references(session, derived, facts.rules)
    if found.problems:
        raise RulesRefusedError(found.problems, facts.code)
    return facts, plans(session, facts, chosen, derived, found, joining), found


def _chosen(facts: ProductFacts, combinations: Sequence[Options] | None) -> list[Variant]:
    if combinations is None:
        return list(facts.variants)
    wanted = {tuple(sorted(options.items())) for options in combinations}
    chosen = [one for one in facts.variants if tuple(sorted(one.options.items())) in wanted]
    if len(chosen) < len(wanted):
        raise InvalidValue(
            _("One of the combinations is not possible with the options of {product}.", product=facts.code),
            record=facts.code,
            field=_("Options"),
            remedy=_("Reload the page: the options may have been changed."),
        )
    return chosen


def _check_skus(facts: ProductFacts, chosen: Sequence[Variant]) -> None:
    """Each variant has a SKU of its own that fits its column."""
    counted = Counter(one.sku for one in facts.variants)
    twice = [one.sku for one in chosen if counted[one.sku] > 1]
    if twice:
        raise _bad_pattern(facts, _("Several variants would have the SKU {sku}.", sku=twice[0]))
    bad = [one.sku for one in chosen if not 0 < len(one.sku) <= LONGEST_SKU]
    if bad:
        raise _bad_pattern(facts, _("'{sku}' cannot be a SKU.", sku=bad[0]))


def _bad_pattern(facts: ProductFacts, message: str) -> InvalidValue:
    return InvalidValue(
        message,
        record=facts.code,
        field=_("SKU pattern"),
        remedy=_(
            "Let the pattern name every axis once, and give up to {count} characters.", count=LONGEST_SKU
        ),
    )


def _joining(session: Session, facts: ProductFacts, chosen: Sequence[Variant]) -> dict[str, int]:
    """Items of the product with the SKU of a variant but no options yet. Raises NotAllowed for others."""
    skus = [one.sku for one in chosen if one.item_id is None]
    free: dict[str, int] = {}
    others: list[str] = []
    for start in range(0, len(skus), STEP):
        placed = select(ItemOption.id).where(ItemOption.item_id == Item.id).exists()
        found = select(Item.id, Item.sku, Item.product_id, placed)
        for item_id, sku, product_id, has_options in session.execute(
            found.where(Item.sku.in_(skus[start : start + STEP]))
        ):
            if product_id == facts.id and not has_options:
                free[sku] = item_id
            else:
                others.append(sku)
    if others:
        raise NotAllowed(
            _("These SKUs belong to other items: {items}.", items=named_items(sorted(others))),
            record=facts.code,
            field=_("SKU pattern"),
            remedy=_("Put these items into this product and give them their options, or change the pattern."),
        )
    return free

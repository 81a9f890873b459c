"""Variant rules of two families of the demo: what they derive is what the tables of the catalogue say.

A packing set is a phantom: the boxes, bags and leaflets of one carton, never made or stocked by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from factory_erp.demo.catalogue import catalogue
from factory_erp.demo.families import GERMAN, axes, goods, options
from factory_erp.demo.materials import COLOURS
from factory_erp.demo.specs import ItemSpec, Part, Step
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.services.variants.making import RuleInput

FLASKS, LAMPS = "VF", "DLA"
RULED = (FLASKS, LAMPS)
"""Families whose bills, routings, weights, prices and texts rules derive."""

_LIDS = {"035|050": "S45", "075|100": "S52"}
"""Sizes of flasks → their lid."""

_PLAIN_PLUG = "US"
"""Plug without a surcharge."""


@dataclass(frozen=True, slots=True)
class PackingSet:
    """A phantom: what packs *output* pieces of a model."""

    sku: str
    en: str
    zh: str
    output: Decimal
    parts: tuple[Part, ...]


def packing_sets() -> Iterator[PackingSet]:
    """The packing set of every model of the ruled families."""
    for product in RULED:
        for model in sorted({_model(item) for item in goods(product)}):
            item = next(item for item in goods(product) if _model(item) == model)
            yield PackingSet(
                f"PS-{model}", f"Packing set, {catalogue()[f'PM-BOX-{model}'].en.partition(', ')[2]}",
                f"包装套件 {catalogue()[f'PM-BOX-{model}'].zh.partition(' ')[2]}", item.output,
                tuple(part for part in item.parts if part.sku.startswith("PM-")),
            )  # fmt: skip


def _model(item: ItemSpec) -> str:
    """The model of a finished good: "VF050", "DLA"."""
    return item.sku.partition("-")[0]


def rules(product: str) -> tuple[RuleInput, ...]:
    """The rules of a ruled family, in the order of the bill, the routing and the rest."""
    own = _flask_rules() if product == FLASKS else _lamp_rules()
    return (*own, *_steps(goods(product)[0]), *_texts(product))


def price_list(currency: str) -> str:
    """Code of the general list that the rules write prices on."""
    return f"{currency} FOB Ningbo"


def _flask_rules() -> Iterator[RuleInput]:
    yield _component("body", "PB-{product}{size}-{colour}", 20)
    for sizes, lid in _LIDS.items():
        yield _component("lid", f"LA-{lid}", 20, condition=f"size={sizes}")
    yield _component("packing", "PS-{product}{size}", 30, phantom=True)
    for size, item in _first_by(FLASKS, "size").items():
        condition = f"size={size}"
        yield RuleInput("weight", "whole", condition, {"net_g": item.net_g})
        for currency in ("USD", "EUR"):
            prices = _prices(item, currency)
            charge = {"list": price_list(currency), "tiers": prices} if prices else None
            yield RuleInput("price", f"{currency} by size", condition, charge)


def _lamp_rules() -> Iterator[RuleInput]:
    for slot, sku in (("body", "PL-{product}-{colour}"), ("module", "LM-{product}"), ("dimmer", "RM-TOUCH"),
                      ("screws", "RM-SCREWS")):  # fmt: skip
        yield _component(slot, sku, 10)
    yield _component("wire", "RM-WIRE", 10, quantity="0.9", scrap_percent="1")
    yield _component("adapter", "RM-ADP-{plug}", 20)
    yield _component("packing", "PS-{product}", 20, phantom=True)
    by_plug = _first_by(LAMPS, "plug")
    base = by_plug[_PLAIN_PLUG]
    yield RuleInput("weight", "whole", "", {"net_g": base.net_g})
    for currency in ("USD", "EUR"):
        least = _prices(base, currency)
        yield RuleInput("price", f"{currency} lamp", "", {"list": price_list(currency), "tiers": least})
        for plug, item in by_plug.items():
            more = {at: str(Decimal(price) - Decimal(least[at]))
                    for at, price in _prices(item, currency).items()}  # fmt: skip
            charge = {"list": price_list(currency), "tiers": more} if item is not base else None
            yield RuleInput("price", f"{currency} plug", f"plug={plug}", charge)


def _component(slot: str, sku: str, operation: int, *, condition: str = "", **more: Any) -> RuleInput:
    return RuleInput("component", slot, condition, {"sku": sku, "operation": operation, **more})


def _first_by(product: str, axis: str) -> Mapping[str, ItemSpec]:
    """Value on the axis → the first good that has it."""
    found: dict[str, ItemSpec] = {}
    for item in goods(product):
        found.setdefault(options(item)[axis], item)
    return found


def _prices(item: ItemSpec, currency: str) -> dict[str, str]:
    return {str(tier.quantity): str(tier.price) for tier in item.tiers if tier.currency == currency}


def _steps(item: ItemSpec) -> Iterator[RuleInput]:
    """The routing, the same for the whole family but for the family of changeovers."""
    for step in item.steps:
        yield RuleInput("operation", str(step.sequence), "", _step(item, step))


def _step(item: ItemSpec, step: Step) -> dict[str, Any]:
    family = step.family.replace(_model(item), "{product}{size}" if item.product == FLASKS else "{product}")
    return {
        "centre": step.centre, "name_en": step.en, "name_zh": step.zh, "setup_minutes": step.setup,
        "run_seconds": str(step.run), "queue_minutes": step.queue, "family": family,
        "instructions": step.instructions, "quality_point": step.quality,
    }  # fmt: skip


def _texts(product: str) -> Iterator[RuleInput]:
    """Names; English writes a colour small within a sentence, so it has a rule for each of today's."""
    pattern = {
        FLASKS: ("{product} {size}, ", "", "{product} {size} {colour}"),
        LAMPS: ("{product}, 6 W, ", ", {plug}", "{product} 6W {colour} {plug}"),
    }[product]
    before, after, chinese = pattern
    declared = goods(product)[0]
    for colour in _values(product, "colour"):
        name = before + COLOURS[colour][0] + after
        yield RuleInput("text", ENGLISH, f"colour={colour}",
                        {"name": name, "declaration_name": declared.declared_en})  # fmt: skip
    otherwise = {"name": before + "{colour}" + after, "declaration_name": declared.declared_en}
    yield RuleInput("text", ENGLISH, "", otherwise)
    yield RuleInput("text", CHINESE, "", {"name": chinese, "declaration_name": declared.declared_zh})
    if product == FLASKS:
        yield RuleInput("text", GERMAN, "", {"name": before + "{colour}"})


def _values(product: str, axis: str) -> Sequence[str]:
    return [value.code for one in axes(product) if one.code == axis for value in one.values]

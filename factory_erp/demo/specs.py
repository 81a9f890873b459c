"""The shapes that the demo factory's tables are written in; plain values, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from factory_erp.models.catalog import ItemKind, PackKind, Procurement

KILO = Decimal("0.000001")
"""Step of what is weighed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A component: *quantity* in its unit per the bill's output, consumed by *operation*."""

    sku: str
    quantity: Decimal
    operation: int = 10
    scrap_ppm: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """An operation of a routing; *run* seconds per unit, *queue* minutes of cooling or curing after it.

    *quality* is what is checked after it, *instructions* what the worker reads, both in two languages. With
    *transfer_lot* the next step begins when so many are through; one that is not *resumable* is not
    interrupted over the night.
    """

    sequence: int
    centre: str
    en: str
    zh: str
    setup: int
    run: Decimal
    family: str = ""
    queue: int = 0
    quality: str = ""
    instructions: str = ""
    transfer_lot: Decimal = Decimal(0)
    resumable: bool = True


@dataclass(frozen=True, slots=True)
class Pack:
    """A packaging level: pieces, outer sizes in mm, weights in g."""

    kind: PackKind
    quantity: int
    length: int
    width: int
    height: int
    net_g: int
    gross_g: int


@dataclass(frozen=True, slots=True)
class Tier:
    """Unit price from a quantity upwards, FOB Ningbo."""

    currency: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class ProductSpec:
    """A family of items."""

    code: str
    category: str
    material: str
    en: str
    zh: str
    about_en: str
    about_zh: str


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """An item with everything that hangs on it. A bill makes *output* units at once."""

    sku: str
    kind: ItemKind
    en: str
    zh: str
    unit: str = "H87"
    step: Decimal = Decimal(1)
    product: str = ""
    options: str = ""
    hs: str = ""
    declared_en: str = ""
    declared_zh: str = ""
    net_g: int = 0
    lead_days: int = 0
    cost: Decimal = Decimal(0)
    output: Decimal = Decimal(1)
    parts: tuple[Part, ...] = ()
    steps: tuple[Step, ...] = ()
    packs: tuple[Pack, ...] = ()
    tiers: tuple[Tier, ...] = ()

    @property
    def procurement(self) -> Procurement:
        """What has a bill is made, the rest is bought."""
        return Procurement.MAKE if self.parts else Procurement.BUY

    @property
    def sellable(self) -> bool:
        """Finished goods have a price list."""
        return self.kind is ItemKind.FINISHED

    def price(self, currency: str, quantity: int) -> Decimal:
        """Unit price of the list for an order of *quantity*."""
        fitting = [tier for tier in self.tiers if tier.currency == currency and tier.quantity <= quantity]
        return fitting[-1].price


def requirements(items: Mapping[str, ItemSpec], demand: Iterable[tuple[str, int]]) -> dict[str, Decimal]:
    """Everything below *demand* (SKU, pieces) by SKU, stock not considered, in whole steps."""
    needed: dict[str, Decimal] = {}
    for sku, quantity in demand:
        _add(items, needed, sku, Decimal(quantity))
    return {sku: _up(items[sku], quantity) for sku, quantity in needed.items()}


def _add(items: Mapping[str, ItemSpec], needed: dict[str, Decimal], sku: str, quantity: Decimal) -> None:
    for part in items[sku].parts:
        share = quantity * part.quantity / items[sku].output
        share += share * part.scrap_ppm / 1_000_000
        needed[part.sku] = needed.get(part.sku, Decimal(0)) + share
        _add(items, needed, part.sku, share)


def _up(item: ItemSpec, quantity: Decimal) -> Decimal:
    return (quantity / item.step).to_integral_value(ROUND_CEILING) * item.step

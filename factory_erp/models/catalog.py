"""What is made, bought and sold: products, items, their texts, packaging, units and numbers."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Versioned, fk, one_of
from factory_erp.models.types import Scaled
from factory_erp.models.variants import OptionValue


class ItemKind(StrEnum):
    """What an item is in the factory."""

    FINISHED = "finished"
    SEMI_FINISHED = "semi_finished"
    RAW = "raw"
    PACKAGING = "packaging"


class Procurement(StrEnum):
    """Whether the factory makes an item or buys it."""

    MAKE = "make"
    BUY = "buy"


class LotRule(StrEnum):
    """How much of an item is made or bought at once."""

    LOT_FOR_LOT = "lot_for_lot"
    """Each demand its own order."""
    PER_ORDER = "per_order"
    """What one sales order needs together."""
    FIXED = "fixed"
    """Whole lots of ``lot_size``."""
    PERIOD = "period"
    """What is needed within ``period_days`` together."""


class PackKind(StrEnum):
    """Level of packaging, from the inside out."""

    INNER = "inner"
    MASTER = "master"
    PALLET = "pallet"


class Product(Base, Timed, Versioned):
    """A family of items that differ by options (size, colour, logo)."""

    __tablename__ = "product"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    category: Mapped[str] = mapped_column(String(80), default="", index=True)
    brand: Mapped[str] = mapped_column(String(80), default="")
    material: Mapped[str] = mapped_column(String(200), default="")
    sku_pattern: Mapped[str] = mapped_column(String(120), default="")
    """How an item's SKU is made of its options: "{product}-{size}-{colour}"."""
    texts: Mapped[list[ProductText]] = relationship(cascade="all, delete-orphan")


class ProductText(Base):
    """Name and description of a product in one language."""

    __tablename__ = "product_text"
    __table_args__ = (UniqueConstraint("product_id", "language"),)

    product_id: Mapped[int] = mapped_column(fk("product.id", cascade=True))
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[str] = mapped_column(String(300), default="")
    """Search words for listings, separated by commas."""


class Item(Base, Timed, Versioned, Keyed):
    """A stock-keeping unit: the thing that is stocked, made, bought and shipped."""

    __tablename__ = "item"
    __table_args__ = (
        one_of("kind", ItemKind),
        one_of("procurement", Procurement),
        CheckConstraint("net_g >= 0", name="net_not_negative"),
        CheckConstraint("step > 0", name="step_positive"),
        CheckConstraint("min_order >= 0 AND order_multiple >= 0 AND lot_size >= 0", name="lots_not_negative"),
        one_of("lot_rule", LotRule),
        CheckConstraint(
            "lot_minimum >= 0 AND lot_multiple >= 0 AND period_days >= 0 AND safety_stock >= 0"
            " AND scrap_percent >= 0",
            name="planning_not_negative",
        ),
    )

    sku: Mapped[str] = mapped_column(String(60), unique=True)
    product_id: Mapped[int | None] = mapped_column(fk("product.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    procurement: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str] = mapped_column(String(3), default="H87")
    step: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(1))
    """Smallest quantity that exists of it: 1 for pieces, 0.000001 for kilograms."""
    hs_code: Mapped[str] = mapped_column(String(10), default="")
    origin: Mapped[str] = mapped_column(String(2), default="CN")
    options: Mapped[str] = mapped_column(String(200), default="")
    """Its place on the option axes, as the platform shows it: "500 ml / Matte black"."""
    net_g: Mapped[int] = mapped_column(default=0)
    """Net weight of one unit in grams."""
    lead_days: Mapped[int] = mapped_column(default=0)
    standard_cost: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Per unit, in the company's currency."""
    gtin: Mapped[str] = mapped_column(String(14), default="")
    min_order: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Least quantity that a buyer may order; 0 = any."""
    order_multiple: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    lot_size: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """The usual batch, for which its standard cost is rolled up; 0 = one."""
    lot_rule: Mapped[str] = mapped_column(String(12), default=LotRule.PER_ORDER)
    lot_minimum: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Least quantity that is made or bought at once; 0 = any."""
    lot_multiple: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Made or bought in whole multiples of it (a box, a coil); 0 = any."""
    period_days: Mapped[int] = mapped_column(default=0)
    safety_stock: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    scrap_percent: Mapped[Decimal] = mapped_column(Scaled(), default=Decimal(0))
    """Of what is made, so much more is begun."""
    supplier_id: Mapped[int | None] = mapped_column(fk("partner.id"), index=True)
    """From whom it is usually bought."""
    sellable: Mapped[bool] = mapped_column(default=False, index=True)
    active: Mapped[bool] = mapped_column(default=True)
    product: Mapped[Product | None] = relationship()
    texts: Mapped[list[ItemText]] = relationship(cascade="all, delete-orphan")
    packaging: Mapped[list[PackagingLevel]] = relationship(cascade="all, delete-orphan")
    conversions: Mapped[list[UnitConversion]] = relationship(cascade="all, delete-orphan")
    option_values: Mapped[list[OptionValue]] = relationship(secondary="item_option", viewonly=True)
    """Its values on the axes of its product, with their names."""


class ItemText(Base):
    """Names of an item in one language: data with a language, not interface text."""

    __tablename__ = "item_text"
    __table_args__ = (UniqueConstraint("item_id", "language"),)

    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True))
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(300))
    declaration_name: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[str] = mapped_column(String(300), default="")


class PackagingLevel(Base):
    """How many go into an inner box, a master carton, onto a pallet; its size and weights."""

    __tablename__ = "packaging_level"
    __table_args__ = (
        UniqueConstraint("item_id", "kind"),
        one_of("kind", PackKind),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("gross_g >= net_g AND net_g >= 0", name="gross_not_below_net"),
        CheckConstraint("length_mm > 0 AND width_mm > 0 AND height_mm > 0", name="size_positive"),
    )

    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True))
    kind: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[int]
    length_mm: Mapped[int]
    width_mm: Mapped[int]
    height_mm: Mapped[int]
    net_g: Mapped[int]
    gross_g: Mapped[int]
    may_lie: Mapped[bool] = mapped_column(default=False)
    """Whether it may be loaded on any of its sides; otherwise its height stays upright."""
    bears_g: Mapped[int | None]
    """What may stand on one, all layers above together; None: any weight."""


class UnitConversion(Base):
    """Another unit that the item is bought, sold or used in: one of it is *factor* base units."""

    __tablename__ = "unit_conversion"
    __table_args__ = (
        UniqueConstraint("item_id", "unit"),
        CheckConstraint("factor > 0", name="factor_positive"),
    )

    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True))
    unit: Mapped[str] = mapped_column(String(3))
    factor: Mapped[Decimal] = mapped_column(Scaled())


class ItemNumber(Base):
    """What a partner calls the item; the platforms' own numbers are in ``sku_mapping``."""

    __tablename__ = "item_number"
    __table_args__ = (UniqueConstraint("partner_id", "item_id"), UniqueConstraint("partner_id", "code"))

    partner_id: Mapped[int] = mapped_column(fk("partner.id", cascade=True))
    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True), index=True)
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(300), default="")

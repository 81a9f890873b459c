"""Families of items: the axes on which they differ, and the rules that derive an item from its options."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, fk, one_of


class RuleKind(StrEnum):
    """What a variant rule decides."""

    COMPONENT = "component"
    OPERATION = "operation"
    WEIGHT = "weight"
    PRICE = "price"
    TEXT = "text"


class OptionAxis(Base):
    """One way in which the items of a product differ: size, colour, logo."""

    __tablename__ = "option_axis"
    __table_args__ = (UniqueConstraint("product_id", "code"),)

    product_id: Mapped[int] = mapped_column(fk("product.id", cascade=True))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    """Name of the axis in patterns and rules: "colour"."""
    name_en: Mapped[str] = mapped_column(String(80))
    name_zh: Mapped[str] = mapped_column(String(80), default="")
    values: Mapped[list[OptionValue]] = relationship(
        cascade="all, delete-orphan", order_by="OptionValue.position"
    )


class OptionValue(Base):
    """One choice on an axis: 500 ml, matte black."""

    __tablename__ = "option_value"
    __table_args__ = (UniqueConstraint("axis_id", "code"),)

    axis_id: Mapped[int] = mapped_column(fk("option_axis.id", cascade=True))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    """What stands for it in a SKU: "BK"."""
    texts: Mapped[list[OptionText]] = relationship(cascade="all, delete-orphan")


class OptionText(Base):
    """Name of an option in one language."""

    __tablename__ = "option_text"
    __table_args__ = (UniqueConstraint("value_id", "language"),)

    value_id: Mapped[int] = mapped_column(fk("option_value.id", cascade=True))
    language: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))


class ItemOption(Base):
    """The value that an item has on an axis of its product."""

    __tablename__ = "item_option"
    __table_args__ = (UniqueConstraint("item_id", "axis_id"),)

    item_id: Mapped[int] = mapped_column(fk("item.id", cascade=True))
    axis_id: Mapped[int] = mapped_column(fk("option_axis.id", cascade=True), index=True)
    value_id: Mapped[int] = mapped_column(fk("option_value.id"), index=True)


class VariantRule(Base):
    """For the items of a product that meet *condition*, what stands in *slot*.

    Grammar of condition and outcome: ``domain/variants.py``.
    """

    __tablename__ = "variant_rule"
    __table_args__ = (one_of("kind", RuleKind), UniqueConstraint("product_id", "position"))

    product_id: Mapped[int] = mapped_column(fk("product.id", cascade=True))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    slot: Mapped[str] = mapped_column(String(60))
    condition: Mapped[str] = mapped_column(String(300), default="")
    """"colour=BK|WH; size=500"; empty: every item that no other rule of the slot is for."""
    outcome: Mapped[str] = mapped_column(Text, default="")
    """JSON object; empty: nothing stands there."""

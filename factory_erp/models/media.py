"""Pictures and certificates of products: the bytes lie in the workspace, once each, by their hash."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base, Timed, Versioned, fk


class ProductImage(Base, Timed):
    """A picture of a product, or of one of its items; the first is the cover."""

    __tablename__ = "product_image"
    __table_args__ = (
        UniqueConstraint("product_id", "item_id", "sha256"),
        CheckConstraint("width > 0 AND height > 0 AND byte_count > 0", name="size_positive"),
    )

    product_id: Mapped[int] = mapped_column(fk("product.id", cascade=True))
    item_id: Mapped[int | None] = mapped_column(fk("item.id", cascade=True), index=True)
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    byte_count: Mapped[int]
    caption: Mapped[str] = mapped_column(String(200), default="")


class Certificate(Base, Timed, Versioned):
    """A certificate of a product (CE, FDA, LFGB, test report) and how long it holds."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("product_id", "kind", "number"),
        CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="valid_forward"
        ),
    )

    product_id: Mapped[int] = mapped_column(fk("product.id", cascade=True))
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80), default="")
    issuer: Mapped[str] = mapped_column(String(120), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")

"""What is offered on each platform account: wanted (from the catalogue) and what was last published."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from factory_erp.models.base import Base, Keyed, Timed, Versioned, fk, one_of
from factory_erp.models.types import Scaled, UtcDateTime


class ListingState(StrEnum):
    """Where a listing stands on its platform."""

    DRAFT = "draft"
    PUBLISHING = "publishing"
    REVIEW = "review"
    ONLINE = "online"
    OFFLINE = "offline"
    REJECTED = "rejected"
    DELETED = "deleted"


class Listing(Base, Timed, Versioned, Keyed):
    """A product on a platform account. Texts left empty are taken from the catalogue when composed."""

    __tablename__ = "listing"
    __table_args__ = (
        one_of("state", ListingState),
        UniqueConstraint("account_id", "product_id"),
        UniqueConstraint("account_id", "model_number"),
        Index("ix_listing_account_id_external_id", "account_id", "external_id"),
        CheckConstraint("problem_count >= 0", name="problems_not_negative"),
    )

    account_id: Mapped[int] = mapped_column(fk("platform_account.id"))
    product_id: Mapped[int] = mapped_column(fk("product.id"), index=True)
    model_number: Mapped[str] = mapped_column(String(60))
    """By what a listing whose answer was lost is found again on the platform."""
    external_id: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(12), default=ListingState.DRAFT, index=True)
    platform_message: Mapped[str] = mapped_column(Text, default="")
    """What the platform said last: why it rejected, what it waits for."""
    title: Mapped[str] = mapped_column(String(300), default="")
    keywords: Mapped[str] = mapped_column(Text, default="[]")
    """JSON list of texts."""
    description: Mapped[str] = mapped_column(Text, default="")
    category_id: Mapped[str] = mapped_column(String(40), default="")
    category_path: Mapped[str] = mapped_column(String(300), default="")
    attributes: Mapped[str] = mapped_column(Text, default="[]")
    """JSON list of [name, value]."""
    images: Mapped[str] = mapped_column(Text, default="[]")
    """JSON list of the pictures' sha256 in order; empty: the product's own, as many as the platform takes."""
    min_order: Mapped[Decimal | None] = mapped_column(Scaled())
    """None: from the catalogue."""
    shipping_template: Mapped[str] = mapped_column(String(40), default="")
    listing_days: Mapped[int] = mapped_column(default=0)
    """How long the offer stands, where the platform asks for it."""
    lead_days: Mapped[int | None]
    """Typed lead time; None: from the load of the shop."""
    wanted: Mapped[str] = mapped_column(Text, default="")
    """The content last composed (``ListingContent`` as JSON)."""
    pushed: Mapped[str] = mapped_column(Text, default="")
    """The content that the platform confirmed last; "" before the first time."""
    pushed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem_count: Mapped[int] = mapped_column(default=0)
    differs: Mapped[bool] = mapped_column(default=False)
    """Whether what is wanted is not what was published last."""
    skus: Mapped[list[ListingSku]] = relationship(
        cascade="all, delete-orphan", order_by="ListingSku.id", back_populates="listing"
    )


class ListingSku(Base):
    """An item of the product as the listing offers it."""

    __tablename__ = "listing_sku"
    __table_args__ = (UniqueConstraint("listing_id", "item_id"),)

    listing_id: Mapped[int] = mapped_column(fk("listing.id", cascade=True))
    item_id: Mapped[int] = mapped_column(fk("item.id"), index=True)
    offered: Mapped[bool] = mapped_column(default=True)
    external_sku_id: Mapped[str] = mapped_column(String(64), default="", index=True)
    safety_stock: Mapped[Decimal | None] = mapped_column(Scaled())
    """Kept back of this item; None: what the account keeps back."""
    stock_pushed: Mapped[Decimal | None] = mapped_column(Scaled())
    """What the platform was last told that can be ordered."""
    stock_pushed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    listing: Mapped[Listing] = relationship(back_populates="skus")


class ListingDay(Base):
    """A listing's promotion on one day, typed or imported: what it cost and who saw it."""

    __tablename__ = "listing_day"
    __table_args__ = (
        UniqueConstraint("listing_id", "day"),
        CheckConstraint("views >= 0 AND clicks >= 0 AND spend_minor >= 0", name="not_negative"),
    )

    listing_id: Mapped[int] = mapped_column(fk("listing.id", cascade=True))
    day: Mapped[date]
    views: Mapped[int] = mapped_column(default=0)
    clicks: Mapped[int] = mapped_column(default=0)
    spend_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))


class PlatformImage(Base, Timed):
    """A picture in a platform's own picture bank: uploaded once, used by every listing."""

    __tablename__ = "platform_image"
    __table_args__ = (UniqueConstraint("account_id", "sha256"),)

    account_id: Mapped[int] = mapped_column(fk("platform_account.id", cascade=True))
    sha256: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(120), default="")
    url: Mapped[str] = mapped_column(String(500))


class PlatformCategory(Base):
    """A category of a platform as it was last read, with the attributes that it asks for."""

    __tablename__ = "platform_category"
    __table_args__ = (UniqueConstraint("account_id", "external_id"),)

    account_id: Mapped[int] = mapped_column(fk("platform_account.id", cascade=True))
    external_id: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(300), default="")
    leaf: Mapped[bool] = mapped_column(default=False)
    attributes: Mapped[str] = mapped_column(Text, default="")
    """JSON list of the attributes; "" while they were not asked for."""
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlatformChoice(Base):
    """An entry of one of a platform's own lists: carriers, shipping templates, product groups."""

    __tablename__ = "platform_choice"
    __table_args__ = (UniqueConstraint("account_id", "kind", "code"),)

    account_id: Mapped[int] = mapped_column(fk("platform_account.id", cascade=True))
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)

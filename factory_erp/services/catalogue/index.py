"""By which words products and items are found."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, ItemNumber, ItemText, Product, ProductText
from factory_erp.models.search import SearchEntry
from factory_erp.services import search
from factory_erp.services.names import ENGLISH

ITEMS, PRODUCTS = "catalog", "products"
"""Names of the pages in deep links and in the search index."""


def index_item(session: Session, item: Item) -> None:
    """Find the item by SKU, its names in every language, options, HS code, GTIN and partners' numbers."""
    session.flush()
    texts = select(ItemText.language, ItemText.name).where(ItemText.item_id == item.id)
    names = _english_first(dict(session.execute(texts).all()))
    numbers = session.scalars(select(ItemNumber.code).where(ItemNumber.item_id == item.id))
    words = (*names[1:], item.options, item.hs_code, item.gtin, *numbers)
    search.index(session, ITEMS, item.id, item.sku, names[0], *words)


def index_product(session: Session, product: Product) -> None:
    """Find the product by code, its names in every language, category, brand and material."""
    session.flush()
    names = product_names(session, product.id)
    subtitle = " · ".join(part for part in (names[0], product.category) if part)
    words = (*names[1:], product.brand, product.material)
    search.index(session, PRODUCTS, product.id, product.code, subtitle, *words)


def product_names(session: Session, product_id: int) -> list[str]:
    """The product's names, English before the other languages; one empty text where there is none."""
    texts = select(ProductText.language, ProductText.name).where(ProductText.product_id == product_id)
    return _english_first(dict(session.execute(texts).all()))


def _english_first(names: dict[str, str]) -> list[str]:
    """The names, English before the other languages by code; one empty text where there is none."""
    return [names[code] for code in sorted(names, key=lambda code: (code != ENGLISH, code))] or [""]


def forget(session: Session, kind: str, record_id: int) -> None:
    """Nobody finds the removed record any more."""
    entry = session.scalar(select(SearchEntry).filter_by(kind=kind, record_id=record_id))
    if entry is not None:
        session.delete(entry)

"""Making many products and items findable at once, by the same words as one that is saved in a form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemNumber, ItemText, Product, ProductText
from factory_erp.services.bulk import CHUNK, chunks
from factory_erp.services.catalogue.index import ITEMS, PRODUCTS
from factory_erp.services.exchange.kind import Intake, Record, Verdict
from factory_erp.services.names import ENGLISH
from factory_erp.services.search import Entry, index_many


def changed_ids(records: Iterable[Record], ids: dict[str, int], key: str, intake: Intake) -> list[int]:
    """Ids of what the records name in field *key*, of those records that changed anything."""
    return [ids[record[key]] for record in records if intake.verdict(record) is not Verdict.UNCHANGED]


def index_items(session: Session, item_ids: Sequence[int], intake: Intake) -> None:
    """Find the items by SKU, names, options, HS code, GTIN and partners' numbers."""
    for done, part in enumerate(chunks(item_ids)):
        intake.step(done * CHUNK, len(item_ids), _("Updating the search index"))
        names = _names(session, ItemText, "item_id", part)
        numbers = defaultdict[int, list[str]](list)
        coded = select(ItemNumber.item_id, ItemNumber.code).where(ItemNumber.item_id.in_(part))
        for item_id, code in session.execute(coded.order_by(ItemNumber.id)):
            numbers[item_id].append(code)
        wanted = select(Item.id, Item.sku, Item.options, Item.hs_code, Item.gtin).where(Item.id.in_(part))
        index_many(
            session,
            ITEMS,
            (
                Entry(at, sku, names[at][0], (*names[at][1:], options, hs_code, gtin, *numbers[at]))
                for at, sku, options, hs_code, gtin in session.execute(wanted)
            ),
        )


def index_products(session: Session, product_ids: Sequence[int], intake: Intake) -> None:
    """Find the products by code, names, category, brand and material."""
    for done, part in enumerate(chunks(product_ids)):
        intake.step(done * CHUNK, len(product_ids), _("Updating the search index"))
        names = _names(session, ProductText, "product_id", part)
        wanted = select(Product.id, Product.code, Product.category, Product.brand, Product.material)
        rows = session.execute(wanted.where(Product.id.in_(part)))
        index_many(
            session,
            PRODUCTS,
            (
                Entry(
                    at,
                    code,
                    " · ".join(word for word in (names[at][0], category) if word),
                    (*names[at][1:], brand, material),
                )
                for at, code, category, brand, material in rows
            ),
        )


def _names(
    session: Session, model: type[ItemText] | type[ProductText], owner: str, ids: list[int]
) -> dict[int, list[str]]:
    """Names of each owner, English first, then by language; one empty text where there is none."""
    column = getattr(model, owner)
    found: dict[int, dict[str, str]] = {at: {} for at in ids}
    for at, language, name in session.execute(
        select(column, model.language, model.name).where(column.in_(ids))
    ):
        found[at][language] = name
    return {at: _english_first(texts) for at, texts in found.items()}


def _english_first(names: dict[str, str]) -> list[str]:
    return [names[code] for code in sorted(names, key=lambda code: (code != ENGLISH, code))] or [""]

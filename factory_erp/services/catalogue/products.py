"""Products: families of items with their texts and pictures, and what platforms show of them."""

from __future__ import annotations

import string
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _, language, ngettext
from factory_erp.models.catalog import Item, Product, ProductText
from factory_erp.models.media import Certificate, ProductImage
from factory_erp.models.platforms import PlatformAccount, SkuMapping
from factory_erp.services import search
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.catalogue import certificates, texts
from factory_erp.services.catalogue import index as catalogue_index
from factory_erp.services.catalogue.certificates import WARN_DAYS
from factory_erp.services.catalogue.index import PRODUCTS, index_product
from factory_erp.services.catalogue.texts import ALWAYS, LanguageShare, TextRow, TextValues
from factory_erp.services.catalogue.variant_copies import copy_variants
from factory_erp.services.clock import today
from factory_erp.services.files import images
from factory_erp.services.listing import counted, listed
from factory_erp.services.master_data import assign, check_texts, differs, same_version
from factory_erp.services.names import ItemNames

NOUN = PRODUCTS
"""Name of the pages in deep links and in the search index."""

VIEWS = ("all", "incomplete", "certificates", "without_picture")
"""Saved views: every product; texts missing; certificates lapsing or lapsed; no picture."""

_FIELDS = ("code", "category", "brand", "material", "sku_pattern")


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as one line of a list; *complete_percent* is of its texts in English and Chinese.

    *cover* is the SHA-256 of its first picture, empty where it has none.
    """

    id: int
    code: str
    name: str
    category: str
    brand: str
    material: str
    items: int
    complete_percent: int
    cover: str


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """A product in full. *items* counts the active ones."""

    id: int
    version: int
    code: str
    name: str
    category: str
    brand: str
    material: str
    sku_pattern: str
    texts: tuple[TextRow, ...]
    items: int
    cover: str
    completeness: tuple[LanguageShare, ...]


@dataclass(frozen=True, slots=True)
class ProductInput:
    """A product as it is typed in; *texts* are written for the languages that are given."""

    code: str
    category: str = ""
    brand: str = ""
    material: str = ""
    sku_pattern: str = ""
    texts: tuple[TextValues, ...] = ()
    id: int | None = None
    version: int | None = None

    def fields(self) -> dict[str, str]:
        """Attribute → value, without blanks around it."""
        return {name: getattr(self, name).strip() for name in _FIELDS}


@dataclass(frozen=True, slots=True)
class ListingView:
    """An item of the product on a platform, under the platform's own SKU."""

    account_id: int
    platform: str
    account: str
    external_sku: str
    item_id: int
    sku: str
    name: str


@query
def product_ids(
    session: Session, view: str = "all", words: str = "", sort: str = "code", descending: bool = False
) -> array[int]:
    """Ids of the products of a view that contain *words*, sorted by the database."""
    (statement, column), wanted = _sorted(select(Product.id), sort), words.strip()
    found = _contains(wanted) if wanted else None
    return listed(
        session, statement, Product, where=_view(view), found=found, by=column, descending=descending
    )


@query
def product_counts(session: Session) -> dict[str, int]:
    """View → how many products it holds."""
    return counted(session, Product, VIEWS, _view)


def _view(name: str) -> ColumnElement[bool] | None:
    if name == "incomplete":
        return texts.incomplete()
    if name == "certificates":
        soon = today() + timedelta(days=WARN_DAYS)
        return Product.id.in_(select(Certificate.product_id).where(Certificate.valid_to <= soon))
    if name == "without_picture":
        return ~exists().where(ProductImage.product_id == Product.id).correlate(Product)
    return None


_SORTS = {
    "code": Product.code,
    "category": Product.category,
    "brand": Product.brand,
    "material": Product.material,
}


def _sorted(statement: Select[int], sort: str) -> tuple[Select[int], ColumnElement[Any]]:
    if sort == "name":
        shown = and_(ProductText.product_id == Product.id, ProductText.language == language())
        return statement.outerjoin(ProductText, shown), func.coalesce(ProductText.name, "")
    if sort == "items":
        held = _item_counts().subquery()
        return statement.outerjoin(held, held.c.product_id == Product.id), func.coalesce(held.c.held, 0)
    return statement, _SORTS.get(sort, Product.code).expression


def _item_counts() -> Select[int | None, int]:
    counts = select(Item.product_id, func.count().label("held"))
    return counts.where(Item.active, Item.product_id.is_not(None)).group_by(Item.product_id)


def _contains(words: str) -> ColumnElement[bool]:
    """In code or a name (also two Chinese characters, too short for the index), or found by the index."""
    named = select(ProductText.product_id).where(ProductText.name.icontains(words, autoescape=True))
    return or_(
        Product.code.icontains(words, autoescape=True),
        Product.id.in_(named),
        Product.id.in_(search.matching(NOUN, words)),
    )


@query
def product_rows(session: Session, ids: Sequence[int]) -> list[ProductRow]:
    """The products with these ids, in this order; one that was removed is left out."""
    found: dict[int, Product] = {}
    items: dict[int | None, int] = {}
    for part in chunks(ids):
        found |= {row.id: row for row in session.scalars(select(Product).where(Product.id.in_(part)))}
        items.update(session.execute(_item_counts().where(Item.product_id.in_(part))).all())
    names, covers = _names(session, found), images.covers(session, found)
    shares = [texts.shares_of(session, found, code) for code in ALWAYS]
    return [
        ProductRow(
            id=row.id,
            code=row.code,
            name=names.get(row.id, ""),
            category=row.category,
            brand=row.brand,
            material=row.material,
            items=items.get(row.id, 0),
            complete_percent=_percent([share[row.id] for share in shares]),
            cover=covers.get(row.id, ""),
        )
        for row in (found[wanted] for wanted in ids if wanted in found)
    ]


def _percent(shares: Sequence[tuple[int, int]]) -> int:
    return sum(complete for complete, _all in shares) * 100 // sum(total for _complete, total in shares)


def _names(session: Session, ids: Sequence[int] | dict[int, Product]) -> dict[int, str]:
    """Product id → its name in the reader's language, else in any."""
    names: dict[int, str] = {}
    for part in chunks(ids):
        rows = select(ProductText.product_id, ProductText.language, ProductText.name)
        for product_id, code, name in session.execute(rows.where(ProductText.product_id.in_(part))):
            if code == language() or product_id not in names:
                names[product_id] = name
    return names


@query
def find_product(session: Session, key: str) -> int | None:
    """Id of the product that a deep link names by code or by id; None where there is none."""
    found = session.scalar(select(Product.id).where(Product.code == key))
    if found is None and key.isascii() and key.isdigit():
        found = session.scalar(select(Product.id).where(Product.id == int(key)))
    return found


@query
def product_sheet(session: Session, product_id: int) -> ProductSheet:
    """The product in full. Raises NotFound."""
    product = get(session, Product, product_id)
    active = select(func.count()).where(Item.product_id == product_id, Item.active)
    return ProductSheet(
        id=product.id,
        version=product.version,
        name=_names(session, [product.id]).get(product.id, ""),
        **{name: getattr(product, name) for name in _FIELDS},
        texts=texts.rows_of(session, product),
        items=session.scalar(active) or 0,
        cover=images.covers(session, [product.id]).get(product.id, ""),
        completeness=texts.shares(session, product),
    )


@use_case
def save_product(session: Session, given: ProductInput) -> int:
    """Make or change a product; its id. The same form saved again changes nothing.

    Raises InvalidValue under the field, NotFound, and Conflict where somebody else changed it meanwhile.
    """
    product = _found(session, given)
    _check(session, given, product)
    values = given.fields()
    if product is None:
        product = Product(**values)
        session.add(product)
    elif differs(product, values):
        same_version(product, given.version, product.code)
        assign(product, values)
    texts.put_texts(session, product, given.texts)
    index_product(session, product)
    return product.id


def _found(session: Session, given: ProductInput) -> Product | None:
    """The product that the form is about; a new one that was saved a moment ago is found by its values."""
    if given.id is not None:
        return get(session, Product, given.id)
    same = session.scalar(select(Product).filter_by(code=given.code.strip()))
    return same if same is not None and not differs(same, given.fields()) else None


def _check(session: Session, given: ProductInput, product: Product | None) -> None:
    values = given.fields()
    if not values["code"]:
        raise InvalidValue(_("A product needs a code."), field="code", remedy=_("Enter a short code."))
    check_texts(Product, values, values["code"])
    _check_pattern(values)
    other = session.scalar(select(Product.id).filter_by(code=values["code"]))
    if other is not None and (product is None or other != product.id):
        raise InvalidValue(
            _("There is a product {code} already.", code=values["code"]),
            record=values["code"],
            field="code",
            remedy=_("Choose another code."),
        )


def _check_pattern(values: dict[str, str]) -> None:
    """A SKU pattern is text with plain names in braces: "{product}-{size}"."""
    try:
        places = [place for _text, place, _spec, _way in string.Formatter().parse(values["sku_pattern"])]
    except ValueError:
        places = [""]
    if any(place is not None and not place.isidentifier() for place in places):
        raise InvalidValue(
            _("'{pattern}' is not a pattern for SKUs.", pattern=values["sku_pattern"]),
            record=values["code"],
            field="sku_pattern",
            remedy=_(
                "Write names of axes in braces, for example {example}.", example="{product}-{size}-{colour}"
            ),
        )


@use_case
def remove_product(session: Session, product_id: int) -> None:
    """Remove a product that has no items, with its texts, pictures, certificates, axes and rules.

    One that is gone already is no problem. Raises NotAllowed while it has items.
    """
    product = session.get(Product, product_id)
    if product is None:
        return
    items = session.scalar(select(func.count()).where(Item.product_id == product_id)) or 0
    if items:
        raise NotAllowed(
            ngettext("Product {code} has {count} item.", "Product {code} has {count} items.", items,
                     code=product.code),
            record=product.code,
            remedy=_("Remove its items first, or move them to another product."),
        )  # fmt: skip
    images.forget_product(session, product_id)
    certificates.forget_product(session, product_id)
    catalogue_index.forget(session, NOUN, product_id)
    session.delete(product)


@use_case
def copy_product(session: Session, product_id: int, new_code: str) -> int:
    """A new product with the same facts, texts, axes, rules and pictures; its id.

    Its items and certificates are not copied: those were given for the one product. Copying again under
    the same code finds the copy. Raises InvalidValue where the code belongs to another product.
    """
    source = get(session, Product, product_id)
    values = {name: getattr(source, name) for name in _FIELDS[1:]}
    wanted = ProductInput(code=new_code, **values)
    found = _found(session, wanted)
    if found is not None and found is not source and _written(found) == _written(source):
        return found.id
    _check(session, wanted, None)
    copy = Product(**wanted.fields())
    copy.texts = [ProductText(**text) for text in _written(source).values()]
    session.add(copy)
    index_product(session, copy)
    copy_variants(session, source.id, copy.id)
    images.copy_pictures(session, source.id, copy.id)
    return copy.id


def _written(product: Product) -> dict[str, dict[str, str]]:
    """Language → the columns of the product's text in it."""
    names = ("language", "name", "description", "keywords")
    return {text.language: {name: getattr(text, name) for name in names} for text in product.texts}


@query
def listings(session: Session, product_id: int) -> list[ListingView]:
    """What of the product is on platforms, by account and SKU."""
    rows = session.execute(
        select(SkuMapping, PlatformAccount, Item.sku)
        .join(PlatformAccount, PlatformAccount.id == SkuMapping.account_id)
        .join(Item, Item.id == SkuMapping.item_id)
        .where(Item.product_id == product_id)
        .order_by(PlatformAccount.name, PlatformAccount.id, Item.sku, SkuMapping.external_sku)
    ).all()
    names = ItemNames(session, [mapping.item_id for mapping, _account, _sku in rows])
    return [
        ListingView(
            account_id=account.id,
            platform=account.platform,
            account=account.name,
            external_sku=mapping.external_sku,
            item_id=mapping.item_id,
            sku=sku,
            name=names.of(mapping.item_id),
        )
        for mapping, account, sku in rows
    ]

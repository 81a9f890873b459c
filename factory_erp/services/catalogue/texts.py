"""Names and descriptions of products and items, language beside language, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemText, Product, ProductText
from factory_erp.models.partners import Partner
from factory_erp.services.base import get, query, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.catalogue.index import index_item, index_product
from factory_erp.services.master_data import changed_since, check_texts, differs
from factory_erp.services.names import CHINESE, ENGLISH

ALWAYS = (ENGLISH, CHINESE)
"""Languages that every product is described in: those of the trade papers."""

TITLE_LIMITS: Mapping[str, int] = {"Alibaba": 128, "DHgate": 140}
"""Platform → characters that the title of a listing may have there; a longer name is cut by a person."""


@dataclass(frozen=True, slots=True)
class TextValues:
    """What stands in one language; a product has no declaration name of its own."""

    language: str
    name: str = ""
    declaration_name: str = ""
    description: str = ""
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class TextRow:
    """The texts of one language, what is missing in them (names of fields), and what platforms will cut."""

    language: str
    name: str
    declaration_name: str
    description: str
    keywords: str
    complete: bool
    missing: tuple[str, ...]
    warnings: tuple[str, ...]

    def values(self) -> TextValues:
        """The texts alone, as a form hands them back."""
        return TextValues(self.language, self.name, self.declaration_name, self.description, self.keywords)


@dataclass(frozen=True, slots=True)
class LanguageShare:
    """Of how many texts (the product's and its active items') how many are complete in a language."""

    language: str
    complete: int
    total: int

    @property
    def percent(self) -> int:
        """The share, rounded down: 100 means that nothing is missing."""
        return self.complete * 100 // self.total if self.total else 100


@query
def text_sheet(
    session: Session, product_id: int | None = None, item_id: int | None = None
) -> tuple[TextRow, ...]:
    """The texts of a product or of an item in every language in use. Raises NotFound."""
    return rows_of(session, _owner(session, product_id, item_id))


def rows_of(session: Session, owner: Product | Item) -> tuple[TextRow, ...]:
    """One row per language in use, English and Chinese first, then by code."""
    found = {text.language: text for text in owner.texts}
    codes = sorted(languages(session) | found.keys(), key=_order)
    return tuple(_row(owner, _values(code, found.get(code))) for code in codes)


def languages(session: Session) -> set[str]:
    """English, Chinese, and those that partners' documents are written in."""
    spoken = session.scalars(select(Partner.language).distinct())
    return {*ALWAYS, *(_normal(code) for code in spoken if code.strip())}


def _normal(code: str) -> str:
    """The language code as the catalogue writes it: "zh-CN" and "zh" are Simplified Chinese."""
    plain = code.strip().replace("-", "_")
    return CHINESE if plain.casefold() in {"zh", "zh_cn"} else plain


def _order(code: str) -> tuple[int, str]:
    return (ALWAYS.index(code) if code in ALWAYS else len(ALWAYS), code)


def _owner(session: Session, product_id: int | None, item_id: int | None) -> Product | Item:
    if (product_id is None) == (item_id is None):
        raise ValueError("texts belong either to a product or to an item")
    if product_id is not None:
        return get(session, Product, product_id)
    assert item_id is not None
    return get(session, Item, item_id)


def _values(language: str, text: ProductText | ItemText | None) -> TextValues:
    if text is None:
        return TextValues(language)
    declared = text.declaration_name if isinstance(text, ItemText) else ""
    return TextValues(language, text.name, declared, text.description, text.keywords)


def _row(owner: Product | Item, values: TextValues) -> TextRow:
    missing = tuple(name for name in _needed(owner, values.language) if not getattr(values, name).strip())
    return TextRow(
        **asdict(values), complete=not missing, missing=missing, warnings=title_warnings(values.name)
    )


def _needed(owner: Product | Item, language: str) -> tuple[str, ...]:
    """A product needs name and description; what is sold needs a name for customs on the trade papers."""
    if isinstance(owner, Product):
        return ("name", "description")
    if owner.sellable and language in ALWAYS:
        return ("name", "declaration_name")
    return ("name",)


def title_warnings(name: str) -> tuple[str, ...]:
    """Platforms whose listings have no room for *name*, in sentences."""
    return tuple(
        _("{platform} takes titles of at most {most} characters; this has {length}.", platform=platform,
          most=most, length=len(name))
        for platform, most in TITLE_LIMITS.items()
        if len(name) > most
    )  # fmt: skip


@use_case
def save_texts(
    session: Session,
    texts: Sequence[TextValues],
    *,
    product_id: int | None = None,
    item_id: int | None = None,
    read: Sequence[TextValues] | None = None,
) -> None:
    """Write the texts of these languages; other languages stay. A language left blank loses its text.

    *read* is what the form showed. Raises InvalidValue for a language without a name and a text that is
    too long, Conflict where somebody else changed one of the languages since it was *read*.
    """
    owner = _owner(session, product_id, item_id)
    if put_texts(session, owner, texts, read):
        reindex(session, owner)


def reindex(session: Session, owner: Product | Item) -> None:
    """Make the product or item findable by the names that it has now."""
    if isinstance(owner, Product):
        index_product(session, owner)
    else:
        index_item(session, owner)


def put_texts(
    session: Session,
    owner: Product | Item,
    texts: Sequence[TextValues],
    read: Sequence[TextValues] | None = None,
) -> bool:
    """Do what ``save_texts`` does, the search index aside; whether anything changed."""
    shown = {values.language: values for values in read} if read is not None else None
    found = {text.language: text for text in owner.texts}
    changed = [_put(owner, given, found.get(given.language), shown) for given in _clean(owner, texts)]
    session.flush()
    return any(changed)


def _clean(owner: Product | Item, texts: Sequence[TextValues]) -> Iterable[TextValues]:
    kind, name = (ProductText, owner.code) if isinstance(owner, Product) else (ItemText, owner.sku)
    stripped = [TextValues(**{key: value.strip() for key, value in asdict(text).items()}) for text in texts]
    for given in stripped:
        if not given.language or [text.language for text in stripped].count(given.language) > 1:
            message = _("Every language can stand once, under its code.")
            raise InvalidValue(message, record=name, field="language", remedy=_("Choose another language."))
        check_texts(kind, asdict(given), name)
        if not given.name and given != TextValues(given.language):
            raise InvalidValue(
                _("The texts in '{language}' have no name.", language=given.language),
                record=name,
                field="name",
                remedy=_("Enter the name, or clear the other texts of that language."),
            )
    return stripped


def _put(
    owner: Product | Item,
    given: TextValues,
    text: ProductText | ItemText | None,
    shown: Mapping[str, TextValues] | None,
) -> bool:
    """Write one language; whether it differs from what was there."""
    now = _values(given.language, text)
    wanted = _as_kept(owner, given)
    if now == wanted:
        return False
    if shown is not None and now != shown.get(given.language, TextValues(given.language)):
        raise changed_since(owner.code if isinstance(owner, Product) else owner.sku)
    _write(owner, wanted, text)
    return True


def _as_kept(owner: Product | Item, given: TextValues) -> TextValues:
    if isinstance(owner, Item):
        return given
    return TextValues(given.language, given.name, "", given.description, given.keywords)


def _write(owner: Product | Item, wanted: TextValues, text: ProductText | ItemText | None) -> None:
    values = asdict(wanted)
    if isinstance(owner, Product):
        del values["declaration_name"]
    if not wanted.name:
        if text is not None:
            owner.texts.remove(text)  # type: ignore[arg-type]
    elif text is None:
        owner.texts.append((ProductText if isinstance(owner, Product) else ItemText)(**values))  # type: ignore[arg-type]
    elif differs(text, values):
        for name, value in values.items():
            setattr(text, name, value)


def product_text_complete(language: str) -> ColumnElement[bool]:
    """That a product has name and description in *language*; for a statement over products."""
    return (
        exists()
        .where(
            ProductText.product_id == Product.id,
            ProductText.language == language,
            ProductText.name != "",
            ProductText.description != "",
        )
        .correlate(Product)
    )


def item_text_complete(language: str) -> ColumnElement[bool]:
    """That an item has what its texts need in *language*; for a statement over items."""
    conditions = [ItemText.item_id == Item.id, ItemText.language == language, ItemText.name != ""]
    if language in ALWAYS:
        conditions.append(or_(Item.sellable.is_(False), ItemText.declaration_name != ""))
    return exists().where(*conditions).correlate(Item)


def incomplete() -> ColumnElement[bool]:
    """That a product, or an active item of it, lacks texts in English or Chinese."""
    lacking = [~item_text_complete(code) for code in ALWAYS]
    items = exists().where(Item.product_id == Product.id, Item.active, or_(*lacking)).correlate(Product)
    return or_(*(~product_text_complete(code) for code in ALWAYS), items)


@query
def completeness(session: Session, product_id: int) -> tuple[LanguageShare, ...]:
    """How complete the texts of the product and its active items are, language by language."""
    return shares(session, get(session, Product, product_id))


def shares(session: Session, product: Product) -> tuple[LanguageShare, ...]:
    """The same for a product that has been read."""
    written = {text.language for text in product.texts} | _item_languages(session, product.id)
    codes = sorted(written | languages(session), key=_order)
    return tuple(LanguageShare(code, *shares_of(session, [product.id], code)[product.id]) for code in codes)


def _item_languages(session: Session, product_id: int) -> set[str]:
    items = select(Item.id).where(Item.product_id == product_id, Item.active)
    return set(session.scalars(select(ItemText.language).where(ItemText.item_id.in_(items)).distinct()))


def shares_of(session: Session, product_ids: Iterable[int], language: str) -> dict[int, tuple[int, int]]:
    """Product id → (complete, all) texts of it and its active items in *language*."""
    found: dict[int, tuple[int, int]] = {}
    for part in chunks(product_ids):
        for product_id, complete in session.execute(_products(part, language)):
            found[product_id] = (int(complete), 1)
        for owner, complete, total in session.execute(_items(part, language)):
            assert owner is not None
            own = found[owner]
            found[owner] = (own[0] + int(complete), own[1] + int(total))
    return found


def _products(ids: Sequence[int], language: str) -> Select[int, int]:
    complete = case((product_text_complete(language), 1), else_=0)
    return select(Product.id, complete).where(Product.id.in_(ids))


def _items(ids: Sequence[int], language: str) -> Select[int | None, int, int]:
    complete = func.sum(case((item_text_complete(language), 1), else_=0))
    active = and_(Item.product_id.in_(ids), Item.active)
    return select(Item.product_id, complete, func.count()).where(active).group_by(Item.product_id)

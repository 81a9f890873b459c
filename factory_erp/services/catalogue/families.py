"""Families whose items stand in a matrix, for the forms in which one is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from factory_erp import i18n
from factory_erp.models.catalog import Item, Product, ProductText
from factory_erp.models.variants import ItemOption
from factory_erp.services.base import query
from factory_erp.services.names import ENGLISH


@dataclass(frozen=True, slots=True)
class FamilyRef:
    """A product as one chooses it; ``name`` in the reader's language."""

    id: int
    code: str
    name: str


@query
def families_to_choose(session: Session) -> list[FamilyRef]:
    """The products of which some item has its place among options, by code."""
    return _refs(session, _families().order_by(Product.code))


@query
def family_of(session: Session, item_id: int) -> FamilyRef | None:
    """The family in whose matrix the item may stand; None for an item without one."""
    mine = select(Item.product_id).where(Item.id == item_id)
    found = _refs(session, _families().where(Product.id.in_(mine)))
    return found[0] if found else None


def _families() -> Select[int, str]:
    placed = select(Item.product_id).join(ItemOption, ItemOption.item_id == Item.id)
    return select(Product.id, Product.code).where(Product.id.in_(placed))


def _refs(session: Session, statement: Select[int, str]) -> list[FamilyRef]:
    rows = session.execute(statement).all()
    wanted = select(ProductText.product_id, ProductText.language, ProductText.name)
    names: dict[int, dict[str, str]] = {}
    for product_id, language, name in session.execute(
        wanted.where(ProductText.product_id.in_([row.id for row in rows]))
    ):
        names.setdefault(product_id, {})[language] = name
    return [FamilyRef(row.id, row.code, _name(names.get(row.id, {})) or row.code) for row in rows]


def _name(texts: dict[str, str]) -> str:
    return texts.get(i18n.language()) or texts.get(ENGLISH) or next(iter(texts.values()), "")

"""Records by their short names, for the edits in which one is chosen while typing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from factory_erp.i18n import language
from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.services.base import query
from factory_erp.services.names import CHINESE, ItemNames


@dataclass(frozen=True, slots=True)
class ItemRef:
    """An item as one chooses it: ``name`` in the reader's language, ``unit`` a Rec 20 code."""

    id: int
    sku: str
    name: str
    options: str
    unit: str


@dataclass(frozen=True, slots=True)
class PartnerRef:
    """A partner as one chooses him; *name* is the local one where the reader speaks Chinese."""

    id: int
    code: str
    name: str


@query
def items_to_choose(session: Session) -> list[ItemRef]:
    """The active items by SKU."""
    columns = select(Item.id, Item.sku, Item.options, Item.unit)
    rows = session.execute(columns.where(Item.active).order_by(Item.sku)).all()
    names = ItemNames(session, [row.id for row in rows])
    return [ItemRef(row.id, row.sku, names.of(row.id), row.options, row.unit) for row in rows]


@query
def partner_choices(
    session: Session, words: str = "", role: Role | None = None, limit: int = 50
) -> list[PartnerRef]:
    """Partners whose code or a name contains *words*, by code; only those with *role* if one is given."""
    statement = select(Partner.id, Partner.code, Partner.name, Partner.name_local).order_by(Partner.code)
    wanted = words.strip()
    if wanted:
        columns = (Partner.code, Partner.name, Partner.name_local)
        statement = statement.where(or_(*(column.icontains(wanted, autoescape=True) for column in columns)))
    if role is not None:
        having = select(PartnerRole.partner_id).where(PartnerRole.role == role)
        statement = statement.where(Partner.id.in_(having))
    return [_named(row) for row in session.execute(statement.limit(limit))]


@query
def partner(session: Session, partner_id: int) -> PartnerRef | None:
    """One partner as he is chosen; None where he is gone."""
    columns = select(Partner.id, Partner.code, Partner.name, Partner.name_local)
    row = session.execute(columns.where(Partner.id == partner_id)).one_or_none()
    return None if row is None else _named(row)


def _named(row: Row[int, str, str, str]) -> PartnerRef:
    local = language() == CHINESE
    return PartnerRef(row.id, row.code, (row.name_local if local else "") or row.name)

"""Records by their short names, for the edits in which one is chosen while typing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.services.base import query
from factory_erp.services.names import ItemNames


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
    """A partner as one chooses him."""

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
def partners_to_choose(session: Session, role: Role) -> list[PartnerRef]:
    """The partners in that *role*, by name."""
    columns = select(Partner.id, Partner.code, Partner.name)
    wanted = columns.join(PartnerRole, PartnerRole.partner_id == Partner.id).where(PartnerRole.role == role)
    rows = session.execute(wanted.order_by(Partner.name, Partner.id))
    return [PartnerRef(row.id, row.code, row.name) for row in rows]

"""Ids of what the demo has entered, by the codes that its tables speak of."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, Product
from factory_erp.models.engineering import Bill, Machine, Routing, WorkCentre
from factory_erp.models.partners import Partner
from factory_erp.services.base import query
from factory_erp.services.engineering.bills import BillInput
from factory_erp.services.engineering.bills import typed as lines_of
from factory_erp.services.engineering.routing_steps import typed as steps_of
from factory_erp.services.engineering.routings import RoutingInput


@query
def items(session: Session) -> dict[str, int]:
    """SKU → id of every item."""
    return dict(session.execute(select(Item.sku, Item.id)).all())


@query
def products(session: Session) -> dict[str, int]:
    """Code → id of every product."""
    return dict(session.execute(select(Product.code, Product.id)).all())


@query
def partner(session: Session, name: str) -> int:
    """Id of the partner with that code or name."""
    found = select(Partner.id).where((Partner.code == name) | (Partner.name == name))
    return session.scalars(found.order_by(Partner.id)).first() or 0


@query
def centre(session: Session, code: str) -> int:
    """Id of the work centre."""
    return session.scalars(select(WorkCentre.id).filter_by(code=code)).one()


@query
def machine(session: Session, code: str) -> int:
    """Id of the machine."""
    return session.scalars(select(Machine.id).filter_by(code=code)).one()


@query
def bill_form(session: Session, item_id: int, revision: str) -> BillInput:
    """A revision of the item's bill as its form would hold it."""
    bill = session.scalars(select(Bill).filter_by(item_id=item_id, revision=revision)).one()
    return BillInput(
        item_id, revision, bill.output, bill.valid_from, bill.valid_to, bill.note, lines_of(bill), bill.id,
        bill.version,
    )  # fmt: skip


@query
def routing_form(session: Session, item_id: int, revision: str) -> RoutingInput:
    """A revision of the item's routing as its form would hold it."""
    routing = session.scalars(select(Routing).filter_by(item_id=item_id, revision=revision)).one()
    return RoutingInput(
        item_id, revision, routing.valid_from, routing.valid_to, steps_of(session, routing),
        routing.id, routing.version,
    )  # fmt: skip

"""Moulds and jigs: kept, needed by steps of routings, and not removed while they are."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.engineering import Routing, RoutingOperation
from factory_erp.models.planning import OperationResource
from factory_erp.models.production import ProductionOperation
from factory_erp.services.engineering import resources
from factory_erp.services.engineering.resources import ResourceInput
from tests.services.schedule_shop import a_shop, ordered

MOULD = ResourceInput("MOULD-1", "Mould", "模具", 2)


def step_of_cup(db: Database, item_id: int) -> int:
    with db.session() as session:
        return session.scalars(select(Routing).filter_by(item_id=item_id)).one().operations[0].id


def test_a_resource_is_kept(db: Database) -> None:
    row = resources.save_resource(MOULD).value
    assert not resources.save_resource(MOULD).changes
    (view,) = resources.resources()
    assert (view.id, view.code, view.capacity, view.steps) == (row, "MOULD-1", 2, 0)
    resources.save_resource(ResourceInput("MOULD-1", "Mould", "模具", 3, id=row, version=view.version))
    with pytest.raises(Conflict):
        resources.save_resource(ResourceInput("MOULD-1", "Mould", "模具", 4, id=row, version=view.version))
    with pytest.raises(InvalidValue, match="taken"):
        resources.save_resource(ResourceInput("MOULD-1", "Other", "", 1))
    with pytest.raises(InvalidValue, match="whole number") as refused:
        resources.save_resource(ResourceInput("MOULD-2", "Other", "", 0))
    assert refused.value.field == "capacity"


def test_steps_need_it_and_it_stays_while_they_do(db: Database) -> None:
    shop = a_shop(db)
    ordered(db, shop, 60)
    row, step = resources.save_resource(MOULD).value, step_of_cup(db, shop.cups.cup.id)
    resources.set_resources_of_step(step, [row], open_orders=True)
    assert not resources.set_resources_of_step(step, [row], open_orders=True).changes
    assert resources.resources_of_step(step) == (row,)
    assert [(use.sku, use.sequence) for use in resources.uses(row)] == [("CUP", 10)]
    with db.session() as session:
        assert len(session.scalars(select(OperationResource)).all()) == 1
    with pytest.raises(NotAllowed, match="CUP"):
        resources.remove_resource(row)
    resources.set_resources_of_step(step, [])
    with pytest.raises(NotAllowed, match="MO-"):
        resources.remove_resource(row)
    resources.set_resources_of_step(step, [], open_orders=True)
    resources.remove_resource(row)
    assert resources.resources() == []


def test_a_production_order_takes_over_what_its_routing_says(db: Database) -> None:
    shop = a_shop(db)
    row, step = resources.save_resource(MOULD).value, step_of_cup(db, shop.cups.cup.id)
    resources.set_resources_of_step(step, [row])
    with db.session(write=True) as session:
        stored = session.get_one(RoutingOperation, step)
        stored.resumable, stored.max_wait_minutes, stored.transfer_lot = False, 90, Decimal(20)
    (order,) = ordered(db, shop, 60)
    with db.session() as session:
        made = session.scalars(select(ProductionOperation).filter_by(order_id=order, sequence=10)).one()
        assert (made.resumable, made.max_wait_minutes, made.transfer_lot) == (False, 90, Decimal(20))
        held = session.scalars(select(OperationResource)).one()
        assert (held.operation_id, held.resource_id) == (made.id, row)

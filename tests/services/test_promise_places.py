"""What is made for an order begins where its promise has machine time, however its production is planned."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.planning import HoldState, PromiseBlock, PromiseHold
from factory_erp.models.production import ProductionOperation, ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.services import planning
from factory_erp.services.inquiries import quotation_outcomes
from factory_erp.services.material import plan as material_plan
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.promise.places import take_places
from factory_erp.services.sales import orders as sales
from factory_erp.services.suggestions import accepting as suggestions
from tests.conftest import MONDAY
from tests.services.factory import an_order
from tests.services.test_promise_holds import a_quotation, a_shop, keep
from tests.services.test_suggestions import ids

Places = list[tuple[int | None, object, object]]


def promised_order(db: Database) -> tuple[int, Places]:
    """A confirmed order for 500 cups, behind 600 of somebody else, with the places of its promise."""
    shop = a_shop(db, steel=9000, box=9000)
    keep(shop, 600)
    quotation = a_quotation(db, shop, cups=500)
    offer = promise.promise_quotation(quotation)
    number = promise_holds.hold(offer, quotation_id=quotation).value
    order = quotation_outcomes.accept_quotation(quotation).value
    sales.confirm(order, promised=offer.day)
    with db.session() as session:
        blocks = session.scalars(select(PromiseBlock).filter_by(hold_id=number)).all()
        return order, sorted((block.machine_id, block.starts_at, block.ends_at) for block in blocks)


def places(db: Database) -> Places:
    with db.session() as session:
        steps = session.scalars(select(ProductionOperation)).all()
        return sorted((step.machine_id, step.planned_start, step.planned_finish) for step in steps)


def test_planning_the_order_puts_its_steps_where_its_promise_has_room(db: Database) -> None:
    order, promised = promised_order(db)
    planning.plan_order(order)
    assert len(promised) == 3
    assert places(db) == promised
    assert len(promise_holds.open_holds()) == 1, "its own keeps nothing beside them"


def test_accepting_its_suggestions_does_so_too(db: Database) -> None:
    _order, promised = promised_order(db)
    material_plan.run_plan()
    suggestions.accept(ids())
    assert places(db) == promised


def with_blocks(db: Database, steps: int) -> None:
    """An order for lids made in one step, with so many places in the promise that it took over."""
    shop = a_shop(db)
    with db.session(write=True) as session:
        order = an_order(session, {shop.lid: 10})
        made = ProductionOrder(
            number="MO-1", state="planned", item_id=shop.lid.id, sales_order_id=order.id,
            quantity=Decimal(10), due=MONDAY.date(), client_key="mo-1",
        )  # fmt: skip
        made.operations = [
            ProductionOperation(sequence=10, name_en="Press", name_zh="压", centre_id=shop.press.centre_id,
                                setup_minutes=5, run_minutes=10)
        ]  # fmt: skip
        blocks = [
            PromiseBlock(machine_id=shop.press.id, item_id=shop.lid.id,
                         starts_at=MONDAY + timedelta(hours=hour), ends_at=MONDAY + timedelta(hours=hour + 1))
            for hour in range(steps)
        ]  # fmt: skip
        kept = PromiseHold(
            state=HoldState.USED, sales_order_id=order.id, promised_on=MONDAY.date(),
            expires_at=MONDAY + timedelta(days=9), blocks=blocks,
        )  # fmt: skip
        session.add_all([made, kept])
        session.flush()
        take_places(session, [made.id])


def test_a_step_takes_machine_and_times_of_its_place(db: Database) -> None:
    with_blocks(db, 1)
    with db.session() as session:
        step = session.scalars(select(ProductionOperation)).one()
        block = session.scalars(select(PromiseBlock)).one()
        assert (step.machine_id, step.planned_start, step.setup_finish, step.planned_finish) == (
            block.machine_id, block.starts_at, block.starts_at, block.ends_at,
        )  # fmt: skip


def test_another_number_of_steps_than_places_takes_none(db: Database) -> None:
    with_blocks(db, 2)
    assert places(db) == [(None, None, None)]
    with db.session() as session:
        take_places(session, [])
        assert session.scalars(select(SalesOrder)).one().state == "confirmed"

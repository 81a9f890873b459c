"""Sales orders: the table of states, confirming, holding, cancelling, two people at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner
from factory_erp.models.production import Peg, PegSource, ProductionOrder, ProductionState
from factory_erp.models.sales import ORDER_TRANSITIONS, OrderState, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentLine, ShipmentState
from factory_erp.services import base, clock, planning
from factory_erp.services.base import use_case
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales.orders import NewLine, NewOrder
from factory_erp.services.stock import inventory
from tests.conftest import MONDAY
from tests.services.factory import an_order_for_cups

CHRISTMAS = date(2026, 12, 24)
STATES = list(OrderState)


@use_case
def new_customer(session: Session) -> tuple[int, int]:
    customer = Partner(code="NORD", name="Nordlicht Handel GmbH", country="DE")
    item = Item(sku="SKU-1", kind="finished", procurement="make")
    session.add_all([customer, item])
    session.flush()
    return customer.id, item.id


@use_case
def enter(session: Session, customer: int, item: int, client_key: str | None = None) -> int:
    new = NewOrder(
        customer_id=customer,
        ordered_at=clock.now(),
        currency="USD",
        incoterm="FOB",
        place="Ningbo",
        destination_country="DE",
        lines=[NewLine(item, Decimal(100), "H87", Decimal("2.345"))],
        freight_minor=1000,
        discount_minor=50,
        client_key=client_key,
    )
    return sales.add_order(session, new).id


@use_case
def put_into(session: Session, order_id: int, state: OrderState) -> None:
    order = base.get(session, SalesOrder, order_id)
    order.state, order.held_from, order.ship_by = state, None, None


@use_case
def move(session: Session, order_id: int, target: OrderState) -> None:
    sales.set_state(session, base.get(session, SalesOrder, order_id), target)


@use_case
def edit(session: Session, order_id: int, remark: str, barrier: Barrier | None = None) -> None:
    order = base.get(session, SalesOrder, order_id)
    if barrier is not None:
        barrier.wait()
    order.remark = remark


@use_case
def begin_work(session: Session, order_id: int) -> int:
    item = session.scalars(select(Item.id)).one()
    work = ProductionOrder(
        number="PO-1",
        state=ProductionState.IN_PROGRESS,
        item_id=item,
        sales_order_id=order_id,
        quantity=Decimal(100),
        due=CHRISTMAS,
    )
    session.add(work)
    session.flush()
    return work.id


def read(db: Database, order_id: int) -> SalesOrder:
    with db.session() as session:
        return session.get_one(SalesOrder, order_id)


@pytest.fixture
def order(db: Database) -> int:
    return enter(*new_customer().value).value


def test_an_order_that_is_typed_in_adds_up(db: Database, order: int) -> None:
    made = read(db, order)
    assert (made.number, made.state) == ("SO-2026-00001", OrderState.DRAFT)
    assert (made.product_minor, made.total_minor, made.adjustment_minor) == (23450, 24400, 0)


def test_a_repeated_save_finds_the_order_that_the_first_one_made(db: Database) -> None:
    customer, item = new_customer().value
    first = enter(customer, item, "form-1")
    second = enter(customer, item, "form-1")
    assert (second.value, second.changes) == (first.value, {})
    assert enter(customer, item, "form-2").value != first.value
    assert enter(customer, item).value != enter(customer, item).value
    with db.session() as session:
        assert session.scalar(select(func.count(SalesOrder.id))) == 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(state=st.sampled_from(STATES), target=st.sampled_from(STATES))
def test_only_the_steps_of_the_table_are_taken(
    db: Database, order: int, state: OrderState, target: OrderState
) -> None:
    put_into(order, state)
    before = read(db, order)
    if target in ORDER_TRANSITIONS[state]:
        move(order, target)
        assert read(db, order).state == target
        return
    if target == state:
        assert move(order, target).changes == {}
    else:
        with pytest.raises(NotAllowed, match=before.number) as refusal:
            move(order, target)
        assert (refusal.value.record, refusal.value.field) == (before.number, "state")
        assert refusal.value.remedy
    after = read(db, order)
    assert (after.state, after.version) == (state, before.version)


def test_every_state_has_a_row_in_the_table_and_a_name() -> None:
    assert set(ORDER_TRANSITIONS) == set(sales.STATE_NAMES) == set(OrderState)


def test_confirming_promises_a_date_and_repeating_it_is_harmless(db: Database, order: int) -> None:
    assert sales.confirm(order, promised=CHRISTMAS, version=read(db, order).version).value == "confirmed"
    made = read(db, order)
    assert (made.state, made.ship_by) == (OrderState.CONFIRMED, CHRISTMAS)
    again = sales.confirm(order, promised=date(2027, 1, 1), version=1)
    assert (again.value, again.changes) == (OrderState.CONFIRMED, {})
    assert read(db, order).ship_by == CHRISTMAS
    with db.session() as session:
        assert {line.promised for line in session.get_one(SalesOrder, order).lines} == {CHRISTMAS}


@pytest.mark.parametrize("promised", [None, date(2026, 11, 22)])
def test_a_date_that_cannot_be_kept_is_not_promised(db: Database, order: int, promised: date | None) -> None:
    with pytest.raises(NotAllowed, match="no ship date that can still be kept"):
        sales.confirm(order, promised=promised)
    assert (read(db, order).state, read(db, order).version) == (OrderState.DRAFT, 1)


def test_what_changed_since_it_was_opened_is_not_confirmed(db: Database, order: int) -> None:
    seen = read(db, order).version
    edit(order, "the buyer wants red ones")
    with pytest.raises(Conflict, match="SO-2026-00001 was changed") as conflict:
        sales.confirm(order, promised=CHRISTMAS, version=seen)
    assert conflict.value.remedy
    assert read(db, order).state == OrderState.DRAFT
    sales.confirm(order, promised=CHRISTMAS, version=read(db, order).version)


def test_an_order_on_hold_or_cancelled_is_not_confirmed(db: Database, order: int) -> None:
    sales.hold(order)
    with pytest.raises(NotAllowed, match="on hold"):
        sales.confirm(order, promised=CHRISTMAS)
    sales.lift_hold(order)
    sales.confirm(order, promised=CHRISTMAS)
    sales.cancel(order)
    with pytest.raises(NotAllowed, match="'Cancelled' and cannot become 'Confirmed'"):
        sales.confirm(order, promised=CHRISTMAS)


@pytest.mark.parametrize(
    "state", [OrderState.DRAFT, OrderState.CONFIRMED, OrderState.IN_PRODUCTION, OrderState.READY]
)
def test_a_hold_ends_where_it_began(db: Database, order: int, state: OrderState) -> None:
    put_into(order, state)
    sales.hold(order)
    assert (sales.hold(order).changes, read(db, order).state) == ({}, OrderState.ON_HOLD)
    assert sales.lift_hold(order).value == state
    assert (read(db, order).state, read(db, order).held_from) == (state, None)
    assert sales.lift_hold(order).changes == {}


@pytest.mark.parametrize("state", [OrderState.SHIPPED, OrderState.CLOSED, OrderState.CANCELLED])
def test_what_has_left_is_not_held(db: Database, order: int, state: OrderState) -> None:
    put_into(order, state)
    with pytest.raises(NotAllowed):
        sales.hold(order)
    assert (read(db, order).state, read(db, order).held_from) == (state, None)


@pytest.mark.parametrize("held", [False, True])
def test_an_order_whose_work_has_begun_is_not_cancelled_not_even_over_a_hold(
    db: Database, order: int, held: bool
) -> None:
    put_into(order, OrderState.IN_PRODUCTION)
    work = begin_work(order).value
    if held:
        sales.hold(order)
    state = read(db, order).state
    with pytest.raises(NotAllowed) as refusal:
        sales.cancel(order)
    assert refusal.value.remedy
    assert read(db, order).state == state
    with db.session() as session:
        assert session.get_one(ProductionOrder, work).state == ProductionState.IN_PROGRESS


def test_a_held_draft_can_be_cancelled_and_cancelling_twice_is_harmless(db: Database, order: int) -> None:
    sales.hold(order)
    sales.cancel(order)
    assert read(db, order).state == OrderState.CANCELLED
    assert sales.cancel(order).changes == {}


def test_an_order_that_is_gone_is_named(db: Database) -> None:
    with pytest.raises(NotFound, match="not there any more"):
        sales.confirm(4711)


def test_of_two_who_change_an_order_at_once_one_is_told(db: Database, order: int) -> None:
    """Both have read the same version; only PostgreSQL lets two write transactions begin at all."""
    both = Barrier(2) if not db.is_sqlite else None
    told: list[DomainError] = []

    def editor(remark: str, version: int) -> None:
        base.bind(db)
        with clock.at(MONDAY):
            try:
                if both is not None:
                    edit(order, remark, both)
                else:
                    sales.confirm(order, promised=CHRISTMAS, version=version)
                    edit(order, remark)
            except DomainError as error:
                told.append(error)

    version = read(db, order).version
    if both is None:
        edit(order, "somebody was quicker")
    threads = [Thread(target=editor, args=(remark, version)) for remark in ("red", "blue")]
    for thread in threads if both is not None else threads[:1]:
        thread.start()
    for thread in threads if both is not None else threads[:1]:
        thread.join()
    assert [type(error) for error in told] == [Conflict]
    assert told[0].remedy


def test_nothing_is_lost_when_many_confirm_and_hold_at_once(db: Database, order: int) -> None:
    """Eight threads confirm the same version: one changes it, the others see it confirmed."""
    version = read(db, order).version
    outcomes: list[object] = []

    def clerk() -> None:
        base.bind(db)
        with clock.at(MONDAY):
            outcomes.append(sales.confirm(order, promised=CHRISTMAS, version=version).changes)

    threads = [Thread(target=clerk) for _clerk in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 8
    assert sum(changes != {} for changes in outcomes) == 1
    assert read(db, order).version == version + 1


def test_the_number_is_of_the_year_at_the_factory(db: Database) -> None:
    customer, item = new_customer().value
    with clock.at(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)):
        made = enter(customer, item).value
    assert read(db, made).number == "SO-2027-00001"


@use_case
def put_in_shipment(session: Session, order_id: int, state: ShipmentState, shipped: int = 0) -> None:
    order = base.get(session, SalesOrder, order_id)
    order.lines[0].shipped = Decimal(shipped)
    session.add(
        Shipment(
            number="SH-1", state=state, consignee_id=order.customer_id, currency="USD", incoterm="FOB",
            destination_country="DE",
            lines=[ShipmentLine(sales_line_id=order.lines[0].id, quantity=Decimal(40))],
        )
    )  # fmt: skip


@pytest.mark.parametrize("state", [ShipmentState.DRAFT, ShipmentState.PACKED, ShipmentState.DOCUMENTED])
def test_goods_in_a_shipment_must_come_out_before_the_order_is_cancelled(
    db: Database, order: int, state: ShipmentState
) -> None:
    put_into(order, OrderState.READY)
    put_in_shipment(order, state)
    with pytest.raises(NotAllowed, match="in shipment SH-1") as refusal:
        sales.cancel(order)
    assert "Cancel shipment SH-1" in refusal.value.remedy
    assert read(db, order).state == OrderState.READY


def test_an_order_that_has_left_in_part_is_not_cancelled(db: Database, order: int) -> None:
    put_into(order, OrderState.READY)
    put_in_shipment(order, ShipmentState.SHIPPED, shipped=40)
    with pytest.raises(NotAllowed, match="have left") as refusal:
        sales.cancel(order)
    assert refusal.value.remedy
    sales.hold(order)
    with pytest.raises(NotAllowed, match="have left"):
        sales.cancel(order)


def test_a_cancelled_shipment_does_not_keep_the_order(db: Database, order: int) -> None:
    put_into(order, OrderState.READY)
    put_in_shipment(order, ShipmentState.CANCELLED)
    sales.cancel(order)
    assert read(db, order).state == OrderState.CANCELLED


@use_case
def finish_work(session: Session, work_id: int, order_id: int) -> None:
    """The batch is done, and the order's line is pegged to it."""
    work = base.get(session, ProductionOrder, work_id)
    work.state, work.good = ProductionState.DONE, work.quantity
    line = base.get(session, SalesOrder, order_id).lines[0]
    session.add(
        Peg(
            sales_line_id=line.id, item_id=work.item_id, source=PegSource.PRODUCTION,
            production_order_id=work.id, quantity=Decimal(100),
        )
    )  # fmt: skip


@pytest.mark.parametrize("state", [OrderState.IN_PRODUCTION, OrderState.READY])
def test_what_was_made_for_a_cancelled_order_becomes_free(
    db: Database, order: int, state: OrderState
) -> None:
    put_into(order, state)
    work = begin_work(order).value
    finish_work(work, order)
    sales.cancel(order)
    assert read(db, order).state == OrderState.CANCELLED
    with db.session() as session:
        assert session.get_one(ProductionOrder, work).state == ProductionState.DONE
        assert session.scalar(select(func.count(Peg.id))) == 0


def test_cancelling_a_planned_order_releases_everything_that_was_kept_for_it(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, lid=20, steel=5)
    with db.session() as session:
        items = [shop.lid.id, shop.steel.id]
        before = inventory.available(session, items)
    planning.plan_order(order_id)
    with db.session() as session:
        assert inventory.available(session, items) != before
    sales.cancel(order_id)
    with db.session() as session:
        assert inventory.available(session, items) == before
        assert session.scalar(select(func.count(Peg.id))) == 0
        assert {work.state for work in session.scalars(select(ProductionOrder))} == {"cancelled"}
        assert session.get_one(SalesOrder, order_id).state == OrderState.CANCELLED


def test_an_order_that_was_finished_while_it_was_held_is_ready_when_the_hold_ends(
    db: Database, order: int
) -> None:
    put_into(order, OrderState.IN_PRODUCTION)
    finish_work(begin_work(order).value, order)
    sales.hold(order)
    assert sales.lift_hold(order).value == OrderState.READY


def test_what_has_left_is_closed_and_nothing_else(db: Database, order: int) -> None:
    put_into(order, OrderState.READY)
    with pytest.raises(NotAllowed, match="cannot become 'Closed'"):
        sales.close([order])
    put_into(order, OrderState.SHIPPED)
    sales.close([order])
    assert read(db, order).state == OrderState.CLOSED
    assert sales.close([order]).changes == {}

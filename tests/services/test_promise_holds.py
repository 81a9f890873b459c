"""Promises that are kept: nobody else gets their stock or machine time until they lapse or are used."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import func, select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.inquiries import Quotation, QuotationLine, QuotationState
from factory_erp.models.planning import HoldState, PromiseBlock, PromiseHold
from factory_erp.models.production import Peg, PegSource, ProductionOperation
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import clock, planning
from factory_erp.services.floor.reading import read_floor
from factory_erp.services.inquiries import quotation_outcomes, quotation_views, quotations
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.sales import orders as sales
from factory_erp.services.stock import inventory
from factory_erp.services.upkeep import tidying
from tests.conftest import MONDAY
from tests.services.factory import CupFactory, a_cup_factory, a_customer, an_order, in_stock

TODAY = date(2026, 11, 23)


def a_shop(db: Database, **stock: int) -> CupFactory:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        for name, quantity in stock.items():
            in_stock(session, getattr(shop, name), quantity)
        return shop


def a_quotation(db: Database, shop: CupFactory, cups: int = 60, number: str = "QT-1") -> int:
    with db.session(write=True) as session:
        row = Quotation(
            number=number, state=QuotationState.SENT, buyer_name="ACME Trading", buyer_country="DE",
            customer_id=a_customer(session).id, currency="USD", incoterm="FOB", place="Ningbo",
            quoted_on=TODAY, valid_until=TODAY + timedelta(days=10), total_minor=100 * cups,
            lines=[QuotationLine(position=1, item_id=shop.cup.id, quantity=Decimal(cups), unit="H87",
                                 unit_price=Decimal(1), amount_minor=100 * cups)],
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def held(db: Database, number: int) -> PromiseHold:
    with db.session() as session:
        return session.get_one(PromiseHold, number)


def free(db: Database, item: int) -> Decimal:
    with db.session() as session:
        return inventory.available(session, [item])[item]


def keep(shop: CupFactory, cups: int, **more: Any) -> int:
    return promise_holds.hold(promise.promise_item(shop.cup.id, Decimal(cups)), **more).value


def test_two_promises_never_take_the_same_stock(db: Database) -> None:
    shop = a_shop(db, cup=100)
    keep(shop, 60)
    assert free(db, shop.cup.id) == 40
    second = promise.promise_item(shop.cup.id, Decimal(60))
    assert [(line.from_stock, line.to_make) for line in second.lines] == [(40, 20)]


def test_a_promise_asked_for_before_another_was_kept_is_refused_when_it_no_longer_holds(db: Database) -> None:
    shop = a_shop(db, cup=100)
    one, two = (promise.promise_item(shop.cup.id, Decimal(80)) for _ in range(2))
    promise_holds.hold(one)
    with pytest.raises(Conflict, match="taken") as refused:
        promise_holds.hold(two)
    assert refused.value.record == "CUP"
    assert refused.value.remedy
    with db.session() as session:
        assert session.scalar(select(func.count(PromiseHold.id))) == 1


def test_two_promises_never_take_the_same_machine_time(db: Database) -> None:
    shop = a_shop(db, steel=9000, box=9000)
    for _ in range(4):
        keep(shop, 300)
    with db.session() as session:
        blocks = session.scalars(select(PromiseBlock)).all()
        assert len(blocks) == 4 * 3
        spans = [(block.machine_id, block.starts_at, block.ends_at) for block in blocks]
    for one, two in combinations(spans, 2):
        assert one[0] != two[0] or one[2] <= two[1] or two[2] <= one[1]


def test_the_schedule_leaves_out_the_time_that_is_kept(db: Database) -> None:
    shop = a_shop(db, steel=9000, box=9000)
    keep(shop, 300)
    with db.session(write=True) as session:
        order = an_order(session, {shop.cup: 300}).id
    planning.plan_order(order)
    planning.schedule()
    with db.session() as session:
        blocks = session.scalars(select(PromiseBlock)).all()
        for step in session.scalars(select(ProductionOperation)):
            for block in blocks:
                assert (
                    step.machine_id != block.machine_id
                    or step.planned_finish <= block.starts_at
                    or block.ends_at <= step.planned_start
                )


def test_a_promise_lapses(db: Database) -> None:
    shop = a_shop(db, cup=100)
    number = keep(shop, 60)
    assert held(db, number).expires_at == MONDAY + timedelta(days=7)
    with clock.at(MONDAY + timedelta(days=7, minutes=1)):
        assert free(db, shop.cup.id) == 100
        assert promise_holds.expire_due().value == 1
        assert promise_holds.expire_due().value == 0
    assert held(db, number).state == HoldState.EXPIRED


def test_tidying_writes_down_what_has_lapsed(db: Database) -> None:
    shop = a_shop(db, cup=100)
    number = keep(shop, 60)
    with clock.at(MONDAY + timedelta(days=8)):
        assert "promise_hold" in tidying.tidy().changes
    assert held(db, number).state == HoldState.EXPIRED


def test_a_promise_can_be_released(db: Database) -> None:
    shop = a_shop(db, cup=100)
    number = keep(shop, 60)
    promise_holds.release(number)
    assert not promise_holds.release(number).changes
    assert free(db, shop.cup.id) == 100
    assert promise_holds.open_holds() == ()


def test_keeping_is_safe_to_repeat(db: Database) -> None:
    shop = a_shop(db, cup=100)
    assert keep(shop, 60, client_key="once") == keep(shop, 60, client_key="once")
    assert free(db, shop.cup.id) == 40


def test_a_promise_for_a_quotation_lasts_as_long_as_the_quotation(db: Database) -> None:
    shop = a_shop(db, cup=100)
    quotation = a_quotation(db, shop)
    number = promise_holds.hold(promise.promise_quotation(quotation), quotation_id=quotation).value
    # the day after the last valid one begins at 16:00 UTC of the day before
    assert held(db, number).expires_at.isoformat() == "2026-12-03T16:00:00+00:00"
    again = promise.promise_quotation(quotation)
    assert again.lines[0].from_stock == 60, "what is kept for it is free for it"
    newer = promise_holds.hold(again, quotation_id=quotation).value
    assert (held(db, number).state, held(db, newer).state) == (HoldState.RELEASED, HoldState.HELD)
    assert free(db, shop.cup.id) == 40
    view = promise_holds.hold_for_quotation(quotation)
    assert view is not None
    assert (view.id, view.promised_on) == (newer, TODAY)


def test_an_accepted_quotation_takes_the_promise_over(db: Database) -> None:
    shop = a_shop(db, cup=40, steel=1000, box=1000)
    quotation = a_quotation(db, shop)
    offer = promise.promise_quotation(quotation)
    number = promise_holds.hold(offer, quotation_id=quotation).value
    order = quotation_outcomes.accept_quotation(quotation).value
    kept = held(db, number)
    assert (kept.state, kept.sales_order_id) == (HoldState.USED, order)
    assert free(db, shop.cup.id) == 0
    with db.session() as session:
        assert session.get_one(SalesOrder, order).requested_ship == offer.day
    assert promise.promise_order(order).day == offer.day
    with db.session() as session:
        assert len(read_floor(session).blocks) == len(offer.machines) > 0, "and its machine time"
    sales.confirm(order, promised=offer.day)
    with clock.at(MONDAY + timedelta(days=20)):
        assert free(db, shop.cup.id) == 0, "a confirmed order keeps it until it is planned"
    planning.plan_order(order)
    with db.session() as session:
        stock = select(func.sum(Peg.quantity)).where(
            Peg.item_id == shop.cup.id, Peg.source == PegSource.STOCK
        )
        assert session.scalar(stock) == 40
    assert free(db, shop.cup.id) == 0
    assert promise_holds.open_holds() == ()
    with pytest.raises(NotAllowed, match="taken over"):
        promise_holds.release(number)


def test_the_promised_day_is_kept_when_the_order_is_planned(db: Database) -> None:
    shop = a_shop(db, steel=9000, box=9000)
    keep(shop, 600)
    quotation = a_quotation(db, shop, cups=500)
    offer = promise.promise_quotation(quotation)
    promise_holds.hold(offer, quotation_id=quotation)
    order = quotation_outcomes.accept_quotation(quotation).value
    sales.confirm(order, promised=offer.day)
    planning.plan_order(order)
    assert planning.schedule().value.late_orders == ()
    with db.session() as session:
        last = session.scalar(select(func.max(ProductionOperation.planned_finish)))
        assert last is not None
    assert clock.day_of(last) <= offer.day


@pytest.mark.parametrize("lost", ["declined", "lapsed", "changed"])
def test_a_lost_quotation_gives_back_what_was_kept(db: Database, lost: str) -> None:
    shop = a_shop(db, cup=100)
    quotation = a_quotation(db, shop)
    number = promise_holds.hold(
        promise.promise_quotation(quotation), quotation_id=quotation, expires_at=MONDAY + timedelta(days=90)
    ).value
    assert free(db, shop.cup.id) == 40
    if lost == "declined":
        quotation_outcomes.decline_quotation(quotation)
    elif lost == "lapsed":
        with clock.at(MONDAY + timedelta(days=12)):
            quotation_outcomes.expire_quotations()
    else:
        with db.session(write=True) as session:
            session.get_one(Quotation, quotation).state = QuotationState.DRAFT
        before = quotation_views.quotation_detail(quotation)
        form = before.form
        quotations.save_quotation(quotation, form, before.version)
        assert held(db, number).state == HoldState.HELD, "the same goods are still promised"
        lines = [type(line)(line.item_id, Decimal(70), line.unit_price, line.note) for line in form.lines]
        version = quotation_views.quotation_detail(quotation).version
        quotations.save_quotation(quotation, type(form)(**{**_values(form), "lines": lines}), version)
    assert held(db, number).state == HoldState.RELEASED
    assert free(db, shop.cup.id) == 100


def _values(form: quotations.QuotationForm) -> dict[str, Any]:
    return {name: getattr(form, name) for name in form.__dataclass_fields__}


def test_nothing_is_kept_for_a_quotation_that_is_over_or_for_a_moment_that_is_past(db: Database) -> None:
    shop = a_shop(db, cup=100)
    quotation = a_quotation(db, shop)
    offer = promise.promise_quotation(quotation)
    with pytest.raises(InvalidValue, match="past"):
        promise_holds.hold(offer, expires_at=MONDAY - timedelta(hours=1))
    quotation_outcomes.decline_quotation(quotation)
    with pytest.raises(NotAllowed, match="QT-1"):
        promise_holds.hold(offer, quotation_id=quotation)
    assert promise_holds.open_holds() == ()


def test_an_order_can_use_a_promise_once(db: Database) -> None:
    shop = a_shop(db, cup=100)
    with db.session(write=True) as session:
        first = an_order(session, {shop.cup: 60}, state=OrderState.DRAFT).id
        other = an_order(session, {shop.cup: 60}, number="SO-2", state=OrderState.DRAFT).id
    number = keep(shop, 60)
    promise_holds.use_for_order(number, first)
    assert not promise_holds.use_for_order(number, first).changes
    with pytest.raises(NotAllowed):
        promise_holds.use_for_order(number, other)
    lapsed = keep(shop, 20)
    with clock.at(MONDAY + timedelta(days=9)), pytest.raises(NotAllowed, match="lapsed"):
        promise_holds.use_for_order(lapsed, other)


def test_parts_that_are_kept_are_not_issued_to_somebody_else(db: Database) -> None:
    shop = a_shop(db, steel=30, box=100)
    keep(shop, 100)
    assert free(db, shop.steel.id) == 0
    wanted = inventory.Wanted("material", 1, shop.steel.id, Decimal(5))
    with db.session() as session:
        assert inventory.free_for(session, [wanted]) == [0]

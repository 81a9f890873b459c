"""Promises: from stock, from what is on order, made through all levels, and who would slip for it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import InvalidValue, NotAllowed, NotFound
from factory_erp.models.database import Database
from factory_erp.models.planning import PurchaseLine, PurchaseOrder
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.measure import measure
from factory_erp.planning.schedule.problem import Problem
from factory_erp.services import clock, planning
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise.floor import on_floor
from factory_erp.services.promise.offer import OfferKind, OtherOffer
from factory_erp.services.promise.supply import source
from factory_erp.services.promise.words import worthwhile
from factory_erp.services.stock.promise_open import NOBODY
from tests.conftest import MONDAY
from tests.services.factory import (
    CupFactory,
    Step,
    a_bill,
    a_cup_factory,
    a_customer,
    a_machine,
    a_routing,
    an_item,
    an_order,
    in_stock,
)

TODAY = date(2026, 11, 23)


def a_shop(db: Database, **stock: int) -> CupFactory:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        for name, quantity in stock.items():
            in_stock(session, getattr(shop, name), quantity)
        return shop


def a_busy_shop(db: Database, *, cups: int = 1500, promised: bool = False) -> CupFactory:
    """Material for everything, and the press taken for some days by an order of the customer BUSY."""
    shop = a_shop(db, steel=5000, box=5000)
    with db.session(write=True) as session:
        order = an_order(
            session, {shop.cup: cups}, number="SO-2026-00077", customer=a_customer(session, "BUSY"),
            ship_by=date(2027, 3, 1),
        )  # fmt: skip
        for line in order.lines:
            line.promised = order.ship_by if promised else None
        order_id = order.id
    planning.plan_order(order_id)
    planning.schedule()
    return shop


def on_order(db: Database, shop: CupFactory, quantity: int, day: date) -> None:
    with db.session(write=True) as session:
        line = PurchaseLine(
            position=1, item_id=shop.steel.id, quantity=Decimal(quantity), needed_on=day, expected_on=day
        )
        session.add(PurchaseOrder(number="PO-2026-00001", ordered_on=TODAY, lines=[line]))


def test_what_is_in_stock_is_promised_for_today(db: Database) -> None:
    shop = a_shop(db, cup=100)
    offer = promise.promise_item(shop.cup.id, Decimal(60), TODAY)
    assert (offer.day, offer.feasible) == (TODAY, True)
    assert offer.binding == ("Everything is in stock.",)
    assert [(line.from_stock, line.to_make) for line in offer.lines] == [(60, 0)]
    assert offer.rush is None
    assert offer.alternatives == ()


def test_stock_that_a_confirmed_order_reserved_is_not_promised(db: Database) -> None:
    shop = a_shop(db, cup=100)
    with db.session(write=True) as session:
        order_id = an_order(session, {shop.cup: 70}).id
    planning.plan_order(order_id)
    offer = promise.promise_item(shop.cup.id, Decimal(60))
    assert [(line.from_stock, line.to_make) for line in offer.lines] == [(30, 30)]
    assert offer.day > TODAY


def test_parts_on_order_are_awaited(db: Database) -> None:
    shop = a_shop(db, box=100)
    on_order(db, shop, 100, TODAY + timedelta(days=2))
    offer = promise.promise_item(shop.cup.id, Decimal(100))
    # the steel is there when Wednesday is over; pressing and packing take Thursday's morning
    assert offer.day == date(2026, 11, 26)
    assert offer.binding[0] == "STEEL is on order and expected on 2026-11-25."


def test_what_has_to_be_bought_takes_its_lead_time_through_all_levels(db: Database) -> None:
    shop = a_shop(db, box=100)
    offer = promise.promise_item(shop.cup.id, Decimal(100))
    assert offer.day == date(2026, 11, 30), "the steel is there on Saturday"
    assert offer.binding[0] == "STEEL has to be bought and can be there on 2026-11-28."
    needs = {need.item_id: (need.quantity, need.from_stock, need.component) for need in offer.stock}
    assert needs[shop.steel.id] == (30, 0, True)
    assert needs[shop.box.id] == (100, 100, True)
    assert needs[shop.cup.id] == (100, 0, False)


def test_a_bought_item_is_promised_by_its_lead_time(db: Database) -> None:
    shop = a_shop(db, box=40)
    offer = promise.promise_item(shop.box.id, Decimal(100), TODAY)
    assert (offer.day, offer.feasible) == (TODAY + timedelta(days=2), False)
    (partial,) = offer.alternatives
    assert (partial.kind, partial.first_day, partial.first_quantity) == (OfferKind.PARTIAL, TODAY, 40)


def test_the_lid_is_pressed_before_the_cup(db: Database) -> None:
    shop = a_shop(db, steel=1000, box=1000)
    offer = promise.promise_item(shop.cup.id, Decimal(100))
    press = sorted((need.start, need.item_id) for need in offer.machines if need.machine == "PRESS")
    assert [item for _start, item in press] == [shop.lid.id, shop.cup.id]
    assert offer.day == TODAY
    assert [line.to_make for line in offer.lines] == [100]


def test_a_promise_stands_in_the_schedule_without_breaking_any_rule(db: Database) -> None:
    shop = a_busy_shop(db)
    with db.session() as session:
        sourcing = source(session, [(shop.cup.id, Decimal(120))])

        def judged(bench) -> list[str]:  # type: ignore[no-untyped-def]
            imagined, known = bench.imagined, bench.inserter.problem
            found = bench.inserter.earliest(imagined.orders, imagined.operations)
            wider = Problem(
                known.machines, known.centres, (*known.operations, *imagined.operations),
                (*known.orders, *imagined.orders), known.now, known.resources,
            )  # fmt: skip
            both = {**bench.inserter.schedule.assignments, **found.assignments}
            return violations(wider, measure(wider, both))

        assert on_floor(session, sourcing, judged, NOBODY) == []


def test_a_rush_names_who_slips_and_what_it_costs(db: Database) -> None:
    shop = a_busy_shop(db)
    usual = promise.promise_item(shop.cup.id, Decimal(20))
    assert usual.day > date(2026, 11, 25)
    assert any("MO-" in sentence for sentence in usual.binding)
    offer = promise.promise_item(shop.cup.id, Decimal(20), TODAY + timedelta(days=1))
    assert not offer.feasible
    assert offer.rush is not None
    assert offer.rush.feasible
    assert offer.rush.day <= TODAY + timedelta(days=1)
    assert {slip.customer for slip in offer.rush.slips} == {"BUSY Trading"}
    assert {slip.sales_number for slip in offer.rush.slips} == {"SO-2026-00077"}
    assert all(slip.after >= slip.before for slip in offer.rush.slips)
    assert all(slip.late_days <= (slip.after - slip.before).days for slip in offer.rush.slips)
    with db.session() as session:
        numbers = set(session.scalars(select(ProductionOrder.number)))
    assert {slip.number for slip in offer.rush.slips} <= numbers


def test_other_ways_have_a_day_and_a_price(db: Database) -> None:
    shop = a_busy_shop(db)
    offer = promise.promise_item(shop.cup.id, Decimal(400), TODAY + timedelta(days=6))
    assert 1 <= len(offer.alternatives) <= 3
    for way in offer.alternatives:
        assert way.first_day < offer.day
        assert way.price >= 0
        assert way.text


PLAIN = TODAY + timedelta(days=10)


def way(kind: OfferKind, first: int, last: int, price: int = 0, quantity: int | None = None) -> OtherOffer:
    """Another way, its days counted from today."""
    first_day, day = TODAY + timedelta(days=first), TODAY + timedelta(days=last)
    return OtherOffer(kind, first_day, day, price, "", None if quantity is None else Decimal(quantity))


def test_what_is_no_better_than_the_plain_date_is_not_offered() -> None:
    later = way(OfferKind.SPLIT, 10, 12, 0, 50)
    as_late = way(OfferKind.MACHINE, 10, 10)
    sooner = way(OfferKind.OVERTIME, 8, 8, 500)
    assert worthwhile((later, as_late, sooner), PLAIN) == (sooner,)


def test_what_another_way_brings_for_less_is_not_offered() -> None:
    stock = way(OfferKind.PARTIAL, 0, 10, 0, 50)
    less = way(OfferKind.SPLIT, 3, 10, 300, 40)
    more = way(OfferKind.SPLIT, 3, 12, 300, 80)
    assert worthwhile((stock, less, more), PLAIN) == (stock, more), "the same part is in stock today already"
    dear, cheap = way(OfferKind.OVERTIME, 6, 6, 900), way(OfferKind.MACHINE, 6, 6, 100)
    assert worthwhile((dear, cheap), PLAIN) == (cheap,)
    assert worthwhile((cheap, replace(cheap, kind=OfferKind.OVERTIME)), PLAIN) == (cheap,)
    assert worthwhile((more, dear), PLAIN) == (more, dear), "a part on the third, or all on the sixth"


def test_offers_of_a_busy_shop_are_each_of_some_use(db: Database) -> None:
    shop = a_busy_shop(db)
    with db.session(write=True) as session:
        in_stock(session, shop.cup, 30)
    for quantity in (40, 150, 400):
        for days in (None, 0, 1, 4, 9):
            wanted = None if days is None else TODAY + timedelta(days=days)
            offer = promise.promise_item(shop.cup.id, Decimal(quantity), wanted)
            assert worthwhile(offer.alternatives, offer.day) == offer.alternatives
            assert offer.rush is None or offer.rush.day < offer.day


def test_several_lines_share_what_is_there(db: Database) -> None:
    shop = a_shop(db, cup=50)
    lines = [(shop.cup.id, Decimal(40)), (shop.cup.id, Decimal(30))]
    offer = promise.promise_lines(lines)
    assert sum(line.from_stock for line in offer.lines) == 50
    assert sum(line.to_make for line in offer.lines) == 20
    assert offer.day == max(line.day for line in offer.lines)


def test_an_order_is_promised_for_what_is_left_to_ship(db: Database) -> None:
    shop = a_shop(db, cup=100)
    with db.session(write=True) as session:
        draft = an_order(session, {shop.cup: 60}, state=OrderState.DRAFT)
        session.flush()
        order_id = draft.id
    assert promise.promise_order(order_id).day == TODAY
    assert promise.promise(order_id).ship_date == TODAY
    with db.session(write=True) as session:
        session.scalars(select(SalesLine)).one().shipped = Decimal(60)
    with pytest.raises(InvalidValue):
        promise.promise_order(order_id)
    assert promise.promise(order_id).reasons == ("Everything is in stock.",)


def test_a_day_that_is_past_is_refused(db: Database) -> None:
    shop = a_shop(db, cup=100)
    with pytest.raises(InvalidValue, match="past") as refused:
        promise.promise_item(shop.cup.id, Decimal(1), TODAY - timedelta(days=1))
    assert (refused.value.record, refused.value.field) == ("CUP", "wanted")
    assert refused.value.remedy


@pytest.mark.parametrize("quantity", ["0", "-5", "1.5", "NaN"])
def test_a_quantity_that_cannot_be_is_refused(db: Database, quantity: str) -> None:
    shop = a_shop(db)
    with pytest.raises(InvalidValue) as refused:
        promise.promise_item(shop.cup.id, Decimal(quantity))
    assert refused.value.record == "CUP"


def test_nothing_and_nobodys_item_are_refused(db: Database) -> None:
    with pytest.raises(InvalidValue):
        promise.promise_lines([])
    with pytest.raises(NotFound):
        promise.promise_item(99, Decimal(1))


def test_an_item_without_a_routing_says_so(db: Database) -> None:
    with db.session(write=True) as session:
        vase = an_item(session, "VASE").id
    with pytest.raises(NotAllowed, match="VASE"):
        promise.promise_item(vase, Decimal(1))


def test_many_levels_wait_for_what_is_bought_at_the_bottom(db: Database) -> None:
    with db.session(write=True) as session:
        press = a_machine(session, "SAW")
        bought = an_item(session, "ROD", buy=True, lead_days=3)
        part = bought
        for level in range(4):
            higher = an_item(session, f"PART-{level}")
            a_bill(session, higher, {part: 1})
            a_routing(session, higher, Step(press, 60))
            part = higher
        top = part.id
    offer = promise.promise_item(top, Decimal(30))
    starts = [need.start for need in offer.machines]
    assert len(starts) == 4
    assert offer.day == clock.day_of(MONDAY + timedelta(days=3)), "two hours of sawing after the rods come"

"""Purchases: ordered by hand, late, received in parts, cancelled; whose goods they are."""

from contextvars import copy_context
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.models.planning import PurchaseLine, PurchaseOrder, PurchaseState
from factory_erp.models.production import Peg, PegSource, ProductionOrder
from factory_erp.services import planning, search
from factory_erp.services.base import query
from factory_erp.services.floor.reading import read_floor
from factory_erp.services.material import plan as material_plan
from factory_erp.services.production import orders as production
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import NewPurchase, NewPurchaseLine
from factory_erp.services.stock import inventory
from factory_erp.services.suggestions import accepting as suggestions
from tests.conftest import MONDAY
from tests.services.factory import CupFactory, a_cup_factory, a_customer, an_order_for_cups

SOON = date(2026, 12, 1)


def a_supplier(session: Session, code: str = "MILL") -> Partner:
    partner = Partner(code=code, name=f"{code} Ltd", country="CN", roles=[PartnerRole(role=Role.SUPPLIER)])
    session.add(partner)
    session.flush()
    return partner


def bought(db: Database, shop: CupFactory, quantity: str = "30", *, attach: bool = True) -> int:
    """A purchase of steel; with *attach* the plan's purchases of it are pegged to it. The line's id."""
    with db.session(write=True) as session:
        supplier = a_supplier(session).id
    line = NewPurchaseLine(shop.steel.id, Decimal(quantity), SOON)
    order_id = purchases.by_hand(NewPurchase(supplier, [line], client_key="typed-1")).value
    with db.session(write=True) as session:
        line_id = session.scalars(select(PurchaseLine.id).filter_by(order_id=order_id)).one()
        if attach:
            for peg in session.scalars(select(Peg).filter_by(item_id=shop.steel.id)):
                peg.purchase_line_id = line_id
    return line_id


def pegs_of(db: Database, item_id: int) -> list[tuple[str, Decimal, bool]]:
    """Source, quantity and whether a purchase line is named, of the pegs of an item."""
    with db.session() as session:
        rows = session.scalars(select(Peg).filter_by(item_id=item_id))
        return sorted((peg.source, peg.quantity, peg.purchase_line_id is not None) for peg in rows)


def test_a_purchase_by_hand_is_made_once_and_found(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        supplier = a_supplier(session).id
    lines = [
        NewPurchaseLine(shop.steel.id, Decimal("12.5"), SOON),
        NewPurchaseLine(shop.box.id, Decimal(40), SOON, SOON),
    ]
    new = NewPurchase(supplier, lines, client_key="typed-1")
    first, again = purchases.by_hand(new), purchases.by_hand(new)
    assert again.value == first.value
    assert not again.changes
    seen = purchases.purchase(first.value)
    assert seen.row.number == "PO-2026-00001"
    assert seen.row.supplier == "MILL Ltd"
    assert [(line.sku, line.open, line.expected_on) for line in seen.lines] == [
        ("STEEL", Decimal("12.5"), date(2026, 11, 28)), ("BOX", Decimal(40), SOON),
    ]  # fmt: skip
    assert search.find("PO-2026-00001")[0].record_id == first.value
    assert list(purchases.purchase_ids("open")) == [first.value]
    assert purchases.purchase_rows([first.value])[0].expected_on == date(2026, 11, 28)
    assert purchases.purchase_counts() == {"all": 1, "open": 1, "late": 0, "received": 0, "cancelled": 0}


def test_what_makes_no_sense_is_refused_and_nothing_is_ordered(db: Database) -> None:
    with db.session(write=True) as session:
        shop, customer = a_cup_factory(session), a_customer(session).id
    half_a_box = [NewPurchaseLine(shop.box.id, Decimal("0.5"), SOON)]
    one = [NewPurchaseLine(shop.box.id, Decimal(1), SOON)]
    for wrong in (NewPurchase(None, half_a_box), NewPurchase(None, []), NewPurchase(customer, one)):
        with pytest.raises(InvalidValue) as refused:
            purchases.by_hand(wrong)
        assert refused.value.field
        assert refused.value.remedy
    assert not purchases.purchase_ids("all")


def test_a_receipt_in_parts_is_kept_for_those_who_wait(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)  # wants 30 kg of steel: 25 for cups, 5 for lids
    planning.plan_order(order_id)
    line_id = bought(db, shop, "30")
    before = purchases.receive(line_id, Decimal(10), "truck-1").value
    assert (before.received, before.open, before.state) == (10, 20, PurchaseState.ORDERED)
    assert purchases.receive(line_id, Decimal(10), "truck-1").value == before
    kept = sum(
        quantity for source, quantity, _line in pegs_of(db, shop.steel.id) if source == PegSource.STOCK
    )
    assert kept == 10
    assert free(shop.steel.id) == 0
    after = purchases.receive(line_id, Decimal(25), "truck-2").value
    assert (after.received, after.open, after.state) == (35, 0, PurchaseState.RECEIVED)
    assert {source for source, _quantity, _line in pegs_of(db, shop.steel.id)} == {PegSource.STOCK}
    assert free(shop.steel.id) == 5
    assert purchases.receive(line_id, Decimal(25), "truck-2").value == after
    with pytest.raises(Conflict):
        purchases.receive(line_id, Decimal(24), "truck-2")
    with pytest.raises(NotAllowed, match="Nothing more is to come"):
        purchases.receive(line_id, Decimal(1), "truck-3")


@query
def free(session: Session, item_id: int) -> Decimal:
    """What may be promised to somebody new."""
    return inventory.available(session, [item_id])[item_id]


def test_what_a_line_brings_too_much_goes_to_purchases_that_nobody_has_ordered(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    line_id = bought(db, shop, "12", attach=False)
    purchases.receive(line_id, Decimal(12), "truck-1")
    stock = [row for row in pegs_of(db, shop.steel.id) if row[0] == PegSource.STOCK]
    waiting = [row for row in pegs_of(db, shop.steel.id) if row[0] == PegSource.PURCHASE]
    assert sum(row[1] for row in stock) == 12
    assert all(row[2] for row in stock)
    assert sum(row[1] for row in waiting) == 18
    assert not any(row[2] for row in waiting)


def test_goods_booked_in_without_the_purchase_count_on_its_line(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    line_id = bought(db, shop, "30")
    inventory.receive(shop.steel.id, Decimal(12), "delivery note 7", "note-7")
    with db.session() as session:
        assert session.get_one(PurchaseLine, line_id).received == 12
    production.receive_shortages(order_id)
    with db.session() as session:
        line = session.get_one(PurchaseLine, line_id)
        assert (line.received, line.order.state) == (30, PurchaseState.RECEIVED)


def test_a_late_purchase_says_who_waits_and_moves_their_material_date(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    line_id = bought(db, shop, "30")
    version = purchases.purchase(1).lines[0].version
    late = date(2026, 12, 20)
    waiting = purchases.change_expected(line_id, late, version).value
    assert {one.number for one in waiting} == {"MO-2026-00001", "MO-2026-00002"}
    assert all(one.late_days > 0 and one.customer == "ACME Trading" for one in waiting)
    with db.session() as session:
        at = set(session.scalars(select(ProductionOrder.material_at)))
    assert max(moment for moment in at if moment) == datetime(2026, 12, 20, 16, tzinfo=MONDAY.tzinfo)
    with pytest.raises(Conflict):
        purchases.change_expected(line_id, SOON, version)
    with db.session() as session:
        assert purchases.arrival_days(session) == {1: late, 2: late}
    assert not purchases.change_expected(line_id, late).changes


def test_a_cancelled_line_leaves_its_goods_to_be_ordered(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    line_id = bought(db, shop, "30")
    purchases.receive(line_id, Decimal(10), "truck-1")
    purchases.cancel_line(line_id)
    purchases.cancel_line(line_id)
    with db.session() as session:
        line = session.get_one(PurchaseLine, line_id)
        assert (line.quantity, line.received, line.order.state) == (10, 10, PurchaseState.RECEIVED)
        assert purchases.arrival_days(session) == {}
    waiting = [row for row in pegs_of(db, shop.steel.id) if row[0] == PegSource.PURCHASE]
    assert sum(row[1] for row in waiting) == 20
    assert not any(row[2] for row in waiting)


def test_an_order_of_which_nothing_came_is_cancelled_as_a_whole(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    line_id = bought(db, shop, "30")
    purchases.cancel_line(line_id)
    with db.session() as session:
        assert session.scalars(select(PurchaseOrder.state)).one() == PurchaseState.CANCELLED
    assert not purchases.purchase_rows([1])[0].late
    with pytest.raises(NotAllowed, match="Nothing more"):
        purchases.change_expected(line_id, SOON + timedelta(days=1))


def test_of_a_smaller_line_the_latest_needed_go_first(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    line_id = bought(db, shop, "40")
    with db.session(write=True) as session:
        purchases.reduce_line(session, line_id, Decimal(15))
    # of the 30 kg that are waited for 25 are left on the line; the cups' steel is needed last
    assert pegs_of(db, shop.steel.id) == [
        (PegSource.PURCHASE, 5, False),
        (PegSource.PURCHASE, 5, True),
        (PegSource.PURCHASE, 20, True),
    ]


def test_what_is_cancelled_while_an_order_is_planned_is_not_pegged(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL lets both go on at once; one of them has to wait for the other's pegs."""
    if db.is_sqlite:
        pytest.skip("SQLite has one writer")
    shop, order_id = an_order_for_cups(db, 60, steel=900, lid=900)
    new = NewPurchase(None, [NewPurchaseLine(shop.box.id, Decimal(60), SOON)])
    (line,) = purchases.purchase(purchases.by_hand(new).value).lines
    threads: list[Thread] = []
    write = planning.PlanWriter.write

    def cancelled_meanwhile(writer: planning.PlanWriter) -> object:
        threads.append(Thread(target=copy_context().run, args=(purchases.cancel_line, line.id, line.version)))
        threads[0].start()
        threads[0].join(0.5)
        return write(writer)

    monkeypatch.setattr(planning.PlanWriter, "write", cancelled_meanwhile)
    planning.plan_order(order_id)
    threads[0].join(20)
    assert not threads[0].is_alive()
    assert purchases.purchase_counts()["cancelled"] == 1
    assert pegs_of(db, shop.box.id) == [(PegSource.PURCHASE, 60, False)], "it has to be ordered anew"


def test_a_peg_to_a_purchase_that_is_over_is_one_that_nobody_has_ordered(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 60, steel=900, lid=900)
    new = NewPurchase(None, [NewPurchaseLine(shop.box.id, Decimal(60), SOON)])
    (line,) = purchases.purchase(purchases.by_hand(new).value).lines
    (made,) = planning.plan_order(order_id).value.production_orders
    purchases.cancel_line(line.id, line.version)
    with db.session(write=True) as session:
        session.scalars(select(Peg).filter_by(item_id=shop.box.id)).one().purchase_line_id = line.id
    with db.session() as session:
        floor = read_floor(session)
    assert (floor.waiting.keys(), floor.arrivals) == ({made}, {})
    assert [row.sku for row in planning.plan_order(order_id).value.shortages] == ["BOX"]
    material_plan.run_plan()
    suggestions.accept(suggestions.suggestion_ids())
    assert pegs_of(db, shop.box.id) == [(PegSource.PURCHASE, 60, True)], "not wanted twice"
    with db.session() as session:
        (peg,) = session.scalars(select(Peg).filter_by(item_id=shop.box.id))
        assert peg.purchase_line_id != line.id


def test_goods_go_also_to_those_whose_purchase_is_over(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 60, steel=900, lid=900)
    new = NewPurchase(None, [NewPurchaseLine(shop.box.id, Decimal(60), SOON)])
    (line,) = purchases.purchase(purchases.by_hand(new).value).lines
    planning.plan_order(order_id)
    purchases.cancel_line(line.id, line.version)
    with db.session(write=True) as session:
        session.scalars(select(Peg).filter_by(item_id=shop.box.id)).one().purchase_line_id = line.id
    (other,) = purchases.purchase(purchases.by_hand(new).value).lines
    purchases.receive(other.id, Decimal(60), "truck")
    assert pegs_of(db, shop.box.id) == [(PegSource.STOCK, 60, True)]

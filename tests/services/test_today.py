from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from factory_erp.domain.money import Money
from factory_erp.models.catalog import Product
from factory_erp.models.database import Database
from factory_erp.models.media import Certificate
from factory_erp.models.platforms import (
    AccountState,
    ExceptionKind,
    OutboxMessage,
    PlatformAccount,
    SyncException,
)
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import clock, planning
from factory_erp.services.sales import views as sales_views
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.today.lists import EXCEPTION_NAMES, Need, last_sync, today
from tests.services.factory import a_cup_factory, an_order, an_order_for_cups, in_stock

MONDAY = date(2026, 11, 23)
FRIDAY_BEFORE = date(2026, 11, 20)


def test_an_empty_factory_has_an_empty_day(db: Database) -> None:
    view = today()
    assert view.day == MONDAY
    assert [view.late, view.going_late, view.due, view.came_in, view.needs] == [()] * 5
    assert view.counts.late == view.counts.machines_behind == 0
    assert last_sync() is None


def test_late_orders_come_with_their_reason(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.cup, 10)
        lines = {shop.cup: 10}
        for number, state in enumerate((OrderState.CONFIRMED, OrderState.READY, OrderState.READY), start=1):
            an_order(session, lines, number=f"SO-{number}", state=state, ship_by=FRIDAY_BEFORE)
    third = sales_views.order_numbered("SO-3")
    shipping.create([third], "key")
    late = today().late
    assert [(row.number, row.days) for row in late] == [("SO-1", 3), ("SO-2", 3), ("SO-3", 3)]
    assert late[0].reason == "Not planned yet."
    assert late[1].reason == "Ready, but not in a shipment yet."
    assert late[2].reason == "Shipment SH-2026-00001 has not left yet."
    assert today().counts.late == sales_views.order_counts()["late"] == 3


def test_production_in_progress_says_how_far_it_is(db: Database) -> None:
    _shop, order = an_order_for_cups(db)
    planning.plan_order(order)
    with db.session(write=True) as session:
        session.get_one(SalesOrder, order).ship_by = FRIDAY_BEFORE
    assert today().late[0].reason == "Not scheduled on machines yet."
    planning.schedule()
    assert today().late[0].reason.startswith("0 of 2 production orders finished, the last by 2026-1")


def test_an_order_that_is_planned_too_late_is_seen_before_it_is_late(db: Database) -> None:
    _shop, order = an_order_for_cups(db)
    planning.plan_order(order)
    planning.schedule()
    with db.session(write=True) as session:
        finish = max(row.planned_finish for row in session.query(ProductionOrder) if row.planned_finish)
        session.get_one(SalesOrder, order).ship_by = MONDAY
    (row,) = today().going_late
    assert row.expected
    assert row.days == (finish.astimezone(UTC).date() - MONDAY).days
    with db.session(write=True) as session:
        session.get_one(SalesOrder, order).ship_by = finish.date() + timedelta(days=1)
    assert not today().going_late


def test_this_week_ends_on_sunday_and_leaves_out_what_is_late(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        days = {"A": date(2026, 11, 29), "B": MONDAY, "C": date(2026, 11, 30), "D": FRIDAY_BEFORE}
        for number, day in days.items():
            an_order(session, {shop.cup: 1}, number=number, ship_by=day)
    view = today()
    assert [row.number for row in view.due] == ["B", "A"]
    assert view.counts.ships_this_week == sales_views.order_counts()["ships_this_week"] == 2


def test_what_came_in_is_listed_newest_first(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        sunday = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)  # Sunday 00:00 in Ningbo
        for number, moment in {"A": sunday, "B": sunday - timedelta(seconds=1), "C": clock.now()}.items():
            an_order(session, {shop.cup: 3}, number=number, state=OrderState.DRAFT).ordered_at = moment
    view = today()
    assert [row.number for row in view.came_in] == ["C", "A", "B"]
    assert view.came_in[0].total == Money.of("3.00", "USD")
    assert view.counts.came_in == 2
    assert view.counts.to_review == 3


def test_what_needs_a_person_is_gathered(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        account = PlatformAccount(
            platform="alibaba", name="Shop", base_url="https://x.test", app_key="k",
            state=AccountState.REAUTHORISE, last_pull_at=clock.now(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        session.add(SyncException(account_id=account.id, external_id="77", kind="unknown_sku", subject="S"))
        for state in ("failed", "unknown", "done"):
            session.add(
                OutboxMessage(
                    account_id=account.id, kind="shipment", client_key=state, record_id=1,
                    title=f"Ship {state}", payload="{}", state=state,
                )
            )  # fmt: skip
        an_order(session, {shop.cup: 1}, number="H", state=OrderState.ON_HOLD, ship_by=None)
    view = today()
    assert [row.need for row in view.needs] == [
        Need.ACCOUNT, Need.OUTBOX, Need.OUTBOX, Need.EXCEPTION, Need.HOLD
    ]  # fmt: skip
    assert [row.title for row in view.needs][1:] == [
        "Ship failed",
        "Ship unknown",
        "77 · Shop",
        "H · ACME Trading",
    ]
    assert view.needs[3].reason == "Unknown SKU"
    assert view.counts.exceptions == 1
    assert last_sync() == clock.now()


def test_machines_behind_their_schedule_are_counted(db: Database) -> None:
    _shop, order = an_order_for_cups(db)
    planning.plan_order(order)
    planning.schedule()
    assert today().counts.machines_behind == 0
    with clock.at(datetime(2027, 3, 1, tzinfo=UTC)):
        assert today().counts.machines_behind == 2


def test_every_kind_of_exception_has_a_name() -> None:
    assert set(EXCEPTION_NAMES) == set(ExceptionKind)


def test_certificates_that_lapse_before_long_are_told(db: Database) -> None:
    with db.session(write=True) as session:
        cup = Product(code="CUP")
        session.add(cup)
        session.flush()
        for kind, days in (("CE", 9), ("FDA", 61)):
            session.add(Certificate(product_id=cup.id, kind=kind, valid_to=MONDAY + timedelta(days=days)))
    (row,) = today().certificates
    assert (row.product, row.kind, row.days) == ("CUP", "CE", 9)
    assert row.reason == "CE of product CUP lapses on 2026-12-02."

"""Each late order says why, in sentences that name the purchase, machine or order that holds it up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOrder
from factory_erp.planning.schedule.result import Reason
from factory_erp.services import clock, planning
from factory_erp.services.board.late_orders import LateView, late_list
from factory_erp.services.schedule.reasons import Material, Wording, reason_text
from tests.conftest import MONDAY
from tests.services.factory import an_order_for_cups
from tests.services.schedule_shop import a_shop, floor_and_problem, number, on_order, ordered, scheduled

TODAY = date(2026, 11, 23)


def by_number(views: tuple[LateView, ...]) -> dict[str, LateView]:
    return {view.number: view for view in views}


def test_nothing_is_late(db: Database) -> None:
    scheduled(db, 60)
    assert late_list() == ()


def test_a_late_purchase_is_named_through_the_levels(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100)
    cup, lid = planning.plan_order(order_id).value.production_orders
    line = on_order(db, "STEEL", date(2026, 12, 20))
    planning.schedule()
    late = by_number(late_list())
    assert set(late) == {number(db, cup), number(db, lid)}
    view = late[number(db, cup)]
    first = view.reasons[0]
    assert first.text == "STEEL arrives on 2026-12-20 (purchase PO-STEEL)."
    assert (first.kind, bool(first.record_id)) == ("purchase_order", bool(line))
    assert any(why.kind == "production_order" and why.record_id == lid for why in view.reasons) or (
        view.reasons[-1].kind == "purchase_order"
    )
    assert (view.sku, view.sales_number, view.customer) == ("CUP", "SO-2026-00001", "ACME Trading")
    assert (view.needed, view.days_late) == (date(2026, 12, 18), 3)
    assert view.promised
    # 100.00 at 0.5 % a day is two cents an hour
    assert (view.cost, view.currency) == (Decimal("1.44"), "CNY")


def test_an_order_behind_another_names_machine_and_order(db: Database) -> None:
    _shop, made = scheduled(db, 800, 800, 800, ship_by=TODAY + timedelta(days=2))
    late = late_list()
    assert late
    assert all(view.reasons for view in late)
    said = [why for view in late for why in view.reasons if why.kind == "production_order"]
    assert {why.record_id for why in said} <= set(made)
    assert any("PRESS" in why.text or "BENCH" in why.text for why in said)
    assert [view.cost for view in late] == sorted((view.cost for view in late), reverse=True)


def test_what_is_not_scheduled_says_so(db: Database) -> None:
    shop = a_shop(db)
    made = ordered(db, shop, 60, ship_by=TODAY)
    with db.session(write=True) as session:
        session.get_one(ProductionOrder, made[0]).due = TODAY - timedelta(days=5)
    assert late_list() == ()
    (view,) = _on(db, MONDAY + timedelta(days=3))
    assert (view.finish, view.days_late) == (None, 3)
    assert view.reasons[0].text == "It has no place in the schedule yet."


def _on(db: Database, moment: datetime) -> tuple[LateView, ...]:
    with clock.at(moment):
        return late_list()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("material", "STEEL has still to be ordered and can be there on 2026-11-24."),
        ("machine", "It waits for machine PRESS behind MO-2026-00001 until 2026-11-24."),
        ("predecessor", "It waits for MO-2026-00001, finished on 2026-11-24."),
        ("capacity", "There is more work than time before it is due."),
        ("resource", "It waits for a mould or tool, which MO-2026-00001 holds until 2026-11-24."),
        ("calendar", "Machine PRESS is closed until 2026-11-24 10:00."),
        ("locked", "Its place in the schedule is locked until 2026-11-24."),
    ],
)
def test_every_kind_of_reason_has_its_sentence(db: Database, kind: str, said: str) -> None:
    shop, made = scheduled(db, 60)
    until = int(datetime(2026, 11, 24, 2, 0, tzinfo=UTC).timestamp()) // 60
    with db.session() as session:
        floor, problem = floor_and_problem(session)
    step = problem.routing[made[0]][0].id
    ref = step if kind in ("material", "locked") else made[0]
    words = Wording(floor, problem, {made[0]: Material("STEEL", 1)})
    assert words.why(Reason(kind, ref, until, shop.press)).text == said  # type: ignore[arg-type]


def test_machine_time_kept_for_a_promise_is_said_so(db: Database) -> None:
    shop, _made = scheduled(db, 60)
    with db.session() as session:
        floor, problem = floor_and_problem(session)
    text = reason_text(floor, problem, [Reason("machine", -1, 29_741_880, shop.press)])
    assert "a promise that is kept for a buyer" in text

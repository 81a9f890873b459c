"""The picture of the schedule: hours with what a machine is down, bars with all that is said of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from factory_erp.domain.errors import NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.engineering import Changeover, Machine, WorkCentre
from factory_erp.models.planning import (
    MachineTime,
    MachineTimeKind,
    OperationResource,
    PromiseBlock,
    PromiseHold,
    Resource,
)
from factory_erp.planning.schedule.measure import measure
from factory_erp.services import planning
from factory_erp.services.board import gantt
from factory_erp.services.board import moves as board
from factory_erp.services.production import orders as production
from factory_erp.services.sales import orders as sales
from factory_erp.services.schedule import batching
from factory_erp.services.schedule.problem import stored_places
from tests.conftest import MONDAY
from tests.services.schedule_shop import change, floor_and_problem, scheduled, step

OPENING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def test_lanes_show_what_is_closed_and_what_is_overtime(db: Database) -> None:
    shop, _made = scheduled(db, 60)
    with db.session(write=True) as session:
        for kind, start, end in (("maintenance", 2, 4), ("overtime", 9, 11)):
            session.add(
                MachineTime(
                    machine_id=shop.press, kind=MachineTimeKind(kind), starts_at=OPENING + start * HOUR,
                    ends_at=OPENING + end * HOUR, reason="Oil",
                )
            )  # fmt: skip
    view = planning.gantt(OPENING, OPENING + timedelta(days=1))
    lanes = {lane.code: lane for lane in view.lanes}
    press = lanes["PRESS"]
    assert press.open == ((OPENING, OPENING + 2 * HOUR), (OPENING + 4 * HOUR, OPENING + 11 * HOUR))
    assert press.overtime == ((OPENING + 9 * HOUR, OPENING + 11 * HOUR),)
    assert [(down.kind, down.start, down.reason) for down in press.down] == [
        ("maintenance", OPENING + 2 * HOUR, "Oil")
    ]
    assert lanes["PRESS-2"].open is lanes["BENCH"].open, "one calendar, one tuple"
    assert press.centre == "PRESS-CENTRE"


def test_bars_say_all_that_a_planner_asks(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    first, second = (step(db, order, 10) for order in made)
    with db.session(write=True) as session:
        centre = session.get_one(WorkCentre, shop.cups.press.centre_id)
        centre.changeovers.append(Changeover(from_family="red", to_family="blue", minutes=25))
        mould = Resource(code="MOULD-1", name_en="Mould", name_zh="模具")
        session.add(mould)
        session.flush()
        session.add(OperationResource(operation_id=second.id, resource_id=mould.id))
    change(db, first.id, family="red", campaign="C7")
    change(db, second.id, family="blue")
    board.move_operation(second.id, first.machine_id or 0, first.planned_finish or MONDAY)
    bars = {bar.operation_id: bar for bar in planning.gantt(OPENING, OPENING + WEEK).bars}
    bar = bars[second.id]
    assert (bar.family, bar.changeover, bar.resources, bar.locked) == ("blue", 25, ("MOULD-1",), True)
    assert bar.start == (first.planned_finish or MONDAY) + timedelta(minutes=25)
    assert bar.frozen
    assert (bars[first.id].campaign, bars[first.id].changeover, bars[first.id].locked) == ("C7", 30, False)
    assert (bar.due, bar.lateness, bar.late) == (date(2026, 12, 18), -25, False)
    assert (bar.sequence, bar.sales_order_id is not None, bar.customer) == (10, True, "ACME Trading")
    assert bar.version == step(db, made[1], 10).version


def test_changeovers_are_drawn_as_they_are_scheduled(db: Database) -> None:
    """A campaign shows its one set-up ahead of its first bar, wherever the picture begins."""
    shop, made = scheduled(db, 60, 90, 120)
    press = [step(db, order, 10) for order in made]
    for one, family in zip(press, ("red", "red", "blue"), strict=True):
        change(db, one.id, family=family)
    with db.session(write=True) as session:
        session.get_one(WorkCentre, shop.cups.press.centre_id).changeover_minutes = 20
        session.get_one(Machine, shop.second).active = False
    batching.join([press[0].id, press[1].id])
    planning.schedule()
    view = planning.gantt(OPENING, OPENING + WEEK)
    bars = [bar for bar in view.bars if bar.machine_id == shop.press]
    with db.session() as session:
        floor, problem = floor_and_problem(session, frozen=False)
        scheduled_now = measure(problem, stored_places(floor)).assignments
    needed = {bar.operation_id: scheduled_now[bar.operation_id].changeover for bar in bars}
    assert {bar.operation_id: bar.changeover for bar in bars} == needed
    assert sorted(needed.values()) in ([0, 20, 30], [0, 0, 50]), "the campaign is set up once"
    later = planning.gantt(bars[1].start, OPENING + WEEK).bars
    assert {bar.operation_id: bar.changeover for bar in later if bar.machine_id == shop.press} == {
        bar.operation_id: bar.changeover for bar in bars[1:]
    }


def test_kept_machine_time_is_shown(db: Database) -> None:
    shop, _made = scheduled(db, 60)
    with db.session(write=True) as session:
        block = PromiseBlock(
            machine_id=shop.bench, item_id=shop.cups.cup.id, starts_at=OPENING + WEEK,
            ends_at=OPENING + WEEK + HOUR,
        )  # fmt: skip
        session.add(PromiseHold(promised_on=date(2026, 12, 1), expires_at=MONDAY + WEEK, blocks=[block]))
    (hold,) = planning.gantt(OPENING, OPENING + 2 * WEEK).holds
    assert (hold.machine_id, hold.end - hold.start, hold.customer) == (shop.bench, HOUR, "")
    assert planning.gantt(OPENING, OPENING + WEEK).holds == ()


def test_the_table_has_the_same_rows(db: Database) -> None:
    _shop, _made = scheduled(db, 60, 60)
    rows = gantt.board_table(OPENING, OPENING + WEEK)
    view = planning.gantt(OPENING, OPENING + WEEK)
    assert {row.bar for row in rows} == set(view.bars)
    assert [row.machine for row in rows] == sorted(row.machine for row in rows)
    assert rows[0].minutes == (rows[0].bar.finish - rows[0].bar.start).total_seconds() / 60
    assert view.frozen_until == MONDAY + timedelta(hours=24)


def test_what_is_stopped_leaves_the_picture_and_says_why_it_cannot_be_moved(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    press = step(db, made[0], 10)
    order = next(bar for bar in planning.gantt(MONDAY, MONDAY + WEEK).bars if bar.operation_id == press.id)
    assert order.sales_order_id is not None
    sales.hold(order.sales_order_id)
    planning.schedule()
    drawn = planning.gantt(MONDAY, MONDAY + WEEK).bars
    assert {bar.order_id for bar in drawn} == {made[1]}
    spans = [(bar.machine_id, bar.start, bar.finish) for bar in drawn]
    assert not [(a, b) for a in spans for b in spans if a < b and a[0] == b[0] and b[1] < a[2]]
    (broken,) = board.try_move(press.id, shop.press, MONDAY + 24 * HOUR).broken
    assert broken.text == "Order SO-2026-00001 is on hold."
    assert broken.remedy == "Lift the hold first."
    with pytest.raises(NotAllowed, match="on hold"):
        board.move_operation(press.id, shop.press, MONDAY + 24 * HOUR)
    sales.lift_hold(order.sales_order_id)
    planning.schedule()
    assert {bar.order_id for bar in planning.gantt(MONDAY, MONDAY + WEEK).bars} == set(made)


def test_what_was_done_or_begun_of_a_stopped_order_stays_in_the_picture(db: Database) -> None:
    shop, made = scheduled(db, 60)
    production.release(made)
    press = step(db, made[0], 10)
    production.start(press.id, shop.press)
    bars = planning.gantt(MONDAY, MONDAY + WEEK).bars
    assert {bar.sequence for bar in bars} == {10, 20}
    sales.hold(bars[0].sales_order_id or 0)
    assert {bar.sequence for bar in planning.gantt(MONDAY, MONDAY + WEEK).bars} == {10}

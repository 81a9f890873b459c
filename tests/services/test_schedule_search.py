"""A search publishes what it finds while people work on, and never against what they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.database import Database
from factory_erp.models.engineering import CalendarException, CalendarShift, Changeover, WorkCentre
from factory_erp.models.planning import Resource, ScheduleRun
from factory_erp.models.production import ProductionOperation, ProductionOrder
from factory_erp.planning.schedule.engine import first
from factory_erp.planning.schedule.problem import Problem
from factory_erp.planning.schedule.result import Schedule
from factory_erp.services import clock, planning
from factory_erp.services.base import Changes
from factory_erp.services.board import moves as board
from factory_erp.services.floor.planning_settings import PlanningSettings, save_planning_settings
from factory_erp.services.floor.reading import read_floor
from factory_erp.services.production import orders as production
from factory_erp.services.schedule import search as schedule_search
from factory_erp.services.schedule.scheduling import ScheduleOutcome, schedule
from factory_erp.services.schedule.search import ScheduleSearch, improve_schedule, marks
from tests.conftest import MONDAY
from tests.services.factory import an_order_for_cups
from tests.services.schedule_shop import Shop, a_shop, broken_rules, change, ordered, places, scheduled, step

HOUR = timedelta(hours=1)


class Backwards:
    """A scheduler that does the first order last."""

    def solve(self, problem: Problem, *_told: object) -> Schedule:
        orders = tuple(
            replace(o, release=max(o.release, problem.now + 20_000 // o.id)) for o in problem.orders
        )
        return first(replace(problem, orders=orders))


def badly_scheduled(db: Database) -> tuple[Shop, list[int]]:
    """Six orders of two colours, mixed, with a changeover of an hour between them, and nothing frozen."""
    save_planning_settings(
        PlanningSettings(frozen_hours=0, disturbance_cost=Decimal(0), move_cost=Decimal(0))
    )
    shop = a_shop(db)
    with db.session(write=True) as session:
        session.get_one(WorkCentre, shop.cups.press.centre_id).changeover_minutes = 60
    made = ordered(db, shop, *(60 for _ in range(6)))
    for place, order in enumerate(made):
        change(db, step(db, order, 10).id, family="red" if place % 2 else "blue")
    schedule(scheduler=Backwards())
    return shop, made


def runs(db: Database) -> list[ScheduleRun]:
    with db.session() as session:
        return list(session.scalars(select(ScheduleRun).order_by(ScheduleRun.id)))


def test_a_search_makes_it_better_and_says_by_how_much(db: Database) -> None:
    badly_scheduled(db)
    before = places(db)
    told: list[tuple[int, int]] = []
    heard: list[tuple[Changes, ScheduleOutcome]] = []
    search = ScheduleSearch(0.4, workers=1, published=lambda *said: heard.append(said))
    outcome = search.run(lambda done, total: told.append((done, total)), lambda: False)
    assert outcome.cost_before is not None
    assert outcome.cost_after <= outcome.cost_before
    assert places(db) != before
    assert broken_rules(db) == []
    assert told
    assert heard[-1][1] == outcome
    assert outcome.lower_bound is not None
    assert outcome.lower_bound <= outcome.cost_after
    assert search.changes["production_operation"]
    last = runs(db)[-1]
    assert (last.cost_after, last.operations, last.late_orders) == (outcome.cost_after, 12, 0)


def test_it_may_be_stopped_at_once_and_leaves_a_schedule(db: Database) -> None:
    badly_scheduled(db)
    outcome = ScheduleSearch(30, workers=1).run(None, lambda: True)
    assert outcome.operations == 12
    assert outcome.seconds < 20
    assert broken_rules(db) == []


def test_a_schedule_that_cannot_be_better_is_left_alone(db: Database) -> None:
    scheduled(db, 60)
    before = places(db)
    result = improve_schedule(0.2, workers=1)
    assert places(db) == before
    assert result.changes == {}
    assert result.value.moved == 0


def test_in_a_small_shop_it_is_proven_how_good_it_is(db: Database) -> None:
    """Two late lots on two presses: by the exact solver there is nothing better, and the search ends."""
    save_planning_settings(PlanningSettings(frozen_hours=0))
    scheduled(db, 60, 60, ship_by=MONDAY.date() - timedelta(days=3))
    outcome = ScheduleSearch(60, workers=1).run()
    assert outcome.late_orders
    assert (outcome.lower_bound, outcome.gap_percent) == (outcome.cost_after, 0)
    assert outcome.seconds < 50
    save_planning_settings(PlanningSettings(frozen_hours=24))
    assert ScheduleSearch(60, workers=1).run().gap_percent == 0, "nothing may move, so nothing is better"


def meanwhile(monkeypatch: pytest.MonkeyPatch, *acts: object) -> list[int]:
    """Between reading and publishing, each time the next of *acts* happens."""
    left, calls = list(acts), [0]
    search = ScheduleSearch._search

    def disturbed(self: ScheduleSearch, *args: object) -> object:
        found = search(self, *args)  # type: ignore[arg-type]
        calls[0] += 1
        if left:
            left.pop(0)()  # type: ignore[operator]
        return found

    monkeypatch.setattr(schedule_search.ScheduleSearch, "_search", disturbed)
    return calls


def test_what_was_started_meanwhile_keeps_its_place(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, made = badly_scheduled(db)
    production.release(made)
    press = step(db, made[-1], 10)
    calls = meanwhile(monkeypatch, lambda: production.start(press.id, shop.second))
    outcome = ScheduleSearch(0.3, workers=1).run()
    started = step(db, made[-1], 10)
    assert (started.state, started.machine_id, started.planned_start) == ("started", shop.second, MONDAY)
    assert outcome.operations == 12
    assert broken_rules(db) == []
    assert calls[0] >= 1


def test_a_bar_moved_meanwhile_stays_where_it_was_put(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, made = badly_scheduled(db)
    press = step(db, made[0], 10)
    when = MONDAY + timedelta(days=2)
    meanwhile(monkeypatch, lambda: board.move_operation(press.id, shop.second, when))
    ScheduleSearch(0.3, workers=1).run()
    assert step(db, made[0], 10).planned_start == when
    assert broken_rules(db) == []


def test_orders_planned_meanwhile_are_put_in(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, _made = badly_scheduled(db)
    more: list[int] = []
    meanwhile(monkeypatch, *[lambda: more.extend(ordered(db, shop, 60, first=10))])
    ScheduleSearch(0.3, workers=1).run()
    assert step(db, more[0], 20).planned_finish is not None
    with db.session() as session:
        rows = session.scalars(select(ProductionOperation)).all()
        assert all(row.planned_start for row in rows)
    assert broken_rules(db) == []


def test_a_search_that_is_always_overtaken_ends_with_what_is_possible(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, made = badly_scheduled(db)
    moves = [
        (lambda n=n: board.move_operation(step(db, made[0], 10).id, shop.second, MONDAY + (24 + n) * HOUR))
        for n in range(schedule_search.TRIES)
    ]
    calls = meanwhile(monkeypatch, *moves)
    ScheduleSearch(60, workers=1).run(None, lambda: calls[0] > 2)
    assert step(db, made[0], 10).planned_start == MONDAY + (24 + calls[0] - 1) * HOUR
    assert broken_rules(db) == []


def closed(session: Session, shop: Shop) -> None:
    day, calendar = shop.cups.press.calendar_id, CalendarException
    session.add_all(calendar(calendar_id=day, day=MONDAY.date() + timedelta(days=n)) for n in range(20))


def opened_later(session: Session, shop: Shop) -> None:
    session.scalars(select(CalendarShift).filter_by(weekday=2)).one().start_minute += 30


def longer_changeover(session: Session, shop: Shop) -> None:
    session.get_one(WorkCentre, shop.cups.press.centre_id).changeover_minutes = 90


def named_changeover(session: Session, shop: Shop) -> None:
    centre = shop.cups.press.centre_id
    session.add(Changeover(centre_id=centre, from_family="red", to_family="blue", minutes=5))


def fewer_of_a_resource(session: Session, shop: Shop) -> None:
    session.scalars(select(Resource)).one().capacity = 1


def later_material(session: Session, shop: Shop) -> None:
    session.get_one(ProductionOrder, 1).material_at = MONDAY + timedelta(days=3)


@pytest.mark.parametrize(
    "edit",
    [closed, opened_later, longer_changeover, named_changeover, fewer_of_a_resource, later_material],
)
def test_what_a_schedule_hangs_on_is_noticed(db: Database, edit: Callable[[Session, Shop], None]) -> None:
    shop, _made = badly_scheduled(db)
    with db.session(write=True) as session:
        session.add(Resource(code="MOULD", name_en="Mould", name_zh="模具", capacity=2))
    with db.session() as session:
        before = marks(session, read_floor(session))
    with clock.at(MONDAY + HOUR), db.session() as session:
        assert marks(session, read_floor(session)) == before, "time alone changes nothing"
    with db.session(write=True) as session:
        edit(session, shop)
    with db.session() as session:
        assert marks(session, read_floor(session)) != before


def test_what_is_published_is_no_change_to_the_search_itself(db: Database) -> None:
    """The first schedule of orders whose parts nobody has ordered notes when these can come."""
    _shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    with db.session() as session:
        before = marks(session, read_floor(session))
    planning.schedule()
    with db.session() as session:
        after = marks(session, read_floor(session))
    assert {key for key in before if before[key] != after[key] and isinstance(key, tuple)} == set()


def test_days_closed_meanwhile_are_kept_free(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    shop, _made = badly_scheduled(db)

    def close() -> None:
        with db.session(write=True) as session:
            closed(session, shop)

    meanwhile(monkeypatch, close)
    ScheduleSearch(0.3, workers=1).run()
    assert broken_rules(db) == []
    assert all(start and start >= MONDAY + timedelta(days=19) for _on, start, _end in places(db).values())

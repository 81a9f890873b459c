from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from factory_erp.models.database import Database
from factory_erp.models.planning import PlanRun
from factory_erp.services import planning_warm
from factory_erp.services.floor import planning_settings
from factory_erp.services.floor.planning_settings import PlanningSettings
from factory_erp.services.material import plan as material_plan
from factory_erp.services.sales import orders as sales
from factory_erp.ui import background_plan
from factory_erp.ui.background_plan import PlanFollower
from factory_erp.ui.kit.context import UiContext
from tests.services.factory import an_order_for_cups

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ORDER = {"sales_order": frozenset({1})}


@pytest.fixture
def follower(
    qtbot: QtBot, db: Database, context: UiContext, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PlanFollower]:
    """Follows at once; the planner counts as compiled as soon as it is asked for."""
    monkeypatch.setattr(background_plan, "REST", 1)
    monkeypatch.setattr(planning_warm, "warm_up_aside", lambda _watch: True)
    made = PlanFollower(context)
    yield made
    made.stop()


def settled(qtbot: QtBot, made: PlanFollower) -> None:
    def quiet() -> bool:
        return not (made.rest.isActive() or made.busy() or made._context.jobs.running())

    qtbot.waitUntil(quiet, timeout=120_000)


def runs(db: Database) -> int:
    with db.session() as session:
        return session.scalar(select(func.count()).select_from(PlanRun)) or 0


def test_the_plan_follows_a_change_once_the_planner_is_compiled(
    qtbot: QtBot, db: Database, follower: PlanFollower
) -> None:
    follower.on_changes(ORDER)
    settled(qtbot, follower)
    assert runs(db) == 0, "nobody waits for the compiler"
    follower.first.timeout.emit()
    qtbot.waitUntil(lambda: runs(db) == 1, timeout=120_000)
    settled(qtbot, follower)
    follower.on_changes(ORDER)
    follower.on_changes(ORDER)
    settled(qtbot, follower)
    assert runs(db) == 2, "changes that come together are planned together"


def test_what_the_plan_is_not_made_of_changes_nothing(
    qtbot: QtBot, db: Database, follower: PlanFollower
) -> None:
    follower.first.timeout.emit()
    settled(qtbot, follower)
    follower.on_changes({"inquiry": frozenset({1}), "suggestion": frozenset({1})})
    settled(qtbot, follower)
    assert runs(db) == 0


def test_who_does_not_want_it_is_left_alone(qtbot: QtBot, db: Database, follower: PlanFollower) -> None:
    planning_settings.save_planning_settings(PlanningSettings(replan=False))
    follower.first.timeout.emit()
    settled(qtbot, follower)
    follower.on_changes(ORDER)
    settled(qtbot, follower)
    assert runs(db) == 0


def test_nothing_is_begun_while_the_window_closes(qtbot: QtBot, db: Database, follower: PlanFollower) -> None:
    follower.first.timeout.emit()
    settled(qtbot, follower)
    follower.rest.start()
    follower._context.jobs.shutdown()
    qtbot.wait(20)
    assert not follower.busy()
    follower.on_changes(ORDER)
    assert not follower.rest.isActive()


def test_what_was_changed_outside_the_window_is_planned_when_it_starts(
    qtbot: QtBot, db: Database, follower: PlanFollower
) -> None:
    _shop, order = an_order_for_cups(db, 10)
    material_plan.run_plan()
    sales.hold(order)  # by a command or on another PC: no job of this window
    follower.first.timeout.emit()
    qtbot.waitUntil(lambda: runs(db) == 2, timeout=120_000)
    settled(qtbot, follower)
    follower.look.timeout.emit()
    settled(qtbot, follower)
    assert runs(db) == 2, "it is up to date now"


def test_a_new_day_is_planned_for(qtbot: QtBot, db: Database, follower: PlanFollower) -> None:
    material_plan.run_plan()
    with db.session(write=True) as session:
        for run in session.scalars(select(PlanRun)):
            run.ran_at -= timedelta(days=1)
    follower.first.timeout.emit()
    qtbot.waitUntil(lambda: runs(db) == 2, timeout=120_000)
    settled(qtbot, follower)

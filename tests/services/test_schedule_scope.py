"""What the board asks beside its picture: how far it reaches, and which machines may take a bar."""

from datetime import UTC, datetime

from factory_erp.models.database import Database
from factory_erp.services import planning
from factory_erp.services.board.scope import BoardScope, board_scope, movable
from factory_erp.services.production import orders as production
from tests.conftest import MONDAY
from tests.services.schedule_shop import a_shop, scheduled, step


def test_an_empty_schedule_reaches_nowhere(db: Database) -> None:
    a_shop(db)
    assert board_scope() == BoardScope()
    assert movable() == {}


def test_it_reaches_from_the_first_open_operation_to_the_last(db: Database) -> None:
    _shop, made = scheduled(db, 60, 60)
    scope = board_scope()
    assert scope.first == min(step(db, order, 10).planned_start or MONDAY for order in made)
    assert scope.last == max(step(db, order, 20).planned_finish or MONDAY for order in made)
    assert scope.searched_at == datetime(2026, 11, 23, 0, 30, tzinfo=UTC) == MONDAY
    assert scope.search_seconds >= 0


def test_what_waits_may_go_to_the_machines_that_can_do_it(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    pressing, packing = step(db, made[0], 10), step(db, made[0], 20)
    found = movable()
    assert set(found[pressing.id]) == {shop.press, shop.second}
    assert set(found[packing.id]) == {shop.bench}
    production.release([made[0]])
    production.start(pressing.id)
    planning.schedule()
    assert pressing.id not in movable(), "it runs"
    assert packing.id in movable()

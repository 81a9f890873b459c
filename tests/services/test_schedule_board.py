"""Moving bars: what is in the way goes later, the planner hears who slips, and can take it back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from factory_erp.domain.errors import Conflict, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOrder
from factory_erp.services import clock, planning
from factory_erp.services.board import moves as board
from factory_erp.services.board.moves import Place
from factory_erp.services.production import orders as production
from tests.conftest import MONDAY
from tests.services.schedule_shop import broken_rules, change, number, places, scheduled, step
from tests.statements import statements

HOUR = timedelta(hours=1)
TUESDAY = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def pressing(db: Database, order: int) -> int:
    return step(db, order, 10).id


def test_a_bar_goes_where_it_is_dropped_and_what_was_there_goes_later(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    first, second = (step(db, order, 10) for order in made)
    assert first.machine_id != second.machine_id, "one on each press"
    before = places(db)
    tried = board.try_move(second.id, first.machine_id or 0, MONDAY + timedelta(minutes=30))
    assert places(db) == before, "trying writes nothing"
    moved = board.move_operation(
        second.id, first.machine_id or 0, MONDAY + timedelta(minutes=30), version=second.version
    )
    assert moved.value == tried, "what is tried is what happens"
    after = step(db, made[1], 10)
    assert (after.machine_id, after.planned_start, after.locked) == (
        first.machine_id, MONDAY + timedelta(minutes=30), True,
    )  # fmt: skip
    assert step(db, made[0], 10).planned_start == MONDAY + timedelta(minutes=120)
    assert moved.value.moved[0].operation_id == second.id
    assert {place.operation_id for place in moved.value.moved} == moved.changes["production_operation"]
    assert broken_rules(db) == []
    with db.session() as session:
        order = session.get_one(ProductionOrder, made[0])
        assert order.planned_finish == step(db, made[0], 20).planned_finish
    planning.schedule()
    assert step(db, made[1], 10).planned_start == MONDAY + timedelta(minutes=30), "it stays there"
    assert shop.press


def test_it_says_who_slips_and_whether_that_is_too_late(db: Database) -> None:
    _shop, made = scheduled(db, 60, 60, ship_by=date(2026, 11, 23))
    second = step(db, made[1], 10)
    evening = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    outcome = board.try_move(second.id, second.machine_id or 0, evening)
    (slip,) = outcome.slipped
    assert (slip.number, slip.sales_number, slip.customer) == (
        number(db, made[1]), "SO-2026-00002", "ACME Trading",
    )  # fmt: skip
    assert (slip.before, slip.after) == (date(2026, 11, 23), date(2026, 11, 24))
    assert slip.late
    assert slip.promised


def test_dropped_at_night_it_begins_in_the_morning(db: Database) -> None:
    _shop, made = scheduled(db, 60)
    press = step(db, made[0], 10)
    moved = board.move_operation(press.id, press.machine_id or 0, MONDAY + 12 * HOUR).value
    assert moved.moved[0].start == TUESDAY
    assert step(db, made[0], 20).planned_start == TUESDAY + timedelta(minutes=90)


def test_it_is_refused_before_its_own_steps_with_the_earliest_moment(db: Database) -> None:
    shop, made = scheduled(db, 60)
    pack, before = step(db, made[0], 20), places(db)
    with pytest.raises(NotAllowed, match="Operation 10 of") as refused:
        board.move_operation(pack.id, shop.bench, MONDAY + HOUR)
    assert refused.value.record == number(db, made[0])
    assert refused.value.field == "Planned start"
    assert "2026-11-23 10:00" in refused.value.remedy, "when pressing is done, in Ningbo"
    assert places(db) == before
    (broken,) = board.try_move(pack.id, shop.bench, MONDAY + HOUR).broken
    assert broken.earliest == MONDAY + timedelta(minutes=90)
    assert broken.other_id == pressing(db, made[0])


@pytest.mark.parametrize(
    ("where", "when", "said"),
    [("bench", MONDAY, "may not do"), ("press", MONDAY - HOUR, "in the past"), ("press", MONDAY, "")],
)
def test_what_cannot_be_is_refused(db: Database, where: str, when: datetime, said: str) -> None:
    shop, made = scheduled(db, 60)
    press = pressing(db, made[0])
    machine = getattr(shop, where)
    if said:
        with pytest.raises(NotAllowed, match=said):
            board.move_operation(press, machine, when)
    else:
        assert board.move_operation(press, machine, when).value.broken == ()


def test_started_operations_stand(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    production.release(made)
    first, second = (pressing(db, order) for order in made)
    production.start(first, shop.press)
    with pytest.raises(NotAllowed, match="started"):
        board.move_operation(first, shop.second, MONDAY + HOUR)
    with pytest.raises(NotAllowed, match="stays") as refused:
        board.move_operation(second, shop.press, MONDAY + HOUR)
    assert "10:00" in refused.value.remedy
    production.start(second, shop.second)
    assert board.try_move(second, shop.press, MONDAY + HOUR).broken


def test_somebody_else_moved_it_meanwhile(db: Database) -> None:
    shop, made = scheduled(db, 60)
    press = step(db, made[0], 10)
    board.move_operation(press.id, shop.second, MONDAY + HOUR, version=press.version)
    with pytest.raises(Conflict):
        board.move_operation(press.id, shop.press, MONDAY + HOUR, version=press.version)


def test_a_move_is_taken_back_and_made_again(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    before = places(db)
    moved = board.move_operation(pressing(db, made[1]), shop.press, MONDAY).value
    after = places(db)
    assert before != after
    changed = board.restore_places(moved.before, expected=moved.moved)
    assert set(changed.value) == changed.changes["production_operation"]
    assert places(db) == before
    assert not step(db, made[1], 10).locked
    assert board.restore_places(moved.before, expected=moved.moved).value == (), "a second time is harmless"
    board.restore_places(moved.moved, expected=moved.before)
    assert places(db) == after


def test_a_move_is_not_taken_back_over_what_happened_since(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    press = pressing(db, made[1])
    moved = board.move_operation(press, shop.press, MONDAY + HOUR).value
    board.move_operation(press, shop.press, MONDAY + 2 * HOUR)
    with pytest.raises(Conflict, match="taken back"):
        board.restore_places(moved.before, expected=moved.moved)
    production.release(made)
    production.start(press, shop.press)
    now = places(db)
    with pytest.raises(Conflict, match="started"):
        board.restore_places(moved.before)
    assert places(db) == now


def test_locks_are_set_and_lifted(db: Database) -> None:
    _shop, made = scheduled(db, 60)
    press = pressing(db, made[0])
    assert board.lock_operations([press]).value == (press,)
    assert board.lock_operations([press]).value == ()
    assert board.unlock_operations([press]).value == (press,)
    assert not step(db, made[0], 10).locked
    production.release(made)
    production.start(press)
    with pytest.raises(NotAllowed, match="started"):
        board.lock_operations([press])


def test_only_what_has_a_place_is_locked(db: Database) -> None:
    _shop, made = scheduled(db, 60)
    press = pressing(db, made[0])
    change(db, press, planned_start=None, planned_finish=None)
    with pytest.raises(NotAllowed, match="no place"):
        board.lock_operations([press])
    assert board.try_move(press, 1, MONDAY + HOUR).broken[0].remedy


def test_an_order_is_put_off(db: Database) -> None:
    _shop, made = scheduled(db, 60, 60)
    outcome = board.shift_order(made[0], TUESDAY).value
    assert step(db, made[0], 10).planned_start == TUESDAY
    assert step(db, made[0], 20).planned_start == TUESDAY + timedelta(minutes=90)
    assert {place.operation_id for place in outcome.moved} == {
        step(db, made[0], 10).id, step(db, made[0], 20).id,
    }  # fmt: skip
    assert [slip.order_id for slip in outcome.slipped] == [made[0]]
    assert broken_rules(db) == []
    assert not board.shift_order(made[0], TUESDAY).changes
    production.release(made)
    with db.session(write=True) as session:
        session.get_one(ProductionOrder, made[1]).state = "cancelled"
    with pytest.raises(NotAllowed, match="cancelled"):
        board.shift_order(made[1], TUESDAY)


def test_the_board_is_read_anew_when_something_was_written(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    board.prepare_board()
    press = pressing(db, made[0])
    assert board.try_move(press, shop.press, MONDAY + HOUR).broken == ()
    production.release(made)
    production.start(pressing(db, made[1]), shop.press)
    assert board.try_move(press, shop.press, MONDAY + HOUR).broken
    with clock.at(MONDAY + 10 * HOUR):
        (why,) = board.try_move(press, shop.second, MONDAY + HOUR).broken
    assert "past" in why.text


def test_a_place_says_where_and_whether_locked(db: Database) -> None:
    shop, made = scheduled(db, 60)
    press = pressing(db, made[0])
    outcome = board.move_operation(press, shop.second, MONDAY + HOUR, pin=False).value
    assert outcome.moved[0] == Place(
        press,
        shop.second,
        MONDAY + HOUR,
        MONDAY + timedelta(minutes=90),
        MONDAY + timedelta(minutes=150),
        False,
    )
    assert not step(db, made[0], 10).locked


def test_what_somebody_else_moved_again_is_not_moved_by_an_older_picture(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    press = step(db, made[0], 10)
    board.move_operation(press.id, shop.press, MONDAY + HOUR, version=press.version)
    seen = step(db, made[0], 10)
    assert seen.locked
    board.move_operation(press.id, shop.press, MONDAY + 24 * HOUR, version=seen.version)
    with pytest.raises(Conflict):
        board.move_operation(press.id, shop.press, MONDAY + 48 * HOUR, version=seen.version)
    assert step(db, made[0], 10).planned_start == MONDAY + 24 * HOUR, "the other's move stands"


def test_what_a_move_put_off_or_brought_back_is_not_moved_by_an_older_picture(db: Database) -> None:
    shop, made = scheduled(db, 60, 60)
    first, second = (step(db, order, 10) for order in made)
    moved = board.move_operation(second.id, first.machine_id or 0, MONDAY).value
    with pytest.raises(Conflict):
        board.move_operation(first.id, shop.press, MONDAY + HOUR, version=first.version)
    seen = step(db, made[1], 10)
    board.restore_places(moved.before, expected=moved.moved)
    with pytest.raises(Conflict):
        board.move_operation(second.id, shop.press, MONDAY + HOUR, version=seen.version)


def test_locking_many_takes_no_more_statements_than_locking_a_few(db: Database) -> None:
    _shop, made = scheduled(db, *[20] * 8)
    few, many = ([step(db, order, 10).id for order in part] for part in (made[:2], made[2:]))
    with statements(db) as said:
        board.lock_operations(few)
    for_few = len(said)
    with statements(db) as said:
        assert board.lock_operations(many).value == tuple(many)
    assert len(said) <= for_few

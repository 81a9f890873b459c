"""The schedule is read once for many promises, and never older than what anybody has written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from factory_erp.models.database import Database
from factory_erp.models.engineering import WorkCentre
from factory_erp.services import clock, planning, unchanged
from factory_erp.services.floor.reading import Floor, read_floor
from factory_erp.services.promise import asking as promise
from factory_erp.services.promise import desk as promise_desk
from factory_erp.services.promise.offer import PromiseOffer
from tests.conftest import MONDAY
from tests.services.factory import Step, a_routing, an_item
from tests.services.schedule_shop import Shop, a_shop, change, ordered, step

Reads = list[Floor]


@pytest.fixture
def floors(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """The floors that were read."""
    found: Reads = []

    def noted(session: Session) -> Floor:
        found.append(read_floor(session))
        return found[-1]

    monkeypatch.setattr(promise_desk, "read_floor", noted)
    monkeypatch.setattr(promise_desk, "_kept", promise_desk._Kept())
    return found


@pytest.fixture
def shop(db: Database) -> Shop:
    """Four orders for cups in the schedule."""
    made = a_shop(db)
    ordered(db, made, 60, 90, 120, 500)
    planning.schedule()
    return made


def asked(shop: Shop, cups: int = 60) -> PromiseOffer:
    return promise.promise_item(shop.cups.cup.id, Decimal(cups), (MONDAY + timedelta(days=1)).date())


def anew(shop: Shop, monkeypatch: pytest.MonkeyPatch, cups: int = 60) -> PromiseOffer:
    """The answer of somebody who has kept nothing."""
    with monkeypatch.context() as patch:
        patch.setattr(promise_desk, "_kept", promise_desk._Kept())
        return asked(shop, cups)


def test_it_is_read_once_while_nothing_changes(
    db: Database, shop: Shop, floors: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = [asked(shop, cups) for cups in (60, 700, 60)]
    assert len(floors) == 1
    assert offers[0] == offers[2], "what was only tried has left nothing behind"
    assert offers[:2] == [anew(shop, monkeypatch, cups) for cups in (60, 700)]


def test_it_is_read_again_when_anybody_has_written(
    db: Database, shop: Shop, floors: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = asked(shop)
    operation = step(db, floors[0].orders[min(floors[0].orders)].id, 20)
    names = ("planned_start", "setup_finish", "planned_finish")
    was = {name: getattr(operation, name) for name in names}
    change(db, operation.id, **{name: at + timedelta(days=3) for name, at in was.items()})
    asked(shop)
    assert len(floors) == 2
    other = Database(db.url)
    change(other, operation.id, locked=True)
    other.close()
    asked(shop)
    assert len(floors) == 3
    assert floors[2].operations[operation.order_id][1].locked
    change(db, operation.id, locked=False, **was)
    assert asked(shop) == before == anew(shop, monkeypatch)


def test_it_is_read_again_after_some_minutes(shop: Shop, floors: Reads) -> None:
    asked(shop)
    with clock.at(MONDAY + timedelta(minutes=4)):
        offer = asked(shop)
        assert len(floors) == 1
        assert all(need.start >= floors[0].now + 4 for need in offer.machines), "nothing begins before now"
    with clock.at(MONDAY + timedelta(minutes=5)):
        asked(shop)
    assert len(floors) == 2


def test_a_family_that_nobody_has_made_yet_is_counted(
    db: Database, shop: Shop, floors: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.session(write=True) as session:
        session.get_one(WorkCentre, shop.cups.press.centre_id).changeover_minutes = 45
        item = an_item(session, "TRAY")
        a_routing(session, item, Step(shop.cups.press, 60, family="steel"))
    asked(shop)
    kept = promise.promise_item(item.id, Decimal(60))
    monkeypatch.setattr(promise_desk, "_kept", promise_desk._Kept())
    assert kept == promise.promise_item(item.id, Decimal(60))


def test_many_may_ask_at_once(shop: Shop, floors: Reads) -> None:
    first = asked(shop)
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(copy_context().run, asked, shop) for _one in range(6)]
        assert {answer.result().day for answer in answers} == {first.day}
    assert len(floors) == 1


def test_marks_tell_whether_anything_was_committed(db: Database) -> None:
    def now() -> unchanged.Mark | None:
        with db.session() as session:
            return unchanged.mark(session)

    first = now()
    assert first is not None
    assert now() == first, "reading changes nothing"
    with db.session(write=True) as session:
        assert unchanged.mark(session) is None, "a transaction that writes does not know"
        an_item(session, "NEW")
        assert db.url.startswith("postgresql") or now() == first, "nothing is committed yet"
    second = now()
    assert second != first
    db.close()
    third = now()
    assert third is not None
    assert db.url.startswith("postgresql") or third != second, "after it was closed anything may be there"

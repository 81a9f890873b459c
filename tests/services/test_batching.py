"""Campaigns across orders: proposed where they save, joined and dissolved by a person."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.services import planning
from factory_erp.services.schedule import batching
from tests.services.factory import Step, a_customer, a_machine, a_routing, an_item, an_order

OPENS = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
"""Wednesday 9:00 in Ningbo: beyond the hours in which everything stays where it is."""


def a_paint_shop(db: Database, ship_by: date = date(2026, 12, 18)) -> dict[str, int]:
    """Three orders on one machine, red, blue, red (60 minutes each, 20 to set up, 40 to change over).

    They stand one after another from Wednesday 9:00. Operation by the order's number.
    """
    with db.session(write=True) as session:
        booth = a_machine(session, "BOOTH")
        booth.centre.changeover_minutes = 40
        red, blue = an_item(session, "RED"), an_item(session, "BLUE")
        for item in (red, blue):
            a_routing(session, item, Step(booth, 60, setup_minutes=20, family=item.sku.lower()))
        ids = [
            an_order(session, {item: pieces}, number=f"SO-{n}", ship_by=ship_by,
                     customer=a_customer(session, name)).id
            for n, (item, pieces, name) in enumerate(
                [(red, 60, "ACME"), (blue, 60, "BETA"), (red, 30, "GAMMA")], start=1
            )
        ]  # fmt: skip
    for number in ids:
        planning.plan_order(number)
    with db.session(write=True) as session:
        at, found = OPENS, {}
        for number, step in enumerate(
            session.scalars(select(ProductionOperation).order_by(ProductionOperation.id)), start=1
        ):
            step.machine_id, step.planned_start = booth.id, at
            step.setup_finish = at + timedelta(minutes=20)
            at = step.planned_finish = step.setup_finish + timedelta(minutes=step.run_minutes)
            step.order.planned_start, step.order.planned_finish = step.planned_start, at
            at += timedelta(minutes=40)
            found[f"SO-{number}"] = step.id
    return found


def campaign_of(db: Database) -> dict[int, str]:
    with db.session() as session:
        rows = session.execute(select(ProductionOperation.id, ProductionOperation.campaign))
        return {row.id: row.campaign for row in rows}


def test_a_campaign_is_proposed_with_what_it_saves(db: Database) -> None:
    steps = a_paint_shop(db)
    (found,) = batching.campaigns()
    assert (found.centre, found.machine, found.what, found.currency) == (
        "BOOTH-CENTRE",
        "BOOTH",
        "red",
        "CNY",
    )
    assert [one.operation_id for one in found.members] == [steps["SO-1"], steps["SO-3"]]
    assert [one.customer for one in found.members] == ["ACME Trading", "GAMMA Trading"]
    # the second set-up and the changeover back to red: an hour, at 80 an hour
    assert (found.saved_minutes, found.saved) == (60, Decimal(80))
    assert found.others == 1
    assert found.members[1].moves_to == OPENS + timedelta(minutes=80)


def test_the_cost_is_split_back_by_run_minutes_to_the_last_cent(db: Database) -> None:
    a_paint_shop(db)
    (found,) = batching.campaigns()
    # 20 minutes of set-up at 80 an hour, over 60 and 30 minutes of work
    assert found.setup_minutes == 20
    assert found.cost == Decimal("26.67")
    assert [one.cost for one in found.members] == [Decimal("17.78"), Decimal("8.89")]
    assert sum(one.cost for one in found.members) == found.cost
    assert sum(one.saved for one in found.members) == found.saved


def test_nothing_is_proposed_that_makes_an_order_late(db: Database) -> None:
    steps = a_paint_shop(db, ship_by=date(2026, 11, 25))
    with db.session(write=True) as session:
        # blue ends at 17:00 on the day that it ships; an hour of red before it would make it late
        blue, last = (session.get_one(ProductionOperation, steps[number]) for number in ("SO-2", "SO-3"))
        blue.planned_start = datetime(2026, 11, 25, 7, 40, tzinfo=UTC)
        blue.setup_finish = blue.planned_start + timedelta(minutes=20)
        blue.planned_finish = blue.setup_finish + timedelta(minutes=60)
        last.planned_start = datetime(2026, 11, 26, 0, 40, tzinfo=UTC)
        last.setup_finish = last.planned_start + timedelta(minutes=20)
        last.planned_finish = last.setup_finish + timedelta(minutes=30)
    assert len(batching.campaigns()) == 1, "the rest of Wednesday is enough for both"
    with db.session(write=True) as session:
        first = session.get_one(ProductionOperation, steps["SO-1"])
        first.run_minutes, first.planned_finish = 340, datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    assert batching.campaigns() == ()


def test_quantities_are_not_touched_and_nothing_is_written(db: Database) -> None:
    steps = a_paint_shop(db)
    batching.campaigns()
    assert set(campaign_of(db).values()) == {""}
    batching.join([steps["SO-1"], steps["SO-3"]])
    with db.session() as session:
        assert [one.quantity for one in session.scalars(select(ProductionOrder))] == [60, 60, 30]


def test_joined_operations_are_not_proposed_again(db: Database) -> None:
    steps = a_paint_shop(db)
    red = [steps["SO-1"], steps["SO-3"]]
    result = batching.join(red)
    assert result.changes["production_operation"] == set(red)
    assert {campaign_of(db)[number] for number in red} == {result.value}
    assert batching.campaigns() == ()
    again = batching.join(red)
    assert (again.value, dict(again.changes)) == (result.value, {})
    assert batching.dissolve(result.value).value == 2
    assert batching.dissolve(result.value).value == 0
    assert batching.dissolve("").value == 0
    assert len(batching.campaigns()) == 1


def test_the_schedule_runs_a_campaign_behind_one_another(db: Database) -> None:
    steps = a_paint_shop(db)
    batching.join([steps["SO-1"], steps["SO-3"]])
    planning.schedule()
    with db.session() as session:
        first, last = sorted(
            (session.get_one(ProductionOperation, steps[number]) for number in ("SO-1", "SO-3")),
            key=lambda step: step.planned_start or OPENS,
        )
        assert last.planned_start == first.planned_finish
        minutes = sum(
            (step.planned_finish - step.planned_start).seconds // 60
            for step in (first, last)
            if step.planned_start and step.planned_finish
        )
        assert minutes == 60 + 30


def test_what_does_not_belong_together_is_refused(db: Database) -> None:
    steps = a_paint_shop(db)
    with pytest.raises(InvalidValue, match="one family"):
        batching.join([steps["SO-1"], steps["SO-2"]])
    with pytest.raises(InvalidValue, match="two orders"):
        batching.join([steps["SO-1"]])
    assert set(campaign_of(db).values()) == {""}


def test_what_has_begun_or_is_in_another_campaign_is_refused(db: Database) -> None:
    steps = a_paint_shop(db)
    with db.session(write=True) as session:
        session.get_one(ProductionOperation, steps["SO-1"]).state = OperationState.STARTED
    with pytest.raises(NotAllowed, match="has begun") as refused:
        batching.join([steps["SO-1"], steps["SO-3"]])
    assert refused.value.record
    assert refused.value.remedy
    with db.session(write=True) as session:
        session.get_one(ProductionOperation, steps["SO-1"]).state = OperationState.WAITING
        session.get_one(ProductionOperation, steps["SO-3"]).campaign = "CP-1"
    with pytest.raises(NotAllowed, match="CP-1"):
        batching.join([steps["SO-1"], steps["SO-3"]])


def test_locked_and_started_operations_are_left_alone(db: Database) -> None:
    steps = a_paint_shop(db)
    with db.session(write=True) as session:
        session.get_one(ProductionOperation, steps["SO-3"]).locked = True
    assert batching.campaigns() == ()


def test_the_window_is_at_least_a_day(db: Database) -> None:
    with pytest.raises(InvalidValue, match="window"):
        batching.campaigns(window_days=0)
    assert batching.campaigns() == ()

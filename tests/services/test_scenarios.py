"""What-if scenarios: changes worked out in memory, compared, applied or thrown away."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import Conflict, DomainError, InvalidValue, NotAllowed, NotFound
from factory_erp.models import Base
from factory_erp.models.database import Database
from factory_erp.models.engineering import Machine
from factory_erp.models.inquiries import Quotation, QuotationLine, QuotationState
from factory_erp.models.planning import MachineTime, Scenario
from factory_erp.models.production import OperationState, ProductionOperation, ProductionOrder
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.planning.calendar import WorkingCalendar
from factory_erp.planning.schedule import problem as plan
from factory_erp.planning.schedule.check import violations
from factory_erp.planning.schedule.problem import Problem
from factory_erp.services import planning
from factory_erp.services.base import Result
from factory_erp.services.floor.planning_settings import planning_settings, save_planning_settings
from factory_erp.services.progress import Quiet
from factory_erp.services.scenarios import comparing as scenarios
from factory_erp.services.scenarios import solve as scenario_solve
from factory_erp.services.scenarios.changes import (
    CentreHours,
    Change,
    ExtraMachine,
    ExtraOrder,
    MachineDown,
    MachineSpeed,
    OrderChange,
    OvertimeHours,
    PlanWith,
    SalesChange,
    TakeOn,
    changes_from_json,
    changes_to_json,
)
from factory_erp.services.scenarios.comparing import Effort, ScenarioForm
from factory_erp.services.scenarios.solve import usual
from tests.services.factory import (
    CupFactory,
    a_calendar,
    a_cup_factory,
    an_order,
    an_order_for_cups,
    in_stock,
)

QUICK = Effort(iterations=200)
WEDNESDAY = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
"""8:00 in Ningbo, when the machines open."""


def busy(db: Database, cups: int = 300) -> tuple[CupFactory, list[int], list[int]]:
    """Two scheduled orders with their material there: factory, sales orders, production orders of cups."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.steel, 10_000)
        in_stock(session, shop.box, 10_000)
        in_stock(session, shop.lid, 10_000)
        ids = [
            an_order(session, {shop.cup: cups}, number=f"SO-2026-{n:05}", ship_by=date(2026, 12, n)).id
            for n in (1, 2)
        ]
    for number in ids:
        planning.plan_order(number)
    planning.schedule()
    with db.session() as session:
        return shop, ids, list(session.scalars(select(ProductionOrder.id).order_by(ProductionOrder.id)))


def made(*changes: Change, name: str = "What if") -> int:
    return scenarios.create(ScenarioForm(name, changes)).value


def worked_out(*changes: Change, name: str = "What if") -> tuple[int, scenarios.Figures]:
    number = made(*changes, name=name)
    found = scenarios.compute(number, QUICK).value
    assert found is not None
    return number, found


def contents(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the scenarios themselves and the log of who did what."""
    with db.session() as session:
        return {
            table.name: sorted(tuple(row) for row in session.execute(select(table).order_by(table.c.id)))
            for table in Base.metadata.sorted_tables
            if table.name not in ("scenario", "audit_entry")
        }


def all_kinds(shop: CupFactory, sales: Sequence[int], orders: Sequence[int]) -> tuple[Change, ...]:
    """One change of each kind."""
    return (
        MachineDown(shop.bench.id, WEDNESDAY, WEDNESDAY + timedelta(hours=4), maintenance=True),
        OvertimeHours(date(2026, 11, 26), date(2026, 11, 27), 1020, 1140, centre_id=shop.press.centre_id),
        ExtraMachine(shop.press.id, 2),
        MachineSpeed(shop.bench.id, 150),
        OrderChange(orders[0], due=date(2026, 12, 8), priority=3, quantity=Decimal(350)),
        SalesChange(sales[1], ship_by=date(2026, 12, 9)),
        ExtraOrder(shop.cup.id, Decimal(50), date(2026, 12, 3), Decimal(9000)),
        PlanWith(frozen_hours=0, overtime_cost=Decimal("12.5")),
    )


def test_changes_are_kept_as_json_and_read_back(db: Database) -> None:
    shop, sales, orders = busy(db)
    changes = (
        *all_kinds(shop, sales, orders),
        CentreHours(1, 2), TakeOn(quotation_id=4, wanted_by=date(2026, 12, 1)), OrderChange(3, drop=True),
    )  # fmt: skip
    assert changes_from_json(changes_to_json(changes)) == changes


NO_NUMBER = '[{"kind": "machine_speed", "machine_id": "a", "speed_percent": 1}]'


@pytest.mark.parametrize("text", ["{", '[{"kind": "x"}]', '[{"kind": "order"}]', "[3]", "3", NO_NUMBER])
def test_what_is_no_change_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        changes_from_json(text, "Plan B")
    assert (refused.value.record, refused.value.field) == ("Plan B", "changes")


def test_creating_and_working_out_a_scenario_changes_nothing_live(db: Database) -> None:
    shop, sales, orders = busy(db)
    before = contents(db)
    number, found = worked_out(*all_kinds(shop, sales, orders))
    assert found.scenario.orders > found.live.orders
    scenarios.copy(number, "Another")
    scenarios.compare([number])
    scenarios.discard(number)
    assert contents(db) == before


def test_a_scenario_without_changes_differs_in_nothing(db: Database) -> None:
    busy(db)
    _number, found = worked_out()
    assert found.live == found.scenario
    assert found.later == found.earlier == ()
    assert all(one.live == one.scenario for one in found.orders)
    assert all((one.live_load, one.live_open) == (one.load, one.open) for one in found.centres)


def test_the_schedule_of_a_scenario_is_possible(db: Database) -> None:
    shop, sales, orders = busy(db)
    number = made(*all_kinds(shop, sales, orders))
    with db.session() as session:
        reading = scenario_solve.read_scenario(session, number, 120)
        for side in scenario_solve.solve_both(reading, QUICK, Quiet()):
            assert violations(side.problem, side.schedule) == []


def test_a_machine_that_is_down_makes_orders_late(db: Database) -> None:
    shop, _sales, _orders = busy(db)
    down = MachineDown(shop.press.id, WEDNESDAY - timedelta(days=1), WEDNESDAY + timedelta(days=20))
    number, found = worked_out(down)
    assert found.live.late_orders == 0
    assert found.scenario.late_orders > 0
    assert found.scenario.days_late == sum(one.scenario.days_late for one in found.orders if one.scenario)
    assert found.scenario.total_cost > found.live.total_cost
    assert {one.customer for one in found.later} == {"ACME Trading"}
    assert all(one.days_later > 0 for one in found.later)
    view = scenarios.scenario(number)
    assert view.sentences == ("PRESS is down from 2026-11-24 08:00 to 2026-12-15 08:00.",)
    assert view.figures == found
    assert view.computed_at is not None


def test_overtime_is_worked_and_costs(db: Database) -> None:
    shop, _sales, _orders = busy(db, 1500)
    hours = [
        OvertimeHours(date(2026, 11, 24), date(2026, 12, 4), 1020, 1260, machine_id=machine.id)
        for machine in (shop.press, shop.bench)
    ]
    _number, found = worked_out(*hours, PlanWith(frozen_hours=0, overtime_cost=Decimal(0)))
    assert found.scenario.overtime_minutes > 0
    assert found.scenario.overtime_cost == 0
    assert found.live.overtime_minutes == 0
    press = next(one for one in found.centres if one.code == "PRESS-CENTRE")
    assert press.open == press.live_open + 11 * 240


def test_another_machine_and_another_speed_help_late_orders(db: Database) -> None:
    shop, _sales, _orders = busy(db, 3000)
    for change in (ExtraMachine(shop.press.id), MachineSpeed(shop.press.id, 300)):
        number, found = worked_out(change, PlanWith(frozen_hours=0), name=type(change).__name__)
        assert found.live.days_late > found.scenario.days_late
        assert found.earlier
        assert found.later == ()
        assert scenarios.scenario_places(number)


def test_a_second_shift_opens_the_centre_longer(db: Database) -> None:
    shop, _sales, _orders = busy(db)
    with db.session(write=True) as session:
        shifts = a_calendar(session, "TWO", 360, 1320)
    _number, found = worked_out(CentreHours(shop.bench.centre_id, shifts.id))
    bench = next(one for one in found.centres if one.code == "BENCH-CENTRE")
    assert bench.open > bench.live_open
    assert bench.load == bench.live_load


def test_dropping_an_order_frees_its_machines(db: Database) -> None:
    _shop, sales, orders = busy(db)
    _number, found = worked_out(OrderChange(orders[0], drop=True))
    gone = next(one for one in found.orders if one.order_id == orders[0])
    assert gone.scenario is None
    assert gone.live is not None
    assert sum(one.load for one in found.centres) < sum(one.live_load for one in found.centres)
    _number, found = worked_out(SalesChange(sales[0], drop=True), name="The same for a sales order")
    assert next(one for one in found.orders if one.order_id == orders[0]).scenario is None


def test_a_quantity_takes_its_time(db: Database) -> None:
    _shop, _sales, orders = busy(db)
    _number, found = worked_out(OrderChange(orders[0], quantity=Decimal(600)))
    press = next(one for one in found.centres if one.code == "PRESS-CENTRE")
    assert press.load == press.live_load + 300


def test_a_new_order_stands_beside_the_live_ones(db: Database) -> None:
    shop, _sales, _orders = busy(db)
    _number, found = worked_out(ExtraOrder(shop.cup.id, Decimal(100), date(2026, 12, 1), Decimal(50_000)))
    (new,) = [one for one in found.orders if one.imagined]
    assert (new.number, new.live) == ("New order CUP", None)
    assert new.scenario is not None
    assert new.scenario.needed == date(2026, 12, 1)


def test_a_draft_and_a_quotation_are_taken_on(db: Database) -> None:
    shop, _sales, _orders = busy(db)
    with db.session(write=True) as session:
        draft = an_order(session, {shop.cup: 20}, number="SO-2026-00009", state=OrderState.DRAFT)
        quotation = Quotation(
            number="QT-2026-00001", buyer_name="Hoffmann", currency="USD", incoterm="FOB",
            quoted_on=date(2026, 11, 20), valid_until=date(2026, 12, 20), lead_days=20,
            state=QuotationState.SENT,
            lines=[QuotationLine(position=1, item_id=shop.cup.id, quantity=Decimal(30), unit="H87",
                                 unit_price=Decimal(2), amount_minor=6000)],
        )  # fmt: skip
        session.add(quotation)
        session.flush()
        taken = TakeOn(sales_order_id=draft.id), TakeOn(quotation_id=quotation.id)
    _number, found = worked_out(*taken)
    assert {one.number for one in found.orders if one.imagined} == {"SO-2026-00009", "QT-2026-00001"}


def test_the_same_scenario_gives_the_same_figures(db: Database) -> None:
    shop, sales, orders = busy(db)
    number, first = worked_out(*all_kinds(shop, sales, orders))
    assert scenarios.compute(number, QUICK).value == first


def test_working_out_tells_what_it_wrote_and_for_how_long_it_searches(db: Database) -> None:
    shop, _sales, _orders = busy(db)
    write_search_seconds(3)
    told: list[tuple[int, int, str]] = []

    class Heard(Quiet):
        """Somebody looks."""

        def report(self, done: int, total: int, text: str = "") -> None:
            """Note it."""
            told.append((done, total, text))

    number = made(MachineSpeed(shop.bench.id, 150))
    outcome = scenarios.compute(number, None, Heard())
    assert outcome.changes == {"scenario": frozenset({number})}
    assert list(dict.fromkeys(text for _done, _total, text in told)) == [
        "The factory as it is: 1.5 s at most",
        "With the changes: 1.5 s at most",
    ]
    shares = [done / total for done, total, _text in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def write_search_seconds(seconds: int) -> None:
    save_planning_settings(replace(planning_settings(), search_seconds=seconds))


def test_a_search_that_nobody_bounds_ends_with_its_moves_or_in_a_large_shop_with_its_time() -> None:
    small = usual(a_problem(30), 10)
    assert (small.seconds, small.iterations) == (5, 30_000)
    assert usual(a_problem(1), 10).iterations == scenario_solve.LEAST_MOVES
    assert usual(a_problem(2_000), 10) == Effort(seconds=5)


def a_problem(operations: int) -> Problem:
    """So many operations of an order each, on one machine."""
    machine = plan.Machine(1, 1, WorkingCalendar(((0, 10_000_000),)))
    numbers, way = range(1, operations + 1), plan.Alternative(1, 0, 5)
    return Problem(
        (machine,),
        (plan.Centre(1),),
        tuple(plan.Operation(n, n, 10, 1, 0, (way,)) for n in numbers),
        tuple(plan.Order(n, 0, 1000) for n in numbers),
    )


class Stopped:
    """Somebody pressed Stop."""

    cancelled = True

    def report(self, done: int, total: int, text: str = "") -> None:
        """Nobody looks."""


def test_a_stopped_computation_keeps_nothing(db: Database) -> None:
    busy(db)
    number = made()
    assert scenarios.compute(number, QUICK, Stopped()) == Result(None, {})
    assert scenarios.scenario(number).figures is None


def test_other_changes_make_the_figures_void(db: Database) -> None:
    shop, _sales, _orders = busy(db)
    number, _found = worked_out()
    view = scenarios.scenario(number)
    scenarios.save(number, ScenarioForm("Renamed", view.changes, "why"), view.version)
    renamed = scenarios.scenario(number)
    assert (renamed.name, renamed.note) == ("Renamed", "why")
    assert renamed.figures is not None
    scenarios.save(number, ScenarioForm("Renamed", (MachineSpeed(shop.press.id, 90),)), renamed.version)
    assert scenarios.scenario(number).figures is None
    with pytest.raises(Conflict):
        scenarios.save(number, ScenarioForm("Late"), view.version)


def test_names_are_needed_and_unique(db: Database) -> None:
    first = made(name="Plan B")
    with pytest.raises(InvalidValue, match="Plan B"):
        made(name=" Plan B ")
    with pytest.raises(InvalidValue, match="needs a name"):
        made(name=" ")
    with pytest.raises(InvalidValue, match="Plan B"):
        scenarios.copy(first, "Plan B")
    second = scenarios.copy(first, "Plan C").value
    assert [one.name for one in scenarios.scenarios()] == ["Plan C", "Plan B"]
    scenarios.discard(second)
    scenarios.discard(second)
    assert [one.name for one in scenarios.scenarios()] == ["Plan B"]
    assert len(scenarios.scenarios(closed=True)) == 2
    form = ScenarioForm("Once", client_key="k1")
    assert scenarios.create(form).value == scenarios.create(form).value
    with pytest.raises(NotFound):
        scenarios.scenario(999)


def test_impossible_changes_are_refused_with_record_field_and_remedy(db: Database) -> None:
    shop, sales, orders = busy(db)
    press, today = shop.press.id, date(2026, 11, 23)
    wrong: list[tuple[Change, str]] = [
        (MachineDown(press, WEDNESDAY, WEDNESDAY), "ends_at"),
        (MachineDown(press, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)), "ends_at"),
        (OvertimeHours(today, today, 0, 60), "machine_id"),
        (OvertimeHours(today, today, 60, 60, machine_id=press), "start_minute"),
        (OvertimeHours(today, today - timedelta(days=1), 0, 60, machine_id=press), "last"),
        (ExtraMachine(press, 0), "count"),
        (MachineSpeed(press, 0), "speed_percent"),
        (OrderChange(orders[0]), "due"),
        (OrderChange(orders[0], due=date(2026, 1, 1)), "due"),
        (OrderChange(orders[0], priority=0), "priority"),
        (OrderChange(orders[0], quantity=Decimal("0.5")), "Quantity"),
        (SalesChange(sales[0]), "ship_by"),
        (ExtraOrder(shop.cup.id, Decimal(0), today), "Quantity"),
        (ExtraOrder(shop.cup.id, Decimal(1), today, Decimal(-1)), "value"),
        (ExtraOrder(shop.cup.id, Decimal(1), date(2026, 1, 1)), "wanted_by"),
        (TakeOn(), "sales_order_id"),
        (TakeOn(sales_order_id=sales[0]), "State"),
        (PlanWith(), "settings"),
        (PlanWith(move_cost=Decimal(-1)), "settings"),
    ]
    for change, field in wrong:
        with pytest.raises(DomainError) as refused:
            made(change)
        assert (refused.value.field, bool(refused.value.remedy)) == (field, True), change
    with pytest.raises(NotFound):
        made(MachineSpeed(999, 100))
    assert scenarios.scenarios() == ()


def test_an_order_that_has_begun_is_not_dropped(db: Database) -> None:
    _shop, _sales, orders = busy(db)
    with db.session(write=True) as session:
        session.get_one(ProductionOrder, orders[0]).operations[0].state = OperationState.DONE
    with pytest.raises(NotAllowed, match="has begun"):
        made(OrderChange(orders[0], drop=True))


def test_applying_writes_the_lasting_changes_and_the_schedule(db: Database) -> None:
    shop, sales, orders = busy(db)
    number, _found = worked_out(
        MachineDown(shop.press.id, WEDNESDAY, WEDNESDAY + timedelta(hours=9), maintenance=True),
        OvertimeHours(date(2026, 11, 26), date(2026, 11, 27), 1020, 1140, machine_id=shop.press.id),
        MachineSpeed(shop.bench.id, 150),
        OrderChange(orders[0], due=date(2026, 12, 8), priority=3),
        SalesChange(sales[1], ship_by=date(2026, 12, 9)),
        ExtraOrder(shop.cup.id, Decimal(5), date(2026, 12, 18)),
        PlanWith(frozen_hours=8),
    )
    places = {one.operation_id: one for one in scenarios.scenario_places(number)}
    view = scenarios.scenario(number)
    outcome = scenarios.apply(number, view.version).value
    assert outcome.left == ("An order for 5 of CUP by 2026-12-18.",)
    with db.session() as session:
        assert len(session.scalars(select(MachineTime)).all()) == 3
        assert session.get_one(Machine, shop.bench.id).speed_percent == 150
        order = session.get_one(ProductionOrder, orders[0])
        assert (order.due, order.priority) == (date(2026, 12, 8), 3)
        assert session.get_one(SalesOrder, sales[1]).ship_by == date(2026, 12, 9)
        for step in session.scalars(select(ProductionOperation)):
            place = places[step.id]
            assert step.planned_start is not None
            assert step.planned_start.timestamp() == place.start * 60
            assert step.machine_id == place.machine_id
    assert planning_settings().frozen_hours == 8
    assert scenarios.scenario(number).state == "applied"
    assert not scenarios.apply(number).changes, "a second time changes nothing"
    with pytest.raises(NotAllowed, match="Applied"):
        scenarios.discard(number)


def test_dropped_orders_are_cancelled_when_it_is_applied(db: Database) -> None:
    _shop, sales, orders = busy(db)
    number, _found = worked_out(OrderChange(orders[0], drop=True), SalesChange(sales[1], drop=True))
    scenarios.apply(number)
    with db.session() as session:
        assert {session.get_one(ProductionOrder, one).state for one in orders} == {"cancelled"}
        assert session.get_one(SalesOrder, sales[1]).state == OrderState.CANCELLED


def test_what_moved_on_meanwhile_is_named(db: Database) -> None:
    shop, _sales, orders = busy(db)
    tuesday = WEDNESDAY - timedelta(days=1)
    down = MachineDown(shop.press.id, tuesday, tuesday + timedelta(days=3))
    number, _found = worked_out(down, PlanWith(frozen_hours=0))
    with db.session(write=True) as session:
        for step in session.scalars(select(ProductionOperation).filter_by(order_id=orders[1])):
            step.state = OperationState.STARTED
        name = session.get_one(ProductionOrder, orders[1]).number
    before = contents(db)
    with pytest.raises(Conflict, match=name) as refused:
        scenarios.apply(number)
    assert refused.value.remedy
    assert contents(db) == before


def test_a_record_that_it_builds_on_must_be_as_it_was(db: Database) -> None:
    shop, _sales, _orders = busy(db)
    number, _found = worked_out(MachineSpeed(shop.bench.id, 150))
    with db.session(write=True) as session:
        session.get_one(Machine, shop.bench.id).name_en = "Long bench"
    with pytest.raises(Conflict, match="BENCH"):
        scenarios.apply(number)
    scenarios.compute(number, QUICK)
    scenarios.apply(number)
    with db.session() as session:
        assert session.get_one(Machine, shop.bench.id).speed_percent == 150


def test_a_time_that_is_there_already_stops_all_of_it(db: Database) -> None:
    shop, _sales, _orders = busy(db)
    down = MachineDown(shop.press.id, WEDNESDAY, WEDNESDAY + timedelta(hours=9), maintenance=True)
    number, _found = worked_out(MachineSpeed(shop.bench.id, 150), down)
    with db.session(write=True) as session:
        session.add(
            MachineTime(
                machine_id=shop.press.id, kind="maintenance", starts_at=WEDNESDAY + timedelta(hours=8),
                ends_at=WEDNESDAY + timedelta(hours=10),
            )
        )  # fmt: skip
    before = contents(db)
    with pytest.raises(DomainError, match="PRESS"):
        scenarios.apply(number)
    assert contents(db) == before


def test_what_cannot_be_made_real_is_refused(db: Database) -> None:
    shop, _sales, orders = busy(db)
    with pytest.raises(NotAllowed, match="not been worked out"):
        scenarios.apply(made(name="Raw"))
    for change, said in (
        (ExtraMachine(shop.press.id), "more machines like PRESS"),
        (OrderChange(orders[0], quantity=Decimal(10)), "quantity"),
    ):
        number, _found = worked_out(change, name=said)
        with pytest.raises(NotAllowed, match=said) as refused:
            scenarios.apply(number)
        assert refused.value.remedy
    with pytest.raises(Conflict):
        scenarios.apply(number, version=0)


def test_several_are_compared(db: Database) -> None:
    shop, _sales, orders = busy(db)
    down = MachineDown(shop.press.id, WEDNESDAY - timedelta(days=1), WEDNESDAY + timedelta(days=20))
    bad, _found = worked_out(down, name="Down")
    good, _found = worked_out(name="As it is")
    found = scenarios.compare([bad, good])
    assert [one.name for one in found.columns] == ["Down", "As it is"]
    late = {one.order_id: one for one in found.orders}
    assert late.keys() <= set(orders)
    for one in late.values():
        down_finish, same = one.finishes
        assert down_finish is not None
        assert down_finish.days_late > 0
        assert same == one.live
    with pytest.raises(InvalidValue, match="worked out"):
        scenarios.compare([made(name="Raw")])


def test_a_changed_scenario_does_not_get_the_figures_of_the_old_one(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 10, lid=20, steel=100, box=100)
    planning.plan_order(order_id)
    number = made()

    class Meddling(Quiet):
        """Somebody saves other changes while the search runs."""

        done = False

        def report(self, done: int, total: int, text: str = "") -> None:
            """Change the scenario once."""
            if not self.done:
                self.done = True
                scenarios.save(number, ScenarioForm("What if", (MachineSpeed(shop.press.id, 50),)))

    with pytest.raises(Conflict):
        scenarios.compute(number, QUICK, Meddling())
    with db.session() as session:
        assert session.get_one(Scenario, number).figures == ""

"""The floor: release, start, report; stock and states follow, up to the order that is ready."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from factory_erp.domain.errors import InvalidValue, NotAllowed, NotFound
from factory_erp.models.database import Database
from factory_erp.models.inventory import Location, MoveCause, StockBalance, StockMove
from factory_erp.models.production import OperationReport, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesOrder
from factory_erp.services import clock, planning
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ReportInput, ReportOutcome
from factory_erp.services.sales import orders as sales
from factory_erp.services.stock import inventory
from tests.conftest import MONDAY
from tests.services.factory import CupFactory, an_order, an_order_for_cups


def planned(db: Database, cups: int = 10, **stock: int) -> tuple[CupFactory, int, dict[str, int]]:
    """The cup factory, its sales order, and the ids of the released production orders by SKU."""
    shop, order_id = an_order_for_cups(db, cups, **stock)
    ids = planning.plan_order(order_id).value.production_orders
    production.release(ids)
    return shop, order_id, {row.sku: row.id for row in production.production_rows(ids)}


def steps(order_id: int) -> list[int]:
    return [step.id for step in production.production_detail(order_id).operations]


def say(operation: int, good: int, scrap: int = 0, key: str = "") -> ReportOutcome:
    said = ReportInput(operation, Decimal(good), Decimal(scrap), key or f"{operation}:{good}:{scrap}")
    return production.report(said).value


def stock(db: Database, item_id: int, place: str = "WH") -> Decimal:
    with db.session() as session:
        found = select(func.sum(StockBalance.on_hand)).join(Location, Location.id == StockBalance.location_id)
        return session.scalar(
            found.where(StockBalance.item_id == item_id, Location.code == place)
        ) or Decimal(0)


def proof(db: Database) -> list[str]:
    with db.session() as session:
        return inventory.prove(session)


def sales_state(db: Database, order_id: int) -> str:
    with db.session() as session:
        return session.get_one(SalesOrder, order_id).state


def test_from_released_order_to_finished_stock(db: Database) -> None:
    shop, order_id, made = planned(db, 10)
    assert {row.sku: row.quantity for row in production.receive_shortages(order_id).value} == {
        "BOX": 10, "STEEL": Decimal(3),
    }  # fmt: skip
    (lid,) = steps(made["LID"])
    press, pack = steps(made["CUP"])
    assert say(lid, 10).order_state == ProductionState.DONE
    assert stock(db, shop.lid.id) == 10
    first = say(press, 4)
    assert (first.operation_state, first.remaining, first.order_state) == ("started", 6, "in_progress")
    assert stock(db, shop.lid.id) == 0, "the first start issues all lids"
    assert stock(db, shop.box.id) == 10, "boxes wait for the packing"
    say(pack, 4)
    assert stock(db, shop.box.id) == 0
    assert stock(db, shop.cup.id) == 4
    say(press, 6)
    assert sales_state(db, order_id) == OrderState.IN_PRODUCTION
    last = say(pack, 6)
    assert (last.operation_state, last.order_state, last.sales_state) == ("done", "done", "ready")
    assert stock(db, shop.cup.id) == 10
    assert stock(db, shop.steel.id) == 0
    assert proof(db) == []
    assert sales_state(db, order_id) == OrderState.READY


def test_what_is_made_for_one_order_is_not_free_for_another(db: Database) -> None:
    shop, _order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, pack = steps(made["CUP"])
    say(press, 10)
    say(pack, 10)
    with db.session(write=True) as session:
        assert inventory.available(session, [shop.cup.id])[shop.cup.id] == 0
        second = an_order(session, {shop.cup: 5}, number="SO-2026-00002").id
    (more,) = planning.plan_order(second).value.production_orders[:1]
    assert production.production_rows([more])[0].quantity == 5


def test_the_same_report_twice_is_booked_once(db: Database) -> None:
    shop, _order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, pack = steps(made["CUP"])
    say(press, 10)
    first = say(pack, 5, key="tablet-7")
    again = say(pack, 5, key="tablet-7")
    assert (first.repeated, again.repeated) == (False, True)
    assert first.good == again.good == 5
    assert stock(db, shop.cup.id) == 5
    with db.session() as session:
        assert session.scalar(select(func.count(OperationReport.id))) == 2


def test_more_than_was_delivered_cannot_be_reported(db: Database) -> None:
    shop, _order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, pack = steps(made["CUP"])
    with pytest.raises(NotAllowed, match="10 more, not 11"):
        say(press, 11)
    assert stock(db, shop.lid.id) == 10, "nothing was issued"
    say(press, 6)
    with pytest.raises(NotAllowed) as refused:
        say(pack, 7)
    assert "6 more, not 7" in refused.value.message
    assert refused.value.record.startswith("MO-2026-")
    assert refused.value.remedy
    say(pack, 6)
    with pytest.raises(NotAllowed, match="0 more"):
        say(pack, 1)


def test_missing_material_is_refused_by_name_and_nothing_is_changed(db: Database) -> None:
    shop, _order_id, made = planned(db, 10, lid=10, steel=1, box=10)
    (press, _pack) = steps(made["CUP"])
    with pytest.raises(NotAllowed) as refused:
        say(press, 5)
    assert "1.25 of STEEL, but the warehouse has 1" in refused.value.message
    assert "purchase" in refused.value.remedy
    assert stock(db, shop.lid.id) == 10
    detail = production.production_detail(made["CUP"])
    assert (detail.row.state, detail.operations[0].state) == ("released", "waiting")
    assert [part.issued for part in detail.materials] == [0, 0, 0]
    assert proof(db) == []


def test_a_missing_sub_assembly_names_the_order_that_makes_it(db: Database) -> None:
    _shop, _order_id, made = planned(db, 10, steel=100, box=10)
    with pytest.raises(NotAllowed) as refused:
        production.start(steps(made["CUP"])[0])
    (lid,) = production.production_rows([made["LID"]])
    assert refused.value.remedy == f"Finish production order {lid.number} first."


def test_scrap_goes_to_scrap_and_shortens_what_follows(db: Database) -> None:
    shop, order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, pack = steps(made["CUP"])
    say(press, 5)
    say(pack, 5)
    assert say(press, 4, 1).operation_state == "done"
    last = say(pack, 4)
    assert (last.operation_state, last.order_state) == ("done", "done")
    assert last.sales_state == "in_production", "one cup is missing"
    (row,) = production.production_rows([made["CUP"]])
    assert (row.good, row.scrap, row.progress) == (9, 1, 100)
    assert stock(db, shop.cup.id) == 9
    assert stock(db, shop.cup.id, "SCRAP") == 1
    assert proof(db) == []
    assert sales_state(db, order_id) == OrderState.IN_PRODUCTION


def test_what_scrap_took_is_planned_again_until_the_order_is_ready(db: Database) -> None:
    shop, order_id, made = planned(db, 100, lid=105, steel=100, box=100)
    assert planning.shortfall(order_id) == ()
    press, pack = steps(made["CUP"])
    say(press, 90, 10)
    say(pack, 90)
    assert sales_state(db, order_id) == OrderState.IN_PRODUCTION
    (short,) = planning.shortfall(order_id)
    assert (short.sku, short.quantity, short.needed_on) == ("CUP", 10, date(2026, 12, 18))
    outcome = planning.plan_order(order_id)
    first, *more = outcome.value.production_orders
    assert first == made["CUP"]
    rows = {row.sku: row for row in production.production_rows(more)}
    assert {sku: row.quantity for sku, row in rows.items()} == {"CUP": 10, "LID": 5}
    assert outcome.value.shortages == (), "ten boxes of the lost cups are still there"
    assert planning.shortfall(order_id) == ()
    again = planning.plan_order(order_id)
    assert (again.value, dict(again.changes)) == (outcome.value, {})
    production.release(more)
    say(steps(rows["LID"].id)[0], 5)
    press, pack = steps(rows["CUP"].id)
    say(press, 10)
    assert say(pack, 9).sales_state == "in_production"
    assert say(pack, 1).sales_state == "ready"
    assert stock(db, shop.cup.id) == 100
    assert proof(db) == []


def test_what_scrap_took_can_come_from_free_stock(db: Database) -> None:
    shop, order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, pack = steps(made["CUP"])
    say(press, 9, 1)
    say(pack, 9)
    inventory.receive(shop.cup.id, Decimal(1), "back from a fair", "fair")
    assert sales_state(db, order_id) == OrderState.IN_PRODUCTION
    assert planning.plan_order(order_id).value.production_orders == (made["CUP"],)
    assert sales_state(db, order_id) == OrderState.READY


def test_scrapped_parts_let_their_order_go_on_and_are_made_again(db: Database) -> None:
    shop, order_id, made = planned(db, 100, steel=100, box=100)
    say(steps(made["LID"])[0], 95, 5)
    press, pack = steps(made["CUP"])
    with pytest.raises(NotAllowed, match="needs 96 of LID, but the warehouse has 95") as refused:
        say(press, 96)
    assert refused.value.remedy == "Plan the order again: it makes up what is missing."
    assert say(press, 95).remaining == 5
    assert stock(db, shop.lid.id) == 0
    assert [(row.sku, row.quantity) for row in planning.shortfall(order_id)] == [("LID", 5)]
    (lids,) = set(planning.plan_order(order_id).value.production_orders) - set(made.values())
    production.release([lids])
    (row,) = production.production_rows([lids])
    assert (row.sku, row.quantity) == ("LID", 5)
    with pytest.raises(NotAllowed) as waits:
        say(press, 5)
    assert waits.value.remedy == f"Finish production order {row.number} first."
    say(steps(lids)[0], 5)
    say(press, 5)
    assert say(pack, 100).sales_state == "ready"
    assert planning.shortfall(order_id) == ()
    assert [part.issued for part in production.production_detail(made["CUP"]).materials] == [100, 25, 100]
    assert proof(db) == []


def test_parts_made_again_before_the_parent_starts_reach_it_whole(db: Database) -> None:
    _shop, order_id, made = planned(db, 100, steel=100, box=100)
    say(steps(made["LID"])[0], 95, 5)
    (lids,) = set(planning.plan_order(order_id).value.production_orders) - set(made.values())
    production.release([lids])
    say(steps(lids)[0], 5)
    press, pack = steps(made["CUP"])
    say(press, 100)
    assert say(pack, 100).sales_state == "ready"


def test_material_that_is_kept_for_another_order_is_not_issued(db: Database) -> None:
    shop, first, made = planned(db, 10, lid=10, steel=100, box=10)
    with db.session(write=True) as session:
        second = an_order(session, {shop.cup: 10}, number="SO-2026-00002").id
    ids = planning.plan_order(second).value.production_orders
    production.release(ids)
    cup = next(row.id for row in production.production_rows(ids) if row.sku == "CUP")
    with pytest.raises(NotAllowed, match="LID, but the warehouse has 0") as refused:
        production.start(steps(cup)[0])
    assert "kept for other orders" in refused.value.message
    production.start(steps(made["CUP"])[0])
    assert stock(db, shop.lid.id) == 0
    assert first != second


def test_only_what_is_missing_is_received(db: Database) -> None:
    shop, order_id, _made = planned(db, 10)
    with db.session(write=True) as session:
        later = an_order(session, {shop.box: 5}, number="SO-2026-00002", ship_by=date(2026, 12, 24)).id
    planning.plan_order(later)
    inventory.receive(shop.box.id, Decimal(4), "PO-1", "box-1")
    inventory.receive(shop.box.id, Decimal(4), "PO-1", "box-1")
    left = {row.sku: row.quantity for row in planning.plan_order(order_id).value.shortages}
    assert left["BOX"] == 6
    assert {row.sku: row.quantity for row in production.receive_shortages(order_id).value}["BOX"] == 6
    assert stock(db, shop.box.id) == 10
    inventory.receive(shop.box.id, Decimal(7), "PO-2", "box-2")
    assert sales_state(db, later) == OrderState.READY
    with db.session() as session:
        assert inventory.available(session, [shop.box.id])[shop.box.id] == 2
    assert production.receive_shortages(later).value == ()


@pytest.mark.parametrize("state", [OrderState.ON_HOLD, OrderState.CANCELLED])
def test_nothing_is_received_for_a_stopped_order(db: Database, state: OrderState) -> None:
    shop, order_id, _made = planned(db, 10)
    with db.session(write=True) as session:
        session.get_one(SalesOrder, order_id).state = state
    with pytest.raises(NotAllowed, match="SO-2026-00001") as refused:
        production.receive_shortages(order_id)
    assert refused.value.remedy
    assert stock(db, shop.steel.id) == 0


def test_nothing_is_received_for_cancelled_work(db: Database) -> None:
    _shop, order_id, made = planned(db, 10)
    with db.session(write=True) as session:
        session.get_one(ProductionOrder, made["CUP"]).state = ProductionState.CANCELLED
    received = {row.sku: row.quantity for row in production.receive_shortages(order_id).value}
    assert received == {"STEEL": Decimal("0.5")}, "only the lids' steel"


def test_a_hold_stops_the_floor_and_the_schedule(db: Database) -> None:
    _shop, order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, pack = steps(made["CUP"])
    say(press, 10)
    sales.hold(order_id)
    for refused in (lambda: production.start(pack), lambda: say(pack, 10)):
        with pytest.raises(NotAllowed, match="on hold") as error:
            refused()
        assert error.value.remedy == "Lift the hold of the sales order first."
    assert planning.schedule().value.operations == 0
    assert production.open_operations() == []
    sales.lift_hold(order_id)
    assert planning.schedule().value.operations == 1
    assert say(pack, 10).sales_state == "ready"


def test_a_finished_order_is_ready_when_it_is_settled(db: Database) -> None:
    _shop, order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, pack = steps(made["CUP"])
    say(press, 10)
    say(pack, 10)
    with db.session(write=True) as session:
        order = session.get_one(SalesOrder, order_id)
        order.state = OrderState.ON_HOLD
        production.settle(session, order)
        assert order.state == OrderState.ON_HOLD
        order.state = OrderState.IN_PRODUCTION
        production.settle(session, order)
    assert sales_state(db, order_id) == OrderState.READY


def test_only_finished_production_is_closed(db: Database) -> None:
    _shop, order_id, made = planned(db, 10, steel=100, box=100)
    say(steps(made["LID"])[0], 10)
    with db.session(write=True) as session:
        production.close_production(session, order_id)
    states = {row.sku: row.state for row in production.production_rows(list(made.values()))}
    assert states == {"LID": "closed", "CUP": "released"}


def test_scrap_that_comes_late_finishes_the_operations_after_it(db: Database) -> None:
    _shop, _order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, pack = steps(made["CUP"])
    say(press, 8)
    say(pack, 8)
    assert say(press, 0, 2).order_state == ProductionState.DONE


def test_an_order_that_is_not_released_cannot_be_reported(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 10, lid=10, steel=100, box=100)
    (cup,) = planning.plan_order(order_id).value.production_orders
    with pytest.raises(NotAllowed, match="not released"):
        say(steps(cup)[0], 1)
    assert production.release([cup]).value == ("MO-2026-00001",)
    assert production.release([cup]).value == ()
    assert say(steps(cup)[0], 1).operation_state == "started"


def test_an_order_on_hold_is_not_released(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 10)
    ids = planning.plan_order(order_id).value.production_orders
    with db.session(write=True) as session:
        session.get_one(SalesOrder, order_id).state = OrderState.ON_HOLD
    with pytest.raises(NotAllowed, match="SO-2026-00001"):
        production.release(ids)


def test_starting_is_idempotent_and_takes_the_machine_named(db: Database) -> None:
    shop, _order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    press, _pack = steps(made["CUP"])
    with pytest.raises(InvalidValue, match="work centre"):
        production.start(press, machine_id=shop.bench.id)
    first = production.start(press, machine_id=shop.press.id, client_key="scan-1")
    with clock.at(MONDAY + timedelta(hours=1)):
        again = production.start(press, client_key="scan-2")
    assert not again.changes
    assert (first.value.repeated, again.value.repeated) == (False, True)
    detail = production.production_detail(made["CUP"]).operations[0]
    assert (detail.machine_code, detail.started_at, detail.state) == ("PRESS", MONDAY, "started")
    assert production.open_operations()[0].operation_id == press


@pytest.mark.parametrize(("good", "scrap"), [("0", "0"), ("-1", "0"), ("1.5", "0"), ("1", "-1")])
def test_impossible_quantities_are_refused(db: Database, good: str, scrap: str) -> None:
    _shop, _order_id, made = planned(db, 10, lid=10, steel=100, box=100)
    with pytest.raises(InvalidValue) as refused:
        production.report(ReportInput(steps(made["CUP"])[0], Decimal(good), Decimal(scrap), "k"))
    assert refused.value.remedy


def test_shortages_are_received_once_and_stay_with_the_order(db: Database) -> None:
    shop, order_id, _made = planned(db, 10)
    production.receive_shortages(order_id)
    assert production.receive_shortages(order_id).value == ()
    assert stock(db, shop.steel.id) == 3
    with db.session() as session:
        assert inventory.available(session, [shop.steel.id])[shop.steel.id] == 0
        moves = session.scalars(select(StockMove).where(StockMove.cause == MoveCause.RECEIPT)).all()
        assert {move.reference for move in moves} == {"SO-2026-00001"}
        assert session.scalars(select(ProductionOrder.material_at)).all() == [None, None]
    assert planning.plan_order(order_id).value.shortages == ()


def test_bought_goods_make_the_order_ready_when_they_are_in(db: Database) -> None:
    shop, _first = an_order_for_cups(db, 1)
    with db.session(write=True) as session:
        order_id = an_order(session, {shop.box: 50}, number="SO-2026-00002").id
    outcome = planning.plan_order(order_id).value
    assert outcome.production_orders == ()
    assert [(row.sku, row.quantity) for row in outcome.shortages] == [("BOX", 50)]
    assert sales_state(db, order_id) == OrderState.IN_PRODUCTION
    production.receive_shortages(order_id)
    assert sales_state(db, order_id) == OrderState.READY


def test_the_list_is_filtered_sorted_counted_and_found(db: Database) -> None:
    shop, order_id, made = planned(db, 10, steel=100, box=100)
    with db.session(write=True) as session:
        yesterday = MONDAY.date() - timedelta(days=1)
        late = an_order(session, {shop.lid: 3}, number="SO-2026-00002", ship_by=yesterday)
    (second,) = planning.plan_order(late.id).value.production_orders
    planning.schedule()
    cup, lid = made["CUP"], made["LID"]
    assert list(production.production_ids("all", sort="number")) == [cup, lid, second]
    assert list(production.production_ids("all", sort="number", descending=True)) == [second, lid, cup]
    assert list(production.production_ids("open", sort="due")) == [second, lid, cup]
    assert list(production.production_ids("all", sort="item")) == [cup, lid, second]
    assert set(production.production_ids("all", sort="planned_start")) == {cup, lid, second}
    assert list(production.production_ids("all", words="SO-2026-00002")) == [second]
    assert list(production.production_ids("late")) == [second]
    say(steps(lid)[0], 10)
    assert production.production_counts() == {"all": 3, "open": 2, "late": 1, "in_progress": 0, "done": 1}
    assert list(production.production_ids("done")) == [lid]
    rows = production.production_rows([second, cup, 999_999, lid])
    assert [row.id for row in rows] == [second, cup, lid]
    assert [(row.late, row.progress, row.state) for row in rows] == [
        (True, 0, "planned"), (False, 0, "released"), (False, 100, "done"),
    ]  # fmt: skip
    assert (rows[1].item_name_en, rows[1].item_name_zh) == ("Steel cup", "钢杯")
    assert rows[1].sales_number == "SO-2026-00001"
    assert rows[1].sales_order_id == order_id


def test_work_that_ends_at_midnight_of_its_due_day_is_not_late(db: Database) -> None:
    _shop, _order_id, made = planned(db, 10)
    midnight = MONDAY.replace(hour=16, minute=0)  # 24:00 in Ningbo
    for minutes, late in ((0, False), (1, True)):
        with db.session(write=True) as session:
            order = session.get_one(ProductionOrder, made["CUP"])
            session.get_one(SalesOrder, order.sales_order_id).ship_by = MONDAY.date()
            order.planned_start = MONDAY
            order.planned_finish = midnight + timedelta(minutes=minutes)
        assert production.production_rows([made["CUP"]])[0].late is late


def test_the_floor_sees_what_is_next_by_machine(db: Database) -> None:
    shop, _order_id, made = planned(db, 10, steel=100, box=100)
    planning.schedule()
    rows = production.open_operations()
    assert [(row.sku, row.sequence, row.machine_code) for row in rows] == [
        ("LID", 10, "PRESS"), ("CUP", 10, "PRESS"), ("CUP", 20, "BENCH"),
    ]  # fmt: skip
    assert [row.sku for row in production.open_operations(shop.bench.centre_id)] == ["CUP"]
    assert len(production.open_operations(limit=1)) == 1
    assert made["LID"] == rows[0].order_id


def test_an_order_that_is_gone_is_said_so(db: Database) -> None:
    with pytest.raises(NotFound):
        production.production_detail(4711)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(0, 3)), max_size=12))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whatever_is_reported_the_books_are_right(db: Database, reports: list[tuple[int, int, int]]) -> None:
    """Any sequence of reports, many refused: stock, good, scrap and states agree."""
    shop, cup, operations = _one_more_order(db)
    before = stock(db, shop.cup.id)
    for number, (place, good, scrap) in enumerate(reports):
        try:
            say(operations[place], good, scrap, key=f"{cup}:{number}")
        except (NotAllowed, InvalidValue):
            continue
    detail = production.production_detail(cup)
    press, pack = detail.operations
    assert stock(db, shop.cup.id) - before == detail.row.good == pack.good
    assert detail.row.scrap == press.scrap + pack.scrap
    assert pack.good + pack.scrap <= press.good
    assert press.good + press.scrap <= detail.row.quantity
    assert (detail.row.state == "done") == (pack.good + press.scrap + pack.scrap == detail.row.quantity)
    assert proof(db) == []


_shops: dict[str, CupFactory] = {}


def _one_more_order(db: Database) -> tuple[CupFactory, int, list[int]]:
    """A released order for ten cups with all material; the database is kept from example to example."""
    if db.url not in _shops:
        _shops[db.url], _unused = an_order_for_cups(db, 1, lid=1000, steel=1000, box=1000)
    shop = _shops[db.url]
    with db.session(write=True) as session:
        count = session.scalar(select(func.count(SalesOrder.id))) or 0
        order_id = an_order(session, {shop.cup: 10}, number=f"SO-2026-{count + 1:05}").id
    cup = max(planning.plan_order(order_id).value.production_orders)
    production.release([cup])
    return shop, cup, steps(cup)


def test_the_list_counts_progress_in_pieces(db: Database) -> None:
    """A sum of two scaled columns is raw millionths to the driver; it once read as 100 %."""
    _factory, sales_order, orders = planned(db, 100)
    production.receive_shortages(sales_order)
    lid = orders["LID"]
    say(steps(lid)[0], 10)
    (row,) = production.production_rows([lid])
    assert 0 < row.progress <= 10
    planning.schedule()
    first = production.production_detail(lid).operations[0]
    assert first.planned_finish > clock.now(), "ninety pieces are still to be made"

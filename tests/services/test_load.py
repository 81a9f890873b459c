"""The load of work centres: what is planned, suggested, and not yet confirmed, against the open time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.models.database import Database
from factory_erp.models.engineering import Routing, WorkCentre
from factory_erp.models.inquiries import Quotation, QuotationLine, QuotationState
from factory_erp.models.planning import MachineTime, MachineTimeKind, Suggestion, SuggestionKind
from factory_erp.models.production import ProductionOperation, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState
from factory_erp.services import planning
from factory_erp.services.load import centres as load
from factory_erp.services.load.parts import Layer
from tests.conftest import MONDAY
from tests.services.factory import (
    CupFactory,
    a_cup_factory,
    an_order,
    an_order_for_cups,
    in_stock,
)

WEEK = date(2026, 11, 23)
SHIFTS = 5 * 540
"""Open minutes of a machine in a week."""


def centre_id(db: Database, code: str) -> int:
    with db.session() as session:
        return session.scalars(select(WorkCentre.id).filter_by(code=code)).one()


def row(view: load.LoadView, code: str) -> load.LoadRow:
    return next(one for one in view.centres if one.code == code)


def two_placed(db: Database) -> None:
    """60 cups, lids in stock: the press on Monday from 8:30 (30 + 60 minutes), the bench after it (30)."""
    shop, order_id = an_order_for_cups(db, 60, lid=60, steel=100, box=60)
    planning.plan_order(order_id)
    with db.session(write=True) as session:
        press, bench = session.scalars(select(ProductionOperation).order_by(ProductionOperation.sequence))
        stand(press, shop.press.id, MONDAY, 30, 60)
        stand(bench, shop.bench.id, MONDAY + timedelta(minutes=90), 0, 30)


def stand(step: ProductionOperation, machine: int, start: datetime, setup: int, run: int) -> None:
    """Let the operation, the last of its order so far, stand on the machine from *start*."""
    step.machine_id, step.planned_start = machine, start
    step.setup_finish = start + timedelta(minutes=setup)
    step.planned_finish = step.order.planned_finish = start + timedelta(minutes=setup + run)


def test_scheduled_work_loads_the_week_it_stands_in(db: Database) -> None:
    two_placed(db)
    view = load.load_view(weeks=2)
    assert view.starts == (WEEK, WEEK + timedelta(days=7))
    press = row(view, "PRESS-CENTRE").cells
    assert (press[0].planned, press[0].setup, press[0].load) == (90, 30, 90)
    # half an hour of Monday has passed
    assert (press[0].capacity, press[1].capacity) == (SHIFTS - 30, SHIFTS)
    assert press[0].percent == 4
    assert row(view, "BENCH-CENTRE").cells[0].planned == 30
    assert press[1].load == 0


def test_released_work_is_told_apart_and_late_work_is_counted(db: Database) -> None:
    two_placed(db)
    with db.session(write=True) as session:
        order = session.scalars(select(ProductionOrder)).one()
        order.state, order.planned_finish = ProductionState.RELEASED, datetime(2027, 1, 5, tzinfo=UTC)
    cell = row(load.load_view(), "PRESS-CENTRE").cells[0]
    assert (cell.released, cell.planned, cell.late) == (90, 0, 90)


def test_work_that_nobody_scheduled_counts_before_it_is_due(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 60, lid=60, steel=100, box=60)
    planning.plan_order(order_id)
    view = load.load_view(weeks=5)
    weeks = [cell.planned for cell in row(view, "PRESS-CENTRE").cells]
    # it ships on Friday 18 December, in the fourth week
    assert weeks == [0, 0, 0, 90, 0]


def test_by_day_and_drill_down(db: Database) -> None:
    two_placed(db)
    view = load.load_view(start=WEEK, weeks=1, by="day")
    assert [cell.load for cell in row(view, "PRESS-CENTRE").cells] == [90, 0, 0, 0, 0, 0, 0]
    assert row(view, "PRESS-CENTRE").cells[5].percent == 0
    press = centre_id(db, "PRESS-CENTRE")
    (one,) = load.load_orders(press, WEEK)
    assert (one.layer, one.kind, one.sku, one.minutes) == (Layer.PLANNED, "production", "CUP", 90)
    assert one.customer == "ACME Trading"
    assert load.load_orders(press, WEEK + timedelta(days=1), by="day") == ()


def test_maintenance_takes_capacity_and_overtime_is_apart(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        tuesday = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 8:00 in Ningbo
        evening = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # 17:00
        for kind, start, hours in (
            (MachineTimeKind.MAINTENANCE, tuesday, 3),
            (MachineTimeKind.OVERTIME, evening, 2),
        ):
            session.add(
                MachineTime(
                    machine_id=shop.press.id,
                    kind=kind,
                    starts_at=start,
                    ends_at=start + timedelta(hours=hours),
                )
            )
    cell = row(load.load_view(), "PRESS-CENTRE").cells[0]
    assert (cell.capacity, cell.overtime) == (SHIFTS - 30 - 180, 120)
    assert row(load.load_view(), "BENCH-CENTRE").cells[0].overtime == 0


def test_a_campaign_is_set_up_once(db: Database) -> None:
    two_placed(db)
    with db.session(write=True) as session:
        press, _bench = session.scalars(select(ProductionOperation).order_by(ProductionOperation.sequence))
        # in a campaign the set-up of half an hour lies ahead of the first operation
        stand(press, press.machine_id or 0, MONDAY + timedelta(hours=1), 0, 60)
        press.campaign = "CP-1"
    cell = row(load.load_view(start=WEEK), "PRESS-CENTRE").cells[0]
    assert (cell.setup, cell.changeover, cell.load) == (0, 30, 90)


def test_what_the_plan_suggests_to_make_is_a_layer(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        due = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
        session.add(
            Suggestion(
                key="make:1", kind=SuggestionKind.MAKE, item_id=shop.lid.id, quantity=Decimal(100), due_at=due
            )
        )
        session.add(
            Suggestion(
                key="make:2", kind=SuggestionKind.MAKE, item_id=shop.lid.id, quantity=Decimal(5), due_at=due,
                dismissed=True,
            )
        )  # fmt: skip
    cells = row(load.load_view(), "PRESS-CENTRE").cells
    assert [cell.suggested for cell in cells[:3]] == [0, 65, 0]
    (one,) = load.load_orders(centre_id(db, "PRESS-CENTRE"), date(2026, 12, 2))
    assert (one.kind, one.number, one.quantity) == ("suggestion", "LID", 100)


def a_quotation(session: Session, shop: CupFactory, cups: int, **values: object) -> int:
    quotation = Quotation(
        number="QT-2026-00001", buyer_name="Hoffmann", currency="USD", incoterm="FOB", quoted_on=WEEK,
        valid_until=WEEK + timedelta(days=15), lead_days=25, state=QuotationState.SENT,
        lines=[
            QuotationLine(
                position=1, item_id=shop.cup.id, quantity=Decimal(cups), unit="H87", unit_price=Decimal(1),
                amount_minor=100 * cups,
            )
        ],
    )  # fmt: skip
    for name, value in values.items():
        setattr(quotation, name, value)
    session.add(quotation)
    session.flush()
    return quotation.id


def test_a_draft_loads_through_all_levels_less_stock(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.lid, 40)
        an_order(session, {shop.cup: 100}, state=OrderState.DRAFT)
    view = load.load_view(weeks=5)
    press = [cell.rough for cell in row(view, "PRESS-CENTRE").cells]
    # cups: 30 + 100 minutes; 60 lids: 15 + 30 minutes
    assert sum(press) == 130 + 45
    assert press[3] == 175
    assert [cell.rough for cell in row(view, "BENCH-CENTRE").cells][3] == 50
    found = load.load_orders(centre_id(db, "PRESS-CENTRE"), date(2026, 12, 18))
    assert [(one.layer, one.kind, one.number, one.minutes) for one in found] == [
        (Layer.ROUGH, "sales", "SO-2026-00001", 175)
    ]


def test_a_quotation_counts_by_its_probability(db: Database) -> None:
    with db.session(write=True) as session:
        a_quotation(session, a_cup_factory(session), 100)
    for percent, minutes in ((100, 195), (50, 98), (0, 0)):
        press = row(load.load_view(weeks=5, probability=percent), "PRESS-CENTRE").cells
        assert sum(cell.rough for cell in press) == minutes
    (one,) = load.load_orders(centre_id(db, "PRESS-CENTRE"), date(2026, 12, 18), probability=50)
    assert (one.percent, one.minutes, one.customer) == (50, 98, "Hoffmann")


@pytest.mark.parametrize(
    "values",
    [
        {"state": QuotationState.DRAFT},
        {"state": QuotationState.DECLINED},
        {"valid_until": date(2026, 11, 22)},
    ],
)
def test_quotations_that_do_not_stand_do_not_count(db: Database, values: dict[str, object]) -> None:
    with db.session(write=True) as session:
        a_quotation(session, a_cup_factory(session), 100, **values)
    assert all(cell.load == 0 for one in load.load_view(weeks=5).centres for cell in one.cells)


def test_an_item_without_a_routing_is_a_problem_not_an_error(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        an_order(session, {shop.cup: 10}, state=OrderState.DRAFT)
        for routing in session.scalars(select(Routing).filter_by(item_id=shop.lid.id)):
            session.delete(routing)
    view = load.load_view(weeks=5)
    assert view.problems == ("It is not known how LID is made.",)
    assert sum(cell.rough for cell in row(view, "BENCH-CENTRE").cells) == 5


def test_impossible_views_are_refused(db: Database) -> None:
    with db.session(write=True) as session:
        a_cup_factory(session)
    with pytest.raises(InvalidValue, match="periods"):
        load.load_view(weeks=0)
    with pytest.raises(InvalidValue, match="periods"):
        load.load_view(weeks=100, by="day")
    with pytest.raises(InvalidValue, match="probability"):
        load.load_view(probability=101)
    with pytest.raises(NotFound):
        load.load_orders(999, WEEK)

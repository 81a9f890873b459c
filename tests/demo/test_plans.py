"""What the demo's planner has done: purchases, plan, schedule, promise, what-ifs, an order that grew."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.demo import build, found, orders, plans, supply
from factory_erp.demo.catalogue import catalogue
from factory_erp.demo.orders import Stage
from factory_erp.models.catalog import Item, LotRule
from factory_erp.models.engineering import RoutingOperation
from factory_erp.models.partners import Partner
from factory_erp.models.planning import (
    HoldState,
    MachineTimeKind,
    OperationResource,
    PromiseHold,
    PurchaseLine,
    ScheduleRun,
    SuggestionKind,
)
from factory_erp.models.production import OperationState, ProductionOperation
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services import clock
from factory_erp.services.base import query
from factory_erp.services.board import late_orders
from factory_erp.services.engineering import resources
from factory_erp.services.material import shortages as material_shortages
from factory_erp.services.material import tree as material_tree
from factory_erp.services.material.tree import TreeNode
from factory_erp.services.order_effects import changed_orders as order_effects
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.scenarios import comparing as scenarios
from factory_erp.services.schedule import machine_times
from factory_erp.services.suggestions import accepting as suggestions
from tests.demo.conftest import Prepared


def depth(node: TreeNode) -> int:
    return 1 + max((depth(child) for child in node.children), default=0)


def test_items_say_how_they_are_planned_and_bought(factory: Prepared) -> None:
    with factory.database.session() as session:
        rules = Counter(session.scalars(select(Item.lot_rule)))
        kept = session.scalar(select(func.count()).select_from(Item).where(Item.safety_stock > 0)) or 0
        suppliers = dict(
            session.execute(
                select(Item.sku, Partner.code).join(Partner, Partner.id == Item.supplier_id)
            ).all()
        )
        dated = set(session.scalars(select(Partner.code).where(Partner.calendar_id.is_not(None))))
        classes = Counter(session.scalars(select(Partner.priority_class)))
    assert set(rules) == set(LotRule)
    assert kept >= 8
    assert (suppliers["RM-304-05"], suppliers["PM-BAG"]) == ("S-STEEL", "S-BOX")
    assert all(supply.supplier_of(spec) == suppliers.get(sku, "") for sku, spec in catalogue().items())
    assert dated == set(supply.DELIVERY_DAYS)
    assert {"A", "B", "C"} == set(classes)


def test_moulds_are_held_some_steps_are_not_interrupted_and_some_overlap(factory: Prepared) -> None:
    shown = resources.resources()
    assert {row.capacity for row in shown} == {1, 2}
    assert all(row.steps == 1 for row in shown)
    with factory.database.session() as session:
        assert session.scalar(select(func.count(OperationResource.id)))
        whole = set(session.scalars(select(RoutingOperation.name_en).where(~RoutingOperation.resumable)))
        overlapping = session.scalars(
            select(RoutingOperation.name_en).where(RoutingOperation.transfer_lot > 0)
        )
        assert "Tube hydroforming" in set(overlapping)
    assert whole == {"Vacuum sealing"}


def test_a_machine_is_maintained_and_another_works_longer(factory: Prepared) -> None:
    kinds = {
        row.kind: row
        for row in machine_times.machine_times(factory.moment, factory.moment + timedelta(days=9))
    }
    assert set(kinds) == {MachineTimeKind.MAINTENANCE, MachineTimeKind.OVERTIME}
    assert kinds[MachineTimeKind.MAINTENANCE].machine == plans.MAINTAINED
    saturday = 5
    assert clock.day_of(kinds[MachineTimeKind.OVERTIME].starts_at).weekday() == saturday


def test_suggestions_of_every_kind_wait(factory: Prepared) -> None:
    rows = suggestions.suggestion_rows(suggestions.suggestion_ids())
    assert {row.kind for row in rows} == set(SuggestionKind)
    assert all(row.why for row in rows if row.kind in {*suggestions.KIND_NAMES} - {"make", "buy"})
    scarce = {row.kind for row in rows if row.sku == build.SCARCE_PART}
    assert {SuggestionKind.EXPEDITE, SuggestionKind.DELAY} <= scarce
    assert material_shortages.shortages()


def test_what_an_order_hangs_on_has_several_levels(factory: Prepared) -> None:
    confirmed = [order.trade_id for order in orders.plan() if order.stage is Stage.CONFIRMED]
    with factory.database.session() as session:
        lines = session.scalars(
            select(SalesLine.id)
            .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
            .where(SalesOrder.external_id.in_(confirmed))
        ).all()
    assert max(depth(material_tree.where_from(sales_line_id=line)) for line in lines) >= 4


def test_one_purchase_is_overdue_and_one_makes_an_order_late(factory: Prepared) -> None:
    late = {row.supplier for row in purchases.purchase_rows(purchases.purchase_ids("late"))}
    assert late == {"Yongkang Shuojun Stainless Materials Co., Ltd."}
    (line,) = found.purchase_lines(orders.SHORT_PART)
    waiting = [order.trade_id for order in orders.plan() if order.lines[0][0] == orders.SHORT_SKU]
    with factory.database.session() as session:
        waits = select(SalesOrder.ship_by).where(SalesOrder.external_id.in_(waiting))
        promised = session.scalars(waits).one()
        assert promised is not None
        bought = session.get_one(PurchaseLine, line)
        assert bought.needed_on < promised < bought.expected_on


def test_orders_are_late_for_different_reasons(factory: Prepared) -> None:
    late = late_orders.late_list()
    first = {row.reasons[0].kind for row in late}
    assert len(first) >= 2
    assert len({row.sales_number for row in late}) == 3


def test_the_schedule_was_searched_a_campaign_joined_a_step_locked(factory: Prepared) -> None:
    with factory.database.session() as session:
        locked = session.scalars(select(ProductionOperation).where(ProductionOperation.locked)).all()
        joined = Counter(session.scalars(select(ProductionOperation.campaign)))
        runs = session.scalars(select(ScheduleRun).order_by(ScheduleRun.id)).all()
    assert [row.state for row in locked] == [OperationState.WAITING]
    assert [count for code, count in joined.items() if code and count > 1]
    assert len(joined) == 2
    assert runs


def test_a_promise_is_kept_for_a_quotation(factory: Prepared) -> None:
    with factory.database.session() as session:
        kept = session.scalars(select(PromiseHold)).one()
        assert (kept.state, kept.sales_order_id) == (HoldState.HELD, None)
        assert kept.blocks
        assert kept.expires_at > factory.moment


def test_two_what_ifs_are_worked_out_and_differ_from_the_factory(factory: Prepared) -> None:
    shown = scenarios.scenarios()
    assert len(shown) == 2
    for row in shown:
        assert row.live is not None
        assert row.scenario is not None
        assert row.live.total_cost != row.scenario.total_cost
    assert len(scenarios.compare([row.id for row in shown]).columns) == 2


def test_production_does_not_follow_the_order_that_grew_and_no_other_differs(factory: Prepared) -> None:
    @query
    def differing(session: Session) -> list[str]:
        return [order.external_id or "" for order in order_effects.changed_orders(session)]

    assert differing() == [order.trade_id for order in orders.plan() if order.stage is Stage.GROWN]

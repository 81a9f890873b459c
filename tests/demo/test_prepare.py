from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from factory_erp import demo
from factory_erp.demo import found as asked
from factory_erp.demo import orders, stages
from factory_erp.demo.build import build
from factory_erp.demo.orders import Stage
from factory_erp.demo.sandbox import ACCOUNTS, open_connector
from factory_erp.domain.errors import DomainError, NotAllowed
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.engineering import Bill, BillLine, Machine, RoutingOperation
from factory_erp.models.platforms import ExceptionKind, OutboxMessage, OutboxState, RunTrigger
from factory_erp.models.production import (
    OperationState,
    ProductionOperation,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services import clock, planning, search
from factory_erp.services.base import query
from factory_erp.services.platform_orders.intake import change_parts
from factory_erp.services.platform_orders.sku_suggestions import sku_suggestions
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.shipping import documents
from factory_erp.services.stock import inventory
from factory_erp.sync.delivery.base import port
from factory_erp.sync.runs import sync_account
from tests.demo.conftest import Opener, Prepared

STATES = {
    Stage.DRAFT: OrderState.DRAFT,
    Stage.FROZEN: OrderState.ON_HOLD,
    Stage.HELD: OrderState.ON_HOLD,
    Stage.CANCELLED: OrderState.CANCELLED,
    Stage.CONFIRMED: OrderState.CONFIRMED,
    Stage.ACCEPTED: OrderState.IN_PRODUCTION,
    Stage.CHANGED: OrderState.IN_PRODUCTION,
    Stage.GROWN: OrderState.IN_PRODUCTION,
    Stage.MAKING: OrderState.IN_PRODUCTION,
    Stage.LATE: OrderState.IN_PRODUCTION,
    Stage.READY: OrderState.READY,
    Stage.PACKED: OrderState.READY,
    Stage.DOCUMENTED: OrderState.READY,
    Stage.SHIPPED: OrderState.SHIPPED,
}


def numbers_of(factory: Prepared, *wanted: Stage) -> set[str]:
    """Numbers of our orders that the demo brings to the stages."""
    ids = [order.trade_id for order in orders.plan() if order.stage in wanted]
    with factory.database.session() as session:
        return set(session.scalars(select(SalesOrder.number).where(SalesOrder.external_id.in_(ids))))


def test_every_order_has_reached_its_stage(factory: Prepared) -> None:
    found = asked.states()
    wanted = {o.trade_id: STATES[o.stage] for o in orders.plan() if o.stage is not Stage.UNKNOWN_ITEM}
    assert found == wanted


def test_shipments_are_packed_documented_and_shipped(factory: Prepared) -> None:
    with factory.database.session() as session:
        found = Counter(session.scalars(select(Shipment.state)))
        sent = Counter(session.scalars(select(OutboxMessage.state).filter_by(kind="shipment")))
    expected = Counter(order.stage for order in orders.plan())
    assert found[ShipmentState.PACKED] == expected[Stage.PACKED] + 1  # and one under a credit
    assert found[ShipmentState.DOCUMENTED] == expected[Stage.DOCUMENTED] + 1
    assert found[ShipmentState.SHIPPED] == expected[Stage.SHIPPED]
    assert sent == {OutboxState.DONE: expected[Stage.SHIPPED]}


def test_orders_of_both_platforms_wait_for_a_person(factory: Prepared) -> None:
    waiting = {(row.account_id, row.kind): row for row in platforms.open_exceptions()}
    first, second = factory.demo.account_id, factory.demo.wholesale_id
    assert set(waiting) == {
        (first, ExceptionKind.UNKNOWN_SKU),
        (first, ExceptionKind.CHANGED),
        (first, ExceptionKind.FROZEN),
        (second, ExceptionKind.UNKNOWN_SKU),
        (second, ExceptionKind.REFUNDED),
        (second, ExceptionKind.DISPUTED),
    }
    assert waiting[first, ExceptionKind.UNKNOWN_SKU].subject == orders.UNKNOWN_SKU
    assert waiting[second, ExceptionKind.UNKNOWN_SKU].subject == orders.ODD_SKU
    changed = numbers_of(factory, Stage.CHANGED)
    assert waiting[first, ExceptionKind.CHANGED].subject.split()[0] in changed


def test_the_unknown_skus_have_good_suggestions(factory: Prepared) -> None:
    skus = {row.subject: row.id for row in platforms.open_exceptions() if row.kind == "unknown_sku"}
    red = sku_suggestions(skus[orders.UNKNOWN_SKU])
    assert red[0].sku.startswith("TB20-")
    odd = sku_suggestions(skus[orders.ODD_SKU])
    assert (odd[0].sku, odd[0].score > 0.9) == (orders.ODD_ITEM, True)


def test_the_buyer_changed_pieces_and_address(factory: Prepared) -> None:
    (changed,) = [row for row in platforms.open_exceptions() if row.kind == ExceptionKind.CHANGED]
    kinds = {part.key.partition(":")[0] for part in change_parts(changed.id)}
    assert {"quantity", "ship_to"} <= kinds


def test_a_quarter_of_the_orders_is_the_second_shops(factory: Prepared) -> None:
    theirs = {row.id: row.orders for row in platforms.accounts()}
    share = theirs[factory.demo.wholesale_id] / sum(theirs.values())
    assert 0.15 < share < 0.35
    in_lots = next(order for order in orders.plan() if order.lot > 1)
    with factory.database.session() as session:
        lines = session.scalars(
            select(SalesLine.quantity)
            .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
            .where(SalesOrder.external_id == in_lots.trade_id)
        ).all()
    assert list(lines) == [pieces for _sku, pieces in in_lots.lines]


def test_orders_are_numbered_as_they_came(factory: Prepared) -> None:
    with factory.database.session() as session:
        placed = list(session.scalars(select(SalesOrder.ordered_at).order_by(SalesOrder.number)))
    assert placed == sorted(placed)
    assert placed[0] > factory.moment - timedelta(days=36)
    assert placed[-1] <= factory.moment


def test_the_stock_is_the_sum_of_its_moves(factory: Prepared) -> None:
    with factory.database.session() as session:
        assert inventory.prove(session) == []


def test_no_machine_did_two_things_at_once(factory: Prepared) -> None:
    one, two = aliased(ProductionOperation), aliased(ProductionOperation)
    overlapping = (
        select(func.count())
        .select_from(one)
        .join(two, (two.machine_id == one.machine_id) & (two.id > one.id))
        .where(one.planned_start < two.planned_finish, two.planned_start < one.planned_finish)
    )
    with factory.database.session() as session:
        assert session.scalar(overlapping) == 0


def test_the_floor_is_at_work(factory: Prepared) -> None:
    with factory.database.session() as session:
        operations = Counter(session.scalars(select(ProductionOperation.state)))
        made = Counter(session.scalars(select(ProductionOrder.state)))
        partly = session.scalar(
            select(func.count()).where(
                ProductionOperation.state == OperationState.STARTED, ProductionOperation.good > 0
            )
        )
    assert operations[OperationState.STARTED] >= 3
    assert partly is not None
    assert partly >= 3
    assert {ProductionState.DONE, ProductionState.IN_PROGRESS, ProductionState.RELEASED} <= set(made)


def test_only_the_orders_meant_to_be_late_are_late(factory: Prepared) -> None:
    finish = (
        select(SalesOrder.number, SalesOrder.ship_by, func.max(ProductionOrder.planned_finish))
        .join(ProductionOrder, ProductionOrder.sales_order_id == SalesOrder.id)
        .where(SalesOrder.state == OrderState.IN_PRODUCTION)
        .group_by(SalesOrder.id)
    )
    with factory.database.session() as session:
        rows = session.execute(finish).all()
    late = {number for number, ship_by, finish in rows if ship_by and finish and finish.date() > ship_by}
    waiting = [order.trade_id for order in orders.plan() if order.lines[0][0] == orders.SHORT_SKU]
    with factory.database.session() as session:
        short = set(session.scalars(select(SalesOrder.number).where(SalesOrder.external_id.in_(waiting))))
    assert len(short) == 1
    assert late == numbers_of(factory, Stage.LATE) | short


def test_one_order_waits_for_bought_parts(factory: Prepared) -> None:
    waiting = [o for o in orders.plan() if o.lines[0][0] == orders.SHORT_SKU]
    order_id = asked.find_order(factory.demo.account_id, waiting[0].trade_id)
    short = planning.plan_order(order_id).value.shortages
    assert [row.sku for row in short] == [orders.SHORT_PART]


def test_documents_are_dated_in_the_order_of_their_numbers(factory: Prepared) -> None:
    @query
    def issued(session: Session) -> list[int]:
        from factory_erp.models.documents import Document

        rows = session.scalars(select(Document).order_by(Document.number)).all()
        by_kind = [[d.issued_on for d in rows if d.kind == kind] for kind in documents.KINDS]
        assert all(dates == sorted(dates) for dates in by_kind)
        return [row.id for row in rows if row.kind in documents.KINDS]

    ids = issued()
    done = sum(order.stage in stages.DOCUMENTED for order in orders.plan()) + 1
    assert len(ids) == 2 * done
    assert all(documents.document_bytes(number).startswith(b"%PDF") for number in ids)


def test_items_are_found_in_both_languages(factory: Prepared) -> None:
    assert any(hit.title == "VF050-BK" for hit in search.find("真空保温杯 500ml 哑光黑"))
    assert any(hit.title == "DLA-WH-EU" for hit in search.find("pearl white, EU plug"))


def test_opening_it_again_changes_no_order(factory: Prepared) -> None:
    before = asked.states()
    again = demo.prepare(factory.folder)
    try:
        assert again.accounts == factory.demo.accounts
        reports = []
        for account in platforms.accounts():
            assert account.name == ACCOUNTS[account.platform]
            assert account.base_url == again.sandboxes.url(account.platform)
            with clock.at(factory.moment + timedelta(days=2)):
                reports.append(sync_account(account.id, again.secrets, trigger=RunTrigger.TIMER))
    finally:
        again.close()
    for report in reports:
        applied = report.orders
        assert (applied.created, applied.updated, applied.exceptions) == ((), (), 0)
        assert (report.problem, report.inquiries, report.listings) == ("", 0, 0)
    assert asked.states() == before


def test_a_finished_demo_is_not_made_twice(factory: Prepared) -> None:
    with pytest.raises(NotAllowed, match="factory in this database"):
        build()


def test_a_real_factory_is_left_alone(opener: Opener) -> None:
    with opener("real", False) as (folder, database):
        with pytest.raises(DomainError, match="not a demo workspace"):
            demo.prepare(folder)
        with database.session() as session:
            assert session.scalar(select(func.count(Item.id))) == 0


def test_the_same_seed_gives_the_same_factory(opener: Opener) -> None:
    def made(name: str) -> list[object]:
        with opener(name, True) as (_folder, database):
            build(seed=5)
            with database.session() as session:
                return [
                    session.execute(select(Item.sku, Item.net_g, Item.standard_cost)).all(),
                    session.execute(select(ItemText.language, ItemText.name)).all(),
                    session.execute(select(Bill.item_id, BillLine.component_id, BillLine.quantity)
                                    .join(BillLine, BillLine.bill_id == Bill.id)).all(),
                    session.execute(select(RoutingOperation.name_zh, RoutingOperation.run_seconds)).all(),
                    session.execute(select(Machine.code, Machine.speed_percent)).all(),
                    sorted(inventory.on_hand(session, range(1, 400)).items()),
                ]  # fmt: skip

    assert made("one") == made("two")


def test_the_sandbox_takes_new_orders(factory: Prepared) -> None:
    order = next(one for one in orders.plan(99) if one.shop == orders.ALIBABA)
    placed = orders.payload(order, factory.moment)
    factory.demo.sandboxes.alibaba.state.add(placed)
    with open_connector(factory.demo.sandboxes, factory.demo.secrets) as connector:
        found = port(connector.orders, connector).order(str(placed["trade_id"]))
    assert found.external_id == placed["trade_id"]

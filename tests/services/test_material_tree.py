"""The pegging both ways as trees, and what comes too late with its reasons."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import NotFound
from factory_erp.models.database import Database
from factory_erp.models.production import Peg
from factory_erp.models.sales import SalesLine
from factory_erp.services import planning
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material.shortages import shortages
from factory_erp.services.material.tree import NodeKind, TreeNode, where_from, where_to
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.suggestions import accepting as suggestions
from tests.services.factory import a_cup_factory, an_order, an_order_for_cups
from tests.services.test_purchases import bought
from tests.services.test_suggestions import by_sku, ids


def outline(node: TreeNode, depth: int = 0) -> Iterator[tuple[int, str, str, Decimal]]:
    """Depth, kind, SKU and quantity of every node, top down."""
    yield depth, node.kind, node.sku, node.quantity
    for child in node.children:
        yield from outline(child, depth + 1)


def line_id(db: Database) -> int:
    with db.session() as session:
        return session.scalars(select(SalesLine.id)).one()


def test_where_an_order_line_comes_from(db: Database) -> None:
    an_order_for_cups(db, 100, cup=20, lid=30, steel=5)
    material_plan.run_plan()
    tree = where_from(sales_line_id=line_id(db))
    assert (tree.number, tree.customer, tree.wanted_on) == (
        "SO-2026-00001",
        "ACME Trading",
        date(2026, 12, 18),
    )
    assert sorted(outline(tree)) == sorted(
        [
            (0, "line", "CUP", Decimal(100)),
            (1, "stock", "CUP", Decimal(20)),
            (1, "suggestion", "CUP", Decimal(80)),
            (2, "stock", "LID", Decimal(30)),
            (2, "suggestion", "LID", Decimal(50)),
            (3, "stock", "STEEL", Decimal("2.5")),
            (2, "stock", "STEEL", Decimal("2.5")),
            (2, "suggestion", "STEEL", Decimal("17.5")),
            (2, "suggestion", "BOX", Decimal(80)),
        ]
    )
    suggestions.accept(ids())
    kinds = {(kind, sku) for _depth, kind, sku, _quantity in outline(where_from(sales_line_id=line_id(db)))}
    assert kinds >= {("production", "CUP"), ("production", "LID"), ("purchase", "STEEL"), ("purchase", "BOX")}
    assert "suggestion" not in {kind for kind, _sku in kinds}


def test_before_the_plan_what_is_missing_is_said(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 10)
    (missing,) = where_from(sales_line_id=line_id(db)).children
    assert (missing.kind, missing.quantity) == (NodeKind.MISSING, 10)
    assert missing.reason
    planning.plan_order(order_id)
    kinds = {kind for _depth, kind, _sku, _quantity in outline(where_from(sales_line_id=line_id(db)))}
    assert kinds == {"line", "production", "to_buy"}


def test_to_whom_a_coil_goes(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    line = bought(db, shop, "30")
    purchases.receive(line, Decimal(5), "truck-1")
    tree = where_to(purchase_line_id=line)
    assert tree.number == "PO-2026-00001"
    found = list(outline(tree))
    assert (1, "production", "LID", Decimal(5)) in found
    assert {(kind, sku) for _depth, kind, sku, _quantity in found} == {
        ("purchase", "STEEL"), ("production", "LID"), ("production", "CUP"), ("line", "CUP"),
    }  # fmt: skip
    ends = [node for node in nodes(tree) if node.kind == NodeKind.LINE]
    assert {(node.number, node.customer) for node in ends} == {("SO-2026-00001", "ACME Trading")}
    stock = where_to(item_id=shop.steel.id)
    assert [child.quantity for child in stock.children] == [5]


def nodes(tree: TreeNode) -> Iterator[TreeNode]:
    yield tree
    for child in tree.children:
        yield from nodes(child)


def test_to_whom_a_suggestion_goes(db: Database) -> None:
    an_order_for_cups(db, 100)
    material_plan.run_plan()
    tree = where_to(suggestion_id=by_sku()["STEEL"].id)
    assert {(kind, sku) for _depth, kind, sku, _quantity in outline(tree)} == {
        ("suggestion", "STEEL"), ("suggestion", "CUP"), ("suggestion", "LID"), ("line", "CUP"),
    }  # fmt: skip
    assert where_from(suggestion_id=by_sku()["LID"].id).children[0].sku == "STEEL"


def test_a_record_that_is_gone_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound) as refused:
        where_from(production_order_id=99)
    assert refused.value.remedy
    with pytest.raises(NotFound):
        where_to()


def test_what_comes_too_late_says_why_down_to_the_first_cause(db: Database) -> None:
    with db.session(write=True) as session:
        an_order(session, {a_cup_factory(session).cup: 10}, ship_by=date(2026, 11, 26))
    material_plan.run_plan()
    (row,) = shortages()
    assert (row.sku, row.number, row.quantity, row.needed_on) == (
        "CUP",
        "SO-2026-00001",
        10,
        date(2026, 11, 26),
    )
    assert row.late_days == (row.there_on - row.needed_on).days > 0
    assert row.why == (
        f"CUP waits for its components and is there on {row.there_on}.",
        "LID waits for its components and is there on 2026-11-29.",
        "STEEL ordered today comes on 2026-11-28.",
    )


def test_a_late_purchase_is_named(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100)
    planning.plan_order(order_id)
    line = bought(db, shop, "30")
    assert shortages() == ()
    purchases.change_expected(line, date(2026, 12, 28))
    rows = shortages()
    assert {row.number for row in rows} == {"MO-2026-00001", "MO-2026-00002"}
    assert {row.why for row in rows} == {("PO-2026-00001 comes only on 2026-12-28.",)}
    with db.session(write=True) as session:
        for peg in session.scalars(select(Peg).where(Peg.item_id == shop.steel.id)):
            session.delete(peg)
    material_plan.run_plan()
    assert ("PO-2026-00001 comes only on 2026-12-28.",) in {row.why for row in shortages()}

"""The colour × size matrix: figures in its cells, orders for all of it, one traveller for a batch."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp import i18n
from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from factory_erp.models.catalog import Item, Product
from factory_erp.models.database import Database
from factory_erp.models.engineering import Machine
from factory_erp.models.inventory import MoveCause, StockMove
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.models.production import Peg, ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import matrix_orders
from factory_erp.services.pricing import matrix
from factory_erp.services.pricing.matrix import OptionHead, StockCell
from factory_erp.services.production import orders as production
from factory_erp.services.production import travellers
from factory_erp.services.stock import inventory
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import AxisInput, RuleInput, ValueInput
from tests.services.factory import Step, a_bill, a_customer, a_machine, a_routing, an_item, an_order, in_stock
from tests.services.test_variants import COLOURS, RULES, SIZES, a_family, a_product, the_item

DUE = date(2026, 12, 18)


def a_matrix(db: Database) -> int:
    """Two sizes in three colours, all made; the lids are made of steel."""
    product_id = a_family(db, RULES)
    variants.generate(product_id)
    with db.session(write=True) as session:
        press = session.scalars(select(Machine)).one()
        for colour in ("BK", "WH", "RD"):
            lid = the_item(session, f"LID-{colour}")
            a_bill(session, lid, {the_item(session, "STEEL"): "0.05"})
            a_routing(session, lid, Step(press, 30))
    return product_id


def ids(db: Database, *skus: str) -> list[int]:
    with db.session() as session:
        return [the_item(session, f"CUP-{sku}").id for sku in skus]


def cells(db: Database, **quantities: int | str) -> dict[int, Decimal]:
    """``BK_350=5``: quantity by colour and size."""
    skus = {"-".join(reversed(name.split("_"))): Decimal(value) for name, value in quantities.items()}
    return dict(zip(ids(db, *skus), skus.values(), strict=True))


def the_list(db: Database) -> int:
    with db.session() as session:
        return session.scalars(select(PriceList.id)).one()


def a_buyer(db: Database) -> int:
    with db.session(write=True) as session:
        return a_customer(session).id


def test_the_first_axes_are_rows_and_columns_unless_others_are_chosen(db: Database) -> None:
    product_id = a_matrix(db)
    grid = matrix.matrix(product_id)
    assert (grid.code, grid.name, grid.row_axis, grid.pages) == (
        "CUP",
        "Steel cup",
        OptionHead("size", "Size"),
        ((),),
    )
    assert [head.code for head in grid.rows] == ["350", "500"]
    assert [head.name for head in grid.columns] == ["Matte black", "White", "Red"]
    assert [grid.item("350", "BK"), grid.item("500", "RD")] == ids(db, "350-BK", "500-RD")
    assert grid.item("350", "GN") is None
    turned = matrix.matrix(product_id, rows_axis="colour")
    assert [head.code for head in turned.columns] == ["350", "500"]
    assert turned.item("RD", "500") == grid.item("500", "RD")
    assert matrix.matrix(product_id, columns_axis="size") == turned
    with i18n.in_language("zh_CN"):
        assert [head.name for head in matrix.matrix(product_id).columns] == ["哑黑", "白", "红"]
    with pytest.raises(InvalidValue, match="no axis 'logo'"):
        matrix.matrix(product_id, "logo")


def test_one_axis_is_a_single_row_and_a_third_one_is_pages(db: Database) -> None:
    with db.session(write=True) as session:
        one, three = a_product(session, "ONE"), a_product(session, "THREE")
        none = a_product(session, "NONE")
    logo = AxisInput("logo", "Logo", "标志", (ValueInput("N"), ValueInput("L")))
    variants.save_axes(one, (COLOURS,))
    variants.save_axes(three, (SIZES, COLOURS, logo))
    variants.generate(one)
    variants.generate(three)
    row = matrix.matrix(one)
    assert (row.row_axis, row.rows, len(row.cells)) == (None, (OptionHead("", ""),), 3)
    assert row.item("", "BK") is not None
    pages = matrix.matrix(three)
    assert [[head.code for head in page] for page in pages.pages] == [["N"], ["L"]]
    assert len(pages.cells) == 12
    assert pages.item("350", "BK", "L") != pages.item("350", "BK", "N")
    assert (matrix.matrix(none).columns, matrix.matrix(none).cells) == ((), {})


def test_an_item_knows_its_matrix(db: Database) -> None:
    product_id = a_matrix(db)
    assert matrix.matrix_of(ids(db, "350-BK")[0]) == matrix.matrix(product_id)
    with db.session(write=True) as session:
        lone, strange = an_item(session, "LONE"), an_item(session, "STRANGE")
        strange.product_id = product_id
    assert matrix.matrix_of(lone.id) is None
    assert matrix.matrix_of(strange.id) is None


def test_figures_of_the_cells(db: Database) -> None:
    product_id = a_matrix(db)
    black, white = ids(db, "350-BK", "350-WH")
    with db.session(write=True) as session:
        in_stock(session, session.get_one(Item, black), 40)
        wanted = {session.get_one(Item, black): 30, session.get_one(Item, white): 5}
        an_order(session, wanted)
        an_order(session, wanted, number="SO-2026-00002", state=OrderState.DRAFT)
    assert matrix.stock(product_id)[black] == StockCell(Decimal(40), Decimal(40))
    assert len(matrix.stock(product_id)) == 6
    sold = matrix.open_sales(product_id)
    assert (sold[black], sold[white], sum(sold.values())) == (30, 5, 35)
    asked = {
        quantity: matrix.prices(product_id, the_list(db), Decimal(quantity))[black]
        for quantity in (1, 100, 500)
    }
    assert asked == {1: Decimal("3.2"), 100: Decimal("3.2"), 500: Decimal("2.95")}
    assert matrix.open_production(product_id)[black] == 0


def test_prices_are_set_for_many_cells_or_for_none(db: Database) -> None:
    product_id = a_matrix(db)
    price_list = the_list(db)
    black, white = ids(db, "350-BK", "350-WH")
    thousand = Decimal(1000)
    wanted = {black: Decimal("2.50"), white: Decimal("2.60")}
    assert matrix.set_prices(product_id, price_list, thousand, wanted).value == 2
    again = matrix.set_prices(product_id, price_list, thousand, wanted)
    assert (again.value, again.changes) == (0, {})
    assert matrix.prices(product_id, price_list, thousand)[white] == Decimal("2.6")
    with pytest.raises(InvalidValue, match="CUP-350-WH"):
        matrix.set_prices(product_id, price_list, thousand, {black: Decimal("2.40"), white: Decimal("3.50")})
    assert matrix.prices(product_id, price_list, thousand)[black] == Decimal("2.5")
    matrix.set_prices(product_id, price_list, thousand, {black: None})
    assert matrix.prices(product_id, price_list, thousand)[black] == Decimal("2.95")
    with db.session() as session:
        stranger = the_item(session, "STEEL").id
    with pytest.raises(InvalidValue, match="belongs to the matrix of CUP"):
        matrix.set_prices(product_id, price_list, thousand, {stranger: Decimal(1)})


def test_counting_books_the_differences_once(db: Database) -> None:
    product_id = a_matrix(db)
    black, white, red = ids(db, "350-BK", "350-WH", "350-RD")
    with db.session(write=True) as session:
        for item_id, quantity in ((black, 40), (white, 7)):
            in_stock(session, session.get_one(Item, item_id), quantity)
        inventory.move(
            session, item_id=white, quantity=Decimal(3), source=inventory.ADJUSTMENT, lot="L1",
            destination=inventory.WAREHOUSE, cause=MoveCause.OPENING, reference="", client_key="lot",
        )  # fmt: skip
    counted = {black: Decimal(38), white: Decimal(1), red: Decimal(5)}
    assert matrix.count_stock(product_id, counted, "Count 11", "count-1").value == 3
    assert {item: matrix.stock(product_id)[item].on_hand for item in counted} == counted
    inventory.receive(black, Decimal(10), "PO-1", "receipt")
    assert matrix.count_stock(product_id, counted, "Count 11", "count-1").value == 0
    assert matrix.stock(product_id)[black].on_hand == 48
    with pytest.raises(InvalidValue, match="CUP-350-WH cannot be counted below zero"):
        matrix.count_stock(product_id, {black: Decimal(1), white: Decimal(-1)}, "", "count-2")
    assert matrix.stock(product_id)[black].on_hand == 48
    with db.session() as session:
        moves = session.scalars(
            select(StockMove.client_key).where(StockMove.client_key.like("count-1%"))
        ).all()
        assert len(moves) == 4  # the white ones lay in two lots
        assert inventory.prove(session) == []


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 50), min_size=6, max_size=6), min_size=1, max_size=3))
def test_whatever_was_counted_last_is_there(db: Database, rounds: list[list[int]]) -> None:
    with db.session() as session:
        known = session.scalar(select(Product.id))
        done = len(session.scalars(select(StockMove.id)).all())
    product_id = known or a_matrix(db)
    items = list(matrix.matrix(product_id).cells.values())
    for number, figures in enumerate(rounds):
        counted = {item: Decimal(figure) for item, figure in zip(items, figures, strict=True)}
        matrix.count_stock(product_id, counted, "", f"count {done}.{number}.{hash(tuple(figures))}")
        assert {item: cell.on_hand for item, cell in matrix.stock(product_id).items()} == counted
    with db.session() as session:
        assert inventory.prove(session) == []


def ordered(db: Database, product_id: int, wanted: dict[int, Decimal], key: str = "K1") -> int:
    return matrix_orders.order_matrix(
        a_buyer(db), "USD", "FOB", "Ningbo", product_id, wanted, key, customer_po="PO-7"
    ).value


def lines_in(session: Session, order_id: int) -> dict[str, tuple[Decimal, Decimal]]:
    rows = session.scalars(select(SalesLine).filter_by(order_id=order_id).order_by(SalesLine.position))
    return {line.item.sku: (line.quantity, line.unit_price) for line in rows}


def test_a_matrix_is_ordered_at_the_prices_of_its_quantities(db: Database) -> None:
    product_id = a_matrix(db)
    wanted = cells(db, BK_350=100, WH_350=0, RD_500=500)
    order_id = ordered(db, product_id, wanted)
    assert ordered(db, product_id, wanted) == order_id
    with db.session() as session:
        order = session.get_one(SalesOrder, order_id)
        assert (order.state, order.destination_country, order.customer_po) == ("draft", "DE", "PO-7")
        assert lines_in(session, order_id) == {
            "CUP-350-BK": (100, Decimal("3.2")), "CUP-500-RD": (500, Decimal("2.95")),
        }  # fmt: skip
        assert (order.product_minor, order.total_minor) == (179500, 179500)
        assert len(session.scalars(select(SalesOrder)).all()) == 1


def test_a_matrix_without_prices_or_quantities_is_refused(db: Database) -> None:
    product_id = a_matrix(db)
    black = cells(db, BK_350=10)
    buyer = a_buyer(db)
    with pytest.raises(NotAllowed, match="no price in EUR for CUP-350-BK"):
        matrix_orders.order_matrix(buyer, "EUR", "FOB", "", product_id, black, "K1")
    with pytest.raises(InvalidValue, match="empty"):
        matrix_orders.order_matrix(buyer, "USD", "FOB", "", product_id, cells(db, BK_350=0), "K1")
    with pytest.raises(InvalidValue, match="not a quantity that CUP-350-BK can have"):
        matrix_orders.order_matrix(buyer, "USD", "FOB", "", product_id, cells(db, BK_350="1.5"), "K1")
    typed = {item: Decimal("2.10") for item in black}
    lines = matrix_orders.lines_of(product_id, black, buyer, currency="EUR", incoterm="FOB", prices=typed)
    assert [(line.quantity, line.unit_price, line.unit) for line in lines] == [(10, Decimal("2.10"), "H87")]
    with db.session() as session:
        assert session.scalars(select(SalesOrder)).all() == []


def test_a_draft_says_what_the_matrix_says(db: Database) -> None:
    product_id = a_matrix(db)
    order_id = ordered(db, product_id, cells(db, BK_350=100, WH_350=20))
    wanted = cells(db, BK_350=600, WH_350=0, RD_350=5)
    assert matrix_orders.add_matrix(order_id, product_id, wanted).value == 3
    again = matrix_orders.add_matrix(order_id, product_id, wanted)
    assert (again.value, again.changes) == (0, {})
    with db.session() as session:
        assert lines_in(session, order_id) == {
            "CUP-350-BK": (600, Decimal("2.95")), "CUP-350-RD": (5, Decimal("3.2")),
        }  # fmt: skip
        assert session.get_one(SalesOrder, order_id).total_minor == 178600
    with pytest.raises(Conflict):
        matrix_orders.add_matrix(order_id, product_id, cells(db, BK_350=1), version=1)
    with pytest.raises(InvalidValue, match="empty"):
        matrix_orders.add_matrix(order_id, product_id, cells(db, BK_350=0, RD_350=0))
    with db.session(write=True) as session:
        assert len(lines_in(session, order_id)) == 2
        session.get_one(SalesOrder, order_id).state = OrderState.CONFIRMED
    with pytest.raises(NotAllowed, match="not a draft"):
        matrix_orders.add_matrix(order_id, product_id, cells(db, BK_350=7))


def test_each_cell_becomes_a_production_order_of_one_batch(db: Database) -> None:
    product_id = a_matrix(db)
    with db.session(write=True) as session:
        in_stock(session, the_item(session, "LID-BK"), 30)
    wanted = cells(db, BK_350=100, WH_350=50, RD_500=0)
    batch = matrix_orders.produce_matrix(product_id, wanted, DUE, "make-1").value
    again = matrix_orders.produce_matrix(product_id, wanted, DUE, "make-1")
    assert (batch, again.value, again.changes) == ("MB-2026-00001", "MB-2026-00001", {})
    with db.session() as session:
        orders = session.scalars(select(ProductionOrder).order_by(ProductionOrder.id)).all()
        made = {order.item.sku: order for order in orders}
        assert {sku: (order.quantity, order.batch) for sku, order in made.items()} == {
            "CUP-350-BK": (100, batch), "CUP-350-WH": (50, batch), "LID-BK": (70, ""), "LID-WH": (50, ""),
        }  # fmt: skip
        assert all(order.sales_order_id is None and order.state == "planned" for order in orders)
        cup = made["CUP-350-BK"]
        assert (cup.due, [step.name_en for step in cup.operations]) == (DUE, ["Press", "Paint"])
        assert [(part.item.sku, part.quantity) for part in cup.materials] == [
            ("LID-BK", 100), ("STEEL", Decimal("18.36")),
        ]  # fmt: skip
        pegs = session.scalars(select(Peg).where(Peg.production_order_id == made["LID-BK"].id)).all()
        assert [peg.quantity for peg in pegs] == [70]
    assert matrix.open_production(product_id)[ids(db, "350-BK")[0]] == 100


def test_what_the_batch_makes_can_be_made_and_comes_to_stock(db: Database) -> None:
    product_id = a_matrix(db)
    with db.session(write=True) as session:
        in_stock(session, the_item(session, "LID-WH"), 50)
        in_stock(session, the_item(session, "STEEL"), 100)
    matrix_orders.produce_matrix(product_id, cells(db, WH_350=50), DUE, "make-1")
    with db.session() as session:
        order = session.scalars(select(ProductionOrder)).one()
        order_id, step = order.id, order.operations[0].id
    production.release([order_id])
    production.report(production.ReportInput(step, Decimal(50), Decimal(0), "r1"))
    assert matrix.stock(product_id)[ids(db, "350-WH")[0]].on_hand == 50
    with db.session() as session:
        assert session.get_one(ProductionOrder, order_id).state == ProductionState.DONE


def test_items_that_are_bought_or_have_no_routing_are_not_produced(db: Database) -> None:
    product_id = a_matrix(db)
    wanted = cells(db, BK_350=10)
    with db.session(write=True) as session:
        the_item(session, "CUP-350-BK").procurement = "buy"
    with pytest.raises(NotAllowed, match="bought, not made: CUP-350-BK"):
        matrix_orders.produce_matrix(product_id, wanted, DUE, "make-1")
    with pytest.raises(InvalidValue, match="empty"):
        matrix_orders.produce_matrix(product_id, {}, DUE, "make-1")
    variants.save_rules(
        product_id, [rule for rule in RULES if rule.kind != "operation" and rule.slot != "body"]
    )
    variants.generate(product_id)
    with pytest.raises(NotAllowed, match="not known how these are made: CUP-350-WH"):
        matrix_orders.produce_matrix(product_id, cells(db, WH_350=10), DUE, "make-1")
    with db.session() as session:
        assert session.scalars(select(ProductionOrder)).all() == []


def test_the_traveller_counts_every_cell_and_adds_up_the_components(db: Database) -> None:
    product_id = a_matrix(db)
    batch = matrix_orders.produce_matrix(
        product_id, cells(db, BK_350=100, WH_350=50, BK_500=20), DUE, "make-1"
    ).value
    facts = travellers.compose_traveller(batch, "zh_CN")
    assert (facts.batch, facts.product_code, facts.due, facts.total) == (batch, "CUP", DUE, 170)
    assert dict(facts.product_names)["zh_CN"] == "钢杯"
    assert [head.code for head in facts.rows] == ["350", "500"]
    assert [head.code for head in facts.columns] == ["BK", "WH"]
    assert facts.sheets[0].counts == ((100, 50), (20, None))
    assert [(step.sequence, step.quantity, step.only) for step in facts.steps] == [
        (10, 170, ()), (20, 120, ("350 / BK", "500 / BK")),
    ]  # fmt: skip
    assert facts.steps[0].code == f"erp://production/operation/{batch}/10"
    assert facts.steps[0].run_minutes == 75 + 38 + 15  # 45 s each, rounded up per cell
    assert {(part.sku, part.operation): part.quantity for part in facts.parts} == {
        ("LID-BK", None): 120, ("LID-WH", None): 50, ("STEEL", None): Decimal("27.54"), ("STEEL", 10): 5,
    }  # fmt: skip
    assert travellers.traveller_pdf(batch).startswith(b"%PDF")
    with pytest.raises(NotFound, match="no batch or production order MB-2026-00077"):
        travellers.compose_traveller("MB-2026-00077")
    with pytest.raises(NotFound):
        travellers.compose_traveller("")


def test_a_traveller_of_one_axis_or_of_three(db: Database) -> None:
    with db.session(write=True) as session:
        a_machine(session, "PRESS")
        one, three = a_product(session, "ONE"), a_product(session, "THREE")
    press = RuleInput("operation", "10", "", {"centre": "PRESS-CENTRE", "name_en": "Press"})
    logo = AxisInput(
        "logo", "Logo", "标志", (ValueInput("N", {"en": "none"}), ValueInput("L", {"en": "engraved"}))
    )
    for product_id, axes in ((one, (COLOURS,)), (three, (SIZES, COLOURS, logo))):
        variants.save_axes(product_id, axes)
        variants.save_rules(product_id, [press])
        variants.generate(product_id)
    grid = matrix.matrix(one)
    single = matrix_orders.produce_matrix(one, {grid.cells["", "RD"]: Decimal(5)}, DUE, "a").value
    facts = travellers.compose_traveller(single)
    assert (facts.rows[0].code, [head.code for head in facts.columns]) == ("", ["RD"])
    assert facts.sheets[0].counts == ((5,),)
    cube = matrix.matrix(three)
    wanted = {cube.cells["350", "BK", "N"]: Decimal(1), cube.cells["500", "WH", "L"]: Decimal(2)}
    facts = travellers.compose_traveller(matrix_orders.produce_matrix(three, wanted, DUE, "b").value)
    assert [dict(sheet.title)["en"] for sheet in facts.sheets] == ["Logo: none", "Logo: engraved"]
    assert dict(facts.sheets[0].title)["zh_CN"].startswith("标志：")
    assert facts.sheets[1].counts == ((None, None), (None, 2))


def test_prices_in_a_matrix_are_lines_of_the_list(db: Database) -> None:
    product_id = a_matrix(db)
    with db.session() as session:
        before = len(session.scalars(select(PriceLine.id)).all())
    matrix.set_prices(
        product_id, the_list(db), Decimal(1000), dict.fromkeys(cells(db, BK_350=1, WH_350=1), Decimal(2))
    )
    with db.session() as session:
        assert len(session.scalars(select(PriceLine.id)).all()) == before + 2


def test_prices_are_not_written_over_those_of_a_colleague(db: Database) -> None:
    product_id = a_matrix(db)
    price_list, hundred = the_list(db), Decimal(100)
    black, white = ids(db, "350-BK", "350-WH")
    read: dict[int, Decimal | None] = {black: Decimal("3.2"), white: Decimal("3.2")}
    matrix.set_prices(product_id, price_list, hundred, {white: Decimal("3.3")}, read)
    wanted = {black: Decimal("3.4"), white: Decimal("3.5")}
    with pytest.raises(Conflict, match="CUP-350-WH") as refused:
        matrix.set_prices(product_id, price_list, hundred, wanted, read)
    assert refused.value.remedy
    assert matrix.prices(product_id, price_list, hundred)[black] == Decimal("3.2")
    again = matrix.set_prices(product_id, price_list, hundred, {white: Decimal("3.3")}, read)
    assert not again.changes

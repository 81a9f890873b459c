"""Suggestions: accepted in any order, refused when out of date, put away and back; nothing made twice."""

from collections.abc import Callable
from contextvars import copy_context
from datetime import date
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import func, select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.catalog import Item, LotRule
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.models.planning import PlanPeg, PurchaseLine, PurchaseOrder, Suggestion
from factory_erp.models.production import (
    Peg,
    PegSource,
    ProductionMaterial,
    ProductionOrder,
    ProductionState,
)
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.services import planning
from factory_erp.services.material import plan as material_plan
from factory_erp.services.production import orders as production
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.sales import orders as sales
from factory_erp.services.stock import inventory
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionFilter
from tests.services.factory import (
    CupFactory,
    Step,
    a_bill,
    a_cup_factory,
    a_routing,
    an_item,
    an_order,
    an_order_for_cups,
    in_stock,
)
from tests.services.material_rules import supplies_pegged_twice
from tests.services.test_purchases import a_supplier


def by_sku() -> dict[str, suggestions.SuggestionView]:
    """Suggestions to make and buy by SKU; where there are several, the last to be needed."""
    return {row.sku: row for row in suggestions.suggestions() if row.kind in ("make", "buy")}


def ids(*skus: str) -> list[int]:
    return [row.id for sku, row in by_sku().items() if not skus or sku in skus]


def open_orders(db: Database) -> dict[str, Decimal]:
    """SKU → quantity of all production orders that are not cancelled."""
    with db.session() as session:
        rows = session.execute(
            select(Item.sku, ProductionOrder.quantity)
            .join(Item, Item.id == ProductionOrder.item_id)
            .where(ProductionOrder.state != ProductionState.CANCELLED)
        )
        found: dict[str, Decimal] = {}
        for sku, quantity in rows:
            found[sku] = found.get(sku, Decimal(0)) + quantity
        return found


def bought(db: Database) -> dict[str, Decimal]:
    with db.session() as session:
        rows = session.execute(
            select(Item.sku, func.sum(PurchaseLine.quantity))
            .join(Item, Item.id == PurchaseLine.item_id)
            .group_by(Item.sku)
        )
        return {row[0]: row[1] for row in rows}


def test_the_list_says_what_to_do_when_and_for_whom(db: Database) -> None:
    an_order_for_cups(db, 100, cup=20, lid=30, steel=5)
    material_plan.run_plan()
    rows = by_sku()
    assert {sku: (row.kind, row.quantity) for sku, row in rows.items()} == {
        "CUP": ("make", 80), "LID": ("make", 50), "STEEL": ("buy", Decimal("17.5")), "BOX": ("buy", 80),
    }  # fmt: skip
    assert rows["STEEL"].why == "For SO-2026-00001."
    assert [(one.number, one.customer) for one in rows["STEEL"].served] == [("SO-2026-00001", "ACME Trading")]
    assert rows["CUP"].late_days == 0
    assert rows["CUP"].level < rows["LID"].level < rows["STEEL"].level
    assert suggestions.suggestion_counts() == {
        "open": 4, "make": 2, "buy": 2, "advice": 0, "expedite": 0, "delay": 0, "cancel": 0, "merge": 0,
        "late": 0, "dismissed": 0,
    }  # fmt: skip
    page = suggestions.suggestions(SuggestionFilter("buy", sort="item", limit=1, offset=1))
    assert [row.sku for row in page] == ["STEEL"]


def test_a_late_suggestion_says_what_it_waits_for(db: Database) -> None:
    with db.session(write=True) as session:
        an_order(session, {a_cup_factory(session).cup: 10}, ship_by=date(2026, 11, 26))
    material_plan.run_plan()
    rows = by_sku()
    assert rows["STEEL"].late_days > 0
    assert "it should have been ordered on 2026-11-" in rows["STEEL"].why
    assert "it waits for LID until" in rows["CUP"].why
    assert set(suggestions.suggestion_ids(SuggestionFilter("late"))) >= {rows["CUP"].id, rows["STEEL"].id}


@pytest.mark.parametrize("split", [[], ["CUP"], ["STEEL", "LID"], ["LID", "CUP"], ["BOX", "CUP", "LID"]])
def test_accepting_in_any_order_ends_in_the_same_orders(db: Database, split: list[str]) -> None:
    """All at once, a parent before its components, components before their parent: one plan."""
    shop, order_id = an_order_for_cups(db, 100, cup=20, lid=30, steel=5)
    material_plan.run_plan()
    for sku in split:
        suggestions.accept(ids(sku))
    suggestions.accept(ids())
    assert open_orders(db) == {"CUP": 80, "LID": 50}
    assert bought(db) == {"STEEL": Decimal("17.5"), "BOX": Decimal(80)}
    assert suggestions.suggestions() == ()
    report = material_plan.run_plan().value
    assert (report.make, report.buy, report.advice) == (0, 0, 0)
    assert supplies_pegged_twice(db) == []
    with db.session() as session:
        assert session.get_one(SalesOrder, order_id).state == OrderState.IN_PRODUCTION
    planning.plan_order(order_id)
    assert open_orders(db) == {"CUP": 80, "LID": 50}
    assert planning.shortfall(order_id) == ()
    assert shop.cup.sku == "CUP"


def test_all_at_once_is_pegged_as_planning_the_order_pegs_it(db: Database) -> None:
    an_order_for_cups(db, 100, cup=20, lid=30, steel=5)
    material_plan.run_plan()
    accepted = suggestions.accept(ids()).value
    assert len(accepted.production_orders) == 2
    assert len(accepted.purchase_orders) == 1
    cup = production.production_detail(accepted.production_orders[0])
    assert cup.row.sales_number == "SO-2026-00001"
    assert cup.row.due == date(2026, 12, 18)
    assert [(step.sequence, step.setup_minutes, step.run_minutes) for step in cup.operations] == [
        (10, 30, 80), (20, 0, 40),
    ]  # fmt: skip
    assert {part.sku: (part.quantity, part.operation) for part in cup.materials} == {
        "LID": (80, None), "STEEL": (20, None), "BOX": (80, 20),
    }  # fmt: skip
    assert [(peg.number, peg.quantity) for peg in cup.serves] == [("SO-2026-00001", 80)]
    assert sorted((peg.sku, peg.source, peg.quantity) for peg in cup.supplied_by) == [
        ("BOX", "purchase", 80), ("LID", "production", 50), ("LID", "stock", 30),
        ("STEEL", "purchase", Decimal("17.5")), ("STEEL", "stock", Decimal("2.5")),
    ]  # fmt: skip
    with db.session() as session:
        stock = session.scalars(
            select(Peg.quantity).where(Peg.sales_line_id.is_not(None), Peg.source == PegSource.STOCK)
        ).all()
        assert stock == [20]
        assert all(peg.purchase_line_id for peg in session.scalars(select(Peg).filter_by(source="purchase")))
        assert session.scalar(select(func.count()).select_from(PlanPeg)) == 0
    assert cup.material_at is not None


def test_a_parent_first_keeps_the_suggestions_of_its_components(db: Database) -> None:
    an_order_for_cups(db, 100)
    material_plan.run_plan()
    before = by_sku()
    cup = suggestions.accept([before["CUP"].id]).value.production_orders[0]
    after = by_sku()
    assert {sku: row.id for sku, row in after.items()} == {
        sku: row.id for sku, row in before.items() if sku != "CUP"
    }
    with db.session() as session:
        parts = {part.id: part.item.sku for part in session.get_one(ProductionOrder, cup).materials}
        pegged = session.execute(select(PlanPeg.material_id, PlanPeg.suggestion_id)).all()
        assert {(parts[row[0]], row[1]) for row in pegged if row[0]} == {
            (sku, row.id) for sku, row in after.items()
        }
        # what is bought is kept as a purchase that nobody has ordered, as planning an order does
        unordered = session.scalars(select(Peg).filter_by(source="purchase")).all()
        assert {peg.purchase_line_id for peg in unordered} == {None}
    material_plan.run_plan()
    again = by_sku()
    assert {sku: row.id for sku, row in again.items()} == {sku: row.id for sku, row in after.items()}


def test_accepting_twice_changes_nothing_more(db: Database) -> None:
    an_order_for_cups(db, 100)
    material_plan.run_plan()
    chosen = ids()
    suggestions.accept(chosen)
    again = suggestions.accept(chosen)
    assert again.value == suggestions.Accepted((), (), ())
    assert not again.changes
    # a new suggestion never has the id of an old one, so an old click cannot accept it
    with db.session(write=True) as session:
        cup = session.scalars(select(Item).filter_by(sku="CUP")).one()
        an_order(session, {cup: 7}, number="SO-2026-00002")
    material_plan.run_plan()
    assert not set(ids()) & set(chosen)
    assert not suggestions.accept(chosen).changes


def test_planning_the_order_first_makes_the_suggestion_out_of_date(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100)
    material_plan.run_plan()
    planning.plan_order(order_id)
    with pytest.raises(Conflict, match="Less of CUP is wanted") as refused:
        suggestions.accept(ids("CUP"))
    assert refused.value.remedy
    assert open_orders(db) == {"CUP": 100, "LID": 100}


def test_planning_an_order_uses_what_was_accepted_for_its_parts(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100)
    material_plan.run_plan()
    suggestions.accept(ids("LID", "STEEL"))
    planning.plan_order(order_id)
    assert open_orders(db) == {"CUP": 100, "LID": 100}
    assert planning.shortfall(order_id) == ()
    assert {row.sku for row in planning.plan_order(order_id).value.shortages} == {"BOX", "STEEL"}
    report = material_plan.run_plan().value
    assert (report.make, report.buy) == (0, 1)
    assert by_sku()["BOX"].quantity == 100
    assert supplies_pegged_twice(db) == []


def test_what_stock_lost_since_the_plan_is_planned_again(db: Database) -> None:
    shop, order_id = an_order_for_cups(db, 100, cup=20, lid=30, steel=5)
    material_plan.run_plan()
    inventory.adjust(shop.lid.id, Decimal(-30), "broken", "count-1")
    suggestions.accept(ids())
    assert supplies_pegged_twice(db) == []
    report = material_plan.run_plan().value
    assert (report.make, by_sku()["LID"].quantity) == (1, 30)
    assert order_id


def test_purchases_go_to_one_order_for_each_supplier(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        shop.steel.supplier_id = a_supplier(session).id
        an_order(session, {shop.cup: 10})
    material_plan.run_plan()
    accepted = suggestions.accept(ids("STEEL", "BOX")).value
    rows = purchases.purchase_rows(list(accepted.purchase_orders))
    assert sorted((row.supplier, row.lines) for row in rows) == [("", 1), ("MILL Ltd", 1)]
    steel = purchases.purchase(next(row.id for row in rows if row.supplier)).lines[0]
    assert steel.needed_on == steel.expected_on
    assert steel.needed_on < date(2026, 12, 18)
    assert material_plan.run_plan().value.advice == 0


def test_an_item_without_a_routing_is_named_and_refused(db: Database) -> None:
    with db.session(write=True) as session:
        vase = an_item(session, "VASE")
        a_bill(session, vase, {an_item(session, "CLAY", buy=True): 2})
        an_order(session, {vase: 5})
    report = material_plan.run_plan().value
    assert [problem.sku for problem in report.problems] == ["VASE"]
    assert "routing" in report.problems[0].message
    with pytest.raises(NotAllowed, match="VASE") as refused:
        suggestions.accept(ids())
    assert refused.value.field == "Routing"
    assert bought(db) == {}
    assert len(suggestions.suggestions()) == 2


def test_what_is_put_away_comes_back_when_it_matters(db: Database) -> None:
    shop, _order_id = an_order_for_cups(db, 100)
    material_plan.run_plan()
    steel = by_sku()["STEEL"].id
    suggestions.dismiss([steel])
    suggestions.dismiss([steel])
    material_plan.run_plan()
    assert suggestions.suggestion_counts()["dismissed"] == 1
    assert "STEEL" not in by_sku()
    more(db, shop, 5)  # one or two of a hundred do not matter
    material_plan.run_plan()
    assert "STEEL" not in by_sku()
    more(db, shop, 50)
    material_plan.run_plan()
    back = by_sku()["STEEL"]
    assert (back.id, back.quantity) == (steel, Decimal("46.5"))
    suggestions.dismiss([steel])
    suggestions.restore([steel])
    assert by_sku()["STEEL"].id == steel
    assert not suggestions.restore([steel]).changes


def more(db: Database, shop: CupFactory, cups: int) -> None:
    """The buyer wants so many cups more."""
    with db.session(write=True) as session:
        session.scalars(select(SalesLine).filter_by(item_id=shop.cup.id)).one().quantity += cups


def test_alternates_stand_in_the_production_order(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        tin = an_item(session, "TIN", buy=True, unit="KGM", step="0.000001", lead_days=30)
        line = session.scalars(
            select(BillLine).join(Bill, Bill.id == BillLine.bill_id)
            .where(Bill.item_id == shop.lid.id, BillLine.component_id == shop.steel.id)
        ).one()  # fmt: skip
        line.alternates = [BillAlternate(priority=1, component_id=tin.id, quantity=Decimal("0.1"))]
        in_stock(session, tin, 4)  # enough for 40 lids of 100
        an_order(session, {shop.lid: 100})
    material_plan.run_plan()
    accepted = suggestions.accept(ids()).value
    lid = production.production_detail(accepted.production_orders[0])
    assert {part.sku: part.quantity for part in lid.materials} == {"STEEL": 3, "TIN": 4}
    assert {(peg.sku, peg.source, peg.quantity) for peg in lid.supplied_by} == {
        ("TIN", "stock", 4), ("STEEL", "purchase", 3),
    }  # fmt: skip
    assert supplies_pegged_twice(db) == []


def planned_cups(db: Database, *quantities: int, rule: LotRule = LotRule.PER_ORDER) -> list[int]:
    """Accepted production of cups for one order each; ids of the cups' production orders."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        shop.cup.lot_rule = rule
        for number, quantity in enumerate(quantities, start=1):
            an_order(session, {shop.cup: quantity}, number=f"SO-2026-{number:05d}")
    material_plan.run_plan()
    suggestions.accept(ids())
    while suggestions.suggestions(SuggestionFilter("make")):
        suggestions.accept([row.id for row in suggestions.suggestions(SuggestionFilter("make"))])
    with db.session() as session:
        made = select(ProductionOrder.id).where(ProductionOrder.item_id == shop.cup.id)
        return list(session.scalars(made.order_by(ProductionOrder.id)))


def advice(kind: str) -> suggestions.SuggestionView:
    """The one piece of advice of a kind."""
    material_plan.run_plan()
    return next(row for row in suggestions.suggestions(SuggestionFilter("advice")) if row.kind == kind)


def test_orders_that_are_merged_make_all_that_they_made(db: Database) -> None:
    first, second = planned_cups(db, 30, 40)
    told = advice("merge")
    assert "one setup" in told.why
    cups = next(row for row in suggestions.suggestions(SuggestionFilter("advice")) if row.sku == "CUP")
    assert suggestions.accept([cups.id]).value.changed == ("MO-2026-00001",)
    head = production.production_detail(first)
    assert head.row.quantity == 70
    assert [step.run_minutes for step in head.operations] == [70, 35]
    assert {part.sku: part.quantity for part in head.materials}["LID"] == 70
    assert {(peg.number, peg.quantity) for peg in head.serves} == {
        ("SO-2026-00001", 30), ("SO-2026-00002", 40),
    }  # fmt: skip
    assert production.production_detail(second).row.state == ProductionState.CANCELLED
    report = material_plan.run_plan().value
    assert (report.make, report.buy) == (0, 0) or open_orders(db)["CUP"] == 70
    assert supplies_pegged_twice(db) == []


def test_an_order_that_is_released_is_not_merged(db: Database) -> None:
    first, second = planned_cups(db, 30, 40)
    material_plan.run_plan()
    cups = next(row for row in suggestions.suggestions(SuggestionFilter("advice")) if row.sku == "CUP")
    production.release([first])
    with pytest.raises(NotAllowed, match="papers") as refused:
        suggestions.accept([cups.id])
    assert refused.value.record == "MO-2026-00001"
    production.release([second])
    assert suggestions.accept([cups.id]).value.changed == ()
    assert open_orders(db)["CUP"] == 70
    material_plan.run_plan()
    assert not [row for row in suggestions.suggestions(SuggestionFilter("advice")) if row.sku == "CUP"]


def test_a_split_keeps_the_pegs_of_both_parts(db: Database) -> None:
    (cup,) = planned_cups(db, 100)
    other = suggestions.split_order(cup, Decimal(40), "split-1").value
    assert suggestions.split_order(cup, Decimal(40), "split-1").value == other
    for order_id, quantity, minutes in ((cup, 60, [60, 30]), (other.id, 40, [40, 20])):
        detail = production.production_detail(order_id)
        assert detail.row.quantity == quantity
        assert [step.run_minutes for step in detail.operations] == minutes
        assert {part.sku: part.quantity for part in detail.materials} == {
            "LID": quantity, "STEEL": Decimal(quantity) / 4, "BOX": quantity
        }  # fmt: skip
        assert [(peg.number, peg.quantity) for peg in detail.serves] == [("SO-2026-00001", quantity)]
        covered: dict[str, Decimal] = {}
        for peg in detail.supplied_by:
            covered[peg.sku] = covered.get(peg.sku, Decimal(0)) + peg.quantity
        assert covered == {"LID": quantity, "STEEL": Decimal(quantity) / 4, "BOX": quantity}
    report = material_plan.run_plan().value
    assert (report.make, report.buy) == (0, 0)
    assert supplies_pegged_twice(db) == []
    with pytest.raises(InvalidValue, match="nothing would be left"):
        suggestions.split_order(cup, Decimal(60))
    production.release([cup])
    with pytest.raises(NotAllowed, match="papers"):
        suggestions.split_order(cup, Decimal(1))


def test_what_nobody_wants_any_more_is_cancelled_as_far_as_it_goes(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        line = purchases.NewPurchaseLine(shop.steel.id, Decimal(50), date(2026, 11, 27))
    purchases.by_hand(purchases.NewPurchase(None, [line]))
    material_plan.run_plan()
    told = advice("cancel")
    assert told.why == "Nobody wants 50 of PO-2026-00001 any more."
    with db.session(write=True) as session:
        an_order(session, {session.get_one(Item, shop.cup.id): 100})
    told = advice("cancel")
    assert told.quantity == 20
    assert suggestions.accept([told.id]).value.changed == ("PO-2026-00001",)
    assert purchases.purchase(1).lines[0].quantity == 30
    material_plan.run_plan()
    left = suggestions.suggestions(SuggestionFilter("advice"))
    assert [row.why for row in left] == [
        "PO-2026-00001 comes on 2026-11-28, but is not wanted before 2026-12-18."
    ]


def test_a_purchase_that_comes_late_is_asked_for_once(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        an_order(session, {shop.cup: 100})
        line = purchases.NewPurchaseLine(
            shop.steel.id, Decimal(30), date(2026, 12, 20), date(2026, 12, 20)
        )  # fmt: skip
    purchases.by_hand(purchases.NewPurchase(None, [line]))
    told = advice("expedite")
    assert told.why.startswith("PO-2026-00001 comes on 2026-12-20, but is wanted on 2026-12-1")
    suggestions.accept([told.id])
    asked = purchases.purchase(1).lines[0]
    assert asked.needed_on < asked.expected_on == date(2026, 12, 20)
    assert material_plan.run_plan().value.advice == 0


def test_production_that_comes_too_early_is_put_off(db: Database) -> None:
    (cup,) = planned_cups(db, 10)
    with db.session(write=True) as session:
        for peg in session.scalars(select(Peg).where(Peg.production_order_id == cup)):
            session.delete(peg)
        session.scalars(select(SalesLine)).one().promised = date(2027, 1, 20)
    told = advice("delay")
    suggestions.accept([told.id])
    assert production.production_detail(cup).row.due == date(2027, 1, 20)
    material_plan.run_plan()
    assert not [row for row in suggestions.suggestions() if row.sku == "CUP"]


def test_of_two_who_accept_at_once_one_makes_the_order(db: Database) -> None:
    an_order_for_cups(db, 100)
    material_plan.run_plan()
    chosen = ids()
    in_parallel(lambda: suggestions.accept(chosen), lambda: suggestions.accept(chosen))
    assert open_orders(db) == {"CUP": 100, "LID": 100}
    assert bought(db) == {"STEEL": 30, "BOX": 100}


def in_parallel(*calls: Callable[[], object]) -> None:
    """Run the calls in threads of their own, on the same database."""
    threads = [Thread(target=copy_context().run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_cancelling_the_order_frees_what_was_accepted_for_it(db: Database) -> None:
    _shop, order_id = an_order_for_cups(db, 100)
    material_plan.run_plan()
    suggestions.accept(ids())
    sales.cancel(order_id)
    report = material_plan.run_plan().value
    assert (report.make, report.buy) == (0, 0)
    cancelled = suggestions.suggestions(SuggestionFilter("advice"))
    assert {(row.kind, row.sku) for row in cancelled} == {("cancel", "STEEL"), ("cancel", "BOX")}
    suggestions.accept([row.id for row in cancelled])
    with db.session() as session:
        assert set(session.scalars(select(PurchaseOrder.state))) <= {"cancelled", "received"}
        assert session.scalar(select(func.count()).select_from(Suggestion)) == 0
        assert session.scalars(select(ProductionMaterial.id)).first() is not None


def test_steps_are_copied_with_all_their_rules(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        jug = an_item(session, "JUG")
        a_bill(session, jug, {shop.steel: 1})
        routing = a_routing(session, jug, Step(shop.press, 60))
        routing.operations[0].resumable = False
        routing.operations[0].max_wait_minutes = 30
        an_order(session, {jug: 10})
    material_plan.run_plan()
    made = suggestions.accept(ids("JUG")).value.production_orders[0]
    with db.session() as session:
        (step,) = session.get_one(ProductionOrder, made).operations
        assert (step.resumable, step.max_wait_minutes, step.run_minutes) == (False, 30, 10)

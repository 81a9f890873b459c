"""Bills of materials: which is valid, the tree below an item, no item within itself."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillAlternate
from factory_erp.planning.material.explode import BillCycle
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.engineering.structure import BillNode
from tests.services.factory import CupFactory, a_bill, a_cup_factory, an_item, in_stock


def a_shop(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        return a_cup_factory(session)


def flat(node: BillNode) -> list[tuple[str, Decimal, int]]:
    rows = [(node.sku, node.quantity, node.level)]
    return rows + [row for child in node.children for row in flat(child)]


def test_the_tree_of_a_bill_has_quantities_for_what_was_asked(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.steel, 40)
    tree = engineering.bill_tree(shop.cup.id, Decimal(10))
    assert flat(tree) == [
        ("CUP", Decimal(10), 0), ("LID", Decimal(10), 1), ("STEEL", Decimal("0.5"), 2),
        ("STEEL", Decimal("2.5"), 1), ("BOX", Decimal(10), 1),
    ]  # fmt: skip
    assert tree.name == "Steel cup"
    steel = tree.children[1]
    assert (steel.on_hand, steel.unit, steel.procurement) == (40, "KGM", "buy")


def test_shares_and_scrap_are_exact_to_the_millionth(db: Database) -> None:
    with db.session(write=True) as session:
        tray, sheet = an_item(session, "TRAY"), an_item(session, "SHEET", buy=True)
        a_bill(session, tray, {sheet: 1}, output=3, scrap_ppm=20_000)
    assert engineering.bill_tree(tray.id).children[0].quantity == Decimal("0.34")
    assert engineering.bill_tree(tray.id, Decimal(2)).children[0].quantity == Decimal("0.68")
    tree = engineering.bill_tree(tray.id, Decimal("0.1"))
    assert tree.children[0].quantity == Decimal("0.034")


def test_of_several_revisions_the_one_valid_on_the_day_counts(db: Database) -> None:
    shop = a_shop(db)
    with db.session(write=True) as session:
        session.add(Bill(item_id=shop.lid.id, revision="B", valid_from=date(2026, 6, 1)))
        ended = Bill(item_id=shop.box.id, valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1))
        session.add(ended)
        session.flush()
        revisions = [
            bill.revision if (bill := engineering.current_bill(session, shop.lid.id, day)) else None
            for day in (date(2025, 1, 1), date(2026, 5, 31), date(2026, 6, 1))
        ]
        assert revisions == [None, "A", "B"]
        assert engineering.current_bill(session, shop.box.id, date(2026, 2, 1)) is ended
        assert engineering.current_bill(session, shop.box.id, date(2026, 2, 2)) is None
        routing = engineering.current_routing(session, shop.cup.id, date(2026, 6, 1))
        assert routing is not None
        assert [step.sequence for step in routing.operations] == [10, 20]


def test_a_cycle_that_came_in_another_way_is_found(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        a_bill(session, shop.steel, {shop.cup: 1})
        with pytest.raises(BillCycle, match="→"):
            engineering.check_bill_acyclic(session, shop.cup.id)


def test_what_is_below_an_item_includes_alternates_and_bills_to_come(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        tin, gold = an_item(session, "TIN", buy=True), an_item(session, "GOLD", buy=True)
        bill = engineering.current_bill(session, shop.lid.id, date(2026, 11, 23))
        assert bill
        bill.lines[0].alternates.append(BillAlternate(priority=1, component_id=tin.id, quantity=Decimal(1)))
        later = a_bill(session, shop.box, {gold: 1})
        later.valid_from = date(2027, 1, 1)
        session.flush()
        ids = {shop.cup.id, shop.lid.id, shop.steel.id, shop.box.id, tin.id, gold.id}
        assert engineering.below(session, [shop.cup.id]) == ids
        later.valid_to = date(2026, 11, 22)
        later.valid_from = date(2026, 1, 1)
        session.flush()
        assert engineering.below(session, [shop.cup.id]) == ids - {gold.id}


def test_by_products_are_no_components_but_come_out_of_phantoms_too(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        chips, kit = an_item(session, "CHIPS", buy=True), an_item(session, "KIT")
        a_bill(session, kit, {shop.box: 1, chips: "0.5"}, output=2).lines[1].by_product = True
        bill = a_bill(session, an_item(session, "SET"), {kit: 3, chips: 1}, at={kit: 20})
        bill.lines[0].phantom = bill.lines[1].by_product = True
        session.flush()
        parts = engineering.structure(session, [bill.item_id], date(2026, 11, 23))
        found = {(part.operation, part.share) for part in parts.by_products(bill.item_id)}
        assert found == {(20, Fraction(3, 4)), (None, Fraction(1))}
        assert len(parts.bills[bill.item_id].lines) == 2
        assert [row.component for row in parts.planning_items()[bill.item_id].bill] == [kit.id]
    assert flat(engineering.bill_tree(bill.item_id)) == [
        ("SET", 1, 0), ("KIT", 3, 1), ("BOX", Decimal("1.5"), 2)
    ]  # fmt: skip


def test_a_phantom_is_shown_with_its_own_parts(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        kit = an_item(session, "KIT", buy=True)
        a_bill(session, kit, {shop.box: 2})
        bill = a_bill(session, an_item(session, "SET"), {kit: 3})
        bill.lines[0].phantom = True
    assert flat(engineering.bill_tree(bill.item_id)) == [("SET", 1, 0), ("KIT", 3, 1), ("BOX", 6, 2)]

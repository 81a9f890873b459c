"""Bills of materials: which is valid, the tree below an item, no item within itself."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillLine
from factory_erp.planning.material import BillCycle
from factory_erp.services import engineering
from factory_erp.services.engineering import BillLineInput, BillNode
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


def test_a_bill_is_saved_and_its_lines_replaced(db: Database) -> None:
    shop = a_shop(db)
    lines = [
        BillLineInput(shop.steel.id, Decimal("0.06"), scrap_ppm=1000),
        BillLineInput(shop.box.id, Decimal(2)),
    ]
    first = engineering.save_bill(shop.lid.id, Decimal(1), lines).value
    again = engineering.save_bill(shop.lid.id, Decimal(2), lines[:1]).value
    assert first == again
    with db.session() as session:
        bill = session.get_one(Bill, first)
        assert bill.output == 2
        assert [(line.component_id, line.quantity) for line in bill.lines] == [
            (shop.steel.id, Decimal("0.06"))
        ]
    new = engineering.save_bill(shop.box.id, Decimal(1), lines[:1], "A").value
    with db.session() as session:
        assert session.get_one(Bill, new).valid_from == date(2026, 11, 23)


def test_a_bill_that_leads_back_to_its_item_is_refused_and_nothing_changed(db: Database) -> None:
    shop = a_shop(db)
    with pytest.raises(BillCycle) as refused:
        engineering.save_bill(shop.lid.id, Decimal(1), [BillLineInput(shop.cup.id, Decimal(1))])
    assert "LID → CUP → LID" in refused.value.message or "CUP → LID → CUP" in refused.value.message
    assert refused.value.record in {"LID", "CUP"}
    assert refused.value.remedy
    with db.session() as session:
        lines = session.scalars(select(BillLine).join(Bill).where(Bill.item_id == shop.lid.id)).all()
        assert [line.component_id for line in lines] == [shop.steel.id]


def test_a_bill_may_be_saved_to_break_a_cycle(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        a_bill(session, shop.steel, {shop.cup: 1})
        with pytest.raises(BillCycle, match="→"):
            engineering.check_bill_acyclic(session, shop.cup.id)
    engineering.save_bill(shop.steel.id, Decimal(1), [])
    with db.session() as session:
        engineering.check_bill_acyclic(session, shop.cup.id)


@pytest.mark.parametrize(
    ("output", "quantity", "scrap"), [("0", "1", 0), ("1", "0", 0), ("1", "1", 1_000_000)]
)
def test_a_bill_with_impossible_quantities_is_refused(
    db: Database, output: str, quantity: str, scrap: int
) -> None:
    shop = a_shop(db)
    line = BillLineInput(shop.box.id, Decimal(quantity), scrap)
    with pytest.raises(InvalidValue) as refused:
        engineering.save_bill(shop.lid.id, Decimal(output), [line])
    assert refused.value.record == "LID"


def test_an_unknown_component_is_refused(db: Database) -> None:
    shop = a_shop(db)
    with pytest.raises(NotFound):
        engineering.save_bill(shop.lid.id, Decimal(1), [BillLineInput(999_999, Decimal(1))])


def test_a_phantom_is_shown_with_its_own_parts(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        kit = an_item(session, "KIT", buy=True)
        a_bill(session, kit, {shop.box: 2})
        bill = a_bill(session, an_item(session, "SET"), {kit: 3})
        bill.lines[0].phantom = True
    assert flat(engineering.bill_tree(bill.item_id)) == [("SET", 1, 0), ("KIT", 3, 1), ("BOX", 6, 2)]

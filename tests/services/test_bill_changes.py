"""Bills side by side, and a component replaced everywhere or nowhere."""

from datetime import date
from decimal import Decimal

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillAlternate
from factory_erp.planning.material.explode import BillCycle
from factory_erp.services.engineering import bill_changes, bills
from tests.services.factory import CupFactory, a_bill, a_cup_factory, an_item

TODAY = date(2026, 11, 23)


@pytest.fixture
def shop(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        return a_cup_factory(session)


@pytest.fixture
def tin(db: Database, shop: CupFactory) -> Item:
    with db.session(write=True) as session:
        return an_item(session, "TIN", buy=True, unit="KGM", step="0.000001")


def current(item: Item) -> int:
    return next(row.id for row in bills.revisions(item.id) if row.current)


def lines(item: Item) -> list[tuple[str, Decimal]]:
    return [(line.sku, line.quantity) for line in bills.bill_sheet(current(item)).lines]


def test_two_bills_are_compared_per_unit_made(db: Database, shop: CupFactory, tin: Item) -> None:
    with db.session(write=True) as session:
        pair = a_bill(session, an_item(session, "PAIR"), {shop.lid: 2, shop.steel: 1, tin: 3}, output=2)
        pair.lines[0].alternates.append(
            BillAlternate(priority=1, component_id=shop.box.id, quantity=Decimal(1))
        )
        pair.lines[2].scrap_ppm, pair.lines[2].operation = 15_000, 20
        pair_id = pair.id
    found = bill_changes.compare(current(shop.cup), pair_id)
    assert (found.left, found.right) == ("CUP A", "PAIR A")
    assert [(row.sku, row.change, row.before, row.after) for row in found.rows] == [
        ("LID", "changed", "1 PCS", "2 PCS / 2 · or 1 of BOX"),
        ("STEEL", "changed", "0.25 KGS", "1 KGS / 2"),
        ("BOX", "removed", "1 PCS · at operation 20", ""),
        ("TIN", "added", "", "3 KGS / 2 · scrap 1.5 % · at operation 20"),
    ]
    assert {row.change for row in bill_changes.compare(pair_id, pair_id).rows} == {"same"}


def test_a_component_is_replaced_in_place_in_all_bills(db: Database, shop: CupFactory, tin: Item) -> None:
    rows = bill_changes.replace_preview(shop.steel.id, tin.id, Decimal("1.2"))
    assert [(row.parent_sku, row.old_quantity, row.new_quantity, row.problem) for row in rows] == [
        ("CUP", Decimal("0.25"), Decimal("0.3"), ""),
        ("LID", Decimal("0.05"), Decimal("0.06"), ""),
    ]
    chosen = [row.line_id for row in rows]
    form = (shop.steel.id, tin.id, Decimal("1.2"), chosen)
    assert bill_changes.replace_component(*form).value == 2
    assert lines(shop.lid) == [("TIN", Decimal("0.06"))]
    again = bill_changes.replace_component(*form)
    assert (again.value, dict(again.changes)) == (0, {})


def test_a_component_is_replaced_in_new_revisions(db: Database, shop: CupFactory, tin: Item) -> None:
    with db.session(write=True) as session:
        bill = session.get_one(Bill, current(shop.lid))
        bill.derived = True
    rows = bill_changes.replace_preview(shop.steel.id, tin.id)
    assert "derived" in rows[1].problem
    chosen = [row.line_id for row in rows]
    with pytest.raises(NotAllowed):
        bill_changes.replace_component(shop.steel.id, tin.id, Decimal(1), chosen)
    assert ("STEEL", Decimal("0.25")) in lines(shop.cup), "all or nothing"
    for count in (2, 0):
        done = bill_changes.replace_component(shop.steel.id, tin.id, Decimal(1), chosen, "B", TODAY)
        assert done.value == count
    assert lines(shop.lid) == [("TIN", Decimal("0.05"))]
    assert ("TIN", Decimal("0.25")) in lines(shop.cup)
    revisions = bills.revisions(shop.lid.id)
    assert [(row.revision, row.valid_to) for row in revisions] == [("B", None), ("A", date(2026, 11, 22))]


def test_what_would_go_round_in_a_circle_is_named_and_refused(db: Database, shop: CupFactory) -> None:
    rows = bill_changes.replace_preview(shop.steel.id, shop.cup.id)
    assert [bool(row.problem) for row in rows] == [True, True]
    with pytest.raises(BillCycle):
        bill_changes.replace_component(shop.steel.id, shop.cup.id, Decimal(1), [rows[1].line_id])
    assert lines(shop.lid) == [("STEEL", Decimal("0.05"))]


def test_alternates_are_told_of_and_the_preview_must_still_hold(
    db: Database, shop: CupFactory, tin: Item
) -> None:
    with db.session(write=True) as session:
        line = session.get_one(Bill, current(shop.lid)).lines[0]
        line.alternates.append(BillAlternate(priority=1, component_id=tin.id, quantity=Decimal(1)))
        chosen = line.id
    only = bill_changes.replace_preview(tin.id, shop.box.id)
    assert [(row.parent_sku, row.old_quantity) for row in only] == [("LID", 1)]
    assert "alternate" in only[0].problem
    assert bill_changes.replace_component(shop.steel.id, tin.id, Decimal(1), [chosen]).value == 1
    assert bills.bill_sheet(current(shop.lid)).lines[0].alternates == ()
    with pytest.raises(Conflict):
        bill_changes.replace_component(shop.steel.id, shop.box.id, Decimal(1), [chosen])
    with pytest.raises(InvalidValue):
        bill_changes.replace_preview(tin.id, tin.id)


def test_two_bills_of_an_item_do_not_both_become_the_new_revision(
    db: Database, shop: CupFactory, tin: Item
) -> None:
    bills.new_revision(current(shop.lid), "SOON", date(2026, 12, 1))
    rows = [row for row in bill_changes.replace_preview(shop.steel.id, tin.id) if row.parent_sku == "LID"]
    assert [row.revision for row in rows] == ["A", "SOON"]
    chosen = [row.line_id for row in rows]
    with pytest.raises(NotAllowed, match="LID") as refused:
        bill_changes.replace_component(shop.steel.id, tin.id, Decimal(1), chosen, "B", TODAY)
    assert refused.value.remedy
    assert [row.revision for row in bills.revisions(shop.lid.id)] == ["SOON", "A"]


def test_a_new_revision_that_is_there_with_other_lines_is_a_conflict(
    db: Database, shop: CupFactory, tin: Item
) -> None:
    rows = bill_changes.replace_preview(shop.steel.id, tin.id)
    chosen = [row.line_id for row in rows if row.parent_sku == "LID"]
    made = bills.new_revision(current(shop.lid), "B", TODAY).value
    with db.session(write=True) as session:
        session.get_one(Bill, made).lines[0].component_id = shop.box.id
    with pytest.raises(Conflict, match="since the preview"):
        bill_changes.replace_component(shop.steel.id, tin.id, Decimal(1), chosen, "B", TODAY)

"""Bills of materials as people write them: saved once, never in a circle, one revision on a day."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from factory_erp.domain.errors import Conflict, DomainError, InvalidValue, NotAllowed, NotFound
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillLine
from factory_erp.planning.material.explode import BillCycle
from factory_erp.services.engineering import bills
from factory_erp.services.engineering.bills import AlternateInput, BillInput, BillLineInput, BillSheet
from tests.services.factory import LONG_AGO, CupFactory, a_bill, a_cup_factory, an_item, in_stock

TODAY = date(2026, 11, 23)


@pytest.fixture
def shop(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        return a_cup_factory(session)


def a_line(component: Any, quantity: str = "1", **more: Any) -> BillLineInput:
    return BillLineInput(component.id, Decimal(quantity), **more)


def given(item: Any, *lines: BillLineInput, revision: str = "A", **more: Any) -> BillInput:
    """The form of a revision of the item, of the one that is there if there is one."""
    there = {row.revision: row.id for row in bills.revisions(item.id)}
    days: dict[str, Any] = {"valid_from": LONG_AGO, "valid_to": None}
    plain = {**days, "output": Decimal(1), "note": "", "id": there.get(revision)}
    return BillInput(item_id=item.id, revision=revision, lines=lines, **{**plain, **more})


def sheet_of(item: Any) -> BillSheet:
    return bills.bill_sheet(bills.revisions(item.id)[0].id)


def test_a_bill_is_saved_and_its_lines_replaced(db: Database, shop: CupFactory) -> None:
    first = bills.save_bill(
        given(shop.lid, a_line(shop.steel, "0.06", scrap_ppm=1000), a_line(shop.box))
    ).value
    again = bills.save_bill(given(shop.lid, a_line(shop.box, "2"), output=Decimal(2), note=" lids "))
    assert again.value == first
    sheet = bills.bill_sheet(first)
    assert (sheet.output, sheet.note, sheet.version) == (2, "lids", 3)
    assert [(line.sku, line.quantity) for line in sheet.lines] == [("BOX", 2)]


def test_the_same_bill_saved_again_changes_nothing(db: Database, shop: CupFactory) -> None:
    tin = made(db, "TIN")
    line = a_line(shop.steel, "0.06", operation=10, alternates=(AlternateInput(tin, Decimal("0.07")),))
    form = given(shop.lid, line)
    assert bills.save_bill(form).changes
    assert not bills.save_bill(form).changes
    assert sheet_of(shop.lid).lines[0].alternates[0].sku == "TIN"


def made(db: Database, sku: str) -> int:
    with db.session(write=True) as session:
        return an_item(session, sku, buy=True).id


def test_a_form_saves_only_over_the_version_that_it_read(db: Database, shop: CupFactory) -> None:
    sheet = sheet_of(shop.lid)
    form = given(shop.lid, a_line(shop.steel, "0.06"), id=sheet.id, version=sheet.version)
    bills.save_bill(form)
    with pytest.raises(Conflict):
        bills.save_bill(replace(form, lines=(a_line(shop.box),)))
    assert sheet_of(shop.lid).version == sheet.version + 1


def test_a_bill_shows_stock_and_cost_of_its_lines(db: Database, shop: CupFactory) -> None:
    with db.session(write=True) as session:
        chips = an_item(session, "CHIPS", buy=True)
        for item, cost in ((shop.steel, "12.5"), (chips, "2")):
            session.merge(item).standard_cost = Decimal(cost)
        in_stock(session, shop.steel, 40)
    saved = bills.save_bill(
        given(shop.lid, a_line(shop.steel, "0.06", scrap_ppm=20_000), a_line(chips, "0.01", by_product=True))
    )
    sheet = bills.bill_sheet(saved.value)
    steel, waste = sheet.lines
    assert (steel.on_hand, steel.available, steel.unit_cost, steel.scrap_percent) == (
        40,
        40,
        Decimal("12.5"),
        2,
    )
    assert (steel.cost, waste.cost, sheet.material_cost) == (
        Decimal("0.765"), Decimal("-0.02"), Decimal("0.745")
    )  # fmt: skip


def test_a_bill_that_leads_back_to_its_item_is_refused_and_nothing_changed(
    db: Database, shop: CupFactory
) -> None:
    with pytest.raises(BillCycle, match="CUP → LID → CUP") as refused:
        bills.save_bill(given(shop.lid, a_line(shop.cup)))
    assert refused.value.record in {"LID", "CUP"}
    assert refused.value.remedy
    assert [line.sku for line in sheet_of(shop.lid).lines] == ["STEEL"]


def test_a_circle_through_an_alternate_or_a_bill_to_come_is_refused(db: Database, shop: CupFactory) -> None:
    other = (AlternateInput(shop.cup.id, Decimal(1)),)
    with pytest.raises(BillCycle):
        bills.save_bill(given(shop.lid, a_line(shop.steel, alternates=other)))
    bills.save_bill(given(shop.box, a_line(shop.lid), valid_from=date(2027, 1, 1)))
    with pytest.raises(BillCycle, match=r"LID → BOX → LID|BOX → LID → BOX"):
        bills.save_bill(given(shop.lid, a_line(shop.box)))


def test_a_by_product_may_be_used_further_up_and_bills_that_are_over_do_not_count(
    db: Database, shop: CupFactory
) -> None:
    bills.save_bill(given(shop.lid, a_line(shop.steel), a_line(shop.cup, by_product=True)))
    over = {"valid_to": date(2026, 11, 22)}
    bills.save_bill(given(shop.box, a_line(shop.cup), **over))
    with pytest.raises(BillCycle):
        bills.save_bill(given(shop.box, a_line(shop.cup), revision="B", valid_from=TODAY))


def test_a_bill_may_be_saved_to_break_a_cycle(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        a_bill(session, shop.steel, {shop.cup: 1})
    bills.save_bill(given(shop.steel))
    bills.save_bill(given(shop.lid, a_line(shop.steel, "2")))


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("0", {}),
        ("1", {"quantity": Decimal(0)}),
        ("1", {"scrap_ppm": 1_000_000}),
        ("1", {"phantom": True}),
        ("1", {"by_product": True, "scrap_ppm": 1}),
        ("1", {"alternates": (AlternateInput(0, Decimal(1)), AlternateInput(0, Decimal(2)))}),
    ],
)
def test_a_bill_that_cannot_be_is_refused(
    db: Database, shop: CupFactory, output: str, line: dict[str, Any]
) -> None:
    if "alternates" in line:
        line = {"alternates": tuple(replace(one, component_id=shop.steel.id) for one in line["alternates"])}
    wrong = given(shop.lid, replace(a_line(shop.box), **line), output=Decimal(output))
    with pytest.raises(InvalidValue) as refused:
        bills.save_bill(wrong)
    assert refused.value.record == "LID"
    assert refused.value.remedy


def test_an_unknown_component_is_refused(db: Database, shop: CupFactory) -> None:
    with pytest.raises(NotFound):
        bills.save_bill(given(shop.lid, BillLineInput(999_999, Decimal(1))))


def test_two_revisions_are_not_valid_on_the_same_day(db: Database, shop: CupFactory) -> None:
    with pytest.raises(NotAllowed, match="valid on the same days"):
        bills.save_bill(given(shop.lid, a_line(shop.box), revision="B", valid_from=TODAY))
    with pytest.raises(InvalidValue, match="end before"):
        bills.save_bill(given(shop.lid, a_line(shop.box), valid_to=date(2025, 1, 1)))


def test_a_new_revision_ends_the_one_before(db: Database, shop: CupFactory) -> None:
    old = bills.revisions(shop.lid.id)[0]
    new = bills.new_revision(old.id, "B", TODAY).value
    assert not bills.new_revision(old.id, "B", TODAY).changes, "asked again it is there"
    rows = bills.revisions(shop.lid.id)
    assert [(row.revision, row.valid_from, row.valid_to, row.current) for row in rows] == [
        ("B", TODAY, None, True),
        ("A", LONG_AGO, date(2026, 11, 22), False),
    ]
    assert bills.bill_sheet(new).lines == bills.bill_sheet(old.id).lines
    between = bills.new_revision(old.id, "C", date(2026, 6, 1)).value
    assert bills.bill_sheet(between).valid_to == date(2026, 11, 22)
    with pytest.raises(InvalidValue):
        bills.new_revision(old.id, "D", TODAY)


def test_a_derived_bill_is_changed_by_its_rules_alone(db: Database, shop: CupFactory) -> None:
    form = given(shop.lid, a_line(shop.steel, "0.06"))
    with db.session(write=True) as session:
        derived = bills.write_bill(session, form, derived=True).id
    assert not bills.save_bill(form).changes
    for refused in (
        lambda: bills.save_bill(given(shop.lid, a_line(shop.box))),
        lambda: bills.remove_revision(derived),
    ):
        with pytest.raises(NotAllowed) as error:
            refused()
        assert "rules" in error.value.remedy
    copy = bills.new_revision(derived, "B", TODAY).value
    assert not bills.bill_sheet(copy).derived


def test_a_revision_is_removed_with_its_lines(db: Database, shop: CupFactory) -> None:
    gone = bills.revisions(shop.lid.id)[0].id
    bills.remove_revision(gone)
    bills.remove_revision(gone)
    assert bills.revisions(shop.lid.id) == []
    with db.session() as session:
        assert not session.scalar(select(func.count()).select_from(BillLine).where(BillLine.bill_id == gone))
        assert session.get(Bill, gone) is None
    with pytest.raises(DomainError):
        bills.bill_sheet(gone)


def test_a_new_bill_is_not_written_over_one_that_somebody_else_made(db: Database, shop: CupFactory) -> None:
    theirs = sheet_of(shop.lid)
    mine = replace(given(shop.lid, a_line(shop.box)), id=None)
    with pytest.raises(InvalidValue, match="already") as refused:
        bills.save_bill(mine)
    assert refused.value.remedy
    assert sheet_of(shop.lid) == theirs


def test_a_save_repeated_after_its_answer_was_lost_changes_nothing(db: Database, shop: CupFactory) -> None:
    sheet = sheet_of(shop.lid)
    form = given(shop.lid, a_line(shop.steel, "0.06"), version=sheet.version)
    bills.save_bill(form)
    assert not bills.save_bill(form).changes


@pytest.mark.parametrize("wrong", ["note", "output", "quantity", "operation"])
def test_what_no_column_holds_is_refused_on_every_database(
    db: Database, shop: CupFactory, wrong: str
) -> None:
    large = Decimal(10) ** 14
    form = {
        "note": lambda: given(shop.lid, a_line(shop.box), note="x" * 201),
        "output": lambda: given(shop.lid, a_line(shop.box), output=large),
        "quantity": lambda: given(shop.lid, a_line(shop.box, str(large))),
        "operation": lambda: given(shop.lid, a_line(shop.box, operation=2**31)),
    }[wrong]()
    with pytest.raises(InvalidValue) as refused:
        bills.save_bill(form)
    assert refused.value.remedy


def test_removing_a_revision_gives_its_days_back_to_the_one_before(db: Database, shop: CupFactory) -> None:
    first = bills.revisions(shop.lid.id)[0].id
    second = bills.new_revision(first, "B", TODAY).value
    assert bills.revisions(shop.lid.id)[1].valid_to is not None
    bills.remove_revision(second)
    (left,) = bills.revisions(shop.lid.id)
    assert (left.id, left.valid_to, left.current) == (first, None, True)


def test_a_revision_that_would_close_a_circle_again_stays_ended(db: Database, shop: CupFactory) -> None:
    first = bills.revisions(shop.lid.id)[0].id
    second = bills.new_revision(first, "B", TODAY).value
    bills.save_bill(given(shop.lid, a_line(shop.box), revision="B", id=second, valid_from=TODAY))
    bills.save_bill(given(shop.steel, a_line(shop.lid)))
    with pytest.raises(BillCycle):
        bills.remove_revision(second)
    assert [row.id for row in bills.revisions(shop.lid.id)] == [second, first]


def test_the_cost_of_a_line_is_exact(db: Database, shop: CupFactory) -> None:
    with db.session(write=True) as session:
        session.get_one(Item, shop.steel.id).standard_cost = Decimal("1234567.654321")
    bills.save_bill(given(shop.lid, a_line(shop.steel, "765432.123457", scrap_ppm=123_457)))
    exact = Fraction("1234567.654321") * Fraction("765432.123457") * Fraction(1_123_457, 1_000_000)
    told = Fraction(sheet_of(shop.lid).lines[0].cost)
    assert abs(told - exact) <= Fraction(1, 2_000_000)


def _save(one: Item, other: Item) -> str:
    try:
        bills.save_bill(given(one, a_line(other)))
    except BillCycle:
        return "refused"
    return "saved"


def test_two_halves_of_a_circle_saved_at_once_are_not_both_taken(db: Database) -> None:
    """Each alone is sound; neither transaction sees what the other has not committed."""
    with db.session(write=True) as session:
        pairs = [(an_item(session, f"A{n}"), an_item(session, f"B{n}")) for n in range(8)]

    with ThreadPoolExecutor(2) as pool:
        for one, other in pairs:
            ways = ((one, other), (other, one))
            done = [pool.submit(copy_context().run, partial(_save, *way)) for way in ways]
            assert sorted(answer.result() for answer in done) == ["refused", "saved"]

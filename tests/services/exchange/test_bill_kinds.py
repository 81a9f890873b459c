"""Bills of materials by file: whole bills, dated lines, units, circles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from factory_erp.models.catalog import Item, Procurement, UnitConversion
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillAlternate, BillLine
from factory_erp.services.bulk import insert_rows
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.exchange.circles import Use, circles
from factory_erp.services.exchange.dated_lines import dated_revisions
from factory_erp.services.exchange.kind import ImportStoppedError
from tests import adventureworks
from tests.services import factory
from tests.services.exchange.rows import TextRow, counts, reasons, took, unchanged_again
from tests.services.exchange.rows import given as exported

NAMES = tuple(f"I{number}" for number in range(8))


def _items(db: Database, *skus: str, unit: str = "H87") -> None:
    with db.session(write=True) as session:
        for sku in skus:
            factory.an_item(session, sku, unit=unit, step="0.000001" if unit == "KGM" else 1)


def _lines(db: Database, sku: str, revision: str = "A") -> list[BillLine]:
    with db.session() as session:
        found = (
            select(BillLine)
            .join(Bill, Bill.id == BillLine.bill_id)
            .join(Item, Item.id == Bill.item_id)
            .where(Item.sku == sku, Bill.revision == revision)
            .order_by(BillLine.position)
        )
        return list(session.scalars(found))


def _row(sku: str, component: str, quantity: str = "1", **more: str) -> TextRow:
    return {"sku": sku, "component": component, "quantity": quantity, **more}


def _figures(lines: list[BillLine]) -> list[tuple[int, Decimal]]:
    return [(line.position, line.quantity) for line in lines]


def test_rows_of_one_item_are_one_bill_in_the_order_of_the_file(db: Database) -> None:
    _items(db, "CUP", "BODY", "LID")
    rows = (_row("CUP", "BODY", "1.5", scrap_percent="2"), _row("CUP", "LID", scrap_percent=""))
    assert counts(took("bills", *rows)) == (2, 0, 0, 0)
    lines = _lines(db, "CUP")
    assert _figures(lines) == [(1, Decimal("1.5")), (2, Decimal(1))]
    assert [line.scrap_ppm for line in lines] == [20_000, 0]
    assert counts(took("bills", *rows)) == (0, 0, 2, 0)


def test_a_bill_is_replaced_as_a_whole_and_its_version_rises(db: Database) -> None:
    _items(db, "CUP", "BODY", "LID", "BOX")
    took("bills", _row("CUP", "BODY"), _row("CUP", "LID"))
    assert counts(took("bills", _row("CUP", "LID"), _row("CUP", "BOX", "2"))) == (0, 2, 0, 0)
    assert _figures(_lines(db, "CUP")) == [(1, Decimal(1)), (2, Decimal(2))]
    with db.session() as session:
        assert session.scalars(select(Bill.version)).one() == 2


def test_what_the_file_has_no_column_for_stays(db: Database) -> None:
    _items(db, "CUP", "BODY", "LID")
    full = _row("CUP", "BODY", position="10", scrap_percent="3", operation="20", alternates="LID=2", note="n")
    took("bills", {**full, "output": "5", "revision": "A", "valid_from": "2026-01-01"})
    assert counts(took("bills", _row("CUP", "BODY"))) == (0, 0, 1, 0)
    assert counts(took("bills", _row("CUP", "BODY", "4"))) == (0, 1, 0, 0)
    (line,) = _lines(db, "CUP")
    assert (line.position, line.quantity, line.scrap_ppm, line.operation) == (10, Decimal(4), 30_000, 20)
    with db.session() as session:
        bill = session.scalars(select(Bill)).one()
        assert (bill.output, bill.valid_from, bill.note) == (Decimal(5), date(2026, 1, 1), "n")
        assert session.scalars(select(BillAlternate.quantity)).one() == Decimal(2)


def test_quantities_in_another_unit_are_converted(db: Database) -> None:
    _items(db, "CUP", "WIRE")
    _items(db, "PAINT", unit="KGM")
    with db.session(write=True) as session:
        wire = session.scalars(select(Item).filter_by(sku="WIRE")).one()
        session.add(UnitConversion(item_id=wire.id, unit="XRO", factor=Decimal(250)))
    rows = [
        _row("CUP", "PAINT", "12.5", unit="g"),
        _row("CUP", "PAINT", "1", unit="lb"),
        _row("CUP", "WIRE", "0.1", unit="roll"),
        _row("CUP", "WIRE", "2", unit="dozen"),
        _row("CUP", "WIRE", "3", unit=""),
    ]
    assert counts(took("bills", *rows)) == (5, 0, 0, 0)
    expected = ["0.0125", "0.453592", "25", "24", "3"]
    assert [line.quantity for line in _lines(db, "CUP")] == [Decimal(text) for text in expected]
    assert counts(took("bills", *rows)) == (0, 0, 5, 0)
    assert reasons(took("bills", _row("CUP", "PAINT", unit="m"))) == [(2, "unit")]
    assert reasons(took("bills", _row("CUP", "PAINT", "0.0001", unit="g"))) == [(2, "quantity")]


def test_positions_are_kept_and_must_be_unique(db: Database) -> None:
    _items(db, "CUP", "BODY", "LID", "BOX")
    rows = [
        _row("CUP", "BODY", position="20"),
        _row("CUP", "LID", position=""),
        _row("CUP", "BOX", position="10"),
    ]
    assert counts(took("bills", *rows)) == (3, 0, 0, 0)
    assert [line.position for line in _lines(db, "CUP")] == [10, 20, 21]
    double = took("bills", _row("CUP", "BODY", position="1"), _row("CUP", "LID", position="1"))
    assert reasons(double) == [(3, "position")]


def test_alternates_phantoms_and_by_products(db: Database) -> None:
    _items(db, "CUP", "BODY", "B2", "A;B", "KIT", "SCRAP")
    took("bills", _row("KIT", "B2"))
    rows = [
        _row("CUP", "BODY", "2", alternates='B2; "A;B"=0.5', phantom="", by_product=""),
        _row("CUP", "KIT", "1", alternates="", phantom="yes", by_product=""),
        _row("CUP", "SCRAP", "0.1", alternates="", phantom="", by_product="1"),
    ]
    assert counts(took("bills", *rows)) == (3, 0, 0, 0)
    with db.session() as session:
        found = select(Item.sku, BillAlternate.quantity, BillAlternate.priority)
        instead = session.execute(found.join(Item).order_by(BillAlternate.priority)).all()
        assert [tuple(row) for row in instead] == [("B2", Decimal(2), 1), ("A;B", Decimal("0.5"), 2)]
    assert [(line.phantom, line.by_product) for line in _lines(db, "CUP")] == [
        (False, False), (True, False), (False, True),
    ]  # fmt: skip
    assert unchanged_again("bills") == 4


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"phantom": "yes"}, "phantom"),
        ({"alternates": "BODY=1"}, "alternates"),
        ({"alternates": "NOBODY=1"}, "alternates"),
        ({"alternates": "LID=1; LID=2"}, "alternates"),
        ({"alternates": "LID==1"}, "alternates"),
        ({"quantity": "0"}, "quantity"),
        ({"scrap_percent": "100"}, "scrap_percent"),
        ({"component": "NOBODY"}, "component"),
        ({"sku": "NOBODY"}, "sku"),
        ({"component": "CUP"}, "component"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-31", "revision": "B"}, "valid_to"),
    ],
)
def test_a_wrong_cell_is_refused_by_its_name(db: Database, more: Mapping[str, str], column: str) -> None:
    _items(db, "CUP", "BODY", "LID")
    report = took("bills", {**_row("CUP", "BODY"), **more})
    assert reasons(report) == [(2, column)]
    assert _lines(db, "CUP") == []


def test_what_a_bill_says_besides_its_lines_must_agree(db: Database) -> None:
    _items(db, "CUP", "BODY", "LID")
    rows = [_row("CUP", "BODY", output="10"), _row("CUP", "LID", output="")]
    assert counts(took("bills", *rows)) == (2, 0, 0, 0)
    other = [_row("CUP", "BODY", output="10"), _row("CUP", "LID", output="12")]
    assert reasons(took("bills", *other)) == [(3, "output")]


def test_a_derived_bill_is_left_to_its_rules(db: Database) -> None:
    _items(db, "CUP", "BODY")
    took("bills", _row("CUP", "BODY"))
    with db.session(write=True) as session:
        session.scalars(select(Bill)).one().derived = True
    assert reasons(took("bills", _row("CUP", "BODY", "2", revision="A"))) == [(2, "revision")]
    assert exported("bills") == []


def test_a_circle_is_refused_with_its_path(db: Database) -> None:
    _items(db, "A", "B", "C", "D")
    took("bills", _row("A", "B"), _row("B", "C"))
    report = took("bills", _row("D", "A"), _row("C", "A"))
    assert reasons(report) == [(3, "component")]
    for step in ("A → B", "B → C", "C → A"):
        assert step in report.rejected[0].reason
    assert _lines(db, "C") == _lines(db, "D") == []


def test_a_circle_through_an_alternate_is_one_and_through_a_by_product_is_none(db: Database) -> None:
    _items(db, "A", "B", "C")
    took("bills", _row("A", "B"))
    assert reasons(took("bills", _row("B", "C", alternates="A=1"))) == [(2, "component")]
    assert counts(took("bills", _row("B", "A", by_product="yes"))) == (1, 0, 0, 0)


def test_bills_that_were_never_valid_together_make_no_circle(db: Database) -> None:
    _items(db, "A", "B")
    old = _row("A", "B", revision="1", valid_from="2025-01-01", valid_to="2025-12-31")
    new = _row("B", "A", revision="2", valid_from="2026-01-01", valid_to="")
    assert counts(took("bills", old, new)) == (2, 0, 0, 0)
    both = took("bills", {**new, "valid_from": "2025-12-31"})
    assert reasons(both) == [(2, "component")]


def test_dated_lines_become_revisions_named_by_their_first_day(db: Database) -> None:
    _items(db, "CUP", "BODY", "LID", "LID2")
    rows = [
        _row("CUP", "BODY", valid_from="2025-01-01", valid_to=""),
        _row("CUP", "LID", valid_from="2025-01-01", valid_to="2025-06-30"),
        _row("CUP", "LID2", valid_from="2025-07-01", valid_to=""),
    ]
    assert counts(took("bills", *rows)) == (3, 0, 0, 0)
    with db.session() as session:
        found = select(Bill.revision, Bill.valid_from, Bill.valid_to).order_by(Bill.revision)
        assert [tuple(row) for row in session.execute(found)] == [
            ("2025-01-01", date(2025, 1, 1), date(2025, 6, 30)),
            ("2025-07-01", date(2025, 7, 1), None),
        ]
    assert [len(_lines(db, "CUP", name)) for name in ("2025-01-01", "2025-07-01")] == [2, 2]
    assert counts(took("bills", *rows)) == (0, 0, 3, 0)
    assert reasons(took("bills", {**rows[0], "valid_from": ""}, rows[1])) == [(2, "valid_from")]


def test_dated_lines_are_the_revisions_of_adventureworks() -> None:
    for rows in adventureworks.assemblies().values():
        spans = [
            (
                adventureworks.day(row["StartDate"]),
                adventureworks.day(row["EndDate"]) if row["EndDate"] else None,
            )
            for row in rows
        ]
        made = [
            (one.valid_from, one.valid_to, tuple(rows[at] for at in one.indices))
            for one in dated_revisions(spans)
        ]
        assert made == [(one.valid_from, one.valid_to, one.lines) for one in adventureworks.revisions(rows)]


def test_stopping_leaves_nothing(db: Database) -> None:
    _items(db, "CUP", "BODY")

    class Stopped:
        cancelled = False

        def report(self, done: int, total: int, text: str = "") -> None:
            self.cancelled = text == "Writing bills of materials"

    with pytest.raises(ImportStoppedError):
        took("bills", _row("CUP", "BODY"), progress=Stopped())
    assert _lines(db, "CUP") == []


def test_a_try_writes_nothing(db: Database) -> None:
    _items(db, "CUP", "BODY")
    assert counts(took("bills", _row("CUP", "BODY"), dry_run=True)) == (1, 0, 0, 0)
    assert _lines(db, "CUP") == []


@st.composite
def graphs(draw: st.DrawFn) -> list[TextRow]:
    """Bills among the items, each pair once; not seldom with a circle."""
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), unique=True, min_size=1, max_size=14
        )
    )
    quantities = st.decimals("0.000001", "9999", places=6).map(lambda figure: f"{figure:f}")
    return [_row(parent, child, draw(quantities), revision="A") for parent, child in pairs]


def _acyclic(rows: list[TextRow]) -> bool:
    """By taking leaves away until nothing is left; written anew here, on names."""
    uses = {(row["sku"], row["component"]) for row in rows}
    while uses:
        leaves = {child for _parent, child in uses} - {parent for parent, _child in uses}
        if not leaves:
            return False
        uses = {use for use in uses if use[1] not in leaves}
    return True


@pytest.fixture
def stocked(db: Database) -> Database:
    """A database with the items of the graphs."""
    _items(db, *NAMES)
    return db


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=graphs())
def test_bills_come_back_and_none_is_ever_circular(stocked: Database, rows: list[TextRow]) -> None:
    with stocked.session(write=True) as session:
        session.execute(delete(Bill))
    report = took("bills", *rows)
    assert bool(report.rejected) == (not _acyclic(rows))
    with stocked.session() as session:
        ids = list(session.scalars(select(Item.id)))
        engineering.structure(session, ids, date(2026, 11, 23)).checked()
    if not report.rejected:
        expected = {(row["sku"], row["component"], Decimal(row["quantity"])) for row in rows}
        out = exported("bills")
        assert {(row["sku"], row["component"], Decimal(row["quantity"])) for row in out} == expected
        assert unchanged_again("bills") == len(rows)


def test_a_deep_chain_and_a_wide_graph_are_checked_without_recursion() -> None:
    always = date(2026, 1, 1)
    chain = [Use(number, number + 1, always, None, True) for number in range(50_000)]
    assert list(circles(chain)) == []
    closed = [*chain, Use(50_000, 0, always, None, True)]
    (path,) = circles(closed)
    assert len(path) == 50_002
    assert path[0] == path[-1]


def test_circles_that_were_there_before_are_not_blamed_on_the_file() -> None:
    always = date(2026, 1, 1)
    old = [Use(1, 2, always, None, False), Use(2, 1, always, None, False)]
    assert list(circles([*old, Use(3, 1, always, always + timedelta(days=1), True)])) == []


def test_twenty_thousand_lines_come_in_and_are_unchanged_the_second_time(db: Database) -> None:
    """The benchmark of the catalogue has ten times as many."""
    with db.session(write=True) as session:
        base = {"kind": "finished", "procurement": Procurement.MAKE.value}
        insert_rows(session, Item, [{**base, "sku": f"S{number}"} for number in range(2010)])
    rows = [
        _row(f"S{parent}", f"S{parent + step}", revision="A")
        for parent in range(2000)
        for step in range(1, 11)
    ]
    assert counts(took("bills", *rows)) == (20_000, 0, 0, 0)
    assert counts(took("bills", *rows)) == (0, 0, 20_000, 0)
    with db.session() as session:
        assert session.scalar(select(func.count()).select_from(BillLine)) == 20_000

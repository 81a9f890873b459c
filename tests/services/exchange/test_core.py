"""Imports are all or nothing, say what became of each row, and read columns as the mapping tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.models.catalog import Item, ItemText, Product
from factory_erp.models.database import Database
from factory_erp.models.exchange import SavedMapping
from factory_erp.models.search import SearchEntry
from factory_erp.models.security import AuditEntry
from factory_erp.services import search
from factory_erp.services.catalogue import index as catalogue_index
from factory_erp.services.exchange import fields, readers
from factory_erp.services.exchange.importing import import_sheet, mapping_for
from factory_erp.services.exchange.kind import MOST_REJECTIONS, ImportStoppedError, Verdict
from factory_erp.services.exchange.mapping import (
    ColumnMap,
    Lookup,
    MappingRefusedError,
    Skip,
    Source,
    Times,
    from_json,
    guess,
    load,
    signature,
    to_json,
)
from factory_erp.services.exchange.registry import KINDS, kind
from factory_erp.services.exchange.saved_maps import forget, remembered
from factory_erp.sheets.table import CellProblem
from tests.services.exchange.tables import a_sheet, counts, refused, take

HEADERS = "sku kind name_en net_g"
CUP = ("CUP-1", "finished", "Cup", "320")
LID = ("LID-1", "raw", "Lid", "40")


def count(db: Database, model: type[Any]) -> int:
    with db.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def item(db: Database, sku: str) -> Item:
    with db.session() as session:
        return session.scalars(select(Item).filter_by(sku=sku)).one()


# What becomes of rows


def test_rows_are_created_then_updated_then_unchanged(db: Database) -> None:
    assert counts(take("items", HEADERS, CUP, LID)) == (2, 0, 0)
    heavier = ("CUP-1", "finished", "Cup", "330")
    report = take("items", HEADERS, heavier, LID)
    assert counts(report) == (0, 1, 1)
    assert report.verdicts == {2: Verdict.UPDATED, 3: Verdict.UNCHANGED}
    assert (item(db, "CUP-1").net_g, item(db, "CUP-1").version) == (330, 2)
    assert counts(take("items", HEADERS, heavier, LID)) == (0, 0, 2)


def test_a_column_that_the_file_does_not_have_leaves_records_alone(db: Database) -> None:
    take("items", HEADERS, CUP)
    assert counts(take("items", "sku lead_days", ("CUP-1", "9"))) == (0, 1, 0)
    assert (item(db, "CUP-1").net_g, item(db, "CUP-1").lead_days) == (320, 9)


def test_an_empty_cell_sets_the_default(db: Database) -> None:
    take("items", HEADERS, CUP)
    assert counts(take("items", "sku net_g origin", ("CUP-1", "", "DE"))) == (0, 1, 0)
    assert (item(db, "CUP-1").net_g, item(db, "CUP-1").origin) == (0, "DE")


def test_one_bad_cell_refuses_the_whole_file(db: Database) -> None:
    report = take("items", HEADERS, CUP, ("LID-1", "raw", "Lid", "forty"))
    assert refused(report) == [(3, "net_g")]
    assert "plain number" in report.rejected[0].reason
    assert (report.created, report.written, count(db, Item)) == (0, False, 0)


def test_every_bad_cell_is_named_at_once(db: Database) -> None:
    report = take(
        "items", [*HEADERS.split(), "product"],
        ("A", "vapour", "x", "-1", ""), ("B", "raw", "x", "1", "NOWHERE"),
    )  # fmt: skip
    assert refused(report) == [(2, "kind"), (2, "net_g"), (3, "product")]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(db: Database) -> None:
    report = take("items", HEADERS, CUP, LID, dry_run=True)
    assert (report.created, report.dry_run, report.written) == (2, True, False)
    assert [count(db, model) for model in (Item, ItemText, SearchEntry, SavedMapping, AuditEntry)] == [0] * 5


def test_the_same_key_twice_is_refused_naming_both_rows(db: Database) -> None:
    report = take("items", HEADERS, CUP, LID, CUP)
    assert refused(report) == [(4, "sku")]
    assert "Rows 2 and 4" in report.rejected[0].reason


def test_a_missing_required_column_is_said_once(db: Database) -> None:
    report = take("packaging", "sku level", ("CUP-1", "master"), ("CUP-1", "inner"))
    assert refused(report) == [
        (1, title) for title in ("Pieces", "Length (mm)", "Width (mm)", "Height (mm)", "Net weight (g)",
                                 "Gross weight (g)")
    ]  # fmt: skip


def test_a_column_that_only_new_records_need_is_said_once(db: Database) -> None:
    take("items", HEADERS, CUP)
    report = take("items", "sku net_g", ("CUP-1", "5"), ("NEW-1", "5"), ("NEW-2", "5"))
    assert refused(report) == [(1, "Kind")]


def test_what_the_reader_of_the_file_could_not_trust_is_a_rejection(db: Database) -> None:
    sheet = a_sheet(HEADERS, CUP, LID, problems=[CellProblem(3, "net_g", "is a formula")])
    report = import_sheet("items", sheet).value
    assert refused(report) == [(3, "net_g")]
    assert count(db, Item) == 0


def test_a_cell_that_the_reader_of_the_file_refused_is_refused_once(db: Database) -> None:
    lost = ("6.9E+17", "raw", "Lid", "forty")
    sheet = a_sheet(HEADERS, CUP, lost, problems=[CellProblem(3, "sku", "has lost digits")])
    report = import_sheet("items", sheet).value
    assert [(one.row, one.column, one.reason[:9]) for one in report.rejected] == [
        (3, "sku", "has lost "), (3, "net_g", "'forty' i"),
    ]  # fmt: skip


@pytest.mark.parametrize(("alone", "created"), [(True, 1), (False, 0)])
def test_a_spoilt_cell_of_a_column_that_is_not_imported_does_no_harm(
    db: Database, alone: bool, created: int
) -> None:
    problem = CellProblem(2, "Margin", "The cell shows the error #DIV/0!.", alone)
    sheet = a_sheet("sku kind Margin", ("CUP-1", "raw", "#DIV/0!"), problems=[problem])
    report = import_sheet("items", sheet).value
    assert (report.created, count(db, Item), bool(report.rejected)) == (created, created, not alone)


def test_columns_that_are_not_imported_are_named(db: Database) -> None:
    report = take("items", "sku kind nett_g colour", ("CUP-1", "raw", "5", "red"))
    assert report.notes == ("These columns were not imported: nett_g, colour.",)
    assert take("items", HEADERS, CUP).notes == ()


def test_reading_ends_where_too_much_is_refused(db: Database) -> None:
    wrong = [(f"X{number}", "vapour", "x", "heavy") for number in range(MOST_REJECTIONS)]
    report = take("items", HEADERS, *wrong)
    assert len(report.rejected) == MOST_REJECTIONS + 1
    assert (report.rejected[0].row, report.created, report.written) == (0, 0, False)
    # Two cells of each row: half of the rows were looked at.
    assert f"the rows from {MOST_REJECTIONS // 2 + 2} on" in report.rejected[0].reason


def test_rows_beyond_the_list_of_refusals_are_refused_too(db: Database) -> None:
    unknown = [(f"X{number}", "raw", "NOWHERE") for number in range(MOST_REJECTIONS + 5)]
    report = take("items", "sku kind product", *unknown, ("LAST", "raw", ""), dry_run=True)
    assert len(report.rejected) == MOST_REJECTIONS + 1
    assert report.rejected[0].reason.startswith("5 more cells cannot be taken")
    assert (report.created, report.verdicts) == (1, {MOST_REJECTIONS + 7: Verdict.CREATED})


def test_a_code_that_is_taken_for_a_whole_number_says_what_would_mend_it() -> None:
    with pytest.raises(InvalidValue, match=r"3\.5 is not a whole number\. Write it without decimals"):
        fields.whole(0)("3.5")


@pytest.mark.parametrize("header", ["长", "N.W.", "Net weight", "Length", "净重"])
def test_a_measure_without_its_unit_is_not_guessed(header: str) -> None:
    for name in ("items", "packaging"):
        assert guess(kind(name), [header]).columns == {}


UNKNOWN_IN_EXAMPLES = {
    "bills": {"component", "alternates"},
    "listings": {"account"},
    "listing-days": {"account"},
}
"""Kind → columns whose example is not among the examples of other kinds: shops are not imported."""


def test_templates_fit_together(db: Database) -> None:
    """Each can be imported as it is after those before it, but for parts of the bill and for the shop."""
    for name, target in KINDS.items():
        cells = [field.example for field in target.fields]
        report = take(name, [field.key for field in target.fields], cells)
        wanted = UNKNOWN_IN_EXAMPLES.get(name, set())
        assert {one.column for one in report.rejected} == wanted, (name, report.rejected)


class Stopper:
    """A person who stops the work after so many reports."""

    def __init__(self, after: int) -> None:
        self.reports, self.after = 0, after

    @property
    def cancelled(self) -> bool:
        return self.reports > self.after

    def report(self, done: int, total: int, text: str = "") -> None:
        self.reports += 1


@pytest.mark.parametrize("after", [0, 2, 3, 4, 5])
def test_a_stopped_import_leaves_nothing(db: Database, after: int) -> None:
    rows = [(f"S-{number}", "raw", f"Thing {number}", "1") for number in range(3000)]
    with pytest.raises(ImportStoppedError):
        import_sheet("items", a_sheet(HEADERS, *rows), progress=Stopper(after))
    assert [count(db, model) for model in (Item, ItemText, SearchEntry)] == [0, 0, 0]


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(NotFound, match="items"):
        kind("itmes")


def test_every_kind_comes_after_those_it_needs() -> None:
    seen: set[str] = set()
    for one in KINDS.values():
        assert set(one.needs) <= seen
        seen.add(one.name)


def test_no_header_means_two_fields_of_a_kind() -> None:
    for one in KINDS.values():
        meant: dict[str, str] = {}
        for field in one.fields:
            for name in field.names():
                assert meant.setdefault(name, field.key) == field.key, (one.name, name)


@pytest.mark.parametrize("name", KINDS)
def test_every_header_of_an_export_and_of_a_template_is_understood(name: str) -> None:
    for headers in ([field.bilingual() for field in kind(name).fields],
                    *zip(*(field.titles() for field in kind(name).fields), strict=True)):  # fmt: skip
        mapped = guess(kind(name), list(headers)).columns
        assert {key: source.columns for key, source in mapped.items()} == {
            field.key: (header,) for field, header in zip(kind(name).fields, headers, strict=True)
        }


@pytest.mark.parametrize("name", KINDS)
def test_the_example_of_every_field_can_be_read(name: str) -> None:
    for field in kind(name).fields:
        if field.example:
            assert field.read(str(field.read.show(field.read(field.example)))) == field.read(field.example)


NASTY = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "\x00", "????", "1.23457E+14", "00:00.0", "=1+1", "-1", "0", "99999999999999999999",
         "1e999", "NaN", "2026-02-30", "2026-01-01", "9999-12-31", "件", "TRUE", "A", "A|A", "A=1; A=2",
         "CUP-1", "finished", "x" * 400, "7323930000", "0.0000001", "USD", "CN", "1",
         "100", "en", "master", "08:00", "24:00"]
    ),
)  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_whatever_the_cells_hold_the_import_ends_in_a_report(
    db: Database, name: str, data: st.DataObject
) -> None:
    with db.session() as session:
        if session.scalar(select(Item.id)) is None:
            take("products", "product name_en", ("A", "Family"))
            take("items", HEADERS, CUP, ("A", "raw", "Thing", "1"))
    headers = data.draw(
        st.lists(st.sampled_from([field.key for field in kind(name).fields]), min_size=1, unique=True)
    )
    rows = data.draw(st.lists(st.lists(NASTY, min_size=len(headers), max_size=len(headers)), max_size=4))
    report = take(name, headers, *rows, dry_run=True)
    assert len(report.verdicts) + report.skipped + len({one.row for one in report.rejected} - {0, 1}) <= len(
        rows
    )
    assert all(one.reason for one in report.rejected)
    assert not any("database refuses" in one.reason for one in report.rejected), report.rejected


# How columns are read


@pytest.fixture
def lookups(tmp_path: Path) -> Path:
    (tmp_path / "colours.csv").write_text("Id,Name,Code\n1,Black,B\n2,White,W\n", encoding="utf-8")
    (tmp_path / "shades.csv").write_text("Code,Shade\nB,Midnight\n", encoding="utf-8")
    (tmp_path / "doubles.csv").write_text("Id,Name\n1,a\n1,b\n", encoding="utf-8")
    return tmp_path


def mapped(
    db: Database, source: Source, field: str, cells: dict[str, str], folder: Path | None = None
) -> Any:
    """What an item's *field* becomes of a row."""
    columns = {"sku": Source(("Number",)), "kind": Source(constant="raw"), field: source}
    report = take(
        "items", ["Number", *cells], ("X-1", *cells.values()), mapping=ColumnMap(columns), folder=folder
    )
    counts(report)
    return getattr(item(db, "X-1"), field)


def test_columns_are_joined_and_empty_ones_left_out(db: Database) -> None:
    source = Source(("Colour", "Size", "Logo"), joint=" / ")
    assert mapped(db, source, "options", {"Colour": "Black", "Size": " ", "Logo": "A"}) == "Black / A"


def test_words_are_translated(db: Database) -> None:
    source = Source(("Make",), values={"1": "make", "0": "buy"})
    assert mapped(db, source, "procurement", {"Make": "1 "}) == "make"


@pytest.mark.parametrize(("other", "wanted"), [("raw", "Red"), ("empty", "")])
def test_a_word_without_translation_is_taken_as_the_mapping_says(
    db: Database, other: str, wanted: str
) -> None:
    assert mapped(db, Source(("C",), values={"B": "Black"}, other=other), "options", {"C": "Red"}) == wanted


def test_a_word_without_translation_is_else_refused(db: Database) -> None:
    columns = {"sku": Source(("S",)), "options": Source(("C",), values={"B": "Black"})}
    assert refused(take("items", "S C", ("X", "Red"), mapping=ColumnMap(columns))) == [(2, "C")]


def test_pounds_become_whole_grams_exactly(db: Database) -> None:
    source = Source(("W",), times=Times(column="U", values={"LB": "453.59237", "G": "1"}), places=0)
    assert mapped(db, source, "net_g", {"W": "2.24", "U": "LB "}) == 1016


def test_a_figure_is_multiplied_without_losing_digits(db: Database) -> None:
    exact = mapped(db, Source(("C",), times=Times("0.001")), "standard_cost", {"C": "1234567890.123"})
    assert exact == Decimal("1234567.890123")


def test_what_is_looked_up_may_be_looked_up_again(db: Database, lookups: Path) -> None:
    again = Lookup("colours.csv", "Id", "Code", then=Lookup("shades.csv", "Code", "Shade"))
    assert mapped(db, Source(("C",), lookup=again), "options", {"C": "1"}, lookups) == "Midnight"


def test_a_key_that_the_other_file_does_not_have_is_refused(db: Database, lookups: Path) -> None:
    columns = {"sku": Source(("S",)), "options": Source(("C",), lookup=Lookup("colours.csv", "Id", "Name"))}
    report = take("items", "S C", ("X", "9"), mapping=ColumnMap(columns), folder=lookups)
    assert refused(report) == [(2, "C")]


@pytest.mark.parametrize(
    ("lookup", "said"),
    [
        (Lookup("doubles.csv", "Id", "Name"), "several rows"),
        (Lookup("colours.csv", "Id", "Shade"), "no column Shade"),
    ],
)
def test_a_look_up_that_cannot_work_is_refused(
    db: Database, lookups: Path, lookup: Lookup, said: str
) -> None:
    mapping = ColumnMap({"sku": Source(("S",), lookup=lookup)})
    with pytest.raises(MappingRefusedError, match=said):
        take("items", "S", ("1",), mapping=mapping, folder=lookups)


def test_rows_are_left_out_as_the_mapping_says(db: Database) -> None:
    mapping = ColumnMap(
        {"sku": Source(("S",)), "kind": Source(constant="raw")},
        skip=(Skip("State", ("", "gone")), Skip("Site", ("A",), wanted=True)),
    )
    rows = (("1", "ok", "A"), ("2", "", "A"), ("3", "gone", "A"), ("4", "ok", "B"))
    report = take("items", "S State Site", *rows, mapping=mapping)
    assert (report.created, report.skipped) == (1, 3)


def test_days_are_read_in_the_files_own_format(db: Database) -> None:
    take("tariff-codes", "hs_code", ("7323930000",))
    mapping = ColumnMap(
        {"hs_code": Source(("HS",)), "valid_from": Source(("From",)), "vat_percent": Source(("VAT",)),
         "rebate_percent": Source(constant="9%")},
        date="%m/%d/%Y",
    )  # fmt: skip
    rows = (("7323.93.0000", "4/1/2026", "13%"), ("7323.93.0000", "2027-01-01", "13"))
    assert counts(take("tariff-rates", "HS From VAT", *rows, mapping=mapping)) == (2, 0, 0)
    assert refused(take("tariff-rates", "HS From VAT", ("7323930000", "13/1/2026", "13"), mapping=mapping))


def test_a_header_that_the_file_does_not_have_is_refused_with_those_it_has(db: Database) -> None:
    mapping = ColumnMap({"sku": Source(("Number",))})
    with pytest.raises(MappingRefusedError, match=r"Number.*The file has: Code, Name"):
        take("items", "Code Name", ("1", "x"), mapping=mapping)


FULL = ColumnMap(
    {
        "sku": Source(("Number",)),
        "options": Source(("A", "B"), joint=" / ", values={"x": "y"}, other="raw"),
        "kind": Source(constant="raw"),
        "product": Source(("P",), lookup=Lookup("p.csv", "Id", "Code", then=Lookup("q.csv", "Code", "Name"))),
        "net_g": Source(("W",), times=Times(column="U", values={"LB": "453.59237"}), places=0),
        "standard_cost": Source(("C",), times=Times("0.01"), date="%d.%m.%Y"),
    },
    skip=(Skip("S", ("", "x")), Skip("T", ("y",), wanted=True)),
    date="%d/%m/%Y", encoding="GB18030", delimiter=";", sheet="Sheet 2",
)  # fmt: skip


def test_a_mapping_survives_being_written_as_json() -> None:
    assert from_json(to_json(FULL)) == FULL


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", "[" * 5000, '{"column": {}}', '{"columns": []}', '{"skip": [{"column": "A"}]}',
        *(f'{{"columns": {{"sku": {source}}}}}' for source in (
            "5", "{}", '{"column": "A", "constant": "B"}', '{"column": 5}', '{"column": "A", "round": 1.5}',
            '{"column": "A", "times": "x"}', '{"column": "A", "values": {"a": 1}}',
            '{"column": "A", "other": "b"}', '{"column": "A", "lookup": {"file": "a.csv"}}',
        )),
    ],
)  # fmt: skip
def test_a_mapping_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(MappingRefusedError):
        from_json(text)


@pytest.mark.parametrize("file", ["../a.csv", "/etc/passwd", "a/b.csv", "a\\b.csv", "C:a.csv", "..", "."])
def test_a_look_up_reaches_no_other_folder(file: str) -> None:
    said = to_json(ColumnMap({"sku": Source(("A",), lookup=Lookup(file, "k", "v"))}))
    with pytest.raises(MappingRefusedError, match="plain file name"):
        from_json(said)


def test_a_mapping_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingRefusedError):
        load(tmp_path / "none.json")


def test_a_mapping_is_remembered_by_the_headers_and_forgotten(db: Database) -> None:
    mapping = ColumnMap({"sku": Source(("Nr",)), "kind": Source(constant="raw")})
    take("items", "Nr X", ("A", "1"), mapping=mapping)
    assert remembered("items", ["Nr", "X"]) == mapping
    assert remembered("items", ["X", "Nr"]) is None
    assert counts(take("items", "Nr X", ("A", "1"))) == (0, 0, 1)
    assert forget("items", ["Nr", "X"]).value
    assert not forget("items", ["Nr", "X"]).value
    assert mapping_for("items", ["Nr", "X"]).columns == {}


def test_a_file_that_was_rejected_leaves_no_mapping_behind(db: Database) -> None:
    mapping = ColumnMap({"sku": Source(("Nr",)), "kind": Source(("X",))})
    take("items", "Nr X", ("A", "vapour"), mapping=mapping)
    assert remembered("items", ["Nr", "X"]) is None


def test_headers_are_known_however_they_are_written() -> None:
    headers = [" S K U ", "ｎａｍｅ_EN", "中文品名", "Net-Weight (G)", "计量单位"]
    found = {key: source.columns[0] for key, source in guess(kind("items"), headers).columns.items()}
    assert found == dict(zip(["sku", "name_en", "name_zh", "net_g", "unit"], headers, strict=True))


def test_the_signature_is_that_of_the_headers_in_order() -> None:
    assert signature(["A", "B"]) == signature(["A", "B"]) != signature(["B", "A"])


# Readers


GOOD: list[tuple[Callable[[str], Any], str, Any]] = [
    (fields.text(50), "Really???", "Really???"),
    (fields.text(50), "what? why?? ok", "what? why?? ok"),
    (fields.text(50), " a\r\nb ", "a\nb"),
    (fields.code(20), " 123456789012345 ", "123456789012345"),
    (fields.whole(0), "12.0", 12),
    (fields.decimal(), ".50", Decimal("0.5")),
    (fields.decimal(), "-0", Decimal(0)),
    (fields.percent_ppm(), "2.5 %", 25_000),
    (fields.percent(), "13%", Decimal(13)),
    (fields.day(), "2026-11-23", date(2026, 11, 23)),
    (fields.day(), "2025/2/7 10:01:36.827", date(2025, 2, 7)),
    (fields.day(), "2026年3月1日", date(2026, 3, 1)),
    (fields.clock_time(), "08:30", 510),
    (fields.clock_time(), "24:00:00", 1440),
    (fields.yes_no(), "是", True),
    (fields.yes_no(), "FALSE", False),
    (fields.unit_code(), "件", "H87"),
    (fields.unit_code(), "kg", "KGM"),
    (fields.unit_code(), "pcs", "H87"),
    (fields.currency(), "rmb", "CNY"),
    (fields.country(), "德国", "DE"),
    (fields.country(), "usa", "US"),
    (fields.language_code(), "en    ", "en"),
    (fields.language_code(), "zh-cht", "zh_TW"),
    (fields.language_code(), "pt-br", "pt_BR"),
    (fields.hs_code(), "7323.93.0000", "7323930000"),
    (fields.incoterm(), "fob", "FOB"),
    (fields.gtin(), "4006381333931", "4006381333931"),
]
BAD: list[tuple[Callable[[str], Any], str]] = [
    (fields.text(3), "abcd"),
    (fields.text(50), "a\x00b"),
    (fields.text(50), "????"),
    (fields.text(50), "?? ??"),
    (fields.text(50), "???? 500ml"),
    (fields.text(50), "?? 500ml"),
    (fields.text(50), "304????500ml"),
    (fields.text(50), "Cup (????)"),
    (fields.text(50), "锟斤拷锟斤拷 500ml"),
    (fields.text(50), "caf\N{REPLACEMENT CHARACTER}"),
    (fields.code(20), "1.23457E+14"),
    (fields.code(20), "a\nb"),
    (fields.whole(0), "-1"),
    (fields.whole(0), "1.5"),
    (fields.whole(), "2147483648"),
    (fields.decimal(), "1,234.5"),
    (fields.decimal(), "0.0000001"),
    (fields.decimal(), "1E5"),
    (fields.decimal(), "１２"),
    (fields.decimal(), "NaN"),
    (fields.decimal(above=0), "0"),
    (fields.decimal(), "99999999999999"),
    (fields.percent_ppm(), "100"),
    (fields.day(), "00:00.0"),
    (fields.day(), "2026-02-30"),
    (fields.day(), "11/23/2026"),
    (fields.clock_time(), "24:01"),
    (fields.clock_time(), "08:60"),
    (fields.yes_no(), "maybe"),
    (fields.unit_code(), "parsec"),
    (fields.currency(), "XXX"),
    (fields.country(), "Atlantis"),
    (fields.language_code(), "?"),
    (fields.hs_code(), "12"),
    (fields.hs_code(), "7.32393E+09"),
    (fields.incoterm(), "XYZ"),
    (fields.gtin(), "4006381333932"),
]


@pytest.mark.parametrize(("read", "cell", "value"), GOOD)
def test_a_cell_is_read(read: Callable[[str], Any], cell: str, value: Any) -> None:
    assert read(cell) == value
    assert type(read(cell)) is type(value)


@pytest.mark.parametrize(("read", "cell"), BAD)
def test_a_cell_that_a_spreadsheet_spoilt_is_refused(read: Callable[[str], Any], cell: str) -> None:
    with pytest.raises(InvalidValue):
        read(cell)


def test_several_words_come_in_the_order_of_the_options() -> None:
    read = fields.several({"a": ("Alpha", ()), "b": ("Beta", ("乙",))})
    assert read("乙、alpha") == ("a", "b")
    assert read.show(("b", "a")) == "Alpha|Beta"
    with pytest.raises(InvalidValue, match="Alpha, Beta"):
        read("gamma")


@given(st.text(max_size=60))
def test_text_that_is_taken_is_taken_again_as_it_is(cell: str) -> None:
    try:
        once = readers.tidy(cell)
    except InvalidValue:
        return
    assert readers.tidy(once) == once


# Many at once


def test_many_items_are_found_by_the_same_words_as_one_saved_in_a_form(db: Database) -> None:
    take("products", "product name_en name_zh category brand", ("P", "Family", "家族", "Cups", "Brand"))
    take("items", [*HEADERS.split(), "name_zh", "hs_code", "options"], (*CUP, "杯子", "7323930000", "Black"))
    take("item-texts", "sku language name", ("CUP-1", "de", "Becher"))

    def entries() -> list[tuple[Any, ...]]:
        with db.session() as session:
            rows = session.scalars(select(SearchEntry).order_by(SearchEntry.kind))
            return [(row.kind, row.record_id, row.title, row.subtitle, row.text) for row in rows]

    by_import = entries()
    with db.session(write=True) as session:
        catalogue_index.index_item(session, session.scalars(select(Item)).one())
        catalogue_index.index_product(session, session.scalars(select(Product)).one())
    assert by_import == entries()
    assert [hit.title for hit in search.find("Becher")] == ["CUP-1"]


def test_the_reference_names_every_kind_with_its_columns() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
    lines = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    for one in KINDS.values():
        named = lines[one.name].split("|")[2].replace("*", "").replace("\\", "").replace("`", "")
        assert [key.strip() for key in named.split(",")] == [field.key for field in one.fields]

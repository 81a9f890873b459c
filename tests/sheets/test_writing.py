"""What is written is whole, harmless, exact, and read back as it was."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.sheets import xlsx_writing
from factory_erp.sheets.reading import read_file
from factory_erp.sheets.values import plain
from factory_erp.sheets.writing import Cell, write_file

ANY = st.text(
    st.one_of(
        st.sampled_from("=+-@'\"\t\r\n ,;＝_x0A&<>\x01\x0b\x1f\x85\u2028\ufeff\ufffe😀杯"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=12,
)
HOSTILE = [
    "=1+1",
    "+1",
    "-2+3",
    "@A",
    "\t=1",
    "\r\n",
    "\n=1",
    "＝1",
    "'",
    "''x",
    "'=1",
    " x ",
    "_x0041_",
    "_x005F\x01",
]
BOTH = pytest.mark.parametrize("suffix", [".xlsx", ".csv"])


def at(*moment: int) -> datetime:
    """A wall-clock time as cells hold it."""
    return datetime(*moment)  # type: ignore[arg-type]  # noqa: DTZ001


def back(path: Path, headers: list[str], rows: list[Any]) -> list[tuple[str, ...]]:
    write_file(path, headers, rows)
    sheet = read_file(path)
    assert sheet.problems == ()
    assert list(sheet.headers) == headers
    return [row.cells for row in sheet.rows]


@BOTH
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(rows=st.lists(st.tuples(ANY, ANY), min_size=1, max_size=6))
@example(rows=[(text, text) for text in HOSTILE])
@example(rows=[("_x005F", "_x0041_x0042_"), ("_\x01", "_x000d_")])
def test_every_text_comes_back_exactly(tmp_path: Path, suffix: str, rows: list[tuple[str, str]]) -> None:
    keyed = [(f"K{number}", *row) for number, row in enumerate(rows)]
    assert back(tmp_path / f"t{suffix}", ["Key", "One", "Two"], keyed) == keyed


@BOTH
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.decimals(allow_nan=False, allow_infinity=False) | st.integers())
def test_every_figure_comes_back_exactly(tmp_path: Path, suffix: str, value: Decimal | int) -> None:
    if isinstance(value, Decimal) and abs(value.adjusted()) > 500:
        value = value.scaleb(-value.adjusted())
    assert back(tmp_path / f"t{suffix}", ["Key", "N"], [("K", value)]) == [("K", plain(Decimal(value)))]


@BOTH
@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (True, "TRUE"),
        (False, "FALSE"),
        (0, "0"),
        (-5, "-5"),
        (123456789012345, "123456789012345"),
        (1234567890123456, "1234567890123456"),
        (Decimal("9.95"), "9.95"),
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+5"), "100000"),
        (Decimal("1E+20"), "100000000000000000000"),
        (Decimal("12345678901.123456"), "12345678901.123456"),
        (date(2026, 11, 23), "2026-11-23"),
        (date(1899, 1, 1), "1899-01-01"),
        (date(1900, 2, 28), "1900-02-28"),
        (date(1900, 3, 1), "1900-03-01"),
        (at(2026, 11, 23, 8, 30), "2026-11-23 08:30:00"),
        (at(2026, 11, 23, 23, 59, 59, 999_999), "2026-11-23 23:59:59"),
        (at(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 8, 30, tzinfo=UTC), "2026-11-23 08:30:00"),
        ("00123", "00123"),
        ("-5", "-5"),
        ("1.23457E+14", "1.23457E+14"),
    ],
)
def test_cells_come_back_as_plain_text(tmp_path: Path, suffix: str, cell: Cell, text: str) -> None:
    assert back(tmp_path / f"t{suffix}", ["Key", "Value"], [("K", cell)]) == [("K", text)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.datetimes(min_value=at(1900, 3, 1)))
def test_every_second_comes_back_from_a_workbook(tmp_path: Path, moment: datetime) -> None:
    shown = moment.replace(microsecond=0).isoformat(" ").removesuffix(" 00:00:00")
    assert back(tmp_path / "t.xlsx", ["When"], [(moment,)]) == [(shown,)]


def test_another_program_sees_text_numbers_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows: list[list[Cell]] = [
        ["=1+1", "00123", Decimal("9.95"), 12, date(2026, 11, 23), True],
        ["@x", None, 10**17],
    ]
    headers = ["SKU 货号", "Code", "Price", "Pieces", "Day", "Active"]
    assert (
        write_file(
            path, headers, rows, title="Items: 2026/11", hints=["", 'Say "no"\nspaces'], language="zh_CN"
        )
        == 2
    )

    page: Any = openpyxl.load_workbook(path).active

    assert page.title == "Items  2026 11"
    assert page.freeze_panes == "A2"
    assert page["A1"].font.b
    assert not page["A2"].font.b
    assert page["A1"].font.name == "Microsoft YaHei"
    assert [cell.value for cell in page[1]] == headers
    assert [cell.data_type for cell in page[2]] == ["s", "s", "n", "n", "d", "b"]
    assert [cell.value for cell in page[2]] == ["=1+1", "00123", 9.95, 12, at(2026, 11, 23), True]
    assert [page["A2"].number_format, page["B2"].number_format] == ["@", "@"]
    assert (page["C3"].value, page["C3"].data_type) == (str(10**17), "s")
    assert page.column_dimensions["A"].width == 10  # three letters, a space, two wide ones, two spare
    (hint,) = page.data_validations.dataValidation
    assert (hint.promptTitle, hint.prompt, str(hint.sqref)) == ("Code", 'Say "no"\nspaces', "B1:B1048576")


def test_exact_figures_stand_in_the_file(tmp_path: Path) -> None:
    write_file(tmp_path / "t.xlsx", ["P"], [(Decimal("9.95"),), (Decimal("0.1") + Decimal("0.2"),)])
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>9.95</v>" in xml
    assert "<v>0.3</v>" in xml


def test_200_000_hostile_cells_hold_no_formula(tmp_path: Path) -> None:
    source = random.Random(1)
    rows = [
        ["".join(source.choices("=+-@'\t\r\n ＝Aa1(),;|", k=source.randint(1, 8))) for _cell in range(40)]
        for _row in range(5000)
    ]
    path = tmp_path / "t.csv"
    write_file(path, [f"H{n}" for n in range(40)], rows)
    assert [list(row.cells) for row in read_file(path).rows] == rows
    path = path.with_suffix(".xlsx")
    write_file(path, [f"H{n}" for n in range(40)], rows)
    book = openpyxl.load_workbook(path, read_only=True)
    page: Any = book.active
    assert {cell.data_type for line in page for cell in line} == {"s"}
    book.close()


def test_csv_is_utf_8_with_its_mark_and_neutral(tmp_path: Path) -> None:
    write_file(tmp_path / "t.csv", ["货号", "=n"], [["A", "=1"], ["B", None]])
    assert (tmp_path / "t.csv").read_bytes() == "\ufeff货号,'=n\r\nA,'=1\r\nB,\r\n".encode()


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_file(tmp_path / f"{name}.xlsx", ["SKU"], [["A"]], title="Items")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def broken() -> Iterator[list[Cell]]:
    yield ["A"]
    raise RuntimeError("the database went away")


@BOTH
def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        write_file(path, ["SKU"], broken())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    write_file(path, ["SKU"], [["A"]])
    assert path.read_bytes() != b"old"
    assert list(tmp_path.iterdir()) == [path]


@BOTH
@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("a\0b", "B2 cannot be written.*NUL"),
        ("a\ud800", "half of an emoji"),
        ("x" * 32_768, "32,767"),
        ("😀" * 16_384, "32,767"),
        (Decimal("NaN"), "finite"),
        (Decimal("-Infinity"), "finite"),
    ],
)
def test_what_no_file_holds_is_refused_with_its_cell(
    tmp_path: Path, suffix: str, cell: Cell, says: str
) -> None:
    with pytest.raises(InvalidValue, match=f"(?s){says}") as refused:
        write_file(tmp_path / f"t{suffix}", ["Key", "Note"], [["K", cell]])
    assert refused.value.field == "Note"
    assert list(tmp_path.iterdir()) == []


def test_the_longest_text_of_excel_is_written(tmp_path: Path) -> None:
    texts = [("x" * 32_767,), ("😀" * 16_383,)]
    assert back(tmp_path / "t.xlsx", ["Note"], texts) == texts


def test_mistakes_of_the_caller_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="row 2 has 2 cells"):
        write_file(tmp_path / "t.csv", ["Key"], [["K", "too many"]])
    with pytest.raises(TypeError, match="float"):
        write_file(tmp_path / "t.csv", ["Key"], [[1.5]])  # type: ignore[list-item]


def test_other_suffixes_and_unwritable_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match=r"neither \.xlsx nor \.csv"):
        write_file(tmp_path / "t.xls", ["Key"], [])
    with pytest.raises(DomainError, match="cannot be written"):
        write_file(tmp_path / "missing" / "t.csv", ["Key"], [])
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(DomainError, match="cannot be written"):
        write_file(tmp_path / "t.csv", ["Key"], [])


def test_more_rows_than_a_worksheet_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_writing, "MAX_ROWS", 10)
    rows: list[list[Cell]] = [["A"]] * 9
    assert write_file(tmp_path / "t.xlsx", ["Key"], rows) == 9
    with pytest.raises(InvalidValue, match="more rows than a worksheet"):
        write_file(tmp_path / "t.xlsx", ["Key"], [*rows, ["A"]])


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("", "t"),
        ("'a'", "a"),
        ("[x]*?", "x"),
        ("长" * 40, "长" * 31),
        ("😀" * 20, "😀" * 15),
        ("a\nb", "a b"),
    ],
)
def test_sheets_have_names_that_excel_allows(tmp_path: Path, title: str, name: str) -> None:
    write_file(tmp_path / "t.xlsx", ["Key"], [["K"]], title=title)
    assert read_file(tmp_path / "t.xlsx").source.sheet == name


def test_a_template_keeps_what_is_typed_below_its_example(tmp_path: Path) -> None:
    write_file(tmp_path / "t.xlsx", ["SKU 货号", "Quantity 数量"], [["CUP-1", 12]])
    page: Any = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    styles = {name: page.column_dimensions[name].number_format for name in "AB"}
    assert styles == {"A": "@", "B": "0"}

"""Blocks of cells as Excel and WPS put them on the clipboard."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.i18n import in_language
from factory_erp.sheets.clipboard import block_sheet, parse_block
from factory_erp.sheets.table import Row, SheetRefused


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("A", [["A"]]),
        ("A\tB\r\nC\t\r\n", [["A", "B"], ["C", ""]]),
        ("A\r\n\r\n", [["A"], [""]]),
        ("A\tB\nC\tD", [["A", "B"], ["C", "D"]]),
        ("A\rB\r", [["A"], ["B"]]),
        ('"one\ntwo"\tB\r\n', [["one\ntwo", "B"]]),
        ('"say ""hi""\r\nnow"\r\n', [['say "hi"\r\nnow']]),
        ('""\tB', [["", "B"]]),
        ('5" pipe\tB', [['5" pipe', "B"]]),
        ('"special\tB\nC\tD', [['"special', "B"], ["C", "D"]]),
        ('"A" or "B"\tC', [['"A" or "B"', "C"]]),
        ("A\tB\r\n\0", [["A", "B"]]),
        ("杯子\t 12 \r\n", [["杯子", " 12 "]]),
    ],
)
def test_copied_blocks(text: str, rows: list[list[str]]) -> None:
    assert parse_block(text) == rows


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=2
        ),
        min_size=1,
    )
)
def test_blocks_of_any_program_that_quotes_are_read_exactly(rows: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, dialect="excel-tab", quoting=csv.QUOTE_ALL).writerows(rows)
    assert parse_block(file.getvalue()) == rows


@given(st.text('"\t\r\na', max_size=40))
def test_any_text_is_some_block(text: str) -> None:
    assert sum(map(len, parse_block(text))) >= 0


def test_a_block_without_headers_takes_the_columns_in_order() -> None:
    sheet = block_sheet("A\tcup\r\n\r\nB\tlamp\r\n", ["SKU", "Name", "Quantity"])
    assert sheet.headers == ("SKU", "Name", "Quantity")
    assert sheet.rows == (Row(1, ("A", "cup", "")), Row(3, ("B", "lamp", "")))
    assert sheet.source.format == "clipboard"


@pytest.mark.parametrize(
    "first",
    [
        "Quantity\tSKU",
        "quantity \tsku",
        "数量\tSKU",
        "Quantity 数量\tSKU",
        "Qty\tSKU",
        "ＱＵＡＮＴＩＴＹ\tsku",
    ],
)
def test_a_first_row_of_headers_names_the_columns(first: str) -> None:
    sheet = block_sheet(f"{first}\r\n5\tA\r\n", ["SKU", "Name", "Quantity"], {"Qty": "Quantity"})
    assert sheet.headers == ("Quantity", "SKU")
    assert sheet.rows == (Row(2, ("5", "A")),)


def test_headers_of_the_other_language_need_an_alias() -> None:
    with in_language("zh_CN"):
        sheet = block_sheet("Quantity\r\n5\r\n", ["数量"], {"Quantity": "数量"})
    assert (sheet.headers, sheet.rows) == (("数量",), (Row(2, ("5",)),))


def test_a_first_row_with_one_value_is_data() -> None:
    sheet = block_sheet("SKU\tcup\r\n", ["SKU", "Name"])
    assert sheet.rows == (Row(1, ("SKU", "cup")),)


def test_cells_beyond_the_headers_are_problems() -> None:
    (problem,) = block_sheet("A\tB\tC\r\n", ["SKU", "Name"]).problems
    assert (problem.row, problem.column) == (1, "C")


def test_text_of_a_csv_opened_in_excel_is_restored() -> None:
    assert block_sheet("'=1+1\t'90s\r\n", ["SKU", "Name"]).rows == (Row(1, ("=1+1", "'90s")),)


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "nothing"), ("\r\n\t\r\n", "nothing"), ("SKU\n", "no row"), ("A\nB\0C\n", "Row 2")],
)
def test_blocks_without_rows_or_with_nul_are_refused(text: str, says: str) -> None:
    with pytest.raises(SheetRefused, match=says):
        block_sheet(text, ["SKU", "Name"])


def test_a_block_larger_than_a_file_is_refused() -> None:
    with pytest.raises(SheetRefused, match="cells"):
        parse_block("\t" * 3_000_001)
    with pytest.raises(SheetRefused, match="MB"):
        parse_block("x" * (50 * 1024 * 1024 + 1))


def test_halves_of_emoji_are_not_stored() -> None:
    assert parse_block("a\ud83d\tb") == [["a\N{REPLACEMENT CHARACTER}", "b"]]

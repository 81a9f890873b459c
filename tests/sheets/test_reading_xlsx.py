"""Workbooks as people and programs make them: which sheet, which cells, what they hold."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from factory_erp.sheets.reading import read_bytes, read_file
from factory_erp.sheets.table import CellProblem, Limits, Row, Sheet, SheetRefused
from tests.sheets.books import MAIN, grid, inline, sheet_xml, workbook


def read(data: bytes, **options: object) -> Sheet:
    return read_bytes(data, "items.xlsx", **options)  # type: ignore[arg-type]


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def only_problem(sheet: Sheet) -> CellProblem:
    (problem,) = sheet.problems
    return problem


HEAD = f'<row r="1">{inline("SKU")}{inline("Q")}</row>'


def test_a_workbook_of_another_program(tmp_path: Path) -> None:
    at = datetime(2026, 11, 23, 8, 30)  # noqa: DTZ001  cells know no zone
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "物料"
    page.append(["SKU", "名称", "Price", "Since", "At", "Active", "Rate"])
    page.append(["CUP-1", "杯子\n500 ml", 9.95, date(2026, 11, 23), at, True, 0.13])
    page["G2"].number_format = "0%"
    page.append(["LAMP-1", " 灯 😀 ", 12, None, None, False, None])
    book.save(tmp_path / "items.xlsx")

    sheet = read_file(tmp_path / "items.xlsx")

    assert sheet.headers == ("SKU", "名称", "Price", "Since", "At", "Active", "Rate")
    assert sheet.rows == (
        Row(2, ("CUP-1", "杯子\n500 ml", "9.95", "2026-11-23", "2026-11-23 08:30:00", "TRUE", "13%")),
        Row(3, ("LAMP-1", " 灯 😀 ", "12", "", "", "FALSE", "")),
    )
    assert sheet.problems == ()
    assert (sheet.source.format, sheet.source.name) == ("xlsx", "items.xlsx")
    assert (sheet.source.sheet, sheet.source.sheets) == ("物料", ("物料",))


def test_shared_rich_phonetic_and_escaped_strings() -> None:
    strings = (
        "<si><t>SKU</t></si><si><t>N</t></si>"
        "<si><r><t>one</t></r><r><t> two</t></r><rPh><t>ichi</t></rPh></si>"
        "<si><t>a_x000D_\nb_x005F_x0041_ _xD83D__xDE00_</t></si>"
    )
    cells = [
        row(1, '<c t="s"><v>0</v></c><c t="s"><v>1</v></c>'),
        row(2, '<c t="s"><v>2</v></c><c t="s"><v>3</v></c>'),
    ]
    assert read(workbook("".join(cells), strings=strings)).rows == (Row(2, ("one two", "a\r\nb_x0041_ 😀")),)


def test_every_kind_of_date_and_number() -> None:
    cells = [
        ('s="1"', "46349", "2026-11-23"),
        ('s="2"', "46349.354166666664", "2026-11-23 08:30:00"),
        ('s="3"', "0.354166666666667", "08:30:00"),
        ('s="4"', "1.5", "36:00:00"),
        ('s="5"', "0.095", "9.5%"),
        ('s="6"', "12", "12"),
        ('t="d"', "2026-11-23T00:00:00", "2026-11-23"),
        ('t="b"', "1", "TRUE"),
        ('t="str"', "=not run", "=not run"),
        ("", "1.5E3", "1500"),
    ]
    head = "".join(inline(f"H{n}") for n in range(len(cells)))
    body = "".join(f"<c {kind}><v>{stored}</v></c>" for kind, stored, _shown in cells)
    sheet = read(workbook(row(1, head) + row(2, body)))
    assert sheet.rows[0].cells == tuple(shown for _kind, _stored, shown in cells)
    assert sheet.problems == ()


def test_the_calendar_of_1904() -> None:
    cells = HEAD + row(2, '<c r="A2" s="1"><v>44887</v></c>')
    assert read(workbook(cells, from_1904=True)).rows[0].cells == ("2026-11-23", "")


def test_formulas_are_never_evaluated() -> None:
    cells = HEAD + row(
        2,
        '<c r="A2" t="str"><f>"X"&amp;1</f><v>X1</v></c><c r="B2"><f>1+1</f><v>3</v></c>',
    )
    assert read(workbook(cells)).rows[0].cells == ("X1", "3")


def test_a_formula_without_stored_result_is_a_problem_of_its_cell() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for cells in (["SKU", "Q"], ["CUP-1", "=1+1"]):
        page.append(cells)
    file = io.BytesIO()
    book.save(file)
    sheet = read(file.getvalue())
    assert sheet.rows == (Row(2, ("CUP-1", "=1+1")),)
    problem = only_problem(sheet)
    assert (problem.row, problem.column) == (2, "Q")
    assert "no stored result" in problem.reason


def test_a_formula_whose_text_is_empty_is_an_empty_cell() -> None:
    cells = HEAD + row(2, '<c r="A2"><v>1</v></c><c r="B2" t="str"><f>IF(1,"")</f><v></v></c>')
    sheet = read(workbook(cells))
    assert (sheet.rows[0].cells, sheet.problems) == (("1", ""), ())


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ('<c r="B2"><v>1E308</v></c>', "1E308 has more digits"),
        ('<c r="B2" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="B2" t="e"><f>A9</f><v>#REF!</v></c>', "#REF!"),
        ('<c r="B2"><v>1.2345678901234568E+17</v></c>', "format the column as text"),
        ('<c r="B2"><v>NaN</v></c>', "not a number"),
        ('<c r="B2" s="1"><v>-3</v></c>', "not a date"),
        ('<c r="B2" t="d"><v>yesterday</v></c>', "not a date"),
        ('<c r="B2" t="inlineStr"><is><t>a_x0000_b</t></is></c>', "NUL"),
    ],
)
def test_cells_that_cannot_be_trusted_are_problems_with_row_and_column(cell: str, says: str) -> None:
    sheet = read(workbook(HEAD + row(2, '<c r="A2"><v>1</v></c>' + cell)))
    problem = only_problem(sheet)
    assert (problem.row, problem.column) == (2, "Q")
    assert says.casefold() in problem.reason.casefold()
    assert "\0" not in "".join(sheet.rows[0].cells)


def test_the_first_visible_sheet_with_content_is_read_and_all_are_listed() -> None:
    pages = {
        "Notes": grid(("secret",)),
        "Empty": "",
        "Items": grid(("SKU",), ("A",)),
        "More": grid(("N",), ("1",)),
    }
    data = workbook(sheets=pages, hidden=("Notes",))
    sheet = read(data)
    assert (sheet.source.sheet, sheet.headers) == ("Items", ("SKU",))
    assert sheet.source.sheets == ("Empty", "Items", "More")
    assert read(data, sheet="more ").rows == (Row(2, ("1",)),)


def test_a_sheet_that_is_not_there_is_refused_naming_those_that_are() -> None:
    with pytest.raises(SheetRefused, match=r'"Prices".*Items, More'):
        read(workbook(sheets={"Items": "", "More": ""}), sheet="Prices")


@pytest.mark.parametrize("sheets", [{"One": "", "Two": ""}, {"One": row(5, '<c r="A5" s="1"/>')}])
def test_an_empty_workbook_is_refused(sheets: dict[str, str]) -> None:
    with pytest.raises(SheetRefused, match="empty"):
        read(workbook(sheets=sheets))


def test_a_header_alone_is_refused() -> None:
    with pytest.raises(SheetRefused, match="no row below"):
        read(workbook(grid(("SKU", "Name"))))


def test_rows_keep_their_numbers_over_blank_ones() -> None:
    cells = (
        row(3, '<c r="B3"><v>7</v></c>')
        + row(4)
        + row(5, '<c r="B5"><v>1</v></c>')
        + row(9, '<c r="B9"><v>2</v></c>')
    )
    sheet = read(workbook(cells))
    assert (sheet.headers, sheet.rows) == (("7",), (Row(5, ("1",)), Row(9, ("2",))))
    assert sheet.source.notes == ()


def test_headers_are_taken_without_surrounding_and_double_spaces() -> None:
    assert read(workbook(grid(("  SKU\n code ", "Name"), ("1", "2")))).headers == ("SKU code", "Name")


def test_columns_without_header() -> None:
    cells = row(1, '<c r="A1"><v>1</v></c><c r="D1"><v>4</v></c>')
    cells += row(2, '<c r="A2"><v>5</v></c><c r="C2"><v>6</v></c><c r="F2"><v>7</v></c>')
    sheet = read(workbook(cells))
    assert (sheet.headers, sheet.rows) == (("1", "C", "4", "F"), (Row(2, ("5", "6", "", "7")),))
    assert sheet.source.notes == ("Columns without a header are called by their letter: C, F.",)


def test_empty_edges_are_left_out_with_a_note() -> None:
    cells = HEAD + row(2, '<c r="A2"><v>1</v></c><c r="E2" s="1"/>')
    cells += "".join(row(n, f'<c r="A{n}" s="1"/>') for n in range(3, 1005))
    assert read(workbook(cells)).source.notes == (
        "The last 1,002 rows are empty and were left out.",
        "The last 3 columns are empty and were left out.",
    )


def test_duplicate_headers_are_refused_naming_their_columns() -> None:
    with pytest.raises(SheetRefused, match=r'"SKU" in row 1 .* A, C\.'):
        read(workbook(grid(("SKU", "Name", "sku"), ("1", "2", "3"))))


def test_duplicate_headers_over_empty_columns_do_no_harm() -> None:
    cells = grid(("SKU", "Note", "Note")) + row(2, '<c r="A2"><v>1</v></c>')
    sheet = read(workbook(cells))
    assert (sheet.headers, sheet.rows) == (("SKU", "Note"), (Row(2, ("1", "")),))


def test_merged_cells_of_the_table_are_problems_naming_the_range() -> None:
    ranges = ("B2:B3", "A1:B1", "A50:XFD60")
    after = f"<mergeCells>{''.join(f'<mergeCell ref={name!r}/>' for name in ranges)}</mergeCells>"
    sheet = read(workbook(grid(("SKU", "Q"), ("1", "2"), ("3", "4")), after=after))
    assert [(p.row, p.column) for p in sheet.problems] == [(1, "SKU"), (2, "Q")]
    assert "A1:B1" in sheet.problems[0].reason
    assert "B2:B3" in sheet.problems[1].reason


def test_names_with_a_prefix_and_another_namespace_are_understood() -> None:
    xml = sheet_xml(grid(("SKU",), ("A",)))
    for name in ("worksheet", "sheetData", "row", "c", "is", "t"):
        xml = xml.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
        xml = xml.replace(f"</{name}>", f"</x:{name}>")
    xml = xml.replace(f'xmlns="{MAIN}"', 'xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"')
    data = workbook(extra={"xl/worksheets/sheet1.xml": xml})
    assert read(data).rows == (Row(2, ("A",)),)


def test_parts_in_utf_16_are_understood() -> None:
    xml = '<?xml version="1.0" encoding="UTF-16"?>' + sheet_xml(grid(("货号",), ("杯",)))
    data = workbook(extra={"xl/worksheets/sheet1.xml": xml.encode("utf-16")})
    assert read(data).rows == (Row(2, ("杯",)),)


def test_cells_may_name_their_place_in_any_order() -> None:
    cells = (
        '<c r="C2"><v>3</v></c><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><rPh><t>x</t></rPh></is></c>'
    )
    sheet = read(workbook(grid(("A", "B", "C")) + row(2, cells)))
    assert sheet.rows == (Row(2, ("1", "", "3")),)


def test_problems_are_listed_as_far_as_anybody_reads() -> None:
    cells = HEAD + "".join(row(n, f'<c r="A{n}" t="e"><v>#N/A</v></c>') for n in range(2, 1203))
    sheet = read(workbook(cells))
    assert len(sheet.problems) == 1000
    assert sheet.source.notes == ("201 more problems are not listed.",)


def test_merged_cells_make_others_doubtful_and_a_wrong_cell_does_not() -> None:
    cells = HEAD + row(2, '<c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c>')
    sheet = read(workbook(cells, after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'))
    assert [(one.column, one.alone) for one in sheet.problems] == [("SKU", False), ("Q", True)]


def test_a_long_text_that_many_cells_share_counts_in_each_of_them() -> None:
    text = f"<si><t>{'long ' * 200}</t></si>"
    shared = HEAD + "".join(row(n, f'<c r="A{n}" t="s"><v>0</v></c>') for n in range(2, 22))
    data = workbook(shared, strings=text)
    assert len(read(data).rows) == 20
    with pytest.raises(SheetRefused, match="characters together"):
        read(data, limits=Limits(unpacked=19_500))


class Watcher:
    """Looks on, and stops when told."""

    def __init__(self, *, stop: bool = False) -> None:
        self.cancelled = stop
        self.seen: list[tuple[int, int]] = []

    def report(self, done: int, total: int, text: str = "") -> None:
        self.seen.append((done, total))


def test_progress_is_reported_and_reading_can_be_stopped() -> None:
    data = workbook(grid(("SKU",), *((f"S{n}",) for n in range(3000))))
    watcher = Watcher()
    read(data, watch=watcher)
    assert len(watcher.seen) > 1
    assert watcher.seen[-1][0] == watcher.seen[-1][1]
    with pytest.raises(SheetRefused, match="stopped"):
        read(data, watch=Watcher(stop=True))


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(rows=2), "A4"),
        (Limits(columns=2), "C1"),
        (Limits(cells=8), "more than 8 cells"),
        (Limits(bytes=100), "MB"),
    ],
)
def test_limits_are_kept(limits: Limits, says: str) -> None:
    data = workbook(grid(*(("A", "B", "C") for _row in range(4))))
    with pytest.raises(SheetRefused, match=says):
        read(data, limits=limits)

"""Sheets with formulas: read back by openpyxl as they were meant, in the same bytes each time."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from factory_erp.sheets.report import Entry, Report, write


def report(**changes: Any) -> Report:
    """Two rows and their sum."""
    rows = [
        [Entry("Invoice '7' & more", "title")],
        [Entry("Item", "head"), Entry("Amount\n金额", "head")],
        [Entry("=1+1", "body"), Entry(Decimal("9.95"), "body", "#,##0.00")],
        [Entry("杯 \x01 <b>", "body"), Entry(Decimal("-0.05"), "body", "#,##0.00")],
        [None, Entry(Decimal("9.90"), "total", "#,##0.00", "SUM(B3:B4)")],
    ]
    return Report(**{"title": "CI 'A' [1]", "rows": rows, "widths": (20, 12), "head_row": 2, **changes})


def opened(data: bytes, results: bool = False) -> Any:
    return openpyxl.load_workbook(BytesIO(data), data_only=results).active


def test_texts_figures_and_formulas_are_read_back():
    data = write(report())
    sheet = opened(data)
    assert [cell.value for cell in sheet["B"]][2:] == [9.95, -0.05, "=SUM(B3:B4)"]
    assert opened(data, results=True)["B5"].value == 9.9
    assert sheet["A3"].data_type == "s"
    assert sheet["A3"].value == "=1+1"
    assert sheet["A1"].value == "Invoice '7' & more"
    assert b"<v>9.95</v>" in zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_head_stays_in_view_and_is_printed_on_every_page():
    sheet = opened(write(report(landscape=True, language="zh_CN")))
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.title == "CI 'A'  1"
    assert sheet["B5"].font.b
    assert sheet["B5"].number_format == "#,##0.00"
    assert sheet["A1"].font.name == "Microsoft YaHei"
    assert sheet["A2"].border.left.style == "thin"


def test_the_same_report_gives_the_same_bytes():
    assert write(report()) == write(report())


@pytest.mark.parametrize("length", [32_767, 40_000])
def test_a_text_is_no_longer_than_excel_allows(length: int):
    rows = [[Entry("x" * length)]]
    assert len(opened(write(report(rows=rows, head_row=1)))["A1"].value) == 32_767

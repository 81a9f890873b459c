"""The inquiries page over a shop with three inquiries, and how tests drive it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from factory_erp.models.inquiries import InquirySource
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries import quotations
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.inbox import InquiryForm
from factory_erp.services.inquiries.intake import apply_inquiries
from factory_erp.ui.inquiries import InquiriesPage, inquiry_view, page, quotation_bar
from factory_erp.ui.inquiries.quotation_sheet import QuotationSheet
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.kit.simple_table import SimpleTable
from tests.conftest import MONDAY
from tests.services.inquiry_samples import HOUR, Shop, a_message, an_inquiry

Answers = Callable[[bool], list[str]]


def fill(shop: Shop) -> dict[str, int]:
    """Anna's message is urgent, Marco's RFQ too late, Kim telephoned; ids by the buyer's first name."""
    answer = a_message("m2", "2.95 USD each.", ours=True, hours=3)
    asks = a_message("m3", "And with a lid?", hours=1)
    apply_inquiries(
        shop.account,
        [
            an_inquiry("Q-1", a_message("m1", hours=6), answer, asks, answer_by=MONDAY + 5 * HOUR),
            an_inquiry("Q-2", source=InquirySource.RFQ, subject="RFQ tumbler", buyer_id="B-8", listing="",
                       buyer_name="Marco Rossi", buyer_country="IT", answer_by=MONDAY - HOUR),
        ],
    )  # fmt: skip
    kim = InquiryForm("Kim Ltd", "500 cups?", "Cups for a fair", "KR", "kim@buyer.example", unit="H87",
                      quantity=Decimal(500), product_id=shop.product)  # fmt: skip
    inquiries.add_inquiry(kim, "kim")
    return {row.buyer_name.split()[0]: row.id for row in inquiry_views.inquiry_rows()}


def a_quotation(inquiry_id: int, key: str = "q") -> int:
    """A draft for what the inquiry asks."""
    return quotations.new_quotation((), key, inquiry_id=inquiry_id).value


def settle(qtbot: QtBot, shown: InquiriesPage) -> None:
    """Until nothing runs, nothing is about to, and nothing follows from that."""
    for _round in range(3):
        qtbot.waitUntil(lambda: not shown.context.jobs.running(), timeout=30_000)
        qtbot.waitUntil(lambda: shown.sheet is None or not shown.sheet._pause.isActive(), timeout=30_000)
        qtbot.wait(25)


def rows(table: SimpleTable) -> list[tuple[str, ...]]:
    """The texts of a list's cells."""
    return [tuple(text_of(cell) for cell in row) for row in table.model.rows]


def open_sheet(qtbot: QtBot, shown: InquiriesPage, quotation_id: int) -> QuotationSheet:
    """The sheet of the quotation, read and priced."""
    shown.open_quotation(quotation_id)
    settle(qtbot, shown)
    assert shown.sheet is not None
    return shown.sheet


def cell(sheet: QuotationSheet, row: int, key: str) -> str:
    keys = [one.key for one in sheet.grid.model.maker.columns]
    return sheet.grid.model.rows[row].cells[keys.index(key)].text


def retype(qtbot: QtBot, shown: InquiriesPage, row: int, key: str, text: str) -> None:
    """Type *text* over a cell of the open quotation."""
    assert shown.sheet is not None
    grid = shown.sheet.grid
    grid.view.setFocus()
    grid.select(row, key)
    editor = grid.view.editor()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    grid.view.settle()
    settle(qtbot, shown)


def answering(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Answers every question with yes or no; the texts of what was asked."""

    def always(yes: bool) -> list[str]:
        asked: list[str] = []

        def confirm(_parent: object, _title: str, text: str, _act: str) -> bool:
            asked.append(text)
            return yes

        for module in (page, inquiry_view, quotation_bar):
            monkeypatch.setattr(module, "confirm", confirm)
        return asked

    return always

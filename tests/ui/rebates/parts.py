"""The parts of the page of the tax rebate, as its tests look into them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QWidget

from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.rows import text_of
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.rebates import RebatesPage
from factory_erp.ui.rebates.invoices_tab import InvoicesTab
from factory_erp.ui.rebates.months_tab import MonthsTab
from factory_erp.ui.rebates.shipments_tab import ShipmentsTab

Settle = Callable[[], None]


def shipments(page: RebatesPage) -> ShipmentsTab:
    part = page.part("shipments")
    assert isinstance(part, ShipmentsTab)
    return part


def months(page: RebatesPage) -> MonthsTab:
    part = page.part("months")
    assert isinstance(part, MonthsTab)
    return part


def invoices(page: RebatesPage) -> InvoicesTab:
    part = page.part("invoices")
    assert isinstance(part, InvoicesTab)
    return part


def cells(table: SimpleTable, row: int = 0) -> dict[str, str]:
    return {
        column.key: text_of(table.model.cell_at(table.model.index(row, place)))
        for place, column in enumerate(table.model.columns)
    }


def rows(table: SimpleTable) -> int:
    return table.model.rowCount()


def read(page: RebatesPage, settle: Settle, link: str) -> None:
    page.open_record(link)
    settle()


def fill(dialog: FormDialog, **values: str) -> None:
    dialog.form.restore_draft(values)


def words_of(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget))

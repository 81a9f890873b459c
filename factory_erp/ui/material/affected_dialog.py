"""Who has to wait for a purchase that comes late."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.purchasing.orders import AffectedOrder
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.material import words

COLUMNS = (
    Column("number", N_("Order"), 140, kind="number", align="left"),
    Column("customer", N_("Customer"), 200, narrowest=120),
    Column("quantity", N_("Quantity"), 90, kind="number"),
    Column("needed", N_("Needed by"), 100, kind="date"),
    Column("late", N_("Late"), 110, kind="pill"),
)


class AffectedDialog(QDialog):
    """The orders that come late, the most late first; Enter or a double click opens one."""

    def __init__(
        self, sku: str, orders: Sequence[AffectedOrder], navigate: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Late because of {sku}", sku=sku))
        self._orders, self._navigate = orders, navigate
        said = ngettext(
            "The date is saved. {count} order has to wait for {sku}:",
            "The date is saved. {count} orders have to wait for {sku}:", len(orders), sku=sku,
        )  # fmt: skip
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(self.windowTitle())
        self.table.set_rows([_cells(one) for one in orders])
        self.table.activated.connect(self._open)
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = Button(_("Close"), kind=Kind.PRIMARY, run=self.accept)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(said, wrap=True))
        column.addWidget(framed(self.table), 1)
        column.addLayout(foot)
        self.resize(700, 380)
        close.setFocus()

    def _open(self, key: object) -> None:
        one = self._orders[key] if isinstance(key, int) else None
        if one is None or (one.production_order_id is None and one.sales_order_id is None):
            return
        self.accept()
        made = one.production_order_id
        self._navigate(f"erp://sales/{one.sales_order_id}" if made is None else f"erp://production/{made}")


def _cells(one: AffectedOrder) -> Row:
    return (
        one.number or _("Planned only"),
        one.customer,
        figures.number(one.quantity),
        figures.day(one.needed_on),
        words.late_pill(one.late_days),
    )

"""Scenarios beside the live factory: figures with what is better or worse, and the orders that move."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.scenarios.comparing import Comparison
from factory_erp.ui.board import scenario_words
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Align, Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.kit.widgets import label

SIDE_WIDTH = 220
"""Room for a figure and how much better it is, px."""


class _Rebuilt(QFrame):
    """A table whose columns are the scenarios that are compared."""

    opened = Signal(object)

    def __init__(self, name: str, empty: str) -> None:
        super().__init__()
        self._name, self._empty = name, empty
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.table = SimpleTable(())
        self.show_rows((Column("figure", N_("Figure"), 180), Column("live", N_("Live"), 120)), (), ())

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row], keys: Sequence[int]) -> None:
        """Show *rows* under *columns*."""
        if columns != self.table.model.columns:
            self._column.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
            self.table = SimpleTable(columns)
            self.table.set_name(self._name)
            self.table.set_empty_text(self._empty)
            self.table.activated.connect(self.opened)
            self._column.addWidget(self.table)
        self.table.set_rows(rows, list(keys) or None)


class ComparePanel(QFrame):
    """Two tabs: the figures, and the orders that are late on any side."""

    opened = Signal(str)
    """Deep link to an order."""

    def __init__(self) -> None:
        super().__init__()
        empty = _("Work the scenario out to see what it leads to. Choose several to compare them.")
        self.figures = _Rebuilt(pgettext("scenario", "Figures"), empty)
        self.orders = _Rebuilt(_("Orders that are late on any side"), empty)
        self.orders.opened.connect(self._open)
        self.said = label(muted=True)
        self.said.setContentsMargins(12, 6, 12, 6)
        self.tabs = Tabs()
        self.tabs.add("figures", pgettext("scenario", "Figures"), lambda: self.figures)
        self.tabs.add("orders", _("Orders"), lambda: self.orders)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        frame = framed(self.tabs, self.said)
        inner = frame.layout()
        assert isinstance(inner, QVBoxLayout)
        inner.setStretch(1, 0)
        column.addWidget(frame)

    def show_comparison(self, found: Comparison | None) -> None:
        """Show what was worked out; None: nothing was."""
        sides = [one.figures for one in found.columns if one.figures] if found else []
        if found is None or not sides:
            self.figures.table.set_rows(())
            self.orders.table.set_rows(())
            self.said.setText("")
            self.tabs.set_count("orders", None)
            return
        rows = [*scenario_words.figure_rows(sides), *scenario_words.centre_rows(sides)]
        first = (
            Column("figure", N_("Figure"), 170, narrowest=170),
            Column("live", N_("Live"), 110, kind="number"),
        )
        self.figures.show_rows((*first, *side_columns(found, "right")), rows, range(len(rows)))
        self._show_orders(found)
        moved = [scenario_words.orders_text(sides[0])] if len(sides) == 1 else []
        self.said.setText(" · ".join([*moved, scenario_words.legend()]))

    def _show_orders(self, found: Comparison) -> None:
        orders = scenario_words.changed_first(found.orders)
        columns = (
            Column("order", N_("Production order"), 150, kind="number", align="left"),
            Column("customer", N_("Customer"), 140, priority=1),
            Column("live", N_("Live"), 190, narrowest=178),
            *side_columns(found, "left"),
        )
        rows = [scenario_words.order_row(one) for one in orders]
        self.orders.show_rows(columns, rows, [one.order_id for one in orders])
        self.tabs.set_count("orders", len(orders))

    def _open(self, key: object) -> None:
        """Imagined orders have ids below zero, and no page."""
        if isinstance(key, int) and key > 0:
            self.opened.emit(f"erp://production/{key}")


def side_columns(found: Comparison, align: Align) -> list[Column]:
    """A column for each scenario."""
    return [
        Column(f"side{place}", one.name, SIDE_WIDTH, kind="pill", align=align, narrowest=180)
        for place, one in enumerate(found.columns)
    ]

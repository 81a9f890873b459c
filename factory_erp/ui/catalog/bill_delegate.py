"""Draws the cells of a bill: a component with its name, and a sign where there is too little of it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QToolTip, QWidget

from factory_erp.ui.catalog.bill_model import BillModel
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.delegates import PADDING
from factory_erp.ui.kit.grid_delegate import GridDelegate, KeyTaker
from factory_erp.ui.kit.grid_model import CellModel
from factory_erp.ui.kit.icons import pixmap
from factory_erp.ui.kit.rows import Runner
from factory_erp.ui.kit.table_model import TOOLTIP, Index

_MARK = 14
"""Size of the sign before a quantity that does not suffice, px."""


class BillDelegate(GridDelegate):
    """A component's name after its SKU, and a sign where there is too little of it."""

    def __init__(self, model: BillModel, taker: KeyTaker, jobs: Runner | None, view: QWidget) -> None:
        # A tree cannot be a table model; the delegate asks only for what BillModel has as well.
        super().__init__(cast(CellModel, model), model.columns, taker, jobs, view)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        super().paint(painter, option, index)
        key = self.columns[index.column()].key
        if key == "component":
            self._paint_name(painter, option, index)
        elif key == "available" and self._model.is_short(index):
            look, rect = theme.current(), option.rect
            ratio = painter.device().devicePixelRatioF()
            sign = pixmap("warning", look.warning, _MARK, ratio)
            painter.drawPixmap(rect.x() + 4, rect.center().y() - _MARK // 2 + 1, sign)

    def _paint_name(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        metrics: QFontMetrics = option.fontMetrics
        start = metrics.horizontalAdvance(self._model.sku_at(index)) + PADDING + 10
        room: QRect = option.rect.adjusted(start, 0, -PADDING, 0)
        if room.width() > 24:
            painter.setPen(QColor(theme.current().text_muted))
            name = metrics.elidedText(self._model.name_at(index), Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """SKU and name of a component whole, unless something is wrong with it."""
        name = self._model.name_at(index) if index.isValid() and index.column() == 0 else ""
        if name and event.type() == QEvent.Type.ToolTip and not index.data(TOOLTIP):
            QToolTip.showText(event.globalPos(), f"{self._model.sku_at(index)} · {name}", view)
            return True
        return super().helpEvent(event, view, option, index)

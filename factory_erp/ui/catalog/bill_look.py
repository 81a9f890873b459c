"""How the tree of a bill looks: fitted columns, lines between the cells, words where there are none."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from factory_erp.ui.catalog.bill_model import BillModel
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.table_header import ColumnHeader, ColumnLayout
from factory_erp.ui.kit.table_model import Index


class BillTreeLook(QTreeView):
    """A tree over *model* that is dressed like a grid; cells are selected one by one."""

    def __init__(self, model: BillModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty_text = ""
        self.bill = model
        header = ColumnHeader(model.columns, self)
        self.setHeader(header)
        self.layout_of_columns = ColumnLayout(header, model.columns, self.viewport())
        self.setModel(model)
        header.setSectionsClickable(False)
        header.setSectionsMovable(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setIndentation(20)
        self.setExpandsOnDoubleClick(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(False)

    def set_empty_text(self, text: str) -> None:
        """Say *text* (translated) where there are no lines."""
        self._empty_text = text
        self.setAccessibleDescription(text)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns follow the width."""
        super().resizeEvent(event)
        self.layout_of_columns.refit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines, or the words that say why there are none."""
        super().paintEvent(event)
        if self._empty_text and not self.bill.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(theme.current().text_muted))
            room = self.viewport().rect().adjusted(24, 24, -24, -24)
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(room, flags, self._empty_text)
            painter.end()

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """The ground and the lower line of the row reach its left edge; an angle where it unfolds."""
        look = theme.current()
        shut = not self.bill.is_line(index) or self.bill.read_only
        painter.fillRect(rect, QColor(look.surface_alt if shut else look.surface))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, QColor(look.border))
        if not self.bill.rowCount(index):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.text_muted), 1.6))
        middle = QPointF(rect.right() - self.indentation() / 2 + 1, rect.center().y() + 0.5)
        shape = [(-4, -2), (0, 2), (4, -2)] if self.isExpanded(index) else [(-2, -4), (2, 0), (-2, 4)]
        painter.drawPolyline(QPolygonF([middle + QPointF(x, y) for x, y in shape]))
        painter.restore()

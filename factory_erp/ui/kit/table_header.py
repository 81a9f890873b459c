"""Column headers, and the fitting of columns to the width there is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QAction, QColor, QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.rows import Column, fit_widths
from factory_erp.ui.kit.table_model import ALIGN_FLAGS

HEADER_HEIGHT = 38
ARROW_WIDTH = 14

State = dict[str, object]
"""What a table remembers of its columns: strings, ints, bools, lists and dicts of these (fit for JSON)."""


class ColumnHeader(QHeaderView):
    """A header drawn from the theme's tokens, so that its text stands exactly over the cells'."""

    resized = Signal()
    """The user let go of a column edge."""

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = columns
        self._dragged = False
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(36)
        self.setFixedHeight(HEADER_HEIGHT)
        self.setResizeContentsPrecision(0)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.sectionResized.connect(self._note_drag)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End of a drag: the other columns make room now, not while the edge is under the mouse."""
        super().mouseReleaseEvent(event)
        if self._dragged:
            self._dragged = False
            self.resized.emit()

    def _note_drag(self, section: int, old: int, new: int) -> None:
        self._dragged = True

    def forget_drag(self) -> None:
        """The sizes just set came from the program, not from the mouse."""
        self._dragged = False

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Draw one title, with an arrow where the list is sorted by it."""
        look = theme.current()
        column = self._columns[logicalIndex]
        painter.save()
        painter.fillRect(rect, QColor(look.surface))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, QColor(look.border))
        room = rect.adjusted(theme.CELL_PADDING, 0, -theme.CELL_PADDING, 0)
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        painter.setPen(QColor(look.text if is_sorted else look.text_muted))
        width = room.width() - (ARROW_WIDTH if is_sorted else 0)
        text = self.fontMetrics().elidedText(_(column.title), Qt.TextElideMode.ElideRight, max(width, 0))
        painter.drawText(room, ALIGN_FLAGS[column.side], text)
        if is_sorted:
            self._paint_arrow(painter, room, self.fontMetrics().horizontalAdvance(text), column)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, room: QRect, text_width: int, column: Column) -> None:
        """A triangle beside the title, on the side away from the edge that the text keeps to."""
        left = room.x() + text_width + 6
        if column.side == "right":
            left = room.right() - text_width - ARROW_WIDTH
        elif column.side == "centre":
            left = room.center().x() + text_width // 2 + 6
        tip = 4 if self.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder else -4
        middle = QPointF(left + 4, room.center().y() + 1)
        corners = [QPointF(-4, -tip / 2), QPointF(4, -tip / 2), QPointF(0, tip / 2 + tip / 8)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))


class ColumnLayout(QObject):
    """Keeps the columns of one header fitted to its view: widths, order, and which are hidden.

    The user's choices (dragged widths, columns hidden or called back) outrank ``Column.priority``.
    """

    def __init__(self, header: ColumnHeader, columns: Sequence[Column], viewport: QWidget) -> None:
        super().__init__(header)
        self._header = header
        self._columns = columns
        self._viewport = viewport
        self._widths: dict[str, int] = {}
        self._hidden: set[str] = set()
        self._kept: set[str] = set()
        self._fitted: dict[str, int] = {}
        header.resized.connect(self._take_widths)
        header.customContextMenuRequested.connect(self._open_menu)

    def refit(self) -> None:
        """Share the viewport's width among the columns."""
        wanted = [column for column in self._columns if column.key not in self._hidden]
        available = self._viewport.width()
        self._fitted = fit_widths(wanted, available, fixed=self._widths, kept=frozenset(self._kept))
        for section, column in enumerate(self._columns):
            width = self._fitted.get(column.key)
            self._header.setSectionHidden(section, width is None)
            if width is not None and self._header.sectionSize(section) != width:
                self._header.resizeSection(section, width)
        self._header.forget_drag()

    def visible(self) -> list[int]:
        """Sections that are shown, from left to right as the user ordered them."""
        header = self._header
        ordered = (header.logicalIndex(position) for position in range(header.count()))
        return [section for section in ordered if not header.isSectionHidden(section)]

    def reset(self) -> None:
        """Widths, order and columns as the program ships them."""
        self._widths.clear()
        self._hidden.clear()
        self._kept.clear()
        self._order([column.key for column in self._columns])
        self.refit()

    def set_shown(self, key: str, shown: bool) -> None:
        """Hide a column, or show it even where there is little room; the last one cannot be hidden."""
        if not shown and len(self.visible()) <= 1:
            return
        (self._hidden.discard if shown else self._hidden.add)(key)
        (self._kept.add if shown else self._kept.discard)(key)
        self.refit()

    def state(self) -> State:
        """Widths, order and visibility by column key."""
        keys = [column.key for column in self._columns]
        header = self._header
        return {
            "order": [keys[header.logicalIndex(position)] for position in range(header.count())],
            "widths": dict(self._widths),
            "hidden": sorted(self._hidden),
            "shown": sorted(self._kept),
        }

    def restore(self, state: State) -> None:
        """Take back what ``state`` gave; keys of columns that no longer exist are ignored."""
        keys = {column.key for column in self._columns}
        widths = state.get("widths")
        self._widths = {
            str(key): int(width)
            for key, width in (widths.items() if isinstance(widths, dict) else ())
            if key in keys and isinstance(width, int) and width > 0
        }
        self._hidden = set(_strings(state.get("hidden"))) & keys
        if self._hidden == keys:
            self._hidden.clear()
        self._kept = set(_strings(state.get("shown"))) & keys
        self._order([key for key in _strings(state.get("order")) if key in keys])
        self.refit()

    def _order(self, keys: Sequence[str]) -> None:
        sections = {column.key: section for section, column in enumerate(self._columns)}
        for position, key in enumerate(dict.fromkeys(keys)):
            self._header.moveSection(self._header.visualIndex(sections[key]), position)

    def _take_widths(self) -> None:
        """Remember the widths that differ from those fitted: the user dragged these."""
        for section, column in enumerate(self._columns):
            size = self._header.sectionSize(section)
            if column.key in self._fitted and size != self._fitted[column.key]:
                self._widths[column.key] = size
        self.refit()

    def menu(self) -> QMenu:
        """A menu to tick the columns that are shown, and to go back to the shipped layout."""
        menu = QMenu(self._header)
        visible = set(self.visible())
        for section, column in enumerate(self._columns):
            action = QAction(_(column.title), menu, checkable=True, checked=section in visible)
            action.toggled.connect(lambda shown, key=column.key: self.set_shown(key, shown))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(_("Reset columns"), self.reset)
        return menu

    def _open_menu(self, position: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._header.mapToGlobal(position))


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

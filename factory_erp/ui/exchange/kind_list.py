"""The kinds of records in the order in which to import them, in groups, each with a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from factory_erp.i18n import N_, _
from factory_erp.services.exchange.registry import KINDS
from factory_erp.ui.exchange import words
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.table_model import ACCESSIBLE, DISPLAY, TOOLTIP

NAME = int(Qt.ItemDataRole.UserRole)
NUMBER, SENTENCE = NAME + 1, NAME + 2
GROUP_HEIGHT, KIND_HEIGHT = 32, 46
WIDTH = 400
"""Of the list at first, px."""

_OTHERS = N_("Others")


def grouped() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The groups' titles and kinds; a kind that is in no group comes last, under "Others"."""
    yield from words.GROUPS
    known = {name for _title, names in words.GROUPS for name in names}
    if others := tuple(name for name in KINDS if name not in known):
        yield _OTHERS, others


class _KindDelegate(QStyledItemDelegate):
    """A number, the title, and the sentence under it; groups are headings."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines for a kind, one for a group."""
        return QSize(200, KIND_HEIGHT if index.data(NAME) else GROUP_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a kind or a heading."""
        look, rect = theme.current(), option.rect
        small = theme.scaled_font(12)
        if not index.data(NAME):
            painter.setFont(theme.scaled_font(12, bold=True))
            painter.setPen(QColor(look.text_muted))
            painter.drawText(rect.adjusted(12, 8, -8, 0), Qt.AlignmentFlag.AlignVCenter, index.data(DISPLAY))
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(look.accent_soft))
            painter.fillRect(rect.x(), rect.y(), 3, rect.height(), QColor(look.accent))
        painter.setFont(small)
        painter.setPen(QColor(look.text_muted))
        top = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(rect.x() + 6, rect.y() + 5, 24, 20), top, index.data(NUMBER))
        _draw(painter, rect.adjusted(42, 25, -10, -3), index.data(SENTENCE))
        painter.setFont(option.font)
        painter.setPen(QColor(look.text))
        _draw(painter, rect.adjusted(42, 4, -10, -22), index.data(DISPLAY))


def _draw(painter: QPainter, room: QRect, text: str) -> None:
    metrics = QFontMetrics(painter.font())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class KindList(QListWidget):
    """``chosen`` carries the name of the kind that is current now."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[str, QListWidgetItem] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_KindDelegate(self))
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Kinds of records"))
        self._fill()
        self.currentItemChanged.connect(self._note_current)

    def _fill(self) -> None:
        number = 0
        for heading, names in grouped():
            self._add(_(heading)).setFlags(Qt.ItemFlag.NoItemFlags)
            for name in names:
                number += 1
                item = self._items[name] = self._add(words.title(name))
                item.setData(NAME, name)
                item.setData(NUMBER, str(number))
                item.setData(SENTENCE, words.sentence(name))
                item.setData(TOOLTIP, words.sentence(name))
                item.setData(ACCESSIBLE, f"{number}. {words.title(name)}. {words.sentence(name)}")

    def _add(self, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text)
        self.addItem(item)
        return item

    def names(self) -> list[str]:
        """The kinds from top to bottom."""
        return list(self._items)

    def current(self) -> str:
        """Name of the kind that is current, "" if none is."""
        item = self.currentItem()
        return str(item.data(NAME)) if item is not None else ""

    def select(self, name: str) -> bool:
        """Make the kind *name* current; False if there is none."""
        item = self._items.get(name)
        if item is not None:
            self.setCurrentItem(item)
            self.scrollToItem(item)
        return item is not None

    def _note_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(NAME)))

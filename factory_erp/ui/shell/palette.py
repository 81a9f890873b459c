"""The command palette (Ctrl+K): every command, every page, the records found by a search, and deep links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.commands import Command, CommandSet
from factory_erp.ui.kit.context import SearchHit, UiContext
from factory_erp.ui.kit.icons import pixmap
from factory_erp.ui.shell.shortcuts import keys_of

DELAY = 150
"""Milliseconds without a key before the records are searched."""

ROW = 36
"""Height of a line, px."""

LINK = "erp://"
"""How a deep link begins, pasted here or typed by a scanner that reads the code on a traveller."""

ITEM = "erp://catalog/"
"""How the deep link of an item begins."""

ENTRY = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class Entry:
    """One line of the palette: a title, a remark at the right, and what happens on Enter."""

    title: str
    remark: str
    run: Callable[[], object]
    icon: str = "chevron-right"


class Palette(QDialog):
    """Type to filter, arrow keys to choose, Enter to run; a deep link leads to its record."""

    def __init__(self, context: UiContext, commands: CommandSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._commands = commands
        self._hits: tuple[SearchHit, ...] = ()
        self.setWindowFlags(Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(_("Commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.input = QLineEdit()
        self.input.setPlaceholderText(_("Type a command, a page, an order number, a customer…"))
        self.input.setAccessibleName(_("Commands and search"))
        self.list = QListWidget()
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setItemDelegate(_EntryDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(_("Results"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.input)
        column.addWidget(self.list)
        self.resize(620, 420)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DELAY)
        self._pause.timeout.connect(self._search)
        self.input.textChanged.connect(self._on_text)
        self.input.returnPressed.connect(self.run_current)
        self.list.itemClicked.connect(lambda _item: self.run_current())
        self._fill()

    def entries(self) -> list[Entry]:
        """The lines shown, top to bottom."""
        return [self.list.item(row).data(ENTRY) for row in range(self.list.count())]

    def run_current(self) -> None:
        """Close the palette, then run the chosen line."""
        item = self.list.currentItem()
        if item is not None:
            entry: Entry = item.data(ENTRY)
            self.close()
            entry.run()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow and page keys move in the list while the cursor stays in the input."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif self.list.count():
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A surface with a hairline: the window has no frame."""
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.surface))
        painter.setPen(QColor(look.border))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _on_text(self, text: str) -> None:
        self._hits = ()
        self._fill()
        self._pause.start()

    def _link(self) -> str:
        """The deep link that stands in the input, "" if it is something else."""
        text = self.input.text().strip()
        # What is printed on paper leads to a place, it does not run the program's commands.
        leads = text.casefold().startswith(LINK) and not text.casefold().startswith(f"{LINK}command/")
        return text if leads else ""

    def _search(self) -> None:
        text = self.input.text().strip()
        if text and not self._link():
            find = partial(self._context.search, text)
            found = partial(self._on_hits, text)
            self._context.jobs.run(find, done=found, failed=self._on_failed, owner=self)

    def _on_hits(self, text: str, hits: Sequence[SearchHit]) -> None:
        """Answers to a text that has changed since are dropped."""
        if text == self.input.text().strip():
            self._hits = tuple(hits)
            self._fill()

    def _on_failed(self, _error: Exception) -> None:
        """The commands are still of use; the log has the error."""
        self._on_hits(self.input.text().strip(), ())

    def _fill(self) -> None:
        row = max(0, self.list.currentRow())
        self.list.clear()
        found = [self._command_entry(command) for command in self._commands.matching(self.input.text())]
        # A scanner sends Enter right behind the text: there is no time for a search.
        if link := self._link():
            found = [self._link_entry(link)]
        for entry in [*found, *map(self._hit_entry, self._hits), *self._promise_entries()]:
            item = QListWidgetItem(entry.title)
            item.setData(ENTRY, entry)
            item.setSizeHint(QSize(100, ROW))
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, self.list.count() - 1) if self._hits else 0)

    def _command_entry(self, command: Command) -> Entry:
        return Entry(command.text(), keys_of(command), command.trigger, command.icon or "chevron-right")

    def _link_entry(self, link: str) -> Entry:
        return Entry(_("Go to {link}", link=link), "", lambda: self._context.navigate(link), "link")

    def _promise_entries(self) -> list[Entry]:
        """For the first item that was found: when could it ship?"""
        item = next((hit for hit in self._hits if hit.link.startswith(ITEM)), None)
        if item is None or not item.link.removeprefix(ITEM).isdecimal():
            return []
        number = int(item.link.removeprefix(ITEM))
        title = _("Promise a date for {item}…", item=item.title)
        return [Entry(title, "", lambda: self._promise(number), "calendar")]

    def _promise(self, item_id: int) -> None:
        # Planning's libraries are loaded when somebody asks for a promise.
        from factory_erp.ui.promise import Asked, PromiseDialog

        PromiseDialog(self._context, Asked(item_id=item_id), self.parentWidget()).open()

    def _hit_entry(self, hit: SearchHit) -> Entry:
        return Entry(hit.title, hit.subtitle, lambda: self._context.navigate(hit.link), "link")


class _EntryDelegate(QStyledItemDelegate):
    """Icon and title at the left, the remark in a low voice at the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY)
        look = theme.current()
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        font: QFont = option.font
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor(look.accent_soft))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        picture = pixmap(entry.icon, look.text_muted, 17, painter.device().devicePixelRatioF())
        painter.drawPixmap(box.left() + 9, box.center().y() - 8, picture)
        metrics = QFontMetrics(font)
        inner = box.adjusted(36, 0, -10, 0)
        remark = metrics.elidedText(entry.remark, Qt.TextElideMode.ElideRight, inner.width() // 2)
        painter.setPen(QColor(look.text_muted))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, remark)
        room = inner.width() - metrics.horizontalAdvance(remark) - 12
        painter.setPen(QColor(look.text))
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()

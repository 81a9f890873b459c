"""An edit that suggests records while one types: components, partners, HS codes, fixed choices.

The suggestions hang in a list under the edit that never takes the keyboard: an input method goes on
composing, and the same edit serves in a form and in a cell of a grid.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QHideEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.edits import TextEdit
from factory_erp.ui.kit.icons import icon
from factory_erp.ui.kit.rows import Runner

PAUSE = 150
"""Milliseconds without a key before records are looked for."""

LINES = 9
"""Suggestions in sight at once; the list scrolls for more."""

_LINE_HEIGHT = 32
_BREAK = "\x1f"
_CHOICE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class Choice:
    """One record to choose: the value, what stands in the edit, and what is said beside it in the list."""

    key: object
    text: str
    detail: str = ""


Search = Callable[[str], Sequence[Choice]]
"""``search(text)``: the records that fit what was typed, best first; all (or the usual ones) for ""."""


def among(choices: Sequence[Choice]) -> Search:
    """A search over a few fixed *choices*: by the beginning of the text first, then anywhere in it."""

    def search(text: str) -> Sequence[Choice]:
        sought = text.strip().casefold()
        fitting = [one for one in choices if sought in f"{one.text}\n{one.detail}".casefold()]
        return sorted(fitting, key=lambda one: not one.text.casefold().startswith(sought))

    return search


class _Lines(QStyledItemDelegate):
    """Text at the left, the detail in a low voice at the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one suggestion; the current one has a bar at its left edge."""
        choice: Choice = index.data(_CHOICE)
        look, rect = theme.current(), option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(look.accent_soft))
            painter.fillRect(rect.x(), rect.y(), 3, rect.height(), QColor(look.accent))
        room: QRect = rect.adjusted(10, 0, -10, 0)
        metrics = QFontMetrics(option.font)
        width = min(metrics.horizontalAdvance(choice.text), room.width())
        painter.setPen(QColor(look.text))
        _draw(painter, metrics, room, choice.text, Qt.AlignmentFlag.AlignLeft)
        painter.setPen(QColor(look.text_muted))
        _draw(
            painter, metrics, room.adjusted(width + 16, 0, 0, 0), choice.detail, Qt.AlignmentFlag.AlignRight
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Wide enough for both texts."""
        choice: Choice = index.data(_CHOICE)
        metrics = QFontMetrics(option.font)
        return QSize(metrics.horizontalAdvance(choice.text + choice.detail) + 40, _LINE_HEIGHT)


def _draw(painter: QPainter, metrics: QFontMetrics, room: QRect, text: str, side: Qt.AlignmentFlag) -> None:
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room.width(), 0))
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


class _Suggestions(QListWidget):
    """The list under an edit; shown without activating it, so that the edit keeps the keyboard."""

    def __init__(self, edit: LookupEdit) -> None:
        super().__init__(edit)
        self.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Lines(self))
        self.setMouseTracking(True)
        self.setAccessibleName(_("Suggestions"))

    def offer(self, choices: Sequence[Choice], current: int) -> None:
        """Show *choices* in place of those before, the one at *current* picked out."""
        self.clear()
        for choice in choices:
            item = QListWidgetItem(self)
            item.setData(_CHOICE, choice)
            item.setData(int(Qt.ItemDataRole.AccessibleTextRole), f"{choice.text} {choice.detail}".strip())
        self.setCurrentRow(current if choices else -1)

    def current(self) -> Choice | None:
        """The suggestion that Enter takes."""
        item = self.currentItem()
        choice = item.data(_CHOICE) if item is not None else None
        return choice if isinstance(choice, Choice) else None

    def place_under(self, edit: QWidget) -> None:
        """Hang under *edit*, or stand on it where the screen ends below."""
        look = theme.current()
        self.setStyleSheet(f"background: {look.surface}; border: 1px solid {look.text_muted};")
        lines = min(self.count(), LINES)
        width = max(edit.width(), min(max(self.sizeHintForColumn(0) + 24, 220), 560))
        height = lines * _LINE_HEIGHT + 2
        screen = edit.screen().availableGeometry()
        corner = edit.mapToGlobal(QPoint(0, edit.height() + 1))
        if corner.y() + height > screen.bottom():
            corner = edit.mapToGlobal(QPoint(0, -height - 1))
        corner.setX(max(screen.left(), min(corner.x(), screen.right() - width)))
        self.setGeometry(QRect(corner, QSize(width, height)))


class LookupEdit(TextEdit):
    """A line edit whose value is the key of a record; suggests while one types, F4 or F2 opens the list.

    *search* runs through *jobs* once the typing rests; without *jobs* it is asked at once, on the UI
    thread (for choices in memory).  A text that is typed out in full counts as chosen.
    """

    chosen = Signal(object)
    """The ``Choice`` that was taken from the list."""

    def __init__(self, search: Search, jobs: Runner | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search, self._jobs = search, jobs
        self._choice: Choice | None = None
        self._found: Sequence[Choice] = ()
        self._asked = 0
        self._list = _Suggestions(self)
        self._list.itemClicked.connect(lambda _item: self.take())
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._ask)
        self._arrow = self.addAction(icon("chevron-down"), QLineEdit.ActionPosition.TrailingPosition)
        self._arrow.setToolTip(_("Choose from the list (F4)"))
        self._arrow.triggered.connect(self.open_list)
        self.textEdited.connect(self._typed)

    # the value

    def raw(self) -> str:
        """The text, and the key of the record behind it if one was chosen."""
        if self._choice is None or not isinstance(self._choice.key, str | int):
            return self.text()
        return f"{self.text()}{_BREAK}{json.dumps(self._choice.key)}"

    def set_raw(self, text: str) -> None:
        """Put back what ``raw`` gave."""
        shown, _break, key = text.partition(_BREAK)
        self._choice = Choice(json.loads(key), shown) if key else None
        self.setText(shown)
        self.close_list()

    def value(self) -> object:
        """Key of the chosen record, None if empty. Raises InvalidValue for a text that names none.

        A text that was typed but not chosen is looked up here and now: saving must not depend on how fast
        one typed.
        """
        text = self.text().strip()
        if not text:
            return None
        if self._choice is None:
            self._choice = self._match(text, self._found) or self._match(text, self._search(text))
        if self._choice is None:
            raise InvalidValue(
                _("There is no '{text}' to choose here.", text=text), remedy=_("Choose from the list (F4).")
            )
        return self._choice.key

    def show_value(self, value: object) -> None:
        """Show a ``Choice``; or a key that is its own text, such as an SKU."""
        if isinstance(value, Choice) or value is None:
            self._choice = value
        else:
            self._choice = Choice(value, str(value))
        self.setText(self._choice.text if self._choice is not None else "")
        self.setCursorPosition(0)  # a long name is read from its beginning
        self.close_list()

    def choice(self) -> Choice | None:
        """The record chosen, None while nothing (or nothing known) stands in the edit."""
        return self._choice

    # the list

    def is_open(self) -> bool:
        """Whether the list is in sight."""
        return self._list.isVisible()

    def suggestions(self) -> list[Choice]:
        """What the list offers now."""
        return list(self._found)

    def open_list(self) -> None:
        """Offer everything (F4, F2, Alt+Down, or the arrow); what stands in the edit is picked out."""
        self.setFocus()
        self._ask(everything=True)

    def close_list(self) -> None:
        """Take the list away; an answer still on its way is not shown."""
        self._pause.stop()
        self._asked += 1
        self._list.hide()

    def step(self, lines: int) -> None:
        """Pick out another suggestion, *lines* further down."""
        last = self._list.count() - 1
        self._list.setCurrentRow(max(0, min(self._list.currentRow() + lines, last)))

    def take(self) -> bool:
        """Choose the suggestion picked out; False if there is none."""
        choice = self._list.current() if self.is_open() else None
        if choice is None:
            return False
        self._choice = choice
        self.setText(choice.text)
        self.setModified(True)
        self.close_list()
        self.edited.emit()
        self.chosen.emit(choice)
        return True

    def _typed(self, _text: str) -> None:
        self._choice = None
        if self._jobs is None:
            self._ask()
        else:
            self._pause.start()

    def _ask(self, *, everything: bool = False) -> None:
        """Look for what was typed; only the answer to the last question is shown."""
        self._pause.stop()
        self._asked += 1
        text = "" if everything else self.text().strip()
        answer = partial(self._show_found, self._asked)
        if self._jobs is None:
            answer(self._search(text))
        else:
            self._jobs.run(partial(self._search, text), done=answer)

    def _show_found(self, number: int, found: Sequence[Choice]) -> None:
        if number != self._asked or not self.hasFocus():
            return
        self._found = found
        here = [one.text for one in found]
        text = self.text().strip()
        self._list.offer(found, here.index(text) if text in here else 0)
        if not found:
            self._list.hide()
            return
        self._list.place_under(self)
        self._list.show()

    @staticmethod
    def _match(text: str, found: Sequence[Choice]) -> Choice | None:
        """The one record whose text was typed out in full."""
        fitting = [one for one in found if one.text.strip().casefold() == text.casefold()]
        return fitting[0] if len(fitting) == 1 else None

    # events

    def event(self, event: QEvent) -> bool:
        """Tab takes the suggestion picked out before it goes on."""
        keys = (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in keys:
            self.take()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down walk the list, Escape closes it, F4, F2 and Alt+Down open it."""
        if not self.take_key(event):
            super().keyPressEvent(event)

    def take_key(self, event: QKeyEvent) -> bool:
        """True if the key was the list's and is done with."""
        key = event.key()
        down = key == Qt.Key.Key_Down and bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_F4, Qt.Key.Key_F2) or down:
            self.open_list()
            return True
        if not self.is_open():
            return False
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -LINES, Qt.Key.Key_PageDown: LINES}
        if (lines := steps.get(Qt.Key(key))) is not None:
            self.step(lines)
            return True
        if key == Qt.Key.Key_Escape:
            self.close_list()
            return True
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Going on by keyboard takes the suggestion picked out; a click elsewhere only what was typed out."""
        if self.isModified() and self._choice is None and self.text().strip():
            forward = event.reason() == Qt.FocusReason.TabFocusReason
            if not (forward and self.take()):
                self._choice = self._match(self.text().strip(), self._found)
        self.close_list()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """The list does not outstay its edit."""
        self.close_list()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Recolour the arrow with the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_arrow"):
            self._arrow.setIcon(icon("chevron-down"))

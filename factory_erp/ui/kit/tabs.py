"""Tabs over the parts of one record; a part is made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.icons import icon

Make = Callable[[], QWidget]


class _Bar(QTabBar):
    """Titles over a fine line; the current one is underlined, and framed while it has the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line first, the tabs over it."""
        painter = QPainter(self)
        look = theme.current()
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(look.border))
        painter.end()
        super().paintEvent(event)
        if self.hasFocus() and self.currentIndex() >= 0:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(look.accent))
            painter.drawRoundedRect(self.tabRect(self.currentIndex()).adjusted(2, 3, -3, -6), 5, 5)
            painter.end()


class Tabs(QWidget):
    """``add`` the parts, in order; Alt+1 … Alt+9 or the arrow keys go from one to another.

    ``current_changed`` carries the key of the tab that is on.  A page whose commands have these keys
    makes them without *shortcuts* of their own.
    """

    current_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, shortcuts: bool = True) -> None:
        super().__init__(parent)
        self._shortcuts = shortcuts
        self.bar = _Bar(self)
        self.stack = QStackedWidget()
        self._keys: list[str] = []
        self._titles: dict[str, str] = {}
        self._marked: set[str] = set()
        self._makers: dict[str, Make] = {}
        self._pages: dict[str, QWidget] = {}
        self.bar.currentChanged.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)

    def add(self, key: str, title: str, make: Make, *, count: int | None = None) -> None:
        """A tab with *title* (translated) over what *make* gives, once it is looked at; the first is on."""
        self._keys.append(key)
        self._titles[key] = title
        self._makers[key] = make
        number = len(self._keys)
        self.bar.addTab("")
        self.set_count(key, count)
        if number <= 9:
            self.bar.setTabToolTip(number - 1, f"Alt+{number}")
            if self._shortcuts:
                self._bind(key, f"Alt+{number}")

    def _bind(self, key: str, keys: str) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: self.select(key))

    def set_count(self, key: str, count: int | None) -> None:
        """How many records the tab holds, after its title; None: no number."""
        title = self._titles[key]
        shown = title if count is None else f"{title}  {figures.number(count)}"
        self.bar.setTabText(self._keys.index(key), shown.replace("&", "&&"))
        self._say_name(key)

    def mark(self, key: str, on: bool) -> None:
        """A pen on the tab *key* while it holds something unsaved."""
        self._marked = self._marked | {key} if on else self._marked - {key}
        self.bar.setTabIcon(self._keys.index(key), icon("edit" if on else ""))
        self._say_name(key)

    def _say_name(self, key: str) -> None:
        """What a screen reader calls the tab."""
        place = self._keys.index(key)
        shown = self.bar.tabText(place).replace("&&", "&")
        name = _("{part}, unsaved changes", part=shown) if key in self._marked else shown
        self.bar.setAccessibleTabName(place, name)

    def select(self, key: str) -> None:
        """Turn the tab *key* on. Raises ValueError for a key that there is none of."""
        self.bar.setCurrentIndex(self._keys.index(key))

    def current(self) -> str:
        """Key of the tab that is on, "" if there are none."""
        index = self.bar.currentIndex()
        return self._keys[index] if index >= 0 else ""

    def keys(self) -> list[str]:
        """Keys of the tabs, from left to right."""
        return list(self._keys)

    def page(self, key: str) -> QWidget | None:
        """The part behind the tab *key*, None if nobody has looked at it yet."""
        return self._pages.get(key)

    def _show(self, index: int) -> None:
        if not 0 <= index < len(self._keys):
            return
        key = self._keys[index]
        if key not in self._pages:
            self._pages[key] = self._makers[key]()
            self.stack.addWidget(self._pages[key])
        self.stack.setCurrentWidget(self._pages[key])
        self.current_changed.emit(key)

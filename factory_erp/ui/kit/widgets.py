"""The parts a page is put together from.  Import them from here: this module names them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from factory_erp.i18n import _
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.icons import pixmap
from factory_erp.ui.kit.journey import JourneyLine, JourneyStep, StepState
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

__all__ = [
    "Banner",
    "Button",
    "Chip",
    "ChipBar",
    "DetailCard",
    "ElidedLabel",
    "EmptyState",
    "JourneyLine",
    "JourneyStep",
    "Kind",
    "PageHeader",
    "Pill",
    "SearchBox",
    "StatCard",
    "StepState",
    "confirm",
    "label",
    "show_problem",
]

SEARCH_DELAY = 180
"""Milliseconds without a key before a search starts."""


class SearchBox(QLineEdit):
    """Where one types to find; ``searched`` comes once the typing rests, at once on Enter."""

    searched = Signal(str)

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = ""
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_DELAY)
        self._pause.timeout.connect(self._search)
        self.textChanged.connect(lambda _text: self._pause.start())
        self.returnPressed.connect(self._search)

    def _search(self) -> None:
        self._pause.stop()
        text = self.text().strip()
        if text != self._last:
            self._last = text
            self.searched.emit(text)

    def show_words(self, text: str) -> None:
        """Show *text* without searching for it: the caller's list holds the answer already."""
        self._last = text.strip()
        self.setText(text)
        self._pause.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the box first, and only then leaves it."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class PageHeader(QWidget):
    """Title, a line of counts under it, the search box, and the page's buttons.

    ``searched`` carries the text of the search box.
    """

    searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # In a narrow window the words give way, not the buttons.
        self._title = ElidedLabel(pixels=18, bold=True, least=120)
        self._counts = ElidedLabel(muted=True, least=120)
        self.search = SearchBox(parent=self)
        self.search.setMinimumWidth(160)
        self.search.setMaximumWidth(320)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.search.hide()
        self.search.searched.connect(self.searched)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._counts)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(10)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.search, 2)
        row.addLayout(self._buttons)

    def set_title(self, text: str, counts: str = "") -> None:
        """The page's name, and the counts under it."""
        self._title.setText(text)
        self.set_counts(counts)

    def title(self) -> str:
        """The page's name as shown."""
        return self._title.text()

    def set_counts(self, text: str) -> None:
        """The line under the title: how many there are, how many are shown."""
        self._counts.setText(text)
        self._counts.setVisible(bool(text))

    def enable_search(self, placeholder: str) -> None:
        """Show the search box; the window's Ctrl+F leads to it."""
        self.search.setPlaceholderText(f"{placeholder}   Ctrl+F")
        self.search.setAccessibleName(placeholder)
        self.search.show()

    def focus_search(self) -> None:
        """Put the cursor into the search box, its text selected."""
        if self.search.isVisibleTo(self):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.selectAll()

    def add_button(
        self, text: str, run: Callable[[], object], *, icon: str = "", primary: bool = False
    ) -> Button:
        """A button at the right; the primary one belongs last."""
        button = Button(text, self, kind=Kind.PRIMARY if primary else Kind.PLAIN, icon=icon, run=run)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._buttons.addWidget(button)
        return button


@dataclass(frozen=True)
class Chip:
    """A saved view: its id, its name, and how many records it holds (None: not counted yet).

    ``own``: the user saved it himself, and may rename or delete it.
    """

    id: str
    title: str
    count: int | None = None
    own: bool = False

    def text(self) -> str:
        """Name and count."""
        return self.title if self.count is None else f"{self.title}  {figures.number(self.count)}"


class ChipBar(QScrollArea):
    """Saved views side by side; ``chosen(id)`` when one is picked, ``save_asked`` for a new one.

    ``menu_asked(id, global position)`` comes of a right click, or the Menu key, on a chip of the user's own.
    More chips than fit are reached with Tab, arrow keys or the wheel.
    """

    chosen = Signal(str)
    save_asked = Signal()
    menu_asked = Signal(str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(30)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Button] = {}
        self._chips: dict[str, Chip] = {}
        self._current = ""

    def set_chips(self, chips: Iterable[Chip], *, current: str = "", can_save: bool = False) -> None:
        """Show *chips*; *current* (or the one chosen before, or the first) is on."""
        self._chips = {chip.id: chip for chip in chips}
        wanted = next((key for key in (current, self._current) if key in self._chips), None)
        self._current = wanted if wanted is not None else next(iter(self._chips), "")
        self._build(can_save)
        self.setVisible(bool(self._chips))

    def _build(self, can_save: bool) -> None:
        had_focus = self._has_focus_inside()
        # The strip may be exchanged from a click on one of its own buttons: not at once, as setWidget would.
        if (old := self.takeWidget()) is not None:
            old.deleteLater()
        strip = QWidget()
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        self._group = QButtonGroup(self)
        self._buttons = {key: self._chip_button(chip) for key, chip in self._chips.items()}
        for button in self._buttons.values():
            self._group.addButton(button)
            row.addWidget(button)
        if can_save:
            save = Button(_("Save view"), kind=Kind.CHIP, icon="add", run=self.save_asked.emit)
            save.setCheckable(False)
            row.addWidget(save)
        row.addStretch(1)
        self.setWidget(strip)
        strip.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        if had_focus and self._current:
            self._buttons[self._current].setFocus()

    def _has_focus_inside(self) -> bool:
        """Whether the keyboard is on a chip, or will be once a dialog over the window closes."""
        focus, strip = self.window().focusWidget(), self.widget()
        return focus is not None and strip is not None and strip.isAncestorOf(focus)

    def _chip_button(self, chip: Chip) -> Button:
        button = Button(kind=Kind.CHIP, run=lambda: self._choose(chip.id))
        _label_chip(button, chip)
        button.setChecked(chip.id == self._current)
        if chip.own:
            button.setToolTip(_("Right-click, or press the Menu key, to rename, update or delete this view."))
            button.setAccessibleDescription(button.toolTip())
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(
                lambda place: self.menu_asked.emit(chip.id, button.mapToGlobal(place))
            )
        return button

    def _choose(self, key: str) -> None:
        self._current = key
        self.ensureWidgetVisible(self._buttons[key])
        self.chosen.emit(key)

    def current(self) -> str:
        """Id of the view that is on, "" if there are none."""
        return self._current

    def select(self, key: str) -> None:
        """Turn the view *key* on, as a click would."""
        self._buttons[key].click()

    def set_count(self, key: str, count: int) -> None:
        """A fresh count for one view."""
        if key in self._chips:
            self._chips[key] = chip = replace(self._chips[key], count=count)
            _label_chip(self._buttons[key], chip)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel moves the strip sideways."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y() // 2)


def _label_chip(button: Button, chip: Chip) -> None:
    button.setText(chip.text().replace("&", "&&"))
    button.setAccessibleName(chip.text())


class EmptyState(QWidget):
    """What a list shows when it has nothing to show: why, and what to do about it."""

    def __init__(
        self,
        icon: str,
        sentence: str,
        button: str = "",
        run: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = label(sentence, muted=True, wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self._picture)
        column.addWidget(self.sentence)
        if button and run is not None:
            self.button = Button(button, self, kind=Kind.PRIMARY, run=run)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Recolour the picture with the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(pixmap(self._icon, theme.current().text_muted, 44, ratio))


class StatCard(QAbstractButton):
    """A big number and what it counts; a click leads to the records behind it."""

    def __init__(
        self,
        number: str,
        caption: str,
        tone: Tone | str = Tone.NEUTRAL,
        run: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if run else Qt.FocusPolicy.NoFocus)
        self._clickable = run is not None
        if run is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.clicked.connect(lambda _checked=False: run())
        self.set(number, caption, tone)

    def set(self, number: str, caption: str, tone: Tone | str) -> None:
        """Show another number."""
        self._number, self._caption, self._tone = number, caption, Tone(tone)
        self.setAccessibleName(f"{caption}: {number}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the number over its caption."""
        return QSize(170, 86)

    def minimumSizeHint(self) -> QSize:
        """The number is never cut."""
        number = QFontMetrics(theme.scaled_font(26, bold=True)).horizontalAdvance(self._number)
        return QSize(max(120, number + 44), 86)

    def event(self, event: QEvent) -> bool:
        """Repaint when the pointer comes and goes."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus frame."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, its tone as a bar at the left, number and caption."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self._clickable and (self.underMouse() or self.hasFocus())
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(look.accent if strong else look.border), 1))
        painter.setBrush(QColor(look.surface))
        painter.drawRoundedRect(box, 7, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.solid(self._tone)))
        painter.drawRoundedRect(QRectF(14, 18, 4, 26), 2, 2)
        quiet = self._tone in (Tone.NEUTRAL, Tone.INFO, Tone.ACCENT)
        painter.setPen(QColor(look.text if quiet else look.solid(self._tone)))
        painter.setFont(theme.scaled_font(26, bold=True))
        painter.drawText(box.adjusted(26, 10, -12, -36), Qt.AlignmentFlag.AlignVCenter, self._number)
        painter.setPen(QColor(look.text_muted))
        font = theme.scaled_font(13)
        painter.setFont(font)
        caption = QFontMetrics(font).elidedText(self._caption, Qt.TextElideMode.ElideRight, self.width() - 26)
        painter.drawText(box.adjusted(14, 52, -12, -8), Qt.AlignmentFlag.AlignVCenter, caption)


class Banner(QFrame):
    """A line across the window that stays: this is the demo, the licence of a certificate ends …"""

    def __init__(
        self,
        text: str,
        tone: Tone | str = Tone.INFO,
        *,
        icon: str = "info",
        button: str = "",
        run: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tone = Tone(tone)
        self._icon = icon
        self._picture = QLabel()
        self.words = label(text)
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 5, 12, 5)
        row.setSpacing(8)
        row.addWidget(self._picture)
        row.addWidget(self.words, 1)
        if button and run is not None:
            row.addWidget(Button(button, self, kind=Kind.LINK, run=run))
        self._dress()

    def set_text(self, text: str) -> None:
        """Say something else."""
        self.words.setText(text)
        self.setAccessibleName(text)

    def changeEvent(self, event: QEvent) -> None:
        """Recolour with the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the line with the tone's ground."""
        QPainter(self).fillRect(self.rect(), QColor(theme.current().pill(self._tone)[0]))

    def _dress(self) -> None:
        ink = theme.current().pill(self._tone)[1]
        self._picture.setPixmap(pixmap(self._icon, ink, 17, self.devicePixelRatioF()))
        self.words.setStyleSheet(f"color: {ink}")

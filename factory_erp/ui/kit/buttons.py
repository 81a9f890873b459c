"""Buttons and labels that follow the theme: their icons are recoloured when it changes."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from factory_erp.ui.kit import theme
from factory_erp.ui.kit.icons import icon


class Kind(StrEnum):
    """What a button is for; each value is a property that the style sheet knows."""

    PLAIN = "plain"
    PRIMARY = "primary"
    CHIP = "chip"
    NAV = "nav"
    LINK = "link"


class Button(QPushButton):
    """A push button of one kind, with an icon of ours in the colour that fits."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        kind: Kind = Kind.PLAIN,
        icon: str = "",
        run: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.kind = kind
        self._icon_name = icon
        self.setProperty(kind.value, True)
        self.setIconSize(QSize(17, 17))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if text:
            self.setAccessibleName(text)
        if run is not None:
            self.clicked.connect(lambda _checked=False: run())
        if kind in (Kind.NAV, Kind.CHIP):
            self.setCheckable(True)
            self.toggled.connect(lambda _on: self._dress())
        self._dress()

    def set_icon(self, name: str) -> None:
        """Show the icon *name* of resources/icons."""
        self._icon_name = name
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Recolour the icon with the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        if self._icon_name:
            self.setIcon(icon(self._icon_name, self._icon_colour()))

    def _icon_colour(self) -> str:
        look = theme.current()
        if self.kind is Kind.PRIMARY:
            return look.on_accent
        if self.kind is Kind.LINK or (self.kind is Kind.NAV and self.isChecked()):
            return look.accent
        return look.text_muted if self.kind is Kind.NAV else look.text


def label(
    text: str = "",
    *,
    pixels: int = theme.FONT_PIXELS,
    bold: bool = False,
    muted: bool = False,
    wrap: bool = False,
    selectable: bool = False,
) -> QLabel:
    """A plain-text label, *pixels* high; *muted* for what is said in a low voice."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if muted:
        result.setProperty("muted", True)
    if bold or pixels != theme.FONT_PIXELS:
        result.setFont(theme.scaled_font(pixels, bold=bold))
    if selectable:
        result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return result


class ElidedLabel(QLabel):
    """A line that ends in … where there is little room; all of it is then in the tooltip.

    *least* is the width in px below which it does not shrink.
    """

    def __init__(
        self,
        text: str = "",
        *,
        pixels: int = theme.FONT_PIXELS,
        bold: bool = False,
        muted: bool = False,
        least: int = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._least = least
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("muted", muted)
        if bold or pixels != theme.FONT_PIXELS:
            self.setFont(theme.scaled_font(pixels, bold=bold))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Say something else; a screen reader always hears all of it."""
        super().setText(text)
        self.setAccessibleName(text)
        self._note_room()

    def minimumSizeHint(self) -> QSize:
        """As narrow as told, as high as the line."""
        whole = super().sizeHint()
        return QSize(min(self._least, whole.width()), whole.height())

    def fitting(self) -> str:
        """What is shown of the text."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width shows more or less of it."""
        super().resizeEvent(event)
        self._note_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()), self.fitting())

    def _note_room(self) -> None:
        self.setToolTip(self.text() if self.fitting() != self.text() else "")

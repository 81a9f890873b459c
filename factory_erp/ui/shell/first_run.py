"""The first start: look around in a demo factory, or begin with one's own."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import LANGUAGES, _, language, set_language
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.icons import pixmap
from factory_erp.ui.shell.language import install_qt_language


class FirstChoice(StrEnum):
    """What to open first."""

    DEMO = "demo"
    OWN = "own"


class ChoiceCard(QAbstractButton):
    """A big card with a picture, a title and a sentence."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self._sentence = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_texts(self, title: str, sentence: str) -> None:
        """Title and explanation."""
        self.setText(title)
        self._sentence = sentence
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.update()

    def sizeHint(self) -> QSize:
        """Big enough for three lines of explanation."""
        return QSize(300, 224)

    def event(self, event: QEvent) -> bool:
        """Repaint when pointer or focus come and go."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        look = theme.current()
        strong = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(look.accent if strong else look.border), 2 if strong else 1))
        painter.setBrush(QColor(look.surface))
        painter.drawRoundedRect(box, 9, 9)
        painter.drawPixmap(22, 22, pixmap(self._icon, look.accent, 40, self.devicePixelRatioF()))
        painter.setPen(QColor(look.text))
        painter.setFont(theme.scaled_font(17, bold=True))
        painter.drawText(box.adjusted(22, 76, -16, 0), Qt.AlignmentFlag.AlignTop, self.text())
        painter.setPen(QColor(look.text_muted))
        painter.setFont(theme.scaled_font(14))
        flags = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(box.adjusted(22, 108, -20, -10), flags, self._sentence)


class FirstRunDialog(QDialog):
    """Two cards and the language; after it was accepted, ``choice`` says which card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice: FirstChoice | None = None
        self._welcome = label(pixels=22, bold=True)
        self._lead = label(muted=True, wrap=True)
        self.languages = QComboBox()
        for code, name in LANGUAGES.items():
            self.languages.addItem(name, code)
        self.languages.setCurrentIndex(self.languages.findData(language()))
        self.languages.currentIndexChanged.connect(self._change_language)
        self.demo = ChoiceCard("factory")
        self.own = ChoiceCard("add")
        self.demo.clicked.connect(lambda _checked=False: self._choose(FirstChoice.DEMO))
        self.own.clicked.connect(lambda _checked=False: self._choose(FirstChoice.OWN))
        self._lay_out()
        self._retell()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._welcome, 1)
        head.addWidget(self.languages)
        cards = QHBoxLayout()
        cards.setSpacing(16)
        cards.addWidget(self.demo, 1)
        cards.addWidget(self.own, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 28)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._lead)
        column.addLayout(cards, 1)

    def _retell(self) -> None:
        self.setWindowTitle(_("Welcome"))
        self.languages.setAccessibleName(_("Language"))
        self._welcome.setText(_("Welcome to your factory"))
        self._lead.setText(_("From the platform order to the container: how would you like to begin?"))
        self.demo.set_texts(
            _("Open the demo factory"),
            _("A complete factory with orders, a schedule, stock and documents. Try everything."),
        )
        self.own.set_texts(
            _("Start my own factory"),
            _(
                "Enter your products by hand or import them from Excel, then connect your shops and take "
                "orders in."
            ),
        )

    def _change_language(self) -> None:
        set_language(self.languages.currentData())
        install_qt_language(language())
        self._retell()

    def _choose(self, choice: FirstChoice) -> None:
        self.choice = choice
        self.accept()

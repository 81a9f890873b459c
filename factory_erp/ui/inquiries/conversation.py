"""A conversation: what the buyer wrote at the left, what we answered at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QTextEdit, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.models.platforms import OutboxState
from factory_erp.services.inquiries.views import MessageView
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.platforms.words import outbox_pill

_SHARE = (5, 2)
"""How a bubble and the empty place beside it share the width."""


class Body(QTextEdit):
    """What somebody wrote, as plain text to be read and copied; as high as it needs to be."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setPlainText(text)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        keyboard = Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | keyboard)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(0)
        self.setStyleSheet("background: transparent; border: none; padding: 0;")
        self.setMinimumWidth(60)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines elsewhere."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(self.viewport().width())
        height = int(self.document().size().height()) + 2
        if height != self.height():
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        """As wide as it may be; the height follows."""
        return QSize(400, self.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel moves the conversation, not one message of it."""
        event.ignore()


class Bubble(QFrame):
    """One message with who wrote it and when."""

    def __init__(self, message: MessageView, buyer: str) -> None:
        super().__init__()
        self.message = message
        author = message.author or (_("We") if message.outgoing else buyer)
        said = f"{author} · {figures.local(message.sent_at)}"
        self.setAccessibleName(said)
        self.setAccessibleDescription(message.body)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(said, pixels=12, muted=True), 1)
        if message.delivery not in (None, OutboxState.DONE):
            assert message.delivery is not None
            pill = outbox_pill(message.delivery)
            head.addWidget(Pill(pill.text, pill.tone))
        self.body = Body(message.body)
        self.body.setAccessibleName(said)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 9)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.body)
        if message.problem:
            problem = label(message.problem, wrap=True, selectable=True)
            problem.setProperty("problem", True)
            column.addWidget(problem)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Recolour with the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        look = theme.current()
        ground = look.accent_soft if self.message.outgoing else look.surface_alt
        wanted = f"Bubble {{ background: {ground}; border: 1px solid {look.border}; border-radius: 9px; }}"
        if wanted != self.styleSheet():
            self.setStyleSheet(wanted)


class Conversation(QScrollArea):
    """The messages under one another, the last one in sight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Conversation"))
        self._shown: tuple[MessageView, ...] | None = None
        self.bubbles: list[Bubble] = []
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._go_to_end)
        self.verticalScrollBar().rangeChanged.connect(self._note_range)
        self._follow = True
        self.show_messages((), "")

    def show_messages(self, messages: Sequence[MessageView], buyer: str) -> None:
        """Show *messages*; the same ones again leave the view as it stands."""
        if self._shown == tuple(messages):
            return
        self._shown = tuple(messages)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        self.bubbles = [Bubble(message, buyer) for message in messages]
        for bubble in self.bubbles:
            column.addLayout(_line(bubble))
        if not messages:
            column.addWidget(label(_("Nothing was written yet."), muted=True))
        column.addStretch(1)
        self._follow = True
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def _note_range(self, _least: int, _most: int) -> None:
        """Bubbles find their heights one after another: stay at the end until somebody reads elsewhere."""
        if self._follow:
            self._settle.start()

    def _go_to_end(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Somebody reads further up: let him."""
        self._follow = False
        super().wheelEvent(event)


def _line(bubble: Bubble) -> QHBoxLayout:
    line = QHBoxLayout()
    wide, rest = _SHARE
    if bubble.message.outgoing:
        line.addStretch(rest)
        line.addWidget(bubble, wide)
    else:
        line.addWidget(bubble, wide)
        line.addStretch(rest)
    return line

"""The first step: what is imported, and from which file or from the clipboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.ui.exchange.kind_card import KindCard
from factory_erp.ui.exchange.kind_list import WIDTH, KindList
from factory_erp.ui.exchange.work import Origin
from factory_erp.ui.kit import theme
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.icons import pixmap


class DropZone(QWidget):
    """Where a file is dropped, chosen or pasted; ``dropped`` carries its path."""

    dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._over = False
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said = label(_("Drop an .xlsx or .csv file here"), muted=True)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose_button = Button(_("Choose file…"), kind=Kind.PRIMARY, icon="document")
        self.paste_button = Button(_("Paste from clipboard"), icon="copy")
        self.template_button = Button(_("Save template…"), icon="save")
        self.template_button.setToolTip(_("An empty table with the right headers, to fill in."))
        self.problem = label(wrap=True, selectable=True)
        self.problem.setProperty("problem", True)
        self.problem.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button in (self.choose_button, self.paste_button, self.template_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        for part in (self._picture, said):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(self.problem)

    def show_problem(self, text: str) -> None:
        """Say why the last file cannot be taken; nothing for ""."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file of this computer may be dropped."""
        if _path_of(event) is not None:
            event.acceptProposedAction()
            self._set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The file went elsewhere."""
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the file."""
        self._set_over(False)
        path = _path_of(event)
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed frame, in colour while a file hangs over it."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(look.accent if self._over else look.text_muted), 1.4, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(look.accent_soft if self._over else look.surface))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 8, 8)
        painter.end()
        if self._picture.pixmap().isNull() or self._picture.property("look") != look.name:
            self._picture.setPixmap(pixmap("import", look.text_muted, 30, self.devicePixelRatioF()))
            self._picture.setProperty("look", look.name)

    def _set_over(self, over: bool) -> None:
        self._over = over
        self.update()


def _path_of(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


class FileStep(QWidget):
    """The kinds at the left; what the current one is, and where its file comes from, at the right.

    ``chosen`` carries an ``Origin``, ``file_asked`` and ``template_asked`` want a file dialog.
    """

    chosen = Signal(object)
    file_asked = Signal()
    template_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kinds = KindList()
        self.zone = DropZone()
        self.card = KindCard(self.zone, importing=True)
        self.zone.dropped.connect(lambda path: self.chosen.emit(Origin(path)))
        self.zone.choose_button.clicked.connect(lambda: self.file_asked.emit())
        self.zone.paste_button.clicked.connect(lambda: self.paste())
        self.zone.template_button.clicked.connect(lambda: self.template_asked.emit())
        self.kinds.chosen.connect(self._show_kind)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split(framed(self.kinds), self.card, stretch=(0, 1), sizes=(WIDTH, 640)))
        self.setFocusProxy(self.kinds)
        self.kinds.select(self.kinds.names()[0])

    def paste(self) -> None:
        """Take the table on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.chosen.emit(Origin(text=text))
        else:
            nothing = _("There is no table on the clipboard. Mark the cells in Excel and copy them first.")
            self.zone.show_problem(nothing)

    def _show_kind(self, name: str) -> None:
        self.card.show_kind(name)
        self.zone.show_problem("")

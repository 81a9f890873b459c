"""The last step: what was imported, and where to go from here."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.ui.exchange import words
from factory_erp.ui.exchange.preview_step import Tiles
from factory_erp.ui.exchange.work import Judged
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.icons import pixmap


class DoneStep(QWidget):
    """``report_asked`` saves the report, ``again`` starts anew (with the name of a kind, "" for the same),
    ``followed`` carries a deep link."""

    report_asked = Signal()
    again = Signal(str)
    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = ""
        self._picture = QLabel()
        self.said = label(pixels=17, bold=True, wrap=True)
        self.more = label(muted=True, wrap=True)
        self.tiles = Tiles()
        self.show_button = Button(_("Show the records"), icon="link", run=self._follow)
        self.report_button = Button(_("Save report…"), icon="save", run=self.report_asked.emit)
        self.again_button = Button(_("Import another file"), icon="import", run=lambda: self.again.emit(""))
        self.next_button = Button(kind=Kind.PRIMARY, icon="chevron-right", run=self._go_on)
        self._lay_out()
        self.setFocusProxy(self.next_button)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._picture)
        head.addWidget(self.said, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.show_button, self.report_button, self.again_button, self.next_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inner = QWidget()
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(22, 20, 22, 20)
        inside.setSpacing(14)
        inside.addLayout(head)
        inside.addWidget(self.tiles)
        inside.addWidget(self.more)
        inside.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(framed(inner))
        column.addStretch(1)

    def show_judged(self, judged: Judged) -> None:
        """Say what was imported."""
        report = judged.report
        self._kind = report.kind
        done = report.created + report.updated
        self.said.setText(
            ngettext(
                "{title}: {number} record is imported.",
                "{title}: {number} records are imported.",
                done,
                title=words.title(report.kind),
                number=figures.number(done),
            )
            if done
            else _("{title}: everything was as the file says already.", title=words.title(report.kind))
        )
        self.tiles.show_report(report, 0)
        self.tiles.cards["rejected"].hide()
        self.more.setText(
            _("From {name}. The columns are remembered for the next file with these headers.",
              name=judged.opened.sheet.source.name)
        )  # fmt: skip
        self.show_button.setVisible(report.kind in words.PLACES)
        following = words.following(report.kind)
        self.next_button.setVisible(bool(following))
        if following:
            self.next_button.setText(_("Next: {title}", title=words.title(following)))
            self.next_button.setAccessibleName(self.next_button.text())
        self._picture.setPixmap(pixmap("check", theme.current().success, 30, self.devicePixelRatioF()))

    def _follow(self) -> None:
        self.followed.emit(words.PLACES[self._kind])

    def _go_on(self) -> None:
        self.again.emit(words.following(self._kind))

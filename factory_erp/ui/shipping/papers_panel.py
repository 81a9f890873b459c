"""The issued papers of a shipment, and issuing them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.shipping.documents import KIND_NAMES
from factory_erp.services.shipping.views import DocumentRow, ShipmentDetail
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.shipping import steps, words
from factory_erp.ui.shipping.emphasis import emphasize

LANGUAGES = {"bilingual": N_("Bilingual"), "en": N_("English"), "zh_CN": N_("Chinese")}

COLUMNS = (
    Column("number", N_("Number"), 128),
    Column("kind", N_("Document"), 150),
    Column("revision", N_("Rev."), 52, kind="number", tooltip=N_("Revision")),
    Column("language", N_("Language"), 96, priority=2),
    Column("issued", N_("Issued on"), 132, kind="date", priority=1),
    Column("state", N_("State"), 104, kind="pill"),
)


class PapersPanel(QWidget):
    """Issued papers, the newest first.  ``chosen`` and ``open_asked`` carry a ``DocumentRow``."""

    issue_asked = Signal()
    chosen = Signal(object)
    open_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, DocumentRow] = {}
        self._detail: ShipmentDetail | None = None
        self._language = "bilingual"
        self.note = label(wrap=True, muted=True)
        self.bank_note = label(wrap=True, muted=True)
        self.table = SimpleTable(COLUMNS, self)
        self.table.set_name(_("Issued documents"))
        self.table.set_empty_text(_("Nothing is issued yet. The draft at the right shows what it will say."))
        self.table.current_changed.connect(self._choose)
        self.table.activated.connect(self._choose)
        self.open_button = Button(_("Open file"), icon="document", run=self._open)
        self.issue_button = Button(
            _("Issue documents…"), kind=Kind.PRIMARY, icon="document", run=self.issue_asked.emit
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.issue_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("Issued documents"), pixels=15, bold=True))
        column.addWidget(self.note)
        column.addWidget(self.bank_note)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Show the papers of *detail*."""
        self._detail = detail
        newest = sorted(detail.documents, key=lambda row: (row.issued_at, row.id), reverse=True)
        self._rows = {row.id: row for row in newest}
        self.table.set_rows([document_row(row) for row in newest], [row.id for row in newest])
        can = steps.can_issue(detail)
        self._show_issuing(detail)
        self.note.setText(_note(detail, can))
        self.bank_note.setVisible(can.now and detail.without_bank)
        self.bank_note.setText(
            _("No bank account in {currency}: Settings → Company", currency=detail.currency)
        )
        self.open_button.setEnabled(self._current() is not None)

    def set_language(self, language: str) -> None:
        """The papers would now be issued in *language*: another one is a reason to issue them again."""
        self._language = language
        if self._detail is not None:
            self._show_issuing(self._detail)

    def forget_choice(self) -> None:
        """No paper is chosen any more."""
        self.table.view.clearSelection()
        self.table.view.setCurrentIndex(QModelIndex())

    def _show_issuing(self, detail: ShipmentDetail) -> None:
        done = steps.is_documented(detail)
        text = _("Issue again…") if done else _("Issue documents…")
        emphasize(self.issue_button, text, "document", primary=not done)
        can = steps.can_issue(detail, self._language)
        self.issue_button.setEnabled(can.now)
        self.issue_button.setToolTip(can.reason)

    def _current(self) -> DocumentRow | None:
        key = self.table.current_key()
        return self._rows.get(key) if isinstance(key, int) else None

    def _choose(self, _key: object) -> None:
        row = self._current()
        self.open_button.setEnabled(row is not None)
        if row is not None:
            self.chosen.emit(row)

    def _open(self) -> None:
        row = self._current()
        if row is not None:
            self.open_asked.emit(row)


def document_row(row: DocumentRow) -> Row:
    """An issued paper as the table shows it."""
    return (
        row.number,
        _(KIND_NAMES[row.kind]),
        str(row.revision),
        _(LANGUAGES.get(row.language, row.language)),
        figures.local(row.issued_at),
        words.document_pill(row.state, current=row.current),
    )


def _note(detail: ShipmentDetail, can: steps.Can) -> str:
    if can.reason:
        return can.reason
    if detail.documents and not detail.documents_current:
        return _("The shipment has changed since its documents were issued. Issue them again.")
    if detail.documents_current:
        return _("Invoice and packing list are in force and say what leaves.")
    return _("Invoice and packing list are issued together and say the same.")

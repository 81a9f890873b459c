"""The documents of one kind that were issued for a record, the latest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.documents import DocumentState
from factory_erp.services.issuing.register import RegisterRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.paper_words import language_name, state_pill

COLUMNS = (
    Column("number", N_("Number"), 122),
    Column("revision", N_("Rev."), 48, kind="number", tooltip=N_("Revision")),
    Column("issued", N_("Issued"), 94, kind="date", priority=1),
    Column("language", N_("Language"), 96, priority=2),
    Column("state", N_("State"), 100, kind="pill"),
)
HEIGHT = 132
"""Of the table: its header and three documents, px."""


class IssuedList(QWidget):
    """``chosen`` carries the ``RegisterRow`` to look at, ``opened`` the one to open in the register."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, RegisterRow] = {}
        self._all: Sequence[RegisterRow] = ()
        self._kind = ""
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Issued documents"))
        self.table.set_empty_text(_("Not issued yet."))
        self.table.setFixedHeight(HEIGHT)
        self.table.current_changed.connect(self._choose)
        self.table.activated.connect(lambda key: self.opened.emit(self._rows[key]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(_("Issued"), bold=True))
        column.addWidget(self.table)

    def show_rows(self, rows: Sequence[RegisterRow]) -> None:
        """The record's documents, of every kind."""
        self._all = rows
        self._fill()

    def show_kind(self, kind: str) -> None:
        """List those of that kind."""
        self._kind = kind
        self._fill()

    def in_force(self) -> RegisterRow | None:
        """The one that holds."""
        return next((row for row in self._rows.values() if row.state is DocumentState.ISSUED), None)

    def latest(self) -> RegisterRow | None:
        """The one that was issued last, whatever became of it."""
        return next(iter(self._rows.values()), None)

    def select(self, document_id: int) -> bool:
        """Choose a document; False where it is not listed."""
        return self.table.select_key(document_id)

    def deselect(self) -> None:
        """None is looked at: the draft is."""
        self.table.view.selectionModel().clear()

    def _fill(self) -> None:
        self._rows = {row.id: row for row in self._all if row.kind == self._kind}
        self.table.set_rows([_cells(row) for row in self._rows.values()], list(self._rows))

    def _choose(self, key: object) -> None:
        if isinstance(key, int) and key in self._rows:
            self.chosen.emit(self._rows[key])


def _cells(row: RegisterRow) -> Row:
    return (
        row.number,
        str(row.revision),
        figures.day(row.issued_on),
        language_name(row.language),
        state_pill(row.state),
    )

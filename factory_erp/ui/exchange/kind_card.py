"""What a kind of record is and which columns it has: the right half of "What and which file"."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.exchange.fields import Field
from factory_erp.services.exchange.kind import Kind as RecordKind
from factory_erp.services.exchange.registry import KINDS
from factory_erp.ui.exchange import words
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable

COLUMNS = (
    Column("title", N_("Column"), 140),
    Column("needed", N_("Required"), 96, kind="pill"),
    Column("example", N_("Example"), 135),
    Column("hint", N_("Note"), 240, priority=1),
)


def field_row(field: Field) -> Row:
    """A column of the kind as the table shows it."""
    if field.key_part:
        needed = PillCell(_("Key"), "accent")
    else:
        needed = PillCell(_("Required"), "warning") if field.required else PillCell("")
    return _(field.title), needed, field.example, _(field.hint) if field.hint else ""


class KindCard(QWidget):
    """Title and sentence of a kind over *middle*, and the kind's columns beneath.

    *importing*: also what has to be there before, and how headers are understood.
    """

    def __init__(self, middle: QWidget, *, importing: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._importing = importing
        self.name = ""
        self.heading = label(pixels=17, bold=True)
        self.sentence = label(wrap=True)
        self.needs = label(muted=True, wrap=True)
        self.columns = SimpleTable(COLUMNS)
        self.columns.set_name(_("Columns of the file"))
        hint = _("A header may be in English or Chinese, in another order, or named in the next step.")
        hint = hint if importing else ""
        words_row = QHBoxLayout()
        words_row.addWidget(label(_("Columns"), pixels=15, bold=True))
        words_row.addWidget(label(hint, muted=True), 1)
        words_row.setSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.sentence)
        column.addWidget(self.needs)
        column.addWidget(middle)
        column.addLayout(words_row)
        column.addWidget(framed(self.columns), 1)

    def show_kind(self, name: str) -> None:
        """Say what the kind *name* is."""
        kind: RecordKind = KINDS[name]
        self.name = name
        self.heading.setText(words.title(name))
        self.sentence.setText(words.sentence(name))
        self.needs.setText(words.needs(kind))
        self.needs.setVisible(self._importing and bool(kind.needs))
        self.columns.set_rows([field_row(field) for field in kind.fields])

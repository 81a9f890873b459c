"""What a listing should say and what the platform says, field by field; read-only."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.listings.texts import ChangeText
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.listings.work import Opened

COLUMNS = (
    Column("field", N_("Field"), 140, sortable=False, narrowest=110),
    Column("ours", N_("Wanted"), 280, sortable=False),
    Column("theirs", N_("Published"), 280, sortable=False),
)


class DifferenceTab(QWidget):
    """The fields that differ, and the current one in full on both sides."""

    def __init__(self) -> None:
        super().__init__()
        self._changes: dict[Hashable, ChangeText] = {}
        self.words = label(bold=True, wrap=True)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Differences"))
        self.table.set_empty_text(_("The platform says what it should."))
        self.ours, self.theirs = _reader(_("Wanted")), _reader(_("Published"))
        self.table.current_changed.connect(lambda _key: self._show_current())
        both = split(
            framed(self.ours, title=_("Wanted")), framed(self.theirs, title=_("Published")), stretch=(1, 1)
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.words)
        column.addWidget(split(framed(self.table), both, across=False, stretch=(3, 2)), 1)
        self.setFocusProxy(self.table)

    def show_listing(self, opened: Opened) -> None:
        """Show what publishing would change, as it is saved."""
        detail = opened.detail
        self._changes = {change.field: change for change in detail.changes}
        self.words.setText(_summary(opened))
        self.table.set_rows(
            [(one.label, _one_line(one.ours), _one_line(one.theirs)) for one in detail.changes],
            [one.field for one in detail.changes],
        )
        if detail.changes and self.table.current_key() is None:
            self.table.select_key(detail.changes[0].field)
        self._show_current()

    def _show_current(self) -> None:
        key = self.table.current_key()
        change = self._changes.get(key) if key is not None else None
        self.ours.setPlainText(change.ours if change else "")
        self.theirs.setPlainText(change.theirs if change else "")


def _reader(name: str) -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setReadOnly(True)
    edit.setStyleSheet("border: none; padding: 2px 8px")
    edit.setTabChangesFocus(True)
    edit.setAccessibleName(name)
    return edit


def _one_line(text: str) -> str:
    return " | ".join(text.splitlines())


def _summary(opened: Opened) -> str:
    detail = opened.detail
    if detail.pushed is None:
        return _("Nothing was published yet: everything is new to the platform.")
    when = figures.local(detail.row.pushed_at)
    count = len(detail.changes)
    if not count:
        return _("The platform says what it should since {when}.", when=when)
    return ngettext(
        "{count} field differs from what was published on {when}.",
        "{count} fields differ from what was published on {when}.",
        count,
        when=when,
    )

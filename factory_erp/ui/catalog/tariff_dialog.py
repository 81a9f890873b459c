"""The list of tariff codes: find one, change it, enter a new one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.catalogue import tariff
from factory_erp.services.catalogue.tariff import TariffView
from factory_erp.ui.catalog.tariff_editor import TariffEditor
from factory_erp.ui.catalog.tariff_words import percent
from factory_erp.ui.catalog.words import hs
from factory_erp.ui.kit.buttons import Button
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import SearchBox

CODES = (
    Column("code", N_("HS code"), 120, kind="date", sortable=False),
    Column("name", N_("Name"), 150, sortable=False),
    Column("rebate", N_("Rebate"), 84, kind="number", sortable=False),
)


class TariffDialog(QDialog):
    """Opens at *code* (digits); one that is not in the list yet stands on the form of a new one."""

    def __init__(self, context: UiContext, code: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Tariff codes"))
        self._context = context
        self._codes: dict[int, TariffView] = {}
        self._wanted: str | None = code
        self._wanted_id: int | None = None
        self.search = SearchBox(_("Search code or name…"))
        self.search.searched.connect(lambda _text: self.refresh())
        self.table = SimpleTable(CODES)
        self.table.set_name(_("Tariff codes"))
        self.table.set_empty_text(_("No tariff code here. Enter a new one."))
        self.table.current_changed.connect(self._show)
        self.editor = TariffEditor(context)
        self.editor.saved.connect(self._saved)
        self.new_button = Button(_("New code"), icon="add", run=self.new)
        self.remove_button = Button(_("Remove…"), run=self.remove)
        self._lay_out()
        self.resize(1140, 660)
        self.refresh()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.new_button, self.remove_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        close = Button(_("Close"), run=self.reject)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(framed(self.table), 1)
        column.addLayout(buttons)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(GAP)
        whole.addWidget(split(left, self.editor, stretch=(0, 1), sizes=(400, 700)), 1)
        whole.addLayout(foot)

    # the list

    def refresh(self) -> None:
        """Read the codes that fit the search."""
        read = partial(tariff.tariff_codes, self.search.text())
        self._context.jobs.run(read, done=self._take, owner=self)

    def _take(self, codes: Sequence[TariffView]) -> None:
        self._codes = {one.id: one for one in codes}
        self.table.current_changed.disconnect(self._show)
        self.table.set_rows([_row(one) for one in codes], list(self._codes))
        self._go_to_wanted(codes)
        self.table.current_changed.connect(self._show)
        if not self.editor.is_dirty():
            self._show(self.table.current_key())

    def _go_to_wanted(self, codes: Sequence[TariffView]) -> None:
        """The code that the dialog was opened at, or that was saved just now; once."""
        wanted, self._wanted = self._wanted, None
        saved, self._wanted_id = self._wanted_id, None
        for one in codes:
            if one.id == saved or one.code == wanted:
                self.table.select_key(one.id)
        if wanted and wanted not in {one.code for one in codes}:
            self.editor.show_code(None, wanted)

    def _show(self, key: object) -> None:
        """Show the code that was chosen; a draft is asked about first."""
        known = self.editor.known()
        code = self._codes.get(key) if isinstance(key, int) else None
        self.remove_button.setEnabled(code is not None)
        if code is None or code == known:
            return
        if not self._may_leave():
            self.table.select_key(known.id if known else None)
            return
        self.editor.show_code(code)

    def _may_leave(self) -> bool:
        if not self.editor.is_dirty():
            return True
        text = _("What you have typed about this tariff code is lost.")
        return confirm(self, _("Discard the changes?"), text, _("Discard"))

    # what can be done

    def new(self) -> None:
        """An empty form for another code."""
        if self._may_leave():
            self.table.view.clearSelection()
            self.editor.show_code(None)
            self.editor.form.edit("code").setFocus()

    def remove(self) -> None:
        """Take the chosen code out of the list, after asking."""
        key = self.table.current_key()
        code = self._codes.get(key) if isinstance(key, int) else None
        if code is None:
            return
        title = _("Remove tariff code {code}?", code=hs(code.code))
        text = _("Its elements and rates go too. Items keep their code and their answers.")
        if confirm(self, title, text, _("Remove code")):
            self._context.jobs.run(
                partial(tariff.remove_tariff_code, code.id),
                done=self._removed, write=True, title=title, owner=self,
            )  # fmt: skip

    def _removed(self, _none: object) -> None:
        self._context.say(_("The tariff code is removed."))
        self.editor.show_code(None)
        self.refresh()

    def _saved(self, code_id: int) -> None:
        self._wanted_id = code_id
        self.refresh()

    def reject(self) -> None:
        """Close; a draft is asked about first."""
        if self._may_leave():
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the fields, never to a button of the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


def _row(one: TariffView) -> tuple[str, str, str]:
    return hs(one.code), one.name, percent(one.rate.rebate_percent) if one.rate else ""

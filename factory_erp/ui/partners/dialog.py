"""The list of partners: find one, change it, enter a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services import partner_forms
from factory_erp.services.partner_forms import PartnerForm, PartnerRow
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.forms import Form, TextEdit
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import SearchBox
from factory_erp.ui.partners.fields import (
    COLUMNS,
    TEXTS,
    calendar_choice,
    partner_fields,
    roles,
    shown,
    taken,
)

LIST = (
    Column("code", N_("Code"), 118, sortable=False),
    Column("name", N_("Name"), 150, sortable=False),
    Column("roles", N_("Roles"), 110, sortable=False),
    Column("class", N_("Class"), 54, sortable=False),
)
Read = tuple[PartnerForm, Choice | None]


class PartnersDialog(QDialog):
    """Opens at the partner *partner_id*, else at the first of the list."""

    def __init__(
        self, context: UiContext, partner_id: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Customers and suppliers"))
        self._context = context
        self._wanted = partner_id
        self._known = _new_form()
        self.search = SearchBox(_("Search code or name…"))
        self.search.searched.connect(lambda _text: self.refresh())
        self.table = SimpleTable(LIST)
        self.table.set_name(_("Customers and suppliers"))
        self.table.set_empty_text(_("No partner here. Enter a new one, or import a list."))
        self.table.current_changed.connect(self._show)
        self.form = Form(partner_fields(context.jobs), shown(self._known, None), columns=COLUMNS)
        self.form.saved.connect(lambda values: self._write(values))
        self.form.discarded.connect(self.refresh)
        self.new_button = Button(_("New partner"), icon="add", run=self.new)
        self._lay_out()
        self.resize(1160, 640)
        self.refresh()

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(framed(self.table), 1)
        column.addWidget(self.new_button, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.form, 1)
        said = _("Addresses come with the import of partners and with the orders of platforms.")
        column.addWidget(label(said, muted=True, wrap=True))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(Button(_("Close"), run=self.reject))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(GAP)
        whole.addWidget(split(left, right, stretch=(0, 1), sizes=(470, 650)), 1)
        whole.addLayout(foot)

    # the list

    def refresh(self) -> None:
        """Read the partners that fit the search."""
        read = partial(partner_forms.partner_rows, self.search.text())
        self._context.jobs.run(read, done=self._take, owner=self)

    def _take(self, rows: Sequence[PartnerRow]) -> None:
        self.table.current_changed.disconnect(self._show)
        self.table.set_rows([_cells(one) for one in rows], [one.id for one in rows])
        if self._wanted is not None:
            self.table.select_key(self._wanted)
            self._wanted = None
        if self.table.current_key() is None and rows and not self.form.is_dirty():
            self.table.select_key(rows[0].id)
        self.table.current_changed.connect(self._show)
        self._show(self.table.current_key())

    def _show(self, key: object) -> None:
        """Read the partner that was chosen; a draft is asked about first."""
        if not isinstance(key, int):
            return
        if key != self._known.id and not self._may_leave():
            self._go_to(self._known.id)
        else:
            self._context.jobs.run(partial(_read, key), done=self._fill, owner=self)

    def _go_to(self, partner_id: int | None) -> None:
        if partner_id is None or not self.table.select_key(partner_id):
            self.table.view.setCurrentIndex(QModelIndex())

    def _fill(self, read: Read) -> None:
        """Show what was read, unless something else was chosen or typed meanwhile."""
        form = read[0]
        if form.id != self.table.current_key():
            return
        if not self.form.is_dirty():
            self._put(read)
        elif form.id != self._known.id:
            self._go_to(self._known.id)

    def _put(self, read: Read) -> None:
        self._known = read[0]
        self.form.set_values(shown(*read))
        for name in TEXTS:
            edit = self.form.edit(name)
            if isinstance(edit, TextEdit):
                edit.setCursorPosition(0)

    def _may_leave(self) -> bool:
        if not self.form.is_dirty():
            return True
        text = _("What you have typed about this partner is lost.")
        if not confirm(self, _("Discard the changes?"), text, _("Discard")):
            return False
        self.form.discard()
        return True

    # what can be done

    def new(self) -> None:
        """An empty form for another partner."""
        if self._may_leave():
            self._go_to(None)
            self._put((_new_form(), None))
            self.form.edit("code").setFocus()

    def _write(self, values: dict[str, object]) -> None:
        form = taken(values, self._known)
        self._context.jobs.run(
            partial(partner_forms.save_partner, form), done=partial(self._saved, form),
            failed=self._failed, write=True, title=_("Save partner"), owner=self,
        )  # fmt: skip

    def _saved(self, form: PartnerForm, partner_id: int) -> None:
        self.form.mark_saved()
        self._known = replace(form, id=partner_id, version=None)
        self._context.say(_("{code} is saved.", code=form.code.strip()))
        self._wanted = partner_id
        self.refresh()

    def _failed(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)

    def reject(self) -> None:
        """Close; a draft is asked about first."""
        if self._may_leave():
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the fields, never to a button of the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


def _new_form() -> PartnerForm:
    return PartnerForm("", client_key=uuid4().hex)


def _read(partner_id: int) -> Read:
    form = partner_forms.partner_form(partner_id)
    return form, calendar_choice(form.calendar_id)


def _cells(one: PartnerRow) -> tuple[str, str, str, str]:
    return one.code, one.name, roles(one.roles), one.priority_class

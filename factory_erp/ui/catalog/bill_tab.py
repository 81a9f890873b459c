"""The bill of an item: its revisions, its lines as a tree with stock and cost, and what is short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Procurement
from factory_erp.planning.material.explode import BillCycle
from factory_erp.services.clock import today
from factory_erp.services.engineering import bills
from factory_erp.services.engineering.bills import BillInput, BillSheet
from factory_erp.ui.catalog.bill_dialogs import new_revision_dialog
from factory_erp.ui.catalog.bill_foot import BillFoot
from factory_erp.ui.catalog.bill_head import FittedHeight, RevisionBar, head_fields
from factory_erp.ui.catalog.bill_lines import BillLines
from factory_erp.ui.catalog.bill_parts import BillRead, read_bill
from factory_erp.ui.catalog.compare_dialog import CompareDialog
from factory_erp.ui.catalog.replace_dialog import ReplaceDialog
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.draft_tab import DraftTab, without_bar
from factory_erp.ui.kit.edits import DecimalEdit
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Form
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.widgets import Banner, EmptyState

FIRST_REVISION = "A"
HEAD = ("revision", "output", "valid_from", "valid_to", "note")


class BillTab(DraftTab):
    """One revision of the item's bill at a time; another is read when it is chosen."""

    def __init__(self, context: UiContext, item_id: int) -> None:
        super().__init__(context, item_id)
        self._read: BillRead | None = None
        self._bill_id: int | None = None
        self._new = False
        acts = {
            "new": self.ask_new_revision, "compare": self.compare,
            "replace": self.replace_component, "remove": self.remove_revision,
        }  # fmt: skip
        self.revisions = RevisionBar(self.choose, acts)
        self.form = without_bar(Form(head_fields(), columns=len(HEAD)))
        FittedHeight(self.form)
        self.lines = BillLines(context.jobs, item_id)
        self.foot = BillFoot(lambda wanted: self.lines.set_basis(wanted=wanted))
        self.derived = Banner(
            _("The variant rules of its product write this bill. Change the rules, or make a new revision."),
            icon="lock",
        )
        self.empty = EmptyState("bom", "", _("Create a bill"), self.start_bill)
        self._connect()
        self._lay_out()
        self.lines.set_basis(wanted=self.foot.quantity)

    def _connect(self) -> None:
        self.form.edited.connect(self._note_head)
        self.form.dirty_changed.connect(lambda _dirty: self.note_edit())
        self.form.saved.connect(self._save)
        self.lines.changed.connect(self._note_lines)
        self.lines.dirty_changed.connect(lambda _dirty: self.note_edit())
        self.lines.save_asked.connect(self.save)
        self.lines.item_asked.connect(lambda item_id: self.context.navigate(f"erp://catalog/{item_id}"))

    def _lay_out(self) -> None:
        self.sheet = QWidget()
        column = QVBoxLayout(self.sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.form)
        column.addWidget(self.derived)
        column.addWidget(framed(self.lines), 1)
        column.addWidget(self.foot)
        self.stack = QStackedWidget()
        for page in (QWidget(), self.empty, self.sheet):
            self.stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self.revisions)
        whole.addWidget(self.stack, 1)
        whole.addWidget(self.bar)
        self.revisions.hide()

    # reading

    def reading(self) -> Callable[[], object]:
        """The bill in view, the current one at first."""
        return partial(read_bill, self.record_id, self._bill_id)

    def show_record(self, read: object) -> None:
        """Show what was read as the state that was saved last."""
        assert isinstance(read, BillRead)
        self._read, self._new = read, False
        self._bill_id = read.sheet.id if read.sheet is not None else None
        self.revisions.show_revisions(read.revisions, self._bill_id)
        if read.sheet is None:
            self._show_none(read)
        else:
            self._show_sheet(read, read.sheet)

    def _show_none(self, read: BillRead) -> None:
        self.empty.sentence.setText(
            _("{sku} has no bill of materials yet: nobody knows what it consists of.", sku=read.item.sku)
            if read.item.procurement == Procurement.MAKE
            else _("{sku} is bought, so it needs no bill of materials.", sku=read.item.sku)
        )
        self.form.set_values({})
        self.lines.set_lines([], {})
        self.stack.setCurrentWidget(self.empty)

    def _show_sheet(self, read: BillRead, sheet: BillSheet) -> None:
        self.foot.show_item(sheet.unit, read.item.standard_cost.currency)
        values = {name: getattr(sheet, name) for name in HEAD}
        self.form.set_values(values | {"note": sheet.note or None})
        self.lines.model.output = sheet.output
        self.lines.set_lines(sheet.lines, read.parts)
        self._set_read_only(sheet.derived)
        self.lines.view.set_empty_text(
            _("No lines yet. Press {key} for the first one, or paste them from Excel.", key="F7")
        )
        self.stack.setCurrentWidget(self.sheet)

    def _set_read_only(self, on: bool) -> None:
        self.derived.setVisible(on)
        self.form.setEnabled(not on)
        self.lines.set_read_only(on)

    # the draft

    def start_bill(self) -> None:
        """Start the first bill of the item: a draft until it is saved."""
        if self._read is None:
            return
        item = self._read.item
        sheet = BillSheet(
            0, item.id, item.sku, item.name, item.unit, FIRST_REVISION, Decimal(1), today(), None, False, "",
            0, (), Decimal(0),
        )  # fmt: skip
        self._show_sheet(replace(self._read, parts={}), sheet)
        self._new = True
        self.lines.add_at_end()
        self.note_edit()

    def is_dirty(self) -> bool:
        """Whether there is something to save, in the head or in the lines."""
        return self._new or self.form.is_dirty() or self.lines.is_dirty()

    def save(self) -> bool:
        """Start saving; False where a field or cell is not right, which is then shown."""
        if not self.is_dirty():
            return True
        if not self.form.problems() and self.lines.problems():
            self.lines.next_problem()
            return False
        return self.form.save()

    def _save(self, values: dict[str, Any]) -> None:
        """The fields are sound, and so are the lines: write them together."""
        if self.lines.problems():  # Ctrl+Enter in a field does not come through ``save``
            self.lines.next_problem()
            return
        sheet = self._read.sheet if self._read is not None else None
        first: date = values["valid_from"]
        given = BillInput(
            self.record_id, values["revision"], values["output"], first, values["valid_to"],
            values["note"] or "", tuple(self.lines.lines()), sheet.id if sheet else None,
            sheet.version if sheet else None,
        )  # fmt: skip
        self.write(partial(bills.save_bill, given), self._saved, _("Save the bill of materials"))

    def _saved(self, bill_id: object) -> None:
        assert isinstance(bill_id, int)
        self.context.say(_("The bill of materials is saved."))
        self._read_anew(bill_id)

    def show_refusal(self, error: DomainError) -> bool:
        """At the field that it names; for a circle, the line that closes it becomes current."""
        if isinstance(error, BillCycle):
            for item_id in error.path:
                if item_id != self.record_id:
                    self.lines.go_to_item(item_id)
        names = {self.form.label_of(name): name for name in HEAD}
        error.field = names.get(error.field, error.field)
        return self.form.show_error(error)

    def discard(self) -> None:
        """Throw the edits away, and read again what stands in the database."""
        self._read_anew(self._bill_id)

    def _read_anew(self, bill_id: int | None) -> None:
        """Read the bill with that id, whatever stands in the fields now."""
        self._bill_id, self._new = bill_id, False
        self.lines.view.shut(keep=False)
        self.form.mark_saved()
        self.lines.mark_saved()
        self.note_edit()
        self.refresh()

    def undo_text(self) -> str:
        """Title of the undo command: what it would undo where the keyboard is."""
        return (self.lines if self.lines.view.holds_focus() else self.form).undo_text()

    def note_edit(self) -> None:
        """Something was edited, undone, saved or thrown away."""
        super().note_edit()
        self.revisions.set_draft(self.is_dirty())

    def _note_head(self, name: str) -> None:
        edit = self.form.edit("output")
        if name == "output" and isinstance(edit, DecimalEdit):
            try:
                value = edit.value()
            except InvalidValue:
                return
            if isinstance(value, Decimal) and value > 0:
                self.lines.set_basis(output=value)

    def _note_lines(self) -> None:
        model = self.lines.model
        lines = [line for row in range(len(model.rows)) if (line := model.line_at(row)) is not None]
        model.short = self.foot.show_lines(lines, model.output, model.parts)
        self.note_edit()

    # revisions

    def choose(self, bill_id: int) -> None:
        """Show another revision; a draft is only left after asking."""
        title, text = _("Unsaved changes"), _("Your changes to this revision are not saved and will be lost.")
        if bill_id == self._bill_id:
            return
        if self.is_dirty() and not confirm(self, title, text, _("Discard changes")):
            self.revisions.select(self._bill_id)
        else:
            self._read_anew(bill_id)

    def ask_new_revision(self) -> FormDialog | None:
        """The open dialog for a copy of the revision in view."""
        sheet = self._read.sheet if self._read is not None else None
        if sheet is None:
            return None
        names = [one.revision for one in self.revisions.revisions()]
        dialog = new_revision_dialog(self.context, sheet, names, self)
        dialog.done_with.connect(self._read_anew)
        dialog.open()
        return dialog

    def compare(self) -> CompareDialog:
        """The open dialog with the revision in view beside the one before it."""
        dialog = CompareDialog(self.context, self.revisions.revisions(), self._bill_id, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def replace_component(self) -> ReplaceDialog:
        """The open dialog that replaces the current component, here and everywhere."""
        view = self.lines.view
        item_id = self.lines.model.item_at(view.currentIndex())
        sku = self.lines.model.sku_at(view.currentIndex())
        dialog = ReplaceDialog(self.context, Choice(item_id, sku) if item_id is not None else None, self)
        dialog.replaced.connect(lambda _count: self._read_anew(self._bill_id))
        dialog.open()
        return dialog

    def remove_revision(self) -> None:
        """Remove the revision in view, after asking."""
        sheet = self._read.sheet if self._read is not None else None
        if sheet is None:
            return
        title = _("Remove revision {revision} of {sku}?", revision=sheet.revision, sku=sheet.sku)
        text = _("Its lines are gone then. Production orders that were planned with it keep their copies.")
        if confirm(self, title, text, _("Remove revision")):
            self.write(partial(bills.remove_revision, sheet.id), self._removed, title)

    def _removed(self, _nothing: object) -> None:
        self.context.say(_("The revision is removed."))
        self._read_anew(None)

"""One letter of credit over the whole page: its days and amounts above, fields and shipments below."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.models.credits import CreditState
from factory_erp.services.credits import letters as credits
from factory_erp.services.credits.letters import CreditInput
from factory_erp.ui.credits import fields, work
from factory_erp.ui.credits.check_tab import CheckTab
from factory_erp.ui.credits.head import CreditHead, FactStrip
from factory_erp.ui.credits.paste_dialog import PasteDialog
from factory_erp.ui.credits.shipments import ShipmentsTab
from factory_erp.ui.credits.work import Opened, Pasted
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.frames import GAP
from factory_erp.ui.kit.sectioned_form import SectionedForm
from factory_erp.ui.kit.tabs import Tabs

TABS = {"terms": N_("Terms of the credit"), "shipments": N_("Shipments"), "check": N_("Check the papers")}


class CreditEditor(QWidget):
    """The form is a draft with its Save/Discard bar; states and shipments change at once.

    ``closed`` asks for the list, ``shipment_opened`` carries the id of a shipment to go to,
    ``pasted`` a message of another credit.
    """

    closed = Signal()
    shipment_opened = Signal(object)
    pasted = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.credit_id: int | None = None
        self._opened: Opened | None = None
        self._known = CreditInput()
        self._key = ""
        self._asked = 0
        self._take_version = False
        self._proposal: Pasted | None = None
        self.head = CreditHead(self.closed.emit, self.ask_paste, self.become)
        self.facts = FactStrip()
        self.form = SectionedForm(fields.stacks(context.jobs), fields.cards())
        self.form.saved.connect(self._write)
        self.form.discarded.connect(self.refresh)
        self.shipments = ShipmentsTab(context)
        self.shipments.opened.connect(self.shipment_opened)
        self.check = CheckTab(context)
        self.check.field_asked.connect(self._go_to_field)
        self.tabs = tabs = Tabs()
        self.tabs.add("terms", _(TABS["terms"]), lambda: self.form)
        self.tabs.add("shipments", _(TABS["shipments"]), lambda: self.shipments)
        self.tabs.add("check", _(TABS["check"]), lambda: self.check)
        self.form.dirty_changed.connect(lambda dirty: tabs.mark("terms", dirty))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP - 2)
        column.addWidget(self.head)
        column.addWidget(self.facts)
        column.addWidget(self.tabs, 1)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.closed.emit)

    # which credit

    def show_credit(self, credit_id: int, proposal: Pasted | None = None) -> None:
        """Show the credit; with a *proposal*, its form filled with that message, to be saved."""
        if credit_id != self.credit_id:
            self.forget()
            self.credit_id = credit_id
        self._proposal = proposal
        self.refresh()

    def show_new(self, proposal: Pasted | None = None) -> None:
        """An empty form, or one filled with a message."""
        self.forget()
        self._key = uuid4().hex
        self._proposal = proposal
        self.form.edit("number").setFocus()
        self._fill(None)

    def forget(self) -> None:
        """No credit is open."""
        self._asked += 1
        self.credit_id, self._opened, self._proposal, self._key = None, None, None, ""
        self._take_version = False
        self._known = CreditInput()
        self.tabs.select("terms")
        self.form.set_values(fields.shown(self._known, None))
        self.form.setEnabled(True)
        self.form.to_top()
        self._show_around(None)

    # reading

    def refresh(self) -> None:
        """Read the credit again; a draft is not read over."""
        if self.credit_id is not None:
            self._asked += 1
            self.context.jobs.run(
                partial(work.read_credit, self.credit_id), done=partial(self._take, self._asked),
                failed=self._gone, owner=self,
            )  # fmt: skip

    def _take(self, asked: int, opened: Opened) -> None:
        if asked == self._asked:
            self._fill(opened)

    def _fill(self, opened: Opened | None) -> None:
        self._show_around(opened)
        dirty = self.form.is_dirty()
        if opened is not None and dirty and self._take_version:
            # What was typed while the save was on its way goes on over what was saved.
            self._known = opened.detail.given
        elif opened is not None and not dirty:
            changed = self._opened is None or not work.same(opened.detail.given, self._known)
            self._known = opened.detail.given
            if changed:
                self.form.set_values(fields.shown(self._known, opened.customer))
                fields.show_beginnings(self.form)
        self._opened, self._take_version = opened, False
        if self._proposal is not None:
            self._propose(self._proposal)
            self._proposal = None

    def _propose(self, pasted: Pasted) -> None:
        """Fill the fields as edits that can be undone, and say at each what could not be read."""
        given = fields.shown(pasted.draft.given, pasted.customer)
        self.form.propose({name: value for name, value in given.items() if name != "note"})
        problems = {fields.field_of(one.tag): one.why for one in reversed(pasted.draft.problems)}
        problems.pop("", None)
        for name, why in problems.items():
            self.form.set_problem(name, why)
        self.form.go_to(next(reversed(problems), "number"))

    def _show_around(self, opened: Opened | None) -> None:
        detail = opened.detail if opened else None
        self.head.show_credit(detail)
        self.facts.show_credit(opened)
        self.shipments.show_credit(opened)
        self.check.show_credit(opened)
        self.tabs.set_count("shipments", len(detail.shipments) if detail else None)
        self.tabs.set_count("check", len(opened.findings) if opened and opened.findings else None)
        self.form.setEnabled(detail is None or detail.state is not CreditState.CLOSED)

    def _gone(self, error: Exception) -> None:
        """The credit cannot be read: say why, and go back."""
        self.context.say(str(error))
        self.forget()
        self.closed.emit()

    # the draft

    def is_dirty(self) -> bool:
        """Whether the form holds something that is not saved."""
        return self.form.is_dirty()

    def save(self) -> bool:
        """Start saving; False where a field is not sound, which is then shown."""
        self.tabs.select("terms")
        return self.form.save()

    def _write(self, values: dict[str, object]) -> None:
        given = fields.taken(values, self._known)
        self.context.jobs.run(
            partial(credits.save_credit, given, self._key), done=self._saved, failed=self._refused,
            write=True, title=_("Save letter of credit"), owner=self,
        )  # fmt: skip

    def _saved(self, credit_id: int) -> None:
        self.form.mark_saved()
        self.credit_id = credit_id
        self._take_version = True
        self.context.say(_("The letter of credit is saved."))
        self.refresh()

    def _refused(self, error: Exception) -> None:
        """At its field where it names one, else in a dialog."""
        if isinstance(error, DomainError) and self.form.show_error(error):
            self.tabs.select("terms")
            self.form.go_to(error.field)
        else:
            show_problem(self, error)

    def can_leave(self) -> bool:
        """Ask where something is not saved; it is thrown away if so told."""
        if not self.is_dirty():
            return True
        text = _("What you have typed about this letter of credit is lost.")
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        self.form.discard()
        return True

    def _go_to_field(self, name: str) -> None:
        self.tabs.select("terms")
        self.form.go_to(name)

    # acts

    def ask_paste(self) -> PasteDialog:
        """The open dialog in which a message is pasted."""
        dialog = PasteDialog(self.context.jobs, parent=self)
        dialog.accepted_with.connect(self._take_pasted)
        dialog.open()
        return dialog

    def _take_pasted(self, pasted: Pasted) -> None:
        """Into the form in view where it is this credit's, or a new one's; else the page opens that one."""
        if pasted.draft.known_id == self.credit_id:
            self.tabs.select("terms")
            self._propose(pasted)
        else:
            self.pasted.emit(pasted)

    def become(self, state: CreditState) -> None:
        """Take the credit to the *state*; closing it is asked about first, because it is for good."""
        if self._opened is None:
            return
        if self.is_dirty():
            self.context.say(_("Save or discard your changes first."))
            return
        detail = self._opened.detail
        if state is CreditState.CLOSED:
            text = _("No shipment can go under it any more, and its terms cannot be changed.")
            title = _("Close the letter of credit {number}?", number=detail.given.number)
            if not confirm(self, title, text, _("Close it")):
                return
        self.context.jobs.run(
            partial(credits.set_state, detail.id, state, self._known.version),
            done=lambda _nothing: self.refresh(), failed=partial(show_problem, self), write=True,
            title=_("Change state of letter of credit"), owner=self,
        )  # fmt: skip

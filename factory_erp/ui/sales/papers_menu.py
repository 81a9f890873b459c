"""Proforma invoice and sales contract of an order: their terms typed beside the draft, then issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.domain.money import Money
from factory_erp.i18n import _
from factory_erp.services.issuing import drafts, order_terms, register
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing.order_terms import OrderTerms, TermsInput
from factory_erp.services.papers.kinds import OF_ORDER
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.paper_dialog import PaperDialog, PaperSource

CONTRACT = "sales_contract"


def open_papers(
    context: UiContext, order_id: int, number: str, kind: str = "", parent: QWidget | None = None
) -> PaperDialog:
    """The open dialog with the papers of an order, the one of *kind* first."""
    source = PaperSource(
        number=number,
        kinds=OF_ORDER,
        draft=partial(drafts.order_draft, order_id),
        issue=partial(issuing.issue_for_order, order_id),
        issued=partial(register.papers_of_order, order_id),
    )
    dialog = PaperDialog(context, source, kind, TermsPanel(context.jobs, order_id), parent)
    dialog.open()
    return dialog


class TermsPanel(QWidget):
    """The terms of one paper of an order.

    ``saved`` once they are kept, ``edited`` and ``dirty_changed`` as one types.
    """

    saved = Signal()
    edited = Signal()
    dirty_changed = Signal(bool)

    def __init__(self, jobs: Jobs, order_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._order_id = jobs, order_id
        self._kind, self._shown = "", OrderTerms(order_id, "", "", "", TermsInput(), TermsInput(), 0)
        self.form: Form | None = None
        self.note = label(
            _("What is empty is not on the paper; without clauses the usual general ones are."),
            muted=True, wrap=True,
        )  # fmt: skip
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self.note)

    def widget(self) -> QWidget:
        """The panel itself."""
        return self

    def is_dirty(self) -> bool:
        """Whether something is typed that is not saved."""
        return self.form is not None and self.form.is_dirty()

    def typed(self) -> TermsInput | None:
        """What is typed and not saved; None where nothing is, or a field is not sound."""
        if self.form is None or not self.form.is_dirty() or self.form.problems():
            return None
        return _given(self.form.values())

    def discard(self) -> None:
        """Throw away what is typed and not saved."""
        if self.form is not None:
            self.form.discard()

    def show_kind(self, kind: str) -> None:
        """Show the terms of the paper of that kind."""
        self._kind = kind
        self._jobs.run(
            partial(order_terms.order_terms, self._order_id, kind), done=self._take, failed=self._refused,
            owner=self,
        )  # fmt: skip

    def _take(self, shown: OrderTerms) -> None:
        if shown.kind != self._kind or self.is_dirty():
            return
        if self.form is not None and shown.kind == self._shown.kind:
            self._shown = shown
            self.form.set_values(_values(shown))
            return
        self._shown = shown
        self._remove_form()
        self.form = Form(_fields(shown), _values(shown), columns=2, parent=self)
        self.form.saved.connect(self._save)
        self.form.edited.connect(lambda _name: self.edited.emit())
        self.form.discarded.connect(self.edited)
        self.form.dirty_changed.connect(self.dirty_changed)
        self._column.addWidget(self.form, 1)
        self.form.edit("valid_until").setFocus()

    def _remove_form(self) -> None:
        if self.form is not None:
            self._column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()

    def _save(self, values: Mapping[str, Any]) -> None:
        shown = self._shown
        self._jobs.run(
            partial(
                order_terms.save_order_terms, self._order_id, shown.kind, _given(values), shown.version
            ),
            write=True, title=_("Saving the terms"), done=self._saved, failed=self._refused, owner=self,
        )  # fmt: skip

    def _saved(self, _nothing: object) -> None:
        if self.form is not None:
            self.form.mark_saved()
        self.show_kind(self._kind)
        self.saved.emit()

    def _refused(self, error: Exception) -> None:
        at_field = self.form is not None and isinstance(error, DomainError) and self.form.show_error(error)
        if not at_field:
            show_problem(self, error)


def _fields(shown: OrderTerms) -> list[Field]:
    permission = [("", _("Not said")), ("allowed", _("Allowed")), ("not allowed", _("Not allowed"))]
    clauses = _('"Heading: text", one clause a line; empty: the usual general clauses')
    made = [
        Field("valid_until", _("Valid until"), FieldKind.DATE),
        Field("signed_at", _("Signed at")),
        Field("shipment_time", _("Shipment time (English)"), FieldKind.NOTE),
        Field("shipment_time_zh", _("Shipment time (Chinese)"), FieldKind.NOTE),
        Field("packing", _("Packing (English)"), FieldKind.NOTE),
        Field("packing_zh", _("Packing (Chinese)"), FieldKind.NOTE),
        Field("insurance", _("Insurance (English)"), FieldKind.NOTE),
        Field("insurance_zh", _("Insurance (Chinese)"), FieldKind.NOTE),
        Field("partial_shipment", _("Partial shipments"), FieldKind.CHOICE, choices=permission),
        Field("transshipment", _("Transshipment"), FieldKind.CHOICE, choices=permission),
        Field("tolerance", _("More or less, %"), FieldKind.DECIMAL, decimals=2),
        Field("deposit", _("Deposit"), FieldKind.MONEY,
              currency=shown.currency),
        Field("clauses", _("Clauses (English)"), FieldKind.NOTE, hint=clauses),
        Field("clauses_zh", _("Clauses (Chinese)"), FieldKind.NOTE, hint=clauses),
    ]  # fmt: skip
    if shown.kind == CONTRACT:
        made.append(Field("confirmation", _("Titled sales confirmation"), FieldKind.CHECK))
    return made


def _values(shown: OrderTerms) -> dict[str, object]:
    """What the fields show; no text, tolerance or deposit is an empty field."""
    given = shown.given
    values: dict[str, object] = {
        name: None if value == "" else value for name, value in asdict(given).items()
    }
    return values | {
        "partial_shipment": given.partial_shipment,
        "transshipment": given.transshipment,
        "tolerance": given.tolerance or None,
        "deposit": Money.of(given.deposit, shown.currency) if given.deposit else None,
    }


def _given(values: Mapping[str, Any]) -> TermsInput:
    told = {name: value for name, value in values.items() if value is not None}
    deposit = told.pop("deposit", None)
    return TermsInput(**told, deposit=deposit.amount if deposit is not None else Decimal(0))

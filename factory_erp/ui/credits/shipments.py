"""The shipments under a letter of credit: what each takes of it, and when its papers must be presented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.credits import CreditState
from factory_erp.services.credits import shipments as credit_shipments
from factory_erp.services.credits.views import CreditShipment
from factory_erp.ui.credits import words
from factory_erp.ui.credits.work import Opened, find_shipments
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.form_dialog import FormDialog, UseCase
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.shipping.words import state_pill

COLUMNS = (
    Column("number", N_("Shipment"), 150, sortable=False),
    Column("state", N_("State"), 132, kind="pill", sortable=False),
    Column("amount", N_("Draws"), 130, kind="number", sortable=False),
    Column("etd", N_("Departure"), 104, kind="date", sortable=False),
    Column("on_board", N_("On board"), 104, kind="date", sortable=False),
    Column("present_by", N_("Present by"), 104, kind="date", sortable=False),
    Column("days", N_("Days left"), 120, kind="pill", sortable=False),
    Column("presented", N_("Presented"), 104, kind="date", sortable=False),
)


class ShipmentsTab(QWidget):
    """Put shipments under the credit, take them off, and write down when papers went to the bank.

    Each of these is done at once; ``opened`` carries the id of a shipment to go to.
    """

    opened = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._opened: Opened | None = None
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Shipments under this credit"))
        self.table.set_empty_text(_("No shipment is under this credit yet. Put one under it."))
        self.table.activated.connect(self.opened)
        self.table.current_changed.connect(lambda _key: self._look())
        self.add_button = Button(_("Put a shipment under it…"), icon="add", run=self.ask_add)
        self.open_button = Button(_("Open shipment"), icon="ship", run=self._open)
        self.present_button = Button(_("Papers presented…"), icon="calendar", run=self.ask_presented)
        self.remove_button = Button(_("Take it off"), icon="delete", run=self.take_off)
        bar = QHBoxLayout()
        bar.setSpacing(10)
        for button in (self.add_button, self.open_button, self.present_button, self.remove_button):
            bar.addWidget(button)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(bar)
        column.addWidget(framed(self.table), 1)
        self.setFocusProxy(self.table)

    def show_credit(self, opened: Opened | None) -> None:
        """Show the shipments of the credit; None: a new one, which has none."""
        self._opened = opened
        shipments = opened.detail.shipments if opened else ()
        rows = [_row(one, opened.today) for one in shipments] if opened else []
        self.table.set_rows(rows, [one.id for one in shipments])
        if self.table.current_key() is None and shipments:
            self.table.select_key(shipments[0].id)
        self._look()

    def current(self) -> CreditShipment | None:
        """The shipment that is chosen."""
        found = self._opened.detail.shipments if self._opened else ()
        return next((one for one in found if one.id == self.table.current_key()), None)

    def _look(self) -> None:
        chosen = self.current()
        is_open = self._opened is not None and self._opened.detail.state not in (
            CreditState.USED,
            CreditState.CLOSED,
        )
        self.add_button.setEnabled(is_open)
        for button in (self.open_button, self.present_button, self.remove_button):
            button.setEnabled(chosen is not None)

    def _open(self) -> None:
        if chosen := self.current():
            self.opened.emit(chosen.id)

    # acts

    def ask_add(self) -> FormDialog | None:
        """The open dialog that asks which shipment goes under the credit."""
        if self._opened is None:
            return None
        detail = self._opened.detail
        look_up = Field(
            "credit_id", _("Shipment"), FieldKind.LOOKUP, required=True, jobs=self.context.jobs,
            search=partial(find_shipments, detail.id),
        )  # fmt: skip
        note = _(
            "Shipments in {currency} that are under no letter of credit.", currency=detail.given.currency
        )
        return self._dialog(
            _("Put a shipment under {number}", number=detail.given.number), look_up, None,
            partial(_put_under, detail.id), _("Put under it"), note,
        )  # fmt: skip

    def ask_presented(self) -> FormDialog | None:
        """The open dialog that asks when the papers of the shipment went to the bank."""
        chosen = self.current()
        if chosen is None or self._opened is None:
            return None
        field = Field("presented_on", _("At the bank on"), FieldKind.DATE)
        note = _("Leave it empty to take the day back.")
        if chosen.present_by is not None:
            note = f"{_('Last day: {date}.', date=figures.day(chosen.present_by))} {note}"
        return self._dialog(
            _("Papers of {number}", number=chosen.number), field, chosen.presented_on or self._opened.today,
            partial(_presented, chosen), _("Save"), note,
        )  # fmt: skip

    def _dialog(
        self, title: str, field: Field, value: object, use_case: UseCase, act: str, note: str
    ) -> FormDialog:
        dialog = FormDialog(
            self.context.jobs, title, [field], {field.name: value}, use_case, act, note=note, parent=self
        )
        dialog.resize(460, dialog.sizeHint().height())
        dialog.open()
        return dialog

    def take_off(self) -> None:
        """The shipment goes under no credit; the same way back puts it there again."""
        if chosen := self.current():
            self.context.jobs.run(
                partial(credit_shipments.set_credit, chosen.id, None, chosen.version),
                failed=partial(show_problem, self), write=True, title=_("Take shipment off"), owner=self,
            )  # fmt: skip


def _put_under(credit_id: int, values: Mapping[str, Any]) -> Callable[[], object]:
    key, _slash, version = str(values["credit_id"]).partition("/")
    return partial(credit_shipments.set_credit, int(key), credit_id, int(version))


def _presented(shipment: CreditShipment, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(credit_shipments.set_presented, shipment.id, values["presented_on"], shipment.version)


def _row(one: CreditShipment, today: date) -> Row:
    left = words.until(one.present_by, today)
    done = PillCell(_("Presented"), Tone.SUCCESS)
    return (
        one.number,
        state_pill(one.state),
        figures.money(one.amount),
        figures.day(one.etd),
        figures.day(one.on_board),
        figures.day(one.present_by),
        done if one.presented_on else words.days_pill(left),
        figures.day(one.presented_on),
    )

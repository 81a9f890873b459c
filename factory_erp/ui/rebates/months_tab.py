"""The rebate of a month: the taxes that a person types, what comes of them, and the shipments in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.customs import rebate_months
from factory_erp.services.customs.rebate_months import MonthShipment, MonthTaxes
from factory_erp.services.customs.rebates import TRADING
from factory_erp.services.customs.supplier_invoices import YUAN
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.rebates import words, work
from factory_erp.ui.rebates.month_result import MonthResult
from factory_erp.ui.rebates.shipments_tab import CONCERNS
from factory_erp.ui.rebates.work import Month, OpenedMonth

SIDE_WIDTH = 380
"""Of the result, px."""

FIELDS_HEIGHT = 86
"""Room for the three fields with a sentence under one of them, px."""


class MonthsTab(QWidget):
    """One month at a time."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        months = work.months()
        self._month = months[0]
        self._version = 0
        self.month_choice = ChoiceEdit([(one, _name(one)) for one in months])
        self.month_choice.setAccessibleName(_("Month"))
        self.month_choice.edited.connect(self._choose)
        self.back = Button(icon="chevron-left", run=partial(self._step, 1))
        self.forward = Button(icon="chevron-right", run=partial(self._step, -1))
        for button, name in ((self.back, _("Month before")), (self.forward, _("Next month"))):
            button.setAccessibleName(name)
            button.setToolTip(name)
        self.about = label(muted=True, wrap=True)
        self.form = Form(_fields(), columns=3)
        area = self.form.findChild(QScrollArea)
        assert area is not None
        area.setFixedHeight(FIELDS_HEIGHT)
        self.form.saved.connect(self._save)
        self.form.discarded.connect(self.refresh)
        self.result = MonthResult()
        self.made = SimpleTable(words.MONTH_COLUMNS)
        self.traded = SimpleTable(words.TRADED_MONTH_COLUMNS)
        for table in (self.made, self.traded):
            table.set_name(_("Shipments of the month"))
            table.set_empty_text(_("No shipment left in this month."))
            table.activated.connect(lambda key: context.navigate(f"erp://rebates/shipments/{key}"))
        self._lay_out()
        self._dress()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        for part in (self.back, self.month_choice, self.forward):
            top.addWidget(part)
        top.addSpacing(8)
        top.addWidget(self.about, 1)
        self.taxes = _card(label(_("Taxes of the month"), pixels=15, bold=True), self.form)
        side = _card(self.result)
        side.setMinimumWidth(SIDE_WIDTH)
        tables = framed(self.made, self.traded, title=_("Shipments of the month"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.taxes)
        column.addWidget(split(tables, side, stretch=(1, 0), sizes=(780, SIDE_WIDTH)), 1)
        self.setFocusProxy(self.month_choice)

    # what the page asks

    def refresh(self) -> None:
        """Read the month again; what is being typed stays."""
        month = self._month
        self._context.jobs.run(
            partial(work.read_month, month), done=partial(self._show, month),
            failed=partial(self._fail, month), owner=self,
        )  # fmt: skip

    def on_changes(self, changes: Mapping[str, object]) -> None:
        """Read again where something changed that the month is reckoned from."""
        if not CONCERNS.isdisjoint(changes):
            self.refresh()

    def is_dirty(self) -> bool:
        """Whether taxes are typed that are not saved."""
        return self.form.is_dirty()

    def discard(self) -> None:
        """Throw them away."""
        self.form.discard()

    def show_one(self, key: object) -> None:
        """Show the month of that name: 2026-11."""
        wanted = next((one for one in work.months() if _name(one) == str(key)), None)
        if wanted is None:
            self._context.say(_("There is no month {name} here.", name=key))
        else:
            self._turn_to(wanted)

    def shown(self) -> str:
        """The month: 2026-11."""
        return _name(self._month)

    # the month

    def _choose(self) -> None:
        wanted = self.month_choice.value()
        if isinstance(wanted, tuple):
            self._turn_to(wanted)

    def _step(self, back: int) -> None:
        months = work.months()
        place = months.index(self._month) + back if self._month in months else 0
        if 0 <= place < len(months):
            self._turn_to(months[place])

    def _turn_to(self, month: Month) -> None:
        if month != self._month and not self._may_leave():
            self.month_choice.show_value(self._month)
            return
        self._month = month
        self.month_choice.show_value(month)
        self._dress()
        self.refresh()

    def _may_leave(self) -> bool:
        if not self.is_dirty():
            return True
        text = _("The taxes that you typed for {month} are not saved.", month=_name(self._month))
        if not confirm(self, _("Leave without saving?"), text, _("Discard changes")):
            return False
        self.discard()
        return True

    def _show(self, month: Month, opened: OpenedMonth) -> None:
        if month != self._month:
            return
        if not self.is_dirty():
            self._version = opened.month.version
            self.form.set_values(_values(opened.month.taxes))
        trading = opened.regime == TRADING
        self.about.setText(
            _("A trading company has the VAT of its purchases back, shipment by shipment.") if trading
            else _("A manufacturer sets the rebate off against the VAT on its sales at home.")
        )  # fmt: skip
        for part in (self.taxes, self.made):
            part.setVisible(not trading)
        self.traded.setVisible(trading)
        row = _traded_row if trading else _made_row
        table = self.traded if trading else self.made
        table.set_rows(
            [row(one) for one in opened.month.shipments], [one.id for one in opened.month.shipments]
        )
        self.result.show_month(opened)

    def _fail(self, month: Month, error: Exception) -> None:
        if month == self._month:
            self.about.setText(str(error))

    def _dress(self) -> None:
        months = work.months()
        self.back.setEnabled(self._month != months[-1])
        self.forward.setEnabled(self._month != months[0])

    # the taxes

    def _save(self, values: Mapping[str, Any]) -> None:
        taxes = MonthTaxes(**{name: money.amount for name, money in values.items() if money is not None})
        self._context.jobs.run(
            partial(rebate_months.save_month_taxes, *self._month, taxes, self._version), write=True,
            title=_("Saving the taxes"), done=self._saved, failed=self._refused, owner=self,
        )  # fmt: skip

    def _saved(self, _nothing: object) -> None:
        self.form.mark_saved()
        self._context.say(_("The taxes of {month} are saved.", month=_name(self._month)))
        self.refresh()

    def _refused(self, error: Exception) -> None:
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)


def _card(*parts: QWidget) -> QFrame:
    """*parts* under each other at the top of a card."""
    card = QFrame()
    card.setProperty("card", True)
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 14, 16, 14)
    column.setSpacing(10)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return card


def _fields() -> list[Field]:
    def tax(name: str, text: str, hint: str) -> Field:
        return Field(name, text, FieldKind.MONEY, currency=YUAN, hint=hint)

    return [
        tax("input_tax", _("Input VAT"), _("Of all purchases of the month (进项税额)")),
        tax("output_tax", _("Output VAT"), _("Of sales at home (销项税额)")),
        tax("carried", _("Carried over from the month before"), _("上期留抵税额")),
    ]


def _values(taxes: MonthTaxes) -> dict[str, object]:
    return {
        name: f"{figure:f}" if (figure := getattr(taxes, name)) else None
        for name in ("input_tax", "output_tax", "carried")
    }


def _name(month: Month) -> str:
    return f"{month[0]}-{month[1]:02}"


def _made_row(one: MonthShipment) -> Row:
    sheet = one.sheet
    money = (None, None, None) if sheet is None else (sheet.fob_yuan, sheet.not_creditable, sheet.entitled)
    return (one.number, figures.day(one.export_on), *map(words.amount, money),
            words.state_pill(len(one.problems)))  # fmt: skip


def _traded_row(one: MonthShipment) -> Row:
    sheet = one.sheet
    money = (None, None, None) if sheet is None else (sheet.fob_yuan, sheet.refund, sheet.cost)
    return (one.number, figures.day(one.export_on), *map(words.amount, money),
            words.per_unit(sheet.exchange_cost if sheet else None),
            words.state_pill(len(one.problems)))  # fmt: skip

"""A change of many prices: what it would make of each, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.pricing import PriceKind
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing.changes import BulkChange, ChangedPrice, Rounding
from factory_erp.services.pricing.prices import PriceListView
from factory_erp.services.pricing.settings import MarginSettings
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.rows import Cell, Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.prices import words, work
from factory_erp.ui.prices.form_line import keep_as_high_as_it_is

PAUSE = 200
"""Milliseconds without an edit before the preview is made."""

COLUMNS = (
    Column("sku", N_("SKU"), 150, sortable=False),
    Column("from", N_("From quantity"), 130, kind="number", sortable=False),
    Column("old", N_("Old price"), 90, kind="number", sortable=False),
    Column("new", N_("New price"), 90, kind="number", sortable=False),
    Column("change", N_("Change"), 84, kind="number", sortable=False),
    Column("margin", N_("New margin"), 110, kind="pill", align="right", sortable=False, priority=1),
    Column("problem", N_("Problem"), 200, sortable=False),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which items a change may be for: those marked in the sheet, and those in sight (None: all of it)."""

    marked: Sequence[int]
    shown: Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do; ``costs``: line → cost of a unit in the company's currency."""

    change: BulkChange
    rows: Sequence[ChangedPrice]
    costs: Mapping[int, Decimal | None]


def preview(list_id: int, change: BulkChange, item_ids: Sequence[int] | None, with_costs: bool) -> Preview:
    """Every price as the change would make it. Raises InvalidValue."""
    rows = pricing_changes.preview_change(list_id, change, item_ids)
    costs = _costs(list_id) if with_costs else {}
    return Preview(change, rows, costs)


def _costs(list_id: int) -> dict[int, Decimal | None]:
    return {tier.line_id: tier.cost for row in pricing.price_rows(list_id) for tier in row.tiers}


class BulkDialog(QDialog):
    """Percent, amount and rounding with a live preview.  ``applied`` carries how many prices changed."""

    applied = Signal(int)

    def __init__(
        self, jobs: Jobs, head: PriceListView, scope: Scope, margins: MarginSettings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Change prices of {list}", list=head.code))
        self._jobs, self._head, self._scope, self._margins = jobs, head, scope, margins
        self._asked = 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._preview: Preview | None = None
        self._costs: Mapping[int, Decimal | None] | None = None
        self.form = Form(self._fields(), {"rounding": "nearest", "scope": self._first_scope()}, columns=5)
        self.form.bar.hide()
        self.form.dirty_changed.connect(lambda _dirty: self.form.bar.hide())
        self.form.edited.connect(lambda _name: self._pause.start())
        self.form.saved.connect(lambda _values: self.apply())
        keep_as_high_as_it_is(self.form)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Prices before and after"))
        self.table.current_changed.connect(lambda _key: self._say())
        self.table.set_empty_text(_("Enter a percentage or an amount: the new prices show here."))
        self.summary = label(wrap=True)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.apply_button = Button(_("Change prices"), kind=Kind.PRIMARY, run=self.apply)
        self.apply_button.setToolTip("Ctrl+Enter")
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self._pause.timeout.connect(self.look)
        self._lay_out()
        self._say()
        self.form.edit("percent").setFocus()

    def _fields(self) -> list[Field]:
        currency = self._head.currency
        rounding: tuple[tuple[Rounding, str], ...] = (
            ("nearest", _("to the nearest")), ("up", _("always up")), ("down", _("always down")),
        )  # fmt: skip
        return [
            Field("percent", _("Percent"), FieldKind.DECIMAL, hint=_("3 makes prices 3 % higher, -3 lower")),
            Field("amount", _("And amount ({currency})", currency=currency), FieldKind.DECIMAL,
                  hint=_("Added after the percentage; below zero it is taken off")),
            Field("scope", _("For"), FieldKind.CHOICE, choices=self._scopes()),
            Field("round_to", _("Round to ({currency})", currency=currency), FieldKind.DECIMAL,
                  hint=_("For example 0.05; empty: not rounded")),
            Field("rounding", _("Direction"), FieldKind.CHOICE, choices=rounding),
        ]  # fmt: skip

    def _scopes(self) -> list[tuple[object, str]]:
        marked, shown = len(self._scope.marked), self._scope.shown
        found: list[tuple[object, str]] = [("all", ngettext("all {count} item", "all {count} items",
                                                            self._head.items))]  # fmt: skip
        if shown is not None:
            found.append(("shown", ngettext("the {count} item found", "the {count} items found", len(shown))))
        if marked:
            found.append(("marked", ngettext("{count} marked item", "{count} marked items", marked)))
        return found

    def _first_scope(self) -> str:
        if len(self._scope.marked) > 1:
            return "marked"
        return "shown" if self._scope.shown is not None else "all"

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.summary, 1)
        for button in (self.cancel_button, self.apply_button):
            button.setAutoDefault(True)
            buttons.addWidget(button)
        self.apply_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.form)
        column.addWidget(framed(self.table), 1)
        column.addLayout(buttons)
        self.resize(980, 620)

    # the preview

    def look(self) -> None:
        """Make the preview of what stands in the fields; without one there is nothing to apply."""
        self._asked += 1
        self._preview = None
        self._pause.stop()
        change = self._change()
        if change is None or not (change.percent or change.amount or change.round_to):
            self.table.set_rows([])
            self._say()
            return
        with_costs = self._costs is None and self._head.kind is PriceKind.SALES
        self._jobs.run(
            partial(preview, self._head.id, change, self._items(), with_costs),
            done=partial(self._take, self._asked),
            failed=partial(self._refuse, self._asked),
            owner=self,
        )
        self._say()

    def _change(self) -> BulkChange | None:
        try:
            values = self.form.values()
        except DomainError:
            return None
        percent, amount, step = (
            cast("Decimal | None", values[key]) or Decimal(0) for key in ("percent", "amount", "round_to")
        )
        return BulkChange(percent, amount, step, cast(Rounding, values["rounding"]))

    def _items(self) -> Sequence[int] | None:
        chosen = self.form.values()["scope"]
        return {"marked": self._scope.marked, "shown": self._scope.shown}.get(str(chosen))

    def _take(self, number: int, found: Preview) -> None:
        if number != self._asked:
            return
        self._preview = found
        if found.costs:
            self._costs = found.costs
        self.table.set_rows([self._row(one) for one in found.rows], [one.line_id for one in found.rows])
        self._say()

    def _row(self, one: ChangedPrice) -> Row:
        currency = self._head.currency
        return (
            one.sku, figures.number(one.min_quantity), words.price(one.old, currency),
            words.price(one.new, currency), words.change(one.old, one.new), self._margin(one), one.problem,
        )  # fmt: skip

    def _margin(self, one: ChangedPrice) -> Cell:
        cost = (self._costs or {}).get(one.line_id)
        margin = work.margin_of(one.new, cost, self._margins.rate(self._head.currency))
        said = words.margin(margin, self._margins.least_percent)
        tone = words.margin_tone(margin, self._margins.least_percent)
        return PillCell(said, tone) if tone is not None else said

    def _refuse(self, number: int, error: Exception) -> None:
        if number != self._asked:
            return
        self.table.set_rows([])
        if not (isinstance(error, DomainError) and self.form.show_error(error)):
            show_problem(self, error)

    def _say(self) -> None:
        """How many prices would change; where some cannot, why the current one (else the first) cannot."""
        rows = self._preview.rows if self._preview is not None else ()
        wrong = [one for one in rows if one.problem]
        different = sum(one.new != one.old for one in rows)
        said = ""
        if wrong:
            told = next((one for one in wrong if one.line_id == self.table.current_key()), wrong[0])
            count = ngettext("{count} price cannot be.", "{count} prices cannot be.", len(wrong))
            said = f"{count} {told.sku}: {told.problem}"
        elif self._preview is not None:
            said = ngettext("{count} price changes.", "{count} prices change.", different)
        self.summary.setText(said)
        self.summary.setProperty("problem", bool(wrong))
        self.summary.style().unpolish(self.summary)
        self.summary.style().polish(self.summary)
        self.apply_button.setEnabled(bool(different) and not wrong)

    # the act

    def apply(self) -> None:
        """Write what the preview shows, if it shows what stands in the fields."""
        if self._pause.isActive() or self._preview is None:
            self.look()
            return
        if not self.apply_button.isEnabled():
            return
        self.apply_button.setEnabled(False)
        expected = {one.line_id: one.old for one in self._preview.rows}
        self._jobs.run(
            partial(pricing_changes.apply_change, self._head.id, self._preview.change, expected),
            done=self._applied,
            failed=self._failed,
            write=True,
            title=self.windowTitle(),
            owner=self,
        )

    def _applied(self, count: int) -> None:
        self.applied.emit(count)
        self.accept()

    def _failed(self, error: Exception) -> None:
        """Whatever was refused, the next look shows how things stand."""
        show_problem(self, error)
        self._costs = None
        self.look()

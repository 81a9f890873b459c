"""The rebate of one shipment: its totals, the lines of its declaration, the invoices, what is missing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.customs.rebates import TRADING, RebateSheet
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.edits import DecimalEdit
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import EmptyState, Pill, StatCard
from factory_erp.ui.rebates import words
from factory_erp.ui.rebates.work import OpenedSheet

COSTS_WIDTH = 110

LISTS = {"invoices": N_("Suppliers' invoices"), "problems": N_("To mend")}
"""What stands under the lines."""


class SheetView(QWidget):
    """``costs_changed`` when other costs in China were typed; *navigate* follows a deep link."""

    costs_changed = Signal()

    def __init__(self, navigate: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._navigate = navigate
        self._shown: OpenedSheet | None = None
        self._problems: list[words.Problem] = []
        self.title = label(pixels=15, bold=True, selectable=True)
        self.pill = Pill()
        self.about = ElidedLabel(muted=True)
        self.costs = DecimalEdit(decimals=2)
        self.costs.setMaximumWidth(COSTS_WIDTH)
        self.costs.setAccessibleName(_("Other costs in China, CNY"))
        self.costs.editingFinished.connect(self.costs_changed)
        self.costs_label = label(_("Other costs in China, CNY"), muted=True)
        self.costs_label.setBuddy(self.costs)
        self.open_button = Button(_("Open shipment"), kind=Kind.LINK, run=self._open_shipment)
        self.cards = [StatCard("", "") for _number in range(4)]
        self.made, self.traded = SimpleTable(words.MADE_COLUMNS), SimpleTable(words.TRADED_COLUMNS)
        self.invoices = SimpleTable(words.MATCH_COLUMNS)
        self.problems = SimpleTable(words.PROBLEM_COLUMNS)
        self._name_tables()
        self.lists = Tabs(shortcuts=False)
        self._tables = QStackedWidget()
        self._stack = QStackedWidget()
        self.empty = EmptyState("money", "")
        self._lay_out()
        self.say(_("Choose a shipment to see its rebate."))

    def _name_tables(self) -> None:
        for table in (self.made, self.traded):
            table.set_name(_("Lines of the declaration"))
        self.invoices.set_name(_("Suppliers' invoices"))
        self.invoices.set_empty_text(_("No supplier's invoice is put to this shipment."))
        self.invoices.activated.connect(lambda key: self._navigate(f"erp://rebates/invoices/{key}"))
        self.problems.set_name(_("What is missing"))
        self.problems.set_empty_text(_("Nothing is missing, and every invoice matches."))
        self.problems.view.setToolTip(_("Enter leads to the place where it is mended"))
        self.problems.activated.connect(self._follow)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.pill)
        head.addWidget(self.about, 1)
        for right in (self.costs_label, self.costs, self.open_button):
            head.addWidget(right)
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for card in self.cards:
            cards.addWidget(card)
        for table in (self.made, self.traded):
            self._tables.addWidget(table)
        for number, (key, table) in enumerate({"invoices": self.invoices, "problems": self.problems}.items()):
            self.lists.add(key, _(LISTS[key]), partial(framed, table))
            self.lists.bar.setTabToolTip(number, "")  # Alt and a digit turn to the parts of the page
        lists = split(
            framed(self._tables, title=_("Lines of the declaration")), self.lists,
            across=False, stretch=(1, 1), sizes=(220, 260),
        )  # fmt: skip
        sheet = QWidget()
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(cards)
        column.addWidget(lists, 1)
        self._stack.addWidget(framed(self.empty))
        self._stack.addWidget(sheet)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def home_costs(self) -> Decimal:
        """The other costs that were typed; 0 where there are none or it is no figure."""
        try:
            value = self.costs.value()
        except DomainError:
            return Decimal(0)
        return value if isinstance(value, Decimal) else Decimal(0)

    def forget_costs(self) -> None:
        """Another shipment has other costs."""
        self.costs.clear()

    def say(self, sentence: str) -> None:
        """Show *sentence* in place of a sheet."""
        self._shown = None
        self.empty.sentence.setText(sentence)
        self._stack.setCurrentIndex(0)

    def show_sheet(self, opened: OpenedSheet) -> None:
        """Show a shipment's rebate."""
        sheet = opened.sheet
        turned = self._shown is None or self._shown.sheet.shipment_id != sheet.shipment_id
        self._shown = opened
        self._problems = words.problems(sheet, opened.skus)
        trading = sheet.regime == TRADING
        self.title.setText(sheet.number)
        pill = words.state_pill(len(self._problems))
        self.pill.set(pill.text, pill.tone)
        self.about.setText(_about(sheet))
        for part in (self.costs, self.costs_label):
            part.setVisible(trading)
        for card, (number, caption, tone) in zip(self.cards, _totals(sheet), strict=True):
            card.set(number, caption, tone)
        table = self.traded if trading else self.made
        table.set_rows([words.line_row(sheet, line) for line in sheet.lines])
        self._tables.setCurrentWidget(table)
        matches = [words.match_row(one) for one in sheet.invoices]
        self.invoices.set_rows(matches, [one.invoice_id for one in sheet.invoices])
        self.problems.set_rows([(one.where, one.what) for one in self._problems])
        self.lists.set_count("invoices", len(sheet.invoices))
        self.lists.set_count("problems", len(self._problems))
        if turned:
            self.lists.select("problems" if self._problems else "invoices")
        self._stack.setCurrentIndex(1)

    def _open_shipment(self) -> None:
        if self._shown is not None:
            self._navigate(f"erp://shipping/{self._shown.sheet.number}")

    def _follow(self, key: object) -> None:
        if isinstance(key, int):
            self._navigate(self._problems[key].link)


def _about(sheet: RebateSheet) -> str:
    exported = _("exported on {day}", day=figures.day(sheet.export_on))
    if sheet.exchange_rate is None:
        return exported
    rate = figures.number(sheet.exchange_rate)
    return f"{exported} · {_('1 {currency} = {rate} CNY', currency=sheet.currency, rate=rate)}"


def _totals(sheet: RebateSheet) -> list[tuple[str, str, Tone]]:
    """(figure, caption, tone) of the four cards."""
    fob = [
        (figures.amount(sheet.fob), _("FOB, {currency}", currency=sheet.currency), Tone.NEUTRAL),
        (figures.amount(sheet.fob_yuan), _("FOB, CNY"), Tone.NEUTRAL),
    ]
    if sheet.regime == TRADING:
        caption = _("Exchange cost, CNY for 1 {currency}", currency=sheet.currency)
        return [
            *fob[1:],
            (figures.amount(sheet.refund), _("Tax refund, CNY"), Tone.ACCENT),
            (figures.amount(sheet.cost), _("VAT that is cost, CNY"), Tone.NEUTRAL),
            (words.per_unit(sheet.exchange_cost), caption, Tone.NEUTRAL),
        ]
    return [
        *fob,
        (figures.amount(sheet.not_creditable), _("Not creditable, CNY"), Tone.NEUTRAL),
        (figures.amount(sheet.entitled), _("Entitled, CNY"), Tone.ACCENT),
    ]

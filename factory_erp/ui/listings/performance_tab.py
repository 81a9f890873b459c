"""What a listing cost and what it brought: days typed in a grid, sums beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.money import CURRENCY_EXPONENTS, Money, parse_decimal
from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.clock import today
from factory_erp.services.listings import performance as listing_performance
from factory_erp.services.listings.performance import DayInput, Performance
from factory_erp.services.listings.views import PERFORMANCE_DAYS
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.draft_tab import DraftTab
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.grid_cells import GridColumn
from factory_erp.ui.listings.work import Opened

IMPORT = "erp://exchange/import/listing-days"


@dataclass(frozen=True, slots=True)
class Days:
    """The days that were written down."""

    days: tuple[DayInput, ...]


def _count(text: str) -> object:
    number = parse_decimal(text)
    if number < 0 or number != int(number):
        raise InvalidValue(_("Enter a whole number of zero or more."))
    return number


def _spent(text: str) -> object:
    number = parse_decimal(text)
    if number < 0:
        raise InvalidValue(_("It cannot be below zero."))
    return number


def _money(value: Decimal) -> str:
    """With two decimals at least: 5.20, as it can be typed."""
    places = max(2, -int(value.as_tuple().exponent))
    return f"{value:.{places}f}"


def _currency(text: str) -> object:
    code = text.strip().upper()
    if code not in CURRENCY_EXPONENTS:
        raise InvalidValue(_("'{code}' is not a currency that is known here.", code=code))
    return code


COLUMNS = (
    GridColumn("day", N_("Day"), 120, "date", required=True),
    GridColumn("views", N_("Views"), 90, "number", read=_count, empty=Decimal(0), show=figures.number),
    GridColumn("clicks", N_("Clicks"), 90, "number", read=_count, empty=Decimal(0), show=figures.number),
    GridColumn("spend", N_("Spent"), 100, "number", read=_spent, empty=Decimal(0), show=_money),
    GridColumn("currency", N_("Currency"), 90, read=_currency, required=True),
)


class PerformanceTab(DraftTab):
    """A draft of its own, beside the listing's."""

    def __init__(self, context: UiContext, listing_id: int) -> None:
        super().__init__(context, listing_id)
        self._money = "USD"
        self.grid = EditGrid(COLUMNS, new_row=self._new_day, removable=False)
        self.grid.set_name(_("Days of the listing"))
        self.grid.set_empty_text(
            _("No day is written down. Add lines, paste them, or import the platform's file.")
        )
        self.grid.changed.connect(self.note_edit)
        self.grid.dirty_changed.connect(lambda _dirty: self.note_edit())
        self.grid.save_asked.connect(self.save)
        self.card = DetailCard()
        link = Button(_("Import days…"), icon="import", run=lambda: context.navigate(IMPORT))
        head = QHBoxLayout()
        head.setSpacing(10)
        hint = _("Views, clicks and spend are on the platform's own pages: type them, paste a block from "
                 "there, or import its file.")  # fmt: skip
        head.addWidget(label(hint, muted=True, wrap=True), 1)
        head.addWidget(link)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(split(framed(self.grid), self.card, stretch=(1, 0)), 1)
        column.addWidget(self.bar)
        self.setFocusProxy(self.grid)

    def _new_day(self) -> dict[str, object]:
        """The day after the last one, in its currency."""
        days = [row["day"] for row in self.grid.rows() if isinstance(row["day"], date)]
        following = max(days, default=today() - timedelta(days=1)) + timedelta(days=1)
        return {"day": min(following, today()), "views": Decimal(0), "clicks": Decimal(0),
                "spend": Decimal(0), "currency": self._money}  # fmt: skip

    def show_listing(self, opened: Opened) -> None:
        """The sums beside the days."""
        self._money = opened.detail.content.currency or self._money
        self.card.clear()
        self.card.set_title(
            ngettext("The last {count} day", "The last {count} days", PERFORMANCE_DAYS),
            _("Inquiries and orders are counted from those that came in."),
        )
        self.card.add_rows(sums(opened.detail.performance))

    # the draft

    def reading(self) -> Callable[[], object]:
        """The days as far back as sums go."""
        return partial(_read, self.record_id)

    def show_record(self, read: object) -> None:
        """Show the days."""
        assert isinstance(read, Days)
        self.grid.set_rows([_row(day) for day in read.days])

    def is_dirty(self) -> bool:
        """Whether a day was changed or added."""
        return self.grid.is_dirty()

    def save(self) -> bool:
        """Start saving; False where a cell is not sound."""
        if self.grid.problems():
            self.grid.next_problem()
            return False
        given = [_day(row) for row in self.grid.rows()]
        self.write(partial(listing_performance.add_days, self.record_id, given), self._saved, _("Save days"))
        return True

    def _saved(self, changed: object) -> None:
        assert isinstance(changed, int)
        self.context.say(ngettext("{count} day is saved.", "{count} days are saved.", changed))
        self.grid.mark_saved()
        self.note_edit()
        self.refresh()

    def discard(self) -> None:
        """Throw the edits away."""
        self.grid.discard()
        self.note_edit()
        self.refresh()

    def show_refusal(self, error: DomainError) -> bool:
        """At the grid: the cell is where the keyboard is."""
        if error.field not in {"views", "clicks", "spend"}:
            return False
        self.grid.setFocus()
        self.context.say(str(error))
        return True


def _read(listing_id: int) -> Days:
    since = today() - timedelta(days=PERFORMANCE_DAYS)
    return Days(listing_performance.days(listing_id, since))


def _row(day: DayInput) -> dict[str, object]:
    return {"day": day.day, "views": Decimal(day.views), "clicks": Decimal(day.clicks), "spend": day.spend,
            "currency": day.currency}  # fmt: skip


def _day(row: Mapping[str, object]) -> DayInput:
    day, views, clicks, spend = row["day"], row["views"], row["clicks"], row["spend"]
    assert isinstance(day, date)
    return DayInput(
        day,
        int(views) if isinstance(views, Decimal) else 0,
        int(clicks) if isinstance(clicks, Decimal) else 0,
        spend if isinstance(spend, Decimal) else Decimal(0),
        str(row["currency"]),
    )


def sums(found: Performance) -> list[tuple[str, str]]:
    """What it cost and brought, in words."""
    return [
        (_("Views"), figures.number(found.views)),
        (_("Clicks"), figures.number(found.clicks)),
        (_("Spent"), _amounts(found.spend)),
        (_("Inquiries"), figures.number(found.inquiries)),
        (_("Spent per inquiry"), _amounts(found.per_inquiry)),
        (_("Orders"), figures.number(found.orders)),
        (_("Amount of orders"), _amounts(found.amount)),
        (_("Spent per order"), _amounts(found.per_order)),
    ]


def _amounts(amounts: Sequence[Money]) -> str:
    return "\n".join(figures.money(one) for one in amounts) or figures.NONE

"""The manager's ten minutes: what is late, what ships this week, what came in, what needs somebody."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.catalogue.certificates import LapsingRow
from factory_erp.services.today.lists import Counts, DueRow, LateRow, NewRow
from factory_erp.services.today.needs import in_order
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import StatCard, label
from factory_erp.ui.sales import texts
from factory_erp.ui.today import lapsing, needs
from factory_erp.ui.today.first_steps import FirstSteps
from factory_erp.ui.today.work import Day, read

LATE = (
    Column("number", N_("Order no."), 126, kind="date", sortable=False),
    Column("customer", N_("Customer"), 150, sortable=False, priority=1, narrowest=90),
    Column("days", N_("Late by"), 108, kind="pill", sortable=False),
    Column("reason", N_("Why"), 350, sortable=False, narrowest=346),
)
DUE = (
    Column("ship_by", N_("Ship by"), 98, kind="date", sortable=False),
    Column("number", N_("Order no."), 126, kind="date", sortable=False),
    Column("customer", N_("Customer"), 150, sortable=False, priority=1, narrowest=90),
    Column("state", N_("State"), 118, kind="pill", sortable=False),
)
DUE_WIDTH = 346
"""In which day, number and state of a due order are whole, px."""

# Half a shop's name is of no use: as kind "date" the column is shown whole or not at all.
CAME_IN = (
    Column("ordered", N_("Time"), 132, kind="date", sortable=False),
    Column("channel", N_("Channel"), 232, kind="date", sortable=False, priority=1),
    Column("customer", N_("Customer"), 170, sortable=False),
    Column("amount", N_("Amount"), 124, kind="number", sortable=False),
)
_KINDS = frozenset(
    {
        "sales_order",
        "partner",
        "platform_account",
        "production_order",
        "production_operation",
        "shipment",
        "sync_exception",
        "outbox_message",
        "inquiry",
        "quotation",
        "listing",
        "certificate",
        "letter_of_credit",
        "product",
    }
)


class TodayPage(Page):
    """The day at a glance; every number and every line leads to the record behind it."""

    noun = "today"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.header.set_title(_("Today"))
        self.cards = self._make_cards()
        self.late = Panel(
            _("Late, or going to be"), LATE, _("Nothing is late, and by the plan nothing will be.")
        )
        self.due = Panel(_("Ships this week"), DUE, _("Nothing has to ship this week."))
        self.came_in = Panel(
            _("Came in"), CAME_IN, _("No orders yet. Connect a platform account, and its orders arrive here.")
        )
        self.needs = Panel(_("Needs you"), needs.COLUMNS, _("Nothing waits for you."))
        self.lapsing = Panel(_("Certificates that lapse"), lapsing.COLUMNS, "")
        self.lapsing.hide()
        self.first_steps = FirstSteps(context)
        self.channels = needs.ChannelLine(self._go)
        self._lay_out()
        self.setFocusProxy(self.late.table)

    def _make_cards(self) -> dict[str, StatCard]:
        targets = {
            "late": "erp://sales/view/late",
            "ships_this_week": "erp://sales/view/ships_this_week",
            "came_in": "erp://sales/view/all",
            "to_review": "erp://sales/view/to_review",
            "exceptions": "erp://platforms/exceptions",
            "machines_behind": "erp://production",
        }
        return {name: StatCard("–", "", run=partial(self._go, link)) for name, link in targets.items()}

    def _go(self, link: str) -> None:
        self.context.navigate(link)

    def _lay_out(self) -> None:
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for stat in self.cards.values():
            cards.addWidget(stat)
        panels = QGridLayout()
        panels.setSpacing(12)
        for place, panel in enumerate((self.late, self.due, self.came_in, self.needs)):
            panel.table.activated.connect(self._open)
            panels.addWidget(panel, place // 2, place % 2)
        self.lapsing.table.activated.connect(self._open)
        panels.addWidget(self.lapsing, 2, 0, 1, 2)
        for place in range(2):
            panels.setRowStretch(place, 1)
        panels.setColumnStretch(0, 7)
        panels.setColumnStretch(1, 5)
        panels.setColumnMinimumWidth(1, DUE_WIDTH)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.first_steps)
        column.addLayout(cards)
        column.addWidget(self.channels)
        column.addLayout(panels, 1)
        self.set_body(body)

    def refresh(self) -> None:
        """Read the day again."""
        self.context.jobs.run(read, done=self._show, owner=self)

    def on_changes(self, changes: object) -> None:
        """Read again when something that the page counts has changed."""
        if self.isVisible() and isinstance(changes, Mapping) and _KINDS & set(changes):
            self.refresh()

    def _show(self, day: Day) -> None:
        view = day.view
        waiting = in_order((*view.needs, *day.channels.needs))
        self.header.set_counts(view.day.isoformat())
        # The newest orders are listed whatever their age: without any, the factory is new.
        self.first_steps.setVisible(not view.came_in and not waiting)
        self._show_cards(view.counts)
        late = (*view.late, *view.going_late)
        total = view.counts.late + len(view.going_late)
        self.late.show_rows([_late(row) for row in late], [_sales(row.id) for row in late], total)
        self.due.show_rows(
            [_due(row) for row in view.due], [_sales(row.id) for row in view.due], view.counts.ships_this_week
        )
        self.came_in.show_rows([_new(row) for row in view.came_in], [_sales(row.id) for row in view.came_in])
        self.needs.show_rows([needs.cells(row) for row in waiting], [needs.key(row) for row in waiting])
        self.channels.show_counts(day.channels.counts)
        self._show_lapsing(view.certificates)

    def _show_lapsing(self, rows: Sequence[LapsingRow]) -> None:
        """Nothing lapses in most weeks: then there is no panel either."""
        self.lapsing.setVisible(bool(rows))
        self.lapsing.show_rows([lapsing.cells(row) for row in rows], [lapsing.key(row) for row in rows])
        self.lapsing.table.setFixedHeight(lapsing.height(len(rows)))

    def _show_cards(self, counts: Counts) -> None:
        for name, (value, caption, tone) in _captions(counts).items():
            self.cards[name].set(figures.number(value), caption, tone)

    def _open(self, key: object) -> None:
        """The key of a line begins with its link."""
        if isinstance(key, tuple):
            self.context.navigate(str(key[0]))


class Panel(QFrame):
    """A heading over a short list. Keys of the rows are tuples that begin with a deep link."""

    def __init__(self, title: str, columns: Sequence[Column], empty: str) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._count = label(muted=True)
        self.table = SimpleTable(columns)
        self.table.set_name(title)
        self.table.set_empty_text(_("Loading…"))
        self._empty = empty
        head = QHBoxLayout()
        head.setContentsMargins(9, 0, 9, 0)
        head.setSpacing(8)
        head.addWidget(label(title, pixels=15, bold=True))
        head.addWidget(self._count)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 10, 1, 1)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.table, 1)

    def show_rows(self, rows: Sequence[Row], keys: Sequence[Hashable], total: int | None = None) -> None:
        """Show *rows*; where there are more than these, *total* says how many."""
        self.table.set_empty_text(self._empty)
        self.table.set_rows(rows, keys)
        said = ""
        if total is not None and total > len(rows):
            said = _("{shown} of {total}", shown=len(rows), total=figures.number(total))
        self._count.setText(said or (str(len(rows)) if rows else ""))


def _captions(counts: Counts) -> dict[str, tuple[int, str, Tone]]:
    """Card → its number, what it counts, and whether that is bad."""
    return {
        "late": (counts.late, _("Late orders"), Tone.DANGER if counts.late else Tone.SUCCESS),
        "ships_this_week": (counts.ships_this_week, _("Ship this week"), Tone.INFO),
        "came_in": (counts.came_in, _("New since yesterday"), Tone.TEAL),
        "to_review": (counts.to_review, _("To review"), Tone.ACCENT),
        "exceptions": (
            counts.exceptions,
            _("Platform exceptions"),
            Tone.WARNING if counts.exceptions else Tone.SUCCESS,
        ),
        "machines_behind": (
            counts.machines_behind,
            _("Machines behind"),
            Tone.WARNING if counts.machines_behind else Tone.SUCCESS,
        ),
    }


def _sales(record: int) -> tuple[str]:
    return (f"erp://sales/{record}",)


def _late(row: LateRow) -> Row:
    days = ngettext("{count} day", "{count} days", row.days)
    if row.expected:
        return (row.number, row.customer, PillCell(_("Will be late"), Tone.WARNING), row.reason)
    return (row.number, row.customer, PillCell(days, Tone.DANGER), row.reason)


def _due(row: DueRow) -> Row:
    return (figures.day(row.ship_by), row.number, row.customer, texts.state_pill(row.state))


def _new(row: NewRow) -> Row:
    moment = figures.local(row.ordered_at)
    return (moment, row.channel or _("Direct"), row.customer, figures.money(row.total))

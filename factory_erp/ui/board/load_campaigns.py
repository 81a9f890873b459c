"""Campaigns: operations that save changeovers by running together; joined and dissolved here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services import clock
from factory_erp.services.board import gantt
from factory_erp.services.board.gantt import BoardRow
from factory_erp.services.schedule import batching
from factory_erp.services.schedule.batching import CampaignView
from factory_erp.ui.board import words
from factory_erp.ui.board.late_view import money
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Button, Kind, label

COLUMNS = (
    Column("state", N_("State"), 104, kind="pill"),
    Column("machine", N_("Machine"), 100, narrowest=90),
    Column("what", N_("What"), 120, priority=2),
    Column("orders", N_("Orders"), 150, priority=1),
    Column("saved", N_("Saves"), 104, kind="number"),
    Column("money", N_("Saves in money"), 130, kind="number"),
    Column("others", N_("Moves others"), 110, kind="number", priority=4),
)

BACK, AHEAD = timedelta(days=30), timedelta(days=400)
"""How far from now joined campaigns are looked for."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A campaign that was joined already: its code, and its operations that still wait or run."""

    code: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Campaigns that would pay, and those that there are."""

    proposed: tuple[CampaignView, ...]
    joined: tuple[Joined, ...]


def read() -> Found:
    """What the panel shows; slow, for a job."""
    now = clock.now()
    known: dict[str, list[BoardRow]] = defaultdict(list)
    for row in gantt.board_table(now - BACK, now + AHEAD):
        if row.bar.campaign:
            known[row.bar.campaign].append(row)
    joined = tuple(Joined(code, tuple(rows)) for code, rows in sorted(known.items()))
    return Found(batching.campaigns(), joined)


class CampaignPanel(QWidget):
    """A table of campaigns, those that save most first, and the button that joins or dissolves one.

    There is no undo: each of the two takes the other back.
    """

    opened = Signal(str)
    counted = Signal(int)
    """How many campaigns are proposed."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._found = Found((), ())
        self._read = 0
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Campaigns"))
        self.table.set_empty_text(_("Loading…"))
        self.table.current_changed.connect(lambda _key: self._show_chosen())
        self.table.activated.connect(lambda _key: self.act())
        self.words = label(muted=True, wrap=True)
        self.button = Button(_("Join"), kind=Kind.PRIMARY, run=self.act)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 10)
        foot.setSpacing(12)
        foot.addWidget(self.words, 1)
        foot.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.setFocusProxy(self.table)
        self._show_chosen()

    def refresh(self) -> None:
        """Read the campaigns again."""
        self._read += 1
        number = self._read
        self.context.jobs.run(
            read, done=partial(self._take, number), failed=partial(self._cannot, number), owner=self
        )

    def found(self) -> Found:
        """What is listed."""
        return self._found

    def chosen(self) -> CampaignView | Joined | None:
        """The campaign of the current row."""
        key = self.table.current_key()
        return self._by_key().get(key) if isinstance(key, str) else None

    def act(self) -> None:
        """Join what is proposed, dissolve what is joined."""
        campaign = self.chosen()
        if isinstance(campaign, CampaignView):
            operations = [member.operation_id for member in campaign.members]
            self._write(partial(batching.join, operations), self._say_joined, _("Joining a campaign"))
        elif campaign is not None:
            self._write(
                partial(batching.dissolve, campaign.code), self._say_dissolved, _("Dissolving a campaign")
            )

    def _write(self, use_case: Callable[[], object], done: Callable[[object], None], title: str) -> None:
        self.button.setEnabled(False)
        self.context.jobs.run(
            use_case, done=done, failed=self._refused, write=True, title=title, owner=self,
            finally_=self._show_chosen,
        )  # fmt: skip

    def _refused(self, error: Exception) -> None:
        show_problem(self, error)
        self.refresh()

    def _say_joined(self, code: object) -> None:
        self.context.say(_("Campaign {code} is joined. The next schedule runs it together.", code=code))

    def _say_dissolved(self, _count: object) -> None:
        self.context.say(_("The campaign is dissolved. Its operations run on their own again."))

    def _by_key(self) -> dict[str, CampaignView | Joined]:
        """Row key → campaign; a proposal is known by its operations."""
        keys: dict[str, CampaignView | Joined] = {one.code: one for one in self._found.joined}
        keys.update((proposal_key(one), one) for one in self._found.proposed)
        return keys

    def _cannot(self, number: int, error: Exception) -> None:
        if number == self._read:
            self.table.set_rows([], [])
            self.table.set_empty_text(str(error))

    def _take(self, number: int, found: Found) -> None:
        if number != self._read:
            return
        self._found = found
        known = self._by_key()
        nothing = _("No campaign would save changeovers without making somebody late.")
        self.table.set_empty_text(nothing)
        self.table.set_rows([campaign_row(one) for one in known.values()], list(known))
        if self.table.current_key() is None and known:
            self.table.select_key(next(iter(known)))
        self.counted.emit(len(found.proposed))
        self._show_chosen()

    def _show_chosen(self) -> None:
        campaign = self.chosen()
        self.button.setEnabled(campaign is not None)
        self.button.setText(_("Dissolve") if isinstance(campaign, Joined) else _("Join"))
        self.words.setText(campaign_words(campaign))


def proposal_key(one: CampaignView) -> str:
    """What a proposal is known by."""
    return "+".join(str(member.operation_id) for member in one.members)


def campaign_row(one: CampaignView | Joined) -> Row:
    """A campaign in a row."""
    if isinstance(one, Joined):
        bars = [row.bar for row in one.rows]
        machines = ", ".join(dict.fromkeys(row.machine for row in one.rows))
        what = bars[0].family or words.item_name(bars[0])
        return (
            PillCell(one.code, Tone.SUCCESS),
            machines,
            what,
            _numbers(b.order_number for b in bars),
            "",
            "",
            "",
        )
    return (
        PillCell(_("Proposed"), Tone.INFO),
        one.machine,
        one.what,
        _numbers(member.order_number for member in one.members),
        words.minutes(one.saved_minutes),
        money(one.saved, one.currency),
        figures.number(one.others),
    )


def _numbers(numbers: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words.short_number(number) for number in numbers))


def campaign_words(one: CampaignView | Joined | None) -> str:
    """What the chosen campaign comes to, in sentences."""
    if one is None:
        return _("Choose a campaign to see what joining it comes to.")
    if isinstance(one, Joined):
        return _("{code} runs with one set-up. Dissolve it to plan its operations freely.", code=one.code)
    return " ".join([_together(one), *_moves(one)])


def _together(one: CampaignView) -> str:
    return _(
        "One set-up of {setup} ({cost}) instead of several saves {time} ({saved}).",
        setup=words.minutes(one.setup_minutes),
        cost=money(one.cost, one.currency),
        time=words.minutes(one.saved_minutes),
        saved=money(one.saved, one.currency),
    )


def _moves(one: CampaignView) -> Sequence[str]:
    return [
        _(
            "{number} ({customer}) begins on {moment} instead of {before}.",
            number=member.order_number,
            customer=member.customer or _("For stock"),
            moment=figures.local(member.moves_to),
            before=figures.local(member.starts_at),
        )
        for member in one.members
        if member.moves_to != member.starts_at
    ]

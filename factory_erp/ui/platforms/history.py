"""What was said to the platforms and when: runs at the left, the calls of one at the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.platforms import sync_runs
from factory_erp.services.platforms.sync_runs import CallDetail, CallRow, RunRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import SearchBox, label
from factory_erp.ui.platforms import run_words
from factory_erp.ui.platforms.text_dialog import TextDialog

RUNS = (
    Column("started", N_("When"), 126, kind="date"),
    Column("account", N_("Account"), 170, narrowest=162),
    Column("outcome", N_("Outcome"), 124, kind="pill"),
    Column("created", N_("New"), 54, kind="number", priority=1, tooltip=N_("New orders")),
    Column("updated", N_("Changed"), 68, kind="number", priority=6, tooltip=N_("Changed orders")),
    Column("exceptions", N_("Exceptions"), 88, kind="number", priority=5),
    Column("sent", N_("Sent"), 66, kind="number", priority=2),
    Column("failed", N_("Refused"), 68, kind="number", priority=7),
    Column("calls", N_("Calls"), 78, kind="number", priority=3),
    Column("seconds", N_("Seconds"), 68, kind="number", priority=8),
    Column("trigger", N_("Started"), 84, priority=9, narrowest=76),
    Column("holder", N_("PC"), 120, priority=10, narrowest=90),
)
CALLS = (
    Column("started", N_("Time"), 92, kind="date"),
    Column("api", N_("Call"), 190, narrowest=120),
    Column("subject", N_("About"), 120, priority=1, narrowest=96),
    Column("ms", N_("ms"), 58, kind="number", priority=3, tooltip=N_("Milliseconds until the answer")),
    Column("status", N_("Status"), 66, kind="number", priority=2, tooltip=N_("HTTP status")),
    Column("outcome", N_("Outcome"), 112, kind="pill"),
)


class HistoryView(QWidget):
    """Runs, newest first; the calls of the current one, or all calls about one number."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._runs: dict[int, RunRow] = {}
        self._calls: dict[int, CallRow] = {}
        self._account: int | None = None
        self._asked = 0
        self.search = SearchBox(_("Number of an order or listing on the platform…"))
        self.search.setMaximumWidth(420)
        self.search.searched.connect(self._searched)
        self.runs, self.calls = SimpleTable(RUNS), SimpleTable(CALLS)
        self.runs.set_name(_("Syncs"))
        self.calls.set_name(_("Calls"))
        self.runs.set_empty_text(_("No sync has run yet."))
        self.runs.current_changed.connect(lambda _key: self.show_calls())
        self.calls.activated.connect(self.open_call)
        self.caption = label(_("Calls"), pixels=15, bold=True, wrap=True)
        self.facts = label(muted=True, wrap=True, selectable=True)
        self._lay_out()
        self.setFocusProxy(self.runs)

    def _lay_out(self) -> None:
        head = QWidget()
        words = QVBoxLayout(head)
        words.setContentsMargins(12, 10, 12, 8)
        words.setSpacing(4)
        words.addWidget(self.caption)
        words.addWidget(self.facts)
        calls = framed(self.calls)
        inside = calls.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.insertWidget(0, head)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(split(framed(self.runs), calls, stretch=(1, 1), sizes=(548, 492)), 1)

    def show_runs(self, runs: Sequence[RunRow]) -> None:
        """Show *runs*; the first becomes current where none is."""
        self._runs = {run.id: run for run in runs}
        self.runs.set_rows([_run(run) for run in runs], [run.id for run in runs])
        if runs and self.runs.current_key() is None:
            self.runs.select_key(runs[0].id)
        else:
            self.show_calls()

    def look_for(self, subject: str, account_id: int | None = None) -> None:
        """The calls about *subject*, of one account or of all."""
        self._account = account_id
        self.search.show_words(subject)
        self.show_calls()

    def _searched(self, _text: str) -> None:
        self._account = None
        self.show_calls()

    def _run_in_view(self) -> RunRow | None:
        key = self.runs.current_key()
        return self._runs.get(key) if isinstance(key, int) else None

    def show_calls(self) -> None:
        """Read the calls: about what is searched for, else those of the current run."""
        self._asked += 1
        subject, run = self.search.text().strip(), self._run_in_view()
        if subject:
            self.caption.setText(_("Calls about {number}", number=subject))
            self._say("")
            read = partial(sync_runs.calls, account_id=self._account, subject=subject)
            self.calls.set_empty_text(_("No call about {number} is kept.", number=subject))
        elif run is not None:
            self.caption.setText(run_words.counted(run.counts))
            self._say(_facts(run))
            read = partial(sync_runs.calls, run_id=run.id)
            self.calls.set_empty_text(_("No call of this sync is kept: calls are kept for 30 days."))
        else:
            self._take(self._asked, [])
            return
        self._context.jobs.run(read, done=partial(self._take, self._asked), owner=self)

    def _say(self, text: str) -> None:
        self.facts.setText(text)
        self.facts.setVisible(bool(text))

    def _take(self, asked: int, calls: Sequence[CallRow]) -> None:
        if asked != self._asked:
            return
        self._calls = {call.id: call for call in calls}
        days = bool(self.search.text().strip())
        self.calls.set_rows([_call(call, days=days) for call in calls], [call.id for call in calls])

    def open_call(self, key: object) -> None:
        """What was asked and answered."""
        if isinstance(key, int):
            self._context.jobs.run(
                partial(sync_runs.call, key), done=self._show_call, failed=self._gone, owner=self
            )

    def _gone(self, error: Exception) -> None:
        """It was tidied away meanwhile."""
        show_problem(self, error)
        if isinstance(error, DomainError):
            self.show_calls()

    def _show_call(self, found: CallDetail) -> None:
        CallDialog(found, self).open()


class CallDialog(TextDialog):
    """An archived call: the request at the left, the answer at the right, secrets removed."""

    def __init__(self, found: CallDetail, parent: QWidget | None = None) -> None:
        row = found.row
        facts = (
            row.account,
            figures.local(row.started_at),
            _("{count} ms", count=figures.number(row.milliseconds)),
            _("status {status}", status=row.status) if row.status else _("no answer"),
            row.subject,
            row.outcome,
        )
        head = " · ".join(text for text in facts if text)
        texts = [(_("Request"), found.request), (_("Answer"), found.response)]
        super().__init__(row.api, texts, parent, head=head)


def _facts(run: RunRow) -> str:
    """Who ran it, how long, and what went wrong."""
    took = run_words.seconds(run)
    said = [run_words.trigger(run.trigger), run.holder, _("{seconds} s", seconds=took) if took else ""]
    return "\n".join(text for text in (" · ".join(one for one in said if one), run.problem) if text)


def _run(run: RunRow) -> Row:
    counts = run.counts
    numbers = (counts.created, counts.updated, counts.exceptions, counts.sent, counts.failed, counts.calls)
    return (
        figures.local(run.started_at),
        run.account,
        run_words.outcome_pill(run.outcome),
        *(figures.number(number) for number in numbers),
        run_words.seconds(run),
        run_words.trigger(run.trigger),
        run.holder,
    )


def _call(call: CallRow, *, days: bool) -> Row:
    """*days*: calls of several days stand together, so that the time alone would not tell."""
    moment = call.started_at.astimezone(figures.ZONE)
    pill = (
        PillCell(call.outcome, Tone.DANGER)
        if call.outcome
        else PillCell(pgettext("outcome of a call", "OK"), Tone.SUCCESS)
    )
    return (
        moment.strftime("%m-%d %H:%M" if days else "%H:%M:%S"),
        call.api,
        call.subject,
        figures.number(call.milliseconds),
        str(call.status) if call.status else figures.NONE,
        pill,
    )

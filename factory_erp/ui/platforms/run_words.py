"""How the platforms page says what a sync did, in the user's language."""

from __future__ import annotations

from collections.abc import Iterable

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.platforms import RunOutcome, RunTrigger
from factory_erp.services.platform_orders.intake import Applied
from factory_erp.services.platforms.sync_runs import RunCounts, RunRow
from factory_erp.sync.engine import Pushed
from factory_erp.sync.runs import RunReport
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

OUTCOMES = {
    RunOutcome.RUNNING: (N_("Running"), Tone.INFO),
    RunOutcome.DONE: (N_("Done"), Tone.SUCCESS),
    RunOutcome.CANCELLED: (N_("Stopped"), Tone.NEUTRAL),
    RunOutcome.FAILED: (N_("With problems"), Tone.DANGER),
}
TRIGGERS = {
    RunTrigger.HAND: N_("By hand"),
    RunTrigger.TIMER: N_("By itself"),
    RunTrigger.SERVER: N_("Server"),
}

Counted = Iterable[tuple[int, str]]


def outcome_pill(outcome: RunOutcome) -> PillCell:
    """How a run ended."""
    title, tone = OUTCOMES[outcome]
    return PillCell(_(title), tone)


def trigger(what: RunTrigger) -> str:
    """What started a run."""
    return _(TRIGGERS[what])


def seconds(run: RunRow) -> str:
    """How long a run took; nothing while it goes on."""
    if run.ended_at is None:
        return ""
    return figures.number(round((run.ended_at - run.started_at).total_seconds()))


def _joined(counted: Counted, nothing: str) -> str:
    return _(", ").join(text for count, text in counted if count) or nothing


def _came(new: int, changed: int, exceptions: int) -> Counted:
    yield new, ngettext("{count} new order", "{count} new orders", new)
    yield changed, ngettext("{count} changed", "{count} changed", changed)
    yield exceptions, ngettext("{count} needs you", "{count} need you", exceptions)


def _asked(inquiries: int) -> Counted:
    yield inquiries, ngettext("{count} inquiry", "{count} inquiries", inquiries)


def _went(done: int, failed: int, unknown: int, later: int = 0) -> Counted:
    yield done, ngettext("{count} sent", "{count} sent", done)
    yield failed, ngettext("{count} refused", "{count} refused", failed)
    yield unknown, ngettext("{count} not confirmed", "{count} not confirmed", unknown)
    yield later, ngettext("{count} later", "{count} later", later)


def _looked(listings: int) -> Counted:
    yield listings, ngettext("{count} listing changed there", "{count} listings changed there", listings)


def brought(applied: Applied) -> str:
    """What came in: "12 new orders, 3 changed, 1 needs you"."""
    came = _came(len(applied.created), len(applied.updated), applied.exceptions)
    return _joined(came, _("Nothing new"))


def sent(pushed: Pushed) -> str:
    """What went out: "2 sent, 1 refused"."""
    return _joined(_went(pushed.done, pushed.failed, pushed.unknown, pushed.later), _("Nothing to send"))


def synced(report: RunReport) -> str:
    """What a whole run did: "12 new orders, 1 inquiry, 2 sent"."""
    orders, pushed = report.orders, report.pushed
    parts = [
        *_came(len(orders.created), len(orders.updated), orders.exceptions),
        *_asked(report.inquiries),
        *_went(pushed.done, pushed.failed, pushed.unknown, pushed.later),
        *_looked(report.listings),
    ]
    return _joined(parts, _("Nothing new"))


def counted(counts: RunCounts) -> str:
    """What a run of the history did."""
    parts = [
        *_came(counts.created, counts.updated, counts.exceptions),
        *_asked(counts.inquiries),
        *_went(counts.sent, counts.failed, counts.unknown),
    ]
    return _joined(parts, _("Nothing new"))

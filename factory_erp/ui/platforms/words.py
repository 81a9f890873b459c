"""How the platforms page says states, kinds and results, in the user's language."""

from __future__ import annotations

from collections.abc import Sequence

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.platforms import AccountState, ExceptionKind, OutboxState
from factory_erp.services.intake import Applied
from factory_erp.services.platforms import ExceptionView
from factory_erp.sync.engine import Pushed
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

PLATFORMS = {"alibaba": N_("Alibaba.com")}
"""Platform code to the name that sellers know it by."""

ACCOUNT_STATES = {
    AccountState.CONNECTED: (N_("Connected"), Tone.SUCCESS),
    AccountState.REAUTHORISE: (N_("Sign in needed"), Tone.WARNING),
    AccountState.PAUSED: (N_("Paused"), Tone.NEUTRAL),
}
OUTBOX_STATES = {
    OutboxState.NEW: (N_("Waiting"), Tone.INFO),
    OutboxState.SENT: (N_("Being sent"), Tone.INFO),
    OutboxState.DONE: (N_("Done"), Tone.SUCCESS),
    OutboxState.FAILED: (N_("Refused"), Tone.DANGER),
    OutboxState.UNKNOWN: (N_("Not confirmed"), Tone.WARNING),
}
KINDS = {
    ExceptionKind.MALFORMED: (N_("Cannot be read"), Tone.DANGER),
    ExceptionKind.UNKNOWN_SKU: (N_("Unknown SKU"), Tone.WARNING),
    ExceptionKind.UNKNOWN_CURRENCY: (N_("Unknown currency"), Tone.WARNING),
    ExceptionKind.UNKNOWN_COUNTRY: (N_("Unknown country"), Tone.WARNING),
    ExceptionKind.UNIT_DIFFERS: (N_("Unit does not fit"), Tone.WARNING),
    ExceptionKind.TOTALS_DIFFER: (N_("Totals differ"), Tone.WARNING),
    ExceptionKind.CHANGED: (N_("Changed by the buyer"), Tone.INFO),
    ExceptionKind.CANCELLED: (N_("Stopped by the platform"), Tone.DANGER),
}
REMEDIES = {
    ExceptionKind.MALFORMED: N_(
        "Look at the order on the platform. The next pull reads it again once it has changed there."
    ),
    ExceptionKind.UNKNOWN_SKU: N_(
        "Say which of your items it is. Every order that waits for this SKU comes in at once."
    ),
    ExceptionKind.UNKNOWN_CURRENCY: N_("Ask the buyer for another currency, or leave the order out."),
    ExceptionKind.UNKNOWN_COUNTRY: N_(
        "Have the delivery address corrected on the platform, then pull again."
    ),
    ExceptionKind.UNIT_DIFFERS: N_(
        "Compare the order with the item's unit and smallest quantity. Correct the item or have the order "
        "changed on the platform, then try again."
    ),
    ExceptionKind.TOTALS_DIFFER: N_(
        "Compare the order with the platform. Pull again once it has been corrected there."
    ),
    ExceptionKind.CHANGED: N_(
        "Your confirmed order was left as it is. Take the change over, or keep yours and tell the buyer."
    ),
    ExceptionKind.CANCELLED: N_(
        "Your order was left as it is. Take it over to cancel yours too (or hold it, where the platform "
        "only froze it), or keep it."
    ),
}
ABOUT_OUR_ORDER = frozenset({ExceptionKind.CHANGED, ExceptionKind.CANCELLED})
"""Kinds that concern an order that is ours already: there is nothing to take in again."""


def platform(code: str) -> str:
    """The platform's name."""
    return _(PLATFORMS[code]) if code in PLATFORMS else code


def account_pill(state: AccountState) -> PillCell:
    """How the account is."""
    title, tone = ACCOUNT_STATES[state]
    return PillCell(_(title), tone)


def outbox_pill(state: OutboxState) -> PillCell:
    """What is known of a message."""
    title, tone = OUTBOX_STATES[state]
    return PillCell(_(title), tone)


def kind_pill(kind: ExceptionKind) -> PillCell:
    """Why an order waits."""
    title, tone = KINDS[kind]
    return PillCell(_(title), tone)


def subject(view: ExceptionView) -> str:
    """What it is about: the SKU, the currency; of a change, our order's number."""
    return order_number(view) or view.subject


def order_number(view: ExceptionView) -> str:
    """Number of our order that a change on the platform concerns, else nothing."""
    return view.subject.partition(" ")[0] if view.kind in ABOUT_OUR_ORDER else ""


def difference(changes: Sequence[tuple[str, str, str]]) -> str:
    """What a change does, a line for each field: "Total: USD 250.00 → USD 500.00"."""
    rows = [
        _("{field}: {ours} → {theirs}", field=field, ours=_one_line(ours), theirs=_one_line(theirs))
        for field, ours, theirs in changes
    ]
    return "\n".join(rows) or _("Nothing that we keep: your order says the same.")


def _one_line(text: str) -> str:
    return ", ".join(text.splitlines())


def brought(applied: Applied) -> str:
    """What a pull brought: "12 new orders, 3 changed, 1 needs you"."""
    counted = (
        (len(applied.created), ngettext("{count} new order", "{count} new orders", len(applied.created))),
        (len(applied.updated), ngettext("{count} changed", "{count} changed", len(applied.updated))),
        (applied.exceptions, ngettext("{count} needs you", "{count} need you", applied.exceptions)),
    )
    return _(", ").join(text for count, text in counted if count) or _("Nothing new")


def sent(pushed: Pushed) -> str:
    """What a push did: "2 sent, 1 refused"."""
    counted = (
        (pushed.done, ngettext("{count} sent", "{count} sent", pushed.done)),
        (pushed.failed, ngettext("{count} refused", "{count} refused", pushed.failed)),
        (pushed.unknown, ngettext("{count} not confirmed", "{count} not confirmed", pushed.unknown)),
        (pushed.later, ngettext("{count} later", "{count} later", pushed.later)),
    )
    return _(", ").join(text for count, text in counted if count) or _("Nothing to send")

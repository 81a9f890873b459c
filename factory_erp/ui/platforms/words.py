"""How the platforms page says states, kinds and results, in the user's language."""

from __future__ import annotations

from datetime import datetime

from factory_erp.i18n import N_, _
from factory_erp.models.platforms import AccountState, ExceptionKind, OutboxState
from factory_erp.services import outbox_texts
from factory_erp.services.platform_orders.intake_records import ABOUT_OURS
from factory_erp.services.platforms.accounts import AccountView, ExceptionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

NAMES = (N_("Alibaba.com"), N_("DHgate"))
"""Names of platforms that are another word in another language."""

ACCOUNT_STATES = {
    AccountState.CONNECTED: (N_("Connected"), Tone.SUCCESS),
    AccountState.THROTTLED: (N_("Throttled"), Tone.WARNING),
    AccountState.REAUTHORISE: (N_("Sign in needed"), Tone.WARNING),
    AccountState.PAUSED: (N_("Paused"), Tone.NEUTRAL),
    AccountState.DOWN: (N_("Not reachable"), Tone.DANGER),
}
OUTBOX_STATES = {
    OutboxState.NEW: (N_("Waiting"), Tone.INFO),
    OutboxState.SENT: (N_("Being sent"), Tone.INFO),
    OutboxState.DONE: (N_("Done"), Tone.SUCCESS),
    OutboxState.FAILED: (N_("Refused"), Tone.DANGER),
    OutboxState.UNKNOWN: (N_("Not confirmed"), Tone.WARNING),
}
MESSAGES = {
    outbox_texts.SHIPMENT: N_("Shipment"),
    outbox_texts.LISTING: N_("Listing"),
    outbox_texts.SHELF: N_("On or off the shelf"),
    outbox_texts.PRICES: N_("Prices"),
    outbox_texts.STOCK: N_("Stock"),
    outbox_texts.LEAD_TIME: N_("Lead time"),
    outbox_texts.REPLY: N_("Reply"),
    outbox_texts.QUOTATION: N_("Quotation"),
}
"""Kind of an outgoing message to its name."""

KINDS = {
    ExceptionKind.MALFORMED: (N_("Cannot be read"), Tone.DANGER),
    ExceptionKind.UNKNOWN_SKU: (N_("Unknown SKU"), Tone.WARNING),
    ExceptionKind.UNKNOWN_CURRENCY: (N_("Unknown currency"), Tone.WARNING),
    ExceptionKind.UNKNOWN_COUNTRY: (N_("Unknown country"), Tone.WARNING),
    ExceptionKind.UNKNOWN_BUYER: (N_("New buyer"), Tone.INFO),
    ExceptionKind.UNIT_DIFFERS: (N_("Unit does not fit"), Tone.WARNING),
    ExceptionKind.TOTALS_DIFFER: (N_("Totals differ"), Tone.WARNING),
    ExceptionKind.CHANGED: (N_("Changed by the buyer"), Tone.INFO),
    ExceptionKind.CANCELLED: (N_("Stopped by the platform"), Tone.DANGER),
    ExceptionKind.FROZEN: (N_("Frozen"), Tone.WARNING),
    ExceptionKind.REFUNDED: (N_("Refunded"), Tone.WARNING),
    ExceptionKind.DISPUTED: (N_("Disputed"), Tone.DANGER),
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
    ExceptionKind.UNKNOWN_BUYER: N_(
        "Say which customer it is, or make a new one. Every order of this buyer that waits comes in at once."
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
        "Your order was left as it is. Take the change over to cancel yours too, or keep it."
    ),
    ExceptionKind.FROZEN: N_(
        "Nothing leaves for this order while the platform holds it. Take the change over to hold yours too."
    ),
    ExceptionKind.REFUNDED: N_(
        "The platform has paid the buyer back. Take the refund over, or keep your order and say why."
    ),
    ExceptionKind.DISPUTED: N_(
        "Settle it with the buyer on the platform. Hold your order until then, or keep it and say why."
    ),
}
INQUIRY_REMEDY = N_("Look at the inquiry on the platform and answer it there, then dismiss it here.")

ABOUT_OUR_ORDER = ABOUT_OURS
"""Kinds that concern an order that is ours already: there is nothing to take in again."""

_INQUIRY = "inquiry "


def platform(code: str) -> str:
    """The platform's name."""
    # Every page that names a shop comes by here: the connectors are read when the first one does.
    from factory_erp.sync.connectors.registry import PLATFORMS

    return _(PLATFORMS[code].title) if code in PLATFORMS else code


def account_pill(state: AccountState, retry_at: datetime | None = None, *, busy: bool = False) -> PillCell:
    """How the account is; *busy* while somebody talks to it."""
    if busy:
        return PillCell(_("Syncing…"), Tone.INFO)
    title, tone = ACCOUNT_STATES[state]
    if state is AccountState.THROTTLED and retry_at is not None:
        return PillCell(_("Throttled until {time}", time=figures.local(retry_at)[-5:]), tone)
    return PillCell(_(title), tone)


def outbox_pill(state: OutboxState) -> PillCell:
    """What is known of a message."""
    title, tone = OUTBOX_STATES[state]
    return PillCell(_(title), tone)


def message_kind(kind: str) -> str:
    """What a message is about; the code itself of a kind that a newer version of the program has written."""
    return _(MESSAGES[kind]) if kind in MESSAGES else kind


def kind_pill(kind: ExceptionKind) -> PillCell:
    """Why an order waits."""
    title, tone = KINDS[kind]
    return PillCell(_(title), tone)


def remedy(view: ExceptionView) -> str:
    """What a person can do about it."""
    return _(INQUIRY_REMEDY if is_inquiry(view) else REMEDIES[view.kind])


def is_inquiry(view: ExceptionView) -> bool:
    """Whether it is an inquiry that could not be taken in, and no order."""
    return view.external_id.startswith(_INQUIRY)


def order_title(view: ExceptionView) -> str:
    """The platform's number of what waits."""
    if is_inquiry(view):
        return _("Inquiry {number}", number=view.external_id.removeprefix(_INQUIRY))
    return view.external_id or _("Order without a number")


def subject(view: ExceptionView) -> str:
    """What it is about: the SKU, the currency; of a change, our order's number."""
    return order_number(view) or view.subject


def order_number(view: ExceptionView) -> str:
    """Number of our order that a change on the platform concerns, else nothing."""
    return view.subject.partition(" ")[0] if view.kind in ABOUT_OUR_ORDER else ""


def quota(view: AccountView) -> str:
    """Calls made today, and how many the platform allows where that is known."""
    made = figures.number(view.calls_today)
    return f"{made} / {figures.number(view.daily_quota)}" if view.daily_quota else made

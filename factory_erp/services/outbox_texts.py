"""What the next step is for a message that has not arrived, in the user's language."""

from __future__ import annotations

from factory_erp.i18n import N_, _
from factory_erp.models.platforms import OutboxState

SHIPMENT, LISTING, SHELF, PRICES = "shipment", "listing", "shelf", "prices"
STOCK, LEAD_TIME, REPLY, QUOTATION = "stock", "lead_time", "reply", "quotation"

_FAILED = {
    SHIPMENT: N_(
        "Mend what the answer names (carrier, tracking number, state of the order), then send it again; or "
        "report the shipment on the platform and mark it as done."
    ),
    LISTING: N_("Correct the listing where the answer names it, then publish it again."),
    SHELF: N_("Look at the listing on the platform; then send it again or drop it."),
    PRICES: N_("Correct the prices where the answer names them, then send them again."),
    STOCK: N_("Look at the listing on the platform; the next sync sends the stock of that day."),
    LEAD_TIME: N_("Look at the listing on the platform; the next sync sends the lead time of that day."),
    REPLY: N_("Answer on the platform and mark it as done, or send it again."),
    QUOTATION: N_(
        "Correct the quotation where the answer names it, or quote on the platform and mark it as done."
    ),
}
_UNKNOWN = {
    SHIPMENT: N_(
        "The next sync asks the platform whether it has the tracking number before it sends it again. If you "
        "see it there, mark it as done."
    ),
    LISTING: N_(
        "The next sync looks for the model number on the platform before it publishes again. If you see the "
        "listing there, mark it as done."
    ),
    REPLY: N_(
        "The next sync looks for your answer in the conversation before it sends it again. If you see it "
        "there, mark it as done."
    ),
    QUOTATION: N_(
        "Look on the platform whether the buyer has the quotation: mark it as done, or send it again."
    ),
}
_ANY = {
    OutboxState.NEW: N_("It goes with the next sync."),
    OutboxState.SENT: N_("Wait a few minutes until it is known what became of it."),
    OutboxState.FAILED: N_("Mend what the answer names, then send it again; or drop it."),
    OutboxState.UNKNOWN: N_(
        "The next sync looks it up on the platform before it sends it again. If you see it there, mark it as "
        "done."
    ),
}
"""For kinds that say nothing of their own. What has arrived needs nothing."""


def remedy(kind: str, state: OutboxState) -> str:
    """The next step for a message of *kind* in *state*; "" where none is needed."""
    own = {OutboxState.FAILED: _FAILED, OutboxState.UNKNOWN: _UNKNOWN}.get(state, {}).get(kind)
    text = own or _ANY.get(state, "")
    return _(text) if text else ""

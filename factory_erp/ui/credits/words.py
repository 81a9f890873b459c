"""How the page of letters of credit says views, states, days and fields.  No Qt."""

from __future__ import annotations

from datetime import date

from factory_erp.domain.money import Money
from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.credits import CreditState
from factory_erp.services.credits.letters import STATE_NAMES
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

VIEW_NAMES = {
    "open": N_("Open credits"),
    "draft": N_("Drafts"),
    "used": N_("Used up"),
    "closed": N_("Closed"),
    "all": N_("All credits"),
}
EMPTY_TEXTS = {
    "open": N_("No letter of credit is open. Paste the bank's message with Paste MT700, or enter one."),
    "draft": N_("No letter of credit is a draft."),
    "used": N_("No letter of credit is used up."),
    "closed": N_("No letter of credit is closed."),
    "all": N_("No letter of credit here. Paste the bank's message with Paste MT700, or enter one."),
}
TONES = {
    CreditState.DRAFT: Tone.WARNING,
    CreditState.ADVISED: Tone.INFO,
    CreditState.USED: Tone.SUCCESS,
    CreditState.CLOSED: Tone.NEUTRAL,
}
ACTS = {
    CreditState.ADVISED: N_("Mark as advised"),
    CreditState.USED: N_("Mark as used up"),
    CreditState.CLOSED: N_("Close…"),
}
"""State → the act that leads to it."""

NEAR_DAYS = 7
"""A day so near is warned of."""

USUAL_DAYS = 21
"""Days for presentation where the credit names none (UCP 600 article 14c)."""


def state_pill(state: CreditState) -> PillCell:
    """The state of a credit as a word and its tone."""
    return PillCell(_(STATE_NAMES[state]), TONES[state])


def days_left(days: int | None) -> str:
    """How far off a day is: "12 days left", "today", "3 days past"."""
    if days is None:
        return ""
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("{number} day past", "{number} days past", -days, number=-days)
    return ngettext("{number} day left", "{number} days left", days, number=days)


def days_pill(days: int | None, *, settled: bool = False) -> PillCell | str:
    """The same as a pill, the nearer the louder; in a low voice once nothing waits for it (*settled*)."""
    if days is None:
        return ""
    tone = Tone.DANGER if days < 0 else Tone.WARNING if days <= NEAR_DAYS else Tone.NEUTRAL
    return PillCell(days_left(days), Tone.NEUTRAL if settled else tone)


def until(day: date | None, today: date) -> int | None:
    """Days from *today* to *day*."""
    return None if day is None else (day - today).days


def presentation_period(days: int | None) -> str:
    """How many days after shipment the papers may be presented; those of UCP 600 for None."""
    number = USUAL_DAYS if days is None else days
    return ngettext("{number} day", "{number} days", number, number=number)


def share(part: Money, whole: Money) -> str:
    """How much of *whole* is drawn, in percent."""
    return f"{part.minor * 100 // whole.minor} %" if whole.minor else ""

"""The days of letters of credit that somebody has to keep, as needs of the page of the day."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.credits.dates import CreditDate, Due, due_dates
from factory_erp.services.today.needs import Need, NeedRow

SOON_DAYS = 14
"""Days ahead from which a date needs a person though nothing speaks against keeping it."""

DUE_NAMES: dict[Due, str] = {
    "shipment": N_("Latest shipment {date}"),
    "presentation": N_("Presentation by {date}"),
    "expiry": N_("Expires on {date}"),
}
"""What is due on a day of a credit."""


def credit_needs(session: Session, day: date) -> list[NeedRow]:
    """What is at risk or due within SOON_DAYS of *day*, the most urgent first."""
    return [_need(one) for one in due_dates(session, day) if one.at_risk or one.days <= SOON_DAYS]


def _need(one: CreditDate) -> NeedRow:
    """ "LC-1 · Nordlicht": Latest shipment 2026-12-10, in 5 days. Shipment S-1 has no departure yet."""
    title = " · ".join(part for part in (one.number, one.customer) if part)
    due = _(DUE_NAMES[one.due], date=one.day.isoformat())
    reason = f"{due}, {_when(one.days)}. {one.reason}"
    return NeedRow(Need.CREDIT, one.credit_id, title, reason, one.link)


def _when(days: int) -> str:
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("{count} day ago", "{count} days ago", -days)
    return ngettext("in {count} day", "in {count} days", days)

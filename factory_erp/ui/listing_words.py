"""How the pages say where a listing stands, and whether the platform has it as it should be."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.listings import ListingState
from factory_erp.services.listings.grid import GridRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

STATES = {
    ListingState.DRAFT: (N_("Draft"), Tone.NEUTRAL),
    ListingState.PUBLISHING: (N_("Publishing"), Tone.INFO),
    ListingState.REVIEW: (N_("In review"), Tone.WARNING),
    ListingState.ONLINE: (N_("Online"), Tone.SUCCESS),
    ListingState.OFFLINE: (N_("Offline"), Tone.NEUTRAL),
    ListingState.REJECTED: (N_("Rejected"), Tone.DANGER),
    ListingState.DELETED: (N_("Deleted"), Tone.DANGER),
}


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether the platform has a listing as it is wanted, in a word; ``icon`` is a name of the kit."""

    text: str
    icon: str
    tone: Tone


def state_pill(state: ListingState) -> PillCell:
    """Where the listing stands."""
    title, tone = STATES[state]
    return PillCell(_(title), tone)


def problems(count: int) -> str:
    """ "Ready", or how many problems keep it from being published."""
    if not count:
        return _("Ready")
    return ngettext("{number} problem", "{number} problems", count, number=figures.number(count))


def check_pill(count: int) -> PillCell:
    """Whether it could be published, or how many problems keep it from that."""
    return PillCell(problems(count), Tone.DANGER if count else Tone.SUCCESS)


def presence(row: GridRow) -> Presence:
    """Whether the platform says what it should."""
    if row.published_at is None:
        return Presence(_("Not there"), "clock", Tone.NEUTRAL)
    if not row.differs:
        return Presence(_("As wanted"), "check", Tone.SUCCESS)
    return Presence(_("Changed"), "sync", Tone.INFO)


def stock(row: GridRow) -> str:
    """What the platform was told and what it will be told: "28 / 40", "– / 40" before it was told."""
    there = figures.NONE if row.published is None else figures.number(row.published)
    return f"{there} / {figures.number(row.publishable)}"

"""How the sales pages put values into words: states, how long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from factory_erp.i18n import _, ngettext
from factory_erp.models.sales import OrderState
from factory_erp.services import clock
from factory_erp.services.sales.orders import STATE_NAMES
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

STATE_TONES = {
    OrderState.DRAFT: Tone.NEUTRAL,
    OrderState.CONFIRMED: Tone.INFO,
    OrderState.IN_PRODUCTION: Tone.WARNING,
    OrderState.READY: Tone.SUCCESS,
    OrderState.SHIPPED: Tone.TEAL,
    OrderState.CLOSED: Tone.NEUTRAL,
    OrderState.ON_HOLD: Tone.WARNING,
    OrderState.CANCELLED: Tone.NEUTRAL,
}


def state_text(state: OrderState) -> str:
    """The state in a word or two."""
    return _(STATE_NAMES[state])


def state_pill(state: OrderState, late: bool = False) -> PillCell:
    """The state as a pill; an order that is late says so instead."""
    if late:
        return PillCell(_("Late"), Tone.DANGER)
    return PillCell(state_text(state), STATE_TONES[state])


def ago(moment: datetime) -> str:
    """How long ago that was, roughly."""
    passed = max(clock.now() - moment, timedelta(0))
    minutes = int(passed.total_seconds()) // 60
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("{count} min ago", "{count} min ago", minutes)
    if minutes < 48 * 60:
        return ngettext("{count} hour ago", "{count} hours ago", minutes // 60)
    return ngettext("{count} day ago", "{count} days ago", minutes // (24 * 60))

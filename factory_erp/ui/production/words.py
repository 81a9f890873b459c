"""How the production page says names, states and working times.  No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from factory_erp.i18n import N_, _, language
from factory_erp.models.production import OperationState, PegSource, ProductionState
from factory_erp.services.names import CHINESE
from factory_erp.services.production.orders import STATE_NAMES
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

_TONES: Mapping[str, Tone] = MappingProxyType(
    {
        ProductionState.PLANNED: Tone.NEUTRAL,
        ProductionState.RELEASED: Tone.INFO,
        ProductionState.IN_PROGRESS: Tone.WARNING,
        ProductionState.DONE: Tone.SUCCESS,
        ProductionState.CLOSED: Tone.TEAL,
        ProductionState.CANCELLED: Tone.NEUTRAL,
    }
)

_STEP_NAMES: Mapping[str, tuple[str, Tone]] = MappingProxyType(
    {
        OperationState.WAITING: (N_("Waiting"), Tone.NEUTRAL),
        OperationState.STARTED: (N_("Started"), Tone.WARNING),
        OperationState.DONE: (N_("Done"), Tone.SUCCESS),
        OperationState.CANCELLED: (N_("Cancelled"), Tone.NEUTRAL),
    }
)

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        PegSource.STOCK: N_("from stock"),
        PegSource.PRODUCTION: N_("to be made"),
        PegSource.PURCHASE: N_("to be bought"),
    }
)


def either(english: str, chinese: str) -> str:
    """The name in the user's language; the other one where it is missing."""
    return (chinese or english) if language() == CHINESE else (english or chinese)


def order_pill(state: str, *, late: bool = False) -> PillCell:
    """The state of a production order; an open one that is late is said to be so."""
    if late:
        return PillCell(_("Late"), Tone.DANGER)
    return PillCell(_(STATE_NAMES[ProductionState(state)]), _TONES[state])


def step_pill(state: str) -> PillCell:
    """The state of an operation."""
    text, tone = _STEP_NAMES[state]
    return PillCell(_(text), tone)


def progress(good: Decimal, quantity: Decimal, unit: str) -> str:
    """How much of what is to be made is there: 1,200 of 3,000 PCS."""
    return _("{good} of {quantity}", good=figures.number(good), quantity=figures.quantity(quantity, unit))


def minutes(count: int) -> str:
    """A working time: 45 min, or 3 h 20 min."""
    hours, rest = divmod(count, 60)
    if not hours:
        return _("{minutes} min", minutes=rest)
    return _("{hours} h {minutes} min", hours=hours, minutes=rest) if rest else _("{hours} h", hours=hours)

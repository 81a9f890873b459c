"""How the shipping pages say figures, dates and states.  No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from factory_erp.domain.countries import country_name
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import format_figure
from factory_erp.domain.weight import Weight
from factory_erp.i18n import N_, _, language
from factory_erp.models.documents import DocumentState
from factory_erp.models.shipping import ShipmentState
from factory_erp.packing.containers import Loading
from factory_erp.services.clock import FACTORY_ZONE
from factory_erp.services.shipping import STATE_NAMES
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

_ZONE = ZoneInfo(FACTORY_ZONE)

_TONES: Mapping[ShipmentState, Tone] = MappingProxyType(
    {
        ShipmentState.DRAFT: Tone.WARNING,
        ShipmentState.PACKED: Tone.INFO,
        ShipmentState.DOCUMENTED: Tone.TEAL,
        ShipmentState.SHIPPED: Tone.SUCCESS,
        ShipmentState.CANCELLED: Tone.NEUTRAL,
    }
)

_DOCUMENT_STATES: Mapping[DocumentState, tuple[str, Tone]] = MappingProxyType(
    {
        DocumentState.ISSUED: (N_("In force"), Tone.SUCCESS),
        DocumentState.SUPERSEDED: (N_("Superseded"), Tone.NEUTRAL),
        DocumentState.CANCELLED: (N_("Cancelled"), Tone.NEUTRAL),
    }
)


def state_pill(state: ShipmentState) -> PillCell:
    """The state of a shipment as a word and its tone."""
    return PillCell(_(STATE_NAMES[state]), _TONES[state])


def document_pill(state: DocumentState, *, current: bool) -> PillCell:
    """The state of a paper; one in force that no longer says what leaves is told apart."""
    if state is DocumentState.ISSUED and not current:
        return PillCell(_("Out of date"), Tone.DANGER)
    text, tone = _DOCUMENT_STATES[state]
    return PillCell(_(text), tone)


def day(value: date | None) -> str:
    """A date as 2026-11-28, nothing for none."""
    return value.isoformat() if value else ""


def local(moment: datetime | None) -> str:
    """An aware moment as the factory's clock shows it: 2026-11-28 14:30."""
    return moment.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""


def number(value: Decimal | int) -> str:
    """A quantity with thousands separators and only the decimals it has."""
    return format_figure(Decimal(value), language())


def kilograms(grams: int) -> str:
    """Grams as kilograms with two decimals, as packing lists print them; nothing for zero."""
    return Weight(grams).format(2, language()) if grams else ""


def destination(code: str) -> str:
    """The country's name; a code that is no country stays as it is."""
    try:
        return country_name(code, language())
    except InvalidValue:
        return code


def container_advice(loading: Loading) -> str:
    """Which containers the cartons need, in a sentence; nothing where there are no cartons."""
    if not loading.containers:
        return ""
    boxes = " + ".join(f"{count} × {code}" for code, count in loading.containers)
    return _(
        "Needs about {boxes}: {volume} % of the room and {weight} % of the payload are used.",
        boxes=boxes,
        volume=_percent(loading.volume_ppm),
        weight=_percent(loading.weight_ppm),
    )


def _percent(ppm: int) -> str:
    """Parts per million as whole percent; something small is not said to be nothing."""
    return "<1" if 0 < ppm < 10_000 else str(ppm // 10_000)

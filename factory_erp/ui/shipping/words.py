"""How the shipping pages say states, and what the cartons need.  No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from factory_erp.i18n import N_, _
from factory_erp.models.documents import DocumentState
from factory_erp.models.shipping import ShipmentState
from factory_erp.packing.containers import Loading
from factory_erp.services.shipping.shipments import STATE_NAMES
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

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

"""How the shipping pages say states, and what the cartons need.  No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from factory_erp.domain.money import Money
from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.documents import DocumentState
from factory_erp.models.shipping import ShipmentState
from factory_erp.packing.containers import Loading
from factory_erp.services.issuing.loading import LoadingView
from factory_erp.services.papers.kinds import Reader
from factory_erp.services.shipping.shipments import STATE_NAMES
from factory_erp.services.workbench.views import PalletRow
from factory_erp.ui.kit import figures
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

_READERS: Mapping[Reader, str] = MappingProxyType(
    {
        "buyer": N_("For the buyer"),
        "bank": N_("For the bank"),
        "carrier": N_("For the carrier"),
        "customs": N_("For customs"),
        "floor": N_("For the warehouse"),
        "supplier": N_("For the supplier"),
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


def loose_advice(view: LoadingView, *, priced: bool = False) -> str:
    """From how many m³ on a container pays, and what goes loose (LCL).

    At usual rates it is said only where loose cargo is cheaper; *priced*: at rates of the forwarder, always.
    """
    if view.loose_below is None or not (priced or view.cheaper_loose):
        return ""
    volume, limit = f"{view.cubic_metres:.1f}", f"{view.loose_below:.0f}"
    if not priced:
        return _(
            "{volume} m³ cost less as loose cargo (LCL): at usual rates a container pays from about "
            "{limit} m³.",
            volume=volume,
            limit=limit,
        )
    pays = _(
        "At your rates a container pays from about {limit} m³; this is {volume} m³.",
        volume=volume,
        limit=limit,
    )
    loose = sum(count for _label, count in view.left_out) if view.goes_loose else 0
    if not loose:
        return pays
    goes = ngettext(
        "{count} package goes as loose cargo (LCL).", "{count} packages go as loose cargo (LCL).", loose
    )
    return f"{pays} {goes}"


def costs(view: LoadingView, currency: str) -> str:
    """What a plan costs at the forwarder's rates, in their *currency*; nothing for containers booked."""
    if view.cost is None:
        return ""
    return _("Freight {amount}.", amount=figures.money(Money.rounded(view.cost, currency)))


def packages(count: int, named: str, *, pallets: bool) -> str:
    """So many cartons, or pallets where the cartons stand on them, with their numbers or kind."""
    if pallets:
        return ngettext("{count} pallet {label}", "{count} pallets {label}", count, label=named)
    return ngettext("{count} carton {label}", "{count} cartons {label}", count, label=named)


def without_place(count: int, *, pallets: bool) -> str:
    """That so many cartons or pallets do not go into the containers."""
    if pallets:
        return ngettext("{count} pallet finds no place.", "{count} pallets find no place.", count)
    return ngettext("{count} carton finds no place.", "{count} cartons find no place.", count)


def _percent(ppm: int) -> str:
    """Parts per million as whole percent; something small is not said to be nothing."""
    return "<1" if 0 < ppm < 10_000 else str(ppm // 10_000)


def pallet_note(pallets: Sequence[PalletRow]) -> str:
    """How many pallets there are and what is on them; nothing where there are none."""
    if not pallets:
        return ""
    count = sum(row.pallets for row in pallets)
    said = ngettext("{count} pallet", "{count} pallets", count)
    parts = [
        _("{pallets}: cartons {cartons}", pallets=row.label, cartons=row.carton_ranges) for row in pallets
    ]
    return f"{said} · {'; '.join(parts)}"


def reader_name(reader: Reader) -> str:
    """Whom papers are for, as the heading of a group."""
    return _(_READERS[reader])


def percent(value: Decimal) -> str:
    """How full something is: "87.5 %"."""
    return _("{number} %", number=figures.number(value, 1))

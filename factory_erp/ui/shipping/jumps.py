"""Where a value that a finding names is typed: which step of the workbench, and which field.  No Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from factory_erp.documents.snapshot import DETAILS_OF
from factory_erp.services.issuing.fields import FIELDS
from factory_erp.services.paper_checks.checks import PlaceView
from factory_erp.ui.shipping import steps

_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Target:
    """A step of the workbench; *field* of its form, or of the paper's form under Documents, "" for none."""

    step: int
    field: str = ""


_TRANSPORT: Mapping[str, str] = MappingProxyType(
    {
        "vessel": "vessel_voyage",
        "voyage": "vessel_voyage",
        "port_of_loading": "port_of_loading",
        "port_of_discharge": "port_of_discharge",
        "place_of_receipt": "place_of_receipt",
        "place_of_delivery": "final_destination",
        "etd": "etd",
        "on_board": "on_board",
        "notify": "notify",
    }
)
"""What papers state → the field under Transport where all of them have it from."""

_CARTONS = frozenset({"cartons", "packages", "package_words", "gross_kg", "net_kg", "volume_m3"})

_TYPED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": ("certificate_number",),
        "title": ("title",),
        "text": ("statements", "remarks", "instructions"),
        "issuer": ("issuer",),
        "addressee": ("addressee",),
        "consignee": ("consignee",),
        "vessel": ("vessel",),
        "voyage": ("vessel",),
        "etd": ("departure",),
        "on_board": ("departure",),
        "place_of_delivery": ("place_of_delivery",),
        "freight": ("freight",),
        "transshipment": ("transshipment",),
        "partial_shipment": ("partial_shipment",),
        "contract_number": ("contract_number",),
        "certificate.producer": ("producer",),
        "certificate.importing_country": ("importing_country",),
        "certificate.third_party": ("third_party_invoicer",),
        "certificate.ticks": ("ticks:issued_retroactively",),
        "certificate.inspected_on": ("inspected_on",),
        "draft.tenor": ("tenor",),
        "draft.drawee": ("drawee",),
        "draft.payee": ("pay_to",),
        "draft.drawn_under": ("drawn_under",),
        "draft.bill_on": ("bill_date",),
        "customs.exit_office": ("exit_customs.code",),
        "customs.exit_port": ("exit_port.code",),
        "customs.destination_port": ("destination_port.code",),
        "customs.supervision": ("supervision.code",),
        "customs.levy": ("levy_nature.code",),
        "customs.packaging": ("packaging.code",),
        "customs.producer": ("producer",),
        "customs.declarant": ("declarant",),
        "customs.freight": ("freight.amount",),
        "customs.freight_mark": ("freight.mark",),
        "customs.insurance": ("insurance.amount",),
        "customs.insurance_mark": ("insurance.mark",),
        "customs.other": ("other_costs.amount",),
        "customs.other_mark": ("other_costs.mark",),
    }
)
"""What a paper states → the fields, of which its own form may have one, where that is typed over."""


def target(place: PlaceView) -> Target:
    """Where a person goes to correct *place*: the paper's own form, else where its facts come from."""
    path = _INDEX.sub("", place.field)
    typed = _in_form(place.kind, path)
    if typed:
        return Target(steps.DOCUMENTS, typed)
    head = path.partition(".")[0]
    if head in _TRANSPORT:
        return Target(steps.TRANSPORT, _TRANSPORT[head])
    if head == "containers":
        return Target(steps.CONTAINERS)
    if head in _CARTONS:
        return Target(steps.PACK)
    return Target(steps.DOCUMENTS)


def _in_form(kind: str, path: str) -> str:
    """The field of the form of *kind* that holds what stands at *path*; "" where it has none."""
    fields = FIELDS.get(DETAILS_OF[kind], ()) if kind in DETAILS_OF else ()
    known = {field.key for field in fields}
    head = path.partition(".")[0]
    wanted = _TYPED.get(path) or _TYPED.get(head, ())
    return next((name for name in wanted if name in known), "")

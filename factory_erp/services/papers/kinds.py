"""The kinds of papers that the factory issues: name, number series, and whose paper each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from factory_erp.documents.snapshot import Kind, Language
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.models.documents import DocumentKind
from factory_erp.services.shipping.documents import INVOICE, KIND_NAMES, PACKING_LIST

Owner = Literal["shipment", "order", "purchase"]
Reader = Literal["buyer", "bank", "carrier", "customs", "floor", "supplier"]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of paper. Kinds of one *series* share a counter; *many*: a shipment may have several."""

    kind: Kind
    name: str
    prefix: str
    owner: Owner
    reader: Reader
    series: str
    many: bool = False
    packed: bool = True
    """Whether the shipment has to be packed before it can be issued."""


def _of(
    kind: Kind,
    name: str,
    prefix: str,
    reader: Reader,
    *,
    owner: Owner = "shipment",
    series: str = "",
    many: bool = False,
    packed: bool = True,
) -> PaperKind:
    return PaperKind(kind, name, prefix, owner, reader, series or prefix, many, packed)


SHARED_SERIES = "INV"
"""The one counter behind commercial invoice and packing list (docs/decisions/0005-document-numbers.md)."""

PAPERS: Mapping[str, PaperKind] = MappingProxyType(
    {
        paper.kind: paper
        for paper in (
            _of("proforma_invoice", N_("Proforma invoice"), "PI", "buyer", owner="order"),
            _of("sales_contract", N_("Sales contract"), "SC", "buyer", owner="order"),
            _of("commercial_invoice", KIND_NAMES[INVOICE], "CI", "buyer", series=SHARED_SERIES),
            _of("packing_list", KIND_NAMES[PACKING_LIST], "PL", "buyer", series=SHARED_SERIES),
            _of("shipping_marks", N_("Shipping marks"), "SM", "floor"),
            _of("carton_labels", N_("Carton labels"), "LB", "floor"),
            _of("loading_plan", N_("Loading plan"), "LP", "floor"),
            _of("booking_note", N_("Booking note"), "BN", "carrier"),
            _of("shippers_instruction", N_("Shipper's letter of instruction"), "SI", "carrier"),
            _of("vgm_declaration", N_("VGM declaration"), "VG", "carrier"),
            _of("origin_general", N_("Certificate of origin"), "CO", "bank"),
            _of("origin_form_e", N_("Certificate of origin Form E"), "FE", "bank"),
            _of("origin_rcep", N_("Certificate of origin RCEP"), "RC", "bank"),
            _of("origin_form_a", N_("Certificate of origin Form A"), "FA", "bank"),
            _of("beneficiary_certificate", N_("Beneficiary's certificate"), "BC", "bank", many=True),
            _of("inspection_certificate", N_("Inspection certificate"), "IC", "bank", many=True),
            _of("weight_certificate", N_("Weight certificate"), "WC", "bank"),
            _of("bill_of_exchange", N_("Bill of exchange"), "BE", "bank"),
            _of("shipping_advice", N_("Shipping advice"), "SA", "buyer"),
            _of("customs_declaration", N_("Export declaration draft"), "CD", "customs"),
            _of("declaration_elements", N_("Declaration elements"), "DE", "customs"),
            _of("purchase_order", N_("Purchase order"), "PO", "supplier", owner="purchase"),
        )
    }
)
"""Kind → what it is, in the order in which a clerk goes through them."""

assert set(PAPERS) == set(DocumentKind)

OF_SHIPMENT = tuple(paper.kind for paper in PAPERS.values() if paper.owner == "shipment")
OF_ORDER = tuple(paper.kind for paper in PAPERS.values() if paper.owner == "order")
OF_PURCHASE = tuple(paper.kind for paper in PAPERS.values() if paper.owner == "purchase")


def paper(kind: str) -> PaperKind:
    """The kind of that name. Raises InvalidValue."""
    found = PAPERS.get(kind)
    if found is None:
        raise InvalidValue(
            _("There is no document of the kind '{kind}'.", kind=kind),
            field="kind",
            remedy=_("Choose one of {kinds}.", kinds=", ".join(PAPERS)),
        )
    return found


_AT_CUSTOMS: tuple[Language, ...] = ("bilingual", "en", "zh_CN")


def languages_of(kind: str) -> tuple[Language, ...]:
    """The languages that the kind can be written in; "": all. China's customs read no third one."""
    at_customs = bool(kind) and paper(kind).reader == "customs"
    return _AT_CUSTOMS if at_customs else get_args(Language)


def language_for(kind: str, wanted: Language) -> Language:
    """*wanted*, where the kind can be written in it; else English and Chinese."""
    return wanted if wanted in languages_of(kind) else "bilingual"


def name_of(kind: str) -> str:
    """What the kind is called, in the user's language."""
    return _(paper(kind).name)

"""A document as it was issued: its facts and how it is set, frozen before it is drawn.

A snapshot is stored when a document is issued and drawn from ever after: the same snapshot (and the
same pictures) gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from factory_erp.documents.details.customs import DeclarationDetails
from factory_erp.documents.details.labels import LabelDetails, LoadingDetails, PurchaseDetails
from factory_erp.documents.details.origin import OriginDetails
from factory_erp.documents.details.trade import (
    AdviceDetails,
    BookingDetails,
    CertificateDetails,
    ContractTerms,
    DraftDetails,
    VgmDetails,
)
from factory_erp.documents.facts import ShipmentFacts, Texts
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

Kind = Literal[
    "quotation",
    "proforma_invoice",
    "sales_contract",
    "commercial_invoice",
    "packing_list",
    "shipping_marks",
    "carton_labels",
    "loading_plan",
    "booking_note",
    "shippers_instruction",
    "vgm_declaration",
    "origin_general",
    "origin_form_e",
    "origin_rcep",
    "origin_form_a",
    "beneficiary_certificate",
    "inspection_certificate",
    "weight_certificate",
    "bill_of_exchange",
    "shipping_advice",
    "customs_declaration",
    "declaration_elements",
    "purchase_order",
]

Language = Literal["en", "zh_CN", "bilingual", "es", "fr", "de", "pt", "ru", "ar", "ja", "vi", "th"]
"""What a document is written in; "bilingual": English and Chinese on one page."""

Details = (
    ContractTerms
    | BookingDetails
    | VgmDetails
    | DraftDetails
    | CertificateDetails
    | AdviceDetails
    | OriginDetails
    | DeclarationDetails
    | LabelDetails
    | LoadingDetails
    | PurchaseDetails
)

DETAILS_OF: dict[str, type[Details]] = {
    "proforma_invoice": ContractTerms,
    "sales_contract": ContractTerms,
    "carton_labels": LabelDetails,
    "loading_plan": LoadingDetails,
    "booking_note": BookingDetails,
    "shippers_instruction": BookingDetails,
    "vgm_declaration": VgmDetails,
    "origin_general": OriginDetails,
    "origin_form_e": OriginDetails,
    "origin_rcep": OriginDetails,
    "origin_form_a": OriginDetails,
    "beneficiary_certificate": CertificateDetails,
    "inspection_certificate": CertificateDetails,
    "weight_certificate": CertificateDetails,
    "bill_of_exchange": DraftDetails,
    "shipping_advice": AdviceDetails,
    "customs_declaration": DeclarationDetails,
    "declaration_elements": DeclarationDetails,
    "purchase_order": PurchaseDetails,
}
"""Kind → what it states beyond the facts of the shipment; the others state nothing more."""

OF_CARTONS = frozenset({"packing_list", "shipping_marks", "vgm_declaration", "loading_plan"})
"""Kinds that are about cartons rather than lines of goods."""


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """How a customer wants his papers. Nothing here changes what they state.

    Pictures are named by the SHA-256 of their bytes, which whoever draws hands over beside the snapshot.
    """

    hidden: tuple[str, ...] = ()
    """Columns and boxes left out, by their label key: "hs_origin", "bank" …"""
    neutral: bool = False
    """Without our name and signature: for buyers who hand the paper on."""
    clauses: tuple[Texts, ...] = ()
    """Sentences that the customer or his bank wants on the paper."""
    logo: str = ""
    signature: str = ""
    chop: str = ""
    signed_by: str = ""
    certified: bool = False
    """A certified invoice: without "E. & O. E.", with a line that certifies it true and correct."""


PLAIN = DocumentOptions()


@dataclass(frozen=True, slots=True)
class DocumentSnapshot:
    """A document: its kind, number, revision (1 = first issue), date, language, and the facts it states."""

    kind: Kind
    number: str
    revision: int
    issued_on: date
    language: Language
    facts: ShipmentFacts
    invoice_number: str = ""
    """The invoice that a packing list goes with."""
    details: Details | None = None
    options: DocumentOptions = PLAIN

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind) or self.language not in get_args(Language):
            raise InvalidValue(_("There is no such kind or language of document."), record=self.number)
        if self.revision < 1:
            raise InvalidValue(_("Revisions are counted from 1."), record=self.number, field="revision")
        wanted = DETAILS_OF.get(self.kind)
        if wanted is not None and not isinstance(self.details, wanted):
            raise InvalidValue(
                _("The document does not say what its kind has to say."), record=self.number, field="details"
            )
        if not self._has_goods():
            raise InvalidValue(_("The document would list no goods."), record=self.number, field="lines")

    def _has_goods(self) -> bool:
        if self.kind in OF_CARTONS:
            return bool(self.facts.cartons)
        return self.kind == "purchase_order" or bool(self.facts.lines)

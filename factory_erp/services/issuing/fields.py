"""Which fields of each kind of paper can be typed over, and how they are called in a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from factory_erp.documents.details.customs import DeclarationDetails
from factory_erp.documents.details.labels import LABEL_SHEETS, LabelDetails
from factory_erp.documents.details.origin import OriginDetails
from factory_erp.documents.details.trade import (
    AdviceDetails,
    BookingDetails,
    CertificateDetails,
    DraftDetails,
    VgmDetails,
)
from factory_erp.documents.snapshot import Details
from factory_erp.i18n import N_


class FieldKind(StrEnum):
    """What a field holds: ENGLISH and SENTENCES are printed texts, PARTY a name with its address below,
    SHEET a sheet of labels, TICK one box of several."""

    TEXT = "text"
    NOTE = "note"
    ENGLISH = "english"
    LINES = "lines"
    SENTENCES = "sentences"
    PARTY = "party"
    SHEET = "sheet"
    TICK = "tick"
    DATE = "date"
    NUMBER = "number"
    DECIMAL = "decimal"
    CHECK = "check"
    CHOICE = "choice"


Choices = tuple[tuple[str | int, str], ...]


@dataclass(frozen=True, slots=True)
class FormField:
    """A field: its place in the details, and its label and hint (message ids), choices with their names."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    hint: str = ""
    choices: Choices = ()
    tick: str = ""

    @property
    def key(self) -> str:
        """Its name in a form, where several ticks share one place."""
        return f"{self.name}:{self.tick}" if self.tick else self.name


_PERMISSION: Choices = (("", N_("Not said")), ("allowed", N_("Allowed")), ("not allowed", N_("Not allowed")))
_FEES: Choices = (("", N_("None")), ("1", N_("Percent")), ("2", N_("Per ton")), ("3", N_("Total")))


def _coded(name: str, label: str, text: str) -> tuple[FormField, FormField]:
    return FormField(f"{name}.code", label), FormField(f"{name}.name", text)


def _fee(name: str, mark: str, amount: str, currency: str) -> tuple[FormField, FormField, FormField]:
    return (
        FormField(f"{name}.mark", mark, FieldKind.CHOICE, choices=_FEES),
        FormField(f"{name}.amount", amount, FieldKind.DECIMAL),
        FormField(f"{name}.currency", currency, hint=N_("Three letters such as USD; empty for a percentage")),
    )


_BOOKING = (
    FormField("forwarder", N_("Forwarder"), FieldKind.PARTY, N_("Name, then the address, a line each")),
    FormField("service", N_("Service"), hint=N_("CY-CY, CFS-CFS or DOOR")),
    FormField("cargo_ready_on", N_("Cargo ready on"), FieldKind.DATE),
    FormField("pick_up_at", N_("Pick-up address")),
    FormField("pre_carriage", N_("Pre-carriage by")),
    FormField("place_of_delivery", N_("Place of delivery")),
    FormField(
        "freight", N_("Freight"), FieldKind.CHOICE,
        choices=(("prepaid", N_("Prepaid")), ("collect", N_("Collect"))),
    ),
    FormField("payable_at", N_("Freight payable at")),
    FormField("original_bills", N_("Original bills of lading"), FieldKind.NUMBER,
              N_("0: a waybill or telex release")),
    FormField("partial_shipment", N_("Partial shipments"), FieldKind.CHOICE, choices=_PERMISSION),
    FormField("transshipment", N_("Transshipment"), FieldKind.CHOICE, choices=_PERMISSION),
    FormField(
        "vgm_method", N_("Verified gross mass"), FieldKind.CHOICE,
        choices=((0, N_("The terminal weighs")), (1, N_("Method 1: weighed")), (2, N_("Method 2: added up"))),
    ),
    FormField("dangerous", N_("Dangerous goods"), hint=N_("Class, UN number and packing group")),
    FormField("temperature", N_("Reefer temperature")),
    FormField(
        "goods_kind", N_("Other kind of goods"), FieldKind.CHOICE,
        choices=(("", N_("None")), ("vehicle", N_("Vehicles")), ("liquid", N_("Liquid")),
                 ("live", N_("Live animals")), ("bulk", N_("Bulk"))),
    ),
    FormField("instructions", N_("Instructions"), FieldKind.ENGLISH),
)  # fmt: skip

_VGM = (
    FormField("weighed_on", N_("Weighed on"), FieldKind.DATE),
    FormField("weighed_at", N_("Weighed at")),
    FormField("equipment", N_("Scale and its certificate")),
    FormField("authorised_person", N_("Authorised person")),
)

_TICKS = (
    ("issued_retroactively", N_("Issued retroactively")),
    ("movement_certificate", N_("Movement certificate")),
    ("exhibition", N_("Exhibition")),
    ("third_party_invoicing", N_("Third-party invoicing")),
    ("back_to_back", N_("Back-to-back certificate")),
)

_ORIGIN = (
    FormField("certificate_number", N_("Certificate number")),
    FormField("consignee", N_("Consignee"), FieldKind.PARTY,
              N_("Where it is not the shipment's; or TO ORDER")),
    FormField("producer", N_("Producer"), FieldKind.NOTE),
    FormField("departure", N_("Departure"), FieldKind.DATE),
    FormField("vessel", N_("Vessel or flight")),
    FormField("route_via", N_("Route via")),
    FormField("importing_country", N_("Importing country"), hint=N_("Two letters such as TH")),
    FormField("third_party_invoicer", N_("Third-party invoicer"), hint=N_("Name and country")),
    FormField("declared_at", N_("Declared at")),
    FormField("remarks", N_("Remarks"), FieldKind.NOTE),
    *(FormField("ticks", name, FieldKind.TICK, tick=tick) for tick, name in _TICKS),
)  # fmt: skip

_CERTIFICATE = (
    FormField("title", N_("Title"), hint=N_("Exactly as the letter of credit names it")),
    FormField("statements", N_("Statements"), FieldKind.SENTENCES, N_("Each line is one statement")),
    FormField("addressee", N_("Addressee")),
    FormField("issuer", N_("Issuer"), hint=N_("Who certifies, where it is not the exporter")),
    FormField("inspected_on", N_("Inspected on"), FieldKind.DATE),
    FormField("conclusion", N_("Conclusion"), FieldKind.ENGLISH),
)

_DRAFT = (
    FormField("tenor", N_("Tenor"), hint=N_("sight, or for example: 90 days after bill of lading date")),
    FormField("bill_date", N_("Date of the bill of lading"), FieldKind.DATE),
    FormField("drawee", N_("Drawee"), FieldKind.PARTY, N_("Name, then the address, a line each")),
    FormField("pay_to", N_("Pay to the order of")),
    FormField("drawn_under", N_("Issuing bank")),
    FormField("place", N_("Place")),
)

_ADVICE = (
    FormField("addressee", N_("Addressee")),
    FormField("carrier", N_("Carrier")),
    FormField("policy_number", N_("Insurance policy number")),
)

_DECLARATION = (
    *_coded("exit_customs", N_("Exit customs (code)"), N_("Exit customs")),
    *_coded("exit_port", N_("Exit port (code)"), N_("Exit port")),
    *_coded("destination_port", N_("Destination port (code)"), N_("Destination port")),
    *_coded("supervision", N_("Supervision mode (code)"), N_("Supervision mode")),
    *_coded("levy_nature", N_("Nature of levy (code)"), N_("Nature of levy")),
    *_coded("transport_mode", N_("Mode of transport (code)"), N_("Mode of transport")),
    *_coded("packaging", N_("Packaging (code)"), N_("Packaging")),
    *_coded("declared_at", N_("Declared at customs (code)"), N_("Declared at customs")),
    FormField("record_number", N_("Record number")),
    FormField("licence", N_("Licence")),
    FormField("contract_number", N_("Contract number")),
    FormField("producer", N_("Producer")),
    FormField("producer_uscc", N_("Producer's USCC")),
    FormField("declarant", N_("Declarant")),
    FormField("declarant_uscc", N_("Declarant's USCC")),
    FormField("person", N_("Declaring person")),
    FormField("person_phone", N_("Telephone")),
    FormField("export_on", N_("Exported on"), FieldKind.DATE),
    *_fee("freight", N_("Freight"), N_("Freight amount"), N_("Freight currency")),
    *_fee("insurance", N_("Insurance"), N_("Insurance amount"), N_("Insurance currency")),
    *_fee("other_costs", N_("Other costs"), N_("Other costs amount"), N_("Other costs currency")),
    FormField("goods_place", N_("Place of the goods")),
    FormField("attached", N_("Attached documents"), FieldKind.LINES, N_("One a line")),
    FormField("notes", N_("Notes"), FieldKind.NOTE),
    FormField("special_relation", N_("Special relation confirmed"), FieldKind.CHECK),
    FormField("price_affected", N_("Price affected by it"), FieldKind.CHECK),
    FormField("royalties", N_("Royalties paid"), FieldKind.CHECK),
    FormField("formula_price", N_("Formula price"), FieldKind.CHECK),
    FormField("provisional_price", N_("Provisional price"), FieldKind.CHECK),
    FormField("self_declared", N_("Self-declared and paid"), FieldKind.CHECK),
)

_LABELS = (
    FormField(
        "sheet", N_("Sheet"), FieldKind.SHEET, choices=tuple((one.name, one.name) for one in LABEL_SHEETS)
    ),
    FormField("barcodes", N_("Barcodes (GS1-128 with SSCC)"), FieldKind.CHECK),
)

FIELDS: Mapping[type[Details], tuple[FormField, ...]] = MappingProxyType(
    {
        BookingDetails: _BOOKING,
        VgmDetails: _VGM,
        OriginDetails: _ORIGIN,
        CertificateDetails: _CERTIFICATE,
        DraftDetails: _DRAFT,
        AdviceDetails: _ADVICE,
        DeclarationDetails: _DECLARATION,
        LabelDetails: _LABELS,
    }
)
"""What a kind of paper states beyond the facts → the fields that a clerk may type over."""

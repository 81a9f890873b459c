"""UBL 2.1 (ISO/IEC 19845) twins: Invoice in the terms of EN 16931, DespatchAdvice and PackingList."""

from __future__ import annotations

from factory_erp.documents.facts import CartonLine, Charge, GoodsLine, ShipmentFacts
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.twins import trading
from factory_erp.documents.twins.elements import Element, document, leaf, node
from factory_erp.documents.twins.trading import Vat
from factory_erp.documents.twins.ubl_parts import (
    COMMON,
    delivery_terms,
    handling_units,
    party,
    seller,
    shipment,
    trade_item,
)

OF_CARTONS = ("packing_list", "commercial_invoice")


def invoice(snapshot: DocumentSnapshot) -> bytes:
    """The issued commercial invoice as UBL Invoice, UTF-8; the same invoice gives the same bytes.

    Raises InvalidValue as ``trading.invoiced`` does: for a draft, say, or a party without country.
    """
    facts, vat = trading.invoiced(snapshot)
    return document(
        "Invoice",
        {"": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", **COMMON},
        leaf("cbc:CustomizationID", trading.GUIDELINE),
        leaf("cbc:ID", snapshot.number),
        leaf("cbc:IssueDate", snapshot.issued_on),
        leaf("cbc:InvoiceTypeCode", trading.COMMERCIAL_INVOICE),
        leaf("cbc:Note", "\n".join(trading.notes(facts))),
        leaf("cbc:DocumentCurrencyCode", facts.currency),
        node("cac:OrderReference", leaf("cbc:ID", trading.buyers_order(facts))),
        node("cac:ContractDocumentReference", leaf("cbc:ID", facts.contract_number)),
        node("cac:AccountingSupplierParty", seller(facts.company, vat)),
        node("cac:AccountingCustomerParty", party("cac:Party", trading.buyer_of(facts))),
        _delivery(facts),
        delivery_terms(facts),
        _payment(snapshot),
        node("cac:PaymentTerms", leaf("cbc:Note", trading.payment_terms(facts))),
        *(_charge(charge, facts.currency, vat) for charge in facts.charges if charge.amount_minor),
        _tax(facts, vat),
        _totals(facts),
        *(_invoice_line(line, facts, vat) for line in facts.lines),
    )


def despatch_advice(snapshot: DocumentSnapshot) -> bytes:
    """What was sent, line by line, as UBL DespatchAdvice; of an issued packing list or invoice with cartons.

    Raises InvalidValue as ``invoice`` does, and where no cartons are known.
    """
    facts = trading.checked(snapshot, *OF_CARTONS)
    trading.require_cartons(snapshot)
    return document(
        "DespatchAdvice",
        {"": "urn:oasis:names:specification:ubl:schema:xsd:DespatchAdvice-2", **COMMON},
        leaf("cbc:UBLVersionID", "2.1"),
        leaf("cbc:ID", snapshot.number),
        leaf("cbc:IssueDate", snapshot.issued_on),
        leaf("cbc:DespatchAdviceTypeCode", "351"),
        leaf("cbc:LineCountNumeric", len(facts.cartons)),
        *(node("cac:OrderReference", leaf("cbc:ID", number)) for number in _orders(facts)),
        node("cac:DespatchSupplierParty", party("cac:Party", facts.company)),
        node("cac:DeliveryCustomerParty", party("cac:Party", facts.consignee)),
        node("cac:BuyerCustomerParty", party("cac:Party", trading.buyer_of(facts))),
        shipment(snapshot, handling_units(facts)),
        *(_despatch_line(index, line, facts) for index, line in enumerate(facts.cartons, 1)),
    )


def packing_list(snapshot: DocumentSnapshot) -> bytes:
    """Carton range by carton range what is packed, as UBL PackingList; no prices.

    Raises InvalidValue as ``despatch_advice`` does.
    """
    facts = trading.checked(snapshot, *OF_CARTONS)
    trading.require_cartons(snapshot)
    references = (("380", snapshot.invoice_number), ("315", facts.contract_number))
    return document(
        "PackingList",
        {"": "urn:oasis:names:specification:ubl:schema:xsd:PackingList-2", **COMMON},
        leaf("cbc:UBLVersionID", "2.1"),
        leaf("cbc:ID", snapshot.number),
        leaf("cbc:IssueDate", snapshot.issued_on),
        party("cac:ConsignorParty", facts.company),
        node("cac:FreightForwarderParty", node("cac:PartyName", leaf("cbc:Name", facts.forwarder))),
        shipment(snapshot, handling_units(facts, contents=True)),
        *(
            node("cac:DocumentReference", leaf("cbc:ID", number), leaf("cbc:DocumentTypeCode", code))
            for code, number in references
            if number
        ),
    )


# lines


def _invoice_line(line: GoodsLine, facts: ShipmentFacts, vat: Vat) -> Element | None:
    order = "" if trading.buyers_order(facts) else line.customer_po
    currency = facts.currency
    return node(
        "cac:InvoiceLine",
        leaf("cbc:ID", line.line_no),
        leaf("cbc:Note", f"Order {order}" if order else ""),
        leaf("cbc:InvoicedQuantity", trading.quantity(line.quantity), unitCode=line.unit),
        leaf("cbc:LineExtensionAmount", trading.amount(line.amount_minor, currency), currencyID=currency),
        trade_item(line, vat),
        node("cac:Price", leaf("cbc:PriceAmount", trading.price(line), currencyID=currency)),
    )


def _despatch_line(index: int, carton: CartonLine, facts: ShipmentFacts) -> Element | None:
    line = next((one for one in facts.lines if one.line_no == carton.line_no), None)
    order = (line.customer_po or line.order_number) if line else ""
    reference = node(
        "cac:OrderLineReference",
        leaf("cbc:LineID", carton.line_no or index),
        node("cac:OrderReference", leaf("cbc:ID", order)),
    )
    item = trade_item(line) if line else node(
        "cac:Item",
        leaf("cbc:Name", trading.english(carton.description) or carton.item_number),
        node("cac:SellersItemIdentification", leaf("cbc:ID", carton.item_number)),
    )  # fmt: skip
    return node(
        "cac:DespatchLine",
        leaf("cbc:ID", index),
        leaf("cbc:Note", f"Cartons {carton.carton_ranges}"),
        leaf("cbc:DeliveredQuantity", trading.quantity(carton.quantity), unitCode=carton.unit),
        reference,
        item,
    )


def _orders(facts: ShipmentFacts) -> list[str]:
    """The buyer's order numbers, ours where the buyer gave none; each once."""
    numbers = (line.customer_po or line.order_number for line in facts.lines)
    return [number for number in dict.fromkeys(numbers) if number]


# delivery and money


def _delivery(facts: ShipmentFacts) -> Element | None:
    day = facts.on_board or facts.etd
    address = party("cac:DeliveryParty", facts.consignee)
    postal = None if address is None else address.find("cac:PostalAddress")
    place = Element("cac:Address")
    place.extend(postal if postal is not None else ())
    name = node("cac:PartyName", leaf("cbc:Name", facts.consignee.name))
    return node(
        "cac:Delivery",
        leaf("cbc:ActualDeliveryDate", day) if day else None,
        node("cac:DeliveryLocation", place),
        node("cac:DeliveryParty", name),
    )


def _payment(snapshot: DocumentSnapshot) -> Element | None:
    """Where to pay to; under a letter of credit only that it is one."""
    facts = snapshot.facts
    if facts.lc_number:
        return node(
            "cac:PaymentMeans",
            leaf("cbc:PaymentMeansCode", trading.BY_CREDIT, name=f"Letter of credit {facts.lc_number}"),
            leaf("cbc:PaymentID", snapshot.number),
        )
    bank = facts.bank
    if bank is None or not bank.account:
        return None
    account = node(
        "cac:PayeeFinancialAccount",
        leaf("cbc:ID", bank.account),
        leaf("cbc:Name", bank.beneficiary),
        node("cac:FinancialInstitutionBranch", leaf("cbc:ID", bank.swift)),
    )
    return node(
        "cac:PaymentMeans",
        leaf("cbc:PaymentMeansCode", trading.BY_TRANSFER),
        leaf("cbc:PaymentID", snapshot.number),
        account,
    )


def _charge(charge: Charge, currency: str, vat: Vat) -> Element | None:
    added = trading.is_charge(charge)
    category = node(
        "cac:TaxCategory",
        leaf("cbc:ID", vat.category),
        leaf("cbc:Percent", vat.rate),
        node("cac:TaxScheme", leaf("cbc:ID", "VAT")),
    )
    return node(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "true" if added else "false"),
        leaf(
            "cbc:AllowanceChargeReason", trading.english(charge.label) or ("Charge" if added else "Discount")
        ),
        leaf("cbc:Amount", trading.amount(abs(charge.amount_minor), currency), currencyID=currency),
        category,
    )


def _tax(facts: ShipmentFacts, vat: Vat) -> Element | None:
    currency = facts.currency
    nothing = trading.amount(0, currency)
    category = node(
        "cac:TaxCategory",
        leaf("cbc:ID", vat.category),
        leaf("cbc:Percent", vat.rate),
        leaf("cbc:TaxExemptionReasonCode", vat.code),
        leaf("cbc:TaxExemptionReason", vat.reason),
        node("cac:TaxScheme", leaf("cbc:ID", "VAT")),
    )
    subtotal = node(
        "cac:TaxSubtotal",
        leaf("cbc:TaxableAmount", trading.amount(facts.total_minor, currency), currencyID=currency),
        leaf("cbc:TaxAmount", nothing, currencyID=currency),
        category,
    )
    return node("cac:TaxTotal", leaf("cbc:TaxAmount", nothing, currencyID=currency), subtotal)


def _totals(facts: ShipmentFacts) -> Element | None:
    added, taken = trading.sums(facts)
    stated = [
        ("cbc:LineExtensionAmount", facts.goods_minor),
        ("cbc:TaxExclusiveAmount", facts.total_minor),
        ("cbc:TaxInclusiveAmount", facts.total_minor),
        *([("cbc:AllowanceTotalAmount", taken)] if taken else []),
        *([("cbc:ChargeTotalAmount", added)] if added else []),
        ("cbc:PayableAmount", facts.total_minor),
    ]
    return node(
        "cac:LegalMonetaryTotal",
        *(
            leaf(name, trading.amount(minor, facts.currency), currencyID=facts.currency)
            for name, minor in stated
        ),
    )

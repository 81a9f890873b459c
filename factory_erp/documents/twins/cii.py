"""The commercial invoice as UN/CEFACT Cross Industry Invoice (D16B), in the terms of EN 16931."""

from __future__ import annotations

from datetime import date

from factory_erp.documents.facts import Charge, GoodsLine, Party, ShipmentFacts
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.twins import trading
from factory_erp.documents.twins.elements import Element, document, leaf, node
from factory_erp.documents.twins.trading import Vat

_STANDARD = "urn:un:unece:uncefact:data:standard"
NAMESPACES = {
    "rsm": f"{_STANDARD}:CrossIndustryInvoice:100",
    "ram": f"{_STANDARD}:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_STANDARD}:UnqualifiedDataType:100",
}


def invoice(snapshot: DocumentSnapshot) -> bytes:
    """The issued commercial invoice as CII XML, UTF-8; the same invoice gives the same bytes.

    Raises InvalidValue as ``trading.invoiced`` does: for a draft, say, or a party without country.
    """
    facts, vat = trading.invoiced(snapshot)
    context = node("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", trading.GUIDELINE))
    return document(
        "rsm:CrossIndustryInvoice",
        NAMESPACES,
        node("rsm:ExchangedDocumentContext", context),
        _head(snapshot),
        node(
            "rsm:SupplyChainTradeTransaction",
            *(_line(line, facts, vat) for line in facts.lines),
            _agreement(facts, vat),
            _delivery(facts),
            _settlement(snapshot, vat),
        ),
    )


def _head(snapshot: DocumentSnapshot) -> Element | None:
    notes = (node("ram:IncludedNote", leaf("ram:Content", text)) for text in trading.notes(snapshot.facts))
    return node(
        "rsm:ExchangedDocument",
        leaf("ram:ID", snapshot.number),
        leaf("ram:TypeCode", trading.COMMERCIAL_INVOICE),
        node("ram:IssueDateTime", _day(snapshot.issued_on)),
        *notes,
    )


def _day(day: date) -> Element | None:
    """Format 102 of UNTDID 2379: CCYYMMDD."""
    return leaf("udt:DateTimeString", f"{day:%Y%m%d}", format="102")


# lines


def _line(line: GoodsLine, facts: ShipmentFacts, vat: Vat) -> Element | None:
    order = "" if trading.buyers_order(facts) else line.customer_po
    note = node("ram:IncludedNote", leaf("ram:Content", f"Order {order}")) if order else None
    price = node("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", trading.price(line)))
    billed = leaf("ram:BilledQuantity", trading.quantity(line.quantity), unitCode=line.unit)
    amount = trading.amount(line.amount_minor, facts.currency)
    return node(
        "ram:IncludedSupplyChainTradeLineItem",
        node("ram:AssociatedDocumentLineDocument", leaf("ram:LineID", line.line_no), note),
        _product(line),
        node("ram:SpecifiedLineTradeAgreement", price),
        node("ram:SpecifiedLineTradeDelivery", billed),
        node(
            "ram:SpecifiedLineTradeSettlement",
            _category("ram:ApplicableTradeTax", vat),
            node("ram:SpecifiedTradeSettlementLineMonetarySummation", leaf("ram:LineTotalAmount", amount)),
        ),
    )


def _product(line: GoodsLine) -> Element | None:
    characteristics = (
        node("ram:ApplicableProductCharacteristic", leaf("ram:Description", name), leaf("ram:Value", value))
        for name, value in trading.properties(line)
    )
    hs_code = line.hs_code.replace(".", "").replace(" ", "")
    return node(
        "ram:SpecifiedTradeProduct",
        leaf("ram:SellerAssignedID", line.item_number),
        leaf("ram:BuyerAssignedID", line.customer_item_number),
        leaf("ram:Name", trading.item_name(line)),
        leaf("ram:Description", trading.other_names(line.description)),
        *characteristics,
        node("ram:DesignatedProductClassification", leaf("ram:ClassCode", hs_code, listID="HS")),
        node("ram:OriginTradeCountry", leaf("ram:ID", line.origin_country)),
    )


def _category(name: str, vat: Vat) -> Element | None:
    return node(
        name,
        leaf("ram:TypeCode", "VAT"),
        leaf("ram:CategoryCode", vat.category),
        leaf("ram:RateApplicablePercent", vat.rate),
    )


# parties


def _agreement(facts: ShipmentFacts, vat: Vat) -> Element | None:
    order, contract = trading.buyers_order(facts), facts.contract_number
    return node(
        "ram:ApplicableHeaderTradeAgreement",
        _seller(facts.company, vat),
        _party("ram:BuyerTradeParty", trading.buyer_of(facts)),
        node("ram:BuyerOrderReferencedDocument", leaf("ram:IssuerAssignedID", order)),
        node("ram:ContractReferencedDocument", leaf("ram:IssuerAssignedID", contract)),
    )


def _seller(company: Party, vat: Vat) -> Element | None:
    """The seller with its VAT number in category G; in O, which forbids one, with its registration."""
    legal = node(
        "ram:SpecifiedLegalOrganization",
        leaf("ram:ID", "" if vat.category == "G" else company.tax_id),
        leaf("ram:TradingBusinessName", company.name_local),
    )
    number = leaf("ram:ID", company.tax_id, schemeID="VA") if vat.category == "G" else None
    return node(
        "ram:SellerTradeParty",
        leaf("ram:Name", company.name),
        legal,
        _contact(company),
        _address(company),
        node("ram:SpecifiedTaxRegistration", number),
    )


def _party(name: str, party: Party) -> Element | None:
    return node(
        name,
        leaf("ram:ID", party.tax_id),
        leaf("ram:Name", party.name),
        _contact(party),
        _address(party),
    )


def _contact(party: Party) -> Element | None:
    phone = node("ram:TelephoneUniversalCommunication", leaf("ram:CompleteNumber", party.phone))
    email = node("ram:EmailURIUniversalCommunication", leaf("ram:URIID", party.email))
    return node("ram:DefinedTradeContact", leaf("ram:PersonName", party.contact), phone, email)


def _address(party: Party) -> Element | None:
    """Up to three lines; what is more stands in the third."""
    one, two, *more = (*party.address_lines, "", "")
    return node(
        "ram:PostalTradeAddress",
        leaf("ram:LineOne", one),
        leaf("ram:LineTwo", two),
        leaf("ram:LineThree", ", ".join(line for line in more if line)),
        leaf("ram:CountryID", party.country),
    )


def _delivery(facts: ShipmentFacts) -> Element | None:
    ship_to = node("ram:ShipToTradeParty", leaf("ram:Name", facts.consignee.name), _address(facts.consignee))
    day = facts.on_board or facts.etd
    shipped = node("ram:OccurrenceDateTime", _day(day)) if day else None
    return node(
        "ram:ApplicableHeaderTradeDelivery", ship_to, node("ram:ActualDeliverySupplyChainEvent", shipped)
    )


# money


def _settlement(snapshot: DocumentSnapshot, vat: Vat) -> Element | None:
    facts = snapshot.facts
    terms = leaf("ram:Description", trading.payment_terms(facts))
    return node(
        "ram:ApplicableHeaderTradeSettlement",
        leaf("ram:PaymentReference", snapshot.number),
        leaf("ram:InvoiceCurrencyCode", facts.currency),
        _payment(facts),
        _tax(facts, vat),
        *(_charge(charge, facts.currency, vat) for charge in facts.charges if charge.amount_minor),
        node("ram:SpecifiedTradePaymentTerms", terms),
        _totals(facts),
    )


def _payment(facts: ShipmentFacts) -> Element | None:
    """Where to pay to; under a letter of credit only that it is one."""
    if facts.lc_number:
        return node(
            "ram:SpecifiedTradeSettlementPaymentMeans",
            leaf("ram:TypeCode", trading.BY_CREDIT),
            leaf("ram:Information", f"Letter of credit {facts.lc_number}"),
        )
    bank = facts.bank
    if bank is None or not bank.account:
        return None
    account = node(
        "ram:PayeePartyCreditorFinancialAccount",
        leaf("ram:AccountName", bank.beneficiary),
        leaf("ram:ProprietaryID", bank.account),
    )
    return node(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        leaf("ram:TypeCode", trading.BY_TRANSFER),
        leaf("ram:Information", ", ".join(part for part in (bank.bank_name, bank.bank_address) if part)),
        account,
        node("ram:PayeeSpecifiedCreditorFinancialInstitution", leaf("ram:BICID", bank.swift)),
    )


def _tax(facts: ShipmentFacts, vat: Vat) -> Element | None:
    return node(
        "ram:ApplicableTradeTax",
        leaf("ram:CalculatedAmount", trading.amount(0, facts.currency)),
        leaf("ram:TypeCode", "VAT"),
        leaf("ram:ExemptionReason", vat.reason),
        leaf("ram:BasisAmount", trading.amount(facts.total_minor, facts.currency)),
        leaf("ram:CategoryCode", vat.category),
        leaf("ram:ExemptionReasonCode", vat.code),
        leaf("ram:RateApplicablePercent", vat.rate),
    )


def _charge(charge: Charge, currency: str, vat: Vat) -> Element | None:
    added = trading.is_charge(charge)
    return node(
        "ram:SpecifiedTradeAllowanceCharge",
        node("ram:ChargeIndicator", leaf("udt:Indicator", "true" if added else "false")),
        leaf("ram:ActualAmount", trading.amount(abs(charge.amount_minor), currency)),
        leaf("ram:Reason", trading.english(charge.label) or ("Charge" if added else "Discount")),
        _category("ram:CategoryTradeTax", vat),
    )


def _totals(facts: ShipmentFacts) -> Element | None:
    added, taken = trading.sums(facts)
    total = trading.amount(facts.total_minor, facts.currency)

    def stated(name: str, minor: int) -> Element | None:
        return leaf(name, trading.amount(minor, facts.currency))

    return node(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        stated("ram:LineTotalAmount", facts.goods_minor),
        stated("ram:ChargeTotalAmount", added) if added else None,
        stated("ram:AllowanceTotalAmount", taken) if taken else None,
        leaf("ram:TaxBasisTotalAmount", total),
        leaf("ram:TaxTotalAmount", trading.amount(0, facts.currency), currencyID=facts.currency),
        leaf("ram:GrandTotalAmount", total),
        leaf("ram:DuePayableAmount", total),
    )

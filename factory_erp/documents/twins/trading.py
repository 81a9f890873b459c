"""What the electronic invoices of all standards say alike: VAT, names, references, payment.

The VAT categories are those of EN 16931: G for an export from the EU, O for a supply outside its scope,
which is what goods are that a seller outside the EU invoices.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from factory_erp.documents.facts import Charge, GoodsLine, Party, ShipmentFacts, Texts
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import Wording
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money, exponent
from factory_erp.i18n import _

GUIDELINE = "urn:cen.eu:en16931:2017"
"""The semantic model that the invoices follow."""

COMMERCIAL_INVOICE = "380"
"""UNTDID 1001."""

BY_TRANSFER, BY_CREDIT = "30", "1"
"""UNTDID 4461: credit transfer; an instrument that the list does not name, such as a letter of credit."""

_EU = frozenset(
    [
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT"),
        *("LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    ]
)
"""Members of the EU, by ISO 3166-1."""

_ENGLISH = Wording("en")
_MOST_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Vat:
    """The one VAT category of an invoice and why nothing is charged (VATEX code of the CEF list)."""

    category: Literal["G", "O"]
    reason: str
    code: str

    @property
    def rate(self) -> str:
        """The rate in percent as it must be stated; empty where none may be."""
        return "0" if self.category == "G" else ""


EXPORT = Vat("G", "Export outside the EU", "VATEX-EU-G")
OUTSIDE = Vat("O", "Not subject to VAT", "VATEX-EU-O")


def invoiced(snapshot: DocumentSnapshot) -> tuple[ShipmentFacts, Vat]:
    """What an issued commercial invoice states, and its VAT category.

    Raises InvalidValue as ``checked`` and ``vat_of`` do, and for currencies of three decimals, of which
    EN 16931 (BR-DEC) allows two.
    """
    facts = checked(snapshot, "commercial_invoice")
    if exponent(facts.currency) > _MOST_DECIMALS:
        raise InvalidValue(
            _("An electronic invoice cannot state the decimals of {currency}.", currency=facts.currency),
            record=snapshot.number,
            field="currency",
            remedy=_("Invoice in another currency, or send the PDF alone."),
        )
    return facts, vat_of(facts, snapshot.number)


def vat_of(facts: ShipmentFacts, number: str) -> Vat:
    """The category of the shipment's goods; *number* is that of the invoice.

    Raises InvalidValue for a sale within the EU, whose VAT this program does not compute, and for a seller
    whose registration is not known, by which alone the buyer's program recognises it.
    """
    if not facts.company.tax_id:
        raise InvalidValue(
            _("{party} has no tax or registration number.", party=facts.company.name),
            record=number,
            field="tax_id",
            remedy=_("Enter it among the data of your company, then issue the document again."),
        )
    if facts.company.country not in _EU or not has_vat_number(facts.company):
        return OUTSIDE
    if buyer_of(facts).country in _EU:
        raise InvalidValue(
            _("A sale within the EU needs VAT, which the electronic invoice cannot state."),
            record=number,
            field="buyer",
            remedy=_("Send the PDF alone."),
        )
    return EXPORT


def has_vat_number(party: Party) -> bool:
    """Whether its tax number is a VAT number of the EU: it begins with the country (EL for Greece)."""
    prefix = "EL" if party.country == "GR" else party.country
    return party.country in _EU and party.tax_id.upper().startswith(prefix)


def checked(snapshot: DocumentSnapshot, *kinds: str) -> ShipmentFacts:
    """The facts of a document of one of *kinds* that names the countries of its parties.

    Raises InvalidValue otherwise: every standard requires them.
    """
    if snapshot.kind not in kinds or not snapshot.number:
        raise InvalidValue(
            _("This document has no electronic form."),
            record=snapshot.number,
            remedy=_("Issue an invoice or a packing list first."),
        )
    facts = snapshot.facts
    for party in (facts.company, facts.consignee, buyer_of(facts)):
        if not party.country:
            raise InvalidValue(
                _("{party} has no country.", party=party.name),
                record=snapshot.number,
                field="country",
                remedy=_(
                    "Enter the country in the address of the partner or of your company,"
                    " then issue the document again."
                ),
            )
    return facts


def buyer_of(facts: ShipmentFacts) -> Party:
    """Who is invoiced: the buyer, or the consignee where no other is named."""
    return facts.buyer or facts.consignee


def amount(minor: int, currency: str) -> str:
    """*minor* units as a decimal with all places of its currency."""
    return format(Money(minor, currency).amount, "f")


def english(texts: Texts) -> str:
    """The English text, another where there is none."""
    return _ENGLISH.inline(texts)


def other_names(texts: Texts) -> str:
    """The names in other languages than English, or than the one taken for it."""
    first = english(texts)
    return " / ".join(dict.fromkeys(text for _code, text in texts if text != first))


def item_name(line: GoodsLine) -> str:
    """What the line is called; never empty."""
    return english(line.description) or line.item_number or str(line.line_no)


def payment_terms(facts: ShipmentFacts) -> str:
    """How it is paid; EN 16931 (BR-CO-25) requires that something is said."""
    return english(facts.payment_terms) or "As agreed"


def buyers_order(facts: ShipmentFacts) -> str:
    """The buyer's order number, where all lines have the same one."""
    numbers = {line.customer_po for line in facts.lines}
    return numbers.pop() if len(numbers) == 1 else ""


def notes(facts: ShipmentFacts) -> list[str]:
    """What buyers look for and the standards have no place for, one sentence each."""
    told = [
        ("Terms of delivery", str(facts.trade_term)),
        ("Letter of credit", facts.lc_number),
        ("Shipping marks", ", ".join(facts.marks)),
        ("Vessel and voyage", facts.vessel_voyage),
        ("Containers", ", ".join(facts.container_numbers)),
        ("Packages", f"{facts.carton_count} cartons" if facts.cartons else ""),
    ]
    return [f"{label}: {text}" for label, text in told if text]


def properties(line: GoodsLine) -> list[tuple[str, str]]:
    """Further properties of the goods: name and value."""
    named = (("Brand", line.brand), ("Material", english(line.material)))
    return [(name, value) for name, value in named if value]


def price(line: GoodsLine) -> str:
    """The unit price with all its decimals."""
    return format(line.unit_price, "f")


def quantity(value: Decimal) -> str:
    """A quantity without trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_charge(charge: Charge) -> bool:
    """Whether it is added; a discount is taken off."""
    return charge.amount_minor >= 0


def sums(facts: ShipmentFacts) -> tuple[int, int]:
    """What is added to the goods and what is taken off, both not negative, minor units."""
    added = sum(charge.amount_minor for charge in facts.charges if is_charge(charge))
    return added, added - sum(charge.amount_minor for charge in facts.charges)


def require_cartons(snapshot: DocumentSnapshot) -> None:
    """Raise InvalidValue unless the document knows how its goods are packed."""
    if not snapshot.facts.cartons:
        raise InvalidValue(_("The document lists no cartons."), record=snapshot.number, field="cartons")

"""The two letters of credit of the demo, as the bank's messages MT700 that a clerk pastes.

One is in order. The other holds a trap that beneficiaries often meet: it asks for shipment from a port that
the seller does not ship from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from factory_erp.documents.facts import GoodsLine, Party, PortName, ShipmentFacts
from factory_erp.documents.text import Wording
from factory_erp.domain.money import Money

_LONGEST = 65
"""Characters of a line in fields 45A to 47A of an MT700."""

_WORDS = Wording("en")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a bank's credit says beside the deal itself; *bank*: name, then where it is."""

    number: str
    issued: date
    expires: date
    latest: date
    bank: tuple[str, ...]
    drafts: str
    port_of_loading: str
    tolerance: str
    partial: str
    transshipment: str
    documents: tuple[str, ...]
    conditions: tuple[str, ...]


SIGHT_BANK = ("SANDGATE HARBOUR BANK PJSC", "HARBOUR STREET BRANCH", "DUBAI, UNITED ARAB EMIRATES")
USANCE_BANK = ("BANCO MAR DE CORTEZA S.A.", "SUCURSAL MANZANILLO", "MANZANILLO, MEXICO")
"""Invented banks."""

_MARKED = "+COMMERCIAL INVOICE AND PACKING LIST MUST BEAR THIS L/C NUMBER"

SIGHT_DOCUMENTS = (
    "+SIGNED COMMERCIAL INVOICE IN TRIPLICATE",
    "+FULL SET OF 3/3 CLEAN ON BOARD BILLS OF LADING MADE OUT TO ORDER OF SHIPPER AND BLANK ENDORSED, "
    "MARKED FREIGHT PREPAID, NOTIFY APPLICANT",
    "+PACKING LIST IN TRIPLICATE",
    "+CERTIFICATE OF ORIGIN IN 1 ORIGINAL AND 2 COPIES",
    "+INSURANCE POLICY IN DUPLICATE, ENDORSED IN BLANK, FOR 110 PCT OF INVOICE VALUE, COVERING ALL RISKS",
    "+WEIGHT CERTIFICATE IN DUPLICATE STATING THAT EVERY CARTON WAS WEIGHED BEFORE SHIPMENT AND THAT THE "
    "WEIGHTS AGREE WITH THE PACKING LIST",
    "+BENEFICIARY'S CERTIFICATE STATING THAT ONE SET OF NON-NEGOTIABLE DOCUMENTS MUST BE SENT TO THE "
    "APPLICANT BY E-MAIL WITHIN 3 DAYS AFTER SHIPMENT",
    "+SHIPPING ADVICE SENT TO THE APPLICANT",
)
USANCE_DOCUMENTS = (
    "+SIGNED COMMERCIAL INVOICE IN TRIPLICATE",
    "+FULL SET OF 3/3 CLEAN ON BOARD BILLS OF LADING MADE OUT TO ORDER, MARKED FREIGHT COLLECT, NOTIFY "
    "APPLICANT",
    "+PACKING LIST IN TRIPLICATE",
    "+CERTIFICATE OF ORIGIN IN DUPLICATE",
)
CONDITIONS = (_MARKED, "+DOCUMENTS ISSUED PRIOR TO THE DATE OF THIS CREDIT ARE NOT ACCEPTABLE")


def message(terms: Terms, facts: ShipmentFacts) -> str:
    """The MT700 of the bank for the shipment that *facts* tell of."""
    total = Money(facts.total_minor, facts.currency).amount
    fields = (
        ("27", "1/1"),
        ("40A", "IRREVOCABLE"),
        ("20", terms.number),
        ("31C", _day(terms.issued)),
        ("40E", "UCP LATEST VERSION"),
        ("31D", f"{_day(terms.expires)}CHINA"),
        ("52D", "\n".join(terms.bank)),
        ("50", _firm(facts.consignee)),
        ("59", _firm(facts.company)),
        ("32B", f"{facts.currency}{total:.2f}".replace(".", ",")),
        ("39A", terms.tolerance),
        ("41D", "ANY BANK IN CHINA\nBY NEGOTIATION"),
        ("42C", f"{terms.drafts} FOR 100 PCT OF INVOICE VALUE"),
        ("42D", "\n".join(terms.bank)),
        ("43P", terms.partial),
        ("43T", terms.transshipment),
        ("44E", terms.port_of_loading),
        ("44F", _port(facts.port_of_discharge, facts.destination_country)),
        ("44C", _day(terms.latest)),
        ("45A", "\n".join((*_goods(facts), str(facts.trade_term).upper()))),
        ("46A", _clauses(terms.documents)),
        ("47A", _clauses(terms.conditions)),
        ("71D", "ALL BANKING CHARGES OUTSIDE THE ISSUING COUNTRY ARE FOR\nACCOUNT OF BENEFICIARY"),
        ("48", "21"),
        ("49", "WITHOUT"),
    )
    return "\n".join(f":{tag}:{text}" for tag, text in fields if text)


def _day(day: date) -> str:
    return f"{day:%y%m%d}"


def _firm(party: Party) -> str:
    country = _WORDS.country(party.country)
    lines = (party.name, *party.address_lines, country)
    return "\n".join(line.upper() for line in lines if line)


def _port(port: PortName | None, country: str) -> str:
    name = dict(port.names)["en"] if port else ""
    return f"{name}, {_WORDS.country(country)}".upper()


def _goods(facts: ShipmentFacts) -> Iterable[str]:
    for line in facts.lines:
        yield from wrap(_line(line, facts.currency), _LONGEST)


def _line(line: GoodsLine, currency: str) -> str:
    name = dict(line.description)["en"].upper()
    return f"{line.quantity:f} PCS {name} AT {currency}{line.unit_price:.2f}/PC"


def _clauses(clauses: Sequence[str]) -> str:
    return "\n".join(row for clause in clauses for row in wrap(clause, _LONGEST, break_on_hyphens=False))

"""What the rules of each form ask of a certificate of origin, said before it is printed.

Form A: preferences end; China issues it for Norway, New Zealand and Australia alone since 2021-12-01
(GACC 2021 no. 84). Form E: box 8 and the FOB value after the form of 2019-08-20 (GACC 2019 no. 136).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from factory_erp.documents.details.origin import OriginDetails, OriginItem
from factory_erp.documents.facts import ShipmentFacts
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import country_name
from factory_erp.i18n import _, language

GSP_GRANTED = frozenset({"NO", "NZ", "AU"})
"""Countries that still grant the preferences of Form A to goods from China."""

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
GSP_ENDED = frozenset(f"{_EU} GB CA TR UA LI".split())
"""Countries for which China issues no Form A since 2021-12-01."""

ASEAN = frozenset(["BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "VN"])
RCEP = ASEAN | frozenset(["AU", "CN", "JP", "KR", "NZ"])

_VALUE = re.compile(r"%|RVC", re.IGNORECASE)
_FORM_E = re.compile(r"WO|PE|CTH|[0-9]{1,3}(\.[0-9]+)? ?%( ?\(?RVC\)?)?|PSR( ?\(?(RVC|[0-9]{1,3} ?%)\)?)?")
_RCEP = re.compile(r"(WO|PE|CTC|RVC|CR)( ?[,+] ?(ACU|DMI))*")


def states_value(criterion: str) -> bool:
    """Whether *criterion* rests on regional value content, so that the FOB value is to be stated."""
    return bool(_VALUE.search(criterion))


def warnings(snapshot: DocumentSnapshot) -> tuple[str, ...]:
    """What speaks against printing the certificate as it is, in the language of the interface."""
    if not isinstance(snapshot.details, OriginDetails):
        return ()
    found = [*_of_party(snapshot.facts, snapshot.details), *_of_form(snapshot, snapshot.details)]
    return tuple(dict.fromkeys(found))


def _of_form(snapshot: DocumentSnapshot, details: OriginDetails) -> Iterator[str]:
    country = details.importing_country or snapshot.facts.destination_country
    if snapshot.kind == "origin_form_a":
        yield from _gsp(country)
    if snapshot.kind == "origin_form_e":
        yield from _member(country, ASEAN, "ASEAN")
        yield from _criteria(details.items, _FORM_E, "WO, PE, CTH, 45%, PSR")
    if snapshot.kind == "origin_rcep":
        yield from _member(country, RCEP - {"CN"}, "RCEP")
        yield from _criteria(details.items, _RCEP, "WO, PE, CTC, RVC, CR")
    if snapshot.kind in ("origin_form_e", "origin_rcep"):
        yield from _third_party(details)
        for item in details.items:
            if len(re.sub(r"[. ]", "", item.hs_code)) < 6:
                yield _(
                    "Item {item}: the HS code of the importing country has six digits.", item=item.item_no
                )


def _gsp(country: str) -> Iterator[str]:
    if country in GSP_GRANTED:
        return
    name = _named(country)
    if country in GSP_ENDED:
        yield _(
            "China issues no Form A for {country} since 1 December 2021: it grants no preference.",
            country=name,
        )
        return
    yield _("{country} grants no preference on Form A. Norway, New Zealand and Australia do.", country=name)


def _member(country: str, members: frozenset[str], agreement: str) -> Iterator[str]:
    if country not in members:
        yield _(
            "{country} is not a party to {agreement}: the certificate has no effect there.",
            country=_named(country),
            agreement=agreement,
        )


def _criteria(items: tuple[OriginItem, ...], allowed: re.Pattern[str], examples: str) -> Iterator[str]:
    for item in items:
        if not allowed.fullmatch(item.criterion.strip()):
            yield _(
                "Item {item}: '{criterion}' is not an origin criterion of this form. Use {examples}.",
                item=item.item_no,
                criterion=item.criterion,
                examples=examples,
            )
        elif states_value(item.criterion) and item.fob_minor is None:
            yield _("Item {item}: regional value content asks for the FOB value.", item=item.item_no)


def _third_party(details: OriginDetails) -> Iterator[str]:
    ticked = "third_party_invoicing" in details.ticks
    if ticked and not details.third_party_invoicer:
        yield _("Third party invoicing is ticked: name the firm that invoices.")
    if details.third_party_invoicer and not ticked:
        yield _("A third party invoices: tick third party invoicing.")


def _of_party(facts: ShipmentFacts, details: OriginDetails) -> Iterator[str]:
    if facts.company.country != "CN":
        yield _("The exporter on the certificate must be a firm in mainland China.")
    if not (details.consignee or facts.consignee).name.strip():
        yield _("The consignee is never left blank: write TO ORDER where it is open.")
    if any("AS PER INVOICE" in mark.upper() for mark in facts.marks):
        yield _("Write the marks in full: the authority does not accept AS PER INVOICE.")


def _named(country: str) -> str:
    return country_name(country, language()) if country else _("The country of destination")

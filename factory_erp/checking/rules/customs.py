"""Rules 31, 32 and 34: the China export declaration 报关单 against contract, invoice, weights and ports."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from factory_erp.checking.findings import CREDIT, Check, Finding, Place, found
from factory_erp.checking.papers import Customs, Goods, Paper, PaperSet
from factory_erp.checking.places import country_code, country_in, ports_in
from factory_erp.checking.rules.reading import (
    at,
    at_line,
    currency_of,
    invoices,
    money,
    of_kind,
    shown,
    total_of,
)
from factory_erp.checking.terms import trade_terms, unit_key
from factory_erp.checking.texts import carries, folded, normalised
from factory_erp.domain.customs_codes import TERMS, WITH_FREIGHT, WITH_INSURANCE
from factory_erp.domain.incoterms import INCOTERMS
from factory_erp.i18n import _

_FOB, _EXW = "3", "7"
_TERM_WORDS = {"CF": "2", "CNF": "2", "CFR": "2", "CPT": "2", "FCA": "3", "FAS": "3", "CIP": "1"}
_TERM_WORDS |= {normalised(code.name).replace(" ", ""): key for key, code in TERMS.items()}
_LEAST_WEIGHT = Decimal(1)
"""Kilograms that a lighter item is declared with."""
_Weight = tuple[Place, Decimal]
"""Where a net weight stands, and the kilograms."""
_CODE_END = re.compile(r"^([0-9]{4})")
_DISTRICT_PORTS = {
    "02": "CNTXG",
    "04": "CNSHP",
    "09": "CNDAL CNDDG CNYIK CNJNZ",
    "22": "CNSGH CNYSN",
    "23": "CNNTG CNTAC CNLYG CNZJG CNNJG CNZHE CNYZH",
    "29": "CNWNZ CNZPU",
    "31": "CNNBO CNBEI CNZOS",
    "35": "CNFZH",
    "37": "CNXAM CNQZL CNZZH",
    "42": "CNQIN CNYAT CNWEI CNRZH",
    "47": "CNNHN",
    "51": "CNGGZ CNNSA",
    "52": "CNHUA CNHMN CNDGG",
    "53": "CNSZP CNYTN CNSHK CNHUI",
    "57": "CNZUH CNZSN",
    "60": "CNZNG",
    "64": "CNHKO",
    "72": "CNQZH CNFAN CNBIH",
    "80": "CNCQI",
}
"""First two digits of a customs office to the ports of its district, UN/LOCODE."""


def declarations(papers: PaperSet) -> Iterator[tuple[Paper, Customs]]:
    """The export declarations, each with what only such a paper states."""
    for paper in of_kind(papers, "customs_declaration"):
        if paper.customs is not None:
            yield paper, paper.customs


def declaration_agrees(papers: PaperSet) -> Iterator[Finding]:
    """Rule 31: contract number, terms 成交方式, freight, insurance, total and currency as on the invoice.

    Freight is declared exactly with C&F and CIF, insurance exactly with CIF and C&I: the rebate is paid on
    the FOB value that is left.
    """
    for paper, customs in declarations(papers):
        yield from _contract(paper, papers)
        yield from _terms(paper, customs, papers)
        yield from _costs(paper, customs)
        yield from _currency(paper, papers)
    yield from _declared_total(papers)


def _contract(paper: Paper, papers: PaperSet) -> Iterator[Finding]:
    contracts = [
        at(one, "number" if one.kind == "sales_contract" else "contract_number", number)
        for one in of_kind(papers, "sales_contract", "commercial_invoice")
        for number in [one.number if one.kind == "sales_contract" else one.contract_number]
        if number.strip()
    ]
    if contracts and paper.contract_number.strip() and not _any_carried(paper.contract_number, contracts):
        message = _(
            "The declaration names contract {number}, the contract is {wanted}.",
            number=shown(paper.contract_number),
            wanted=contracts[0].value,
        )
        yield found(31, message, at(paper, "contract_number", paper.contract_number), contracts[0])


def _any_carried(text: str, places: Iterable[Place]) -> bool:
    return any(carries(text, place.value) or carries(place.value, text) for place in places)


def terms_code(text: str) -> str:
    """The code of 成交方式 for "1", "CIF", "C&F" …; empty for what is none."""
    plain = normalised(text).replace(" ", "")
    return plain if plain in TERMS else _TERM_WORDS.get(plain, "")


def _terms(paper: Paper, customs: Customs, papers: PaperSet) -> Iterator[Finding]:
    declared = terms_code(customs.terms)
    for bill in invoices(papers):
        term = next((term for term in trade_terms(bill.trade_term) if term.code in INCOTERMS), None)
        if term is None or not declared:
            continue
        wanted = INCOTERMS[term.code].customs_cn
        # goods bought ex works leave China through a port, and many offices want them declared FOB
        if declared != wanted and not (wanted == _EXW and declared == _FOB):
            message = _(
                "The declaration says {terms}, but {term} is declared as {wanted}.",
                terms=TERMS[declared].name,
                term=term.code,
                wanted=TERMS[wanted].name,
            )
            yield found(
                31,
                message,
                at(paper, "customs.terms", customs.terms),
                at(bill, "trade_term", bill.trade_term),
            )
            return


def _costs(paper: Paper, customs: Customs) -> Iterator[Finding]:
    declared = terms_code(customs.terms)
    if not declared:
        return
    terms = at(paper, "customs.terms", customs.terms)
    freight = bool(customs.freight_mark.strip() or customs.freight)
    insurance = bool(customs.insurance_mark.strip() or customs.insurance)
    if freight != (declared in WITH_FREIGHT):
        message = _("Freight must be declared with CIF and C&F, and only with these.")
        yield found(31, message, at(paper, "customs.freight", customs.freight), terms)
    if insurance != (declared in WITH_INSURANCE):
        message = _("Insurance must be declared with CIF and C&I, and only with these.")
        yield found(31, message, at(paper, "customs.insurance", customs.insurance), terms)


def _currency(paper: Paper, papers: PaperSet) -> Iterator[Finding]:
    for bill in invoices(papers)[:1]:
        mine, theirs = folded(paper.currency).strip(), folded(bill.currency).strip()
        if mine and theirs and mine != theirs:
            message = _(
                "The declaration is in {currency}, the invoice in {wanted}.", currency=mine, wanted=theirs
            )
            yield found(
                31, message, at(paper, "currency", paper.currency), at(bill, "currency", bill.currency)
            )


def _declared_total(papers: PaperSet) -> Iterator[Finding]:
    """Σ of the declarations against Σ of the invoices, with or without charges listed after the goods."""
    declared = [paper for paper, _customs in declarations(papers)]
    bills = invoices(papers)
    mine = total_of(map(_sum_of, declared))
    theirs = total_of(bill.total for bill in bills)
    goods = total_of(goods.amount for bill in bills for goods in bill.goods)
    if mine is None or theirs is None or mine in (theirs, goods):
        return
    message = _(
        "{declared} are declared, {billed} are invoiced.",
        declared=money(mine, currency_of(declared)),
        billed=money(theirs, currency_of(bills)),
    )
    places = (
        *(at(paper, "total", mine) for paper in declared),
        *(at(bill, "total", bill.total) for bill in bills),
    )
    yield found(31, message, *places)


def _sum_of(paper: Paper) -> Decimal | None:
    return paper.total if paper.total is not None else total_of(goods.amount for goods in paper.goods)


def statutory_units_filled(papers: PaperSet) -> Iterator[Finding]:
    """Rule 32: the statutory units are filled, and one of weight holds the net weight of the item."""
    packed = _packed_weights(papers)
    for paper, _customs in declarations(papers):
        keys = [normalised(goods.item_number) for goods in paper.goods]
        times = Counter(keys)
        for index, (goods, key) in enumerate(zip(paper.goods, keys, strict=True)):
            yield from _unfilled(paper, index, goods)
            in_cartons = packed.get(key) if times[key] == 1 else None
            yield from _other_weight(paper, index, goods, in_cartons)


def _unfilled(paper: Paper, index: int, goods: Goods) -> Iterator[Finding]:
    line = goods.line_no or index + 1
    if goods.first_quantity is None or goods.first_quantity <= 0 or not goods.first_unit.strip():
        message = _("Item {line}: the first statutory quantity or unit is missing.", line=line)
        yield found(32, message, at_line(paper, index, "first_quantity", goods.first_quantity))
    if goods.second_unit.strip() and (goods.second_quantity is None or goods.second_quantity <= 0):
        message = _("Item {line}: the quantity in the second statutory unit is missing.", line=line)
        yield found(32, message, at_line(paper, index, "second_quantity", goods.second_quantity))
    if goods.second_quantity is not None and not goods.second_unit.strip():
        message = _("Item {line}: the second statutory unit is missing.", line=line)
        yield found(32, message, at_line(paper, index, "second_unit", goods.second_unit))


def _other_weight(paper: Paper, index: int, goods: Goods, in_cartons: _Weight | None) -> Iterator[Finding]:
    net = _net_weight(paper, index, goods, in_cartons)
    if net is None:
        return
    place, weight = net
    stated = (
        ("first_quantity", goods.first_quantity, goods.first_unit),
        ("second_quantity", goods.second_quantity, goods.second_unit),
    )
    for field, quantity, unit in stated:
        if (
            quantity is not None
            and unit_key(unit) == "KGM"
            and quantity not in (weight, max(weight, _LEAST_WEIGHT))
        ):
            message = _(
                "Item {line}: {quantity} kg in the statutory unit, but the net weight is {net} kg.",
                line=goods.line_no or index + 1,
                quantity=shown(quantity),
                net=shown(weight),
            )
            yield found(32, message, at_line(paper, index, field, quantity), place)


def _net_weight(paper: Paper, index: int, goods: Goods, in_cartons: _Weight | None) -> _Weight | None:
    """The item's net weight: its own, else that of its cartons; of a single item the paper's."""
    if goods.net_kg is not None:
        return at_line(paper, index, "net_kg", goods.net_kg), goods.net_kg
    if in_cartons is None and len(paper.goods) == 1 and paper.net_kg is not None:
        return at(paper, "net_kg", paper.net_kg), paper.net_kg
    return in_cartons


def _packed_weights(papers: PaperSet) -> dict[str, _Weight]:
    """Item number → net weight of its cartons, from the first packing list that weighs them all."""
    found: dict[str, _Weight] = {}
    for packing in of_kind(papers, "packing_list"):
        nets: dict[str, list[Decimal | None]] = defaultdict(list)
        for line in packing.cartons:
            nets[normalised(line.item_number)].append(line.net_kg)
        for key, weights in nets.items():
            weight = total_of(weights)
            if key and weight is not None:
                found.setdefault(key, (at(packing, "cartons", weight), weight))
    return found


def declared_places_sound(papers: PaperSet) -> Iterator[Finding]:
    """Rule 34: exit at the port of loading, trade with the payer's country, arrival outside China."""
    for paper, customs in declarations(papers):
        yield from _exit(paper, customs, papers)
        yield from _payer(paper, customs, papers)
        if country_code(customs.arrival_country) == "CN":
            message = _("The goods are declared to arrive in China.")
            yield found(34, message, at(paper, "customs.arrival_country", customs.arrival_country))


def _exit(paper: Paper, customs: Customs, papers: PaperSet) -> Iterator[Finding]:
    loading = next(
        (
            at(one, "port_of_loading", one.port_of_loading)
            for one in (*of_kind(papers, "bill_of_lading", "booking_note"), *invoices(papers), paper)
            if ports_in(one.port_of_loading)
        ),
        None,
    )
    wanted = {port.code for port in ports_in(loading.value)} if loading else set[str]()
    stated = (
        ("customs.exit_office", customs.exit_office, _ports_of_office(customs.exit_office)),
        ("customs.exit_port", customs.exit_port, {port.code for port in ports_in(customs.exit_port)}),
    )
    for field, value, ports in stated:
        if loading and ports and wanted and not _same_district(ports, wanted):
            message = _(
                "{value} is not where the goods are loaded, {port}.", value=shown(value), port=loading.value
            )
            yield found(34, message, at(paper, field, value), loading)


def _ports_of_office(text: str) -> set[str]:
    """The ports of the customs district, from the office's four digits; else those that its name holds."""
    code = _CODE_END.match(text.strip())
    if code:
        return set(_DISTRICT_PORTS.get(code[1][:2], "").split())
    return {port.code for port in ports_in(text.replace("海关", " "))}


def _same_district(ports: set[str], wanted: set[str]) -> bool:
    """Whether the ports are the same, or of one customs district, as Shanghai and Yangshan are."""
    districts = [set(codes.split()) for codes in _DISTRICT_PORTS.values()]
    near = wanted.union(*(district for district in districts if district & wanted))
    return bool(ports & near)


def _payer(paper: Paper, customs: Customs, papers: PaperSet) -> Iterator[Finding]:
    declared, payer = country_code(customs.trade_country), _payer_country(papers)
    if payer and declared and declared != payer[1]:
        message = _(
            "{country} is declared as the trading country, but the payer is in {wanted}.",
            country=shown(customs.trade_country),
            wanted=payer[1],
        )
        yield found(34, message, at(paper, "customs.trade_country", customs.trade_country), payer[0])


def _payer_country(papers: PaperSet) -> tuple[Place, str] | None:
    """Where the payment comes from: as told, else the country of the invoice's buyer or the applicant's."""
    if papers.payer_country.strip():
        return Place("payer_country", "payer_country", papers.payer_country), country_code(
            papers.payer_country
        )
    for bill in invoices(papers):
        buyer = bill.addressee or bill.buyer
        country = (buyer.country or country_in(" ".join(buyer.address))) if buyer else ""
        if country:
            return at(bill, "addressee" if bill.addressee else "buyer", buyer), country_code(country)
    if papers.credit and papers.credit.applicant.country:
        applicant = papers.credit.applicant
        return Place(CREDIT, "applicant", shown(applicant)), country_code(applicant.country)
    return None


CHECKS: dict[int, Check] = {
    31: declaration_agrees,
    32: statutory_units_filled,
    34: declared_places_sound,
}

"""Rules 29, 30 and 38: origin and HS codes of the goods, and texts that are nearly the same on two papers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Goods, Paper, PaperKind, PaperSet
from factory_erp.checking.places import country_code
from factory_erp.checking.rules.reading import at, at_line, credit_of, in_credit, kind_name, of_kind, shown
from factory_erp.checking.texts import carries, normalised, spelling
from factory_erp.i18n import _

_WITH_ORIGIN: tuple[PaperKind, ...] = (
    "commercial_invoice",
    "certificate_of_origin",
    "customs_declaration",
    "packing_list",
    "carton_label",
)
_WITH_HS: tuple[PaperKind, ...] = (
    "commercial_invoice",
    "certificate_of_origin",
    "customs_declaration",
    "packing_list",
    "booking_note",
    "bill_of_lading",
)
_DESCRIBED: tuple[PaperKind, ...] = (
    "commercial_invoice",
    "packing_list",
    "certificate_of_origin",
    "bill_of_lading",
    "insurance",
    "certificate",
    "booking_note",
)
_MADE_IN = re.compile(
    r"\b(?:MADE\s+IN|COUNTRY\s+OF\s+ORIGIN\s*:?|ORIGIN\s*:)\s*([^\n/|;]{2,40})", re.IGNORECASE
)
_NOT_A_DIGIT = re.compile(r"[^0-9]")


def origins_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 29: the same country of origin on invoice, certificate of origin, declaration and label.

    Line by line where papers number their items, else country by country.
    """
    said = [(paper, _origins(paper)) for paper in of_kind(papers, *_WITH_ORIGIN)]
    known = [(paper, origins) for paper, origins in said if origins]
    for paper, origins in known[1:]:
        first, expected = known[0]
        yield from _other_origin(paper, origins, first, expected)


def _origins(paper: Paper) -> dict[str, tuple[str, Place]]:
    """Country per item number, or per paper under the empty key; a country that is not known as written."""
    found_origins: dict[str, tuple[str, Place]] = {}
    for index, goods in enumerate(paper.goods):
        if goods.origin.strip():
            place = at_line(paper, index, "origin", goods.origin)
            found_origins.setdefault(normalised(goods.item_number), (_country(goods.origin), place))
    if not found_origins and paper.origin_country.strip():
        found_origins[""] = _country(paper.origin_country), at(paper, "origin_country", paper.origin_country)
    return found_origins or _made_in(paper)


def _made_in(paper: Paper) -> dict[str, tuple[str, Place]]:
    """ "MADE IN CHINA" among the marks or in the text."""
    for field, text in (("marks", "\n".join(paper.marks)), ("text", paper.text)):
        hit = _MADE_IN.search(text)
        country = country_code(hit[1]) if hit else ""
        if hit and country:
            return {"": (country, at(paper, field, hit[0]))}
    return {}


def _country(text: str) -> str:
    return country_code(text) or normalised(text)


def _other_origin(
    paper: Paper, origins: dict[str, tuple[str, Place]], first: Paper, expected: dict[str, tuple[str, Place]]
) -> Iterator[Finding]:
    shared = [key for key in origins if key and key in expected]
    pairs = [(origins[key], expected[key]) for key in shared]
    if not shared:
        countries = {country for country, _place in expected.values()}
        strange = [one for one in origins.values() if one[0] not in countries]
        missing = [
            one
            for one in expected.values()
            if one[0] not in {country for country, _place in origins.values()}
        ]
        if strange or (missing and len(origins) > 1):
            pairs = [((strange or [*origins.values()])[0], (missing or [*expected.values()])[0])]
    for (country, place), (wanted, measure) in pairs:
        if country != wanted:
            message = _(
                "The {paper} names {country} as the origin, the {other} {wanted}.",
                paper=kind_name(paper.kind),
                country=country,
                other=kind_name(first.kind),
                wanted=wanted,
            )
            yield found(29, message, place, measure)


def codes_agree(papers: PaperSet) -> Iterator[Finding]:
    """Rule 30: the first six digits of the HS code are the same for an item on every paper."""
    said = [(paper, _codes(paper)) for paper in of_kind(papers, *_WITH_HS)]
    known = [(paper, codes) for paper, codes in said if codes]
    for paper, codes in known[1:]:
        first, expected = known[0]
        for (code, place), (wanted, measure) in _code_pairs(codes, expected):
            message = _(
                "The {paper} gives HS {code}, the {other} {wanted}.",
                paper=kind_name(paper.kind),
                code=code,
                other=kind_name(first.kind),
                wanted=wanted,
            )
            yield found(30, message, place, measure)


_Code = tuple[str, Place]


def _codes(paper: Paper) -> list[tuple[str, _Code]]:
    """Item number and six digits of every line that has a code."""
    return [
        (normalised(goods.item_number), (six, at_line(paper, index, "hs_code", goods.hs_code)))
        for index, goods in enumerate(paper.goods)
        for six in [_NOT_A_DIGIT.sub("", goods.hs_code)[:6]]
        if six
    ]


def _code_pairs(
    codes: list[tuple[str, _Code]], expected: list[tuple[str, _Code]]
) -> Iterator[tuple[_Code, _Code]]:
    """Codes that differ: of the same item, else one that the other paper lacks with one of its own."""
    by_item = {item: code for item, code in expected if item}
    shared = [(code, by_item[item]) for item, code in codes if item in by_item]
    if shared:
        yield from ((mine, theirs) for mine, theirs in shared if mine[0] != theirs[0])
        return
    wanted = {code[0] for _item, code in expected}
    have = {code[0] for _item, code in codes}
    missing = [code for _item, code in expected if code[0] not in have] or [code for _item, code in expected]
    for _item, code in codes:
        if code[0] not in wanted:
            yield code, missing[0]
            return


def spelt_alike(papers: PaperSet) -> Iterator[Finding]:
    """Rule 38: two papers write a description or number nearly alike: other digits are an error, letters not.

    Of the credit's number a slip is only to be looked at, as it leaves no doubt (ISBP 821).
    """
    yield from _descriptions(papers)
    for field, read, owners in _NUMBERS:
        yield from _numbers(papers, field, read, owners)
    for credit in credit_of(papers):
        for paper in papers.papers:
            if spelling(paper.lc_number, credit.number) in ("digits", "letters"):
                message = _(
                    "L/C number {number} is a slip for {wanted}.",
                    number=shown(paper.lc_number),
                    wanted=shown(credit.number),
                )
                yield found(
                    38,
                    message,
                    at(paper, "lc_number", paper.lc_number),
                    in_credit("number", credit.number),
                    severity="W",
                )


_Read = Callable[[Paper], str]
_NUMBERS: tuple[tuple[str, _Read, tuple[PaperKind, ...]], ...] = (
    (
        "invoice_number",
        lambda paper: paper.number if paper.kind == "commercial_invoice" else paper.invoice_number,
        ("commercial_invoice",),
    ),
    (
        "contract_number",
        lambda paper: paper.number if paper.kind == "sales_contract" else paper.contract_number,
        ("sales_contract", "commercial_invoice"),
    ),
)
"""Numbers that papers refer to, and the kinds of paper whose own number it is, the first that there is."""
_ELSEWHERE = ("contract_number", "customs_declaration")
"""What rule 31 compares already."""


def _descriptions(papers: PaperSet) -> Iterator[Finding]:
    first: dict[str, tuple[Paper, Place, Goods]] = {}
    for paper in of_kind(papers, *_DESCRIBED):
        for index, goods in enumerate(paper.goods):
            key = normalised(goods.item_number)
            if not key or not goods.description.strip():
                continue
            place = at_line(paper, index, "description", goods.description)
            other, measure, model = first.setdefault(key, (paper, place, goods))
            if other is not paper:
                yield from _nearly(paper, place, goods.description, other, measure, model.description)


def _nearly(
    paper: Paper, place: Place, text: str, other: Paper, measure: Place, wanted: str
) -> Iterator[Finding]:
    kind = spelling(text, wanted)
    if kind not in ("digits", "letters"):
        return
    message = _(
        "The {paper} says '{text}', the {other} '{wanted}'.",
        paper=kind_name(paper.kind),
        text=shown(text),
        other=kind_name(other.kind),
        wanted=shown(wanted),
    )
    yield found(38, message, place, measure, severity="E" if kind == "digits" else "W")


def _numbers(papers: PaperSet, field: str, read: _Read, owners: Sequence[PaperKind]) -> Iterator[Finding]:
    """Papers that refer to another number than the paper has that it belongs to."""
    told = [(paper, read(paper)) for paper in papers.papers if read(paper).strip()]
    owner = next((kind for kind in owners if any(paper.kind == kind for paper, _value in told)), None)
    own = [(paper, value) for paper, value in told if paper.kind == owner]
    for paper, value in told:
        if not own or paper.kind == owner or (field, paper.kind) == _ELSEWHERE:
            continue
        if not any(carries(value, number) for _paper, number in own):
            yield _other_number(paper, field, value, *own[0])


def _other_number(paper: Paper, field: str, value: str, other: Paper, wanted: str) -> Finding:
    message = _(
        "The {paper} refers to {value}, the number of the {other} is {wanted}.",
        paper=kind_name(paper.kind),
        value=shown(value),
        other=kind_name(other.kind),
        wanted=shown(wanted),
    )
    own = "number" if other.number == wanted else field
    return found(38, message, at(paper, field, value), at(other, own, wanted))


CHECKS: dict[int, Check] = {29: origins_agree, 30: codes_agree, 38: spelt_alike}

"""Rules 6 to 9: goods, trade term, quantity and unit price of the invoice as the credit has them (45A)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from factory_erp.checking.credit import Credit
from factory_erp.checking.dates import find_dates
from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Goods, Paper, PaperSet
from factory_erp.checking.rules.reading import (
    at,
    at_line,
    credit_of,
    in_credit,
    invoices,
    measured,
    shown,
    total_of,
    unit_shown,
)
from factory_erp.checking.terms import (
    PACKING_UNITS,
    StatedPrice,
    StatedTerm,
    quantities,
    term_fits,
    trade_terms,
    unit_key,
    unit_prices,
)
from factory_erp.checking.texts import Word, alike, folded, keys, words
from factory_erp.domain.countries import COUNTRIES
from factory_erp.i18n import _

_OTHER_WORDS = """
    A AN THE OF AND OR AT AS PER FOR TO IN ON BY WITH FROM IS ARE EACH TOTAL TOTALLY QUANTITY QTY UNIT
    PRICE PRICES AMOUNT VALUE DESCRIPTION GOODS COMMODITY COMMODITIES MERCHANDISE ITEM ITEMS ABOUT
    APPROXIMATELY APPROX ABT DATE DATED NO NOS NUMBER INCOTERMS INCOTERM RULES ICC DELIVERY TERMS TERM
    CONDITION CONDITIONS PRICED UNITPRICE ACCORDING SHIPMENT PLUS MINUS MORE LESS PCT PERCENT
    SPECIFICATION SPECIFICATIONS SPEC DETAILS ORDER PO PROFORMA PRO FORMA INVOICE PI CONTRACT SALES
    CONFIRMATION S C SC REF REFERENCE CREDIT MAX MAXIMUM COUNTRY ORIGIN MADE ALLOWED ACCEPTABLE ACCEPTED
    BOTH BEING COVERING FOLLOWING UNDER SAME ABOVE BELOW QUANTITIES AMOUNTS BASIS P R PR PRC PEOPLES
    REPUBLIC HS CODE CODES HSCODE TOLERANCE PERCENTAGE SHIPPING MARKS MARK
"""
_PASSED_OVER = frozenset(_OTHER_WORDS.split())
"""Words of 45A that describe no goods, or whose figures rules 7 to 9 look at."""

_TOLERANCE = re.compile(
    r"(?:\+\s*/?\s*-|±|PLUS\s*(?:OR|/|AND)?\s*MINUS|MORE\s+OR\s+LESS(?:\s+BY)?)\s*([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:PCT|%|PER\s?CENT)"
    r"|([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:PCT|%|PER\s?CENT)\s*(?:MORE\s+OR\s+LESS|PLUS\s*(?:OR|/)?\s*MINUS|\+\s*/?\s*-)"
)
_NUMBERING = re.compile(r"^\s*(?:[+*.-]|\(?(?:[0-9]{1,2}|[A-Z])[.)](?=\s|[A-Z]))+\s*")
_DATE_OF_NUMBERS = re.compile(r"\b[0-9]{1,2}[./-][0-9]{1,2}[./-](?:20)?[0-9]{2}\b")
_LAST_WORD = re.compile(r"[A-Z]+$")
_FIRST_WORD = re.compile(r"[A-Z]+")
_HS_DIGITS = 6
_ABOUT = Decimal(10)
"""Per cent that "about" and "approximately" allow (UCP 600 article 30a)."""
_BULK = Decimal(5)
"""Per cent of quantity allowed for what is not counted in pieces or packages (UCP 600 article 30b)."""


def described_as_in_credit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 6: every word of 45A that describes goods stands on the invoice, and no goods besides.

    Case, order, plural, numbers' writing and units' spelling are no difference; words that are only
    misspelt are a warning. Goods of a partial shipment need not all be there (ISBP 821 section C).
    """
    for credit in credit_of(papers):
        listed = invoices(papers)
        if not listed or not credit.goods.strip():
            continue
        yield from _missing_words(credit, listed)
        for paper in listed:
            yield from _foreign_goods(credit, paper)


def _missing_words(credit: Credit, listed: tuple[Paper, ...]) -> Iterator[Finding]:
    """Words of 45A that no invoice has; those that stand with other goods only are worth a look."""
    invoiced = [set(keys(_line_text(paper, goods))) for paper in listed for goods in paper.goods]
    general = set(keys("\n".join(map(_general_text, listed))))
    everywhere = general.union(*invoiced)
    missing: list[Word] = []
    for line in _asked_lines(credit, invoiced):
        there = general | _nearest(line, invoiced) if _is_item(line) else everywhere
        missing += [word for word in _describing(line, credit) if not _stands(word, there)]
    if not missing:
        return
    gone = " ".join(dict.fromkeys(word.key for word in missing))
    message = _("The credit describes the goods with '{words}', the invoice does not.", words=shown(gone))
    slight = all(_is_misspelt(word, everywhere) or _stands(word, everywhere) for word in missing)
    described = [at(paper, "goods", _descriptions(paper)) for paper in listed]
    yield found(6, message, *described, in_credit("goods", credit.goods), severity="W" if slight else None)


def _asked_lines(credit: Credit, invoiced: list[set[str]]) -> list[str]:
    """The lines of 45A that must be invoiced: of several items the shipped ones, if parts may be shipped."""
    lines = _plain(credit.goods, set().union(*invoiced)).splitlines()
    items = {line: set(keys(line)) for line in lines if _is_item(line)}
    if credit.partial_shipments == "not allowed" or len(items) < 2:
        return lines
    shipped = _shipped_items(items, invoiced)
    return [line for line in lines if line not in items or line in shipped]


def _is_item(line: str) -> bool:
    return bool(quantities(line) or unit_prices(line))


def _shipped_items(items: dict[str, set[str]], invoiced: list[set[str]]) -> set[str]:
    """Those of the *items* that some line of an invoice is nearest to."""
    shipped: set[str] = set()
    for said in invoiced:
        alike = {item: len(said & asked) for item, asked in items.items()}
        shipped |= {item for item in items if alike[item] == max(alike.values())}
    return shipped


def _nearest(item: str, invoiced: list[set[str]]) -> set[str]:
    """The words of those lines of the invoices that have most words of the credit's *item*."""
    wanted = set(keys(item))
    most = max((len(wanted & line) for line in invoiced), default=0)
    return set().union(*(line for line in invoiced if len(wanted & line) == most))


def _plain(text: str, there: set[str]) -> str:
    """45A without dates, tolerances and numbering of lines; words cut at a line's end put together."""
    for _day, start, end in sorted(find_dates(text), key=lambda one: one[1], reverse=True):
        text = text[:start] + " " + text[end:]
    lines: list[str] = []
    for line in _TOLERANCE.sub(" ", _DATE_OF_NUMBERS.sub(" ", folded(text))).splitlines():
        before = _LAST_WORD.search(lines[-1]) if lines else None
        first = _FIRST_WORD.match(line)
        if (
            before
            and first
            and before[0] not in there
            and first[0] not in there
            and before[0] + first[0] in there
        ):
            lines[-1] += line
        else:
            lines.append(_NUMBERING.sub("", line))
    return "\n".join(lines)


def _describing(line: str, credit: Credit) -> list[Word]:
    """The words of *line* that rule 6 is about: no trade term, quantity, unit price or amount."""
    figures = {price.price for price in unit_prices(credit.goods)}
    figures |= {stated.quantity for stated in quantities(credit.goods)}
    figures |= {credit.amount} if credit.amount is not None else set()
    elsewhere = {key for figure in figures if figure is not None for key in keys(format(figure, "f"))}
    elsewhere |= {key for term in trade_terms(credit.goods) for key in keys(str(term))}
    elsewhere |= {key for price in unit_prices(credit.goods) for key in keys(price.currency)}
    return [word for word in words(line) if word.key not in _PASSED_OVER | elsewhere and len(word.key) < 60]


def _stands(word: Word, there: set[str]) -> bool:
    """Whether *word* is among *there*: in the singular or plural, a unit or an HS code in any writing."""
    key = word.key
    forms = {key, f"{key}S", f"{key}ES", key.removesuffix("S"), key.removesuffix("ES"), unit_key(key)}
    digits = key.replace(".", "")
    is_code = digits.isdigit() and len(digits) >= _HS_DIGITS
    return bool(forms & there) or (
        is_code and any(other.replace(".", "").startswith(digits) for other in there)
    )


def _is_misspelt(word: Word, there: set[str]) -> bool:
    return not word.code and any(alike(word.key, other) for other in there if not other.isdigit())


def _line_text(paper: Paper, goods: Goods) -> str:
    price = f"{paper.currency} {shown(goods.unit_price)}"
    units = f"{goods.unit} {unit_key(goods.unit)}"
    named = (goods.item_number, goods.description, goods.hs_code, _country(goods.origin))
    return " ".join((*named, shown(goods.quantity), units, price, shown(goods.amount)))


def _general_text(paper: Paper) -> str:
    """What an invoice says besides its lines."""
    terms = (paper.title, paper.trade_term, paper.text, paper.payment_terms, paper.package_words)
    numbers = (paper.contract_number, *paper.order_numbers, *paper.marks, _country(paper.origin_country))
    parties = (str(firm) for firm in (paper.issuer, paper.addressee, paper.buyer) if firm)
    return "\n".join((*terms, *numbers, *parties))


def _country(code: str) -> str:
    return COUNTRIES[code].en if code in COUNTRIES else code


def _descriptions(paper: Paper) -> str:
    return "\n".join(goods.description for goods in paper.goods) or paper.text


def _foreign_goods(credit: Credit, paper: Paper) -> Iterator[Finding]:
    """Lines of the invoice of which the credit knows no word, samples without charge too."""
    asked = {key for key in keys(credit.goods) if len(key) > 2}
    stems = asked | {key.removesuffix("S") for key in asked}
    for index, goods in enumerate(paper.goods):
        said = {
            key for key in keys(f"{goods.item_number} {goods.description}") if len(key) > 2 and key.isascii()
        }
        described = said - _PASSED_OVER
        if described and not (described | {key.removesuffix("S") for key in described}) & stems:
            message = _("Line {line} is not among the goods of the credit.", line=goods.line_no or index + 1)
            place = at_line(paper, index, "description", goods.description)
            yield found(6, message, place, in_credit("goods", credit.goods))


def term_as_in_credit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 7: the trade term of 45A: code, place, and the Incoterms version where the credit has one."""
    for credit in credit_of(papers):
        asked = trade_terms(credit.goods)
        for paper in invoices(papers) if asked else ():
            stated = _terms_of(paper)
            if not any(term_fits(one, other) for one in asked for other in stated):
                yield _term_finding(paper, asked, stated)


def _terms_of(paper: Paper) -> tuple[StatedTerm, ...]:
    texts = (paper.trade_term, *(goods.description for goods in paper.goods), paper.text)
    return tuple(term for text in texts for term in trade_terms(text))


def _term_finding(paper: Paper, asked: tuple[StatedTerm, ...], stated: tuple[StatedTerm, ...]) -> Finding:
    wanted = shown(str(asked[0]))
    if stated:
        said = shown(str(stated[0]))
        message = _("The invoice says {term}, the credit {wanted}.", term=said, wanted=wanted)
    else:
        said = shown(paper.trade_term)
        message = _("The invoice does not give the trade term of the credit, {wanted}.", wanted=wanted)
    return found(7, message, at(paper, "trade_term", said), in_credit("goods", wanted))


def quantity_as_in_credit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 8: the quantity of every unit within the credit's tolerance, "about", or article 30b.

    Where parts may be shipped there is no least quantity.
    """
    for credit in credit_of(papers):
        drawn = total_of(paper.total for paper in invoices(papers))
        for unit, shipped, places in _shipped(papers, credit):
            asked = [stated.quantity for stated in quantities(credit.goods) if stated.unit == unit]
            about = any(stated.about for stated in quantities(credit.goods) if stated.unit == unit)
            if not asked or _fits(shipped, asked, *_percents(credit, unit, about, drawn), credit):
                continue
            message = _(
                "Invoiced are {shipped} {unit}, the credit is for {asked}.",
                shipped=shown(shipped),
                unit=unit_shown(unit),
                asked=measured(_whole(asked), unit),
            )
            yield found(8, message, *places, in_credit("goods", _whole(asked)))


def _shipped(papers: PaperSet, credit: Credit) -> Iterator[tuple[str, Decimal, list[Place]]]:
    """Unit, quantity and places of what is invoiced; a line without unit is in the credit's only one."""
    asked = {stated.unit for stated in quantities(credit.goods)}
    only = next(iter(asked)) if len(asked) == 1 else ""
    by_unit: dict[str, list[tuple[Decimal, Place]]] = {}
    for paper in invoices(papers):
        for index, goods in enumerate(paper.goods):
            if goods.quantity is not None:
                place = at_line(paper, index, "quantity", goods.quantity)
                by_unit.setdefault(unit_key(goods.unit) or only, []).append((goods.quantity, place))
    for unit, lines in by_unit.items():
        yield (
            unit,
            sum((quantity for quantity, place in lines), Decimal(0)),
            [place for _quantity, place in lines],
        )


def _whole(asked: list[Decimal]) -> Decimal:
    """What the quantities come to; a stated total beside its parts is not counted again."""
    largest, total = max(asked), sum(asked, Decimal(0))
    return largest if len(asked) > 2 and 2 * largest == total else total


def _percents(credit: Credit, unit: str, about: bool, drawn: Decimal | None) -> tuple[Decimal, Decimal]:
    """Per cent more and less that are allowed."""
    agreed = [Decimal(hit[0] or hit[1]) for hit in _TOLERANCE.findall(folded(credit.goods))]
    in_bulk = unit not in PACKING_UNITS and (credit.amount is None or drawn is None or drawn <= credit.amount)
    either_way = max([*agreed, _ABOUT if about else Decimal(0), _BULK if in_bulk else Decimal(0)])
    return max(either_way, credit.tolerance_plus), max(either_way, credit.tolerance_minus)


def _fits(shipped: Decimal, asked: list[Decimal], more: Decimal, less: Decimal, credit: Credit) -> bool:
    """Whether *shipped* is within the tolerance of all that is asked, or of the main quantity among sizes."""
    whole = _whole(asked)
    parts_allowed = credit.partial_shipments != "not allowed"
    return any(
        shipped * 100 <= one * (100 + more) and (parts_allowed or shipped * 100 >= one * (100 - less))
        for one in {whole, *(quantity for quantity in asked if 2 * quantity >= whole)}
    )


def prices_as_in_credit(papers: PaperSet) -> Iterator[Finding]:
    """Rule 9: every unit price is one that the credit states for its unit; "about" allows a tenth."""
    for credit in credit_of(papers):
        asked = unit_prices(credit.goods)
        for paper in invoices(papers):
            for index, goods in enumerate(paper.goods):
                of_unit = [price for price in asked if unit_key(goods.unit) in ("", price.unit)]
                if goods.unit_price is not None and of_unit and not _priced(goods, paper, of_unit):
                    yield _price_finding(paper, index, goods, of_unit)


def _priced(goods: Goods, paper: Paper, asked: list[StatedPrice]) -> bool:
    price = goods.unit_price or Decimal(0)
    return any(
        paper.currency in ("", one.currency)
        and abs(price - one.price) * 100 <= (_ABOUT * one.price if one.about else 0)
        for one in asked
    )


def _price_finding(paper: Paper, index: int, goods: Goods, asked: list[StatedPrice]) -> Finding:
    wanted = ", ".join(f"{one.currency} {shown(one.price)}/{one.unit}" for one in asked[:5])
    message = _(
        "Line {line}: the unit price is {currency} {price}, the credit has {wanted}.",
        line=goods.line_no or index + 1,
        currency=paper.currency,
        price=shown(goods.unit_price),
        wanted=wanted,
    )
    return found(
        9, message, at_line(paper, index, "unit_price", goods.unit_price), in_credit("goods", wanted)
    )


CHECKS: dict[int, Check] = {
    6: described_as_in_credit,
    7: term_as_in_credit,
    8: quantity_as_in_credit,
    9: prices_as_in_credit,
}

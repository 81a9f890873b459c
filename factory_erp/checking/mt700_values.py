"""What the fields of an MT700 hold, read into a ``Credit`` one by one, and written back.

Formats are those of the SWIFT Category 7 Standards; banks print them with spaces, points and words of their
own, which are read as well. A field that says something else raises ``Unreadable``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from factory_erp.checking.credit import Credit, Permission
from factory_erp.checking.dates import find_dates, read_date, read_yymmdd
from factory_erp.checking.firm import Firm
from factory_erp.checking.places import country_in
from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.i18n import _

Reader = Callable[[Credit, str], Credit]
"""Puts what a field says into the credit; raises Unreadable."""

_AMOUNT_DIGITS = 18
_CURRENCY = re.compile(r"(?<![A-Z])([A-Z]{3})(?![A-Z])")
_FIGURE = re.compile(r"[0-9][0-9.,' ]*[0-9,]|[0-9]")
_PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)")
_AVAILABLE_BY = re.compile(
    r"\bBY\s+(ACCEPTANCE|DEF(?:ERRED)?\.?\s+PAYMENT|MIXED\s+PA?Y(?:MEN)?T|NEGOTIATION|PAYMENT)\b",
    re.IGNORECASE,
)
_DATE_AND_PLACE = re.compile(
    r"^\W*(?:DATE\b)?\W*([0-9]{6})(?![0-9])\W*(?:PLACE\b\W*)?(.*)$", re.IGNORECASE | re.DOTALL
)
_PLACE_WORD = re.compile(r"^\W*(?:PLACE\b|AT\b)?\W*", re.IGNORECASE)
_DAYS = re.compile(r"(?<![0-9])0*([0-9]{1,3})(?![0-9])\W*(.*)$", re.DOTALL)
_FORBIDDEN = re.compile(r"\bNOT\b|PROHIBIT|FORBIDDEN|UNALLOWED|NO\s+PARTIAL|NO\s+TRANS|^\W*NO\W*$")
_ALLOWED = re.compile(r"ALLOW|PERMIT|AUTHORI[SZ]ED|^\W*YES\W*$")
_COMPANY_FORM = re.compile(
    r"\b(?:CO|COMPANY|LTD|LIMITED|INC|CORP|CORPORATION|GMBH|AG|KG|S\.?A|SRL|S\.?P\.?A|LLC|LLP|PLC|B\.?V|PTE|PVT|BHD|LTDA|JSC|OY|AB"
    r"|FZE|FZCO|EST)\b",
    re.IGNORECASE,
)
_BULLETS = (
    re.compile(r"^\s*\+\s*"),
    re.compile(r"^\s*\(?[0-9]{1,2}\s*[.)](?![0-9])\s*|^\s*[0-9]{1,2}\s*[-:/]\s+(?=[A-Z])"),
    re.compile(r"^\s*\(?[A-Z][.)]\s+"),
    re.compile(r"^\s*[-*•]\s*"),
)
_MANNERS_OF_PERMISSION: dict[str, str] = {
    "allowed": "ALLOWED",
    "not allowed": "NOT ALLOWED",
    "conditional": "CONDITIONAL",
}


class Unreadable(Exception):
    """A field holds something else than its format; the text says what was expected."""


def read_amount(text: str) -> tuple[str, Decimal]:
    """Currency and amount of "USD123456,78", "USD 123,456.78" or "CURRENCY USD AMOUNT 123.456,78"."""
    plain = text.upper()
    currency = next((hit[1] for hit in _CURRENCY.finditer(plain) if hit[1] in CURRENCY_EXPONENTS), "")
    figure = _FIGURE.search(plain.replace("US$", " "))
    if not currency:
        currency = plain[:3] if plain[:3] in CURRENCY_EXPONENTS else "USD" if "US$" in plain else ""
    if not currency or not figure:
        raise Unreadable(_("a currency and an amount, for example USD12500,00"))
    return currency, _decimal(figure.group(), CURRENCY_EXPONENTS[currency])


def _decimal(text: str, places: int) -> Decimal:
    """The amount in *text*; a single comma or point before three digits groups thousands, unless there
    are three decimals to the currency.
    """
    plain = re.sub("[ ']", "", text).rstrip(".")
    last = max(plain.rfind(","), plain.rfind("."))
    tail = len(plain) - last - 1
    single = plain.count(",") + plain.count(".") == 1
    mixed = "," in plain and "." in plain
    decimal = last >= 0 and (
        (single and (tail <= places or tail != 3)) or (mixed and plain.count(plain[last]) == 1)
    )
    whole = re.sub("[.,]", "", plain[:last] if decimal else plain)
    if not 0 < len(whole) <= _AMOUNT_DIGITS or tail > _AMOUNT_DIGITS:
        raise Unreadable(_("an amount, for example USD12500,00"))
    return Decimal(f"{whole}.{plain[last + 1 :]}") if decimal and tail else Decimal(whole)


def read_permission(text: str) -> Permission:
    """43P and 43T: "ALLOWED", "NOT ALLOWED", "CONDITIONAL" and what banks write instead."""
    plain = text.upper()
    if "CONDITION" in plain:
        return "conditional"
    if _FORBIDDEN.search(plain):
        return "not allowed"
    if _ALLOWED.search(plain):
        return "allowed"
    raise Unreadable(_("ALLOWED, NOT ALLOWED or CONDITIONAL"))


def read_firm(text: str) -> Firm:
    """Name and address of 50 or 59: an account line is left out, a name over two lines is joined."""
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("/")]
    if not lines:
        raise Unreadable(_("a name and an address"))
    name, *address = lines
    # a SWIFT line holds 35 characters: the legal form of a long name stands in the second
    if address and not _COMPANY_FORM.search(name) and _only_rest_of_name(address[0]):
        name = f"{name} {address.pop(0)}"
    return Firm(name, tuple(address), country_in(" ".join(address)))


def _only_rest_of_name(line: str) -> bool:
    return bool(_COMPANY_FORM.search(line)) and not re.search(r"[0-9]", line)


def read_clauses(text: str) -> tuple[str, ...]:
    """The clauses of 46A or 47A, by their first kind of bullet ("+", "1.", "A)", "-"), else by sentence."""
    lines = text.splitlines()
    bullet = next((bullet for line in lines for bullet in _BULLETS if bullet.match(line)), None)
    clauses: list[list[str]] = []
    ended = True
    for line in lines:
        if ended or (bullet and bullet.match(line)):
            clauses.append([])
        clauses[-1].append(bullet.sub("", line).strip() if bullet else line.strip())
        ended = bullet is None and (not line.strip() or line.rstrip().endswith((".", ";")))
    joined = (" ".join(part for part in clause if part) for clause in clauses)
    return tuple(clause for clause in joined if re.search(r"\w", clause))


def _day(text: str) -> date:
    day = read_yymmdd(text.strip()) or read_date(text)
    if day is None:
        raise Unreadable(_("a date as YYMMDD, for example 260531"))
    return day


def _expiry(credit: Credit, text: str) -> Credit:
    hit = _DATE_AND_PLACE.match(text)
    day = read_yymmdd(hit[1]) if hit else None
    if hit and day:
        return replace(credit, expires_on=day, expiry_place=_one_line(hit[2]))
    found = next(iter(find_dates(text)), None)
    if found is None:
        raise Unreadable(_("a date as YYMMDD and a place, for example 260831 CHINA"))
    day, _start, end = found
    return replace(credit, expires_on=day, expiry_place=_one_line(_PLACE_WORD.sub("", text[end:])))


def _amount(credit: Credit, text: str) -> Credit:
    currency, amount = read_amount(text)
    return replace(credit, currency=currency, amount=amount)


def _tolerance(credit: Credit, text: str) -> Credit:
    found = [Decimal(hit.replace(",", ".")) for hit in _PERCENT.findall(text)]
    if not 1 <= len(found) <= 2:
        raise Unreadable(_("a tolerance above and below in per cent, for example 05/05"))
    return replace(credit, tolerance_plus=found[0], tolerance_minus=found[-1])


def _available(credit: Credit, text: str) -> Credit:
    by = _AVAILABLE_BY.search(text)
    bank = text[: by.start()] if by else text
    return replace(
        credit, available_with=_one_line(bank), available_by=_one_line(by[1]).upper() if by else ""
    )


def _presentation(credit: Credit, text: str) -> Credit:
    hit = _DAYS.search(text)
    if not hit:
        raise Unreadable(_("a number of days after shipment, for example 21"))
    rest = _one_line(hit[2])
    return replace(credit, presentation_days=int(hit[1]), presentation_text=rest)


def _one_line(text: str) -> str:
    return " ".join(text.split()).strip(" /")


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


READERS: dict[str, Reader] = {
    "20": lambda credit, text: replace(credit, number=_first_line(text)),
    "40A": lambda credit, text: replace(credit, form=_one_line(text)),
    "40E": lambda credit, text: replace(credit, rules=_one_line(text)),
    "31C": lambda credit, text: replace(credit, issued_on=_day(text)),
    "31D": _expiry,
    "50": lambda credit, text: replace(credit, applicant=read_firm(text)),
    "59": lambda credit, text: replace(credit, beneficiary=read_firm(text)),
    "52": lambda credit, text: replace(credit, issuing_bank=_one_line(text)),
    "57": lambda credit, text: replace(credit, advising_bank=_one_line(text)),
    "32B": _amount,
    "39A": _tolerance,
    "39B": lambda credit, text: replace(credit, max_amount_words=_one_line(text)),
    "39C": lambda credit, text: replace(credit, additional_amounts=_one_line(text)),
    "41": _available,
    "42C": lambda credit, text: replace(credit, drafts_at=_one_line(text)),
    "42M": lambda credit, text: replace(credit, drafts_at=_one_line(text)),
    "42P": lambda credit, text: replace(credit, drafts_at=_one_line(text)),
    "42": lambda credit, text: replace(credit, drawee=_one_line(text)),
    "43P": lambda credit, text: replace(credit, partial_shipments=read_permission(text)),
    "43T": lambda credit, text: replace(credit, transshipment=read_permission(text)),
    "44A": lambda credit, text: replace(credit, place_of_receipt=_one_line(text)),
    "44E": lambda credit, text: replace(credit, port_of_loading=_one_line(text)),
    "44F": lambda credit, text: replace(credit, port_of_discharge=_one_line(text)),
    "44B": lambda credit, text: replace(credit, place_of_delivery=_one_line(text)),
    "44C": lambda credit, text: replace(credit, latest_shipment=_day(text)),
    "44D": lambda credit, text: replace(credit, shipment_period=_one_line(text)),
    "45A": lambda credit, text: replace(
        credit, goods="\n".join(part for part in (credit.goods, text) if part)
    ),
    "46A": lambda credit, text: replace(credit, documents=credit.documents + read_clauses(text)),
    "47A": lambda credit, text: replace(credit, conditions=credit.conditions + read_clauses(text)),
    "71D": lambda credit, text: replace(credit, charges=_one_line(text)),
    "48": _presentation,
    "49": lambda credit, text: replace(credit, confirmation=_one_line(text)),
}
"""Tag to its reader. A tag of two digits stands for all its options: 41 for 41A and 41D."""


def swift_amount(amount: Decimal, currency: str = "") -> str:
    """*amount* as SWIFT writes it: "USD12500,5"."""
    return f"{currency}{amount:f}".replace(".", ",") + ("" if "." in f"{amount:f}" else ",")


def swift_date(day: date | None) -> str:
    """*day* as YYMMDD; empty for None."""
    return f"{day:%y%m%d}" if day else ""


def swift_permission(permission: Permission) -> str:
    """What 43P or 43T says."""
    return _MANNERS_OF_PERMISSION.get(permission, "")


def swift_clauses(clauses: tuple[str, ...]) -> str:
    """Clauses one below the other, each with its plus sign."""
    return "\n".join(f"+{clause}" for clause in clauses)


def swift_firm(firm: Firm) -> str:
    """Name and address one below the other."""
    return "\n".join(firm.lines)

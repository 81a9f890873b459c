"""The national tariff as far as the factory declares under it: codes, elements, statutory units, rates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.hs import HsCode
from factory_erp.domain.quantity import unit
from factory_erp.i18n import _, language
from factory_erp.models.customs import TariffCode, TariffRate
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import today
from factory_erp.services.master_data import assign, check_texts, differs, figure_problem, same_version, under
from factory_erp.services.names import CHINESE

BRAND_TYPE, PREFERENCE = "品牌类型", "出口享惠情况"

ELEMENTS_OF_ALL = (BRAND_TYPE, PREFERENCE)
"""Elements that every export declaration answers first, whatever the code."""

SEPARATOR = "|"
"""Between two elements of the printed line; it cannot stand within an answer."""

ELEMENT_LENGTH = 120

_NUMBERED = re.compile(r"^\s*[0-9]{1,2}\s*[:：.、]\s*")


@dataclass(frozen=True, slots=True)
class RateView:
    """VAT and export rebate in percent from a day on."""

    valid_from: date
    vat_percent: Decimal
    rebate_percent: Decimal


@dataclass(frozen=True, slots=True)
class TariffView:
    """A tariff code; *rate* is today's, None where none is known."""

    id: int
    version: int
    code: str
    name: str
    name_en: str
    name_zh: str
    unit_1: str
    unit_2: str
    elements: tuple[str, ...]
    rates: tuple[RateView, ...]
    rate: RateView | None


@dataclass(frozen=True, slots=True)
class TariffInput:
    """A tariff code as it is typed in; *code* with or without dots."""

    code: str
    name_en: str = ""
    name_zh: str = ""
    unit_1: str = ""
    unit_2: str = ""
    elements: tuple[str, ...] = ()
    rates: tuple[RateView, ...] = ()
    id: int | None = None
    version: int | None = None


def elements_in(text: str) -> tuple[str, ...]:
    """The elements of a text copied from a tariff table: "0:品牌类型;1:出口享惠情况;", or one a line."""
    parts = (_NUMBERED.sub("", part).strip() for part in re.split(r"[;；\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


@query
def tariff_codes(session: Session, words: str = "", limit: int = 1000) -> list[TariffView]:
    """The tariff codes that begin with *words* (digits, dots aside) or contain them in a name."""
    wanted = words.strip()
    every = select(TariffCode).options(selectinload(TariffCode.rates))
    statement = every.order_by(TariffCode.code).limit(limit)
    if wanted:
        named = [
            column.icontains(wanted, autoescape=True) for column in (TariffCode.name_en, TariffCode.name_zh)
        ]
        digits = digits_of(wanted)
        if digits.isdecimal():
            named.append(TariffCode.code.startswith(digits, autoescape=True))
        statement = statement.where(or_(*named))
    return [_tariff(row) for row in session.scalars(statement)]


@query
def tariff_code(session: Session, code: str) -> TariffView | None:
    """The tariff code written with or without dots; None where it is not in the list."""
    return tariff_of(session, code)


def tariff_of(session: Session, code: str) -> TariffView | None:
    """The same inside a transaction."""
    row = _row(session, digits_of(code))
    return None if row is None else _tariff(row)


def digits_of(code: str) -> str:
    """The code without the dots, hyphens and spaces that people write into it."""
    return "".join(sign for sign in code if sign not in " .-")


def _row(session: Session, digits: str) -> TariffCode | None:
    return session.scalar(select(TariffCode).filter_by(code=digits))


def _tariff(row: TariffCode) -> TariffView:
    rates = _rates(row)
    return TariffView(
        id=row.id,
        version=row.version,
        code=row.code,
        name=_name(row),
        name_en=row.name_en,
        name_zh=row.name_zh,
        unit_1=row.unit_1,
        unit_2=row.unit_2,
        elements=_elements(row),
        rates=rates,
        rate=_on(rates, today()),
    )


def _name(row: TariffCode) -> str:
    first, second = (row.name_zh, row.name_en) if language() == CHINESE else (row.name_en, row.name_zh)
    return first or second


def _elements(row: TariffCode) -> tuple[str, ...]:
    return tuple(row.elements.split("\n")) if row.elements else ()


def _rates(row: TariffCode) -> tuple[RateView, ...]:
    views = [RateView(rate.valid_from, rate.vat_percent, rate.rebate_percent) for rate in row.rates]
    return tuple(sorted(views, key=lambda rate: rate.valid_from))


def _on(rates: Sequence[RateView], day: date) -> RateView | None:
    return next((rate for rate in reversed(rates) if rate.valid_from <= day), None)


def rates_on(session: Session, code: str, day: date) -> RateView | None:
    """VAT and rebate of a tariff code on *day*: those of the latest date not after it; None where unknown."""
    row = _row(session, digits_of(code))
    return None if row is None else _on(_rates(row), day)


@query
def rate(session: Session, code: str, day: date) -> RateView | None:
    """VAT and rebate of a tariff code on *day*, for a page."""
    return rates_on(session, code, day)


@use_case
def save_tariff_code(session: Session, given: TariffInput) -> int:
    """Enter or change a tariff code with its elements and rates; its id. The same again changes nothing.

    Raises InvalidValue under the field, and Conflict where somebody else changed it meanwhile.
    """
    values = _tariff_values(given)
    there = _row(session, values["code"])
    row = get(session, TariffCode, given.id) if given.id is not None else there
    _check_tariff(given, values)
    rates = sorted(given.rates, key=lambda rate: rate.valid_from)
    same = row is not None and not differs(row, values) and list(_rates(row)) == rates
    if there is not None and (row is not there or (given.id is None and not same)):
        message = _("The tariff code {code} is in the list already.", code=values["code"])
        raise InvalidValue(message, record=values["code"], field="code", remedy=_("Change that one."))
    if row is None:
        row = TariffCode(**values)
        session.add(row)
    elif not same:
        same_version(row, given.version, row.code)
        assign(row, values)
    _put_rates(row, rates)
    session.flush()
    return row.id


def _tariff_values(given: TariffInput) -> dict[str, Any]:
    elements = dict.fromkeys(element.strip() for element in given.elements if element.strip())
    texts = {name: getattr(given, name).strip() for name in ("name_en", "name_zh", "unit_1", "unit_2")}
    return {"code": digits_of(given.code), **texts, "elements": "\n".join(elements)}


def _check_tariff(given: TariffInput, values: dict[str, Any]) -> None:
    record = values["code"]
    check_texts(TariffCode, values, record)
    check_code(record, "code", record)
    for name in ("unit_1", "unit_2"):
        try:
            if values[name]:
                unit(values[name])
        except InvalidValue as error:
            raise under(error, name, record) from None
    for element in values["elements"].split("\n"):
        check_answer(element, element, record, "elements", most=ELEMENT_LENGTH)
    for problem in _rate_problems(given.rates, record):
        raise problem


def check_code(code: str, field: str, record: str) -> None:
    """Raise InvalidValue under *field* unless *code* has the shape of an HS code."""
    try:
        HsCode.parse(code)
    except InvalidValue as error:
        raise under(error, field, record) from None


def _rate_problems(rates: Sequence[RateView], record: str) -> Iterator[InvalidValue]:
    days = [rate.valid_from for rate in rates]
    for rate in rates:
        for name in ("vat_percent", "rebate_percent"):
            problem = figure_problem(getattr(rate, name), name, record=record)
            if problem is not None:
                yield problem
        if rate.vat_percent > 100 or rate.rebate_percent > rate.vat_percent:
            message = _("The rebate cannot be above the VAT, nor the VAT above 100 %.")
            yield InvalidValue(message, record=record, field="rebate_percent", remedy=_("Correct the rates."))
        if days.count(rate.valid_from) > 1:
            message = _("Two rates begin on {date}.", date=rate.valid_from.isoformat())
            yield InvalidValue(message, record=record, field="valid_from", remedy=_("Keep one of them."))


def _put_rates(row: TariffCode, rates: Sequence[RateView]) -> None:
    wanted = {rate.valid_from: rate for rate in rates}
    for kept in list(row.rates):
        given = wanted.pop(kept.valid_from, None)
        if given is None:
            row.rates.remove(kept)
        else:
            kept.vat_percent, kept.rebate_percent = given.vat_percent, given.rebate_percent
    row.rates += [
        TariffRate(
            valid_from=rate.valid_from, vat_percent=rate.vat_percent, rebate_percent=rate.rebate_percent
        )
        for rate in wanted.values()
    ]


@use_case
def remove_tariff_code(session: Session, code_id: int) -> None:
    """Take a tariff code out of the list; items keep their code. One that is gone is no problem."""
    row = session.get(TariffCode, code_id)
    if row is not None:
        session.delete(row)


def check_answer(text: str, element: str, record: str, field: str, *, most: int) -> None:
    """Raise InvalidValue for a text that cannot stand in the printed line of elements."""
    if len(text) > most or SEPARATOR in text or any(not sign.isprintable() for sign in text):
        raise InvalidValue(
            _("'{element}' has a text that cannot be declared.", element=element),
            record=record,
            field=field,
            remedy=_("Write at most {most} characters on one line, without '|'.", most=most),
        )

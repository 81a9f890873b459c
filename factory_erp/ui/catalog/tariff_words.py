"""How customs facts are said and looked up: tariff codes, countries, units, rates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.errors import DomainError
from factory_erp.domain.hs import HsCode
from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import N_, _
from factory_erp.services.catalogue import tariff
from factory_erp.services.catalogue.tariff import RateView, TariffView
from factory_erp.ui.catalog.words import hs
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice, Search, among
from factory_erp.ui.kit.rows import Column

MOST = 50
"""Tariff codes that one search offers: more digits narrow it down."""

RATES = (
    Column("valid_from", N_("Valid from"), 110, kind="date", sortable=False),
    Column("vat", N_("VAT"), 80, kind="number", sortable=False),
    Column("rebate", N_("Rebate"), 90, kind="number", sortable=False),
)


def find_codes(text: str) -> Sequence[Choice]:
    """Tariff codes that fit what was typed; a sound code that is not in the list can be chosen too."""
    digits = tariff.digits_of(text.strip())
    found = [_choice(row, text) for row in tariff.tariff_codes(text, MOST)]
    if any(choice.key == digits for choice in found) or not _is_code(digits):
        return found
    return [Choice(digits, text.strip(), _("not in the list of tariff codes yet")), *found]


def _choice(row: TariffView, typed: str) -> Choice:
    """The code with its dots, or as it was typed in full: what stands in the edit must name it."""
    text = typed.strip() if tariff.digits_of(typed.strip()) == row.code else hs(row.code)
    return Choice(row.code, text, row.name)


def _is_code(digits: str) -> bool:
    try:
        HsCode.parse(digits)
    except DomainError:
        return False
    return True


def code_choice(code: str, name: str = "") -> Choice | None:
    """The code as its edit shows it; None for none."""
    return Choice(code, hs(code), name) if code else None


def countries() -> Search:
    """A search over all countries, by name or code."""
    return among([country_choice(code) for code in sorted(COUNTRIES, key=figures.country)])


def country_choice(code: str) -> Choice:
    """A country under its name, its code beside it."""
    return Choice(code, figures.country(code), code)


def unit_choices() -> list[tuple[object, str]]:
    """Units for a statutory unit, and none."""
    return [("", figures.NONE), *((one.code, unit_text(one.code)) for one in UNITS.values())]


def unit_text(code: str) -> str:
    """A unit as people know it, with its customs code: "千克 (035)"; a dash for none."""
    if not code:
        return figures.NONE
    known = UNITS.get(code)
    customs = f" ({known.customs_cn})" if known and known.customs_cn else ""
    return f"{figures.unit(code)}{customs}"


def percent(value: Decimal) -> str:
    """A rate: "13 %"."""
    return f"{figures.number(value)} %"


def rate_text(rate: RateView | None) -> str:
    """What holds today: "VAT 13 %, rebate 13 %, since 2026-04-01"."""
    if rate is None:
        return _("not known")
    return _(
        "VAT {vat}, rebate {rebate}, since {day}",
        vat=percent(rate.vat_percent),
        rebate=percent(rate.rebate_percent),
        day=figures.day(rate.valid_from),
    )


def rate_row(rate: RateView) -> tuple[str, str, str]:
    """A rate as a line of the history."""
    return figures.day(rate.valid_from), percent(rate.vat_percent), percent(rate.rebate_percent)


def newest_first(rates: Sequence[RateView]) -> list[RateView]:
    """The rates as one reads them: what holds, then what held."""

    def since(rate: RateView) -> date:
        return rate.valid_from

    return sorted(rates, key=since, reverse=True)

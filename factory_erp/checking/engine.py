"""The checker: all 45 rules over one set of papers."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from factory_erp.checking.findings import CREDIT, Check, Finding, Place, found
from factory_erp.checking.papers import PaperSet
from factory_erp.checking.rules import (
    cartons,
    containers,
    customs,
    dating,
    description,
    draft,
    firms,
    forms,
    goods,
    insurance,
    invoice,
    origin,
    presentation,
    purchases,
    quantities,
    shipment,
    statements,
    unwanted,
    voyage,
)
from factory_erp.i18n import _

LARGEST = 10**18
"""Figures from here on, and those that are no number, are not calculated with."""

_PLACES = 12
_DATES = (date(1900, 1, 1), date(2199, 12, 31))
_DIGITS = 100
_EMPTY_FIELDS = 41

CHECKS: dict[int, Check] = {}
"""Every rule by its number."""

for _module in (
    invoice,
    description,
    draft,
    shipment,
    presentation,
    dating,
    insurance,
    origin,
    quantities,
    cartons,
    containers,
    firms,
    goods,
    customs,
    purchases,
    voyage,
    statements,
    unwanted,
    forms,
):
    CHECKS.update(_module.CHECKS)


def check(papers: PaperSet) -> tuple[Finding, ...]:
    """Everything that breaks a rule, by the rules' numbers and within a rule in the order of the papers.

    Rules that need a letter of credit say nothing where there is none; a value that is not stated breaks
    no rule unless the rule asks for it. Never raises, whatever the papers say.
    """
    with localcontext(prec=_DIGITS):
        sound, absurd = _sound(papers)
        checked = [finding for number in sorted(CHECKS) for finding in CHECKS[number](sound)]
    return tuple(sorted((*checked, *map(_not_checked, absurd)), key=lambda finding: finding.rule))


def _not_checked(place: Place) -> Finding:
    message = _("'{value}' is not a figure or date that can be checked.", value=place.value)
    return found(_EMPTY_FIELDS, message, place)


def _sound(papers: PaperSet) -> tuple[PaperSet, list[Place]]:
    """The papers with absurd figures and dates taken for not stated, and where those stood."""
    absurd: list[Place] = []
    kept = [_cleaned(paper, paper.name, "", absurd) for paper in papers.papers]
    credit = None if papers.credit is None else _cleaned(papers.credit, CREDIT, "", absurd)
    rest = _cleaned(replace(papers, papers=(), credit=None), "", "", absurd)
    return replace(rest, papers=tuple(kept), credit=credit), absurd


def _cleaned(record: Any, document: str, path: str, absurd: list[Place]) -> Any:
    """*record* (a frozen dataclass) with every absurd value replaced by its field's default."""
    changed: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        where = f"{path}{field.name}"
        if _is_absurd(value):
            absurd.append(Place(document, where, str(value)[:40] if not isinstance(value, int) else "…"))
            changed[field.name] = None if field.default is MISSING else field.default
        elif is_dataclass(value):
            changed[field.name] = _cleaned(value, document, f"{where}.", absurd)
        elif isinstance(value, tuple):
            changed[field.name] = _cleaned_items(value, document, where, absurd)
    return replace(record, **changed) if changed else record


def _cleaned_items(items: tuple[Any, ...], document: str, path: str, absurd: list[Place]) -> tuple[Any, ...]:
    kept = []
    for index, item in enumerate(items):
        if is_dataclass(item):
            kept.append(_cleaned(item, document, f"{path}[{index}].", absurd))
        elif not _is_absurd(item):
            kept.append(item)
    return tuple(kept)


def _is_absurd(value: object) -> bool:
    if isinstance(value, Decimal):
        if not value.is_finite():
            return True
        exponent = value.as_tuple().exponent
        return value.adjusted() >= 18 or (isinstance(exponent, int) and exponent < -_PLACES)
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) >= LARGEST
    return isinstance(value, date) and not _DATES[0] <= value <= _DATES[1]

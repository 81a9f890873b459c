"""How numbers of papers look: a pattern per kind, one gapless counter per series and year.

A pattern is text with places: ``{number}`` (or ``{number:05}``, five digits), ``{year}``, ``{yy}``,
``{month}``. It can be changed at any time; numbers that were given stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.documents import NumberPattern
from factory_erp.services.base import query, use_case
from factory_erp.services.clock import today
from factory_erp.services.master_data import changed_since
from factory_erp.services.numbering import next_count
from factory_erp.services.papers.kinds import PAPERS, PaperKind, paper

_PLACE = re.compile(r"\{(?P<name>[a-z]+)(?::0(?P<width>[1-9]))?\}")
_KNOWN = ("number", "year", "yy", "month")
_ALLOWED = re.compile(r"[A-Za-z0-9 ./_-]*")
LONGEST = 40
"""Characters of a number."""

MOST = 9_999_999
"""Papers of a kind in a year, more than any factory issues."""


@dataclass(frozen=True, slots=True)
class PatternView:
    """The pattern of a kind, with the number that it would give today for the count 42."""

    kind: str
    pattern: str
    example: str
    is_default: bool
    version: int | None


def default_pattern(kind: PaperKind) -> str:
    """CI-{year}-{number:05}."""
    return f"{kind.prefix}-{{year}}-{{number:05}}"


def check_pattern(pattern: str) -> None:
    """Raise InvalidValue unless *pattern* numbers without doubt, in characters that a file name takes."""
    names = [found["name"] for found in _PLACE.finditer(pattern)]
    plain = _PLACE.sub("", pattern)
    if names.count("number") != 1 or not {"year", "yy"} & set(names):
        raise _refused(pattern, _("A number pattern needs {number} once, and {year} or {yy}."))
    if not set(names) <= set(_KNOWN) or not _ALLOWED.fullmatch(plain):
        raise _refused(pattern, _("A number pattern takes letters, digits, spaces and . / _ - only."))
    if len(formatted(pattern, MOST, date(2026, 12, 31))) > LONGEST:
        raise _refused(pattern, _("The numbers would be too long."))


def _refused(pattern: str, message: str) -> InvalidValue:
    return InvalidValue(
        message,
        record=pattern,
        field="pattern",
        remedy=_("Write it like CI-{year}-{number:05}."),
    )


def formatted(pattern: str, count: int, day: date) -> str:
    """The number that *pattern* gives to *count* on *day*."""
    values = {"year": day.year, "yy": f"{day:%y}", "month": f"{day:%m}", "number": count}

    def place(found: re.Match[str]) -> str:
        value = values[found["name"]]
        return f"{value:0{found['width']}}" if found["width"] and isinstance(value, int) else str(value)

    return _PLACE.sub(place, pattern)


def count_in(pattern: str, number: str) -> int | None:
    """The count in a *number* that *pattern* made; None where another pattern did."""
    parts = {"number": r"(?P<count>[0-9]+)", "year": "[0-9]{4}", "yy": "[0-9]{2}", "month": "[0-9]{2}"}
    places = [found["name"] for found in _PLACE.finditer(pattern)]
    plain = [re.escape(text) for text in _PLACE.sub("\x00", pattern).split("\x00")]
    wanted = "".join(a + b for a, b in zip(plain, [*(parts[name] for name in places), ""], strict=True))
    found = re.fullmatch(wanted, number)
    return int(found["count"]) if found else None


def patterns(session: Session) -> Mapping[str, str]:
    """Kind → its pattern."""
    changed = {row.kind: row.pattern for row in session.scalars(select(NumberPattern))}
    return {kind: changed.get(kind, default_pattern(known)) for kind, known in PAPERS.items()}


def take_count(session: Session, kind: str, day: date) -> int:
    """The next count of the kind's series in the year of *day*; take it last in the transaction."""
    return next_count(session, f"{paper(kind).series}-{day.year}")


@query
def pattern_list(session: Session) -> tuple[PatternView, ...]:
    """How the numbers of each kind look; orders to suppliers have the number of their purchase."""
    rows = {row.kind: row for row in session.scalars(select(NumberPattern))}
    numbered = {kind: known for kind, known in PAPERS.items() if known.owner != "purchase"}
    return tuple(_view(known, rows.get(kind)) for kind, known in numbered.items())


def _view(known: PaperKind, row: NumberPattern | None) -> PatternView:
    pattern = row.pattern if row else default_pattern(known)
    example = formatted(pattern, 42, today())
    return PatternView(known.kind, pattern, example, row is None, row.version if row else None)


@use_case
def set_pattern(session: Session, kind: str, pattern: str, version: int | None = None) -> None:
    """Let the numbers of *kind* look like *pattern* from now on; empty: as at first.

    *version* is that of the pattern which was read, 0 where it was the first (None: over any). Raises
    InvalidValue for a pattern that does not number, or that another kind has; Conflict.
    """
    known = paper(kind)
    row = session.scalar(select(NumberPattern).filter_by(kind=kind))
    wanted = pattern.strip() or default_pattern(known)
    if wanted == (row.pattern if row else default_pattern(known)):
        return
    if version is not None and version != (row.version if row else 0):
        raise changed_since(_(known.name))
    check_pattern(wanted)
    _check_own(session, kind, wanted)
    if wanted == default_pattern(known):
        session.delete(row)
    elif row is None:
        session.add(NumberPattern(kind=kind, pattern=wanted))
    else:
        row.pattern = wanted


def _check_own(session: Session, kind: str, pattern: str) -> None:
    same = [other for other, used in patterns(session).items() if used == pattern and other != kind]
    if same:
        raise _refused(pattern, _("{other} has this pattern already.", other=_(paper(same[0]).name)))

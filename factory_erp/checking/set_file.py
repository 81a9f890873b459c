"""A set of papers described in a JSON file, read strictly and written again.

The file has the fields of ``PaperSet``; ``docs/checking.md`` lists them. Figures are JSON numbers or plain
decimal strings, dates are ISO 8601, a firm may be a text (name, then address lines), and the letter of
credit may be the text of its MT700.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from factory_erp.checking import mt700
from factory_erp.checking.credit import Credit
from factory_erp.checking.findings import CREDIT
from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Paper, PaperSet
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal
from factory_erp.i18n import _

PLACES = 12
"""Decimals that a figure in the file may have."""


def from_json(text: str) -> tuple[PaperSet, tuple[mt700.Unread, ...]]:
    """The set that *text* describes, and what of an MT700 in it could not be read.

    A paper without ``ref`` is named by its kind, the second of a kind "packing_list-2". Raises
    ``InvalidValue`` that names document (``record``), field (its path) and remedy for anything that is not
    in the format: unknown or doubled keys, wrong types, figures that are no plain numbers, doubled names.
    """
    data = _loaded(text)
    rest: PaperSet = _Reader("", "").record(PaperSet, {**data, "papers": [], "credit": None})
    credit, unread = _credit(data.get("credit"))
    return replace(rest, papers=_papers(data.get("papers", [])), credit=credit), unread


def to_json(papers: PaperSet) -> str:
    """*papers* in the format that ``from_json`` reads: only what is stated, figures as strings."""
    return json.dumps(_plain(papers), ensure_ascii=False, indent=1)


def _loaded(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text, parse_float=_Figure, parse_constant=_Figure, object_pairs_hook=_once)
    except InvalidValue:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidValue(
            _("The file is not JSON: {reason}", reason=str(error)),
            remedy=_("Write it as UTF-8 JSON, one object with a list named papers."),
        ) from None
    if not isinstance(data, dict):
        raise InvalidValue(
            _("The file does not hold one object."),
            remedy=_("Begin it with a curly bracket; the papers are a list named papers."),
        )
    return data


class _Figure(str):
    """A JSON number with decimals, kept as it is written."""

    __slots__ = ()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    doubled = [name for name, times in Counter(name for name, value in pairs).items() if times > 1]
    if doubled:
        raise InvalidValue(
            _("'{field}' stands twice in one object.", field=doubled[0]),
            field=doubled[0],
            remedy=_("Leave one of them out."),
        )
    return dict(pairs)


def _credit(told: Any) -> tuple[Credit | None, tuple[mt700.Unread, ...]]:
    if told is None:
        return None, ()
    if isinstance(told, str) and not isinstance(told, _Figure):
        reading = mt700.parse(told)
        return reading.credit, reading.unread
    credit: Credit = _Reader(CREDIT, "").record(Credit, told)
    return credit, ()


def _papers(told: Any) -> tuple[Paper, ...]:
    if not isinstance(told, list):
        raise _wrong("", "papers", _("a list"))
    papers = tuple(_paper(item, index) for index, item in enumerate(told))
    seen: Counter[str] = Counter()
    named = []
    for paper in papers:
        seen[paper.kind] += 1
        times = seen[paper.kind]
        name = paper.ref or (paper.kind if times == 1 else f"{paper.kind}-{times}")
        named.append(replace(paper, ref=name))
    _refuse_doubles(named)
    return tuple(named)


def _paper(told: Any, index: int) -> Paper:
    name = f"papers[{index}]"
    if isinstance(told, dict):
        given = told.get("ref") or told.get("kind")
        name = given if isinstance(given, str) else name
        if "kind" not in told:
            raise _wrong(name, "kind", _("one of {choices}", choices=", ".join(_choices(Paper, "kind"))))
    paper: Paper = _Reader(name, "").record(Paper, told)
    return paper


def _refuse_doubles(papers: list[Paper]) -> None:
    for name, times in Counter(paper.ref for paper in papers).items():
        if times > 1 or name == CREDIT:
            raise InvalidValue(
                _("Two documents are named '{name}'.", name=name),
                record=name,
                field="ref",
                remedy=_("Give every document a name of its own."),
            )


def _choices(kind: type, field: str) -> tuple[str, ...]:
    return get_args(_hints(kind)[field])


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _wrong(document: str, path: str, wanted: str) -> InvalidValue:
    return InvalidValue(
        _("{document}: '{field}' cannot be read.", document=document or _("The set"), field=path),
        record=document,
        field=path,
        remedy=_("Write {wanted}.", wanted=wanted),
    )


class _Reader:
    """Reads the value at *path* of *document* as the annotated type of its field."""

    def __init__(self, document: str, path: str) -> None:
        self.document = document
        self.path = path

    def under(self, step: str) -> _Reader:
        """The reader of what stands one step below; an index is written "[0]"."""
        joint = "" if not self.path or step.startswith("[") else "."
        return _Reader(self.document, f"{self.path}{joint}{step}")

    def record(self, kind: Any, told: Any) -> Any:
        """A frozen dataclass from a JSON object."""
        if kind is Firm and isinstance(told, str) and not isinstance(told, _Figure):
            return _firm(told)
        if not isinstance(told, dict):
            raise self.wrong(_("an object"))
        hints = _hints(kind)
        for name in told:
            if name not in hints:
                raise self._unknown(name, tuple(hints))
        return kind(**{name: self.under(name).value(hints[name], part) for name, part in told.items()})

    def value(self, kind: Any, told: Any) -> Any:
        """One value; None only where the field may be left open."""
        if is_dataclass(kind):
            return self.record(kind, told)
        origin = get_origin(kind)
        if origin in (Union, UnionType):
            return self._optional(kind, told)
        if origin is tuple:
            return self._items(get_args(kind)[0], told)
        if origin is Literal:
            return self._choice(get_args(kind), told)
        return self._plain(kind, told)

    def _optional(self, kind: Any, told: Any) -> Any:
        inner = next(part for part in get_args(kind) if part is not NoneType)
        return None if told is None else self.value(inner, told)

    def _items(self, kind: Any, told: Any) -> tuple[Any, ...]:
        if not isinstance(told, list):
            raise self.wrong(_("a list"))
        return tuple(self.under(f"[{index}]").value(kind, item) for index, item in enumerate(told))

    def _choice(self, allowed: tuple[str, ...], told: Any) -> Any:
        if not isinstance(told, str) or told not in allowed:
            shown = ", ".join(repr(choice) for choice in allowed)
            raise self.wrong(_("one of {choices}", choices=shown))
        return told

    def _plain(self, kind: Any, told: Any) -> Any:
        if kind is Decimal:
            return self._decimal(told)
        if kind is date:
            return self._date(told)
        if kind is int and isinstance(told, int) and not isinstance(told, bool):
            return told
        if kind is bool and isinstance(told, bool):
            return told
        if kind is str and isinstance(told, str) and not isinstance(told, _Figure):
            return told
        wanted = {int: _("a whole number"), bool: _("true or false"), str: _("a text in quotes")}[kind]
        raise self.wrong(wanted)

    def _decimal(self, told: Any) -> Decimal:
        try:
            return exact_decimal(str(told) if isinstance(told, _Figure) else told, PLACES)
        except InvalidValue:
            raise self.wrong(_("a plain number, for example 1234.56")) from None

    def _date(self, told: Any) -> date:
        try:
            return date.fromisoformat(told)
        except (TypeError, ValueError):
            raise self.wrong(_("a date such as 2026-08-31")) from None

    def wrong(self, wanted: str) -> InvalidValue:
        """The error of a value that is not *wanted*."""
        return _wrong(self.document, self.path, wanted)

    def _unknown(self, name: str, known: tuple[str, ...]) -> InvalidValue:
        path = self.under(name).path
        return InvalidValue(
            _(
                "{document}: there is no field '{field}'.",
                document=self.document or _("The set"),
                field=path,
            ),
            record=self.document,
            field=path,
            remedy=_("Use one of {choices}.", choices=", ".join(known)),
        )


def _firm(text: str) -> Firm:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Firm(lines[0] if lines else "", tuple(lines[1:]))


def _plain(value: Any) -> Any:
    """*value* as JSON: of a record what differs from the fields' defaults, and the kind of a paper."""
    if is_dataclass(value) and not isinstance(value, type):
        stated = {field.name: getattr(value, field.name) for field in fields(value)}
        defaults = {field.name: field.default for field in fields(value)}
        return {name: _plain(part) for name, part in stated.items() if part != defaults[name]}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value

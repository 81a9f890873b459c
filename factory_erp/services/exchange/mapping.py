"""How the columns of a file become the fields of a kind, as data: guessed, given as JSON, remembered.

The JSON is what ``factory-erp import --map`` takes; docs/importing.md is its reference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.figures import parse_decimal
from factory_erp.i18n import _
from factory_erp.services.exchange.fields import plain_header
from factory_erp.services.exchange.kind import Kind

RAW, EMPTY = "raw", "empty"
"""What a word that ``values`` does not have becomes: itself, or nothing; without either it is refused."""
LARGEST_MAP = 1024 * 1024
"""Bytes of a mapping file."""
DEEPEST = 5
"""Look-ups behind one another."""
MOST_PLACES = 6


class MappingRefusedError(DomainError):
    """The mapping cannot be used, or does not fit the file; the message says where."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Another file beside the imported one: the row whose *key* is the cell, and its *value*; *then* on."""

    file: str
    key: str
    value: str
    then: Lookup | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """A factor for a figure: *factor*, or what *values* says of the cell in *column*."""

    factor: str = ""
    column: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's text comes from: *columns* joined by *joint*, or a *constant*.

    Then, in this order: looked up, translated by *values* (*other* for the rest), multiplied by
    *times* and rounded half up to *places*, read as a day of the format *date*.
    """

    columns: tuple[str, ...] = ()
    joint: str = ""
    constant: str = ""
    lookup: Lookup | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    other: str = ""
    times: Times | None = None
    places: int | None = None
    date: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Every header of the file that it reads."""
        return (*self.columns, *((self.times.column,) if self.times and self.times.column else ()))


@dataclass(frozen=True, slots=True)
class Skip:
    """Rows that are left out: those whose *column* is one of *words*, or (*wanted*) is none of them."""

    column: str
    words: tuple[str, ...]
    wanted: bool = False

    def leaves_out(self, cell: str) -> bool:
        """Whether a row with that cell is left out."""
        return (cell.strip() in self.words) != self.wanted


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Field key → where its text comes from; which rows to skip; how the file is to be read."""

    columns: Mapping[str, Source]
    skip: tuple[Skip, ...] = ()
    date: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Every header that the file must have."""
        names = [name for source in self.columns.values() for name in source.named]
        return tuple(dict.fromkeys([*names, *(skip.column for skip in self.skip)]))

    @property
    def lookups(self) -> tuple[Lookup, ...]:
        """The first look-up of every field that has one."""
        return tuple(source.lookup for source in self.columns.values() if source.lookup)


def guess(kind: Kind, headers: Sequence[str]) -> ColumnMap:
    """The columns whose header means a field of *kind*; the first of two that mean the same."""
    by_name: dict[str, str] = {}
    for header in headers:
        by_name.setdefault(plain_header(header), header)
    found = {
        one.key: Source((by_name[name],))
        for one in kind.fields
        if (name := next((name for name in _in_order(one.names(), one.key) if name in by_name), None))
    }
    return ColumnMap(found)


def _in_order(names: frozenset[str], key: str) -> list[str]:
    """The key's own name first, so that ``name_en`` is not taken for another field's alias."""
    return sorted(names, key=lambda name: (name != plain_header(key), name))


def signature(headers: Sequence[str]) -> str:
    """Hash of the headers in their order: the same for every file of one origin."""
    return hashlib.sha256("\x1f".join(plain_header(header) for header in headers).encode()).hexdigest()


def load(path: Path) -> ColumnMap:
    """The mapping in a JSON file. Raises MappingRefusedError."""
    try:
        if path.stat().st_size > LARGEST_MAP:
            raise MappingRefusedError(_("The mapping in {path} is too large.", path=path))
        return from_json(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or _("it is not text")
        raise MappingRefusedError(
            _("The mapping in {path} cannot be read: {reason}.", path=path, reason=reason),
            remedy=_("Name a JSON file in UTF-8."),
        ) from error


def from_json(text: str) -> ColumnMap:
    """The mapping that *text* says. Raises MappingRefusedError naming the place that is wrong."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong(_("mapping"), _("it is not JSON: {reason}", reason=error)) from error
    body = _object(said, _("mapping"), {"columns", "skip", "date", "encoding", "delimiter", "sheet"})
    columns = _object(body.get("columns", {}), "columns")
    return ColumnMap(
        {key: _source(value, f"columns.{key}") for key, value in columns.items()},
        tuple(_skip(one, "skip") for one in _list(body.get("skip", []), "skip")),
        *(_text(body.get(name, ""), name) for name in ("date", "encoding", "delimiter", "sheet")),
    )


_SOURCE = {"column", "columns", "with", "constant", "lookup", "values", "other", "times", "round", "date"}


def _source(said: Any, at: str) -> Source:
    if isinstance(said, str):
        return Source((said,))
    body = _object(said, at, _SOURCE)
    if len({"column", "columns", "constant"} & set(body)) != 1:
        raise _wrong(at, _("it needs one of column, columns and constant"))
    columns = [body["column"]] if "column" in body else _list(body.get("columns", []), at)
    places = body.get("round")
    if places is not None and (type(places) is not int or not 0 <= places <= MOST_PLACES):
        raise _wrong(at, _("round is a number of decimals from 0 to {most}", most=MOST_PLACES))
    other = _text(body.get("other", ""), at)
    if other not in {"", RAW, EMPTY}:
        raise _wrong(at, _("other is either raw or empty"))
    return Source(
        columns=tuple(_text(column, at) for column in columns),
        joint=_text(body.get("with", ""), at),
        constant=_text(body.get("constant", ""), at),
        lookup=_lookup(body["lookup"], f"{at}.lookup") if "lookup" in body else None,
        values=_words(body.get("values", {}), f"{at}.values"),
        other=other,
        times=_times(body["times"], f"{at}.times") if "times" in body else None,
        places=places,
        date=_text(body.get("date", ""), at),
    )


def _lookup(said: Any, at: str, depth: int = 1) -> Lookup:
    body = _object(said, at, {"file", "key", "value", "then"})
    name, key, value = (_text(body.get(part, ""), f"{at}.{part}") for part in ("file", "key", "value"))
    if not (name and key and value):
        raise _wrong(at, _("it needs file, key and value"))
    # A look-up reads only beside the imported file: a mapping from elsewhere must not reach other folders.
    if name in {".", ".."} or PurePosixPath(name).name != name or PureWindowsPath(name).name != name:
        raise _wrong(f"{at}.file", _("it is a plain file name in the folder of the imported file"))
    if depth > DEEPEST:
        raise _wrong(at, _("more than {most} look-ups stand behind one another", most=DEEPEST))
    return Lookup(
        name, key, value, _lookup(body["then"], f"{at}.then", depth + 1) if "then" in body else None
    )


def _times(said: Any, at: str) -> Times:
    if isinstance(said, str):
        return Times(factor=_factor(said, at))
    body = _object(said, at, {"column", "values"})
    values = _words(body.get("values", {}), f"{at}.values")
    return Times(
        column=_text(body.get("column", ""), at),
        values={word: _factor(one, at) for word, one in values.items()},
    )


def _factor(said: str, at: str) -> str:
    try:
        parse_decimal(said)
    except InvalidValue as error:
        raise _wrong(at, str(error)) from error
    return said


def _skip(said: Any, at: str) -> Skip:
    body = _object(said, at, {"column", "is", "is_not"})
    if len({"is", "is_not"} & set(body)) != 1 or "column" not in body:
        raise _wrong(at, _("it needs column, and one of is and is_not"))
    wanted = "is_not" in body
    words = body["is_not" if wanted else "is"]
    listed = words if isinstance(words, list) else [words]
    return Skip(_text(body["column"], at), tuple(_text(word, at).strip() for word in listed), wanted)


def _object(said: Any, at: str, known: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise _wrong(at, _("it is not a JSON object"))
    if known is not None and (strange := sorted(set(said) - known)):
        raise _wrong(at, _("there is no {names} in a mapping", names=", ".join(strange)))
    return said


def _list(said: Any, at: str) -> list[Any]:
    if not isinstance(said, list):
        raise _wrong(at, _("it is not a list"))
    return said


def _text(said: Any, at: str) -> str:
    if not isinstance(said, str):
        raise _wrong(at, _("it is not text; write figures in quotation marks"))
    return said


def _words(said: Any, at: str) -> dict[str, str]:
    return {word.strip(): _text(value, at) for word, value in _object(said, at).items()}


def _wrong(at: str, reason: str) -> MappingRefusedError:
    return MappingRefusedError(
        _("The mapping is wrong at {place}: {reason}.", place=at, reason=reason.rstrip(".")),
        remedy=_("Correct the mapping and import again."),
    )


def to_json(mapping: ColumnMap) -> str:
    """*mapping* as ``from_json`` reads it."""
    said: dict[str, Any] = {"columns": {key: _said(source) for key, source in mapping.columns.items()}}
    if mapping.skip:
        said["skip"] = [
            {"column": one.column, "is_not" if one.wanted else "is": list(one.words)} for one in mapping.skip
        ]
    extras = {name: getattr(mapping, name) for name in ("date", "encoding", "delimiter", "sheet")}
    return json.dumps(said | {name: value for name, value in extras.items() if value}, ensure_ascii=False)


def _said(source: Source) -> Any:
    if source == Source(source.columns) and len(source.columns) == 1:
        return source.columns[0]
    if source.columns:
        body: dict[str, Any] = {"columns": list(source.columns), "with": source.joint}
    else:
        body = {"constant": source.constant}
    if source.lookup:
        body["lookup"] = _lookup_said(source.lookup)
    if source.times:
        times = source.times
        body["times"] = times.factor or {"column": times.column, "values": dict(times.values)}
    extras = {"values": dict(source.values), "other": source.other, "date": source.date}
    body |= {name: value for name, value in extras.items() if value}
    return body if source.places is None else {**body, "round": source.places}


def _lookup_said(lookup: Lookup) -> dict[str, Any]:
    said: dict[str, Any] = {"file": lookup.file, "key": lookup.key, "value": lookup.value}
    return {**said, "then": _lookup_said(lookup.then)} if lookup.then else said


def checked(mapping: ColumnMap, kind: Kind, headers: Sequence[str]) -> ColumnMap:
    """*mapping*, if *kind* has its fields and the file its headers. Raises MappingRefusedError."""
    known = [one.key for one in kind.fields]
    if strange := [key for key in mapping.columns if key not in known]:
        raise MappingRefusedError(
            _(
                "The mapping names fields that {kind} do not have: {names}.",
                kind=kind.name,
                names=", ".join(strange),
            ),
            remedy=_("They have: {names}.", names=", ".join(known)),
        )
    if absent := [name for name in mapping.named if name not in headers]:
        raise MappingRefusedError(
            _("The mapping names columns that the file does not have: {names}.", names=", ".join(absent)),
            remedy=_("The file has: {names}.", names=", ".join(headers)),
        )
    return mapping


def factor_of(times: Times, word: str) -> Decimal:
    """The factor for a row whose cell in the factor's column is *word*. Raises InvalidValue."""
    said = times.values.get(word.strip()) if times.column else times.factor
    if said is None:
        raise InvalidValue(
            _(
                "'{word}' in {column} is not among the factors of the mapping.",
                word=word,
                column=times.column,
            ),
            remedy=_("Add it to the mapping."),
        )
    return parse_decimal(said)

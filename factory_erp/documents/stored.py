"""Snapshots as canonical JSON and back: what is stored of an issued document."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from factory_erp.documents.snapshot import DETAILS_OF, Details, DocumentSnapshot
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

FORMAT = 2
"""Version of the JSON form. Format 1 had neither details nor options; what it left out has its default."""

_READABLE = (1, FORMAT)


def to_json(snapshot: DocumentSnapshot) -> str:
    """The canonical JSON form: sorted keys, no spaces, decimals as plain strings without trailing zeros."""
    data = {"format": FORMAT, "document": _plain(snapshot)}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> DocumentSnapshot:
    """The snapshot that ``to_json`` wrote. Raises ``InvalidValue`` if *text* is not one."""
    try:
        data = json.loads(text)
        if data["format"] not in _READABLE:
            raise InvalidValue(_("The stored document has a format that this version does not know."))
        document = _document(data["document"])
    except InvalidValue:
        raise
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError) as error:
        raise InvalidValue(_("The stored document cannot be read.")) from error
    return document


def _document(parts: dict[str, Any]) -> DocumentSnapshot:
    """The document; which class its details have follows from its kind."""
    rest = dict(parts)
    told = rest.pop("details", None)
    if "facts" in rest:
        rest["facts"] = {name: part for name, part in rest["facts"].items() if name != "logo"}
    values = {name: _build(_hints(DocumentSnapshot)[name], part) for name, part in rest.items()}
    details = None if told is None else _build(DETAILS_OF[values["kind"]], told)
    return DocumentSnapshot(**values, details=details)


DetailsT = TypeVar("DetailsT", bound=Details)


def differences(usual: DetailsT, wanted: DetailsT) -> str:
    """The fields of *wanted* that are not as in *usual*, as JSON; "{}" where none is."""
    found = {
        field.name: _plain(getattr(wanted, field.name))
        for field in fields(usual)
        if getattr(wanted, field.name) != getattr(usual, field.name)
    }
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def with_differences(usual: DetailsT, text: str) -> DetailsT:
    """*usual* with the fields that ``differences`` wrote. Raises InvalidValue where they do not fit."""
    hints = get_type_hints(type(usual))
    try:
        typed = {name: _build(hints[name], part) for name, part in json.loads(text).items() if name in hints}
        return replace(usual, **typed)
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError) as error:
        raise InvalidValue(_("What was typed for the document cannot be read.")) from error


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    return value.isoformat() if isinstance(value, date) else value


def _plain_decimal(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, value: Any) -> Any:
    """*value* (JSON) as the annotated type *kind*; the inverse of ``_plain``."""
    if is_dataclass(kind):
        return _build_record(kind, value)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return None if value is None else _build(get_args(kind)[0], value)
    if origin is tuple:
        return _build_tuple(get_args(kind), value)
    if kind is Decimal:
        return Decimal(value)
    return date.fromisoformat(value) if kind is date else value


def _build_record(kind: Any, parts: dict[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _build(hints[name], part) for name, part in parts.items()})


def _build_tuple(parts: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(_build(parts[0], value) for value in values)
    return tuple(_build(part, value) for part, value in zip(parts, values, strict=True))

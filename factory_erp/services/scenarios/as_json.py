"""Frozen dataclasses as JSON and back: changes and figures of scenarios are kept like this."""

from __future__ import annotations

import types
from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: object) -> Any:
    """*value* as what JSON knows: dataclasses become objects, dates and decimals texts."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def read(kind: type[T], said: Mapping[str, Any]) -> T:
    """A dataclass of *kind* from its object. Raises ValueError, TypeError or ArithmeticError for another."""
    hints = _hints(cast(Hashable, kind))
    return kind(**{name: _value(hints[name], value) for name, value in said.items() if name in hints})


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(kind).items() if not name.startswith("_")}


def _value(hint: Any, said: Any) -> Any:
    if get_origin(hint) in (types.UnionType, Union):
        choices = [one for one in get_args(hint) if one is not type(None)]
        return None if said is None else _value(choices[0], said)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], one) for one in said)
    if is_dataclass(hint):
        return read(cast(type[object], hint), said)
    return _simple(hint, said)


def _simple(hint: Any, said: Any) -> Any:
    if hint in (datetime, date):
        return hint.fromisoformat(said)
    if hint is Decimal:
        return Decimal(said)
    if not isinstance(said, hint) or (hint is int and isinstance(said, bool)):
        raise TypeError(said)
    return said

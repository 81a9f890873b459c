"""Conditions of variant rules: "colour=BK|WH; size!=500".

Terms are separated by ";" and must all hold; a term is an axis, "=" or "!=", and values separated by "|".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

Options = Mapping[str, str]
"""Axis code → value code."""


@dataclass(frozen=True, slots=True)
class Term:
    """One demand of a condition: the item's value on *axis* is among *values*, or is not."""

    axis: str
    values: tuple[str, ...]
    equal: bool = True

    def meets(self, options: Options) -> bool:
        """Whether an item with these options is meant."""
        return (options.get(self.axis) in self.values) is self.equal

    def __str__(self) -> str:
        return f"{self.axis}{'=' if self.equal else '!='}{'|'.join(self.values)}"


def parse_condition(text: str) -> tuple[Term, ...]:
    """The terms of "colour=BK|WH; size!=500", which all must hold; none for an empty text.

    Raises InvalidValue for a text that does not follow the grammar.
    """
    return tuple(_term(part) for part in text.split(";")) if text.strip() else ()


def format_condition(terms: Iterable[Term]) -> str:
    """The condition as it is stored and shown."""
    return "; ".join(map(str, terms))


_TERM = re.compile(r"\s*([^\s=|;!{}]+)\s*(!?=)(.+)")


def _term(text: str) -> Term:
    found = _TERM.fullmatch(text)
    values = tuple(value.strip() for value in found[3].split("|")) if found else ()
    if not found or not all(values) or any(set(value) & set("=!{}") for value in values):
        raise InvalidValue(
            _("'{text}' is not a condition.", text=text.strip()),
            field=_("Condition"),
            remedy=_("Write it like {example}.", example="colour=BK|WH; size!=500"),
        )
    return Term(found[1], values, found[2] == "=")

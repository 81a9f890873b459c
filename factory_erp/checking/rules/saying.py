"""All that a paper says, as one text to look for numbers and wording in."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from factory_erp.checking.papers import Paper
from factory_erp.checking.rules.reading import shown


def said_on(paper: Paper) -> str:
    """Every text, figure and date on *paper*, one a line; not its kind and its name within the set."""
    stated = (getattr(paper, field.name) for field in fields(paper) if field.name not in ("kind", "ref"))
    return "\n".join(line for value in stated for line in _lines(value) if line)


def _lines(value: object) -> list[str]:
    if isinstance(value, tuple):
        return [line for item in value for line in _lines(item)]
    if is_dataclass(value):
        return [line for field in fields(value) for line in _lines(getattr(value, field.name))]
    if isinstance(value, Decimal | date):
        return [shown(value)]
    return [value] if isinstance(value, str) else []

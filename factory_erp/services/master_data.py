"""What every form of master data checks the same way, each problem under the field that it is about.

``field`` of these errors is the name of the form's own attribute ("sku"), so that a page can put the
sentence beside its entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, DomainError, InvalidValue
from factory_erp.domain.figures import exact_decimal
from factory_erp.i18n import _
from factory_erp.models.base import Base
from factory_erp.models.types import LARGEST, MICRO
from factory_erp.services.bulk import chunks

RecordT = TypeVar("RecordT", bound=Base)

LARGEST_COUNT = 2**31 - 1
"""Greatest whole number of an ordinary column: grams, millimetres, days."""


class HasVersion(Protocol):
    """A record that forms save over the version that they read."""

    version: Any


def same_version(record: HasVersion, version: int | None, name: str) -> None:
    """Raise Conflict unless *record*, which the user knows as *name*, is still the *version* he read."""
    if version is not None and record.version != version:
        raise changed_since(name)


def changed_since(name: str) -> Conflict:
    """The error for a record that somebody else changed while a form had it open."""
    return Conflict(
        _("{name} was changed by somebody else since you opened it.", name=name),
        record=name,
        remedy=_("Reload it and make your change again."),
    )


def by_id(session: Session, kind: type[RecordT], ids: Iterable[int]) -> dict[int, RecordT]:
    """The records with these ids, by id, in a statement per some thousand; one that is gone is left out."""
    return {
        row.id: row for part in chunks(ids) for row in session.scalars(select(kind).where(kind.id.in_(part)))
    }


def differs(record: Base, values: Mapping[str, Any]) -> bool:
    """Whether *record* would be changed by *values* (attribute → value)."""
    return any(getattr(record, name) != value for name, value in values.items())


def assign(record: Base, values: Mapping[str, Any]) -> None:
    """Give *record* the *values*, attribute by attribute."""
    for name, value in values.items():
        setattr(record, name, value)


def text_problems(kind: type[Base], values: Mapping[str, Any], record: str = "") -> Iterable[InvalidValue]:
    """Texts that do not fit their column of *kind*, or hold a NUL, which PostgreSQL does not take."""
    columns = kind.__table__.columns
    for name, value in values.items():
        if not isinstance(value, str) or name not in columns:
            continue
        longest = getattr(columns[name].type, "length", None)
        if longest and len(value) > longest:
            yield too_long(record, name, longest, len(value))
        elif "\0" in value:
            message = _("The text holds a character that cannot be stored.")
            yield InvalidValue(message, record=record, field=name, remedy=_("Type it again."))


def check_texts(kind: type[Base], values: Mapping[str, Any], record: str = "") -> None:
    """Raise the first of the text problems."""
    for problem in text_problems(kind, values, record):
        raise problem


def too_long(record: str, field: str, longest: int, length: int) -> InvalidValue:
    """The error for a text of *length* characters where *longest* fit."""
    return InvalidValue(
        _("The text is {length} characters long, at most {most} fit.", length=length, most=longest),
        record=record,
        field=field,
        remedy=_("Shorten it."),
    )


def count_problem(value: int, field: str, *, least: int = 0, record: str = "") -> InvalidValue | None:
    """Why *value* is no whole number from *least* up to what a column holds; None where it is."""
    if type(value) is int and least <= value <= LARGEST_COUNT:
        return None
    return InvalidValue(
        _(
            "{figure} is not a whole number from {least} to {most}.",
            figure=value,
            least=least,
            most=LARGEST_COUNT,
        ),
        record=record,
        field=field,
        remedy=_("Correct the figure."),
    )


def figure_problem(
    value: Decimal, field: str, *, above_zero: bool = False, record: str = ""
) -> InvalidValue | None:
    """Why *value* cannot be stored as a figure from zero (or above it) up; None where it can."""
    try:
        number = exact_decimal(value, MICRO)
    except InvalidValue as error:
        return under(error, field, record)
    if number < 0 or (above_zero and not number):
        message = _("It must be above zero.") if above_zero else _("It cannot be below zero.")
        return InvalidValue(message, record=record, field=field, remedy=_("Correct the figure."))
    if number > Decimal(LARGEST).scaleb(-MICRO):
        message = _("{figure} is too large to be stored.", figure=value)
        return InvalidValue(message, record=record, field=field, remedy=_("Correct the figure."))
    return None


def under(error: DomainError, field: str, record: str = "") -> InvalidValue:
    """The same error, said under *field*."""
    remedy = error.remedy or _("Correct the figure.")
    return InvalidValue(error.message, record=record or error.record, field=field, remedy=remedy)


def is_multiple(value: Decimal, step: Decimal) -> bool:
    """Whether *value* is a whole number of *step* (> 0), exactly."""
    return (Fraction(value) / Fraction(step)).denominator == 1

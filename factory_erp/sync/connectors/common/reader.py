"""Strict reading of a payload's fields; each failure names the record, the field and the fault."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal, parse_decimal
from factory_erp.i18n import _
from factory_erp.sync.connectors.common.countries import country_code
from factory_erp.sync.http.client import Json

PLACES = 6
"""Decimals that a quantity or a unit price may have."""

_NOISE_PLACES = 10
_NOISE = Decimal("1E-9")


class Malformed(InvalidValue):
    """A field of a payload is not what the platform's documentation promises."""

    def __init__(self, record: str, field: str, fault: str) -> None:
        super().__init__(
            _("Record {record}, field '{field}': {fault}", record=record or "?", field=field, fault=fault),
            record=record,
            field=field,
            remedy=_("Correct it on the platform, then fetch it again."),
        )


class Reader:
    """Typed access to the fields of *data*, an object inside the payload of *record*."""

    def __init__(self, data: Json, record: str, prefix: str = "") -> None:
        self.data = data
        self.record = record
        self._prefix = prefix

    def fail(self, field: str, fault: str) -> Malformed:
        """The error for *field* of this object."""
        return Malformed(self.record, f"{self._prefix}{field}", fault)

    def child(self, field: str) -> Self | None:
        """The object in *field*, None if there is none."""
        value = self.data.get(field)
        if value is None or value == "":
            return None
        if not isinstance(value, Mapping):
            raise self.fail(field, _("an object is expected."))
        return type(self)(value, self.record, f"{self._prefix}{field}.")

    def items(self, field: str) -> list[Self]:
        """The objects of the list in *field*; none if the field is missing or null."""
        rows = self.data.get(field)
        if rows is None or rows == "":
            return []
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise self.fail(field, _("a list of objects is expected."))
        return [
            type(self)(row, self.record, f"{self._prefix}{field}[{position}].")
            for position, row in enumerate(rows, 1)
        ]

    def text(self, *fields: str) -> str:
        """The first of *fields* that holds something, text or whole number; "" if none does."""
        for field in fields:
            value = self.data.get(field)
            if value is None or value == "":
                continue
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise self.fail(field, _("text is expected."))
            return str(value).strip()
        return ""

    def required(self, *fields: str) -> str:
        """The text of the first of *fields* that holds one, which must be there."""
        value = self.text(*fields)
        if not value:
            raise self.fail(fields[0], _("it is missing."))
        return value

    def flag(self, field: str) -> bool:
        """Whether *field* says yes: true, "true" or 1."""
        return str(self.data.get(field)).strip().casefold() in {"true", "1"}

    def number(self, field: str, places: int = PLACES, *, signed: bool = False) -> Decimal:
        """The exact figure in *field*, which must be there; negative only where *signed*."""
        text = self.required(field)
        try:
            value = exact_decimal(without_noise(parse_decimal(text)), places)
        except InvalidValue as fault:
            raise self.fail(field, fault.message) from fault
        if value < 0 and not signed:
            raise self.fail(field, _("{figure} is negative.", figure=text))
        return value

    def optional(self, field: str, places: int = PLACES, *, signed: bool = False) -> Decimal | None:
        """The figure in *field*, None where the platform gives none."""
        return self.number(field, places, signed=signed) if self.text(field) else None

    def country(self, *fields: str) -> str:
        """The ISO 3166-1 alpha-2 code of the country that the first filled one of *fields* names, or ""."""
        text = self.text(*fields)
        if not text:
            return ""
        try:
            return country_code(text)
        except InvalidValue as fault:
            raise self.fail(fields[0], fault.message) from fault


def without_noise(value: Decimal) -> Decimal:
    """*value* without the tail that binary floating point leaves: 19.990000000000002 is 19.99.

    Platforms that calculate in doubles send it. Only a figure with ten decimals or more whose tail lies
    below 1E-9 is touched.
    """
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent < _NOISE_PLACES:
        return value
    rounded = value.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_UP)
    return rounded.normalize() if abs(value - rounded) < _NOISE else value


def rows_of(payload: Json, *names: str) -> list[object] | None:
    """The list under the first of *names*, or the only list of the payload; None if there is none.

    Some answers are documented without the name of their list.
    """
    for name in names:
        value = payload.get(name)
        if isinstance(value, list):
            return value
        if name in payload and value is None:
            return []
    lists = [value for value in payload.values() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 else None

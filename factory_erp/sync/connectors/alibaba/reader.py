"""Strict reading of one order's fields; each failure names the order, the field and the fault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from factory_erp.domain.countries import country
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import exact_decimal
from factory_erp.domain.money import exponent
from factory_erp.i18n import _
from factory_erp.sync.http.client import Json

PLACES = 6
"""Decimals that a quantity or a unit price may have."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Codes that the platform uses in place of the ISO 3166-1 alpha-2 code.
_COUNTRY_ALIASES = {
    "UK": "GB",
    "SRB": "RS",
    "MNE": "ME",
    "GGY": "GG",
    "JEY": "JE",
    "TLS": "TL",
    "ALA": "AX",
    "ZR": "CD",
}


class Malformed(InvalidValue):
    """A field of an order's payload is not what the platform's documentation promises."""

    def __init__(self, order: str, field: str, fault: str) -> None:
        super().__init__(
            _("Order {order}, field '{field}': {fault}", order=order or "?", field=field, fault=fault),
            record=order,
            field=field,
            remedy=_("Correct it on the platform, then fetch the order again."),
        )


class Reader:
    """Typed access to the fields of *data*, an object inside the payload of the order *order*."""

    def __init__(self, data: Json, order: str, prefix: str = "") -> None:
        self.data = data
        self._order = order
        self._prefix = prefix

    def fail(self, field: str, fault: str) -> Malformed:
        """The error for *field* of this object."""
        return Malformed(self._order, f"{self._prefix}{field}", fault)

    def child(self, field: str) -> Reader | None:
        """The object in *field*, None if there is none."""
        value = self.data.get(field)
        if value is None or value == "":
            return None
        if not isinstance(value, Mapping):
            raise self.fail(field, _("an object is expected."))
        return Reader(value, self._order, f"{self._prefix}{field}.")

    def items(self, field: str) -> list[Reader]:
        """The objects of the list in *field*, wrapped once more (TOP) or not (IOP)."""
        rows = flat_list(self.data.get(field))
        if rows is None or not all(isinstance(row, Mapping) for row in rows):
            raise self.fail(field, _("a list of objects is expected."))
        return [
            Reader(row, self._order, f"{self._prefix}{field}[{position}].")
            for position, row in enumerate(rows, 1)
            if isinstance(row, Mapping)
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

    def required(self, field: str) -> str:
        """The text of *field*, which must be there."""
        value = self.text(field)
        if not value:
            raise self.fail(field, _("it is missing."))
        return value

    def number(self, field: str, places: int = PLACES, *, signed: bool = False) -> Decimal:
        """The exact figure in *field*, which must be there; negative only where *signed*."""
        text = self.required(field)
        try:
            value = exact_decimal(text, places)
        except InvalidValue as fault:
            raise self.fail(field, fault.message) from fault
        if value < 0 and not signed:
            raise self.fail(field, _("{figure} is negative.", figure=text))
        return value

    def currency(self, field: str = "currency") -> str:
        """The ISO 4217 code in *field*."""
        code = self.required(field)
        try:
            exponent(code)
        except InvalidValue as fault:
            raise self.fail(field, fault.message) from fault
        return code

    def money(self, field: str, *, signed: bool = False) -> tuple[Decimal, str] | None:
        """(amount, currency) of the amount object in *field*, None if the platform gives none."""
        amount = self.child(field)
        if amount is None or not amount.text("amount"):
            return None
        code = amount.currency()
        return amount.number("amount", exponent(code), signed=signed), code

    def country(self, *fields: str) -> str:
        """The ISO 3166-1 alpha-2 code in the first of *fields* that holds one; "" if none does."""
        code = self.text(*fields).upper()
        if not code:
            return ""
        try:
            return country(_COUNTRY_ALIASES.get(code, code)).alpha2
        except InvalidValue as fault:
            raise self.fail(fields[0], fault.message) from fault

    def time(self, field: str) -> datetime | None:
        """The moment in *field*, from its ``timestamp`` (epoch ms); None if there is none.

        The text beside it is in US Pacific time and is never read.
        """
        moment = self.child(field)
        if moment is None or not moment.text("timestamp"):
            return None
        stamp = moment.text("timestamp")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 14):
            raise moment.fail("timestamp", _("'{stamp}' is not a time in milliseconds.", stamp=stamp))
        return _EPOCH + timedelta(milliseconds=int(stamp))


def flat_list(value: object) -> list[object] | None:
    """The list in *value*, also where TOP wraps it in an object of one key; None if it is neither."""
    if value is None or value == "":
        return []
    if isinstance(value, Mapping):
        if not value:
            return []
        inner = next(iter(value.values())) if len(value) == 1 else None
        return inner if isinstance(inner, list) else None
    return value if isinstance(value, list) else None

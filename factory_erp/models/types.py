"""Column types that keep numbers exact and times in UTC on every database."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, TypeDecorator
from sqlalchemy.exc import DontWrapMixin

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

MICRO = 6
"""Decimal places of quantities and unit prices: stored as integers of 10⁻⁶."""

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""64-bit key; SQLite auto-increments only a column declared INTEGER."""


LARGEST = 2**63 - 1
"""Greatest integer that a column holds, on either side of zero."""


class UnstorableError(InvalidValue, DontWrapMixin):
    """A figure that no column holds; SQLAlchemy lets it through as it is, so that forms can show it."""


class Scaled(TypeDecorator[Decimal]):
    """A decimal with up to *places* decimals, stored as one integer.

    NUMERIC is REAL on SQLite and loses digits (99999999999999.9999 comes back rounded).
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int = MICRO) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Scale on the way in; InvalidValue beyond the column's range or decimals: nothing is rounded."""
        if value is None:
            return None
        number = Decimal(value)
        most = Decimal(LARGEST).scaleb(-self.places)
        if not number.is_finite() or abs(number) > most:
            raise UnstorableError(
                _("{figure} is too large to be stored.", figure=value),
                remedy=_("Enter a figure up to {most}.", most=int(most)),
            )
        numerator, denominator = number.as_integer_ratio()
        # int() because the type checker takes an int to a power for Any
        whole, rest = divmod(numerator * int(10**self.places), denominator)
        if rest:
            raise UnstorableError(
                _("{figure} has more than {places} decimals.", figure=value, places=self.places),
                remedy=_("Round it to {places} decimals.", places=self.places),
            )
        return whole

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Unscale on the way out, without trailing zeros."""
        if value is None:
            return None
        whole, rest = divmod(value, 10**self.places)
        return Decimal(whole) if not rest else Decimal(value).scaleb(-self.places).normalize()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; a naive one is refused because it would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite stores the digits alone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

"""The declarative base, and the columns that many tables share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from factory_erp.models.types import BigId, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name from day one, so that a migration can alter it on any database."""


class Base(DeclarativeBase):
    """A table of the factory; each row has a 64-bit ``id``."""

    metadata = MetaData(naming_convention=NAMING)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-10)


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


class Timed:
    """When the row was made."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, sort_order=90)


class Versioned:
    """A counter that rises with each change: a form saves only over the version that it read."""

    version: Mapped[int] = mapped_column(default=1, sort_order=91)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        return {"version_id_col": cls.version}


class Keyed:
    """A key made by the client before the first save, so that a repeated save finds the record."""

    client_key: Mapped[str | None] = mapped_column(String(64), unique=True, sort_order=92)


def one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    """CHECK that *column* holds a member of *states*."""
    listed = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def fk(target: str, *, cascade: bool = False) -> ForeignKey:
    """Foreign key to ``table.column``; *cascade* where the row is a part of its parent."""
    return ForeignKey(target, ondelete="CASCADE" if cascade else "RESTRICT")


Transitions = Mapping[Any, frozenset[Any]]
"""State → states that may follow it."""

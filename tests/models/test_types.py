"""Columns that keep numbers exact refuse what they cannot hold, with a sentence for the form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select

from factory_erp.domain.errors import InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.types import Scaled

FIGURE: Column[Decimal] = Column("figure", Scaled())
FIGURES = Table("figures", MetaData(), FIGURE)
LARGEST = Decimal(2**63 - 1).scaleb(-6)


def kept(db: Database, figure: Decimal) -> Decimal | None:
    with db.session(write=True) as session:
        FIGURES.create(session.connection(), checkfirst=True)
        session.execute(insert(FIGURES).values(figure=figure))
        return session.scalars(select(FIGURE)).one()


@pytest.mark.parametrize("figure", [LARGEST, -LARGEST, Decimal("0.000001"), Decimal("1E+2"), Decimal("1.50")])
def test_what_fits_comes_back_as_it_was(db: Database, figure: Decimal) -> None:
    assert kept(db, figure) == figure


@pytest.mark.parametrize(
    ("figure", "message", "remedy"),
    [
        (LARGEST + Decimal("0.000001"), "too large", "up to 9223372036854"),
        (-LARGEST - Decimal("0.000001"), "too large", "up to 9223372036854"),
        (Decimal("1E+400"), "too large", "up to"),
        (Decimal("Infinity"), "too large", "up to"),
        (Decimal("NaN"), "too large", "up to"),
        (Decimal("0.0000001"), "more than 6 decimals", "Round it to 6 decimals"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    db: Database, figure: Decimal, message: str, remedy: str
) -> None:
    with pytest.raises(InvalidValue, match=message) as refusal:
        kept(db, figure)
    assert remedy in refusal.value.remedy

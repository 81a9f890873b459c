"""Gapless numbers: "CI-2026-00042".

The counter is one row per kind and year, raised by one atomic UPDATE in the transaction that
uses the number. A rolled-back transaction gives its number back; two at once wait for each
other. Take it last, so that the wait is short.
"""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from factory_erp.models.documents import NumberSeries


def next_number(session: Session, prefix: str, year: int, width: int = 5) -> str:
    """The next number of the series *prefix* in *year*."""
    return next_numbers(session, prefix, year, 1, width)[0]


def next_numbers(session: Session, prefix: str, year: int, count: int, width: int = 5) -> list[str]:
    """The next *count* numbers of the series, in one statement."""
    last = _raise(session, f"{prefix}-{year}", count) if count else 0
    return [f"{prefix}-{year}-{number:0{width}d}" for number in range(last - count + 1, last + 1)]


def next_count(session: Session, series: str) -> int:
    """The next count of *series* ("CI-2026"), from 1."""
    return _raise(session, series, 1)


def next_counts(session: Session, series: str, count: int) -> int:
    """The first of *count* numbers in a row that *series* never gave."""
    return _raise(session, series, count) - count + 1


def _raise(session: Session, series: str, count: int) -> int:
    raised = (
        update(NumberSeries)
        .where(NumberSeries.series == series)
        .values(last=NumberSeries.last + count)
        .returning(NumberSeries.last)
        .execution_options(synchronize_session=False)
    )
    last = session.scalar(raised)
    if last is None:
        _open(session, series)
        last = session.scalar(raised)
    assert last is not None
    return last


def _open(session: Session, series: str) -> None:
    """Make the series' row; harmless where another client made it in the same moment."""
    try:
        with session.begin_nested():
            session.add(NumberSeries(series=series))
    except IntegrityError:
        session.expire_all()

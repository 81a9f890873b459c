"""The periods that the register can be narrowed to."""

from __future__ import annotations

from datetime import date

from factory_erp.ui.documents.list import period


def test_periods_end_today() -> None:
    day = date(2026, 11, 23)
    assert period("week", day) == (date(2026, 11, 17), day)
    assert period("month", day) == (date(2026, 10, 24), day)
    assert period("year", day) == (date(2026, 1, 1), date(2026, 12, 31))
    assert period("before", day) == (date(2025, 1, 1), date(2025, 12, 31))
    assert period("", day) == (None, None)

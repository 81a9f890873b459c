from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.services.engineering.calendars import ShiftInput
from factory_erp.ui.engineering.week import rows_of, shifts_in
from factory_erp.ui.engineering.words import clock, open_minutes, read_clock, read_spans, span_of, spans_text


@given(st.integers(0, 1440))
def test_a_clock_reads_what_it_shows(minute: int) -> None:
    assert read_clock(clock(minute)) == minute


@pytest.mark.parametrize("text", ["", "8", "25:00", "08:60", "24:01", "noon"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_clock(text)


def test_hours_are_read_as_people_write_them() -> None:
    assert read_spans("13:00–17:00， 0800-12:00") == ((480, 720), (780, 1020))
    assert read_spans("22:00-06:00") == ((1320, 1800),)
    assert read_spans("") == ()
    assert spans_text(read_spans("22:00-06:00")) == "22:00–06:00 (next day)"
    assert open_minutes(read_spans("00:00-24:00")) == 1440
    with pytest.raises(InvalidValue):
        read_spans("08:00")


SPANS = st.tuples(st.integers(0, 1439), st.integers(0, 1440)).filter(lambda pair: pair[0] != pair[1] % 1440)


@given(st.sets(st.tuples(st.integers(0, 6), SPANS), max_size=12))
def test_a_week_comes_back_from_its_rows(week: set[tuple[int, tuple[int, int]]]) -> None:
    shifts = {ShiftInput(day, *span_of(*span)) for day, span in week}
    assert set(shifts_in(rows_of(tuple(shifts)))) == shifts

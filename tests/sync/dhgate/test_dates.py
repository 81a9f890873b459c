import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.sync.connectors.dhgate.dates import Dates, dates

SHANGHAI = dates({"zone_certain": "yes"})
MARCH = datetime(2026, 3, 1, tzinfo=UTC)

moments = st.integers(1_577_836_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))
zones = st.sampled_from(["Asia/Shanghai", "America/Los_Angeles", "Europe/Berlin", "UTC"])


def test_a_date_is_read_in_the_zone_of_the_account() -> None:
    assert SHANGHAI.read("2014-01-12 18:20:21") == datetime(2014, 1, 12, 10, 20, 21, tzinfo=UTC)
    berlin = dates({"zone": "Europe/Berlin"})
    assert berlin.read("2014-01-12 18:20:21.0") == datetime(2014, 1, 12, 17, 20, 21, tzinfo=UTC)
    with pytest.raises(InvalidValue):
        SHANGHAI.read("12.01.2014")


def test_a_window_is_written_in_that_zone_and_a_day_wider_while_it_is_not_certain() -> None:
    end = MARCH + timedelta(hours=1)
    assert SHANGHAI.windows(MARCH, end) == (("2026-03-01 08:00:00", "2026-03-01 09:00:01"),)
    unsure = dates({})
    assert unsure.windows(MARCH, end) == (("2026-02-28 08:00:00", "2026-03-02 09:00:01"),)


@given(moments, st.timedeltas(timedelta(), timedelta(days=1500)), zones, st.booleans())
def test_windows_cover_everything_and_are_never_too_long(
    start: datetime, span: timedelta, zone: str, certain: bool
) -> None:
    calendar = Dates(ZoneInfo(zone), certain)
    found = calendar.windows(start, start + span)
    naive = [tuple(datetime.fromisoformat(text) for text in pair) for pair in found]
    assert naive[0][0] <= start.astimezone(calendar.zone).replace(tzinfo=None)
    assert naive[-1][1] >= (start + span).astimezone(calendar.zone).replace(tzinfo=None)
    for begin, end in naive:
        assert timedelta() <= end - begin <= timedelta(days=365)
    for before, after in itertools.pairwise(naive):
        assert after[0] <= before[1]


def test_what_cannot_be_a_window_or_a_zone() -> None:
    with pytest.raises(InvalidValue):
        SHANGHAI.windows(MARCH, MARCH - timedelta(days=1))
    with pytest.raises(InvalidValue):
        SHANGHAI.windows(MARCH.replace(tzinfo=None), MARCH.replace(tzinfo=None))
    with pytest.raises(InvalidValue) as caught:
        dates({"zone": "Beijing/Nowhere"})
    assert caught.value.field == "zone"

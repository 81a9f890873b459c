"""A computer's clock that is wrong, or put right again, makes no order be missed: a hundred histories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from time import time
from zoneinfo import ZoneInfo

import pytest

from factory_erp.models.database import Database
from factory_erp.models.platforms import RunTrigger
from factory_erp.services import clock
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.accounts import AccountForm
from factory_erp.services.progress import Quiet
from factory_erp.sync import engine, runs
from factory_erp.sync.archive import CallArchive
from factory_erp.sync.connectors.alibaba.orders import window as alibaba_window
from factory_erp.sync.connectors.base import OrderPage
from factory_erp.sync.connectors.dhgate.dates import dates
from factory_erp.sync.connectors.inquiries import InquiryPage
from factory_erp.sync.http.client import CallFacts
from factory_erp.sync.inquiry_pull import pull_inquiries
from factory_erp.sync.sandbox.alibaba import SandboxServer
from tests.sync.test_runs import Shop

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
SKEWS = {
    "a day behind": -DAY,
    "ten years ahead": timedelta(days=3652),
    "a zone ahead": 8 * HOUR,
    "a zone behind": -8 * HOUR,
    "summer time ahead": HOUR,
    "summer time behind": -HOUR,
    "minutes ahead": 25 * MINUTE,
    "seconds behind": -40 * SECOND,
}
STARTS = {
    "spring": datetime(2026, 3, 8, 8, 0, tzinfo=UTC),
    "autumn": datetime(2026, 11, 1, 7, 0, tzinfo=UTC),
    "leap day": datetime(2028, 2, 28, 23, 0, tzinfo=UTC),
    "turn of the year": datetime(2026, 12, 31, 22, 30, tzinfo=UTC),
}
Case = tuple[str, str, int]
CASES: list[Case] = [(skew, start, seed) for skew in SKEWS for start in STARTS for seed in range(3)]
CASES += [("a zone ahead", "spring", seed) for seed in range(3, 7)]


@dataclass
class Market:
    """A platform whose own clock is right: it dates its answers and keeps the windows that it was asked."""

    truth: datetime = STARTS["spring"]
    archive: CallArchive = field(default_factory=lambda: CallArchive(0))
    asked: list[tuple[datetime, datetime, datetime]] = field(default_factory=list)
    platform: str = "market"

    @property
    def orders(self) -> Market:
        return self

    @property
    def inquiries(self) -> _Mail:
        return _Mail(self)

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[OrderPage]:
        self.heard(modified_from, modified_to)
        yield OrderPage((), (), 0, 0, last=True)

    def ahead(self) -> timedelta:
        return self.archive.clock_ahead

    def heard(self, start: datetime, end: datetime) -> None:
        self.asked.append((start, end, self.truth))
        stamp = self.truth.replace(microsecond=0)
        self.archive(CallFacts("/list", "", False, clock.now(), 5, 200, "", "", "", answered_at=stamp))

    def missed(self, since: datetime) -> list[datetime]:
        """Moments from *since* to the last call of which no window told once they were over.

        Only beside an end of a window, or a call, can anything be left out.
        """
        ends = {since, *(end for call in self.asked for end in call)}
        beside = {end + step for end in ends for step in (-SECOND, SECOND)}
        return [
            moment
            for moment in sorted(beside)
            if since <= moment < self.truth
            and not any(start <= moment <= min(end, seen) for start, end, seen in self.asked)
        ]


@dataclass
class _Mail:
    market: Market

    def pages(self, modified_from: datetime, modified_to: datetime) -> Iterator[InquiryPage]:
        self.market.heard(modified_from, modified_to)
        yield InquiryPage((), (), 0, 0, last=True)


def told(case: Case) -> list[tuple[datetime, timedelta]]:
    """(true time, error of the clock) of each run: right, wrong for some time, right again."""
    skew, start, seed = case
    chance, moment, runs_told = Random(f"{case}"), STARTS[start], []
    for wrong in (False, *[True] * (1 + seed % 3), False, False):
        runs_told.append((moment, SKEWS[skew] if wrong else timedelta()))
        moment += chance.choice([5 * MINUTE, HOUR, 3 * HOUR, 13 * HOUR]) + chance.randrange(60) * SECOND
    return runs_told


def lived(market: Market, case: Case, account: int, *, mail: bool) -> None:
    """Let the account sync through the history *case*."""
    for market.truth, error in told(case):
        market.archive = CallArchive(account, batches=True)
        with clock.at(market.truth + error):
            if mail:
                pull_inquiries(account, market, Quiet(), ahead=market.ahead)  # type: ignore[arg-type]
            else:
                engine.pull(account, market, ahead=market.ahead)  # type: ignore[arg-type]


def test_nothing_that_changed_meanwhile_is_missed(db: Database) -> None:
    assert len(CASES) == 100
    for number, case in enumerate(CASES):
        account = platforms.save_account(AccountForm("dhgate", f"Shop {number}", app_key=f"k{number}")).value
        market = Market()
        # Orders and inquiries have each a cursor of their own.
        lived(market, case, account, mail=number % 4 == 0)
        assert market.missed(STARTS[case[1]] - DAY) == [], case
        assert all(start <= end for start, end, _seen in market.asked), case


@pytest.mark.parametrize(("started", "outcome", "ahead"), [
    (8 * HOUR, "", 8 * HOUR),
    (SECOND, "", timedelta()),
    (-DAY, "", timedelta()),
    (8 * HOUR, "no answer in time", timedelta()),
])  # fmt: skip
def test_only_a_usable_answer_tells_that_the_clock_is_ahead(
    db: Database, started: timedelta, outcome: str, ahead: timedelta
) -> None:
    present, archive = STARTS["autumn"], CallArchive(1, batches=True)
    facts = CallFacts("/list", "", False, present + started, 5, 200, outcome, "", "", answered_at=present)
    archive(facts)
    assert archive.clock_ahead == ahead


def test_a_run_keeps_its_cursor_at_the_platforms_time(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """This computer's clock is eight hours ahead of the platform's, which stands in each answer."""
    with SandboxServer() as server:
        server.state.now = lambda: datetime.now(UTC)
        shop = Shop(db, server)
        monkeypatch.setattr("factory_erp.sync.sandbox.server.time", lambda: time() - 8 * 3600)
        end = platforms.next_window(shop.account).end
        runs.sync_account(shop.account, shop.secrets, trigger=RunTrigger.HAND)
        start = platforms.next_window(shop.account).start
    assert abs(start - (end - 8 * HOUR - 10 * MINUTE)) < 10 * SECOND


NIGHTS = [*STARTS.values(), datetime(2026, 10, 25, 0, 0, tzinfo=UTC), datetime(2026, 3, 29, 0, 0, tzinfo=UTC)]


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Berlin", "Asia/Shanghai"])
def test_windows_as_written_leave_no_gap_in_the_nights_when_clocks_change(night: datetime, zone: str) -> None:
    """Read in either of the two meanings of a repeated hour, what is written covers what was asked for."""
    calendar = dates({"zone": zone, "zone_certain": "yes"})
    for start in (night + number * 20 * MINUTE for number in range(18)):
        end = start + 30 * MINUTE
        (written,) = calendar.windows(start, end)
        assert _latest(written[0], zone) <= start
        assert _earliest(written[1], zone) >= end
        told_both = alibaba_window(start, end)
        stamps = [told_both[name].partition('"date_timestamp":"')[2][:13] for name in told_both]
        assert int(stamps[0]) <= start.timestamp() * 1000 <= end.timestamp() * 1000 <= int(stamps[1])


def _moments(text: str, zone: str) -> list[datetime]:
    naive = datetime.fromisoformat(text)
    return [naive.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]


def _latest(text: str, zone: str) -> datetime:
    return max(_moments(text, zone))


def _earliest(text: str, zone: str) -> datetime:
    return min(_moments(text, zone))

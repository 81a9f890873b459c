"""Calls against a platform that counts them, from connectors that come and go."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.sync import engine
from factory_erp.sync.archive import CallArchive
from factory_erp.sync.connectors.base import utc_now
from tests.sync.crash_worker import FileSecretsOfTests
from tests.sync.markets import AlibabaMarket, Line, open_account, order_name

BEFORE_A_NEW_ONE = 25
"""Calls after which a connector is closed and another one opened."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the platform counted. ``over`` are the calls above the limit in any second."""

    calls: int
    limit: int
    connectors: int
    over: int
    most_in_a_second: int
    per_second: float
    throttled: int
    seconds: float


class _NoArchive(CallArchive):
    """Writes no call down: this is about their pace."""

    def flush(self) -> None:
        self._waiting = []


def count_calls(calls: int, limit: int, folder: Path, *, threads: int = 3) -> Counted:
    """Make *calls* calls at the account's *limit* per second, as fast as the program lets them through.

    The database has to be bound; *folder* is for the secrets.
    """
    market = AlibabaMarket(f"counting-{uuid.uuid4().hex}")
    market.server.calls_per_second = limit
    with market.server as server:
        market.put(order_name(0), [Line("CUP", 1, Decimal(1))], utc_now(), utc_now())
        account, secrets = open_account(market, folder, calls_per_second=str(limit))
        view = platforms.account(account)
        rounds = [BEFORE_A_NEW_ONE] * (calls // BEFORE_A_NEW_ONE)
        began = time.monotonic()
        with ThreadPoolExecutor(threads) as pool:
            made = sum(pool.map(lambda often: _ask(view, secrets, often), rounds))
        seconds = time.monotonic() - began
        moments = server.arrivals()
        return Counted(
            calls=made,
            limit=limit,
            connectors=len(rounds),
            over=server.over_limit(),
            most_in_a_second=_most(moments),
            per_second=round(made / seconds, 1),
            throttled=market.state.faults["throttle"],
            seconds=round(seconds, 1),
        )


def _ask(view: AccountView, secrets: FileSecretsOfTests, often: int) -> int:
    with engine.open_connector(view, secrets, archive=_NoArchive(view.id, batches=True)) as connector:
        assert connector.orders is not None
        for _each in range(often):
            connector.orders.order(order_name(0))
    return often


def _most(moments: list[float]) -> int:
    """The most calls in any second, counted from each of them."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most

"""One PC at a time talks to an account, on either database, whoever dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest

from factory_erp.models.database import Database
from factory_erp.services import base, clock
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_leases
from factory_erp.services.platforms.sync_leases import Held, Lease
from tests.conftest import MONDAY

ROOT = Path(__file__).resolve().parents[2]

OTHER_PC = """
import sys
from factory_erp.models.database import Database
from factory_erp.services import base
from factory_erp.services.platforms import sync_leases
base.bind(Database(sys.argv[1]))
print(type(sync_leases.take(int(sys.argv[2]), "Other PC", 10**9)).__name__, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def account(db: Database) -> int:
    return platforms.add_account("alibaba", "Main shop", "http://127.0.0.1:1", "key").value


def taken(account: int, holder: str = "PC 1", seconds: float = 60) -> Lease:
    got = sync_leases.take(account, holder, seconds)
    assert isinstance(got, Lease)
    return got


def test_who_comes_second_is_told_who_was_first(account: int) -> None:
    lease = taken(account, "Mei @ OFFICE-2")
    got = sync_leases.take(account, "PC 2")
    assert got == Held("Mei @ OFFICE-2", lease.until)
    assert sync_leases.held(account) == got
    sync_leases.give_back(lease)
    assert sync_leases.held(account) is None
    taken(account, "PC 2")


def test_the_same_program_cannot_take_it_twice(account: int) -> None:
    taken(account)
    assert isinstance(sync_leases.take(account, "PC 1"), Held)


def test_two_accounts_do_not_hinder_each_other(account: int) -> None:
    taken(account)
    taken(platforms.add_account("alibaba", "Second shop", "http://127.0.0.1:1", "key").value)


def test_a_dead_holders_lease_ends_by_itself(account: int) -> None:
    dead = taken(account, "PC 1", seconds=-1)
    lease = taken(account, "PC 2")
    assert sync_leases.renew(dead) is None
    sync_leases.give_back(dead)
    assert isinstance(sync_leases.take(account, "PC 3"), Held), "the dead one gave back what was not its own"
    assert sync_leases.renew(lease) is not None


def test_a_lease_that_nobody_took_can_be_renewed_late(account: int) -> None:
    late = taken(account, seconds=-1)
    renewed = sync_leases.renew(late, 60)
    assert renewed is not None
    assert renewed.until > late.until
    assert isinstance(sync_leases.take(account, "PC 2"), Held)


def test_a_lease_is_shown_without_its_key(account: int) -> None:
    lease = taken(account)
    assert lease.token not in repr(lease)


@pytest.mark.parametrize("stands", ["no row", "an old row"])
def test_of_many_that_ask_at_once_one_gets_it(db: Database, account: int, stands: str) -> None:
    if stands == "an old row":
        taken(account, seconds=-1)
    start = Barrier(6)
    got: list[Lease | Held] = []

    def ask(number: int) -> None:
        base.bind(db)
        start.wait()
        with clock.at(MONDAY):
            got.append(sync_leases.take(account, f"PC {number}"))

    threads = [Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [one for one in got if isinstance(one, Lease)]
    assert len(got) == 6
    assert len(winners) == 1
    assert {one.by for one in got if isinstance(one, Held)} == {winners[0].holder}


def test_two_processes_and_one_of_them_waits(account: int, database_url: str) -> None:
    words = [sys.executable, "-c", OTHER_PC, database_url, str(account)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "Lease"
        found = sync_leases.held(account)
        other.stdin.write("\n")
    assert found is not None, "its lease is seen from here"
    assert found.by == "Other PC"

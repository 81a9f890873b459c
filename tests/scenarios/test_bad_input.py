"""What goes wrong outside the program: it is said in a sentence, changes nothing and loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from factory_erp.domain.errors import DomainError
from factory_erp.models import Base
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.engineering import Bill, BillLine
from factory_erp.models.platforms import AccountState
from factory_erp.services import base, planning
from factory_erp.services.engineering import bills
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.engineering.bills import BillInput, BillLineInput
from factory_erp.services.files import workspace
from factory_erp.services.platform_orders import intake
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.upkeep import backup
from factory_erp.services.upkeep.opening import opened
from factory_erp.sync import engine
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.http.errors import WrongCredentials
from factory_erp.sync.sandbox.alibaba.payloads import Payload, address_payload, line_payload, order_payload
from tests.conftest import MONDAY
from tests.scenarios.journey import APP_SECRET, Journey
from tests.services.factory import LONG_AGO, CupFactory, a_cup_factory, an_order
from tests.services.shipping_factory import Factory

ROOT = Path(__file__).resolve().parents[2]


ARCHIVE = "api_call"
"""Grows with every question that is asked, whatever the answer."""


def counts(db: Database) -> Counter[str]:
    """Rows of every table but the archive of calls."""
    with db.session() as session:
        return Counter(
            {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
                if table.name != ARCHIVE
            }
        )


# Orders


def good(name: str, **values: Any) -> Payload:
    """An order for 100 cups at 2.50 dollars, changed five minutes ago."""
    return order_payload(
        name,
        created=MONDAY - timedelta(minutes=5),
        **{"lines": [line_payload("CUP", "100", "2.50")], **values},
    )


def malformed(name: str) -> Payload:
    order = good(name)
    rows = order["order_products"]
    assert isinstance(rows, list)
    rows[0]["quantity"] = "a hundred"
    return order


BAD = {
    "malformed payload": (malformed("BAD"), "malformed", "'a hundred'"),
    "unknown SKU": (good("BAD", lines=[line_payload("MUG-9", "10", "3")]), "unknown_sku", "MUG-9"),
    "unknown currency": (
        good("BAD", currency="QQQ", lines=[line_payload("CUP", "100", "2.50", currency="QQQ")]),
        "malformed",
        "'QQQ'",
    ),
    "unknown country": (good("BAD", address=address_payload("QZ")), "malformed", "'QZ'"),
}
"""What is wrong → the order, the kind of exception that it becomes, and what its sentence names."""


@pytest.fixture
def journey(db: Database) -> Iterator[Journey]:
    with db.session(write=True) as session:
        a_cup_factory(session)
    with Journey(db, [good("G-1")]) as started:
        yield started


@pytest.mark.parametrize("case", BAD)
def test_an_order_that_cannot_be_taken_waits_and_the_others_come(journey: Journey, case: str) -> None:
    bad, kind, subject = BAD[case]
    journey.pull()
    first = counts(journey.db)
    journey.platform.state.add(good("G-2"))
    journey.pull()
    second = counts(journey.db)
    # The same page again, with the bad order between two good ones.
    for order in (bad, good("A-3"), good("Z-3")):
        journey.platform.state.add(order)
    applied = journey.pull().applied
    assert (len(applied.created), applied.exceptions) == (2, 1)
    assert journey.order("A-3") != journey.order("Z-3")
    by_one_order = second - first
    by_two_and_the_bad_one = counts(journey.db) - second
    del by_one_order["audit_entry"], by_two_and_the_bad_one["audit_entry"]
    twice = Counter({table: 2 * count for table, count in by_one_order.items()})
    assert by_two_and_the_bad_one - twice == Counter(sync_exception=1, inbox_message=1)
    # It is said once: which order of which account, and what it has in which field.
    [waiting] = platforms.open_exceptions()
    assert (waiting.account, waiting.external_id, waiting.kind) == ("Main shop", "BAD", kind)
    assert subject in waiting.subject + waiting.detail
    assert waiting.detail.endswith((".", "?"))
    before = counts(journey.db)
    assert journey.pull().applied == intake.Applied(unchanged=5)
    assert counts(journey.db) == before


def test_an_order_that_was_mended_on_the_platform_comes_by_itself(journey: Journey) -> None:
    for bad, _kind, _subject in BAD.values():
        journey.platform.state.add(bad)
        journey.pull()
    assert platforms.open_exceptions()
    journey.platform.state.add(good("BAD", remark="now it is right"))
    journey.platform.state.modify("BAD", modify_date=good("x", modified=MONDAY)["modify_date"])
    assert len(journey.pull().applied.created) == 1
    assert platforms.open_exceptions() == []


def test_a_wrong_app_secret_is_said_and_the_right_one_brings_everything(journey: Journey) -> None:
    view = journey._view()
    key = engine.account_key(view)
    known = journey._secrets.get(engine.SecretName.TOKEN.of(key)) or ""
    wrong = MemorySecrets(
        **{engine.SecretName.APP_SECRET.of(key): f"not {APP_SECRET}", engine.SecretName.TOKEN.of(key): known}
    )
    before = counts(journey.db)
    with engine.open_connector(view, wrong) as connector, pytest.raises(WrongCredentials) as refusal:
        engine.pull(journey.account, connector)
    assert "does not accept the app key or the signature" in refusal.value.message
    assert refusal.value.field == "app_secret"
    assert "app secret in the account's settings" in refusal.value.remedy
    # Only the account's own row says so, and the audit that it does.
    assert counts(journey.db) - before == Counter(audit_entry=1)
    assert journey._view().state is AccountState.REAUTHORISE
    assert journey._view().last_problem == str(refusal.value)
    assert len(journey.pull().applied.created) == 1
    assert (journey._view().state, journey._view().last_problem) == (AccountState.CONNECTED, "")


def test_a_secret_that_is_not_there_is_said_by_account_and_field(journey: Journey) -> None:
    with pytest.raises(DomainError) as refusal:
        engine.open_connector(journey._view(), MemorySecrets())
    assert (refusal.value.record, refusal.value.field) == ("Main shop", "app_secret")
    assert "enter the app secret" in refusal.value.remedy


# Bills of materials


def a_bill_of(item_id: int, component_id: int) -> BillInput:
    """The item's bill: one of the component."""
    line = BillLineInput(component_id, Decimal(1))
    there = {row.revision: row.id for row in bills.revisions(item_id)}
    return BillInput(item_id, "A", Decimal(1), LONG_AGO, None, "", (line,), id=there.get("A"))


@pytest.fixture
def cups(db: Database) -> CupFactory:
    with db.session(write=True) as session:
        return a_cup_factory(session)


def test_a_bill_with_a_cycle_is_refused_with_its_path(db: Database, cups: CupFactory) -> None:
    before, tree = counts(db), engineering.bill_tree(cups.cup.id)
    with pytest.raises(DomainError) as refusal:
        bills.save_bill(a_bill_of(cups.lid.id, cups.cup.id))
    assert "CUP → LID → CUP" in refusal.value.message
    assert refusal.value.remedy
    assert counts(db) == before
    assert engineering.bill_tree(cups.cup.id) == tree


def test_a_cycle_that_came_in_another_way_stops_planning_without_a_trace(
    db: Database, cups: CupFactory
) -> None:
    with db.session(write=True) as session:
        order = an_order(session, {cups.cup: 10}).id
        bill = session.scalars(select(Bill).filter_by(item_id=cups.lid.id)).one()
        bill.lines.append(BillLine(position=9, component_id=cups.cup.id, quantity=Decimal(1)))
    before = counts(db)
    for act in (planning.plan_order, planning.promise):
        with pytest.raises(DomainError, match=r"(CUP → LID → CUP|LID → CUP → LID)") as refusal:
            act(order)
        assert refusal.value.remedy
    assert counts(db) == before


# The computer


def the_factory(path: Path) -> None:
    """A factory with a packed shipment of 50 bottles, on SQLite."""
    with opened(path) as (_workspace, database):
        factory = Factory(database)
        bottle = factory.item("B-1", 24)
        factory.stock(bottle, 50)
        factory.packed(factory.order(factory.customer(), [(bottle, "50", "2.50")]))


SHIPMENT = f"SH-{datetime.now(UTC).year}-00001"
COMMANDS = {
    "document issue": ["document", "issue", SHIPMENT, "--json"],
    "plan order": ["plan", "order", "--json"],
    "database backup": ["database", "backup", "--json"],
}


def call(words: Sequence[str], path: Path, before: Sequence[str] = ()) -> tuple[int, str, str]:
    """Status, output and errors of a real process."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "factory_erp", *words, "--data", str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def contents(path: Path) -> dict[str, bytes]:
    """Every lasting file of a folder; the log and SQLite's own scratch files are not data."""
    kept = (file for file in path.rglob("*") if file.is_file() and not file.name.endswith(("-wal", "-shm")))
    return {str(file.relative_to(path)): file.read_bytes() for file in kept if file.parent.name != "log"}


def rows(path: Path) -> Counter[str]:
    database = Database(workspace.open_folder(path).database_url)
    try:
        return counts(database)
    finally:
        database.close()


ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=3m none "$2"
cp -r "$1/." "$2"
head -c "$7" /dev/zero > "$2/spare"
head -c 8m /dev/zero > "$2/filler" 2>/dev/null || true
rm "$2/spare"
status=0
"$3" -m factory_erp document issue "$4" --data "$2" --json || status=$?
rm "$2/filler"
cp -r "$2/." "$5"
"$3" -m factory_erp document issue "$4" --data "$2" --json > "$6/after"
exit $status
"""


@pytest.mark.parametrize("spare", ["0", "100k"])
def test_a_full_disk_is_said_and_once_there_is_space_it_goes_on(tmp_path: Path, spare: str) -> None:
    folders = [tmp_path / name for name in ("factory", "disk", "left", "said")]
    for folder in folders[1:]:
        folder.mkdir()
    the_factory(folders[0])
    names = [str(folder) for folder in folders]
    words = [names[0], names[1], sys.executable, SHIPMENT, names[2], names[3], spare]
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if (
        not shutil.which("unshare")
        or subprocess.run(
            [*alone, "mount", "-t", "tmpfs", "none", names[1]], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("this computer lets nobody make a small disk")
    done = subprocess.run(
        [*alone, "sh", "-c", ON_A_SMALL_DISK, "sh", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "The disk is full, so the change could not be saved. Nothing was changed." in done.stderr
    assert "Free some space" in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(folders[2]) == rows(folders[0])
    assert list((folders[2] / "documents").rglob("*.*")) == []
    # The very same command, once there is space.
    assert '"CI-' in (folders[3] / "after").read_text()


def obedient() -> list[str]:
    """What makes a process obey the modes of files even when root starts it."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root ignores the modes of files here")
    return ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """The factory in a folder in which nobody may write."""
    path = tmp_path / "factory"
    the_factory(path)
    everything = [path, *path.rglob("*")]
    for entry in everything:
        entry.chmod(0o555 if entry.is_dir() else 0o444)
    yield path
    for entry in everything:
        entry.chmod(0o755 if entry.is_dir() else 0o644)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_written_is_said(read_only: Path, command: str) -> None:
    before = contents(read_only)
    status, out, err = call(COMMANDS[command], read_only, obedient())
    assert (status, out) == (1, "")
    assert "Traceback" not in err
    assert "The workspace folder cannot be written to." in err
    assert "write permission" in err
    assert contents(read_only) == before


@pytest.mark.parametrize("command", [*COMMANDS, "database upgrade"])
def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path, command: str) -> None:
    path = tmp_path / "factory"
    the_factory(path)
    database = Database(workspace.open_folder(path).database_url)
    with database.session(write=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    before = contents(path)
    status, out, err = call(COMMANDS.get(command, ["database", "upgrade", "--json"]), path)
    assert (status, out) == (1, "")
    assert "This database was made by a newer version of the program." in err
    assert str(path / "factory.db") in err
    assert "Update the program on this PC. Nothing was changed." in err
    assert "Traceback" not in err
    assert contents(path) == before


def test_a_file_that_is_no_database_is_said_and_kept(tmp_path: Path) -> None:
    workspace.open_folder(tmp_path)
    (tmp_path / "factory.db").write_bytes(b"my diary" * 1000)
    before = contents(tmp_path)
    status, out, err = call(COMMANDS["plan order"], tmp_path)
    assert (status, out) == (1, "")
    assert "The database file cannot be read properly." in err
    assert "restore the latest backup" in err
    assert "Traceback" not in err
    assert contents(tmp_path) == before


def test_a_database_server_that_is_gone_is_said(tmp_path: Path) -> None:
    workspace.open_folder(tmp_path, database_url="postgresql+psycopg://erp:hidden@127.0.0.1:1/factory")
    status, out, err = call(COMMANDS["plan order"], tmp_path)
    assert (status, out) == (1, "")
    assert "The database server cannot be reached." in err
    assert "Traceback" not in err
    assert "hidden" not in err


def test_the_factory_is_sound_after_all_this(journey: Journey, db: Database) -> None:
    """Every kind of bad order at once, a cycle, a wrong secret: the check still finds nothing."""
    for number, (bad, _kind, _subject) in enumerate(BAD.values()):
        journey.platform.state.add({**bad, "trade_id": f"BAD-{number}"})
    assert journey.pull().applied.exceptions == len(BAD)
    with db.session() as session:
        cup = session.scalars(select(Item).filter_by(sku="CUP")).one()
    with pytest.raises(DomainError):
        bills.save_bill(a_bill_of(cup.id, cup.id))
    with base.bound(db):
        assert backup.check() == []

"""What every use case promises: all or nothing, what changed, and a sentence for every failure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from factory_erp.domain.errors import Conflict, DomainError, NotFound
from factory_erp.models import database as database_module
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.partners import Partner
from factory_erp.models.sales import ORDER_TRANSITIONS, OrderState
from factory_erp.models.security import AuditEntry, Setting
from factory_erp.services import base
from factory_erp.services.base import query, use_case

ROOT = Path(__file__).resolve().parents[2]
FILE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What concerns the file of a database: a server has its own disk and its own locks."""


@use_case
def write(session: Session, key: str, value: str = "") -> int:
    setting = session.scalar(select(Setting).filter_by(key=key)) or Setting(key=key)
    setting.value = value
    session.add(setting)
    session.flush()
    return setting.id


@use_case
def write_then_raise(session: Session, error: Exception) -> None:
    session.add_all([Setting(key="half"), Partner(code="HALF", name="Half", country="DE")])
    session.flush()
    raise error


@query
def keys(session: Session) -> list[str]:
    return list(session.scalars(select(Setting.key).order_by(Setting.key)))


def audit(db: Database) -> list[AuditEntry]:
    with db.session() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


# All or nothing


@pytest.mark.parametrize("error", [DomainError("no"), RuntimeError("bug"), KeyError("bug")])
def test_what_raises_leaves_nothing(db: Database, error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        write_then_raise(error)
    assert raised.value is error
    assert (keys(), audit(db)) == ([], [])
    with db.session() as session:
        assert session.scalar(select(func.count(Partner.id))) == 0


def test_even_a_cancelled_job_leaves_nothing(db: Database) -> None:
    class Cancelled(BaseException):
        pass

    with pytest.raises(Cancelled):
        write_then_raise(Cancelled())  # type: ignore[arg-type]
    assert keys() == []


def test_a_broken_rule_of_the_database_is_a_bug_and_shows(db: Database) -> None:
    @use_case
    def twice(session: Session) -> None:
        session.add_all([Setting(key="same"), Setting(key="same")])

    with pytest.raises(IntegrityError):
        twice()
    assert keys() == []


def test_a_query_writes_nothing(db: Database) -> None:
    write("kept")
    assert keys() == ["kept"]
    assert len(audit(db)) == 1


# What changed


def test_the_answer_names_what_was_added_changed_and_removed(db: Database) -> None:
    kept, gone = write("kept").value, write("gone").value

    @use_case
    def everything(session: Session) -> str:
        session.add(Partner(code="NEW", name="New", country="DE"))
        base.get(session, Setting, kept).value = "changed"
        session.delete(base.get(session, Setting, gone))
        return "done"

    result = everything()
    assert result.value == "done"
    assert result.changes == {"partner": {1}, "setting": {kept, gone}}


def test_bulk_changes_are_named_by_hand(db: Database) -> None:
    first = write("a").value

    @use_case
    def bulk(session: Session) -> None:
        session.execute(update(Setting).values(value="all"))
        base.touched(session, Setting, [first])

    assert bulk().changes == {"setting": {first}}


def test_looking_changes_nothing(db: Database) -> None:
    write("same", "value")
    count = len(audit(db))
    assert write("same", "value").changes == {}
    assert len(audit(db)) == count


def test_the_audit_says_who_did_what_to_which_records(db: Database) -> None:
    base.bind(db, login="wang")
    try:
        record = write("key").value
    finally:
        base.bind(db)
    [entry] = audit(db)
    assert (entry.login, entry.use_case) == ("wang", "tests.services.test_base.write")
    assert json.loads(entry.changes) == {"setting": [record]}
    assert entry.at.tzinfo is not None


# Two at once


def test_of_two_that_change_one_record_one_is_told(db: Database) -> None:
    record = write("shared").value

    @use_case
    def late(session: Session) -> None:
        setting = base.get(session, Setting, record)
        statement = update(Setting).where(Setting.id == record).values(version=Setting.version + 1)
        session.execute(statement.execution_options(synchronize_session=False))
        setting.value = "mine"

    with pytest.raises(Conflict, match="Somebody else changed this record") as conflict:
        late()
    assert "Reload" in conflict.value.remedy
    with db.session() as session:
        assert session.get_one(Setting, record).value == ""


def test_a_deadlock_is_tried_again_until_both_are_done(db: Database) -> None:
    """Two take two rows in opposite order; on SQLite the second waits for the first anyway."""
    rows = [write("a").value, write("b").value]
    both = Barrier(2)
    attempts: list[int] = []

    @use_case
    def crosswise(session: Session, first: int, second: int) -> None:
        attempts.append(first)
        base.get(session, Setting, first, lock=True).value += "x"
        session.flush()
        if not db.is_sqlite and len(attempts) <= 2:
            both.wait(10)
        base.get(session, Setting, second, lock=True).value += "x"

    def client(order: list[int]) -> None:
        base.bind(db)
        crosswise(*order)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(client, [rows, rows[::-1]]))
    assert len(attempts) == (2 if db.is_sqlite else 3)
    with db.session() as session:
        assert set(session.scalars(select(Setting.value))) == {"xx"}


def test_a_serialisation_failure_is_tried_again_and_given_up_in_the_end(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lost(Exception):
        sqlstate = "40001"

    pauses: list[float] = []
    monkeypatch.setattr("factory_erp.services.base.time.sleep", pauses.append)
    failures, tries = iter([Lost()] * 2), count(1)

    @use_case
    def unlucky(session: Session) -> str:
        session.add(Setting(key=f"try {next(tries)}"))
        session.flush()
        error = next(failures, None)
        if error is not None:
            raise OperationalError("UPDATE", {}, error)
        return "in the end"

    assert unlucky().value == "in the end"
    assert (keys(), len(pauses)) == (["try 3"], 2)
    assert all(0.01 < pause < 0.5 for pause in pauses)
    failures = iter([Lost()] * base.ATTEMPTS)
    with pytest.raises(OperationalError):
        unlucky()


# Storage that fails


@FILE_ONLY
def test_a_full_disk_is_said_in_plain_words_and_nothing_is_half(db: Database) -> None:
    write("before")

    @use_case
    def too_much(session: Session) -> None:
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        session.add(Partner(code="BIG", name="Big", country="DE", marks_template="x" * 1_000_000))
        session.flush()

    with pytest.raises(DomainError, match=r"The disk is full.*Nothing was changed") as full:
        too_much()
    assert full.value.remedy == "Free some space and save again."
    db.close()  # the limit belongs to the connection: as if somebody had made room
    assert write("after").value
    assert keys() == ["after", "before"]
    with db.session() as session:
        assert session.scalar(select(func.count(Partner.id))) == 0
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB, where this computer lets us mount one; a limit for files otherwise."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    mounted = (
        shutil.which("mount") and not subprocess.run(command, capture_output=True, check=False).returncode
    )
    yield disk
    if mounted:
        subprocess.run(["umount", str(disk)], check=True)


FILL = """
import resource, signal, sys
from pathlib import Path
from sqlalchemy import func, select
from factory_erp.domain.errors import DomainError
from factory_erp.models import Base
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.partners import Partner
from factory_erp.services import base

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, resource.RLIM_INFINITY))
database = Database(sqlite_url(Path(sys.argv[1]) / "factory.db"))
Base.metadata.create_all(database.engine)
base.bind(database)

@base.use_case
def add(session, number):
    session.add(Partner(code=f"P{number}", name="x" * 20_000, country="DE"))

number = 0
try:
    for number in range(10_000):
        add(number)
except DomainError as error:
    print(number)
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
database.close()
with database.session() as session:
    print(session.scalar(select(func.count(Partner.id))))
    print(session.connection().exec_driver_sql("PRAGMA integrity_check").scalar())
"""


def test_a_disk_that_fills_up_stops_with_a_sentence_and_keeps_every_saved_record(small_disk: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", FILL, str(small_disk)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.stderr == ""
    saved, sentence, stored, health = said.stdout.splitlines()
    assert int(saved) > 5
    assert (stored, health) == (saved, "ok")
    assert sentence.startswith(("The disk is full", "The database file cannot be"))


READ_ONLY = """
import os, pwd, sys
from pathlib import Path
from factory_erp.domain.errors import DomainError
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.security import Setting
from factory_erp.services import base
from factory_erp.services.files import workspace
from factory_erp.services.upkeep import schema

folder = Path(sys.argv[1])
warm = Database(sqlite_url(Path(sys.argv[2]) / "warm.db"))
schema.upgrade(warm)  # loads everything while this process may still read the administrator's folders
warm.close()
if os.getuid() == 0:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
database = Database(sqlite_url(folder / "factory.db"))
base.bind(database)

@base.use_case
def write(session):
    session.add(Setting(key="new"))

def window():
    with workspace.only_window(workspace.Workspace(folder, database.url, False)):
        raise AssertionError("the folder could be locked")

steps = {
    "write": write,
    "upgrade": lambda: schema.upgrade(database),
    "window": window,
    "new folder": lambda: workspace.open_folder(folder / "other"),
    "folder": lambda: workspace.open_folder(folder),
}
for name, step in steps.items():
    try:
        step()
    except DomainError as error:
        print(f"{name}: {error}")
"""


@FILE_ONLY
def test_a_folder_that_may_not_be_written_is_said_by_every_step(db: Database, tmp_path: Path) -> None:
    """As another user, because the administrator may write everywhere."""
    write("before")
    db.close()
    folder = tmp_path / "locked"
    folder.mkdir()
    shutil.copy(tmp_path / "factory.db", folder)
    said = as_nobody(READ_ONLY, folder)
    assert said.stderr == ""
    sentence = "The workspace folder cannot be written to. Nothing was changed."
    named = dict(line.split(": ", 1) for line in said.stdout.splitlines())
    assert set(named) == {"write", "upgrade", "window", "new folder", "folder"}
    for text in named.values():
        assert text.startswith(sentence)
        assert "write permission" in text


def as_nobody(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script by a user who may look but not write into *folder*."""
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    if os.getuid() == 0:
        for parent in folder.parents:
            if parent.is_relative_to("/tmp/") and parent != Path("/tmp"):
                parent.chmod(0o755)
    command = [sys.executable, "-c", script, str(folder), str(folder.parent)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@FILE_ONLY
def test_a_database_that_another_program_holds_is_said_to_be_busy(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.02)
    monkeypatch.setattr("factory_erp.services.base.time.sleep", lambda _seconds: None)
    hasty = Database(db.url)
    with base.bound(hasty):
        with db.session(write=True) as other:
            other.connection()  # takes the lock
            with pytest.raises(DomainError, match="Another program is using the database"):
                write("key")
        assert write("key").value
    hasty.close()


def test_a_server_that_is_away_is_said_to_be_away() -> None:
    nobody_there = Database("postgresql+psycopg://erp@127.0.0.1:1/erp")
    with (
        base.bound(nobody_there),
        pytest.raises(DomainError, match="database server cannot be reached") as away,
    ):
        keys()
    assert "Check the network" in away.value.remedy
    nobody_there.close()


def test_a_file_that_is_no_database_is_said_to_be_unreadable(tmp_path: Path) -> None:
    (tmp_path / "factory.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    broken = Database(sqlite_url(tmp_path / "factory.db"))
    with base.bound(broken), pytest.raises(DomainError, match="cannot be read properly") as unreadable:
        keys()
    assert "restore the latest backup" in unreadable.value.remedy
    broken.close()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('could not extend file "base/1/2": No space left on device', "The disk is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("server closed the connection unexpectedly", "server cannot be reached"),
        ("disk I/O error", "cannot be read properly"),
    ],
)
def test_what_storage_says_becomes_a_sentence(text: str, sentence: str) -> None:
    error = base.storage_error(OSError(text))
    assert error is not None
    assert sentence in error.message
    assert error.remedy


def test_other_errors_stay_what_they_are() -> None:
    assert base.storage_error(ValueError("something else")) is None


# Small helpers


def test_a_record_that_is_gone_is_named(db: Database) -> None:
    with db.session() as session, pytest.raises(NotFound) as missing:
        base.get(session, Partner, 17)
    assert missing.value.record == "partner 17"


@pytest.mark.parametrize("as_text", [str, OrderState])
def test_a_state_read_from_the_database_finds_its_row_in_the_table(as_text: Callable[[str], str]) -> None:
    assert base.allowed(ORDER_TRANSITIONS, as_text("draft"), as_text("confirmed"))
    assert not base.allowed(ORDER_TRANSITIONS, as_text("draft"), as_text("shipped"))
    assert not base.allowed(ORDER_TRANSITIONS, "no such state", as_text("draft"))

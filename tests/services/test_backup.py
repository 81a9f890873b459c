"""Backups that can be restored, and checks that notice damage."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import threading
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.models.database import Database, sqlite_module, sqlite_url
from factory_erp.models.inventory import StockBalance
from factory_erp.models.partners import Partner
from factory_erp.services import base
from factory_erp.services.files import workspace
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.papers.company_pictures import set_picture
from factory_erp.services.progress import Quiet
from factory_erp.services.upkeep import backup
from factory_erp.services.workbench import views as shipping_views
from tests.services.shipping_factory import Factory

needs_pg_dump = pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")


@pytest.fixture
def factory(db: Database) -> Factory:
    return Factory(db)


@pytest.fixture
def issued(factory: Factory) -> issuing.IssuedDocument:
    """The invoice of a shipment that is ready to leave."""
    item = factory.item("CUP-1")
    factory.stock(item, 100)
    shipment = factory.packed(factory.order(factory.customer(), [(item, "24", "1")]))
    return issuing.issue(shipment).value[0]


def only_sqlite(db: Database) -> None:
    if not db.is_sqlite:
        pytest.skip("about SQLite's file")


def test_a_backup_holds_everything(db: Database, issued: issuing.IssuedDocument) -> None:
    only_sqlite(db)
    seen: list[tuple[int, int]] = []

    class Watch(Quiet):
        def report(self, done: int, total: int, text: str = "") -> None:
            seen.append((done, total))

    made = backup.backup(Watch())
    assert made.path.name == "factory-20261123-083000.db"
    assert made.bytes == made.path.stat().st_size
    assert seen[-1][0] == seen[-1][1] > 0
    assert backup.verify_backup(made.path) == made
    copy = Database(sqlite_url(made.path))
    with base.bound(copy):
        assert [row.number for row in shipping_views.detail(1).documents] == [
            "CI-2026-00001",
            "PL-2026-00001",
        ]
        assert backup.check() == []
    copy.close()


def test_the_companys_pictures_are_copied_and_proved(db: Database, factory: Factory) -> None:
    only_sqlite(db)
    logo, chop = picture("red"), picture("blue")
    named = {name: set_picture(name, data).value for name, data in (("logo", logo), ("chop", chop))}
    backup.backup()
    folder = workspace.current().backups / "letterhead"
    copies = {path.stem: path for path in folder.rglob("*.png")}
    assert set(copies) == set(named.values())
    assert backup.check() == []
    original = next(workspace.current().path.glob(f"letterhead/*/{named['chop']}.png"))
    whole = original.read_bytes()
    assert copies[named["chop"]].read_bytes() == whole
    original.chmod(0o644)
    original.write_bytes(b"spoilt")
    copies[named["logo"]].write_bytes(b"spoilt too")
    backup.backup()
    assert copies[named["chop"]].read_bytes() == whole, "a spoilt picture does not replace its sound copy"
    assert copies[named["logo"]].read_bytes() != b"spoilt too", "a spoilt copy is made again"
    (finding,) = backup.check()
    assert (finding.subject, bool(finding.remedy)) == ("Chop", True)


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), colour).save(out, "PNG")
    return out.getvalue()


def test_a_backup_while_others_write_is_whole(db: Database, factory: Factory) -> None:
    only_sqlite(db)
    stop = threading.Event()

    def write() -> None:
        other = Factory(Database(db.url), company=False)
        count = 0
        while not stop.is_set():
            count += 1
            other.customer(f"C-{count}")
        other.db.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _round in range(3):
            made = backup.backup()
            assert backup.verify_backup(made.path).sha256 == made.sha256
    finally:
        stop.set()
        writer.join()
    copy = Database(sqlite_url(made.path))
    with copy.session() as session:
        found = session.query(Partner).count()
    copy.close()
    assert found <= len(factory.all(Partner))


def test_every_flipped_bit_is_noticed(db: Database, issued: issuing.IssuedDocument) -> None:
    only_sqlite(db)
    made = backup.backup()
    sound = made.path.read_bytes()
    dice = random.Random(7)
    for _round in range(20):
        damaged = bytearray(sound)
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        made.path.write_bytes(damaged)
        with pytest.raises(InvalidValue, match="cannot be trusted"):
            backup.verify_backup(made.path)
    made.path.write_bytes(sound)
    assert backup.verify_backup(made.path) == made


def test_a_backup_without_its_hash_is_not_trusted(db: Database) -> None:
    only_sqlite(db)
    made = backup.backup()
    made.path.with_name(made.path.name + ".sha256").unlink()
    with pytest.raises(InvalidValue, match="hash cannot be read"):
        backup.verify_backup(made.path)


def test_a_damaged_copy_with_a_matching_hash_is_refused(tmp_path: Path, db: Database) -> None:
    only_sqlite(db)
    copy = tmp_path / "factory-x.db"
    copy.write_bytes(b"SQLite format 3\0" + bytes(4080))
    copy.with_name("factory-x.db.sha256").write_text(backup._hash(copy))
    with pytest.raises(InvalidValue, match="cannot be trusted"):
        backup.verify_backup(copy)


def test_a_stopped_backup_leaves_nothing(db: Database, factory: Factory) -> None:
    only_sqlite(db)

    class Cancelled(Exception):
        pass

    class Stop(Quiet):
        def report(self, done: int, total: int, text: str = "") -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        backup.backup(Stop())
    assert list(workspace.current().backups.iterdir()) == []


def test_a_full_disk_is_said(db: Database, factory: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    only_sqlite(db)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DomainError, match="disk is full"):
        backup.backup()
    assert list(workspace.current().backups.iterdir()) == []


@needs_pg_dump
def test_a_server_is_dumped(db: Database, issued: issuing.IssuedDocument) -> None:
    if db.is_sqlite:
        pytest.skip("about PostgreSQL")
    made = backup.backup()
    assert made.path.suffix == ".dump"
    assert backup.verify_backup(made.path) == made
    listing = subprocess.run(
        ["pg_restore", "--list", made.path], capture_output=True, text=True, check=True
    ).stdout
    assert "TABLE DATA public document" in listing


def test_without_pg_dump_it_says_what_to_install(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.is_sqlite:
        pytest.skip("about PostgreSQL")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DomainError, match="pg_dump") as refused:
        backup.backup()
    assert "client tools" in refused.value.remedy
    assert list(workspace.current().backups.iterdir()) == []


@needs_pg_dump
def test_a_server_that_is_gone_is_said(db: Database) -> None:
    if db.is_sqlite:
        pytest.skip("about PostgreSQL")
    gone = Database("postgresql+psycopg://erp:secret@127.0.0.1:1/none")
    with base.bound(gone), pytest.raises(DomainError) as refused:
        backup.backup()
    assert "secret" not in str(refused.value)
    assert list(workspace.current().backups.iterdir()) == []


def test_sound_data_have_no_findings(issued: issuing.IssuedDocument) -> None:
    assert backup.check() == []


def test_an_altered_document_is_found(issued: issuing.IssuedDocument) -> None:
    issued.path.write_bytes(b"something else")
    (finding,) = backup.check()
    assert finding.subject == "CI-2026-00001"
    assert "not the one that was issued" in finding.message


def test_stock_that_its_moves_do_not_prove_is_found(factory: Factory, issued: issuing.IssuedDocument) -> None:
    balance = next(row for row in factory.all(StockBalance) if row.on_hand == 100)
    factory.change(StockBalance, balance.id, on_hand=Decimal(101))
    assert [finding.subject for finding in backup.check()] == ["Stock"]


def test_an_orphan_is_found(db: Database, issued: issuing.IssuedDocument) -> None:
    only_sqlite(db)
    path = db.url.removeprefix("sqlite:///")
    with closing(sqlite_module().connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("UPDATE bank_account SET company_id = 99")
    assert "company" in next(finding.message for finding in backup.check() if finding.subject == "Database")

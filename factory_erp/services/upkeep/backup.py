"""Copies of the database that can be restored, and proof that the data in use are sound.

A copy is made while others work (SQLite's online backup, ``pg_dump``), checked, and given its
SHA-256 beside it: a damaged copy does not always fail SQLite's own check, but it fails its hash.
Logo, signature and chop are copied beside it, once each: without them the documents that name them could
not be drawn again from the database alone. Their files are named by their own hash.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _
from factory_erp.models.database import sqlite_module
from factory_erp.models.documents import Document
from factory_erp.models.partners import Company
from factory_erp.services import base
from factory_erp.services.base import query, storage_error
from factory_erp.services.catalogue import certificates
from factory_erp.services.clock import FACTORY_ZONE, now
from factory_erp.services.files import documents as document_files
from factory_erp.services.files import images, workspace
from factory_erp.services.papers.company_pictures import NAMES, read_picture
from factory_erp.services.progress import Progress
from factory_erp.services.shipping.pictures import FOLDER as LETTERHEAD
from factory_erp.services.stock import inventory

PAGES = 1024
"""SQLite pages copied before others get their turn."""


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """A finished copy: its file, the SHA-256 of it (also in ``<file>.sha256``), its size."""

    path: Path
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be, and what to do about it."""

    subject: str
    message: str
    remedy: str


def backup(progress: Progress | None = None) -> BackupInfo:
    """Copy the bound database into the workspace's backups folder, check the copy, and write its hash.

    The company's pictures go into the folder ``letterhead`` there. Raises DomainError where the disk is
    full, the copy is unsound, or PostgreSQL's ``pg_dump`` is missing; no copy is left then.
    """
    database, folder = base.database(), workspace.current().backups
    stamp = now().astimezone(ZoneInfo(FACTORY_ZONE)).strftime("%Y%m%d-%H%M%S")
    target = folder / f"factory-{stamp}.{'db' if database.is_sqlite else 'dump'}"
    beside = target.with_name(target.name + ".part")
    copy = _copy_sqlite if database.is_sqlite else _copy_postgresql
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copy(database.url, beside, progress)
        _copy_pictures(folder / LETTERHEAD)
        return _finish(beside, target)
    except OSError as error:
        raise storage_error(error) or _failed(error) from error
    finally:
        beside.unlink(missing_ok=True)


def _copy_pictures(target: Path) -> None:
    """Copy the company's pictures that are whole; one that *target* holds whole is left as it is."""
    for path in sorted((workspace.current().path / LETTERHEAD).glob("*/*")):
        copied = target / path.parent.name / path.name
        if _whole(path) and not _whole(copied):
            document_files.write(copied, path.read_bytes())


def _whole(path: Path) -> bool:
    return path.is_file() and _hash(path) == path.stem


def _finish(beside: Path, target: Path) -> BackupInfo:
    """Flush the copy, write its hash, then give it its name: a copy that has its name is whole."""
    with beside.open("rb+") as handle:
        os.fsync(handle.fileno())
    digest = _hash(beside)
    document_files.write(_hash_path(target), f"{digest}  {target.name}\n".encode())
    os.replace(beside, target)
    document_files.sync_folder(target.parent)
    return BackupInfo(target, digest, target.stat().st_size)


def _hash(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _hash_path(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _failed(error: BaseException) -> DomainError:
    return DomainError(
        _("The backup could not be made: {reason}", reason=error),
        remedy=_("Check the disk of the workspace folder, then try again."),
    )


def _copy_sqlite(url: str, target: Path, progress: Progress | None) -> None:
    driver = sqlite_module()
    source = make_url(url).database or ""
    try:
        with closing(driver.connect(source)) as live, closing(driver.connect(str(target))) as copy:
            live.backup(copy, pages=PAGES, progress=_steps(progress))
            copy.execute("PRAGMA journal_mode=DELETE")
            problems = _sqlite_problems(copy)
    except driver.Error as error:
        raise storage_error(error) or _failed(error) from error
    if problems:
        raise _failed(ValueError("; ".join(problems)))


def _steps(progress: Progress | None) -> Callable[[int, int, int], None]:
    def step(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress.report(total - remaining, total, _("Backing up"))

    return step


def _sqlite_problems(connection: Any) -> list[str]:
    """What integrity_check and foreign_key_check say, nothing where all is well."""
    said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    orphans = [f"{row[0]} {row[1]} → {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")]
    return [text for text in said if text != "ok"] + orphans


def _copy_postgresql(url: str, target: Path, progress: Progress | None) -> None:
    """A dump in PostgreSQL's own format; ``pg_restore`` reads it back."""
    program = shutil.which("pg_dump")
    if program is None:
        raise DomainError(
            _("The PostgreSQL program pg_dump is not on this PC, so no backup was made."),
            remedy=_("Install the PostgreSQL client tools, or let the server's administrator make backups."),
        )
    address = make_url(url).set(drivername="postgresql")
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    plain = address.set(password=None).render_as_string()
    command = [program, "--format=custom", "--no-password", f"--file={target}", f"--dbname={plain}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **secret})
    if done.returncode != 0:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise storage_error(OSError(done.stderr)) or _failed(ValueError(reason))
    if progress is not None:
        progress.report(1, 1, _("Backing up"))


def verify_backup(path: Path) -> BackupInfo:
    """Prove that the copy at *path* is the one that was made, and sound.

    Raises InvalidValue where its hash is missing or differs, or the database in it is damaged.
    """
    try:
        stated, digest = _hash_path(path).read_text("ascii").split()[0], _hash(path)
    except (OSError, ValueError, IndexError) as error:
        raise _unsound(path, _("Its file or its hash cannot be read.")) from error
    if not hmac.compare_digest(stated, digest):
        raise _unsound(path, _("It was altered or damaged after it was made."))
    problems = _copy_problems(path)
    if problems:
        raise _unsound(path, problems[0])
    return BackupInfo(path, digest, path.stat().st_size)


def _copy_problems(path: Path) -> list[str]:
    if path.suffix != ".db":
        return []
    driver = sqlite_module()
    try:
        with closing(driver.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            return _sqlite_problems(copy)
    except driver.Error as error:
        return [str(error)]


def _unsound(path: Path, reason: str) -> InvalidValue:
    return InvalidValue(
        _("The backup {name} cannot be trusted. {reason}", name=path.name, reason=reason),
        record=path.name,
        remedy=_("Use another backup, and make a new one now."),
    )


@query
def check(session: Session) -> list[Finding]:
    """What is wrong with the data in use: database file, stock against its moves, files that records name."""
    return [
        *_database_findings(session),
        *_stock_findings(session),
        *_document_findings(session),
        *_media_findings(session),
        *_picture_findings(session),
    ]


def _database_findings(session: Session) -> Iterable[Finding]:
    if not base.database().is_sqlite:  # PostgreSQL keeps foreign keys and page checksums itself
        return
    for text in _sqlite_problems(session.connection().connection.cursor()):
        remedy = _("Close the program, copy the workspace folder, and restore the latest backup.")
        yield Finding(_("Database"), text, remedy)


def _stock_findings(session: Session) -> Iterable[Finding]:
    for text in inventory.prove(session):
        yield Finding(_("Stock"), text, _("Count the item and book the difference as an adjustment."))


def _document_findings(session: Session) -> Iterable[Finding]:
    for document in session.scalars(select(Document).order_by(Document.id)):
        try:
            document_files.read(document)
        except DomainError as error:
            yield Finding(document.number, error.message, error.remedy)


def _media_findings(session: Session) -> Iterable[Finding]:
    for product, error in (*images.damaged(session), *certificates.damaged(session)):
        yield Finding(product, error.message, error.remedy)


def _picture_findings(session: Session) -> Iterable[Finding]:
    """Logo, signature or chop that documents would be drawn without."""
    company = session.scalar(select(Company).order_by(Company.id))
    for name, title in NAMES.items():
        sha256 = getattr(company, name, "")
        try:
            if sha256:
                read_picture(sha256)
        except DomainError as error:
            yield Finding(_(title), error.message, error.remedy)

"""Pictures and certificates in the workspace: each file once, under the SHA-256 of its bytes.

A file is written before its row is committed. A transaction that rolls back leaves a file which no row
names: harmless, and swept away later. A file is only removed when it has lain untouched for a while,
because another transaction may be about to name it.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.base import storage_error
from factory_erp.services.files import documents as document_files
from factory_erp.services.files import workspace

log = logging.getLogger(__name__)

IMAGES, CERTIFICATES = "images", "certificates"
"""Folders of the workspace."""

UNTOUCHED_SECONDS = 3600
"""How long a file that no row names is kept: far longer than any transaction lasts."""

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
}
"""Media type → how its files end."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_HELD = re.compile(r"([0-9a-f]{64})\.[a-z]{3,4}")


def path_of(folder: str, sha256: str, media_type: str) -> Path:
    """Where the bytes with that hash lie: ``images/ab/abcd….jpg``."""
    return _directory(folder, sha256) / (sha256 + SUFFIXES[media_type])


def find(folder: str, sha256: str) -> Path | None:
    """The file with that hash, whatever its type; None where there is none."""
    if not _SHA256.fullmatch(sha256):
        return None
    return next((path for path in _files(_directory(folder, sha256)) if path.stem == sha256), None)


def expected(folder: str, sha256: str) -> Path:
    """The file with that hash, or where it would be looked for."""
    return find(folder, sha256) or workspace.current().path / folder / "missing"


def _directory(folder: str, sha256: str) -> Path:
    return workspace.current().path / folder / sha256[:2]


def store(folder: str, content: bytes, media_type: str) -> str:
    """Keep the bytes; their SHA-256. Bytes that are there already are only touched.

    Raises DomainError where the disk is full or the folder cannot be written.
    """
    sha256 = document_files.sha256(content)
    path = path_of(folder, sha256, media_type)
    try:
        os.utime(path)
        whole = path.read_bytes() == content
    except OSError:
        whole = False
    if not whole:
        document_files.write(path, content)
    return sha256


def read(path: Path, sha256: str, record: str, remedy: str) -> bytes:
    """The bytes of a file, proved by their hash. Raises DomainError where it is missing or was altered."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        message = _("The file {name} of {record} is missing.", name=path.name, record=record)
        raise DomainError(message, record=record, field=path.name, remedy=remedy) from error
    except OSError as error:
        raise storage_error(error) or _unreadable(path, record, error) from error
    if document_files.sha256(content) != sha256:
        message = _("The file {name} of {record} was altered.", name=path.name, record=record)
        raise DomainError(message, record=record, field=path.name, remedy=remedy)
    return content


def _unreadable(path: Path, record: str, error: OSError) -> DomainError:
    return DomainError(
        _("The file {name} could not be read: {reason}", name=path.name, reason=error.strerror or error),
        record=record,
        remedy=_("Check the disk and the workspace folder, then try again."),
    )


def drop_after_commit(session: Session, folder: str, sha256: str) -> None:
    """Remove the file once the transaction is committed: its last row is going. Recent files stay."""

    def drop(_session: Session) -> None:
        path = find(folder, sha256)
        if path is not None:
            _remove_untouched(path)

    event.listen(session, "after_commit", drop, once=True)


def sweep(folder: str, named: Iterable[str]) -> int:
    """Remove the files of *folder* whose hash is not among the *named*; how many. Recent files stay."""
    keep = set(named)
    gone = [path for path in _all(folder) if path.stem not in keep]
    return sum(_remove_untouched(path) for path in gone)


def _all(folder: str) -> Iterator[Path]:
    try:
        parts = sorted((workspace.current().path / folder).iterdir())
    except OSError:
        return
    for part in parts:
        yield from _files(part)


def _files(directory: Path) -> Iterator[Path]:
    """The files that this module wrote; whatever else somebody put there is none of its business."""
    try:
        names = sorted(os.listdir(directory))
    except OSError:
        return
    for name in names:
        if _HELD.fullmatch(name):
            yield directory / name


def _remove_untouched(path: Path) -> bool:
    try:
        if time.time() - path.stat().st_mtime < UNTOUCHED_SECONDS:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError:
        log.warning("could not remove %s", path, exc_info=True)
        return False
    return True

"""Files of issued documents: written so that a power cut leaves the whole file or none.

A file is put in place before the transaction commits and taken away again when it rolls back. A
program that dies in between leaves a file that no record points to; the next document of that name
overwrites it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.documents import Document
from factory_erp.services.base import storage_error
from factory_erp.services.files import workspace

log = logging.getLogger(__name__)


def sha256(content: bytes) -> str:
    """SHA-256 of *content*, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def path_of(name: str) -> Path:
    """Where the document file *name* ("2026/CI-2026-00001_rev1.pdf") lies in the workspace."""
    return workspace.current().documents / name


def store(session: Session, name: str, content: bytes) -> None:
    """Write the document file *name*; it is removed again if the session's transaction rolls back.

    Raises DomainError where the disk is full or the folder cannot be written.
    """
    path = path_of(name)
    _remove_on_rollback(session, path)
    write(path, content)


def write(path: Path, content: bytes) -> None:
    """Put *content* at *path* durably: beside it first, flushed to the disk, then renamed over it.

    Raises DomainError where the disk is full or the folder cannot be written; nothing is left then.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(beside, content)
        os.replace(beside, path)
        sync_folder(path.parent)
        sync_folder(path.parent.parent)
    except OSError as error:
        _forget(beside)
        raise storage_error(error) or _unwritable(path, error) from error


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Flush the folder's own entries, without which a renamed file may be gone after a power cut."""
    if os.name == "nt":  # Windows keeps names in the journal and cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> DomainError:
    return DomainError(
        _("The file {name} could not be written: {reason}", name=path.name, reason=error.strerror or error)
        + " "
        + _("Nothing was changed."),
        record=path.name,
        remedy=_("Check the disk and the workspace folder, then try again."),
    )


def _remove_on_rollback(session: Session, path: Path) -> None:
    written: list[Path] | None = session.info.get("document_files")
    if written is None:
        written = session.info["document_files"] = []
        event.listen(session, "after_rollback", _remove_written)
    written.append(path)


def _remove_written(session: Session) -> None:
    for path in session.info.pop("document_files", []):
        _forget(path)


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        log.warning("could not remove %s", path, exc_info=True)


def read(document: Document) -> bytes:
    """The document's file, proved by its hash. Raises DomainError where it is missing or was altered."""
    path = path_of(document.file_name)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        message = _("The file of document {number} is missing.", number=document.number)
        raise _lost(document, message) from error
    except OSError as error:
        raise storage_error(error) or _unreadable(document, error) from error
    if sha256(content) != document.file_sha256:
        raise _lost(
            document,
            _("The file of document {number} is not the one that was issued.", number=document.number),
        )
    return content


def _lost(document: Document, message: str) -> DomainError:
    return DomainError(
        message,
        record=document.number,
        field=document.file_name,
        remedy=_("Restore the file from the stored record of the document."),
    )


def _unreadable(document: Document, error: OSError) -> DomainError:
    reason = error.strerror or error
    return DomainError(
        _("The file {name} could not be read: {reason}", name=document.file_name, reason=reason),
        record=document.number,
        remedy=_("Check the disk and the workspace folder, then try again."),
    )

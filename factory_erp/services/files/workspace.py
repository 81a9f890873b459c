"""The folder that holds one factory's data: database, documents, backups and log.

A demo workspace carries a mark in its settings file, and the program never offers to turn one
kind into the other. One program at a time opens a workspace with a window.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from platformdirs import user_data_path

from factory_erp.config import APP_NAME
from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _

SETTINGS = "workspace.json"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace folder and the database that belongs to it."""

    path: Path
    database_url: str
    demo: bool

    @property
    def documents(self) -> Path:
        """Issued documents, by year."""
        return self.path / "documents"

    @property
    def backups(self) -> Path:
        """Copies of the database with their hashes."""
        return self.path / "backups"

    @property
    def log(self) -> Path:
        """The program's log file."""
        return self.path / "log" / "factory_erp.log"

    @property
    def window_state(self) -> Path:
        """Window, splitter and column state of this PC's user."""
        return self.path / "window.ini"

    @property
    def name(self) -> str:
        """What the title bar calls it."""
        return self.path.name


_current: ContextVar[Workspace] = ContextVar("workspace")


def current() -> Workspace:
    """The bound workspace."""
    return _current.get()


def bind(workspace: Workspace) -> None:
    """Make *workspace* the one of this context; background jobs inherit it."""
    _current.set(workspace)


def default_root() -> Path:
    """Folder of all workspaces: ``$FACTORY_ERP_HOME`` or the platform's user-data place."""
    named = os.environ.get("FACTORY_ERP_HOME")
    return Path(named) if named else user_data_path(APP_NAME, appauthor=False)


def open_folder(path: Path, *, demo: bool = False, database_url: str = "") -> Workspace:
    """The workspace at *path*, made if it is not there.

    Raises DomainError where the folder cannot be written, and where a demo was asked for in a
    real factory's folder or the other way round.
    """
    try:
        found_demo, found_url = _settings(path, demo, database_url)
        for folder in ("documents", "backups", "log"):
            (path / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_folder(path, error) from error
    if found_demo != demo:
        raise _mixed(path, is_demo=found_demo)
    return Workspace(path, found_url or f"sqlite:///{path / 'factory.db'}", demo)


def is_demo(path: Path) -> bool:
    """Whether the folder holds a demo factory."""
    file = path / SETTINGS
    return file.exists() and bool(_read(file).get("demo"))


def _settings(path: Path, demo: bool, database_url: str) -> tuple[bool, str]:
    """(is a demo, database URL) as the folder's settings file says."""
    path.mkdir(parents=True, exist_ok=True)
    file = path / SETTINGS
    if not file.exists():
        _check_url(database_url)
        draft = file.with_suffix(".tmp")
        draft.write_text(json.dumps({"demo": demo, "database_url": database_url}, indent=1), "utf-8")
        draft.replace(file)
    read = _read(file)
    return bool(read.get("demo")), str(read.get("database_url", ""))


def _read(file: Path) -> dict[str, object]:
    """The settings; a DomainError when somebody's editor or a dying disk has spoilt them."""
    try:
        read = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise _damaged(file) from error
    if not isinstance(read, dict):
        raise _damaged(file)
    return read


def _damaged(file: Path) -> DomainError:
    return DomainError(
        _("The settings file {path} is damaged.", path=file),
        remedy=_("Put back a copy of it, or choose another folder; the factory's data are untouched."),
    )


def _check_url(url: str) -> None:
    """Refuse a database that the program cannot use before the folder remembers it."""
    if url and not url.startswith(("postgresql://", "postgresql+psycopg://", "sqlite:///")):
        raise InvalidValue(
            _("'{url}' is not the address of a PostgreSQL database.", url=url),
            field="--database",
            remedy=_("Write it as postgresql://user@server/database."),
        )


def _no_folder(path: Path, error: OSError) -> DomainError:
    from factory_erp.services.base import storage_error  # the window is painted before the database

    return storage_error(error) or DomainError(
        _("The workspace folder {path} cannot be used: {reason}.", path=path, reason=error.strerror or error),
        remedy=_("Choose another folder with --data, or mend its permissions."),
    )


def _mixed(path: Path, *, is_demo: bool) -> DomainError:
    if is_demo:
        message = _("{path} holds a demo factory.", path=path)
    else:
        message = _("{path} holds a real factory's data; the demo stays away from it.", path=path)
    return DomainError(message, remedy=_("Choose another folder."))


@contextmanager
def only_window(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for one window; the system lets go of it even when the program is killed.

    Raises DomainError when another window has it.
    """
    try:
        handle = (workspace.path / "in-use.lock").open("a+b")
    except OSError as error:
        raise _no_folder(workspace.path, error) from error
    with handle:
        if not _lock(handle):
            raise DomainError(
                _("The factory '{name}' is already open in another window.", name=workspace.name),
                remedy=_("Use that window, or close it first."),
            )
        yield


def _lock(handle: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

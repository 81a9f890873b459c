"""What makes a function a use case: its transaction, its change set, its errors.

``@use_case`` opens a session on the bound database, commits when the function returns, rolls
back when it raises, and answers ``Result(value, changes)``. ``@query`` is the same for reading.
The composition root binds the database; background jobs inherit it with their context.
"""

from __future__ import annotations

import functools
import json
import logging
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.exc import StaleDataError

from factory_erp.domain.errors import Conflict, DomainError, NotFound
from factory_erp.i18n import _
from factory_erp.models.base import Base, Transitions, utc_now
from factory_erp.models.database import Database
from factory_erp.models.security import AuditEntry

P = ParamSpec("P")
T = TypeVar("T")
RecordT = TypeVar("RecordT", bound=Base)

log = logging.getLogger(__name__)

Changes = Mapping[str, frozenset[int]]
"""Kind of record (table name) → ids that the use case added, changed or removed."""

ATTEMPTS = 5
"""How often a transaction that lost against another is tried."""

_database: ContextVar[Database] = ContextVar("database")
_login: ContextVar[str] = ContextVar("login", default="")


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """What a use case answers: its value, and which records it changed."""

    value: T
    changes: Changes


def bind(database: Database, login: str = "") -> None:
    """Make *database* the one that use cases of this context work on, as user *login*."""
    _database.set(database)
    _login.set(login)


@contextmanager
def bound(database: Database) -> Iterator[Database]:
    """Use cases inside the block work on *database*."""
    token = _database.set(database)
    try:
        yield database
    finally:
        _database.reset(token)


def database() -> Database:
    """The bound database."""
    return _database.get()


def use_case(function: Callable[Concatenate[Session, P], T]) -> Callable[P, Result[T]]:
    """Run *function* in one writing transaction; see the module's text."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> Result[T]:
        return _attempt(lambda: _transact(function, *args, **kwargs))

    return run


def query(function: Callable[Concatenate[Session, P], T]) -> Callable[P, T]:
    """Run *function* in one reading transaction and answer its value."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        def read() -> T:
            with database().session() as session:
                return function(session, *args, **kwargs)

        return _attempt(read)

    return run


def _transact(function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> Result[T]:
    with database().session(write=True) as session:
        collected: dict[str, set[int]] = defaultdict(set)
        session.info["changes"] = collected
        event.listen(session, "after_flush", _collect)
        value = function(session, *args, **kwargs)
        session.flush()
        changes = {kind: frozenset(ids) for kind, ids in collected.items()}
        _audit(session, function.__name__, function.__module__, changes)
    return Result(value, changes)


def _collect(session: Session, _context: UOWTransaction) -> None:
    # "dirty" also holds records that were given the value which they had.
    dirty = [record for record in session.dirty if session.is_modified(record)]
    for record in (*session.new, *dirty, *session.deleted):
        if isinstance(record, Base):
            session.info["changes"][record.__tablename__].add(record.id)


def touched(session: Session, kind: type[Base], ids: Iterable[int]) -> None:
    """Report rows that a bulk statement changed: flushing does not see them."""
    changes, found = session.info.get("changes"), frozenset(ids)
    if changes is not None and found:
        changes[kind.__tablename__].update(found)


def _audit(session: Session, name: str, module: str, changes: Changes) -> None:
    if changes:
        said = {kind: sorted(ids)[:50] for kind, ids in sorted(changes.items())}
        entry = AuditEntry(
            at=utc_now(),
            login=_login.get(),
            use_case=f"{module.removeprefix('factory_erp.services.')}.{name}",
            changes=json.dumps(said),
        )
        session.add(entry)


def _attempt(work: Callable[[], T]) -> T:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except StaleDataError as error:
            raise Conflict(
                _("Somebody else changed this record while you had it open."),
                remedy=_("Reload it and make your change again."),
            ) from error
        except DBAPIError as error:
            if attempt == ATTEMPTS or not (_may_retry(error) or (attempt == 1 and _is_taken(error))):
                raise storage_error(error) or error from error
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
    raise AssertionError("unreachable")


def _may_retry(error: DBAPIError) -> bool:
    """Whether the transaction merely lost against another one."""
    code = getattr(error.orig, "sqlstate", None)
    return code in {"40001", "40P01"} or "database is locked" in str(error.orig)


def _is_taken(error: DBAPIError) -> bool:
    """Whether somebody wrote the same key at the same moment: the next try sees it and can say so."""
    code = getattr(error.orig, "sqlstate", None)
    return code == "23505" or "UNIQUE constraint failed" in str(error.orig)


def storage_error(error: BaseException) -> DomainError | None:
    """The plain sentence for a disk, file or server that does not let us write; None for another error."""
    text = str(getattr(error, "orig", error)).lower()
    if "disk i/o error" in text and _no_room():
        text = "disk is full"
    for signs, message, remedy in _storage_sentences():
        if any(sign in text for sign in signs):
            return DomainError(message, remedy=remedy)
    return None


def _no_room() -> bool:
    """SQLite speaks of an I/O error where the disk has no room even for its shared memory (32 KiB)."""
    bound_one = _database.get(None)
    if bound_one is None or not bound_one.is_sqlite:
        return False
    try:
        return shutil.disk_usage(Path(bound_one.url.removeprefix("sqlite:///")).parent).free < 65536
    except OSError:
        return False


def _storage_sentences() -> tuple[tuple[tuple[str, ...], str, str], ...]:
    nothing_lost = _("Nothing was changed.")
    return (
        (
            ("disk is full", "no space left", "disk full"),
            _("The disk is full, so the change could not be saved.") + " " + nothing_lost,
            _("Free some space and save again."),
        ),
        (
            ("readonly database", "read-only", "unable to open database", "permission denied"),
            _("The workspace folder cannot be written to.") + " " + nothing_lost,
            _("Give yourself write permission for the folder, or choose another one."),
        ),
        (
            ("disk i/o error", "database disk image is malformed", "not a database"),
            _("The database file cannot be read properly."),
            _("Close the program, copy the workspace folder, and restore the latest backup."),
        ),
        (
            ("database is locked",),
            _("Another program is using the database for too long.") + " " + nothing_lost,
            _("Close the other program and try again."),
        ),
        (
            ("connection refused", "could not connect", "connection failed", "server closed the connection"),
            _("The database server cannot be reached.") + " " + nothing_lost,
            _("Check the network and that the server is running, then try again."),
        ),
    )


def get(session: Session, kind: type[RecordT], record_id: int, *, lock: bool = False) -> RecordT:
    """The record with that id, its row locked for the transaction if *lock*. Raises NotFound."""
    record = session.get(kind, record_id, with_for_update=lock or None)
    if record is None:
        raise NotFound(
            _("The record is not there any more."),
            record=f"{kind.__tablename__} {record_id}",
            remedy=_("Reload the list: somebody may have removed it."),
        )
    return record


def allowed(transitions: Transitions, state: str, target: str) -> bool:
    """Whether the table lets *state* be followed by *target*."""
    return target in transitions.get(_member(transitions, state), frozenset())


def _member(transitions: Transitions, state: str) -> Any:
    return next((key for key in transitions if key == state), None)

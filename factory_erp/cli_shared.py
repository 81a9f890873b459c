"""What all commands of the command line share: the factory they open, their bar, how they print."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.i18n import _
from factory_erp.services.files.workspace import SETTINGS, Workspace, default_root, is_demo

OWN = "factory"

DataOption = Annotated[Path | None, typer.Option("--data", help="Workspace folder of the factory.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]

if TYPE_CHECKING:
    from factory_erp.documents.snapshot import Language

errors = Console(stderr=True)

given: ContextVar[Path | None] = ContextVar("folder given before the command", default=None)


class TerminalProgress:
    """Progress as a bar on the terminal's error stream; nothing when it is not a terminal."""

    cancelled = False

    def __init__(self, bar: Bar, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def report(self, done: int, total: int, text: str = "") -> None:
        """*done* of *total* steps; a total of 0 means that it is not known."""
        self._bar.update(self._task, completed=done, total=total or None, description=text or None)


@contextmanager
def watched(title: str) -> Iterator[TerminalProgress]:
    """A bar while the block runs."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        yield TerminalProgress(bar, bar.add_task(title, total=None))


@contextmanager
def factory(data: Path | None, *, upgrade: bool = True, make: bool = False) -> Iterator[Workspace]:
    """The factory in *data*, or the user's own, opened for a command.

    Raises NotFound where there is none, unless it may *make* one: a mistyped folder is no new factory.
    """
    from factory_erp.services.upkeep.opening import opened

    path = chosen(data) or default_root() / OWN
    if not make and not (path / SETTINGS).exists():
        raise NotFound(
            _("There is no factory in {path}.", path=path),
            field="--data",
            remedy=_("Name its folder, or make one: factory-erp database upgrade --data {path}", path=path),
        )
    with opened(path, demo=is_demo(path), upgrade=upgrade) as (workspace, _database):
        yield workspace


def chosen(data: Path | None) -> Path | None:
    """The folder given to the command, or before it: ``factory-erp --data DIR plan`` means DIR too."""
    return data or given.get()


def plain(value: object) -> Any:
    """Dataclasses, decimals, dates and paths as JSON has them; decimals stay exact as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    raise TypeError(type(value).__name__)


def say(report: dict[str, object], as_json: bool) -> None:
    """Print *report* as one JSON object, or as a small table for people."""
    if as_json:
        print(json.dumps(report, default=plain, ensure_ascii=False))
        return
    table = Table(show_header=False, box=None)
    for name, value in report.items():
        shown = (
            json.dumps(value, default=plain, ensure_ascii=False)
            if isinstance(value, list | dict | tuple)
            else value
        )
        # Text, not str: a name like "Shop [2]" is not markup.
        table.add_row(name.replace("_", " "), Text(str(shown), overflow="fold"))
    Console().print(table)


@contextmanager
def stopper() -> Iterator[threading.Event]:
    """Set by Ctrl+C or a supervisor's SIGTERM; both are an ordinary end."""
    stop = threading.Event()
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(one, lambda _number, _frame: stop.set()) for one in wanted]
    try:
        yield stop
    finally:
        for one, handler in zip(wanted, before, strict=True):
            signal.signal(one, handler)


def document_language(text: str) -> Language | None:
    """The language of a document; None for "". Raises InvalidValue for one that there are no words in."""
    from factory_erp.documents.snapshot import Language

    if text and text not in get_args(Language):
        raise InvalidValue(
            _("Documents cannot be written in '{language}'.", language=text),
            field="--language",
            remedy=_("Choose one of {languages}.", languages=", ".join(get_args(Language))),
        )
    return cast("Language", text) if text else None

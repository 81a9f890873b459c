"""The directory itself: where things lie, tables read and written whole, every one of them noted.

What is handed out is written twice: under ``out``, from where an agency may take it away, and then under
``sent``, so that the program still knows of it. A name follows from what is sent, never from the clock:
sending again finds the file of the first time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _
from factory_erp.sheets.reading import read_bytes
from factory_erp.sheets.table import LIMITS, Sheet
from factory_erp.sheets.values import Cell
from factory_erp.sheets.writing import write_file
from factory_erp.sync.connectors.base import ConnectorSettings
from factory_erp.sync.http.client import CallFacts
from factory_erp.sync.http.errors import OutcomeUnknown, PlatformUnavailable

FOLDER = "folder"
"""Name of the option that holds the directory's path."""

TAKEN_AWAY = "done"
"""Below ``out/<kind>``: where an agency may put what it has dealt with."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])")
_LONGEST = 60

Table = Sequence[Sequence[Cell]]


class Folder:
    """The account's directory. Every method raises PlatformUnavailable where it cannot be reached."""

    def __init__(self, settings: ConnectorSettings) -> None:
        self._path = settings.options.get(FOLDER, "").strip()
        self._watch = settings.watch
        self.now: Callable[[], datetime] = settings.now

    @property
    def root(self) -> Path:
        """The directory, which must be there: one that is made by mistake would swallow everything."""
        path = Path(self._path)
        if not self._path or not path.is_absolute():
            raise InvalidValue(
                _("The account names no folder."),
                field=FOLDER,
                remedy=_("Open the platform account and choose its folder."),
            )
        with reaching(path):
            there = path.is_dir()
        if not there:
            raise away(path, _("there is no such folder"))
        return path

    def part(self, *names: str) -> Path:
        """A folder of the directory, made where it is missing."""
        path = self.root.joinpath(*names)
        with reaching(path):
            path.mkdir(parents=True, exist_ok=True)
        return path

    def read(self, path: Path, subject: str = "") -> Sheet:
        """The table at *path*; SheetRefused where it cannot be read."""
        with self._noted("read", path, subject or path.name, acts=False):
            with reaching(path), path.open("rb") as file:
                content = file.read(LIMITS.bytes + 1)
            return read_bytes(content, path.name)

    def write(self, path: Path, headers: Sequence[str], rows: Table, subject: str) -> None:
        """Put the table at *path*, whole or not at all; InvalidValue for a cell that no file holds."""
        with self._noted("write", path, subject, acts=True, said=rows):
            try:
                write_file(path, headers, rows)
            except InvalidValue:
                raise
            except DomainError as error:
                raise away(path, error.message) from error

    def put(self, path: Path, content: bytes) -> None:
        """Put *content* at *path*, whole or not at all."""
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        with self._noted("write", path, path.name, acts=True), reaching(path):
            try:
                with beside.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(beside, path)
            finally:
                with suppress(OSError):
                    beside.unlink(missing_ok=True)

    def hand_out(self, kind: str, name: str, headers: Sequence[str], rows: Table, subject: str) -> str:
        """Write ``out/<kind>/<name>.csv`` once; its name. Handed out before, it stays as it is."""
        if self.handed_out(kind, name):
            return name
        self.write(self.part("out", kind) / f"{name}.csv", headers, rows, subject)
        try:
            self.write(self.part("sent", kind) / f"{name}.csv", headers, rows, subject)
        except DomainError as error:
            raise OutcomeUnknown(error.message, record=subject) from error
        return name

    def handed_out(self, kind: str, name: str) -> bool:
        """Whether ``hand_out`` has written the file, wherever it was taken since."""
        places = (("sent", kind), ("out", kind), ("out", kind, TAKEN_AWAY))
        root = self.root
        with reaching(root):
            return any(root.joinpath(*place, f"{name}.csv").is_file() for place in places)

    @contextmanager
    def _noted(self, api: str, path: Path, subject: str, *, acts: bool, said: Table = ()) -> Iterator[None]:
        began, started = time.monotonic(), self.now()
        outcome = ""
        try:
            yield
        except Exception as error:
            outcome = str(error)
            raise
        finally:
            if self._watch is not None:
                request = json.dumps({"file": str(path), "rows": said}, ensure_ascii=False, default=str)
                took = round((time.monotonic() - began) * 1000)
                self._watch(CallFacts(api, subject, acts, started, took, 0, outcome, request, ""))


@contextmanager
def reaching(path: Path) -> Iterator[None]:
    """What the operating system refuses inside, as the error of a platform that is away."""
    try:
        yield
    except OSError as error:
        raise away(path, error.strerror or type(error).__name__) from error


def away(path: Path, reason: str) -> PlatformUnavailable:
    """The folder or a file in it cannot be reached; nothing was written."""
    error = PlatformUnavailable(_("{path}: {reason}", path=path, reason=reason), reached=False)
    error.remedy = _("Check that the folder is connected, may be written and has space left.")
    return error


def file_name(text: str, *also: str) -> str:
    """A name for a file, the same for the same words on every system, another for others.

    Where *text* cannot stand as it is (slashes, Windows' devices, letters that differ by case alone), or
    there are further words that tell it apart, the beginning of a SHA-256 follows.
    """
    slug = _UNSAFE.sub("-", text)[:_LONGEST].strip("-")
    if text and slug == text == text.upper() and not also and not _DEVICES.fullmatch(text):
        return slug
    digest = hashlib.sha256("\0".join((text, *also)).encode()).hexdigest()[:16]
    return f"{slug}_{digest}" if slug else digest

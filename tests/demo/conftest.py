"""One demo factory for all tests of the package: making it takes seconds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from factory_erp import demo
from factory_erp.models.database import Database
from factory_erp.services import base, clock
from factory_erp.services.files import workspace
from tests.conftest import MONDAY


@dataclass
class Stopped:
    """Progress of somebody who loses patience after *steps* steps."""

    steps: int
    heard: int = 0

    @property
    def cancelled(self) -> bool:
        return self.heard > self.steps

    def report(self, done: int, total: int, text: str = "") -> None:
        self.heard += 1


@dataclass(frozen=True)
class Prepared:
    """An open demo with its database."""

    demo: demo.DemoFactory
    database: Database
    folder: workspace.Workspace
    moment: datetime


Opener = Callable[[str, bool], AbstractContextManager[tuple[workspace.Workspace, Database]]]


@pytest.fixture(scope="session")
def opener(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Opener:
    """Binds a workspace of that name, a demo's or not, with an empty database, on Monday morning."""

    @contextmanager
    def opened(name: str, is_demo: bool) -> Iterator[tuple[workspace.Workspace, Database]]:
        folder = workspace.open_folder(tmp_path_factory.mktemp(name), demo=is_demo)
        shutil.copy(sqlite_template, folder.path / "factory.db")
        database = Database(folder.database_url)
        with base.bound(database), clock.at(MONDAY):
            workspace.bind(folder)
            yield folder, database
        database.close()

    return opened


@pytest.fixture(scope="session")
def prepared(opener: Opener) -> Iterator[Prepared]:
    """The demo factory, made in two goes: the first was stopped half-way.

    Its clock stands still only while it is made: what lives for the whole session must not stop the clock of
    other tests.
    """
    with opener("demo", True) as (folder, _database):
        demo.prepare(folder, Stopped(5)).close()
        made = demo.prepare(folder)
    database = Database(folder.database_url)
    yield Prepared(made, database, folder, MONDAY)
    made.close()
    database.close()


@pytest.fixture
def factory(prepared: Prepared) -> Iterator[Prepared]:
    """The demo factory, its database bound, at its own present."""
    with base.bound(prepared.database), clock.at(prepared.moment):
        workspace.bind(prepared.folder)
        yield prepared

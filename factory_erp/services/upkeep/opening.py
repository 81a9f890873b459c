"""Opening a factory: its folder, its database at the right schema, use cases bound to both."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factory_erp.models.database import Database
from factory_erp.services import base
from factory_erp.services.files import workspace
from factory_erp.services.files.workspace import Workspace
from factory_erp.services.upkeep import schema

log = logging.getLogger(__name__)


@contextmanager
def opened(
    path: Path, *, demo: bool = False, database_url: str = "", upgrade: bool = True
) -> Iterator[tuple[Workspace, Database]]:
    """The factory in *path*, made if it is not there; closed when the block ends.

    A database of an older program is backed up and upgraded first, unless *upgrade* is False.
    Raises DomainError for a folder that cannot be used and for a database of a newer program.
    """
    folder = workspace.open_folder(path, demo=demo, database_url=database_url)
    with database_of(folder, upgrade=upgrade) as database:
        yield folder, database


@contextmanager
def database_of(folder: Workspace, *, upgrade: bool = True) -> Iterator[Database]:
    """The database of an opened folder, use cases bound to both; see ``opened``."""
    workspace.bind(folder)
    database = Database(folder.database_url)
    try:
        base.bind(database)
        if upgrade:
            bring_up_to_date(database)
        yield database
    finally:
        database.close()


def bring_up_to_date(database: Database) -> bool:
    """Upgrade the bound database if need be, with a backup before; whether anything was done."""
    if not schema.needs_upgrade(database):
        return False
    if not schema.is_empty(database):
        from factory_erp.services.upkeep.backup import backup

        saved = backup()
        log.info("backed up to %s before the upgrade", saved.path)
    return schema.upgrade(database)

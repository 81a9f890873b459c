"""The database's schema: making it, upgrading it, and refusing one that is newer than the program.

On SQLite an upgrade switches foreign keys off *before* the transaction: with them on, altering a
parent table (copy, drop, rename) would silently delete its children. They are checked at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.database import Database
from factory_erp.services.base import storage_error

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = "factory_erp:migrations"


def upgrade(database: Database) -> bool:
    """Bring the schema to the program's own; True when anything had to be done.

    Raises DomainError for a database that a newer program made. All or nothing.
    """
    try:
        with database.engine.execution_options(write=True).connect() as connection:
            return _upgrade(connection, database)
    except DomainError:
        raise
    except Exception as error:
        raise storage_error(error) or error from error


def _upgrade(connection: Connection, database: Database) -> bool:
    if _is_current(connection):
        return False
    connection.rollback()
    if database.is_sqlite:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            _run(connection)
            if database.is_sqlite:
                _no_orphans(connection)
    finally:
        if database.is_sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")
    return True


def _is_current(connection: Connection) -> bool:
    """Whether nothing is to be done. Raises DomainError for an unknown, newer revision."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(_config(connection))
    known = {revision.revision for revision in script.walk_revisions()}
    found = revision_of(connection)
    if found is not None and found not in known:
        raise DomainError(
            _("This database was made by a newer version of the program."),
            record=connection.engine.url.render_as_string(hide_password=True),
            remedy=_("Update the program on this PC. Nothing was changed."),
        )
    return found == script.get_current_head()


def revision_of(connection: Connection) -> str | None:
    """The revision that the database says it has, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def needs_upgrade(database: Database) -> bool:
    """Whether ``upgrade`` would have to do something. Raises DomainError for a newer database."""
    try:
        with database.engine.connect() as connection:
            return not _is_current(connection)
    except DBAPIError as error:
        raise storage_error(error) or error from error


def is_empty(database: Database) -> bool:
    """Whether no program has made its tables in the database yet."""
    with database.engine.connect() as connection:
        return revision_of(connection) is None


def _run(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.attributes["connection"] = connection
    return config


def _no_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise DomainError(
            _("The upgrade would leave {count} records without their parent.", count=len(orphans)),
            remedy=_("Nothing was changed. Keep the backup and ask for help."),
        )


def differences(connection: Connection) -> list[str]:
    """What the database's schema lacks or has beyond the models; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from factory_erp.models import Base
    from factory_erp.models.search import is_search_shadow

    options = {
        "compare_type": True,
        "include_object": lambda _o, name, kind, _r, _c: not is_search_shadow(kind, name or ""),
    }
    context = MigrationContext.configure(connection, opts=options)
    return [str(difference) for difference in compare_metadata(context, Base.metadata)]

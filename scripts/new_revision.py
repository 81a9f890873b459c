"""Write a new migration from the difference between the newest revision and the models.

Usage: python scripts/new_revision.py "what changes" [revision id]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from factory_erp.models.database import Database, sqlite_url
from factory_erp.services.upkeep import schema


def main(message: str, revision: str | None) -> None:
    """Autogenerate against an empty SQLite file that stands at the newest revision."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "empty.db"))
        with database.engine.connect() as connection:
            config = schema._config(connection)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            if list(Path("factory_erp/migrations/versions").glob("0*.py")):
                command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=revision)
        database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)

"""The migrations make exactly the models' schema, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from factory_erp.domain.errors import DomainError
from factory_erp.models import Base
from factory_erp.models.database import Database, sqlite_url
from factory_erp.services import schema
from tests.conftest import _on_server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    url, drop = sqlite_url(tmp_path / "empty.db"), None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_template")
        name = f"e{uuid.uuid4().hex[:12]}"
        _on_server(server, f"CREATE DATABASE {name}")
        url, drop = f"{server}/{name}", f"DROP DATABASE {name} WITH (FORCE)"
    database = Database(url)
    yield database
    database.close()
    if drop:
        _on_server(server, drop)


def test_an_upgrade_makes_the_models_schema_exactly(empty: Database) -> None:
    assert schema.upgrade(empty) is True
    with empty.engine.connect() as connection:
        assert schema.differences(connection) == []
        tables = set(inspect(connection).get_table_names())
    assert set(Base.metadata.tables) <= tables


def test_checks_and_names_are_the_same_as_the_models(empty: Database, db: Database) -> None:
    """Autogenerate does not compare CHECK constraints: compare them by name."""
    if empty.is_sqlite != db.is_sqlite:
        return
    schema.upgrade(empty)
    for table in Base.metadata.tables:
        assert _checks(empty, table) == _checks(db, table), table


def _checks(database: Database, table: str) -> dict[str, str]:
    with database.engine.connect() as connection:
        found = inspect(connection).get_check_constraints(table)
    return {str(check["name"]): "".join(check["sqltext"].split()) for check in found}


def test_a_second_upgrade_does_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    assert schema.upgrade(empty) is False


def test_a_newer_database_is_refused_and_left_alone(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.session(write=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DomainError, match="newer version"):
        schema.upgrade(empty)
    with empty.engine.connect() as connection:
        assert schema.revision_of(connection) == "9999"


def test_an_upgrade_that_dies_leaves_the_old_schema(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_connection: object) -> None:
        raise KeyboardInterrupt

    if empty.is_sqlite:
        monkeypatch.setattr(schema, "_no_orphans", die)
        with pytest.raises(KeyboardInterrupt):
            schema.upgrade(empty)
        assert schema.is_empty(empty)
        monkeypatch.undo()
    assert schema.upgrade(empty) is True

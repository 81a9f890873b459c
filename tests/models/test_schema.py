"""The migrations make exactly the models' schema, on both databases."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text

from factory_erp.domain.errors import DomainError
from factory_erp.models import Base
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.documents import Document
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.services.upkeep import schema
from tests import pg


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    url, drop = sqlite_url(tmp_path / "empty.db"), None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_template")
        name = f"e{uuid.uuid4().hex[:12]}"
        pg.run(f"{server}/postgres", f"CREATE DATABASE {name}")
        url, drop = f"{server}/{name}", f"DROP DATABASE {name} WITH (FORCE)"
    database = Database(url)
    yield database
    database.close()
    if drop:
        pg.run(f"{server}/postgres", drop)


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


OLD_PRICES = [
    # item, currency, term, place, from quantity and price in millionths, valid from, valid to
    (1, "USD", "FOB", "Ningbo", 1_000000, 3_350000, date(2025, 1, 1), None),
    (1, "USD", "FOB", "Ningbo", 500_000000, 2_980000, date(2025, 1, 1), None),
    (2, "USD", "FOB", "Ningbo", 1_000000, 7_127500, date(2025, 1, 1), None),
    (1, "USD", "FOB", "Ningbo", 1_000000, 3_100000, date(2024, 1, 1), date(2024, 12, 31)),
    (1, "USD", "FOB", "Ningbo", 2_000000, 3_150000, date(2024, 1, 1), date(2024, 6, 30)),
    (1, "USD", "FOB", "", 1_000000, 3_400000, date(2025, 1, 1), None),
    (1, "USD", "CIF", "Hamburg", 1_000000, 3_900000, date(2025, 1, 1), None),
    (2, "EUR", "FOB", "Ningbo", 1_000000, 6_500000, date(2025, 1, 1), None),
    (2, "EUR", "FOB", "Ningbo", 1_000000, 6_700000, date(2026, 1, 1), None),
]


def test_every_price_of_the_first_schema_comes_under_a_list_of_its_terms(empty: Database) -> None:
    names = ("item_id", "currency", "incoterm", "place", "min_quantity", "price", "valid_from", "valid_to")
    with empty.engine.execution_options(write=True).connect() as connection, connection.begin():
        command.upgrade(schema._config(connection), "0001")
        prices = [dict(zip(names, price, strict=True)) for price in OLD_PRICES]
        _insert(connection, "item", [_first_item(1), _first_item(2)])
        _insert(connection, "price_line", prices)
    assert schema.upgrade(empty) is True
    with empty.session() as session:
        lines = session.scalars(select(PriceLine)).all()
        kept = [
            (
                line.item_id, line.list.currency, line.list.incoterm, line.list.place,
                int(line.min_quantity * 10**6), int(line.price * 10**6), line.list.valid_from,
                line.list.valid_to,
            )
            for line in lines
        ]  # fmt: skip
        lists = session.scalars(select(PriceList)).all()
        assert {one.kind for one in lists} == {"sales"}
        assert {line.lead_days for line in lines} == {0}
        codes = sorted(one.code for one in lists)
    assert sorted(kept, key=str) == sorted(OLD_PRICES, key=str)
    assert codes == [
        "EUR FOB Ningbo 2025-01-01", "EUR FOB Ningbo 2026-01-01", "USD CIF Hamburg 2025-01-01",
        "USD FOB 2025-01-01", "USD FOB Ningbo 2024-01-01 - 2024-06-30",
        "USD FOB Ningbo 2024-01-01 - 2024-12-31", "USD FOB Ningbo 2025-01-01",
    ]  # fmt: skip


def test_documents_of_older_databases_are_found_under_their_consignee(empty: Database) -> None:
    long_ago = datetime(2025, 1, 1, tzinfo=UTC)
    with empty.engine.execution_options(write=True).connect() as connection, connection.begin():
        command.upgrade(schema._config(connection), "0004")
        for name, given in (
            ("partner", {"id": 7, "code": "N", "name": "Nord", "country": "DE", "priority_class": "B"}),
            ("shipment", {"id": 3, "number": "SH-1", "state": "packed", "consignee_id": 7}),
            ("document", {
                "id": 1, "kind": "packing_list", "number": "PL-1", "state": "issued", "shipment_id": 3,
                "issued_on": date(2025, 1, 1), "issued_at": long_ago, "file_sha256": "0" * 64,
            }),
        ):  # fmt: skip
            _insert(connection, name, [_filled(connection, name, given)])
    assert schema.upgrade(empty) is True
    with empty.session() as session:
        (document,) = session.scalars(select(Document))
        assert (document.partner_id, document.number) == (7, "PL-1")


def _filled(connection: Connection, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """A row of the table as it is in the database: what *given* does not say is empty, zero or long ago."""
    usual = {str: "", int: 1, bool: True, datetime: datetime(2025, 1, 1, tzinfo=UTC), date: date(2025, 1, 1)}
    columns = Table(name, MetaData(), autoload_with=connection).columns
    return {
        column.name: given.get(column.name, None if column.nullable else usual[column.type.python_type])
        for column in columns
    }


def _insert(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    """Rows of a table as it is in the database, whatever the models say."""
    connection.execute(insert(Table(name, MetaData(), autoload_with=connection)), rows)


def _first_item(number: int) -> dict[str, Any]:
    """An item as the first schema had it."""
    return {
        "id": number, "sku": f"CUP-{number}", "kind": "finished", "procurement": "make", "unit": "H87",
        "step": 1_000000, "hs_code": "", "origin": "CN", "options": "", "net_g": 300, "lead_days": 5,
        "standard_cost": 0, "sellable": True, "active": True, "version": 1,
        "created_at": datetime(2025, 1, 1, tzinfo=UTC),
    }  # fmt: skip

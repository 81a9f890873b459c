"""``factory-erp papers order``, ``purchase``, ``inspection`` and ``traveller``: issued, saved, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from factory_erp import cli
from factory_erp.domain.errors import DomainError, InvalidValue, NotFound
from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOrder
from factory_erp.services import planning
from tests.services.factory import an_order_for_cups
from tests.services.papers.papers_factory import PapersFactory
from tests.services.papers.test_issue import purchase
from tests.test_cli import open_and

SALES, BOUGHT = "SO-2026-00001", "PU-1"


def ran(*words: object) -> tuple[int, Any]:
    """Exit status, and the JSON object or the error."""
    result = CliRunner().invoke(cli.app, ["papers", *map(str, words), "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else result.exception


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A factory with a sales order and a purchase."""
    path = tmp_path_factory.mktemp("order-papers") / "factory"

    def fill(database: Database) -> None:
        made = PapersFactory(database)
        made.order(made.customer(), [(made.cup(), "120", "3.5")])
        purchase(made)

    open_and(path, fill)
    return path


def test_papers_of_an_order_are_issued_and_revised(folder: Path) -> None:
    status, said = ran("order", SALES, "--data", folder)
    assert (status, said["documents"][0]["number"]) == (0, "PI-2026-00001")
    assert Path(said["documents"][0]["path"]).read_bytes().startswith(b"%PDF")
    _status, said = ran("order", SALES, "sales_contract", "--language", "en", "--data", folder)
    assert said["documents"][0]["number"] == "SC-2026-00001"
    _status, again = ran(
        "order", SALES, "sales_contract", "--language", "de", "--reason", "German", "--data", folder
    )
    assert (again["documents"][0]["number"], again["documents"][0]["revision"]) == ("SC-2026-00001", 2)


def test_a_purchase_has_its_order_and_its_inspection(folder: Path, tmp_path: Path) -> None:
    _status, said = ran("purchase", BOUGHT, "--data", folder)
    assert said["documents"][0]["number"] == "PU-1"
    status, said = ran(
        "inspection", BOUGHT, "--language", "zh_CN", "--out", tmp_path / "new", "--data", folder
    )
    assert (status, said["files"]) == (0, [str(tmp_path / "new" / "PU-1-inspection.pdf")])
    assert Path(said["files"][0]).read_bytes().startswith(b"%PDF")


def test_travellers_are_saved_as_one_file(tmp_path: Path) -> None:
    numbers: list[str] = []

    def fill(database: Database) -> None:
        _shop, order = an_order_for_cups(database, 100)
        planning.plan_order(order)
        with database.session() as session:
            numbers.extend(session.scalars(select(ProductionOrder.number)))

    open_and(tmp_path / "floor", fill)
    _status, said = ran("traveller", *numbers, "--out", tmp_path, "--data", tmp_path / "floor")
    assert said["files"] == [str(tmp_path / "travellers.pdf")]
    _status, said = ran("traveller", numbers[0], "--out", tmp_path, "--data", tmp_path / "floor")
    assert said["files"] == [str(tmp_path / f"{numbers[0]}.pdf")]


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [
        (("order", "SO-9"), NotFound, "no order SO-9"),
        (("order", SALES, "packing_list"), DomainError, "not a document of an order"),
        (("order", SALES, "--language", "xx"), InvalidValue, "cannot be written in 'xx'"),
        (("purchase", "PU-9"), NotFound, "no purchase order PU-9"),
        (("inspection", "PU-9"), NotFound, "no purchase order PU-9"),
        (("traveller", "MO-9"), NotFound, "no batch or production order MO-9"),
    ],
)
def test_what_is_not_there_is_a_sentence(
    folder: Path, words: tuple[str, ...], kind: type[DomainError], said: str
) -> None:
    status, error = ran(*words, "--data", folder)
    assert status == 1
    assert isinstance(error, kind)
    assert said in str(error)
    assert error.remedy

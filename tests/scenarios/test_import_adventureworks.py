"""AdventureWorks' products, six-language descriptions and items, from its CSV files by the command line."""

from __future__ import annotations

import json
from collections import Counter
from contextvars import copy_context
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from factory_erp import cli
from factory_erp.models.catalog import Item, ItemText, Product, ProductText
from factory_erp.models.database import Database
from factory_erp.models.search import SearchEntry
from factory_erp.services.upkeep.opening import opened
from tests.adventureworks import GRAMS, LANGUAGES, by_id, products, table
from tests.shared import shared_path

MAPS = Path(__file__).resolve().parents[1] / "maps"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A factory with the three files imported, and nothing of it left bound."""
    path = tmp_path_factory.mktemp("bicycles") / "factory"
    copy_context().run(_make, path)
    for kind, file, mapping in FILES:
        said = imported(path, kind, file, mapping)
        assert said["rejected"] == []
        # The English texts are there already, from the names of the models; they get their description.
        described = sum(row.get("CultureID", "").strip() == "en" for row in table(file))
        assert (said["created"], said["updated"]) == (len(table(file)) - described, described)
        assert (said["unchanged"], said["skipped"]) == (0, 0)
    return path


FILES = (
    ("products", "ProductModel", "aw_products"),
    ("product-texts", "ProductModelProductDescriptionCulture", "aw_product_texts"),
    ("items", "Product", "aw_items"),
)


def _make(path: Path) -> None:
    with opened(path):
        pass


def imported(path: Path, kind: str, file: str, mapping: str, *more: str) -> dict[str, Any]:
    """What ``factory-erp import`` prints."""
    words = ["import", kind, str(shared_path(f"data/adventureworks/{file}.csv"))]
    options = ["--map", str(MAPS / f"{mapping}.json"), "--data", str(path), "--json", *more]
    result = CliRunner().invoke(cli.app, [*words, *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    said = json.loads(result.stdout)
    assert isinstance(said, dict)
    assert result.exit_code == (1 if said["rejected"] else 0)
    return said


def ask(path: Path, question: Any) -> Any:
    """The answer of the factory's database to *question*."""

    def inside() -> Any:
        with opened(path) as (_workspace, database):
            return _asked(database, question)

    return copy_context().run(inside)


def _asked(database: Database, question: Any) -> Any:
    with database.session() as session:
        return question(session)


def test_every_product_text_and_item_of_the_files_is_there(folder: Path) -> None:
    counts = ask(
        folder,
        lambda session: [
            session.scalar(select(func.count()).select_from(model)) for model in (Product, Item, ItemText)
        ],
    )
    assert counts == [len(table("ProductModel")), len(products()), len(products())]


def test_descriptions_are_there_in_six_languages(folder: Path) -> None:
    found = dict(
        ask(
            folder,
            lambda session: session.execute(
                select(ProductText.language, func.count()).group_by(ProductText.language)
            ).all(),
        )
    )
    wanted = Counter(
        LANGUAGES[row["CultureID"].strip()] for row in table("ProductModelProductDescriptionCulture")
    )
    # Every model has its name in English, described or not.
    assert found == {**wanted, "en": len(table("ProductModel"))}


def test_a_description_is_the_one_of_its_model_and_language(folder: Path) -> None:
    said = by_id("ProductDescription", "ProductDescriptionID")
    models = by_id("ProductModel", "ProductModelID")
    wanted = {
        (models[row["ProductModelID"]]["Name"], LANGUAGES[row["CultureID"].strip()]):
            said[row["ProductDescriptionID"]]["Description"].strip()
        for row in table("ProductModelProductDescriptionCulture")
    }  # fmt: skip
    rows = ask(
        folder,
        lambda session: session.execute(
            select(Product.code, ProductText.language, ProductText.description)
            .join(Product, Product.id == ProductText.product_id)
            .where(ProductText.description != "")
        ).all(),
    )
    assert {(code, language): text for code, language, text in rows} == wanted


def test_an_items_facts_are_those_of_the_file(folder: Path) -> None:
    models = by_id("ProductModel", "ProductModelID")
    rows = ask(
        folder,
        lambda session: session.execute(
            select(
                Item.sku,
                Product.code,
                Item.kind,
                Item.procurement,
                Item.net_g,
                Item.standard_cost,
                Item.sellable,
            ).outerjoin(Item.product)
        ).all(),
    )
    kinds = {"11": "finished", "01": "finished", "10": "semi_finished", "00": "raw"}
    wanted = {
        (
            row["ProductNumber"],
            models[row["ProductModelID"]]["Name"] if row["ProductModelID"] else None,
            kinds[row["MakeFlag"] + row["FinishedGoodsFlag"]],
            "make" if row["MakeFlag"] == "1" else "buy",
            _grams(row),
            Decimal(row["StandardCost"]),
            row["FinishedGoodsFlag"] == "1",
        )
        for row in products().values()
    }
    assert {tuple(row) for row in rows} == wanted


def _grams(row: dict[str, str]) -> int:
    if not row["Weight"]:
        return 0
    exact = Decimal(row["Weight"]) * GRAMS[row["WeightUnitMeasureCode"].strip()]
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_every_item_and_product_can_be_found_by_its_name(folder: Path) -> None:
    indexed = ask(folder, lambda session: session.scalar(select(func.count()).select_from(SearchEntry)))
    assert indexed == len(table("ProductModel")) + len(products())


@pytest.mark.parametrize(("kind", "file", "mapping"), FILES)
def test_the_same_file_again_is_all_unchanged(folder: Path, kind: str, file: str, mapping: str) -> None:
    said = imported(folder, kind, file, mapping)
    assert said["unchanged"] == len(table(file))
    assert (said["created"], said["updated"], said["skipped"], said["rejected"]) == (0, 0, 0, [])


def test_the_mapping_is_remembered_for_the_next_file_of_the_same_headers(folder: Path) -> None:
    file = shared_path("data/adventureworks/Product.csv")
    words = ["import", "items", str(file), "--data", str(folder), "--dry-run", "--json"]
    result = CliRunner().invoke(cli.app, words)
    said = json.loads(result.stdout)
    assert (result.exit_code, said["unchanged"], said["dry_run"]) == (0, len(products()), True)

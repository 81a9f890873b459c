"""AdventureWorks' vendors, their prices, locations and bills of materials, by the command line.

What the bills say is worked out a second time with plain dictionaries from the CSV file.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item
from factory_erp.models.engineering import Bill, BillLine, WorkCentre
from factory_erp.models.partners import Partner, PartnerRole
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.services.clock import today
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.engineering.structure import BillNode
from factory_erp.services.exchange.exporting import export_file
from factory_erp.services.exchange.importing import ImportReport, import_sheet
from factory_erp.sheets.reading import read_file
from tests.adventureworks import assemblies, bicycles, current_components, products, revisions, table
from tests.scenarios.test_import_adventureworks import ask, imported

CATALOGUE = (
    ("products", "ProductModel", "aw_products"),
    ("items", "Product", "aw_items"),
    ("items", "Product", "aw_units"),
)
SHOP = (
    ("partners", "Vendor", "aw_vendors"),
    ("prices", "ProductVendor", "aw_vendor_prices"),
    ("work-centres", "Location", "aw_locations"),
    ("bills", "BillOfMaterials", "aw_bills"),
)
TOP_LEVEL = 103
"""Lines of finished goods that stand under no assembly."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A factory with the whole of it imported."""
    path = tmp_path_factory.mktemp("bicycle-shop") / "factory"
    ask(path, lambda session: None)
    for kind, file, mapping in CATALOGUE:
        assert imported(path, kind, file, mapping)["rejected"] == []
    for kind, file, mapping in SHOP:
        said = imported(path, kind, file, mapping)
        assert said["rejected"] == []
        assert said["created"] + said["skipped"] == len(table(file))
        assert said["skipped"] == (TOP_LEVEL if kind == "bills" else 0)
    return path


@cache
def _skus() -> dict[str, str]:
    return {product: row["ProductNumber"] for product, row in products().items()}


@pytest.mark.parametrize(("kind", "file", "mapping"), SHOP)
def test_the_same_files_again_change_nothing(folder: Path, kind: str, file: str, mapping: str) -> None:
    said = imported(folder, kind, file, mapping)
    assert (said["created"], said["updated"], said["rejected"]) == (0, 0, [])
    assert said["unchanged"] + said["skipped"] == len(table(file))


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["partners", "price-lists", "prices", "work-centres", "bills"])
def test_what_goes_out_comes_in_again_unchanged(folder: Path, tmp_path: Path, kind: str, suffix: str) -> None:
    file = tmp_path / f"{kind}.{suffix}"

    def again(_session: Session) -> tuple[int, ImportReport]:
        rows = export_file(kind, file, language="zh_CN")
        return rows, import_sheet(kind, read_file(file)).value

    rows, report = ask(folder, again)
    assert rows > 0
    assert (report.unchanged, report.created, report.updated, report.rejected) == (rows, 0, 0, ())


def test_every_vendor_is_a_supplier_with_his_prices(folder: Path) -> None:
    def stored(session: Session) -> tuple[set[tuple[str, ...]], Counter[str], set[tuple[object, ...]]]:
        vendors = session.execute(select(Partner.code, Partner.name, Partner.country))
        roles = Counter(session.scalars(select(PartnerRole.role)))
        prices = session.execute(
            select(Partner.code, Item.sku, PriceLine.min_quantity, PriceLine.price, PriceLine.lead_days)
            .join(PriceList, PriceList.partner_id == Partner.id)
            .join(PriceLine, PriceLine.list_id == PriceList.id)
            .join(Item, Item.id == PriceLine.item_id)
        )
        return {tuple(row) for row in vendors}, roles, {tuple(row) for row in prices}

    vendors, roles, prices = ask(folder, stored)
    assert vendors == {(row["BusinessEntityID"], row["Name"], "US") for row in table("Vendor")}
    assert roles == {"supplier": len(table("Vendor"))}
    assert prices == {
        (
            row["BusinessEntityID"],
            _skus()[row["ProductID"]],
            Decimal(row["MinOrderQty"]),
            Decimal(row["StandardPrice"]),
            int(row["AverageLeadTime"]),
        )
        for row in table("ProductVendor")
    }


def test_locations_are_work_centres_with_their_rates(folder: Path) -> None:
    rows = ask(
        folder, lambda session: session.execute(select(WorkCentre.code, WorkCentre.machine_rate)).all()
    )
    assert {tuple(row) for row in rows} == {
        (row["LocationID"], Decimal(row["CostRate"])) for row in table("Location")
    }


def test_every_line_is_in_the_revisions_in_which_it_was_valid(folder: Path) -> None:
    def stored(session: Session) -> Counter[tuple[object, ...]]:
        parent = Item.__table__.alias("parent")
        rows = session.execute(
            select(parent.c.sku, Bill.revision, Bill.valid_from, Bill.valid_to, Item.sku, BillLine.quantity)
            .join(Bill, Bill.item_id == parent.c.id)
            .join(BillLine, BillLine.bill_id == Bill.id)
            .join(Item, Item.id == BillLine.component_id)
        )
        return Counter(tuple(row) for row in rows)

    expected = Counter(
        (
            _skus()[product],
            revision.valid_from.isoformat(),
            revision.valid_from,
            revision.valid_to,
            _skus()[line["ComponentID"]],
            Decimal(line["PerAssemblyQty"]),
        )
        for product, lines in assemblies().items()
        for revision in revisions(lines)
        for line in revision.lines
    )
    assert ask(folder, stored) == expected


def test_no_line_is_an_orphan_and_the_levels_are_five(folder: Path) -> None:
    def depths(session: Session) -> dict[str, int]:
        ids = list(session.scalars(select(Item.id)))
        parts = engineering.structure(session, ids, today()).checked()
        tops = {parts.items[i].sku: i for i in ids}
        return {sku: _depth(parts, tops[sku]) for sku in (_skus()[product] for product in bicycles())}

    levels = ask(folder, depths)
    wanted = {_skus()[product]: _plain_depth(product) for product in bicycles()}
    assert levels == wanted
    assert max(levels.values()) + 1 == len({row["BOMLevel"] for row in table("BillOfMaterials")}) == 5
    known = set(products())
    assert all(row["ComponentID"] in known for row in table("BillOfMaterials"))
    assert ask(folder, lambda session: session.scalar(select(func.count()).select_from(Bill))) == sum(
        len(revisions(lines)) for lines in assemblies().values()
    )


def _depth(parts: engineering.Structure, item_id: int) -> int:
    bill = parts.bills.get(item_id)
    return 1 + max(_depth(parts, line.component_id) for line in bill.lines) if bill else 0


def _plain_depth(product: str) -> int:
    return 1 + max(
        (_plain_depth(row["ComponentID"]) for row in current_components().get(product, ())), default=-1
    )


def test_every_bicycle_explodes_as_the_plain_dictionaries_do(folder: Path) -> None:
    ids = ask(folder, lambda session: {row.sku: row.id for row in session.execute(select(Item.sku, Item.id))})
    trees = ask(
        folder,
        lambda session: {
            product: engineering.bill_tree(ids[_skus()[product]], Decimal(7))
            for product in sorted(bicycles())
        },
    )
    for product, tree in trees.items():
        assert _leaves(tree) == _plain(product, Decimal(7))


def _leaves(node: BillNode) -> dict[str, Decimal]:
    """What is bought for the tree, by SKU."""
    total: dict[str, Decimal] = {}
    waiting = [node]
    while waiting:
        one = waiting.pop()
        waiting.extend(one.children)
        if not one.children:
            total[one.sku] = total.get(one.sku, Decimal(0)) + one.quantity
    return total


def _plain(product: str, quantity: Decimal) -> dict[str, Decimal]:
    """What is bought for so many of the product."""
    lines = current_components().get(product)
    if not lines:
        return {_skus()[product]: quantity}
    total: dict[str, Decimal] = {}
    for line in lines:
        for sku, amount in _plain(line["ComponentID"], quantity * Decimal(line["PerAssemblyQty"])).items():
            total[sku] = total.get(sku, Decimal(0)) + amount
    return total

"""The AdventureWorks catalogue as an importer's input, and its buyers.

What the files do not say is this module's own assumption: which steps make an item, how it is
boxed, its HS code, and what things weigh that have no weight there.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from factory_erp.models.catalog import ItemKind, PackKind, Procurement
from factory_erp.services.catalogue.input import (
    BillInput,
    CatalogueInput,
    CentreInput,
    ComponentInput,
    ItemInput,
    OperationInput,
    PackInput,
    PriceInput,
    RoutingInput,
    TextInput,
)
from tests.shared import shared_path

Row = dict[str, str]

UNITS = {"EA": "H87", "OZ": "ONZ", "IN": "INH"}
"""AdventureWorks' unit code to UN/ECE Rec 20."""

LANGUAGES = {"en": "en", "ar": "ar", "fr": "fr", "th": "th", "he": "he", "zh-cht": "zh_TW"}
"""Culture of a description to the language code of our texts."""

GRAMS = {"LB": Decimal("453.59237"), "G": Decimal(1)}
"""Grams in a unit of weight (the international pound of 1959 is exact)."""

BIKES, COMPONENTS, CLOTHING, ACCESSORIES = "1", "2", "3", "4"
"""ProductCategoryID."""

HS_CODES = {BIKES: "8712003000", COMPONENTS: "8714990090", CLOTHING: "6211339000", ACCESSORIES: "8714990090"}
HS_SPECIAL = {
    "Mountain Frames": "8714910000", "Road Frames": "8714910000", "Touring Frames": "8714910000",
    "Forks": "8714910000", "Saddles": "8714950000", "Pedals": "8714961000", "Helmets": "6506100090",
    "Locks": "8301400000", "Pumps": "8414200000", "Lights": "8512100000", "Gloves": "6116930090",
    "Socks": "6115960000", "Caps": "6505009900", "Jerseys": "6110300090", "Panniers": "4202920090",
}  # fmt: skip

BIKE_BOX = (1380, 220, 760)
SMALL_BOX, IN_SMALL_BOX = (480, 380, 320), 10
BIKE_TARE_G, SMALL_TARE_G = 3500, 900
UNWEIGHED_G = 250
"""A piece that has no weight in the files."""

CENTRES_ZH = {
    "10": "车架成型",
    "20": "车架焊接",
    "30": "去毛刺抛光",
    "40": "喷漆",
    "45": "特种喷漆",
    "50": "部件装配",
    "60": "总装",
}
FRAME_STEPS, PART_STEPS, BIKE_STEPS = ("10", "20", "30", "40"), ("50",), ("60",)
SECONDS = {"10": 90, "20": 120, "30": 60, "40": 60, "50": 45, "60": 240}
"""Run time of a step per unit."""


@cache
def table(name: str) -> tuple[Row, ...]:
    """The rows of ``<name>.csv``; skips the test where the reference material is absent."""
    with shared_path(f"data/adventureworks/{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def by_id(name: str, key: str) -> dict[str, Row]:
    """The rows of a table by the column *key*."""
    return {row[key]: row for row in table(name)}


def products() -> dict[str, Row]:
    """Products by ProductID."""
    return by_id("Product", "ProductID")


@cache
def current_components() -> dict[str, list[Row]]:
    """ProductID of an assembly → the bill lines that have no end."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in table("BillOfMaterials"):
        if row["ProductAssemblyID"] and not row["EndDate"]:
            found[row["ProductAssemblyID"]].append(row)
    return found


@cache
def bicycles() -> frozenset[str]:
    """ProductIDs of the finished goods: bill lines that stand under no assembly."""
    return frozenset(row["ComponentID"] for row in table("BillOfMaterials") if not row["ProductAssemblyID"])


@cache
def stock() -> dict[str, int]:
    """ProductID → pieces in all places and bins together."""
    held: dict[str, int] = defaultdict(int)
    for row in table("ProductInventory"):
        held[row["ProductID"]] += int(row["Quantity"])
    return held


def is_made(product: Row) -> bool:
    """A product marked as made that has no bill now cannot be made: it is bought."""
    return product["MakeFlag"] == "1" and product["ProductID"] in current_components()


def is_sellable(product: Row) -> bool:
    """The bicycles of the bills, and what else is marked as a finished good."""
    return product["ProductID"] in bicycles() or product["FinishedGoodsFlag"] == "1"


def category(product: Row) -> str:
    """ProductCategoryID, "" for parts that have none."""
    found = by_id("ProductSubcategory", "ProductSubcategoryID").get(product["ProductSubcategoryID"])
    return found["ProductCategoryID"] if found else ""


def subcategory(product: Row) -> str:
    """Name of the subcategory, "" where there is none."""
    found = by_id("ProductSubcategory", "ProductSubcategoryID").get(product["ProductSubcategoryID"])
    return found["Name"] if found else ""


def net_grams(product: Row) -> int:
    """Weight in whole grams, rounded half up; 0 where none is given."""
    if not product["Weight"]:
        return 0
    exact = Decimal(product["Weight"]) * GRAMS[product["WeightUnitMeasureCode"].strip()]
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def made_to_order(product: Row) -> bool:
    """Whether a factory that makes what it sells only to order has none of it lying about."""
    return is_made(product) and is_sellable(product)


def catalogue(*, to_order: bool = False) -> CatalogueInput:
    """The whole catalogue; with *to_order*, made finished goods begin without stock."""
    rows = list(products().values())
    stocked = (row for row in rows if row["ProductID"] in stock() and not (to_order and made_to_order(row)))
    return CatalogueInput(
        items=[_item(row) for row in rows],
        bills=list(_bills()),
        routings=[_routing(row) for row in rows if is_made(row)],
        centres=[_centre(code) for code in CENTRES_ZH],
        stock=[(row["ProductNumber"], Decimal(stock()[row["ProductID"]])) for row in stocked],
    )


def _item(row: Row) -> ItemInput:
    sellable, made = is_sellable(row), is_made(row)
    part = ItemKind.SEMI_FINISHED if made else ItemKind.RAW
    price = Decimal(row["ListPrice"])
    return ItemInput(
        sku=row["ProductNumber"],
        kind=ItemKind.FINISHED if sellable else part,
        procurement=Procurement.MAKE if made else Procurement.BUY,
        texts=list(_texts(row)),
        unit=_units().get(row["ProductID"], "H87"),
        hs_code=HS_SPECIAL.get(subcategory(row)) or HS_CODES.get(category(row), ""),
        net_g=net_grams(row),
        lead_days=int(row["DaysToManufacture"]) if made else _vendor_days().get(row["ProductID"], 0),
        standard_cost=Decimal(row["StandardCost"]),
        sellable=sellable,
        packaging=[_box(row)] if sellable else [],
        prices=[PriceInput("USD", Decimal(1), price)] if price else [],
    )


@cache
def _units() -> dict[str, str]:
    """ProductID → Rec 20 code of the unit that bills count it in."""
    return {row["ComponentID"]: UNITS[row["UnitMeasureCode"].strip()] for row in table("BillOfMaterials")}


@cache
def _vendor_days() -> dict[str, int]:
    """ProductID → lead time of its fastest vendor."""
    days: dict[str, int] = {}
    for row in table("ProductVendor"):
        lead = int(row["AverageLeadTime"])
        days[row["ProductID"]] = min(lead, days.get(row["ProductID"], lead))
    return days


@cache
def _descriptions() -> dict[str, dict[str, str]]:
    """ProductModelID → language → description."""
    said = by_id("ProductDescription", "ProductDescriptionID")
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in table("ProductModelProductDescriptionCulture"):
        text = said[row["ProductDescriptionID"]]["Description"]
        found[row["ProductModelID"]][LANGUAGES[row["CultureID"].strip()]] = text
    return found


def _texts(row: Row) -> Iterator[TextInput]:
    """The name is English in every language: the files translate descriptions only."""
    said = _descriptions().get(row["ProductModelID"], {})
    yield TextInput("en", row["Name"], description=said.get("en", ""))
    for language in sorted(said.keys() - {"en"}):
        yield TextInput(language, row["Name"], description=said[language])


def _box(row: Row) -> PackInput:
    if category(row) == BIKES:
        net = net_grams(row)
        return PackInput(PackKind.MASTER, 1, *BIKE_BOX, net, net + BIKE_TARE_G)
    net = (net_grams(row) or UNWEIGHED_G) * IN_SMALL_BOX
    return PackInput(PackKind.MASTER, IN_SMALL_BOX, *SMALL_BOX, net, net + SMALL_TARE_G)


def _routing(row: Row) -> RoutingInput:
    steps: tuple[str, ...] = PART_STEPS
    if category(row) == BIKES:
        steps = BIKE_STEPS
    elif "Frames" in subcategory(row):
        steps = FRAME_STEPS
    places = by_id("Location", "LocationID")
    return RoutingInput(
        row["ProductNumber"],
        [
            OperationInput(
                sequence=10 * number,
                centre=f"L{code}",
                name_en=places[code]["Name"],
                name_zh=CENTRES_ZH[code],
                setup_minutes=15,
                run_seconds=Decimal(SECONDS[code]),
            )
            for number, code in enumerate(steps, 1)
        ],
    )


def _centre(code: str) -> CentreInput:
    english, chinese = by_id("Location", "LocationID")[code]["Name"], CENTRES_ZH[code]
    machines = [(f"L{code}-{n}", f"{english} {n}", f"{chinese} {n}") for n in (1, 2)]
    return CentreInput(f"L{code}", english, chinese, machines)


@dataclass(frozen=True)
class Revision:
    """The bill lines of an assembly from one day to another, both included; None is for ever."""

    valid_from: date
    valid_to: date | None
    lines: tuple[Row, ...]


def revisions(rows: Iterable[Row]) -> list[Revision]:
    """What the bill lines of one assembly were, from each day on which they changed."""
    lines = tuple(rows)
    began = {day(row["StartDate"]) for row in lines}
    ended = {day(row["EndDate"]) + timedelta(days=1) for row in lines if row["EndDate"]}
    days = sorted(began | ended)
    ends = [following - timedelta(days=1) for following in days[1:]]
    found = [
        Revision(first, last, tuple(row for row in lines if _holds(row, first)))
        for first, last in zip(days, [*ends, None], strict=True)
    ]
    return [revision for revision in found if revision.lines]


def day(text: str) -> date:
    """The date of a time such as "2021-05-25 00:00:00.000"."""
    return date.fromisoformat(text[:10])


def _holds(row: Row, moment: date) -> bool:
    return day(row["StartDate"]) <= moment and (not row["EndDate"] or moment <= day(row["EndDate"]))


def assemblies() -> dict[str, list[Row]]:
    """ProductID of an assembly → all its bill lines, old and current."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in table("BillOfMaterials"):
        if row["ProductAssemblyID"]:
            found[row["ProductAssemblyID"]].append(row)
    return found


def _bills() -> Iterator[BillInput]:
    for product, rows in assemblies().items():
        for revision in revisions(rows):
            yield BillInput(
                sku=products()[product]["ProductNumber"],
                components=[_component(row) for row in revision.lines],
                revision=revision.valid_from.isoformat(),
                valid_from=revision.valid_from,
                valid_to=revision.valid_to,
            )


def _component(row: Row) -> ComponentInput:
    return ComponentInput(products()[row["ComponentID"]]["ProductNumber"], Decimal(row["PerAssemblyQty"]))


@dataclass(frozen=True)
class Buyer:
    """A shop that orders, at its main address."""

    store: str
    name: str
    street: str
    city: str
    province: str
    postal_code: str
    country: str


MAIN_OFFICE = "3"
"""AddressTypeID."""


def buyer(store: str) -> Buyer:
    """The store with that BusinessEntityID."""
    links = (row for row in table("BusinessEntityAddress") if row["BusinessEntityID"] == store)
    link = next(row for row in links if row["AddressTypeID"] == MAIN_OFFICE)
    address = by_id("Address", "AddressID")[link["AddressID"]]
    province = by_id("StateProvince", "StateProvinceID")[address["StateProvinceID"]]
    country = by_id("CountryRegion", "CountryRegionCode")[province["CountryRegionCode"]]
    return Buyer(
        store=store,
        name=by_id("Store", "BusinessEntityID")[store]["Name"],
        street=", ".join(line for line in (address["AddressLine1"], address["AddressLine2"]) if line),
        city=address["City"],
        province=province["Name"],
        postal_code=address["PostalCode"],
        country=country["CountryRegionCode"],
    )

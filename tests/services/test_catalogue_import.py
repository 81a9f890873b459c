"""Taking in a whole catalogue: the one of AdventureWorks, and small ones with mistakes in them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.base import Base
from factory_erp.models.catalog import Item, ItemKind, PackKind, Procurement
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.engineering import Bill, BillLine, Machine, Routing, RoutingOperation, WorkCentre
from factory_erp.models.inventory import MoveCause, StockMove
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.services import base, clock, search
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
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.exchange.catalogue_import import ImportRejectedError, ImportReport, import_catalogue
from factory_erp.services.exchange.kind import ImportStoppedError
from factory_erp.services.progress import Quiet
from factory_erp.services.stock import inventory
from tests import adventureworks
from tests.conftest import MONDAY
from tests.services.factory import a_customer

SHELVES = (Item, Bill, BillLine, Routing, RoutingOperation, WorkCentre, Machine, StockMove)


def item(sku: str, **values: Any) -> ItemInput:
    given = {"kind": ItemKind.RAW, "procurement": Procurement.BUY, "texts": [TextInput("en", f"Part {sku}")]}
    return ItemInput(sku, **given | values)


def bill(sku: str, *components: str, **values: Any) -> BillInput:
    return BillInput(sku, [ComponentInput(component, Decimal(2)) for component in components], **values)


def lamp(**values: Any) -> CatalogueInput:
    """A lamp of two parts, one centre, one step, some stock."""
    made = {"kind": ItemKind.FINISHED, "procurement": Procurement.MAKE, "sellable": True}
    box = PackInput(PackKind.MASTER, 12, 400, 300, 300, 3600, 4200)
    priced = [PriceInput("USD", Decimal(1), Decimal("4.2500"))]
    given: dict[str, Any] = {
        "items": [
            item("LAMP", packaging=[box], prices=priced, **made),
            item("FOOT"),
            item("BULB", unit="SET"),
        ],
        "bills": [bill("LAMP", "FOOT", "BULB")],
        "centres": [CentreInput("ASSY", "Assembly", "装配", [("A1", "Bench 1", "工位1")])],
        "routings": [
            RoutingInput("LAMP", [OperationInput(10, "ASSY", "Assemble", "装配", 5, Decimal("30.5"))])
        ],
        "stock": [("FOOT", Decimal(40))],
    }
    return CatalogueInput(**given | values)


def rows(db: Database) -> dict[str, int]:
    with db.session() as session:
        return {
            kind.__tablename__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in SHELVES
        }


def one(db: Database, kind: type[Base], **values: Any) -> Any:
    with db.session() as session:
        return session.scalars(select(kind).filter_by(**values)).one()


def asked(session: Session, item_id: int) -> dict[tuple[str, Decimal], Decimal]:
    """Code of the list and quantity → price of the item."""
    lines = select(PriceLine, PriceList.code).join(PriceList).filter(PriceLine.item_id == item_id)
    return {(code, line.min_quantity): line.price for line, code in session.execute(lines)}


def problems(catalogue: CatalogueInput) -> list[tuple[str, str]]:
    with pytest.raises(ImportRejectedError) as refused:
        import_catalogue(catalogue)
    return [(problem.record, problem.reason) for problem in refused.value.problems]


@pytest.fixture(scope="module")
def bicycle_factory(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with the whole catalogue, for tests that only read."""
    catalogue = adventureworks.catalogue()
    file = tmp_path_factory.mktemp("bicycles") / "factory.db"
    shutil.copy(sqlite_template, file)
    database = Database(sqlite_url(file))
    with base.bound(database), clock.at(MONDAY):
        import_catalogue(catalogue)
    yield database
    database.close()


@pytest.fixture
def bicycles(bicycle_factory: Database) -> Iterator[Database]:
    with base.bound(bicycle_factory), clock.at(MONDAY):
        yield bicycle_factory


def test_all_of_adventureworks_comes_in(db: Database) -> None:
    catalogue = adventureworks.catalogue()
    lines = sum(len(given.components) for given in catalogue.bills)
    done = import_catalogue(catalogue)
    assert done.value == ImportReport(504, 0, 0, bills=len(catalogue.bills), bill_lines=lines, routings=238)
    held = rows(db)
    assert (held["item"], held["work_centre"], held["machine"]) == (504, 7, 14)
    assert (held["bill"], held["bill_line"]) == (len(catalogue.bills), lines)

    again = import_catalogue(catalogue)
    assert again.value == replace(done.value, created=0, unchanged=504)
    assert dict(again.changes) == {}
    assert rows(db) == held

    with db.session() as session:
        assert inventory.prove(session) == []
        current = select(func.count()).select_from(BillLine).join(Bill).where(Bill.valid_to.is_(None))
        assert session.scalar(current) == 2383
        assert session.scalar(select(func.count()).select_from(Bill).where(Bill.valid_to.is_(None))) == 238
        held_stock = inventory.on_hand(session, [row.id for row in session.scalars(select(Item))])
    assert sum(held_stock.values()) == sum(
        int(row["Quantity"]) for row in adventureworks.table("ProductInventory")
    )


def test_texts_weights_units_and_prices_of_adventureworks(bicycles: Database) -> None:
    with bicycles.session() as session:
        bike = session.scalars(select(Item).filter_by(sku="BK-M82S-38")).one()
        said = {text.language: text.description for text in bike.texts}
        box = bike.packaging[0]
        paint = session.scalars(select(Item).filter_by(sku="PA-361R")).one()
        tape = session.scalars(select(Item).filter_by(sku="GT-0820")).one()
        no_bill = session.scalars(select(Item).filter_by(sku="FR-R92B-62")).one()
        units, price = (paint.unit, tape.unit), asked(session, bike.id)
    assert set(said) == {"en", "ar", "fr", "th", "he", "zh_TW"}
    assert said["en"].startswith("Top-of-the-line competition mountain bike.")
    assert all(said.values())
    assert units == ("ONZ", "INH")
    assert price == {("USD FOB", 1): Decimal("3399.99")}
    assert bike.net_g == 9231  # 20.35 lb × 453.59237 g = 9230.60 g
    assert (box.quantity, box.gross_g - box.net_g) == (1, 3500)
    assert no_bill.procurement == Procurement.BUY  # marked as made, but no bill says of what
    assert {hit.title for hit in search.find("Mountain-100 Silver, 38")} == {"BK-M82S-38"}


def test_every_bill_line_of_adventureworks_stands_in_a_revision() -> None:
    lines = adventureworks.table("BillOfMaterials")
    histories = {
        product: adventureworks.revisions(rows) for product, rows in adventureworks.assemblies().items()
    }
    used = {
        row["BillOfMaterialsID"]
        for history in histories.values()
        for revision in history
        for row in revision.lines
    }
    tops = {row["BillOfMaterialsID"] for row in lines if not row["ProductAssemblyID"]}
    assert used | tops == {row["BillOfMaterialsID"] for row in lines}
    assert (len(used), len(tops)) == (2576, 103)
    for history in histories.values():
        for before, after in pairwise(history):
            assert before.valid_to is not None
            assert (after.valid_from - before.valid_to).days == 1
        assert history[-1].valid_to is None
        assert all(not row["EndDate"] for row in history[-1].lines)


def test_the_bill_valid_on_a_day_is_the_revision_of_that_day(bicycles: Database) -> None:
    sizes = {}
    with bicycles.session() as session:
        frame = session.scalars(select(Item).filter_by(sku="FR-M63B-44")).one()
        stays = session.scalars(select(Item.id).filter_by(sku="CS-2812")).one()
        for day in (date(2021, 8, 7), date(2021, 8, 8), date(2026, 11, 23)):
            found = engineering.current_bill(session, frame.id, day)
            assert found is not None
            sizes[day] = next(line.quantity for line in found.lines if line.component_id == stays)
        before = engineering.current_bill(session, frame.id, date(2021, 3, 2))
    assert list(sizes.values()) == [3, 2, 2]  # lines 1584 and 1381 of the file
    assert before is None


def test_a_bicycle_goes_five_levels_deep(bicycles: Database) -> None:
    tree = engineering.bill_tree(one(bicycles, Item, sku="BK-M82S-38").id)

    def depth(node: engineering.BillNode) -> int:
        return 1 + max((depth(child) for child in node.children), default=0)

    assert depth(tree) == 5
    assert len(tree.children) == len(adventureworks.current_components()["771"])


def test_a_change_in_the_file_updates_that_item_alone(db: Database) -> None:
    import_catalogue(lamp())
    dearer = lamp()
    changed = replace(dearer.items[0], prices=[PriceInput("USD", Decimal(1), Decimal("4.75"))], net_g=310)
    renamed = replace(dearer, items=[changed, *dearer.items[1:]], bills=[bill("LAMP", "BULB")])
    report = import_catalogue(renamed).value
    assert (report.created, report.updated, report.unchanged) == (0, 1, 2)
    with db.session() as session:
        found = session.scalars(select(Item).filter_by(sku="LAMP")).one()
        assert asked(session, found.id) == {("USD FOB", 1): Decimal("4.75")}
        assert found.net_g == 310
        assert len(session.scalars(select(BillLine)).all()) == 1


def test_prices_go_to_the_general_list_of_their_terms(db: Database) -> None:
    prices = [
        PriceInput("USD", Decimal(1), Decimal(9), "FOB", "Ningbo"),
        PriceInput("USD", Decimal(500), Decimal("8.5"), "FOB", "Ningbo"),
        PriceInput("EUR", Decimal(1), Decimal(8), "DAP"),
    ]
    with db.session(write=True) as session:
        # A list that has ended, one to come, and one of the same name for one buyer stay as they are.
        buyer = a_customer(session).id
        usd = {"currency": "USD", "incoterm": "FOB", "place": "Ningbo", "valid_from": date(2020, 1, 1)}
        session.add(PriceList(code="OLD", valid_to=date(2020, 12, 31), **usd))
        session.add(PriceList(code="NEXT", **usd | {"valid_from": date(2027, 1, 1)}))
        session.add(PriceList(code="USD FOB Ningbo", partner_id=buyer, **usd))
    import_catalogue(CatalogueInput([item("CUP", prices=prices), item("LID", prices=prices[2:])]))
    expected = {
        ("USD FOB Ningbo 2026-11-23", 1): Decimal(9),
        ("USD FOB Ningbo 2026-11-23", 500): Decimal("8.5"),
        ("EUR DAP", 1): Decimal(8),
    }
    with db.session() as session:
        assert asked(session, one(db, Item, sku="CUP").id) == expected
    again = CatalogueInput([item("CUP", prices=prices), item("LID", prices=prices[2:])])
    assert dict(import_catalogue(again).changes) == {}
    dearer = [replace(prices[0], price=Decimal(10))]
    changed = CatalogueInput([item("CUP", prices=dearer), item("LID", prices=prices[2:])])
    assert import_catalogue(changed).value.updated == 1
    with db.session() as session:
        # A break that the input does not name stays.
        first = {("USD FOB Ningbo 2026-11-23", 1): Decimal(10)}
        assert asked(session, one(db, Item, sku="CUP").id) == expected | first
        assert asked(session, one(db, Item, sku="LID").id) == {("EUR DAP", 1): Decimal(8)}


def test_a_catalogue_changes_the_prices_of_the_list_that_is_valid_now(db: Database) -> None:
    import_catalogue(lamp())
    with db.session(write=True) as session:
        newer = PriceList(code="2026", currency="USD", incoterm="FOB", valid_from=date(2026, 11, 23))
        session.add(newer)
    assert import_catalogue(lamp()).value.updated == 1
    with db.session() as session:
        assert asked(session, one(db, Item, sku="LAMP").id) == {
            ("USD FOB", 1): Decimal("4.25"),
            ("2026", 1): Decimal("4.25"),
        }


def test_a_routing_bill_or_stock_may_speak_of_items_that_are_there_already(db: Database) -> None:
    import_catalogue(lamp())
    more = CatalogueInput(
        [item("SHADE")], bills=[bill("LAMP", "FOOT", "SHADE", revision="B")], stock=[("BULB", Decimal(5))]
    )
    import_catalogue(more)
    assert rows(db)["bill"] == 2
    with db.session() as session:
        assert inventory.on_hand(session, [one(db, Item, sku="BULB").id]) == {one(db, Item, sku="BULB").id: 5}


def test_other_stock_than_before_is_posted_as_a_difference(db: Database) -> None:
    import_catalogue(lamp())
    import_catalogue(lamp(stock=[("FOOT", Decimal(41))]))
    with db.session() as session:
        booked = session.execute(select(StockMove.cause, StockMove.quantity).order_by(StockMove.id))
        assert [tuple(row) for row in booked] == [(MoveCause.OPENING, 40), (MoveCause.STOCKTAKE, 1)]
        assert inventory.prove(session) == []


class TestRefused:
    """Nothing of an input with a mistake comes in, and every mistake is named."""

    def test_an_unknown_component(self, db: Database) -> None:
        assert problems(lamp(bills=[bill("LAMP", "FOOT", "SWITCH")])) == [
            ("LAMP", "SWITCH is not there. Import the items first.")
        ]
        assert not any(rows(db).values())

    def test_a_cycle_names_its_path(self, db: Database) -> None:
        round_and_round = lamp(bills=[bill("LAMP", "FOOT"), bill("FOOT", "BULB"), bill("BULB", "LAMP")])
        found = problems(round_and_round)
        assert sorted(record for record, _reason in found) == ["BULB", "FOOT", "LAMP"]
        path = r"(LAMP|FOOT|BULB) → (LAMP|FOOT|BULB) → (LAMP|FOOT|BULB) → "
        assert all(re.search(path, reason) for _record, reason in found)
        assert not any(rows(db).values())

    def test_a_sku_that_stands_twice(self, db: Database) -> None:
        assert problems(lamp(items=[*lamp().items, item("FOOT")])) == [
            ("FOOT", "stands 2 times in the input")
        ]
        assert not any(rows(db).values())

    def test_a_bill_or_routing_that_stands_twice(self, db: Database) -> None:
        double = lamp(
            bills=[bill("LAMP", "FOOT"), bill("LAMP", "BULB")], routings=[*lamp().routings, *lamp().routings]
        )
        assert [record for record, _reason in problems(double)] == ["LAMP", "LAMP"]
        assert not any(rows(db).values())

    def test_stock_below_zero(self, db: Database) -> None:
        assert problems(lamp(stock=[("FOOT", Decimal(-1))])) == [("FOOT", "-1 is below 0.")]
        assert not any(rows(db).values())

    def test_stock_of_an_item_that_is_listed_twice(self, db: Database) -> None:
        twice = [("FOOT", Decimal(1)), ("FOOT", Decimal(2))]
        assert [record for record, _reason in problems(lamp(stock=twice))] == ["FOOT"]
        assert not any(rows(db).values())

    @pytest.mark.parametrize(
        "wrong",
        [
            {"texts": []},
            {"unit": "BUCKET"},
            {"prices": [PriceInput("XXQ", Decimal(1), Decimal(1))]},
            {"prices": [PriceInput("USD", Decimal(1), Decimal(-1))]},
            {"prices": [PriceInput("USD", Decimal(0), Decimal(1))]},
            {"prices": [PriceInput("USD", Decimal(1), Decimal("0.1234567"))]},
            {"prices": [PriceInput("USD", Decimal(1), Decimal(1), "FOB", "x" * 81)]},
            {
                "prices": [
                    PriceInput("USD", Decimal(1), Decimal(2)),
                    PriceInput("USD", Decimal("1.0"), Decimal(1)),
                ]
            },
            {
                "prices": [
                    PriceInput("USD", Decimal(1), Decimal(2)),
                    PriceInput("USD", Decimal(9), Decimal(2)),
                ]
            },
            {"packaging": [PackInput(PackKind.MASTER, 1, 10, 10, 10, 200, 100)]},
            {"packaging": [PackInput(PackKind.MASTER, 0, 10, 10, 10, 100, 200)]},
            {"packaging": [PackInput(PackKind.MASTER, 1, 10, 0, 10, 100, 200)]},
            {"net_g": -1},
            {"step": Decimal(0)},
            {"hs_code": "87120030001"},
            {"texts": [TextInput("en", "x" * 301)]},
            {"texts": [TextInput("en", "Plug"), TextInput("en", "Socket")]},
        ],
    )
    def test_an_item_that_the_catalogue_cannot_hold(self, db: Database, wrong: dict[str, Any]) -> None:
        assert [
            record for record, _reason in problems(lamp(items=[*lamp().items, item("PLUG", **wrong)]))
        ] == ["PLUG"]
        assert not any(rows(db).values())

    @pytest.mark.parametrize("quantity", ["0", "-1", "0.0000001"])
    def test_a_component_quantity_that_is_none(self, db: Database, quantity: str) -> None:
        wrong = BillInput("LAMP", [ComponentInput("FOOT", Decimal(quantity))])
        assert [record for record, _reason in problems(lamp(bills=[wrong]))] == ["LAMP"]
        assert not any(rows(db).values())

    def test_an_unknown_work_centre(self, db: Database) -> None:
        assert problems(lamp(centres=[])) == [("LAMP", "ASSY is not there. Import the work centres first.")]
        assert not any(rows(db).values())

    def test_all_mistakes_at_once(self, db: Database) -> None:
        wrong = lamp(
            bills=[bill("LAMP", "SWITCH"), bill("VASE", "FOOT")], stock=[("KNOB", Decimal(1))], centres=[]
        )
        assert {record for record, _reason in problems(wrong)} == {"LAMP", "VASE", "KNOB"}
        assert len(problems(wrong)) == 4
        assert not any(rows(db).values())

    def test_a_later_mistake_leaves_the_earlier_catalogue(self, db: Database) -> None:
        import_catalogue(lamp())
        before = rows(db)
        assert problems(replace(lamp(items=[item("NEW")]), bills=[bill("LAMP", "NOWHERE")]))
        assert rows(db) == before

    def test_a_bill_or_routing_of_nothing(self, db: Database) -> None:
        empty = lamp(bills=[bill("LAMP")], routings=[RoutingInput("LAMP", [])])
        assert problems(empty) == [("LAMP", "is empty"), ("LAMP", "is empty")]
        assert not any(rows(db).values())

    def test_what_speaks_of_a_refused_record_is_not_refused_besides(self, db: Database) -> None:
        wrong = lamp(items=[*lamp().items[:1], item("FOOT", net_g=-1), item("BULB")])
        assert problems(wrong) == [("FOOT", "-1 is below 0.")]

    def test_an_import_that_is_stopped(self, db: Database) -> None:
        class Stopped(Quiet):
            cancelled = True

        with pytest.raises(ImportStoppedError):
            import_catalogue(lamp(), Stopped())
        assert not any(rows(db).values())

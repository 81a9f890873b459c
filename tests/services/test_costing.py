"""What items cost: the cup factory by hand, the deepest bicycle against dictionaries of the files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database, sqlite_url
from factory_erp.models.engineering import WorkCentre
from factory_erp.models.partners import Company
from factory_erp.models.pricing import PriceKind, PriceLine, PriceList
from factory_erp.planning.material.explode import BillCycle
from factory_erp.services import base, clock
from factory_erp.services.engineering import costing
from factory_erp.services.engineering import structure as engineering
from factory_erp.services.engineering.costing import CostView, StandardCost
from factory_erp.services.exchange.catalogue_import import import_catalogue
from factory_erp.services.progress import Quiet
from tests import adventureworks
from tests.conftest import MONDAY
from tests.services.factory import LONG_AGO, CupFactory, a_bill, a_cup_factory, a_customer

DEEPEST = "BK-M82S-38"
RATES = {
    "10": ("62.5", "18.3", "1", "7.5"), "20": ("31.27", "22.9", "2", "0"), "30": ("8", "17.333333", "1", "3"),
    "40": ("44.1", "19", "0.5", "12.25"), "45": ("18", "21", "1", "1"), "50": ("3.7", "16.06", "1.5", "9"),
    "60": ("12.21", "15.1", "3", "20.000001"),
}  # fmt: skip
"""LocationID → rate of a machine and of a person for an hour, crew, overhead in percent."""


def a_shop(db: Database) -> CupFactory:
    """The cup factory with costs: steel 20 a kilogram, a box 3; press 60, bench 30 an hour, both 10 %."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        shop.steel.standard_cost, shop.box.standard_cost = Decimal(20), Decimal(3)
        shop.cup.lot_size = Decimal(60)
        for machine, rate in ((shop.press, 60), (shop.bench, 30)):
            machine.centre.machine_rate = Decimal(rate)
            machine.centre.overhead_percent = Decimal(10)
    return shop


def offer(db: Database, item: Item, prices: dict[str, str], code: str, currency: str = "CNY") -> None:
    """A supplier's list that holds the item."""
    with db.session(write=True) as session:
        lines = [
            PriceLine(item_id=item.id, min_quantity=Decimal(quantity), price=Decimal(price))
            for quantity, price in prices.items()
        ]
        supplier = a_customer(session, code)
        made = PriceList(
            code=code, kind=PriceKind.PURCHASE, currency=currency, partner_id=supplier.id,
            valid_from=LONG_AGO, lines=lines,
        )  # fmt: skip
        session.add(made)


def by_sku(rows: list[StandardCost]) -> dict[str, tuple[Decimal, Decimal]]:
    return {row.sku: (row.old, row.new) for row in rows}


def stored(db: Database) -> dict[str, Decimal]:
    with db.session() as session:
        return {item.sku: item.standard_cost for item in session.scalars(select(Item))}


def test_a_cup_down_to_its_leaves(db: Database) -> None:
    shop = a_shop(db)
    view = costing.cost_of(shop.cup.id, Decimal(60))
    # Own: press 30 + 60 min at 60 = 90, bench 30 min at 30 = 15, overhead 10.5.
    # Lids: 0.05 kg steel = 1 each, press 15 + 30 min = 45, overhead 4.5.
    assert (view.own.material, view.own.machine, view.own.overhead) == (0, 105, Decimal("10.5"))
    assert (view.per_lot.material, view.per_lot.machine) == (60 * (1 + 5 + 3), 150)
    assert (view.per_lot.overhead, view.per_lot.total) == (15, 705)
    assert (view.per_unit.total, view.currency, view.unit) == (Decimal("11.75"), "CNY", "H87")
    assert [(child.sku, child.quantity, child.level) for child in view.children] == [
        ("LID", 60, 1), ("STEEL", 15, 1), ("BOX", 60, 1),
    ]  # fmt: skip
    assert view.children[0].per_lot.total == 60 + 45 + Decimal("4.5")
    assert costing.unit_cost(shop.cup.id, Decimal(60)) == Decimal("11.75")
    assert costing.unit_cost(shop.cup.id, Decimal(1)) > costing.unit_cost(shop.cup.id, Decimal(1000))


def test_a_third_of_a_cent_is_rounded_only_where_it_is_shown(db: Database) -> None:
    shop = a_shop(db)
    assert costing.unit_cost(shop.lid.id, Decimal(7)) == Decimal("3.907143")  # 1 + 1.1 × (15/7 + 1/2)
    view = costing.cost_of(shop.lid.id, Decimal(7))
    assert (view.per_lot.total, view.per_unit.machine) == (Decimal("27.35"), Decimal("2.642857"))


def test_lots_items_and_bills_that_cannot_be_are_refused(db: Database) -> None:
    shop = a_shop(db)
    with pytest.raises(InvalidValue, match="lot above zero"):
        costing.cost_of(shop.cup.id, Decimal(0))
    with pytest.raises(NotFound):
        costing.cost_of(999_999, Decimal(1))
    with db.session(write=True) as session:
        a_bill(session, session.get_one(Item, shop.steel.id), {session.get_one(Item, shop.cup.id): 1})
    with pytest.raises(BillCycle, match=r"→ (CUP|LID|STEEL)"):
        costing.cost_of(shop.cup.id, Decimal(1))
    with pytest.raises(BillCycle, match=r"→ (CUP|LID|STEEL)"):
        costing.set_standard_costs()


def test_standard_costs_are_rolled_up_bottom_up_and_once(db: Database) -> None:
    shop = a_shop(db)
    rows = costing.roll_up_everything()
    # A lid by itself: 1 + (15 + 0.5) × 1.1; a cup in a lot of 60: that, 5 of steel, 3, (90 + 15) × 1.1 / 60.
    assert by_sku(rows) == {"CUP": (0, Decimal("27.975")), "LID": (0, Decimal("18.05"))}
    assert [(row.name, row.difference_percent) for row in rows] == [("Steel cup", None), ("Lid", None)]
    assert rows[0].source == "Roll-up of a lot of 60 PCS."
    assert costing.set_standard_costs().value == 2
    assert stored(db) == {"CUP": Decimal("27.975"), "LID": Decimal("18.05"), "STEEL": 20, "BOX": 3}
    again = costing.set_standard_costs()
    assert (again.value, dict(again.changes)) == (0, {})
    with db.session(write=True) as session:
        cup = session.get_one(Item, shop.cup.id)
        assert cup.version == 3  # given its lot size, then its cost
        cup.standard_cost = Decimal(30)
    assert [row.difference_percent for row in costing.roll_up_everything() if row.sku == "CUP"] == [
        Decimal("-6.75")
    ]


def test_the_cheapest_supplier_is_offered_and_counts_in_what_is_made(db: Database) -> None:
    shop = a_shop(db)
    with db.session(write=True) as session:
        session.get_one(Item, shop.steel.id).lot_size = Decimal(100)
    offer(db, shop.steel, {"1": "22", "100": "18", "1000": "12"}, "NORTH")
    offer(db, shop.steel, {"500": "17"}, "SOUTH")
    offer(db, shop.steel, {"1": "2"}, "ABROAD", currency="USD")
    rows = {row.sku: row for row in costing.roll_up_everything()}
    assert rows["STEEL"].new == 17
    assert rows["STEEL"].source == "List SOUTH of SOUTH Trading, from 500 KGS."
    assert rows["STEEL"].difference_percent == Decimal(-15)
    assert rows["LID"].new == Decimal("17.9")
    alone = costing.roll_up_everything(item_ids=[shop.lid.id])
    assert by_sku(alone) == {"LID": (0, Decimal("18.05"))}  # steel keeps its old cost then
    changed = costing.set_standard_costs([shop.lid.id])
    assert (changed.value, changed.changes["item"]) == (1, frozenset({shop.lid.id}))
    assert stored(db)["LID"] == Decimal("18.05")
    assert costing.set_standard_costs().value == 3
    assert stored(db)["STEEL"] == 17
    assert stored(db)["LID"] == Decimal("17.9")


def test_a_roll_up_that_is_cancelled_changes_nothing(db: Database) -> None:
    class Stopped(Quiet):
        cancelled = True

    a_shop(db)
    assert costing.roll_up_everything(Stopped()) == []
    done = costing.set_standard_costs(progress=Stopped())
    assert (done.value, dict(done.changes)) == (0, {})


@pytest.fixture(scope="module")
def bicycle_factory(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """AdventureWorks with a rate for each of its work centres, for tests that only read."""
    catalogue = adventureworks.catalogue()
    file = tmp_path_factory.mktemp("bicycles") / "factory.db"
    shutil.copy(sqlite_template, file)
    database = Database(sqlite_url(file))
    with base.bound(database), clock.at(MONDAY):
        import_catalogue(catalogue)
        with database.session(write=True) as session:
            session.add(Company(name_en="Adventure Works Cycles", currency="USD"))
            for centre in session.scalars(select(WorkCentre)):
                rates = [Decimal(text) for text in RATES[centre.code.removeprefix("L")]]
                centre.machine_rate, centre.labour_rate, centre.crew, centre.overhead_percent = rates
    yield database
    database.close()


@pytest.fixture
def bicycles(bicycle_factory: Database) -> Iterator[Database]:
    with base.bound(bicycle_factory), clock.at(MONDAY):
        yield bicycle_factory


def plain_needs(product: str, lot: Fraction) -> dict[str, Fraction]:
    """ProductID → how much of it a lot needs, from the bill lines of the file that have no end."""
    needs: dict[str, Fraction] = {}

    def want(part: str, quantity: Fraction) -> None:
        needs[part] = needs.get(part, Fraction(0)) + quantity
        for row in adventureworks.current_components().get(part, ()) if plainly_made(part) else ():
            want(row["ComponentID"], quantity * Fraction(row["PerAssemblyQty"]))

    want(product, lot)
    return needs


def plainly_made(product: str) -> bool:
    row = adventureworks.products()[product]
    return row["MakeFlag"] == "1" and product in adventureworks.current_components()


def plain_steps(product: str) -> tuple[str, ...]:
    """LocationIDs in which a product is made, as the test's catalogue assumes."""
    row = adventureworks.products()[product]
    if adventureworks.category(row) == adventureworks.BIKES:
        return ("60",)
    return ("10", "20", "30", "40") if "Frames" in adventureworks.subcategory(row) else ("50",)


def plain_cost(product: str, lot: int) -> dict[str, Fraction]:
    """What a lot costs, part by part."""
    cost = dict.fromkeys(("material", "machine", "labour", "overhead"), Fraction(0))
    for part, quantity in plain_needs(product, Fraction(lot)).items():
        if not plainly_made(part):
            cost["material"] += quantity * Fraction(adventureworks.products()[part]["StandardCost"])
            continue
        for place in plain_steps(part):
            machine, labour, crew, overhead = (Fraction(text) for text in RATES[place])
            hours = (15 * 60 + adventureworks.SECONDS[place] * quantity) / 3600
            cost["machine"] += hours * machine
            cost["labour"] += hours * crew * labour
            cost["overhead"] += hours * (machine + crew * labour) * overhead / 100
    return cost


def to_the_last_digit(figure: Fraction) -> Decimal:
    exact = Decimal(figure.numerator) / Decimal(figure.denominator)
    return exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)


@pytest.mark.parametrize("lot", [1, 7, 250])
def test_the_deepest_bicycle_costs_what_the_files_say(bicycles: Database, lot: int) -> None:
    with bicycles.session() as session:
        item = session.scalars(select(Item.id).filter_by(sku=DEEPEST)).one()
    product = next(key for key, row in adventureworks.products().items() if row["ProductNumber"] == DEEPEST)
    expected = plain_cost(product, lot)
    view = costing.cost_of(item, Decimal(lot))
    for name, figure in expected.items():
        assert figure > 0
        assert getattr(view.per_lot, name) == to_the_last_digit(figure), name
        assert getattr(view.per_unit, name) == to_the_last_digit(figure / lot), name
    assert view.per_lot.total == to_the_last_digit(sum(expected.values(), Fraction(0)))
    assert costing.unit_cost(item, Decimal(lot)) == view.per_unit.total

    def deepest(node: CostView) -> int:
        return 1 + max(map(deepest, node.children), default=0)

    assert deepest(view) == 5
    assert deepest(view) == 1 + max(leaf.level for leaf in flat(view))
    sizes = [(leaf.sku, leaf.quantity) for leaf in flat(view)]
    tree = engineering.bill_tree(item, Decimal(lot))
    assert sizes == [(node.sku, node.quantity) for node in flat_bill(tree)]


def flat(view: CostView) -> Iterator[CostView]:
    yield view
    for child in view.children:
        yield from flat(child)


def flat_bill(node: engineering.BillNode) -> Iterator[engineering.BillNode]:
    yield node
    for child in node.children:
        yield from flat_bill(child)


def test_every_standard_cost_of_adventureworks_is_what_the_files_say(bicycles: Database) -> None:
    known: dict[str, Fraction] = {}

    def standard(product: str) -> Fraction:
        if not plainly_made(product):
            return Fraction(adventureworks.products()[product]["StandardCost"])
        if product not in known:
            known[product] = sum(
                (standard(row["ComponentID"]) * Fraction(row["PerAssemblyQty"])
                 for row in adventureworks.current_components()[product]), Fraction(0),
            )  # fmt: skip
            for place in plain_steps(product):
                machine, labour, crew, overhead = (Fraction(text) for text in RATES[place])
                hours = Fraction(15 * 60 + adventureworks.SECONDS[place], 3600)
                known[product] += hours * (machine + crew * labour) * (1 + overhead / 100)
        return known[product]

    found = {row.sku: row.new for row in costing.roll_up_everything()}
    made = [key for key in adventureworks.products() if plainly_made(key)]
    assert found == {
        adventureworks.products()[key]["ProductNumber"]: to_the_last_digit(standard(key)) for key in made
    }
    assert len(found) == 238

"""What the demo has in its books beside orders: rates, prices, pictures, papers, engineering."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from factory_erp.demo import extras, lookup, prices
from factory_erp.demo.build import FURNISHED, build, setting
from factory_erp.demo.catalogue import sellable
from factory_erp.demo.families import families
from factory_erp.demo.furnish import furnish
from factory_erp.demo.partners import BUYERS
from factory_erp.demo.rules import packing_sets
from factory_erp.models.base import Base
from factory_erp.models.catalog import Item
from factory_erp.models.pricing import PriceKind
from factory_erp.models.production import ProductionOrder, ProductionState
from factory_erp.models.security import AuditEntry
from factory_erp.services import clock
from factory_erp.services.catalogue import (
    certificates,
    customs,
    item_numbers,
    products,
    texts,
    unit_conversions,
)
from factory_erp.services.engineering import bills, calendars, costing, routings, where_used, work_centres
from factory_erp.services.files import images
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.production import travellers
from factory_erp.services.progress import Quiet
from factory_erp.services.stock import inventory
from tests.conftest import MONDAY
from tests.demo.conftest import Opener, Prepared
from tests.demo.test_catalogue import CJK


def rows_of(factory: object) -> Counter[str]:
    """Table → how many rows it has, the journal of changes aside."""
    with factory.session() as session:  # type: ignore[attr-defined]
        return Counter({
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name != AuditEntry.__tablename__
        })  # fmt: skip


def test_furnishing_twice_changes_nothing(opener: Opener) -> None:
    with opener("twice", True) as (_folder, database):
        build(seed=5)
        before = rows_of(database)
        with database.session() as session:
            versions = session.execute(select(Item.sku, Item.version, Item.standard_cost)).all()
        furnish(MONDAY, Quiet())
        assert rows_of(database) == before
        with database.session() as session:
            assert session.execute(select(Item.sku, Item.version, Item.standard_cost)).all() == versions


def test_furnishing_that_was_interrupted_goes_on(opener: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise KeyboardInterrupt

    with opener("interrupted", True) as (_folder, database):
        with monkeypatch.context() as patch:
            patch.setattr(extras, "engineer", fail)
            with pytest.raises(KeyboardInterrupt):
                build(seed=5)
        assert not setting(FURNISHED)
        build(seed=5)
        assert setting(FURNISHED)
        with database.session() as session:
            assert certificates.lapsing(session, clock.today())
        assert rows_of(database)["product_image"] > 0


def test_everything_made_costs_what_its_roll_up_says(factory: Prepared) -> None:
    rows = costing.roll_up_everything()
    assert all(row.new > 0 and row.old == row.new for row in rows)
    assert {item.sku for item in sellable()} <= {row.sku for row in rows}
    for centre in work_centres.centres():
        rates = (centre.machine_rate, centre.labour_rate, centre.crew, centre.overhead_percent)
        assert min(rates) > 0


def test_margins_are_those_of_a_living_factory(factory: Prepared) -> None:
    settings = price_settings.margin_settings()
    general = [
        row for row in pricing.price_lists(PriceKind.SALES)
        if row.partner_id is None and row.account_id is None and row.valid_to is None
    ]  # fmt: skip
    assert {row.currency for row in general} == {"USD", "EUR"}
    for shown in general:
        for row in pricing.price_rows(shown.id, rates=settings.rates):
            for tier in row.tiers:
                assert tier.margin_percent is not None
                assert (0 if tier.min_quantity < 500 else 15) < tier.margin_percent < 50, (row.sku, tier)


def test_lists_for_suppliers_a_buyer_a_shop_and_last_year(factory: Prepared) -> None:
    bought = pricing.price_lists(PriceKind.PURCHASE)
    assert len(bought) >= 3
    assert all(row.partner_id and row.currency == "CNY" for row in bought)
    tiers = pricing.price_rows(bought[0].id)[0].tiers
    assert len(tiers) == 3
    assert all(tier.lead_days for tier in tiers)
    sold = pricing.price_lists(PriceKind.SALES)
    assert [row for row in sold if row.account_id] != []
    assert [row for row in sold if row.valid_to and row.valid_to < clock.today()] != []
    flask, buyer = lookup.items()["VF050-BK"], lookup.partner(BUYERS[0].name)
    theirs = pricing.price_of(flask, Decimal(1000), customer_id=buyer, currency="EUR")
    others = pricing.price_of(flask, Decimal(1000), currency="EUR")
    assert theirs is not None
    assert others is not None
    assert theirs.price.amount < others.price.amount


def test_every_product_has_pictures_that_are_sound(factory: Prepared) -> None:
    for product_id in lookup.products().values():
        found = images.images(product_id)
        assert 2 <= len(found) <= 4
        assert all((one.width, one.height, one.media_type) == (1000, 1000, "image/jpeg") for one in found)
        assert all(one.caption and one.path.exists() for one in found)
    with factory.database.session() as session:
        assert list(images.damaged(session)) == []


def test_one_certificate_lapses_soon_and_one_has_lapsed(factory: Prepared) -> None:
    with factory.database.session() as session:
        rows = certificates.lapsing(session, clock.today())
    assert sorted(row.days for row in rows) == [-12, 40]


def test_goods_can_be_declared(factory: Prepared) -> None:
    ids = lookup.items()
    for item in sellable():
        sheet = customs.customs_sheet(ids[item.sku])
        assert sheet.known
        assert sheet.missing == ()
        assert sheet.unit_1
        assert sheet.rate is not None
        assert sheet.rate.vat_percent == sheet.rate.rebate_percent == 13


def test_texts_are_complete_in_some_languages_and_not_in_others(factory: Prepared) -> None:
    shares = {row.language: row.percent for row in texts.completeness(lookup.products()["VF"])}
    assert shares["en"] == shares["zh_CN"] == shares["de"] == 100
    assert 0 < shares["es"] < 100
    lamp = {row.language: row.percent for row in texts.completeness(lookup.products()["DLA"])}
    assert 0 < lamp["de"] < 100
    assert products.product_counts()["incomplete"] == 0


def test_buyers_and_the_shop_have_numbers_of_their_own(factory: Prepared) -> None:
    found = item_numbers.numbers_of_item(lookup.items()["VF050-BK"])
    assert {row.partner for row in found.partners} == {buyer.name for buyer in BUYERS[:2]}
    assert [row.account_id for row in found.platforms] == [factory.demo.account_id]


def test_material_comes_in_rolls_and_goods_in_dozens(factory: Prepared) -> None:
    ids = lookup.items()
    assert unit_conversions.converted(ids["RM-304-04"], Decimal(2), "XRO") == 500
    assert unit_conversions.converted(ids["TB20-BK"], Decimal(3), "DZN") == 36


def test_the_factory_is_closed_on_holidays_and_works_for_them(factory: Prepared) -> None:
    this, following = clock.today().year, clock.today().year + 1
    for calendar in calendars.calendars():
        known = {
            day.day: day for year in (this, following)
            for day in calendars.calendar_sheet(calendar.id, year).days
        }  # fmt: skip
        assert {date(this, 10, 1), date(this, 1, 1), date(following, 1, 1)} <= known.keys()
        assert known[date(this, 10, 1)].spans == ()
        assert all(CJK.search(day.reason) for day in known.values())
        worked = [day for day in known.values() if day.spans]
        assert worked
        assert all(day.day.weekday() >= 5 for day in worked)


def test_a_painted_body_has_an_old_a_valid_and_a_coming_bill(factory: Prepared) -> None:
    rows = bills.revisions(lookup.items()["PL-DLB-WH"])
    assert [(row.revision, row.current) for row in rows] == [("B", False), ("A", True), ("0", False)]
    coming, valid, old = rows
    assert coming.valid_from > clock.today()
    assert valid.valid_to == coming.valid_from - timedelta(days=1)
    assert old.valid_to == valid.valid_from - timedelta(days=1)


def test_the_plated_arm_goes_to_a_subcontractor_and_into_the_coming_lamp(factory: Prepared) -> None:
    arm = lookup.items()[extras.PLATED_ARM]
    steps = lookup.routing_form(arm, "A").steps
    (outside,) = [step for step in steps if step.subcontractor_id]
    assert outside.subcontract_days
    assert outside.subcontract_price
    assert outside.quality_point
    later = clock.today() + timedelta(days=60)
    assert {"PL-DLB-WH", "DLB-WH-EU"} <= {row.sku for row in where_used.where_used(arm, later)}


def test_offcuts_of_shells_lie_in_the_warehouse(factory: Prepared) -> None:
    offcuts = lookup.items()[extras.OFFCUTS]
    with factory.database.session() as session:
        assert inventory.on_hand(session, [offcuts])[offcuts] > 100


def test_what_may_be_used_instead_and_where_it_may_be_made(factory: Prepared) -> None:
    ids = lookup.items()
    lines = lookup.bill_form(ids["SO-TB20"], "A").lines
    assert [other.component_id for other in lines[0].alternates] == [ids["RM-316-05"]]
    forming = lookup.routing_form(ids["SO-KB035"], "A").steps[0]
    assert [choice.speed_percent for choice in forming.machines] == [110, 80]
    coating = routings.routing_revisions(ids["PB-TB20-BK"])[0]
    checked = [row.step for row in routings.routing_sheet(coating.id).steps if row.step.quality_point]
    assert {step.name_en for step in checked} == {"Vacuum sealing", "Powder coating and curing"}


def test_flasks_for_stock_are_planned_as_one_batch(factory: Prepared) -> None:
    with factory.database.session() as session:
        made = session.scalars(select(ProductionOrder).where(ProductionOrder.batch != "")).all()
        states, dues = {order.state for order in made}, {order.due for order in made}
        numbers, pieces = {order.batch for order in made}, sum(order.quantity for order in made)
    assert len(made) == 5
    assert len(numbers) == 1
    assert pieces == 1440
    assert states == {ProductionState.PLANNED}
    assert min(dues) > clock.today() + timedelta(days=20)
    assert travellers.traveller_pdf(numbers.pop()).startswith(b"%PDF")


def test_what_only_engineering_knows_has_names_in_both_languages(factory: Prepared) -> None:
    ids = lookup.items()
    for sku in [extras.OFFCUTS, extras.PLATED_ARM, *(packing.sku for packing in packing_sets())]:
        names = {row.language: row.name for row in texts.text_sheet(item_id=ids[sku])}
        assert names["en"]
        assert not CJK.search(names["en"])
        assert CJK.search(names["zh_CN"])


def test_every_family_is_a_product() -> None:
    assert {item.product for item in sellable()} == set(families())
    assert prices.RATES.keys() == {"USD", "EUR"}

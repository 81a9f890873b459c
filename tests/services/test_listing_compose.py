"""What a listing says: from the catalogue, unless it says otherwise itself; how stock and days are found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.listing_rules import Severity
from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.models.catalog import Item, ProductText
from factory_erp.models.database import Database
from factory_erp.models.listings import Listing
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.models.production import ProductionOperation, ProductionOrder
from factory_erp.services.listings.book import ListingForm, SkuForm, add_listings, recompose, save_listing
from factory_erp.services.listings.catalogue import ladder_from
from factory_erp.services.listings.compose import compose
from factory_erp.services.listings.lead import LeadTimes
from factory_erp.services.listings.stock import publishable
from factory_erp.services.listings.texts import changes
from factory_erp.services.listings.views import listing_detail
from tests.services.listing_shop import RULES, ListingShop, a_listing_shop, set_price

BARE = replace(RULES, needs_category=False)


def tiers(*rows: tuple[str, str]) -> tuple[PriceTier, ...]:
    return tuple(PriceTier(Decimal(quantity), Decimal(price)) for quantity, price in rows)


def a_draft(shop: ListingShop) -> int:
    (made,) = add_listings(shop.account, [shop.product]).value
    return made


def composed(db: Database, listing_id: int) -> ListingContent:
    with db.session() as session:
        listing = session.get(Listing, listing_id)
        assert listing is not None
        return compose(session, listing, BARE)


def test_everything_comes_from_the_catalogue(db: Database) -> None:
    content = composed(db, a_draft(a_listing_shop(db)))
    assert (content.model_number, content.title, content.language) == ("CUP", "Steel cup", "en")
    assert (content.brand, content.unit, content.currency) == ("Ningbo Cups", "H87", "USD")
    assert content.keywords == ("cup", "steel", "mug")
    assert content.description == "<p>A cup.</p>"
    assert content.min_order == 100
    assert len(content.images) == 2
    black, white = content.skus
    assert (black.sku_code, black.options, black.image) == (
        "CUP-B",
        (("Colour", "Black"),),
        content.images[1],
    )
    assert (white.sku_code, white.options, white.image) == ("CUP-W", (("Colour", "White"),), "")
    assert {content.prices, black.prices, white.prices} == {
        tiers(("100", "2.10"), ("500", "1.90")),
        tiers(("100", "2.00"), ("500", "1.80")),
        (),
    }
    assert content.weight_g == 355
    assert content.size_mm == (320, 260, 20)
    assert ListingContent.from_json(content.to_json()) == content


def test_what_is_typed_on_the_listing_wins(db: Database) -> None:
    shop = a_listing_shop(db)
    listing = a_draft(shop)
    form = ListingForm(
        listing, "CUP-500", title="Best cup", keywords=("thermos", " "), description="Own", category_id="7",
        attributes=(("Material", "Steel"),), min_order=Decimal(200), lead_days=12, shipping_template="T1",
        listing_days=30, skus=(SkuForm(shop.black, offered=False),),
    )  # fmt: skip
    save_listing(form)
    content = composed(db, listing)
    assert (content.model_number, content.title, content.keywords) == ("CUP-500", "Best cup", ("thermos",))
    assert (content.description, content.category_id) == ("Own", "7")
    assert content.attributes == (("Material", "Steel"),)
    assert content.prices == tiers(("200", "2.00"), ("500", "1.80"))
    assert content.lead == (LeadTier(Decimal(200), 12),)
    assert [sku.sku_code for sku in content.skus] == ["CUP-W"]
    assert (content.shipping_template, content.listing_days) == ("T1", 30)


def test_another_language_falls_back_to_english_with_a_warning(db: Database) -> None:
    shop = a_listing_shop(db, language="zh-CN")
    listing = a_draft(shop)
    detail = listing_detail(listing, BARE)
    assert (detail.content.title, detail.content.language) == ("Steel cup", "en")
    assert detail.content.skus[0].options == (("颜色", "Black"),)
    assert [(p.code, p.severity) for p in detail.problems] == [("other_language", Severity.WARNING)]
    with db.session(write=True) as session:
        session.add(ProductText(product_id=shop.product, language="zh_CN", name="钢杯"))
    detail = listing_detail(listing, BARE)
    assert (detail.content.title, detail.problems) == ("钢杯", ())


def test_the_accounts_own_list_comes_before_general_ones_and_lists_are_never_mixed(db: Database) -> None:
    shop = a_listing_shop(db)
    listing = a_draft(shop)
    with db.session(write=True) as session:
        own = PriceList(
            code="SHOP", currency="USD", incoterm="EXW", account_id=shop.account, valid_from=date(2026, 1, 1)
        )
        own.lines = [PriceLine(item_id=shop.white, min_quantity=Decimal(10), price=Decimal("3"))]
        yuan = PriceList(code="CNY", currency="CNY", account_id=shop.account, valid_from=date(2026, 6, 1))
        yuan.lines = [
            PriceLine(item_id=item, min_quantity=Decimal(1), price=Decimal(9))
            for item in (shop.white, shop.black)
        ]
        session.add_all([own, yuan])
    detail = listing_detail(listing, BARE)
    assert (detail.content.currency, detail.content.prices) == ("USD", tiers(("50", "3")))
    (problem,) = detail.problems
    assert problem.code == "sku_without_price"
    assert "CUP-B" in problem.message


def test_breaks_beyond_what_the_platform_takes_are_left_out_with_a_warning(db: Database) -> None:
    listing = a_draft(a_listing_shop(db))
    detail = listing_detail(listing, replace(BARE, tiers_most=1))
    assert len(detail.content.prices) == 1
    assert [(p.code, p.severity) for p in detail.problems] == [("tiers_left_out", Severity.WARNING)]


def test_composing_again_stores_errors_and_differences_and_offers_new_items(db: Database) -> None:
    shop = a_listing_shop(db)
    listing = a_draft(shop)
    with db.session(write=True) as session:
        session.add(
            Item(sku="CUP-R", product_id=shop.product, kind="finished", procurement="make", sellable=True)
        )
    assert recompose(RULES, account_id=shop.account).value == 1
    detail = listing_detail(listing, RULES)
    assert detail.row.problems == len([p for p in detail.problems if p.severity == "error"]) == 3
    assert {p.field for p in detail.problems} == {"category_id", "skus", "prices"}
    assert detail.row.differs
    assert [sku.sku for sku in detail.skus] == ["CUP-B", "CUP-R", "CUP-W"]
    assert not recompose(RULES, [listing]).changes
    assert {change.theirs for change in detail.changes} == {""}


def test_a_difference_is_said_in_words(db: Database) -> None:
    shop = a_listing_shop(db)
    before = composed(db, a_draft(shop))
    set_price(db, shop.white, "100", "2.05")
    after = replace(before, prices=tiers(("100", "2.05")), title="Cup", images=())
    said = {change.label: (change.ours, change.theirs) for change in changes(after, before)}
    assert said["Title"] == ("Cup", "Steel cup")
    assert said["Prices"][0] == "100: 2.05"
    assert said["Pictures"][0] == ""
    assert said["Pictures"][1].startswith("2 pictures (")


def test_lead_days_grow_with_the_quantity_and_with_the_load(db: Database) -> None:
    shop = a_listing_shop(db)
    content = composed(db, a_draft(shop))
    # 30 + 100 minutes are done today; 30 + 500 of the 540 minutes of the day still are.
    assert content.lead == (LeadTier(Decimal(100), 1),)
    with db.session(write=True) as session:
        order = ProductionOrder(
            number="MO-1", item_id=shop.white, quantity=Decimal(1), due=date(2026, 12, 1), state="released"
        )
        order.operations = [
            ProductionOperation(
                sequence=10, name_en="", name_zh="", centre_id=1, setup_minutes=0, run_minutes=60,
                machine_id=shop.machine, planned_start=datetime(2026, 11, 23, 1, tzinfo=UTC),
                planned_finish=datetime(2026, 11, 27, 8, 0, tzinfo=UTC),
            )
        ]  # fmt: skip
        session.add(order)
    with db.session() as session:
        lead = LeadTimes(session, [shop.white])
        # The machine is free on Friday at 16:00, one hour before the weekend.
        assert lead.days(shop.white, Decimal(20)) == 4
        assert lead.days(shop.white, Decimal(100)) == 7
        assert lead.days(shop.white, Decimal(5_000_000)) == 180


def test_bought_goods_have_the_lead_time_of_their_record(db: Database) -> None:
    shop = a_listing_shop(db)
    with db.session(write=True) as session:
        item = session.get(Item, shop.white)
        assert item is not None
        item.procurement, item.lead_days = "buy", 9
        session.flush()
        assert LeadTimes(session, [shop.white]).days(shop.white, Decimal(100)) == 9
        item.lead_days = 0
        session.flush()
        assert LeadTimes(session, [shop.white]).days(shop.white, Decimal(100)) is None


figures = st.decimals(min_value=-10_000, max_value=10_000, places=6)


@given(figures, st.decimals(min_value=0, max_value=10_000, places=6))
def test_what_is_published_is_whole_never_negative_and_never_more_than_there_is(
    available: Decimal, safety: Decimal
) -> None:
    stock = publishable(available, safety)
    assert stock == int(stock) >= 0
    assert stock == 0 or stock <= available - safety < stock + 1


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), max_size=5), st.integers(1, 60))
def test_a_ladder_from_the_least_order_begins_there_and_keeps_every_later_break(
    rows: list[tuple[int, int]], least: int
) -> None:
    given_tiers = [PriceTier(Decimal(q), Decimal(p)) for q, p in sorted(dict(rows).items())]
    found = ladder_from(given_tiers, Decimal(least))
    assert bool(found) == bool(given_tiers)
    if found:
        assert found[0].quantity == least
        assert list(found[1:]) == [tier for tier in given_tiers if tier.quantity > least]

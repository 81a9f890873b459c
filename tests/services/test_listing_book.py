"""Adding, saving, publishing and reading back listings; what changed since goes out by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.domain.money import Money
from factory_erp.models.catalog import Item, Product
from factory_erp.models.database import Database
from factory_erp.models.inquiries import Inquiry
from factory_erp.models.listings import Listing, ListingState
from factory_erp.models.platforms import OutboxMessage, OutboxState, PlatformAccount
from factory_erp.models.production import Peg
from factory_erp.models.sales import OrderState
from factory_erp.services import clock, outbox, search
from factory_erp.services.listings.book import ListingForm, SkuForm, add_listings, recompose, save_listing
from factory_erp.services.listings.effects import EFFECTS
from factory_erp.services.listings.feed import queue_changes
from factory_erp.services.listings.performance import DayInput, add_days, days, performance
from factory_erp.services.listings.publish import PublishOutcome, publish, put_on, remove_listing, take_off
from factory_erp.services.listings.refresh import Standing, adopt, take_gone, take_standing, to_ask
from factory_erp.services.listings.views import (
    ListingDetail,
    ListingFilter,
    listing_counts,
    listing_detail,
    listing_ids,
    listing_rows,
)
from factory_erp.services.outbox import Claimed
from tests.services.factory import an_order, in_stock
from tests.services.listing_shop import RULES, ListingShop, a_listing_shop, set_price


def a_sound_draft(shop: ListingShop) -> int:
    (listing,) = add_listings(shop.account, [shop.product]).value
    save_listing(ListingForm(listing, "CUP", category_id="7"), None, RULES)
    return listing


def settled(db: Database, claimed: Claimed, state: OutboxState, answer: str = "", problem: str = "") -> None:
    """End a message as the outbox does, with what follows from it."""
    with db.session(write=True) as session:
        message = session.get(OutboxMessage, claimed.id)
        assert message is not None
        message.state, message.answer, message.problem = state, answer, problem
        EFFECTS[message.kind](session, message)


def sent(shop: ListingShop) -> Claimed:
    claimed = outbox.claim(shop.account).value
    assert claimed is not None
    return claimed


def detail(listing: int) -> ListingDetail:
    return listing_detail(listing, RULES)


def published(db: Database) -> tuple[ListingShop, int]:
    """A listing that the platform has as number 900 and shows, its items as 1 and 2."""
    shop = a_listing_shop(db)
    listing = a_sound_draft(shop)
    publish([listing], RULES)
    settled(db, sent(shop), OutboxState.DONE, "900")
    take_standing(listing, online())
    return shop, listing


def online(state: ListingState = ListingState.ONLINE, message: str = "") -> Standing:
    return Standing("900", "CUP", "Steel cup", state, message, (("CUP-W", "1"), ("CUP-B", "2")))


def waiting(db: Database, kind: str) -> list[OutboxMessage]:
    with db.session() as session:
        rows = select(OutboxMessage).filter_by(kind=kind, state=OutboxState.NEW).order_by(OutboxMessage.id)
        return list(session.scalars(rows))


def the_account(db: Database, **values: object) -> None:
    with db.session(write=True) as session:
        account = session.scalars(select(PlatformAccount)).one()
        for name, value in values.items():
            setattr(account, name, value)


def test_adding_products_again_finds_their_listings(db: Database) -> None:
    shop = a_listing_shop(db)
    first = add_listings(shop.account, [shop.product]).value
    assert add_listings(shop.account, [shop.product, shop.product]).value == first
    assert [sku.sku for sku in detail(first[0]).skus] == ["CUP-B", "CUP-W"]


def test_a_listing_is_found_by_its_number_on_the_platform(db: Database) -> None:
    _shop, listing = published(db)
    number = detail(listing).row.external_id
    assert number
    assert [hit.link for hit in search.find(number)] == [f"erp://listings/{listing}"]


def test_a_form_saves_only_over_the_version_that_it_read(db: Database) -> None:
    shop = a_listing_shop(db)
    listing = a_sound_draft(shop)
    before = detail(listing)
    form = replace(before.form, title="New", skus=(SkuForm(shop.white, safety_stock=Decimal(5)),))
    save_listing(form, before.version, RULES)
    assert not save_listing(form, before.version, RULES).changes
    with pytest.raises(Conflict):
        save_listing(replace(form, title="Newer"), before.version)
    after = detail(listing)
    assert (after.content.title, after.row.title) == ("New", "New")
    assert {sku.sku: sku.safety_typed for sku in after.skus} == {"CUP-B": None, "CUP-W": Decimal(5)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"model_number": " "}, "model_number"),
        ({"min_order": Decimal(-1)}, "min_order"),
        ({"lead_days": 0}, "lead_days"),
        ({"listing_days": -1}, "listing_days"),
        ({"title": "x" * 301}, "title"),
        ({"skus": (SkuForm(999_999),)}, "skus"),
    ],
)
def test_a_bad_form_is_refused_under_its_field(db: Database, changes: dict[str, object], field: str) -> None:
    listing = a_sound_draft(a_listing_shop(db))
    with pytest.raises(InvalidValue) as caught:
        save_listing(ListingForm(**{"listing_id": listing, "model_number": "CUP", **changes}))  # type: ignore[arg-type]
    assert caught.value.field == field


def test_composing_anew_does_not_disturb_an_open_form(db: Database) -> None:
    shop = a_listing_shop(db)
    listing = a_sound_draft(shop)
    version = detail(listing).version
    set_price(db, shop.white, "100", "2.05")
    assert "listing" in recompose(RULES, [listing]).changes
    assert detail(listing).version == version


def test_a_listing_with_errors_is_refused_and_the_others_go_out(db: Database) -> None:
    shop = a_listing_shop(db)
    good = a_sound_draft(shop)
    with db.session(write=True) as session:
        bare = Listing(account_id=shop.account, product_id=shop.product + 1, model_number="BARE")
        session.add(Product(id=shop.product + 1, code="BARE"))
        session.flush()
        session.add(bare)
        session.flush()
        bad = bare.id
    outcome = publish([good, bad], {"alibaba": RULES}).value
    assert outcome.queued == (good,)
    ((refused, title, reason),) = outcome.refused
    assert (refused, title) == (bad, "BARE")
    assert reason.startswith("The listing has no title.")
    assert detail(good).row.state is ListingState.PUBLISHING
    assert detail(bad).row.state is ListingState.DRAFT


def test_publishing_twice_writes_one_message_with_the_latest_content(db: Database) -> None:
    shop = a_listing_shop(db)
    listing = a_sound_draft(shop)
    publish([listing], RULES)
    assert publish([listing], RULES).value == PublishOutcome(unchanged=(listing,))
    set_price(db, shop.white, "500", "1.70")
    assert publish([listing], RULES).value == PublishOutcome(queued=(listing,))
    (message,) = waiting(db, "listing")
    assert "1.7" in message.payload
    assert json.loads(message.payload)["before"] == "draft"
    sent(shop)
    ((_id, _title, reason),) = publish([listing], RULES).value.refused
    assert "on its way" in reason


def test_what_is_confirmed_is_what_was_sent_not_what_is_wanted_by_now(db: Database) -> None:
    shop = a_listing_shop(db)
    listing = a_sound_draft(shop)
    publish([listing], RULES)
    claimed = sent(shop)
    set_price(db, shop.white, "500", "1.70")
    recompose(RULES, [listing])
    settled(db, claimed, OutboxState.DONE, "900")
    after = detail(listing)
    assert (after.row.state, after.row.external_id) == (ListingState.REVIEW, "900")
    assert after.row.differs
    assert {change.field for change in after.changes} <= {"prices", "skus"}
    assert after.changes
    assert [message.state for message in after.messages] == [OutboxState.DONE]


def test_a_refused_publishing_goes_back_to_where_it_was_and_says_why(db: Database) -> None:
    shop = a_listing_shop(db)
    listing = a_sound_draft(shop)
    publish([listing], RULES)
    claimed = sent(shop)
    settled(db, claimed, OutboxState.UNKNOWN, problem="no answer")
    assert (detail(listing).row.state, detail(listing).row.message) == (ListingState.PUBLISHING, "no answer")
    settled(db, claimed, OutboxState.FAILED, problem="bad title")
    assert (detail(listing).row.state, detail(listing).row.message) == (ListingState.DRAFT, "bad title")
    assert publish([listing], RULES).value.queued == (listing,)


def test_a_published_listing_that_differs_in_nothing_is_not_sent_again(db: Database) -> None:
    _shop, listing = published(db)
    assert detail(listing).changes == ()
    assert publish([listing], RULES).value == PublishOutcome(unchanged=(listing,))


def test_taking_off_the_shelf_and_putting_back(db: Database) -> None:
    shop, listing = published(db)
    other = a_listing_id_without_number(db, shop)
    outcome = take_off([listing, other]).value
    assert (outcome.queued, [row[0] for row in outcome.refused]) == ((listing,), [other])
    settled(db, sent(shop), OutboxState.DONE, "900")
    assert detail(listing).row.state is ListingState.OFFLINE
    put_on([listing])
    claimed = sent(shop)
    assert json.loads(claimed.payload)["online"] is True
    settled(db, claimed, OutboxState.FAILED, problem="limit reached")
    assert (detail(listing).row.state, detail(listing).row.message) == (ListingState.OFFLINE, "limit reached")


def a_listing_id_without_number(db: Database, shop: ListingShop) -> int:
    with db.session(write=True) as session:
        account = PlatformAccount(platform="dhgate", name="Other", base_url="", app_key="o")
        session.add(account)
        session.flush()
        made = account.id
    (listing,) = add_listings(made, [shop.product]).value
    return listing


def test_only_a_draft_that_nobody_knows_can_be_removed(db: Database) -> None:
    shop, listing = published(db)
    with pytest.raises(NotAllowed):
        remove_listing(listing)
    draft = a_listing_id_without_number(db, shop)
    remove_listing(draft)
    remove_listing(draft)
    assert listing_ids(ListingFilter()) == (listing,)


def test_stock_goes_out_once_per_listing_and_only_when_it_changed(db: Database) -> None:
    shop, listing = published(db)
    the_account(db, safety_stock=Decimal(10), push_lead_time=False)
    with db.session(write=True) as session:
        in_stock(session, session.get_one(Item, shop.white), 100)
    assert queue_changes(shop.account).value == 1
    assert queue_changes(shop.account).value == 0
    claimed = sent(shop)
    assert sorted(json.loads(claimed.payload)["stock"]) == [[shop.white, "1", "90"], [shop.black, "2", "0"]]
    assert queue_changes(shop.account).value == 0
    settled(db, claimed, OutboxState.DONE)
    assert queue_changes(shop.account).value == 0
    told = {sku.sku: (sku.on_hand, sku.safety, sku.publishable, sku.pushed) for sku in detail(listing).skus}
    hundred, ten, ninety, none = (Decimal(number) for number in (100, 10, 90, 0))
    assert told == {"CUP-B": (none, ten, none, none), "CUP-W": (hundred, ten, ninety, ninety)}


def test_what_is_reserved_is_not_published_and_a_refused_stock_waits_for_news(db: Database) -> None:
    shop, _listing = published(db)
    the_account(db, push_lead_time=False)
    with db.session(write=True) as session:
        in_stock(session, session.get_one(Item, shop.white), 100)
        order = an_order(session, {session.get_one(Item, shop.white): 30})
        session.add(
            Peg(sales_line_id=order.lines[0].id, item_id=shop.white, source="stock", quantity=Decimal(30))
        )
    queue_changes(shop.account)
    claimed = sent(shop)
    assert [shop.white, "1", "70"] in json.loads(claimed.payload)["stock"]
    settled(db, claimed, OutboxState.FAILED, problem="no")
    assert queue_changes(shop.account).value == 0
    the_account(db, safety_stock=Decimal(1))
    assert queue_changes(shop.account).value == 1


def test_stock_is_not_sent_where_the_account_or_the_state_forbids_it(db: Database) -> None:
    shop, listing = published(db)
    the_account(db, push_stock=False, push_lead_time=False)
    assert queue_changes(shop.account).value == 0
    the_account(db, push_stock=True)
    take_standing(listing, online(ListingState.OFFLINE))
    assert queue_changes(shop.account).value == 0


def test_the_lead_time_goes_out_when_it_changed_by_a_day(db: Database) -> None:
    shop, listing = published(db)
    the_account(db, push_stock=False)
    assert queue_changes(shop.account).value == 0
    with clock.at(datetime(2026, 11, 28, 2, tzinfo=UTC)):  # Saturday: nobody works before Monday
        assert queue_changes(shop.account).value == 1
        claimed = sent(shop)
        assert json.loads(claimed.payload)["lead"] == [["100", 2]]
        settled(db, claimed, OutboxState.DONE)
        assert queue_changes(shop.account).value == 0
        assert detail(listing).changes == ()
        assert not detail(listing).row.differs


def test_prices_go_out_where_the_account_wants_it(db: Database) -> None:
    shop, listing = published(db)
    the_account(db, push_stock=False, push_lead_time=False)
    set_price(db, shop.white, "100", "2.04")
    assert queue_changes(shop.account, RULES).value == 0
    the_account(db, push_prices=True)
    assert queue_changes(shop.account, RULES).value == 1
    settled(db, sent(shop), OutboxState.DONE)
    after = detail(listing)
    assert after.changes == ()
    assert not after.row.differs
    set_price(db, shop.white, "100", "2.041")
    assert queue_changes(shop.account, RULES).value == 0


def test_the_platforms_word_is_taken_but_not_over_a_publishing_that_is_on_its_way(db: Database) -> None:
    shop, listing = published(db)
    assert not take_standing(listing, online()).value
    assert take_standing(listing, online(ListingState.REJECTED, "bad picture")).value
    assert (detail(listing).row.state, detail(listing).row.message) == (ListingState.REJECTED, "bad picture")
    set_price(db, shop.white, "100", "2.04")
    publish([listing], RULES)
    take_standing(listing, online(ListingState.REJECTED, "bad picture"))
    assert detail(listing).row.state is ListingState.PUBLISHING


def test_who_is_asked_after(db: Database) -> None:
    shop, listing = published(db)
    assert to_ask(shop.account) == ()
    with clock.at(datetime(2026, 11, 24, 2, tzinfo=UTC)):
        assert [question.listing_id for question in to_ask(shop.account)] == [listing]
    take_standing(listing, online(ListingState.REVIEW))
    assert [question.external_id for question in to_ask(shop.account)] == ["900"]
    assert take_gone(listing, "not there").value
    assert not take_gone(listing, "not there").value


def test_a_listing_made_by_hand_is_adopted_by_its_model_number(db: Database) -> None:
    shop = a_listing_shop(db)
    adopted = adopt(shop.account, online()).value
    assert adopted is not None
    assert adopt(shop.account, online()).value == adopted
    assert adopt(shop.account, replace(online(), external_id="901")).value is None
    assert adopt(shop.account, replace(online(), external_id="902", model_number="?")).value is None
    found = detail(adopted)
    assert (found.row.external_id, found.row.state) == ("900", ListingState.ONLINE)
    assert {sku.sku: sku.external_id for sku in found.skus} == {"CUP-W": "1", "CUP-B": "2"}


def test_rows_and_counts(db: Database) -> None:
    shop, listing = published(db)
    draft = a_listing_id_without_number(db, shop)
    recompose({"alibaba": RULES, "dhgate": replace(RULES, images_least=9)}, [listing, draft])
    (row,) = listing_rows(ListingFilter(account_id=shop.account))
    assert (row.id, row.product, row.title, row.items, row.currency) == (
        listing,
        "CUP",
        "Steel cup",
        2,
        "USD",
    )
    assert row.price in {Decimal("2.00"), Decimal("2.10")}
    assert len(row.cover) == 64
    assert [one.id for one in listing_rows(ListingFilter(only="problems"))] == [draft]
    assert [one.id for one in listing_rows(ListingFilter(only="differs"))] == [draft]
    assert [one.id for one in listing_rows(ListingFilter(state=ListingState.ONLINE))] == [listing]
    assert {one.id for one in listing_rows(ListingFilter(text="cup-b"))} == {listing, draft}
    assert listing_rows(ListingFilter(text="no such thing")) == ()
    assert len(listing_rows(ListingFilter(limit=1, offset=1, sort="state", descending=True))) == 1
    first, second = listing_counts()
    assert (first.total, first.states, first.problems) == (1, {ListingState.ONLINE: 1}, 0)
    assert (second.total, second.problems, second.differs) == (1, 1, 1)


def test_what_a_listing_cost_and_brought(db: Database) -> None:
    shop, listing = published(db)
    monday = date(2026, 11, 16)
    rows = [
        DayInput(monday, 100, 10, Decimal("10.00")),
        DayInput(date(2026, 11, 17), 50, 5, Decimal("0.01")),
        DayInput(date(2026, 11, 18), 1, 1, Decimal("7"), "CNY"),
        DayInput(date(2026, 10, 1), 9999, 999, Decimal(500)),
    ]
    assert add_days(listing, rows).value == 4
    assert add_days(listing, rows).value == 0
    assert days(listing, monday) == tuple(rows[:3])
    with db.session(write=True) as session:
        white, black = session.get_one(Item, shop.white), session.get_one(Item, shop.black)
        for number, state in enumerate([OrderState.CONFIRMED, OrderState.CANCELLED, OrderState.DRAFT]):
            order = an_order(session, {white: 10, black: 5}, number=f"SO-{number}", state=state)
            order.account_id, order.external_id = shop.account, str(number)
        an_order(session, {white: 1000}, number="SO-ELSEWHERE")
        for number in range(3):
            session.add(
                Inquiry(
                    number=f"IN-{number}", source="message", listing_id=listing,
                    received_at=datetime(2026, 11, 20, tzinfo=UTC),
                )
            )  # fmt: skip
    (found,) = performance(shop.account, monday)
    assert (found.views, found.clicks, found.inquiries, found.orders) == (151, 16, 3, 2)
    assert found.spend == (Money(700, "CNY"), Money(1001, "USD"))
    assert found.amount == (Money(3000, "USD"),)
    assert found.per_inquiry == (Money(233, "CNY"), Money(334, "USD"))
    assert found.per_order == (Money(350, "CNY"), Money(501, "USD"))
    assert performance(shop.account, date(2026, 11, 24))[0].per_order == ()


def test_a_bad_day_is_refused(db: Database) -> None:
    _shop, listing = published(db)
    for bad in (DayInput(date(2026, 11, 1), views=-1), DayInput(date(2026, 11, 1), spend=Decimal("0.001"))):
        with pytest.raises(InvalidValue):
            add_days(listing, [bad])
    for spend in ("-1", "1e30", "NaN"):
        with pytest.raises(InvalidValue):
            add_days(listing, [DayInput(date(2026, 11, 1), spend=Decimal(spend))])

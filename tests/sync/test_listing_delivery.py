"""Listings reach a platform once, whatever is lost on the way; how they stand is read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from types import TracebackType
from typing import Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from factory_erp.domain.listings import LeadTier, ListingContent, PriceTier
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.listings import Listing, ListingState, PlatformImage
from factory_erp.models.platforms import OutboxMessage, OutboxState, PlatformAccount
from factory_erp.services import clock
from factory_erp.services.listings.book import ListingForm, add_listings, save_listing
from factory_erp.services.listings.feed import queue_changes
from factory_erp.services.listings.publish import publish, put_on, take_off
from factory_erp.services.listings.views import ListingDetail, listing_detail
from factory_erp.services.progress import Quiet
from factory_erp.sync import engine
from factory_erp.sync.connectors.listings import (
    CategoryAttribute,
    CategoryNode,
    ImageFile,
    RemoteListing,
    RemoteListingPage,
    RemoteSku,
    RemoteState,
    ShelfOutcome,
    UploadedImage,
)
from factory_erp.sync.connectors.payloads import Choice
from factory_erp.sync.http.errors import OutcomeUnknown, PlatformUnavailable, Refused
from factory_erp.sync.listing_pull import adopt_listings, refresh_listings
from tests.services.factory import in_stock
from tests.services.listing_shop import RULES, ListingShop, a_listing_shop, set_price

LOST = OutcomeUnknown("lost")


@dataclass
class Shelf:
    """A platform in memory. ``faults``: what becomes of the next calls: "" is well, else see ``_call``."""

    listings: dict[str, ListingContent] = field(default_factory=dict)
    states: dict[str, RemoteState] = field(default_factory=dict)
    stock: dict[str, Decimal] = field(default_factory=dict)
    lead: tuple[LeadTier, ...] = ()
    prices: tuple[tuple[PriceTier, ...], dict[str, Decimal], str] | None = None
    uploads: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def _call(self, name: str) -> bool:
        """Whether the answer is lost after acting; raises where the call fails before that."""
        self.calls.append(name)
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "before":
            raise LOST
        if fault == "away":
            raise PlatformUnavailable("away", reached=False)
        if fault == "refused":
            raise Refused("B_X", "no good")
        return fault == "after"

    def create(self, content: ListingContent, images: Mapping[str, UploadedImage]) -> str:
        lost = self._call("create")
        assert set(content.images) <= images.keys()
        external_id = str(900 + len(self.listings))
        self.listings[external_id] = content
        self.states[external_id] = RemoteState.REVIEW
        if lost:
            raise LOST
        return external_id

    def find(self, model_number: str) -> str | None:
        if self._call("find"):
            raise PlatformUnavailable("lost")
        found = (number for number, one in self.listings.items() if one.model_number == model_number)
        return next(found, None)

    def update(self, external_id: str, content: ListingContent, images: Mapping[str, UploadedImage]) -> None:
        lost = self._call("update")
        self.listings[external_id] = content
        if lost:
            raise LOST

    def read(self, external_id: str) -> RemoteListing:
        if self._call("read"):
            raise PlatformUnavailable("lost")
        if external_id not in self.listings:
            raise Refused("404", "not there", record=external_id)
        content, state = self.listings[external_id], self.states[external_id]
        skus = tuple(RemoteSku(sku.sku_code, f"s-{sku.sku_code}") for sku in content.skus)
        message = "bad picture" if state is RemoteState.REJECTED else ""
        return RemoteListing(external_id, content.model_number, content.title, state, message, skus)

    def pages(self) -> Iterator[RemoteListingPage]:
        every = tuple(self.read(external_id) for external_id in self.listings)
        yield RemoteListingPage(every, 1, len(every), True)

    def set_online(self, external_ids: Sequence[str], online: bool) -> ShelfOutcome:
        lost = self._call("shelf")
        for external_id in external_ids:
            self.states[external_id] = RemoteState.ONLINE if online else RemoteState.OFFLINE
        if lost:
            raise LOST
        return ShelfOutcome(tuple(external_ids))

    def set_prices(
        self,
        external_id: str,
        prices: Sequence[PriceTier],
        sku_prices: Mapping[str, Decimal],
        currency: str,
    ) -> None:
        lost = self._call("prices")
        self.prices = (tuple(prices), dict(sku_prices), currency)
        if lost:
            raise LOST

    def set_stock(self, external_id: str, stock: Mapping[str, Decimal]) -> None:
        lost = self._call("stock")
        self.stock = dict(stock)
        if lost:
            raise LOST

    def set_lead_time(self, external_id: str, lead: Sequence[LeadTier]) -> None:
        self._call("lead")
        self.lead = tuple(lead)

    def upload_image(self, image: ImageFile) -> UploadedImage:
        lost = self._call("upload")
        assert image.content.startswith(b"\x89PNG")
        self.uploads.append(image.sha256)
        if lost:
            raise LOST
        return UploadedImage(f"img-{len(self.uploads)}", f"https://img.example/{image.name}")

    def predict_categories(self, title: str, description: str = "") -> tuple[CategoryNode, ...]:
        return ()

    def categories(self, parent_id: str = "") -> tuple[CategoryNode, ...]:
        return ()

    def attributes(self, category_id: str) -> tuple[CategoryAttribute, ...]:
        return ()

    def shipping_templates(self) -> tuple[Choice, ...]:
        return ()


class ShelfConnector:
    """A platform that takes listings and does nothing else."""

    platform = "alibaba"
    sign_in = None
    orders = None
    shipments = None
    inquiries = None

    def __init__(self, shelf: Shelf | None) -> None:
        self.listings = shelf

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


def a_queued_listing(db: Database) -> tuple[ListingShop, int]:
    shop = a_listing_shop(db)
    (listing,) = add_listings(shop.account, [shop.product]).value
    save_listing(ListingForm(listing, "CUP", category_id="7"))
    assert publish([listing], RULES).value.queued == (listing,)
    return shop, listing


def push(shop: ListingShop, shelf: Shelf | None, minutes: int = 0) -> engine.Pushed:
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        return engine.push(shop.account, ShelfConnector(shelf))


def refresh(shop: ListingShop, shelf: Shelf, minutes: int = 0) -> int:
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        return refresh_listings(shop.account, ShelfConnector(shelf), Quiet())


def detail(listing: int) -> ListingDetail:
    return listing_detail(listing, RULES)


def outbox_states(db: Database) -> list[str]:
    with db.session() as session:
        return list(session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))


def test_a_listing_is_made_with_its_pictures_and_read_back(db: Database) -> None:
    shop, listing = a_queued_listing(db)
    shelf = Shelf()
    assert push(shop, shelf) == engine.Pushed(done=1)
    assert shelf.listings["900"].title == "Steel cup"
    assert len(shelf.uploads) == 2
    assert detail(listing).row.state is ListingState.REVIEW
    shelf.states["900"] = RemoteState.ONLINE
    assert refresh(shop, shelf) == 1
    after = detail(listing)
    assert (after.row.state, after.row.external_id, after.changes) == (ListingState.ONLINE, "900", ())
    assert {sku.sku: sku.external_id for sku in after.skus} == {"CUP-W": "s-CUP-W", "CUP-B": "s-CUP-B"}


def test_a_changed_listing_is_updated_and_its_pictures_are_not_sent_again(db: Database) -> None:
    shop, listing = a_queued_listing(db)
    shelf = Shelf()
    push(shop, shelf)
    set_price(db, shop.white, "100", "2.05")
    publish([listing], RULES)
    assert push(shop, shelf).done == 1
    assert (len(shelf.listings), len(shelf.uploads), shelf.calls.count("create")) == (1, 2, 1)
    assert shelf.listings["900"] == replace(
        detail(listing).content,
        skus=tuple(replace(sku, external_id="") for sku in detail(listing).content.skus),
    )


def test_a_lost_answer_is_looked_up_at_once(db: Database) -> None:
    shop, listing = a_queued_listing(db)
    shelf = Shelf(faults=["", "", "", "after"])  # find, two pictures, create
    assert push(shop, shelf).done == 1
    assert shelf.calls == ["find", "upload", "upload", "create", "find", "read"]
    assert detail(listing).row.external_id == "900"


def test_one_that_somebody_made_by_hand_is_changed_instead_of_made_again(db: Database) -> None:
    shop, listing = a_queued_listing(db)
    by_hand = replace(detail(listing).content, title="Made by hand", images=())
    shelf = Shelf(listings={"77": by_hand}, states={"77": RemoteState.ONLINE})
    shelf.faults = ["", "", "", "before"]  # the answer to the update is lost, and it was not done
    assert push(shop, shelf).unknown == 1
    assert shelf.listings["77"].title == "Made by hand"
    assert push(shop, shelf, minutes=10).done == 1
    assert (list(shelf.listings), shelf.listings["77"].title) == (["77"], "Steel cup")


def test_a_refused_listing_says_why_and_can_go_again(db: Database) -> None:
    shop, listing = a_queued_listing(db)
    shelf = Shelf(faults=["", "", "", "refused"])
    assert push(shop, shelf).failed == 1
    assert detail(listing).row.state is ListingState.DRAFT
    assert "no good" in detail(listing).row.message
    publish([listing], RULES)
    assert push(shop, shelf).done == 1
    assert len(shelf.uploads) == 2


def test_a_missing_picture_fails_the_message_not_the_run(db: Database) -> None:
    shop, _listing = a_queued_listing(db)
    with db.session(write=True) as session:
        message = session.scalars(select(OutboxMessage)).one()
        message.payload = message.payload.replace('"images": ["', '"images": ["0', 1)
    assert push(shop, Shelf()).failed == 1


def test_a_platform_without_listings_refuses_the_message(db: Database) -> None:
    shop, _listing = a_queued_listing(db)
    assert push(shop, None).failed == 1
    assert refresh_listings(shop.account, ShelfConnector(None), Quiet()) == 0
    assert adopt_listings(shop.account, ShelfConnector(None), Quiet()) == 0


FAULTS = st.lists(st.sampled_from(["", "", "after", "before", "away"]), max_size=12)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_whatever_is_lost_there_is_one_listing_and_it_says_what_was_sent(db: Database) -> None:
    shop, listing = a_queued_listing(db)

    @FEW
    @given(FAULTS)
    def any_faults(faults: list[str]) -> None:
        forget(db, listing)
        publish([listing], RULES)
        shelf = Shelf(faults=list(faults))
        for minutes in range(0, 400, 40):
            push(shop, shelf, minutes)
        assert outbox_states(db)[-1] == OutboxState.DONE
        assert len(shelf.listings) == shelf.calls.count("create") - lost_creates(faults, shelf) <= 1
        after = detail(listing)
        assert after.pushed == shelf.listings[after.row.external_id]

    any_faults()


def lost_creates(faults: list[str], shelf: Shelf) -> int:
    """How many calls to create failed before acting."""
    pairs = zip(shelf.calls, faults, strict=False)
    return sum(1 for call, fault in pairs if call == "create" and fault in {"before", "away"})


def forget(db: Database, listing_id: int) -> None:
    """As if the listing had never been published."""
    with db.session(write=True) as session:
        listing = session.get_one(Listing, listing_id)
        listing.external_id, listing.pushed, listing.state = "", "", ListingState.DRAFT
        for image in session.scalars(select(PlatformImage)):
            session.delete(image)


@pytest.mark.parametrize("fault", ["", "after", "before"])
def test_shelf_and_stock_are_simply_sent_again(db: Database, fault: str) -> None:
    shop, listing = a_queued_listing(db)
    shelf = Shelf()
    push(shop, shelf)
    shelf.states["900"] = RemoteState.ONLINE
    refresh(shop, shelf)
    with db.session(write=True) as session:
        in_stock(session, session.get_one(Item, shop.white), 40)
    assert queue_changes(shop.account).value == 1
    shelf.faults = [fault]
    push(shop, shelf)
    push(shop, shelf, minutes=10)
    assert shelf.stock == {"s-CUP-W": Decimal(40), "s-CUP-B": Decimal(0)}
    assert set(outbox_states(db)) == {OutboxState.DONE}
    take_off([listing])
    shelf.faults = [fault]
    push(shop, shelf)
    push(shop, shelf, minutes=10)
    assert (shelf.states["900"], detail(listing).row.state) == (RemoteState.OFFLINE, ListingState.OFFLINE)
    put_on([listing])
    push(shop, shelf)
    assert detail(listing).row.state is ListingState.ONLINE


def test_prices_of_variants_go_by_the_platforms_ids(db: Database) -> None:
    shop, _listing = a_queued_listing(db)
    shelf = Shelf()
    push(shop, shelf)
    refresh(shop, shelf)
    with db.session(write=True) as session:
        row = session.get_one(PlatformAccount, shop.account)
        row.push_prices, row.push_stock, row.push_lead_time = True, False, False
    set_price(db, shop.white, "100", "2.05")
    assert queue_changes(shop.account, RULES).value == 1
    assert push(shop, shelf).done == 1
    assert shelf.prices is not None
    _tiers, own, currency = shelf.prices
    assert (own, currency) == ({"s-CUP-W": Decimal("2.05"), "s-CUP-B": Decimal("2.10")}, "USD")


def test_the_lead_time_of_the_load_is_told(db: Database) -> None:
    shop, _listing = a_queued_listing(db)
    shelf = Shelf()
    push(shop, shelf)
    with clock.at(clock.now() + timedelta(days=5)):  # Saturday
        queue_changes(shop.account)
        push(shop, shelf)
    assert shelf.lead == (LeadTier(Decimal(100), 2),)


def test_one_that_is_gone_is_said_to_be_gone_and_a_rejected_one_why(db: Database) -> None:
    shop, listing = a_queued_listing(db)
    shelf = Shelf()
    push(shop, shelf)
    shelf.states["900"] = RemoteState.REJECTED
    assert refresh(shop, shelf) == 1
    assert (detail(listing).row.state, detail(listing).row.message) == (ListingState.REJECTED, "bad picture")
    assert refresh(shop, shelf) == 0
    shelf.listings.clear()
    assert refresh(shop, shelf, minutes=1500) == 1
    assert detail(listing).row.state is ListingState.DELETED


def test_what_the_account_has_already_is_bound_to_ours(db: Database) -> None:
    shop = a_listing_shop(db)
    content = ListingContent("CUP", "Old cup", "en", "USD", "H87", Decimal(1))
    shelf = Shelf(
        listings={"5": content, "6": replace(content, model_number="OTHER")},
        states={"5": RemoteState.ONLINE, "6": RemoteState.ONLINE},
    )
    for _again in range(2):
        assert adopt_listings(shop.account, ShelfConnector(shelf), Quiet()) == 1
    (listing,) = add_listings(shop.account, [shop.product]).value
    assert detail(listing).row.external_id == "5"


def test_who_loses_the_message_while_uploading_makes_no_second_listing(db: Database) -> None:
    """Pictures may take longer than the lease: meanwhile another program publishes the listing."""
    shop, _listing = a_queued_listing(db)
    shelf = Shelf()

    class Slow(Shelf):
        def upload_image(self, image: ImageFile) -> UploadedImage:
            if not shelf.listings:
                assert push(shop, shelf, minutes=10).done == 1
            return super().upload_image(image)

    slow = Slow()
    slow.listings, slow.states = shelf.listings, shelf.states
    push(shop, slow)
    assert (len(shelf.listings), "create" in slow.calls) == (1, False)
    assert outbox_states(db) == [OutboxState.DONE]


def test_a_price_of_a_variant_waits_until_the_platforms_id_is_known(db: Database) -> None:
    """Else the listing's own price would go out, and the variant's would count as told."""
    shop, listing = a_queued_listing(db)
    shelf = Shelf()
    push(shop, shelf)
    with db.session(write=True) as session:
        row = session.get_one(PlatformAccount, shop.account)
        row.push_prices, row.push_stock, row.push_lead_time = True, False, False
    set_price(db, shop.black, "100", "2.50")
    assert queue_changes(shop.account, RULES).value == 0
    assert detail(listing).row.differs
    refresh(shop, shelf)
    assert queue_changes(shop.account, RULES).value == 1
    push(shop, shelf)
    assert shelf.prices is not None
    assert shelf.prices[1] == {"s-CUP-W": Decimal("2.00"), "s-CUP-B": Decimal("2.50")}
    assert not detail(listing).row.differs


def test_a_listing_that_was_deleted_there_is_published_anew(db: Database) -> None:
    shop, listing = a_queued_listing(db)
    shelf = Shelf()
    push(shop, shelf)
    refresh(shop, shelf)
    shelf.listings.clear()
    refresh(shop, shelf, minutes=1500)
    assert detail(listing).row.state is ListingState.DELETED
    assert publish([listing], RULES).value.queued == (listing,)
    assert push(shop, shelf).done == 1
    assert shelf.calls.count("create") == 2
    refresh(shop, shelf)
    after = detail(listing)
    assert (after.row.state, after.row.external_id) == (ListingState.REVIEW, next(iter(shelf.listings)))
    assert {sku.external_id for sku in after.skus} == {"s-CUP-W", "s-CUP-B"}

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import LeadTier, PriceTier
from factory_erp.sync.connectors.alibaba.envelope import unwrap
from factory_erp.sync.connectors.alibaba.listings import IMAGE_BYTES, Listings, _shelved
from factory_erp.sync.connectors.alibaba.products import read_listing, read_status
from factory_erp.sync.connectors.listings import ImageFile, RemoteState
from factory_erp.sync.http.client import CallFacts
from factory_erp.sync.http.errors import (
    OutcomeUnknown,
    PlatformUnavailable,
    Refused,
    Throttled,
)
from factory_erp.sync.sandbox.alibaba import FaultProfile, SandboxServer
from factory_erp.sync.sandbox.faults import ACTED_BEFORE
from tests.sync.connectors.support import CREATED, Desk
from tests.sync.connectors.test_listing_payload import CONTENT, IMAGES

Start = Callable[..., SandboxServer]
Connect = Callable[..., Desk]
CREATE = "/alibaba/icbu/product/listing/v2"
SEARCH = "/alibaba/icbu/product/search/v2"


def shop(sandbox: Start, connect: Connect, **options: Any) -> tuple[SandboxServer, Listings]:
    server = sandbox()
    return server, connect(server, **options).connector.listings


def first(server: SandboxServer) -> dict[str, Any]:
    """The listing as the platform keeps it."""
    return server.state.shelf.listings()[0]


def test_a_listing_is_published_reviewed_and_read(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    assert listings.find("MUG-1") is None
    product_id = listings.create(CONTENT, IMAGES)
    assert listings.find("MUG-1") == product_id
    assert listings.read(product_id).state is RemoteState.REVIEW
    server.state.shelf.approve_all()
    found = listings.read(product_id)
    assert (found.state, found.title, found.model_number) == (RemoteState.ONLINE, "Steel mug", "MUG-1")
    assert [sku.sku_code for sku in found.skus] == ["MUG-1-R", "MUG-1-B"]
    assert all(sku.sku_id for sku in found.skus)
    assert found.modified_at is not None


def test_a_rejected_listing_says_why(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    product_id = listings.create(CONTENT, IMAGES)
    server.state.shelf.reject(int(product_id), "brand without authorisation")
    found = listings.read(product_id)
    assert (found.state, found.message) == (RemoteState.REJECTED, "brand without authorisation")
    with pytest.raises(Refused, match="B_PRODUCT_NOT_FOUND"):
        listings.read("1")


def test_a_change_keeps_what_it_does_not_name(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    product_id = listings.create(CONTENT, IMAGES)
    ids = {sku.sku_code: sku.sku_id for sku in listings.read(product_id).skus}
    listings.set_stock(product_id, {ids["MUG-1-R"]: Decimal(7)})
    skus = tuple(replace(sku, external_id=ids[sku.sku_code]) for sku in CONTENT.skus)
    listings.update(product_id, replace(CONTENT, title="Better mug", skus=skus), IMAGES)
    listings.set_lead_time(product_id, [LeadTier(Decimal(1), 21)])
    shown = first(server)
    assert shown["basic_info"]["title"] == "Better mug"
    assert shown["logistics_info"]["tiered_lead_time"] == [{"quantity": "1", "lead_time": "21"}]
    assert shown["logistics_info"]["weight"] == "0.35"
    found = listings.read(product_id)
    assert {sku.sku_code: sku.sku_id for sku in found.skus} == ids
    assert {sku.sku_code: sku.stock for sku in found.skus} == {"MUG-1-R": Decimal(7), "MUG-1-B": None}


@pytest.mark.parametrize("shape", ["map", "list", ""])
def test_stock_is_absolute_whole_and_never_negative(sandbox: Start, connect: Connect, shape: str) -> None:
    _server, listings = shop(sandbox, connect, options={"stock_shape": shape})
    product_id = listings.create(CONTENT, IMAGES)
    red, blue = (sku.sku_id for sku in listings.read(product_id).skus)
    for _twice in range(2):
        listings.set_stock(product_id, {red: Decimal("12.9"), blue: Decimal(-3)})
    assert [sku.stock for sku in listings.read(product_id).skus] == [Decimal(12), Decimal(0)]


def test_stock_of_the_listing_itself(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    product_id = listings.create(replace(CONTENT, skus=()), IMAGES)
    listings.set_stock(product_id, {"": Decimal(9)})
    assert first(server)["trade_info"]["inventory"] == 9
    with pytest.raises(InvalidValue) as caught:
        listings.set_stock(product_id, {"": Decimal(9), "5": Decimal(1)})
    assert caught.value.remedy


def test_prices_of_the_listing_or_of_its_variants(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    product_id = listings.create(CONTENT, IMAGES)
    red = listings.read(product_id).skus[0].sku_id
    tiers = [PriceTier(Decimal(50), Decimal("4.00")), PriceTier(Decimal(100), Decimal("3.75"))]
    listings.set_prices(product_id, tiers, {}, "USD")
    listings.set_prices(product_id, tiers, {red: Decimal("4.10")}, "USD")
    trade = first(server)["trade_info"]
    assert trade["price"]["tiered_price"] == [
        {"quantity": "50", "price": "4"},
        {"quantity": "100", "price": "3.75"},
    ]
    assert trade["sku_info"][0]["sku_price"] == {"price": "4.1", "currency": "USD"}
    with pytest.raises(InvalidValue) as caught:
        listings.set_prices(product_id, tiers, {}, "EUR")
    assert caught.value.field == "currency"


def test_a_refusal_says_what_to_mend(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    product_id = listings.create(CONTENT, IMAGES)
    rising = [PriceTier(Decimal(50), Decimal(4)), PriceTier(Decimal(100), Decimal(5))]
    with pytest.raises(Refused) as caught:
        listings.set_prices(product_id, rising, {}, "USD")
    assert caught.value.code == "B_PRICE_SEQUENCE_INVALID"
    assert "cheaper" in caught.value.remedy
    with pytest.raises(Refused) as caught:
        listings.create(replace(CONTENT, title=""), IMAGES)
    assert caught.value.code == "B_TITLE_NOT_FOUND"
    assert len(server.state.shelf.listings()) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("S_COMMON_INTERNAL_ERROR", PlatformUnavailable),
        ("S_PRODUCT_SEARCH_ERROR", PlatformUnavailable),
        ("B_PRODUCT_INFO_TRANSLATION_FAILED", Throttled),
        ("B_KEYWORD_NOT_FOUND", Refused),
        ("B_UNHEARD_OF;B_PRICE_SCALE_INVALID", Refused),
    ],
)
def test_codes_of_the_platforms_own_failures_are_not_the_listings(code: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        unwrap({"code": "0", "success": False, "msg_code": code, "message": "m"}, CREATED)
    assert type(caught.value) is error
    if error is Refused:
        assert "Mend what the message names" not in caught.value.remedy  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "kind", ["timeout_after_acting", "truncated_json", "http500", "html_200", "error_inside_200"]
)
def test_a_lost_answer_is_looked_up_instead_of_published_twice(
    sandbox: Start, connect: Connect, kind: str
) -> None:
    server, listings = shop(sandbox, connect)
    server.use_faults(FaultProfile(kind, apis=(CREATE,)))
    with pytest.raises(OutcomeUnknown) as caught:
        listings.create(CONTENT, IMAGES)
    assert caught.value.record == "MUG-1"
    assert server.state.counts[CREATE] == 1
    assert (listings.find("MUG-1") is not None) is (kind in ACTED_BEFORE)
    assert server.state.shelf.duplicates() == {}


def test_only_the_exact_model_number_is_found_and_the_oldest_of_doubles(
    sandbox: Start, connect: Connect
) -> None:
    _server, listings = shop(sandbox, connect)
    first = listings.create(CONTENT, IMAGES)
    listings.create(CONTENT, IMAGES)
    listings.create(replace(CONTENT, model_number="MUG-10"), IMAGES)
    assert listings.find("MUG-1") == first
    assert listings.find("MUG") is None


@pytest.mark.parametrize("kind", ["none", "paging", "mixed"])
def test_every_listing_comes_once(sandbox: Start, connect: Connect, kind: str) -> None:
    server, listings = shop(sandbox, connect)
    ids = {listings.create(replace(CONTENT, model_number=f"M-{number}"), IMAGES) for number in range(45)}
    server.use_faults(FaultProfile(kind, 0.3, seed=5, apis=(SEARCH,)))
    pages = list(listings.pages())
    found = [listing.external_id for page in pages for listing in page.listings]
    assert sorted(found) == sorted(ids)
    assert [page.last for page in pages].count(True) == 1
    assert pages[-1].last


def test_on_and_off_the_shelf_each_by_itself(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    ids = [listings.create(replace(CONTENT, model_number=f"M-{number}"), IMAGES) for number in range(22)]
    waiting = listings.set_online(ids[:1], online=True)
    assert waiting.done == ()
    assert waiting.refused == ((ids[0], "the product cannot become online"),)
    server.state.shelf.approve_all()
    outcome = listings.set_online([*ids, "77"], online=False)
    assert outcome.done == tuple(ids)
    assert [external_id for external_id, _reason in outcome.refused] == ["77"]
    assert server.state.counts["/alibaba/icbu/product/batch/update/status"] == 3
    assert listings.read(ids[0]).state is RemoteState.OFFLINE


def test_an_id_that_the_answer_passes_over_was_not_done() -> None:
    done, refused = _shelved({"updated_product_ids": [1]}, ["1", "2"])
    assert done == ["1"]
    assert refused[0][0] == "2"
    assert _shelved({}, ["1", "2"]) == (["1", "2"], [])


def test_a_picture_goes_into_the_bank_unsigned_and_unarchived(sandbox: Start, connect: Connect) -> None:
    server = sandbox()
    calls: list[CallFacts] = []
    listings = connect(server, watch=calls.append).connector.listings
    image = ImageFile("ab" * 32, "mug blå.JPG", "image/jpeg", b"\xff\xd8 canary-bytes")
    found = listings.upload_image(image)
    assert found.url.startswith("https://")
    ((name, size),) = server.state.shelf.images.values()
    assert (name, size) == (f"{'ab' * 16}.jpg", len(image.content))
    assert found.external_id == str(next(iter(server.state.shelf.images)))
    (call,) = calls
    assert (call.acts, call.outcome) == (True, "")
    assert "canary-bytes" not in call.request
    with pytest.raises(InvalidValue, match="5 MB"):
        listings.upload_image(replace(image, content=b"x" * (IMAGE_BYTES + 1)))


def test_a_lost_answer_to_a_picture_may_be_repeated(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    upload = "/alibaba/icbu/photobank/upload"
    server.use_faults(FaultProfile("truncated_json", apis=(upload,)))
    with pytest.raises(PlatformUnavailable):
        listings.upload_image(ImageFile("cd" * 32, "a.png", "image/png", b"png"))
    assert server.state.counts[upload] == 1


def test_categories_attributes_and_templates_are_asked_for_once(sandbox: Start, connect: Connect) -> None:
    server, listings = shop(sandbox, connect)
    for _twice in range(2):
        roots = listings.categories()
        home = next(node for node in roots if node.name == "Home & Garden")
        (kitchen, *_rest) = listings.categories(home.category_id)
        attributes = listings.attributes("150302001")
        assert listings.shipping_templates()[0].code == "700001"
    assert (home.leaf, home.path) == (False, "Home & Garden")
    assert kitchen.path == "Home & Garden / Kitchen & Tabletop"
    assert kitchen.parent_id == home.category_id
    material = attributes[0]
    assert (material.name, material.required, material.custom, material.sales) == (
        "Material",
        True,
        False,
        False,
    )
    assert "Glass" in material.values
    assert [one.name for one in attributes if one.sales] == ["Color", "Size"]
    assert set(server.state.counts.values()) == {1, 2}
    assert listings.categories("999999") == ()


def test_a_category_is_suggested_or_not(sandbox: Start, connect: Connect) -> None:
    _server, listings = shop(sandbox, connect)
    (node,) = listings.predict_categories("Ceramic mugs with handle")
    assert (node.category_id, node.name, node.leaf) == ("150302001", "Mugs", True)
    assert node.path.endswith("Mugs")
    assert listings.predict_categories("zzz") == ()


STATES = [
    ("online", "approved", RemoteState.ONLINE),
    ("offline", "approved", RemoteState.OFFLINE),
    ("deleted", "approved", RemoteState.DELETED),
    ("deleted", "pending", RemoteState.DELETED),
    ("online", "pending", RemoteState.REVIEW),
    ("offline", "rejected", RemoteState.REJECTED),
    ("", "", RemoteState.REVIEW),
]


@pytest.mark.parametrize(("status", "audit", "expected"), STATES)
def test_what_status_and_audit_mean_together(status: str, audit: str, expected: RemoteState) -> None:
    assert read_listing({"basic_info": {"status": status, "audit_status": audit}}).state is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("online", RemoteState.ONLINE),
        ("pending", RemoteState.REVIEW),
        ("failed", RemoteState.REJECTED),
        ("draft", RemoteState.OFFLINE),
        ("unheard", RemoteState.REVIEW),
    ],
)
def test_what_the_publishing_status_means(word: str, expected: RemoteState) -> None:
    assert read_status({"status": word, "status_desc": "why"}, "1").state is expected

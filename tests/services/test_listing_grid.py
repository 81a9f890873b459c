"""The list of listings, and what publishing would do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from factory_erp.models.database import Database
from factory_erp.models.listings import Listing, ListingState
from factory_erp.services.listings import book as listing_book
from factory_erp.services.listings import draft as listing_draft
from factory_erp.services.listings import grid as listing_grid
from factory_erp.services.listings import publish as listing_publish
from factory_erp.services.listings import views as listing_views
from factory_erp.services.listings.grid import grid_counts, grid_ids, grid_rows
from tests.services import two_listings
from tests.services.two_listings import RULES


def states(db: Database, listing_id: int, **values: object) -> None:
    with db.session(write=True) as session:
        listing = session.get(Listing, listing_id)
        assert listing is not None
        for name, value in values.items():
            setattr(listing, name, value)


def test_a_line_says_what_there_is_to_say(db: Database) -> None:
    made = two_listings.load(db)
    cup, bare = grid_rows([made.cup, made.bare, 999])
    assert (cup.model_number, cup.title, cup.account, cup.platform) == (
        "CUP",
        "Steel cup",
        "Cup shop",
        "alibaba",
    )
    assert (cup.prices, cup.currency) == ((Decimal("1.80"), Decimal("2.10")), "USD")
    assert (cup.min_order, cup.unit, cup.published, cup.publishable) == (
        Decimal(100),
        "H87",
        None,
        Decimal(300),
    )
    assert (cup.state, cup.problems, cup.differs) == (ListingState.DRAFT, 0, True)
    assert (bare.prices, bare.cover) == (None, "")
    assert bare.problems


def test_views_search_and_order(db: Database) -> None:
    made = two_listings.load(db)
    states(db, made.bare, state=ListingState.REJECTED, differs=False)
    assert list(grid_ids()) == [made.bare, made.cup]
    assert list(grid_ids(descending=True)) == [made.cup, made.bare]
    assert list(grid_ids("draft")) == [made.cup]
    assert list(grid_ids("rejected")) == list(grid_ids("problems")) == [made.bare]
    assert list(grid_ids("all", "cup-w")) == list(grid_ids("all", "steel")) == [made.cup]
    assert list(grid_ids(account_id=made.shop.account + 1)) == []
    assert list(grid_ids(product_id=made.shop.product)) == [made.cup]
    assert list(grid_ids(product_id=made.shop.product, account_id=made.shop.account + 1)) == []
    counts = grid_counts()
    assert (counts["all"], counts["draft"], counts["rejected"], counts["problems"]) == (2, 1, 1, 1)
    # A draft that was never published is no change.
    assert counts["differs"] == 0
    assert set(grid_counts(made.shop.account + 1).values()) == {0}


def test_every_view_that_is_counted_lists_as_many(db: Database) -> None:
    two_listings.load(db)
    assert {view: len(grid_ids(view)) for view in listing_grid.VIEWS} == grid_counts()


def test_a_draft_is_composed_without_being_stored(db: Database) -> None:
    made = two_listings.load(db)
    before = listing_views.listing_detail(made.cup, RULES)
    form = replace(before.form, title="X" * 200, min_order=Decimal(200))
    drafted = listing_draft.compose_draft(form, RULES)
    assert drafted.content.title == "X" * 200
    assert [tier.quantity for tier in drafted.content.prices] == [Decimal(200), Decimal(500)]
    assert [problem.field for problem in drafted.problems] == ["title"]
    assert listing_views.listing_detail(made.cup, RULES) == before
    assert listing_draft.compose_draft(before.form, RULES).content == before.content


def test_the_plan_is_what_publishing_does(db: Database) -> None:
    made = two_listings.load(db)
    ids = [made.cup, made.bare]
    plan = listing_draft.publish_plan(ids, RULES)
    assert ([one.id for one in plan.new], [one.id for one in plan.refused]) == ([made.cup], [made.bare])
    assert plan.count == 1
    outcome = listing_publish.publish(ids, RULES).value
    assert outcome.queued == (made.cup,)
    assert outcome.refused == tuple((one.id, one.title, one.reason) for one in plan.refused)
    again = listing_draft.publish_plan(ids, RULES)
    assert ([one.id for one in again.unchanged], again.count) == ([made.cup], 0)
    assert listing_publish.publish(ids, RULES).value.unchanged == (made.cup,)


def test_a_change_is_an_update(db: Database) -> None:
    made = two_listings.load(db)
    states(db, made.cup, state=ListingState.ONLINE, external_id="160")
    form = listing_views.listing_detail(made.cup, RULES).form
    listing_book.save_listing(replace(form, title="Mug"), None, RULES)
    plan = listing_draft.publish_plan([made.cup], RULES)
    assert ([one.title for one in plan.updated], plan.new) == (["Mug"], ())

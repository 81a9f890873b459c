"""The demo's accounts on both platforms: listings, inquiries, quotations, outbox and history."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from factory_erp.demo import offers, orders, talk
from factory_erp.demo.offers import REASON, REFUSED, REJECTED, TAKEN_OFF
from factory_erp.demo.sandbox import APP_SECRET, MEMORY, start_sandboxes
from factory_erp.models.inquiries import (
    Inquiry,
    InquirySource,
    InquiryState,
    Quotation,
    QuotationState,
)
from factory_erp.models.listings import Listing, ListingSku, ListingState, PlatformImage
from factory_erp.models.platforms import (
    ApiCall,
    OutboxMessage,
    OutboxState,
    PlatformAccount,
    RunOutcome,
    SyncRun,
)
from factory_erp.models.sales import SalesOrder
from factory_erp.services.listings import performance as listing_performance
from factory_erp.services.listings.views import ListingFilter, listing_rows
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_runs
from tests.demo.conftest import Prepared


def state_of(factory: Prepared, platform: str, product: str) -> str:
    return offers.listing(factory.demo.accounts[platform], product).state


def test_both_accounts_are_connected_with_a_quota_and_calls_counted(factory: Prepared) -> None:
    accounts = {row.platform: row for row in platforms.accounts()}
    assert set(accounts) == {orders.ALIBABA, orders.DHGATE}
    for row in accounts.values():
        assert (row.state, row.last_problem) == ("connected", "")
        assert row.daily_quota > 0
        assert row.token_until is not None
        assert row.safety_stock > 0
    with factory.database.session() as session:
        assert all(session.scalars(select(PlatformAccount.calls_count)))


def test_most_listings_are_online_and_the_others_show_what_can_go_wrong(factory: Prepared) -> None:
    with factory.database.session() as session:
        states = Counter(session.scalars(select(Listing.state)))
    assert states[ListingState.ONLINE] >= 10
    assert state_of(factory, orders.ALIBABA, REJECTED) == ListingState.REJECTED
    assert state_of(factory, orders.DHGATE, TAKEN_OFF) == ListingState.OFFLINE
    assert state_of(factory, orders.DHGATE, REFUSED) == ListingState.DRAFT
    drafts = [row for row in listing_rows(ListingFilter()) if row.state is ListingState.DRAFT]
    assert sum(row.problems > 0 for row in drafts) >= 2
    with factory.database.session() as session:
        messages = set(session.scalars(select(Listing.platform_message)))
    assert REASON in messages
    assert any("Material" in message for message in messages)


def test_some_listings_say_something_new_that_is_not_published(factory: Prepared) -> None:
    with factory.database.session() as session:
        rows = session.execute(
            select(Listing.account_id, Listing.model_number).where(
                Listing.differs, Listing.state == ListingState.ONLINE
            )
        )
        changed = {(account, code) for account, code in rows}
    first, second = factory.demo.account_id, factory.demo.wholesale_id
    assert {(first, "VF"), (first, "CM"), (second, "KB")} <= changed


def test_what_is_online_has_pictures_stock_and_lead_times_on_the_platform(factory: Prepared) -> None:
    with factory.database.session() as session:
        online = session.scalars(select(Listing).filter_by(state=ListingState.ONLINE)).all()
        told = session.scalars(
            select(ListingSku.stock_pushed).where(ListingSku.listing_id.in_([row.id for row in online]))
        ).all()
        pictures = Counter(session.scalars(select(PlatformImage.account_id)))
        pushed = [json.loads(row.pushed) for row in online]
    assert all(quantity is not None for quantity in told)
    assert any(quantity for quantity in told)
    assert all(content["lead"] and content["images"] for content in pushed)
    assert set(pictures) == set(factory.demo.accounts.values())
    assert factory.demo.sandboxes.alibaba.state.duplicates() == {}
    assert factory.demo.sandboxes.dhgate.state.duplicates() == {}


def test_thirty_days_of_promotion_stand_beside_orders_and_inquiries(factory: Prepared) -> None:
    since = factory.moment.date() - timedelta(days=40)
    for account in factory.demo.accounts.values():
        found = listing_performance.performance(account, since)
        assert sum(bool(row.spend) for row in found) >= 5
        assert any(row.orders and row.per_order for row in found)
    wholesale = listing_performance.performance(factory.demo.wholesale_id, since)
    assert sum(row.inquiries for row in wholesale) == sum(bool(one.product) for one in talk.MESSAGES)


def test_inquiries_came_in_every_way(factory: Prepared) -> None:
    with factory.database.session() as session:
        sources = Counter(session.scalars(select(Inquiry.source)))
        states = Counter(session.scalars(select(Inquiry.state)))
        due = session.scalar(select(func.count(Inquiry.answer_by)).where(Inquiry.answer_by > factory.moment))
    assert sources == {
        InquirySource.MESSAGE: len(talk.MESSAGES),
        InquirySource.RFQ: len(talk.REQUESTS),
        InquirySource.EMAIL: len(talk.LETTERS),
        InquirySource.TYPED: 1,
    }
    wanted = {InquiryState.NEW, InquiryState.ANSWERED, InquiryState.QUOTED, InquiryState.WON}
    assert wanted <= set(states)
    assert due == len(talk.REQUESTS)


def test_quotations_are_drafts_sent_and_one_became_an_order(factory: Prepared) -> None:
    with factory.database.session() as session:
        states = Counter(session.scalars(select(Quotation.state)))
        order = session.scalars(
            select(SalesOrder).join(Quotation, Quotation.sales_order_id == SalesOrder.id)
        ).one()
        assert (order.account_id, order.customer_po) == (None, "FN-2231")
    assert states == {QuotationState.DRAFT: 2, QuotationState.SENT: 1, QuotationState.ACCEPTED: 1}
    # Both that went out are on the platform: also the one whose answer was lost.
    assert len(factory.demo.sandboxes.alibaba.state.quotations()) == 2


def test_one_message_failed_one_is_unknown_and_both_say_what_to_do(factory: Prepared) -> None:
    with factory.database.session() as session:
        rows = session.execute(
            select(OutboxMessage.kind, OutboxMessage.state, OutboxMessage.problem).where(
                OutboxMessage.state != OutboxState.DONE
            )
        ).all()
    assert {(kind, state) for kind, state, _problem in rows} == {
        ("listing", OutboxState.FAILED),
        ("quotation", OutboxState.UNKNOWN),
    }
    assert all(problem for _kind, _state, problem in rows)


def test_the_history_has_runs_with_their_calls_and_no_secrets(factory: Prepared) -> None:
    found = sync_runs.runs()
    assert {run.account_id for run in found} == set(factory.demo.accounts.values())
    outcomes = Counter(run.outcome for run in found)
    assert outcomes[RunOutcome.FAILED] == 1
    assert outcomes[RunOutcome.DONE] >= 8
    assert any(run.counts.created for run in found)
    assert any(run.counts.sent and run.counts.inquiries for run in found)
    with factory.database.session() as session:
        counted = dict(session.execute(select(ApiCall.run_id, func.count()).group_by(ApiCall.run_id)).all())
        texts = session.execute(select(ApiCall.request, ApiCall.response)).all()
        newest = session.scalars(select(SyncRun).order_by(SyncRun.id)).all()
        quotas = session.scalars(select(PlatformAccount.options)).all()
    assert all(counted[run.id] == run.calls > 0 for run in newest)
    said = "".join(request + response for request, response in texts) + "".join(quotas)
    assert APP_SECRET not in said


def test_the_shelves_outlive_the_sandboxes(factory: Prepared) -> None:
    memory = factory.folder.path / MEMORY
    factory.demo.sandboxes.keep()
    again = start_sandboxes(factory.moment, memory=memory)
    try:
        now = factory.demo.sandboxes
        assert again.alibaba.state.listings() == now.alibaba.state.listings()
        assert again.dhgate.state.items() == now.dhgate.state.items()
        known = {int(row.external_id) for row in listing_rows(ListingFilter()) if row.external_id}
        assert again.alibaba.state.shelf.create({}) not in known
    finally:
        again.alibaba.stop()
        again.dhgate.stop()

from __future__ import annotations

from datetime import date, timedelta

from factory_erp.models.catalog import Product
from factory_erp.models.database import Database
from factory_erp.models.inquiries import Inquiry, InquiryMessage, Quotation, QuotationState
from factory_erp.models.listings import Listing, ListingState
from factory_erp.models.platforms import AccountState, PlatformAccount
from factory_erp.services import clock
from factory_erp.services.today.channels import ChannelCounts, channels
from factory_erp.services.today.lists import today
from factory_erp.services.today.needs import LIMIT, Need, NeedRow, in_order
from tests.services.intake_shop import Shop, line, order


def an_inquiry(number: str, hours: int | None, *, answered: bool = False) -> Inquiry:
    """An inquiry whose answer is due in so many *hours* from now."""
    due = clock.now() + timedelta(hours=hours) if hours is not None else None
    said = InquiryMessage(external_id=number, outgoing=answered, body="Hello", sent_at=clock.now())
    return Inquiry(
        number=number, source="message", subject="Cups", buyer_name="Anna", received_at=clock.now(),
        answer_by=due, messages=[said],
    )  # fmt: skip


def an_offer(number: str, until: date, state: QuotationState = QuotationState.SENT) -> Quotation:
    return Quotation(
        number=number, state=state, buyer_name="Nordlicht", currency="USD", incoterm="FOB",
        quoted_on=date(2026, 11, 1), valid_until=until,
    )  # fmt: skip


def test_an_empty_factory_has_quiet_channels(db: Database) -> None:
    found = channels()
    assert found.counts == ChannelCounts(0, 0, 0, 0, 0, 0)
    assert found.needs == ()


def test_what_must_not_wait_longer_is_listed_and_the_rest_is_counted(db: Database) -> None:
    with db.session(write=True) as session:
        account = PlatformAccount(platform="alibaba", name="Shop", base_url="", app_key="k")
        products = [Product(code=f"P-{number}") for number in range(4)]
        session.add_all([account, *products])
        session.flush()
        states = (ListingState.REJECTED, ListingState.DRAFT, ListingState.ONLINE, ListingState.DELETED)
        for product, state in zip(products, states, strict=True):
            session.add(
                Listing(
                    account_id=account.id, product_id=product.id, model_number=product.code, state=state,
                    platform_message="No brand" if state is ListingState.REJECTED else "",
                    problem_count=int(state is not ListingState.ONLINE),
                )
            )  # fmt: skip
        session.add_all([an_inquiry("IQ-1", -1), an_inquiry("IQ-2", 3), an_inquiry("IQ-3", 48)])
        session.add_all([an_inquiry("IQ-4", 3, answered=True), an_inquiry("IQ-5", None)])
        session.add_all([an_offer("Q-1", date(2026, 11, 25)), an_offer("Q-2", date(2026, 12, 25))])
        session.add(an_offer("Q-3", date(2026, 11, 25), QuotationState.DRAFT))
    found = channels()
    assert found.counts == ChannelCounts(
        inquiries=4, due_soon=1, overdue=1, quotations_expiring=1, rejected=1, problems=2
    )
    assert [(row.need, row.title, row.reason) for row in found.needs] == [
        (Need.INQUIRY, "IQ-1 · Anna", "Should have been answered by 2026-11-23 07:30."),
        (Need.INQUIRY, "IQ-2 · Anna", "Answer by 2026-11-23 11:30."),
        (Need.LISTING, "P-0 · Shop", "No brand"),
        (Need.QUOTATION, "Q-1 · Nordlicht", "Lapses on 2026-11-25: remind the buyer."),
    ]


def test_an_account_that_cannot_be_reached_and_a_changed_order_need_somebody(db: Database) -> None:
    shop = Shop(db)
    shop.take(order())
    shop.confirm()
    shop.take(order(lines=[line(quantity="200")], later=1))
    with db.session(write=True) as session:
        session.get_one(PlatformAccount, shop.account).state = AccountState.DOWN
    rows = today().needs
    assert [row.need for row in rows] == [Need.ACCOUNT, Need.CHANGE]
    assert rows[0].reason == "The platform cannot be reached."


def test_the_most_urgent_kind_comes_first_and_the_list_has_an_end() -> None:
    rows = [NeedRow(need, number, "", "") for number, need in enumerate(reversed(Need))]
    assert [row.need for row in in_order(rows)] == list(Need)
    assert len(in_order(rows * LIMIT)) == LIMIT

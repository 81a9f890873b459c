"""What the inquiry pages read and run, away from the UI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from factory_erp.domain.errors import DomainError
from factory_erp.models.inquiries import InquiryState
from factory_erp.models.partners import Role
from factory_erp.services import directory
from factory_erp.services.base import Changes, Result
from factory_erp.services.directory import ItemRef
from factory_erp.services.inquiries import files as inquiry_files
from factory_erp.services.inquiries import quotation_views
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.intake import InquiriesTaken
from factory_erp.services.inquiries.quotation_views import QuotationDetail, QuotationFilter, QuotationRow
from factory_erp.services.inquiries.views import InquiryDetail, InquiryFilter, InquiryRow
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms.accounts import AccountView
from factory_erp.services.pricing import prices as pricing
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.promise import holds as promise_holds
from factory_erp.services.promise.holds import HoldView
from factory_erp.services.sales import entry as order_entry
from factory_erp.services.sales.entry import LineQuote, Terms

MOST = 2000
"""Inquiries, and quotations, that are listed at once: what waits comes first, older ones are searched for."""

MAIL_SUFFIXES = (".eml", ".mbox", ".mbx")
"""Files that hold e-mails."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What the front of the page shows, of the account and the words that were asked for."""

    inquiries: Sequence[InquiryRow]
    quotations: Sequence[QuotationRow]
    accounts: Sequence[AccountView]

    def in_state(self, state: InquiryState | None) -> list[InquiryRow]:
        """The inquiries in that state; all of them for None."""
        return [row for row in self.inquiries if state in (None, row.state)]


@dataclass(frozen=True, slots=True)
class QuotationRead:
    """A quotation with what its editor needs: what can be offered, and who asked where."""

    detail: QuotationDetail
    inquiry: InquiryDetail | None
    items: Sequence[ItemRef]
    customer: str
    kept: HoldView | None = None
    """The promise that is kept for it."""

    @property
    def account_id(self) -> int | None:
        """The account whose price lists apply."""
        return self.inquiry.account_id if self.inquiry is not None else None


@dataclass(frozen=True, slots=True)
class MailsTaken:
    """What an import of files brought, and why some of it could not be read."""

    taken: InquiriesTaken
    problems: tuple[str, ...]


def read_lists(account_id: int | None, words: str) -> Lists:
    """Inquiries and quotations that hold *words*, the inquiries of that account alone if one is given."""
    wanted = InquiryFilter(words=words, account_id=account_id)
    return Lists(
        inquiry_views.inquiry_rows(wanted, MOST),
        quotation_views.quotation_rows(QuotationFilter(words=words), MOST),
        platforms.accounts(),
    )


def read_quotation(quotation_id: int) -> QuotationRead:
    """The quotation as its editor shows it. Raises NotFound."""
    detail = quotation_views.quotation_detail(quotation_id)
    inquiry_id = detail.row.inquiry_id
    return QuotationRead(
        detail,
        inquiry_views.inquiry_detail(inquiry_id) if inquiry_id is not None else None,
        order_entry.items_to_order(),
        _customer_name(detail.form.customer_id, detail.form.buyer_name),
        promise_holds.hold_for_quotation(quotation_id),
    )


def _customer_name(customer_id: int | None, likely: str) -> str:
    """The name that the customer goes by; looked for under the *likely* one first."""
    if customer_id is None:
        return ""
    for words, most in ((likely, 20), ("", 100_000)):
        found = directory.partner_choices(words, Role.CUSTOMER, most)
        name = next((one.name for one in found if one.id == customer_id), "")
        if name:
            return name
    return likely


def quote_lines(
    terms: Terms, account_id: int | None, pairs: Sequence[tuple[int, Decimal]]
) -> list[LineQuote]:
    """What is known of each (item, quantity) on these terms, an account's own price lists included."""
    quotes = order_entry.quote_lines(terms, pairs)
    return quotes if account_id is None else [_on_account(terms, account_id, quote) for quote in quotes]


def _on_account(terms: Terms, account_id: int, quote: LineQuote) -> LineQuote:
    if quote.problem:
        return quote
    price = pricing.price_of(
        quote.item_id, quote.quantity, customer_id=terms.customer_id, account_id=account_id,
        incoterm=terms.incoterm, place=terms.place, currency=terms.currency,
    )  # fmt: skip
    if price == quote.price:
        return quote
    # What was said of the other list is not true of this one.
    return replace(quote, price=price, warnings=())


def has_mails(paths: Sequence[Path]) -> bool:
    """Whether all of them are files of e-mails, by their names."""
    return bool(paths) and all(path.suffix.casefold() in MAIL_SUFFIXES for path in paths)


def import_mails(paths: Sequence[Path], progress: Progress | None = None) -> Result[MailsTaken]:
    """Take the e-mails of the files as inquiries; a file that cannot be read does not stop the others."""
    watch = progress or Quiet()
    taken, problems, changes = InquiriesTaken(), list[str](), dict[str, frozenset[int]]()
    for path in paths:
        if watch.cancelled:
            break
        try:
            report = inquiry_files.import_mails(path, watch)
        except DomainError as error:
            problems.append(f"{path.name}: {error}")
            continue
        taken += report.taken
        problems += [f"{path.name}: {problem}" for problem in report.problems]
        changes = _merged(changes, report.changes)
    return Result(MailsTaken(taken, tuple(problems)), changes)


def _merged(one: Changes, other: Changes) -> dict[str, frozenset[int]]:
    nothing = frozenset[int]()
    return {kind: one.get(kind, nothing) | other.get(kind, nothing) for kind in {*one, *other}}

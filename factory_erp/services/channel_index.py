"""By which words inquiries and listings are found."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Product
from factory_erp.models.inquiries import Inquiry, Quotation
from factory_erp.models.listings import Listing
from factory_erp.models.platforms import PlatformAccount
from factory_erp.services import search
from factory_erp.services.catalogue.index import product_names
from factory_erp.services.search import Entry

INQUIRIES, LISTINGS = "inquiries", "listings"
"""Names of the pages in deep links and in the search index."""


def index_inquiry(session: Session, inquiry: Inquiry) -> None:
    """Find the inquiry by number, buyer, subject, the platform's id and the numbers of its quotations."""
    session.flush()
    quotations = session.scalars(select(Quotation.number).filter_by(inquiry_id=inquiry.id))
    subtitle = " · ".join(part for part in (inquiry.buyer_name, inquiry.subject) if part)
    words = (inquiry.buyer_email, inquiry.external_id or "", *quotations)
    search.index(session, INQUIRIES, inquiry.id, inquiry.number, subtitle, *words)


def index_listings(session: Session, listings: Iterable[Listing]) -> None:
    """Find listings by model number, own title, names of the product and the platform's id."""
    session.flush()
    search.index_many(session, LISTINGS, [_listing_entry(session, listing) for listing in listings])


def _listing_entry(session: Session, listing: Listing) -> Entry:
    product = session.get_one(Product, listing.product_id)
    account = session.get_one(PlatformAccount, listing.account_id)
    names = product_names(session, product.id)
    subtitle = " · ".join(part for part in (account.name, listing.title or names[0]) if part)
    words = (product.code, *names, listing.external_id)
    return Entry(listing.id, listing.model_number, subtitle, tuple(word for word in words if word))

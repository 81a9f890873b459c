"""What is photographed of the window: links to every page, and to telling records and tabs of them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.catalog import Item, ItemKind
from factory_erp.models.documents import Document, DocumentKind
from factory_erp.models.inquiries import Inquiry, InquirySource, Quotation
from factory_erp.models.listings import Listing
from factory_erp.models.planning import PlanPeg, PromiseHold
from factory_erp.models.production import ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services.base import query
from factory_erp.services.order_effects.changed_orders import changed_orders

LISTS = {
    "today": "erp://today/",
    "sales": "erp://sales/view/all",
    "inquiries": "erp://inquiries/view/all",
    "shipping": "erp://shipping/view/all",
    "credits": "erp://credits/view/all",
    "documents": "erp://documents/view/in_force",
    "rebates": "erp://rebates/shipments",
    "products": "erp://products/view/all",
    "catalog": "erp://catalog/view/all",
    "prices": "erp://prices/view/sales",
    "material": "erp://material/suggestions",
    "board": "erp://board/board",
    "production": "erp://production/view/orders",
    "engineering": "erp://engineering/centres",
    "platforms": "erp://platforms/accounts",
    "listings": "erp://listings/view/all",
    "exchange": "erp://exchange/import/items",
    "settings": "erp://settings/company",
}
"""Link to the front of each page: a page that shows a record keeps it until the list is asked for."""

PARTS = {
    "board-late": "erp://board/late",
    "board-load": "erp://board/load",
    "board-table": "erp://board/table",
    "board-whatif": "erp://board/whatif",
    "material-purchases": "erp://material/purchases",
    "material-shortages": "erp://material/shortages",
    "production-floor": "erp://production/view/floor",
    "engineering-calendars": "erp://engineering/calendars",
    "engineering-changeovers": "erp://engineering/changeovers",
    "engineering-costs": "erp://engineering/costs",
    "exchange-export": "erp://exchange/export/items",
    "inquiries-quotations": "erp://inquiries/view/quotations",
    "platforms-exceptions": "erp://platforms/exceptions",
    "platforms-history": "erp://platforms/history",
    "platforms-outbox": "erp://platforms/outbox",
    "prices-purchase": "erp://prices/view/purchase",
    "rebates-invoices": "erp://rebates/invoices",
    "rebates-months": "erp://rebates/months",
    "settings-appearance": "erp://settings/appearance",
    "settings-papers": "erp://settings/papers",
}
"""Links to parts of pages that hold no record of their own."""

DARK = ("today", "sales", "shipping", "production", "board", "material", "catalog", "platforms", "settings")
"""Pages that are photographed in the dark too: the others are made of the same parts."""

PRODUCT, ITEM = "VF", "VF050-BK"
"""The family, and the item of it, whose every tab is photographed."""

STEPS = {"cartons": 0, "containers": 1, "transport": 2, "check": 4, "send": 5}
"""Name of a picture of the shipment's workbench → the step that it shows."""

PROMISE = "inquiries-promise"
"""Name of the picture of the dialog in which a date is promised."""


def poses() -> Iterator[tuple[str, str, str, str]]:
    """(language, theme, name, link) of each picture: every page, and after a list a record of it.

    Only of pages that the window has. In the dark only some pages, without records and tabs; they come first:
    whatever has been opened is made anew with each change of language or theme.
    """
    from factory_erp.app import pages

    shown_pages = {page.noun for page in pages()}
    links = {
        name: link
        for name, link in {**LISTS, **_records(), **_tabs()}.items()
        if urlsplit(link).netloc in shown_pages
    }
    for language, look, shown in (
        ("zh_CN", "dark", DARK), ("en", "dark", DARK), ("en", "light", links), ("zh_CN", "light", links),
    ):  # fmt: skip
        for name in sorted(shown, key=_place):
            yield language, look, name, links[name]


def _place(name: str) -> tuple[int, bool, str]:
    """Pages in the order of ``LISTS``, each before its records."""
    noun = name.partition("-")[0]
    return list(LISTS).index(noun), name != noun, name


@query
def _records(session: Session) -> dict[str, str]:
    """Name of a picture → link to a telling record or part of the page: those that have come furthest.

    Production orders stand beside their list.
    """
    shipment = session.scalar(select(func.max(Document.shipment_id)))
    made = session.execute(
        select(ProductionOrder.sales_order_id, ProductionOrder.item_id)
        .join(Item, Item.id == ProductionOrder.item_id)
        .where(
            ProductionOrder.sales_order_id.is_not(None),
            ProductionOrder.good > 0,
            Item.kind == ItemKind.FINISHED,
        )
        .order_by(ProductionOrder.id.desc())
        .limit(1)
    ).first()
    sales_order, item = made or (None, None)
    found = {"shipping": shipment, "sales": sales_order, "catalog": item}
    records = {f"{noun}-record": f"erp://{noun}/{key}" for noun, key in found.items() if key is not None}
    return PARTS | records | _offered(session) | _planned(session) | _under_credit(session)


def _under_credit(session: Session) -> dict[str, str]:
    """The same of papers: a credit, an invoice, the steps of a shipment, and the findings of another."""
    under = select(Shipment.id, Shipment.credit_id).where(Shipment.credit_id.is_not(None))
    done = session.execute(under.where(Shipment.state == ShipmentState.DOCUMENTED)).first()
    drafted = session.execute(under.where(Shipment.state == ShipmentState.PACKED)).first()
    invoice = session.scalar(select(func.max(Document.id)).filter_by(kind=DocumentKind.COMMERCIAL_INVOICE))
    newest = session.scalar(select(func.max(Document.id)))
    # A list keeps the record that stood beside it, here and in the rebates.
    records = {"documents": f"erp://documents/{newest}"} if newest else {}
    if invoice:
        records["documents-record"] = f"erp://documents/{invoice}"
    if done is not None:
        records |= {f"shipping-{step}": f"erp://shipping/{done.id}" for step in STEPS}
        records["rebates-record"] = f"erp://rebates/shipments/{done.id}"
    if drafted is not None:
        records["credits-record"] = f"erp://credits/{drafted.credit_id}"
        records["rebates"] = f"erp://rebates/shipments/{drafted.id}"
        records |= {f"shipping-{shown}": f"erp://shipping/{drafted.id}" for shown in ("check", "drafts")}
    return records


def _planned(session: Session) -> dict[str, str]:
    """The same of planning: what an order hangs on, one that changed, and a quotation to be promised."""
    line = session.scalar(
        select(func.max(PlanPeg.sales_line_id))
        .join(SalesLine, SalesLine.id == PlanPeg.sales_line_id)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .where(SalesOrder.state == OrderState.CONFIRMED)
    )
    changed = [order.id for order in changed_orders(session)]
    promised = session.scalar(select(func.min(PromiseHold.quotation_id)))
    found = {
        "material-pegging": f"erp://material/pegging/line/{line}" if line else "",
        "sales-changed": f"erp://sales/{changed[0]}" if changed else "",
        PROMISE: f"erp://inquiries/quotation/{promised}" if promised else "",
    }
    return {name: link for name, link in found.items() if link}


def _offered(session: Session) -> dict[str, str]:
    """The same of what buyers see and ask: every tab of a listing, a conversation, and its quotation."""
    from factory_erp.ui.listings.editor import TABS

    listing = session.scalar(select(func.min(Listing.id)).filter_by(model_number=PRODUCT))
    offer = session.execute(
        select(Quotation.id, Quotation.inquiry_id)
        .join(Inquiry, Inquiry.id == Quotation.inquiry_id)
        .where(Inquiry.source == InquirySource.MESSAGE)
        .order_by(Quotation.id)
        .limit(1)
    ).first()
    records = {f"listings-{tab}": f"erp://listings/{listing}/{tab}" for tab in TABS if listing is not None}
    if offer is not None:
        records["inquiries-record"] = f"erp://inquiries/{offer.inquiry_id}"
        records["inquiries-quotation"] = f"erp://inquiries/quotation/{offer.id}"
    return records


def _tabs() -> dict[str, str]:
    """Name of a picture → link to a tab of the product, or to one of the item that products do not have."""
    from factory_erp.ui.catalog.item_parts import TABS as PARTS_OF_ITEM
    from factory_erp.ui.products.sheet import TABS as PARTS_OF_PRODUCT

    product = {
        f"products-{key}": f"erp://products/{PRODUCT}/{key}" for key, _title, _class in PARTS_OF_PRODUCT
    }
    alike = {key for key, _title, _class in PARTS_OF_PRODUCT}
    item = {
        f"catalog-{key}": f"erp://catalog/{ITEM}/{key}"
        for key, _title, _class in PARTS_OF_ITEM
        if key not in alike
    }
    return product | item

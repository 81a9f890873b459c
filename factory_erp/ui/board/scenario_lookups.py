"""What a scenario's changes are chosen from: machines, centres, calendars, orders, offers."""

from __future__ import annotations

from collections.abc import Sequence

from factory_erp.i18n import _
from factory_erp.models.inquiries import QuotationState
from factory_erp.models.sales import OrderState
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.engineering import calendars as calendar_services
from factory_erp.services.engineering import work_centres
from factory_erp.services.engineering.work_centres import CentreView, MachineView
from factory_erp.services.inquiries import quotation_views
from factory_erp.services.inquiries.quotation_views import QuotationFilter
from factory_erp.services.production import views as production_views
from factory_erp.services.sales import views as sales_views
from factory_erp.ui.board import words
from factory_erp.ui.catalog.bill_parts import choice_of, found_items
from factory_erp.ui.kit.choose import Choice, among

__all__ = [
    "any_place",
    "calendars",
    "centres",
    "found_items",
    "item_choice",
    "machines",
    "offers",
    "place_choice",
    "production",
    "production_choice",
    "sales",
    "sales_choice",
]

MOST = 60
"""Records offered at most; more letters find the rest."""

DRAFTS = (OrderState.DRAFT,)
RUNNING = (OrderState.CONFIRMED, OrderState.IN_PRODUCTION)
OFFERED = frozenset({QuotationState.DRAFT, QuotationState.SENT, QuotationState.EXPIRED})


def machines(text: str) -> Sequence[Choice]:
    """Machines in use, by code or name."""
    found = [one for centre in work_centres.centres() for one in centre.machines if one.active]
    return among([Choice(one.id, one.code, _name(one)) for one in found])(text)


def centres(text: str) -> Sequence[Choice]:
    """Work centres, by code or name."""
    return among([Choice(one.id, one.code, _name(one)) for one in work_centres.centres()])(text)


def any_place(text: str) -> Sequence[Choice]:
    """Work centres with all their machines, and single machines; keys are (kind, id)."""
    found = []
    for centre in work_centres.centres():
        found.append(Choice(("centre", centre.id), centre.code, _("all machines of the work centre")))
        found += [Choice(("machine", one.id), one.code, _name(one)) for one in centre.machines if one.active]
    return among(found)(text)


def _name(one: CentreView | MachineView) -> str:
    return words.either(one.name_en, one.name_zh)


def calendars(text: str) -> Sequence[Choice]:
    """Calendars, by code or name."""
    found = calendar_services.calendars()
    return among([Choice(one.id, one.code, words.either(one.name_en, one.name_zh)) for one in found])(text)


def production(text: str) -> Sequence[Choice]:
    """Open production orders that contain *text*."""
    ids = production_views.production_ids("open", text)[:MOST]
    return [
        Choice(row.id, row.number, f"{row.sku} · {row.due.isoformat()}")
        for row in production_views.production_rows(ids)
    ]


def sales(text: str) -> Sequence[Choice]:
    """Sales orders that are confirmed or made now."""
    return [Choice(key, number, detail) for key, number, detail in _sales(text, RUNNING)]


def offers(text: str) -> Sequence[Choice]:
    """Draft orders and quotations that may come; keys are (kind, id)."""
    drafts = [Choice(("sales", key), number, detail) for key, number, detail in _sales(text, DRAFTS)]
    rows = quotation_views.quotation_rows(QuotationFilter(OFFERED, text), MOST)
    return [*drafts, *(Choice(("quotation", row.id), row.number, row.buyer_name) for row in rows)]


def _sales(text: str, states: Sequence[OrderState]) -> list[tuple[int, str, str]]:
    """Id, number and customer of the orders in *states*, of the newest that contain *text*."""
    ids = sales_views.order_ids("all", text)[: 20 * MOST]
    found = [row for row in sales_views.order_rows(ids) if row.state in states]
    return [(row.id, row.number, row.customer) for row in found[:MOST]]


# a record that was chosen before, as its edit shows it


def production_choice(order_id: int) -> Choice | None:
    """A production order."""
    rows = production_views.production_rows([order_id])
    return Choice(order_id, rows[0].number, rows[0].sku) if rows else None


def sales_choice(order_id: int) -> Choice | None:
    """A sales order."""
    rows = sales_views.order_rows([order_id])
    return Choice(order_id, rows[0].number, rows[0].customer) if rows else None


def item_choice(item_id: int) -> Choice | None:
    """An item."""
    rows = catalog.item_rows([item_id])
    return choice_of(rows[0]) if rows else None


def place_choice(found: Sequence[Choice], key: object) -> Choice | None:
    """The one of *found* with that key."""
    return next((one for one in found if one.key == key), None)

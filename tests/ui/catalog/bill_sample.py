"""The small catalogue with a second revision of the bottle's bill, and shortcuts to its records."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pytestqt.qtbot import QtBot

from factory_erp.services.catalogue import views as catalog
from factory_erp.services.clock import today
from factory_erp.services.engineering import bills
from factory_erp.services.engineering.bills import BillInput, BillLineInput, BillSheet
from factory_erp.ui.kit.context import UiContext
from tests.ui.catalog import sample

SOON = timedelta(days=30)


def load() -> None:
    """The catalogue of ``sample``."""
    sample.load()


def item(sku: str) -> int:
    """Id of the item."""
    found = catalog.find_item(sku)
    assert found is not None, sku
    return found


def sheet(sku: str, revision: str = "") -> BillSheet:
    """The item's bill: that revision, else the current one."""
    found = next(
        one for one in bills.revisions(item(sku)) if (one.revision == revision if revision else one.current)
    )
    return bills.bill_sheet(found.id)


def line(sku: str, quantity: str = "1", **more: Any) -> BillLineInput:
    """A component as it is typed in."""
    return BillLineInput(item(sku), Decimal(quantity), **more)


def save(sku: str, *lines: BillLineInput, revision: str = "A", first: date = date(2026, 1, 1)) -> int:
    """A bill of the item, valid from *first*."""
    there = {row.revision: row.id for row in bills.revisions(item(sku))}
    given = BillInput(item(sku), revision, Decimal(1), first, None, "", lines, id=there.get(revision))
    return bills.save_bill(given).value


def second_revision() -> int:
    """Revision B of the bottle, valid in a month: another lid, no carton, more of the body."""
    made = bills.new_revision(sheet("BTL-500-M").id, "B", today() + SOON).value
    known = bills.bill_sheet(made)
    lines = (line("BODY-500", "2"), line("LID-PP"), line("PP-GRAN", "0.01"))
    bills.save_bill(
        BillInput(
            known.item_id, "B", known.output, known.valid_from, None, "", lines, known.id, known.version
        )
    )
    return made


def settle(qtbot: QtBot, context: UiContext) -> None:
    """Until nothing runs in the background."""
    qtbot.waitUntil(lambda: not context.jobs.running())

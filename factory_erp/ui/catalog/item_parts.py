"""The tabs of an item's page: which there are, and what the page asks of each."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from factory_erp.i18n import N_
from factory_erp.ui.kit.context import UiContext

OVERVIEW = "overview"

TABS: tuple[tuple[str, str, str], ...] = (
    ("data", N_("Data"), "item_tab:ItemTab"),
    ("texts", N_("Texts"), "texts_tab:TextsTab"),
    ("packaging", N_("Packing"), "packaging_tab:PackagingTab"),
    ("customs", N_("Customs"), "customs_tab:CustomsTab"),
    ("numbers", N_("Item numbers"), "numbers_tab:NumbersTab"),
    ("bill", N_("Bill of materials"), "bill_tab:BillTab"),
    ("where_used", N_("Where used"), "where_used_tab:WhereUsedTab"),
    ("routing", N_("Routing"), "routing_tab:RoutingTab"),
    ("prices", N_("Prices"), "prices_tab:ItemPricesTab"),
    ("costs", N_("Cost"), "costs_tab:CostsTab"),
)
"""Key, title and class (module of this package:class) of each tab after the overview."""

TITLES = {key: title for key, title, _module in TABS}
"""Key → title of each tab after the overview."""


class Part(Protocol):
    """What the page asks of a tab that is made with ``Tab(context, item_id)``.

    ``dirty_changed`` says whether there is something to save.
    """

    dirty_changed: SignalInstance

    def refresh(self) -> None:
        """Read again; a draft stays."""

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""

    def save(self) -> bool:
        """Start saving; False where an entry is not sound, which is then shown."""

    def discard(self) -> None:
        """Throw the edits away."""


def make_tab(name: str, context: UiContext, item_id: int) -> QWidget:
    """The tab *name* ("module:Class"); its module is imported only now, when somebody looks at it."""
    module, _colon, made = name.partition(":")
    widget = getattr(import_module(f"factory_erp.ui.catalog.{module}"), made)(context, item_id)
    assert isinstance(widget, QWidget)
    return widget


def part_of(widget: QWidget) -> Part:
    """The tab as the page talks to it."""
    return cast(Part, widget)

"""Texts of a product in two languages side by side, and how complete it is with all its items."""

from __future__ import annotations

from factory_erp.ui.catalog import texts_tab


class TextsTab(texts_tab.TextsTab):
    """As an item's texts; the pills count the product and its active items."""

    of_product = True

"""The form of a price list."""

from __future__ import annotations

from factory_erp.i18n import in_language
from factory_erp.ui.prices.list_form import term_choices


def test_trade_terms_are_named_in_the_language_of_the_window() -> None:
    assert ("FOB", "FOB · Free On Board") in term_choices()
    with in_language("zh_CN"):
        assert ("FOB", "FOB · 装运港船上交货") in term_choices()

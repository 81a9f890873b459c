"""How the page says accounts, and the days' spend."""

from __future__ import annotations

from decimal import Decimal

from factory_erp.ui.listings import words
from factory_erp.ui.listings.performance_tab import COLUMNS


def test_an_account_whose_name_says_the_platform_does_not_say_it_twice() -> None:
    assert words.place("Cup shop", "alibaba") == "Cup shop · Alibaba.com"
    assert words.place("Lanbei · alibaba.com", "alibaba") == "Lanbei · alibaba.com"


def test_spend_has_two_decimals_at_least_and_is_read_back_as_shown() -> None:
    [spend] = [column for column in COLUMNS if column.key == "spend"]
    shown = [spend.text_of(Decimal(text)) for text in ("5.2", "0", "1.375", "120")]
    assert shown == ["5.20", "0.00", "1.375", "120.00"]
    assert [spend.value_of(text) for text in shown] == [Decimal(t) for t in ("5.2", "0", "1.375", "120")]

import pytest

from factory_erp.sync.connectors.base import OrderLife
from factory_erp.sync.connectors.dhgate.statuses import life, payment

EVERY = {
    "111000": (OrderLife.CLOSED, ""),
    "101003": (OrderLife.OPEN, "unpaid"),
    "102001": (OrderLife.FROZEN, "confirming"),
    "103001": (OrderLife.OPEN, "paid"),
    "105001": (OrderLife.FROZEN, "paid"),
    "105002": (OrderLife.FROZEN, "paid"),
    "105003": (OrderLife.OPEN, "paid"),
    "105004": (OrderLife.OPEN, "paid"),
    "103002": (OrderLife.OPEN, "paid"),
    "101009": (OrderLife.OPEN, "paid"),
    "106001": (OrderLife.DISPUTED, "paid"),
    "106002": (OrderLife.DISPUTED, "paid"),
    "106003": (OrderLife.DISPUTED, "paid"),
    "102006": (OrderLife.OPEN, "paid"),
    "102007": (OrderLife.OPEN, "paid"),
    "102111": (OrderLife.OPEN, "paid"),
    "111111": (OrderLife.CLOSED, ""),
    "107001": (OrderLife.DISPUTED, "paid"),
    "107002": (OrderLife.DISPUTED, "paid"),
    "107003": (OrderLife.DISPUTED, "paid"),
    "109001": (OrderLife.DISPUTED, "paid"),
    "109002": (OrderLife.DISPUTED, "paid"),
    "999999": (OrderLife.OPEN, "paid"),
}


@pytest.mark.parametrize("status", EVERY)
def test_every_status(status: str) -> None:
    assert (life(status), payment(status)) == EVERY[status]


@pytest.mark.parametrize("status", EVERY)
def test_a_warning_holds_an_open_order_and_hides_nothing_worse(status: str) -> None:
    plain = EVERY[status][0]
    assert life(status, warned=True) is (OrderLife.RISK if plain is OrderLife.OPEN else plain)

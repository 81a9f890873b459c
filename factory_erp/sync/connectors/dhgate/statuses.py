"""DHgate's order states: what each means for the goods, and how far the payment is."""

from __future__ import annotations

from factory_erp.sync.connectors.base import OrderLife

UNPAID, CONFIRMING, PAID = "unpaid", "confirming", "paid"
"""How far the buyer's payment is: not made, made and checked by the platform, made."""

_LIVES = {
    # Paid, but the platform still checks the payment: not to be shipped before it says so.
    "102001": OrderLife.FROZEN,
    "105001": OrderLife.FROZEN,
    "105002": OrderLife.FROZEN,
    "111000": OrderLife.CLOSED,
    "111111": OrderLife.CLOSED,
}
_DISPUTES = ("106", "107", "109")
_PAYMENTS = {"101003": UNPAID, "102001": CONFIRMING}


def life(status: str, *, warned: bool = False) -> OrderLife:
    """What *status* means for the goods; *warned* is the platform's mark of a risky order.

    A state that is not known counts as open. The mark speaks only where the state itself says nothing worse.
    """
    if status.startswith(_DISPUTES):
        return OrderLife.DISPUTED
    found = _LIVES.get(status, OrderLife.OPEN)
    return OrderLife.RISK if warned and found is OrderLife.OPEN else found


def payment(status: str) -> str:
    """How far the payment is in *status*; "" for an order that is closed."""
    if life(status) is OrderLife.CLOSED:
        return ""
    return _PAYMENTS.get(status, PAID)

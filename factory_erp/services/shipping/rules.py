"""What holds for every shipment: names of its states, what may be done when, which orders go together."""

from __future__ import annotations

from collections.abc import Sequence

from factory_erp.domain.errors import Conflict, NotAllowed
from factory_erp.i18n import N_, _
from factory_erp.models.sales import PlatformBlock, SalesOrder
from factory_erp.models.shipping import Shipment, ShipmentState

STATE_NAMES = {
    ShipmentState.DRAFT: N_("To pack"),
    ShipmentState.PACKED: N_("Packed"),
    ShipmentState.DOCUMENTED: N_("Documents issued"),
    ShipmentState.SHIPPED: N_("Shipped"),
    ShipmentState.CANCELLED: N_("Cancelled"),
}

SHARED = {
    "customer_id": N_("consignee"),
    "ship_to": N_("delivery address"),
    "destination_country": N_("country of destination"),
    "currency": N_("currency"),
    "incoterm": N_("terms of delivery"),
    "place": N_("named place"),
    "port_of_discharge": N_("port of discharge"),
}
"""Fields that stand once on the documents, so orders of one shipment have them in common; and their names."""


def together_key(order: SalesOrder) -> tuple[object, ...]:
    """The values of SHARED: orders with the same key can go in one shipment."""
    return tuple(getattr(order, name) for name in SHARED)


def check_together(orders: Sequence[SalesOrder]) -> None:
    """Raise NotAllowed naming the first field in which *orders* differ."""
    for order in orders[1:]:
        for name, mine, wanted in zip(SHARED, together_key(order), together_key(orders[0]), strict=True):
            if mine != wanted:
                raise _differ(orders[0], order, name)


def _differ(one: SalesOrder, other: SalesOrder, field: str) -> NotAllowed:
    return NotAllowed(
        _(
            "Orders {one} and {other} differ in their {field} and cannot be shipped together.",
            one=one.number,
            other=other.number,
            field=_(SHARED[field]),
        ),
        record=other.number,
        field=field,
        remedy=_("Make a shipment of its own for {number}.", number=other.number),
    )


BLOCK_NAMES = {
    PlatformBlock.CLOSED: N_("cancelled"),
    PlatformBlock.FROZEN: N_("frozen"),
    PlatformBlock.DISPUTED: N_("disputed by the buyer"),
    PlatformBlock.RISK: N_("marked as risky"),
}
"""Why a platform lets no goods of an order leave, after "order … is"."""

_BLOCK_REMEDIES = {
    PlatformBlock.CLOSED: N_("Cancel the order here too, or settle it with the buyer."),
    PlatformBlock.FROZEN: N_("Wait until the platform lets it go, then pull its orders."),
    PlatformBlock.DISPUTED: N_("Settle the dispute on the platform, then pull its orders."),
    PlatformBlock.RISK: N_("Check the payment; then release the order, saying why."),
}


def check_platform(order: SalesOrder) -> None:
    """Raise NotAllowed while the platform that the order came from lets no goods of it leave."""
    block = PlatformBlock(order.platform_block)
    if block is not PlatformBlock.NONE:
        raise NotAllowed(
            _(
                "Order {number} is {block} on its platform ('{status}'): nothing of it may leave.",
                number=order.number,
                block=_(BLOCK_NAMES[block]),
                status=order.platform_status,
            ),
            record=order.number,
            field="platform_block",
            remedy=_(_BLOCK_REMEDIES[block]),
        )


def require_state(shipment: Shipment, states: Sequence[ShipmentState], action: str) -> None:
    """Raise NotAllowed unless the shipment is in one of *states*; *action* (translated) is what was asked."""
    if shipment.state not in states:
        raise NotAllowed(
            _(
                "Shipment {number} is '{state}' and cannot be {action}.",
                number=shipment.number,
                state=_(STATE_NAMES[ShipmentState(shipment.state)]),
                action=action,
            ),
            record=shipment.number,
            field="state",
            remedy=_remedy(ShipmentState(shipment.state)),
        )


def _remedy(state: ShipmentState) -> str:
    if state is ShipmentState.DRAFT:
        return _("Pack it into cartons first.")
    return _("It stays as it is: make a new shipment for what is still to go.")


def check_version(shipment: Shipment, version: int | None) -> None:
    """Raise Conflict unless the shipment is still the *version* that was on the screen."""
    if version is not None and shipment.version != version:
        raise Conflict(
            _("Shipment {number} was changed since you opened it.", number=shipment.number),
            record=shipment.number,
            remedy=_("Look at the new version, then make your change again."),
        )

"""Shipments: from ready goods to the papers and the moment they leave."""

from factory_erp.ui.shipping.page import ShippingPage

__all__ = ["ShippingPage"]

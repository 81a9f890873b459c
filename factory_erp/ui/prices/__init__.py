"""Price lists of sales and purchases: breaks with cost and margin, bulk changes, what an order costs."""

from factory_erp.ui.prices.page import PricesPage

__all__ = ["PricesPage"]

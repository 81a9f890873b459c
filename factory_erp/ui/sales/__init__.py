"""Sales orders on the screen."""

from factory_erp.ui.sales.page import SalesPage

__all__ = ["SalesPage"]

"""The page of the export tax rebate: shipments, months and suppliers' invoices."""

from factory_erp.ui.rebates.page import RebatesPage

__all__ = ["RebatesPage"]

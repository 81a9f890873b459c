"""Production: the production orders, and reporting from the floor (报工)."""

from factory_erp.ui.production.page import ProductionPage

__all__ = ["ProductionPage"]

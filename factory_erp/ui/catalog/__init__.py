"""The catalogue: items, what they are sold for, packed in and made of."""

from factory_erp.ui.catalog.page import CatalogPage

__all__ = ["CatalogPage"]

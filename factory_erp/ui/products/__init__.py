"""Products: families of items with their options, the rules they follow, texts, pictures and stock."""

from factory_erp.ui.products.page import ProductsPage

__all__ = ["ProductsPage"]

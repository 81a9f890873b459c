"""Import and export: files in, files out, for every kind of record."""

from factory_erp.ui.exchange.page import ExchangePage

__all__ = ["ExchangePage"]

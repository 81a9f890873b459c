"""factory_erp: the desktop ERP for factories that sell across borders."""

__version__ = "0.1.0"

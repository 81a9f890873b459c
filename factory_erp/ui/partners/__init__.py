"""Customers, suppliers and other partners: found, changed and entered in a dialog of their own."""

from factory_erp.ui.partners.dialog import PartnersDialog

__all__ = ["PartnersDialog"]

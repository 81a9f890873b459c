"""Inquiries and quotations on the screen."""

from factory_erp.ui.inquiries.page import InquiriesPage

__all__ = ["InquiriesPage"]

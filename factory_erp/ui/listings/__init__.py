"""Listings: what is offered on each platform account, how buyers see it, and what it brought."""

from factory_erp.ui.listings.page import ListingsPage

__all__ = ["ListingsPage"]

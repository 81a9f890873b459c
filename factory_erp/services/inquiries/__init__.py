"""Inquiries of buyers, and the quotations that answer them."""

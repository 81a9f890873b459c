"""Accounts on platforms, how conversations with them went, and what settled messages lead to."""

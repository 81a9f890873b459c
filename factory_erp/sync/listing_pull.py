"""Asking a platform how the account's listings stand."""

from __future__ import annotations

from factory_erp.services.progress import Progress
from factory_erp.sync.connectors.base import Connector


def refresh_listings(account_id: int, connector: Connector, progress: Progress) -> int:
    """Ask after the listings whose state may have changed; how many did."""
    return 0

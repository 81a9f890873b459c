"""Bringing inquiries from a platform."""

from __future__ import annotations

from factory_erp.services.progress import Progress
from factory_erp.sync.connectors.base import Connector


def pull_inquiries(account_id: int, connector: Connector, progress: Progress) -> int:
    """Bring what was asked since the last pull; how many inquiries are new or have a new message."""
    return 0

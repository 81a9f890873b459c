"""What the pages' actions need beyond the use cases: the workspace and this PC's secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from factory_erp.services.files.workspace import Workspace
from factory_erp.ui.kit.context import UiContext

if TYPE_CHECKING:
    from factory_erp.sync.credentials import SecretStore


@dataclass(frozen=True)
class Desk:
    """Handed to the pages as ``context.services``."""

    workspace: Workspace
    secrets: SecretStore


def desk(context: UiContext) -> Desk:
    """The desk that the composition root put into the context."""
    return cast(Desk, context.services)

"""A believable factory to try the program on: drinkware and desk lamps from Ningbo, invented throughout.

It is made by a seeded program, not a dump, and always looks like today: orders of the last five
weeks, ship dates of the next four, a sandbox platform to pull from and push to.
"""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.demo import build as building
from factory_erp.demo import prices
from factory_erp.demo.furnish import begin_of
from factory_erp.demo.orders import SEED
from factory_erp.demo.sandbox import (
    ACCOUNT,
    APP_KEY,
    PLATFORM,
    open_connector,
    secrets_for,
    start_sandbox,
)
from factory_erp.demo.stages import Story
from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.services import platforms
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.workspace import Workspace
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.sandbox.alibaba import SandboxServer

__all__ = ["DemoFactory", "prepare"]


@dataclass(frozen=True, slots=True)
class DemoFactory:
    """An open demo: its running sandbox, the secrets of its account, and the account."""

    sandbox: SandboxServer
    secrets: MemorySecrets
    account_id: int

    def close(self) -> None:
        """Stop the sandbox; safe to call twice."""
        self.sandbox.stop()


def prepare(workspace: Workspace, progress: Progress | None = None, *, seed: int = SEED) -> DemoFactory:
    """Make the bound database of the demo *workspace* a demo factory, or open the one that it is.

    One that is complete only gets its sandbox; one that was interrupted goes on where it was. Raises
    NotAllowed for a workspace that is not a demo's, and for a database with another factory in it.
    """
    watch = progress or Quiet()
    _check_demo(workspace)
    if not building.is_complete():
        building.build(watch, seed=seed)
    moment, seed = building.moment_of_demo(), int(building.setting(building.SEED))
    complete = bool(building.setting(building.READY))
    sandbox = start_sandbox(moment, seed, before_changes=not complete)
    try:
        secrets = secrets_for(sandbox)
        account = platforms.add_account(PLATFORM, ACCOUNT, sandbox.url, APP_KEY).value
        if not complete:
            prices.add_shop_list(account, begin_of(moment))
            with open_connector(sandbox, secrets) as connector:
                if Story(moment, seed, account, sandbox, connector).tell(watch):
                    building.remember(building.READY, "yes")
    except BaseException:
        sandbox.stop()
        raise
    return DemoFactory(sandbox, secrets, account)


def _check_demo(workspace: Workspace) -> None:
    if not workspace.demo:
        raise NotAllowed(
            _("{path} is not a demo workspace; the demo stays away from real data.", path=workspace.path),
            remedy=_("Open a demo workspace for it."),
        )

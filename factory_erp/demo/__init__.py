"""A believable factory to try the program on: drinkware and desk lamps from Ningbo, invented throughout.

It is made by a seeded program, not a dump, and always looks like today: orders of the last five
weeks, ship dates of the next four, sandboxes of two platforms to pull from and push to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factory_erp.demo import build as building
from factory_erp.demo import shops, talk
from factory_erp.demo.furnish import begin_of
from factory_erp.demo.orders import ALIBABA, DHGATE, SEED, plan
from factory_erp.demo.sandbox import MEMORY, Sandboxes, secrets_for, start_sandboxes
from factory_erp.demo.stages import Story
from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.services.files.workspace import Workspace
from factory_erp.services.progress import Progress, Quiet
from factory_erp.sync.credentials import MemorySecrets

__all__ = ["DemoFactory", "prepare"]


@dataclass(frozen=True, slots=True)
class DemoFactory:
    """An open demo: its running sandboxes, the secrets of its accounts, and the accounts by platform."""

    sandboxes: Sandboxes
    secrets: MemorySecrets
    accounts: Mapping[str, int]

    @property
    def account_id(self) -> int:
        """The account on Alibaba.com."""
        return self.accounts[ALIBABA]

    @property
    def wholesale_id(self) -> int:
        """The account on DHgate."""
        return self.accounts[DHGATE]

    def close(self) -> None:
        """Stop the sandboxes; safe to call twice."""
        self.sandboxes.stop()


def prepare(workspace: Workspace, progress: Progress | None = None, *, seed: int = SEED) -> DemoFactory:
    """Make the bound database of the demo *workspace* a demo factory, or open the one that it is.

    One that is complete only gets its sandboxes; one that was interrupted goes on where it was. Raises
    NotAllowed for a workspace that is not a demo's, and for a database with another factory in it.
    """
    watch = progress or Quiet()
    _check_demo(workspace)
    if not building.is_complete():
        building.build(watch, seed=seed)
    moment, seed = building.moment_of_demo(), int(building.setting(building.SEED))
    complete = bool(building.setting(building.READY))
    sandboxes = start_sandboxes(moment, seed, before_changes=not complete, memory=workspace.path / MEMORY)
    try:
        secrets = secrets_for(sandboxes)
        accounts = shops.connect_accounts(sandboxes, secrets, new=not complete)
        if complete:
            talk.fill_again(sandboxes, accounts[DHGATE], plan(seed), moment)
        else:
            shops.add_price_lists(accounts, begin_of(moment))
            with shops.opened(sandboxes, secrets, accounts) as opened:
                if Story(moment, seed, opened).tell(watch):
                    building.remember(building.READY, "yes")
    except BaseException:
        sandboxes.stop()
        raise
    return DemoFactory(sandboxes, secrets, accounts)


def _check_demo(workspace: Workspace) -> None:
    if not workspace.demo:
        raise NotAllowed(
            _("{path} is not a demo workspace; the demo stays away from real data.", path=workspace.path),
            remedy=_("Open a demo workspace for it."),
        )

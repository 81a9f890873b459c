"""A whole run of an account that is a folder: orders in, parcels out, each once."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError
from factory_erp.models.catalog import Item
from factory_erp.models.database import Database
from factory_erp.models.platforms import OutboxState, RunOutcome, RunTrigger
from factory_erp.models.sales import SalesOrder
from factory_erp.services import outbox
from factory_erp.services.base import use_case
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import sync_runs
from factory_erp.services.platforms.accounts import AccountForm
from factory_erp.sync import engine, runs
from factory_erp.sync.credentials import MemorySecrets
from tests.sync.dropfolder.support import SIMPLE, Drop
from tests.sync.test_runs import add_message


def account(folder: Path) -> int:
    form = AccountForm("dropfolder", "Made-in-China", options={"folder": str(folder)})
    return platforms.save_account(form).value


@pytest.fixture
def shop(db: Database, tmp_path: Path) -> tuple[int, Drop]:
    drop = Drop(tmp_path / "drop")
    with db.session(write=True) as session:
        session.add(Item(sku="SKU-1", kind="finished", procurement="make"))
    return account(drop.root), drop


def run(account_id: int) -> runs.RunReport:
    return runs.sync_account(account_id, MemorySecrets(), trigger=RunTrigger.HAND)


@use_case
def totals(session: Session) -> list[tuple[str, int]]:
    return [(order.external_id, order.total_minor) for order in session.scalars(select(SalesOrder))]


def test_an_order_comes_in_and_its_parcel_goes_out_once(shop: tuple[int, Drop]) -> None:
    account_id, drop = shop
    drop.put("orders.csv", SIMPLE)
    drop.put("broken.csv", "order_number,nonsense\n1,2\n")
    add_message(account_id, "MIC-1")
    report = run(account_id)
    assert (report.outcome, report.problem) == (RunOutcome.DONE, "")
    assert (len(report.orders.created), report.orders.exceptions, report.pushed.done) == (1, 1, 1)
    assert totals().value == [("MIC-1", 4200)]
    assert len(drop.names("done")) == 2
    [name] = drop.names("out", "shipments")
    assert drop.table("out", "shipments", name)[0]["tracking_number"] == "TRACK-MIC-1"
    assert {call.subject for call in sync_runs.calls()} >= {"orders.csv", "MIC-1"}

    drop.put("orders.csv", SIMPLE)
    again = run(account_id)
    assert (again.orders.created, again.orders.unchanged, again.pushed.done) == ((), 1, 0)
    assert drop.names("out", "shipments") == [name]


def test_a_page_that_is_not_applied_leaves_its_file(
    shop: tuple[int, Drop], monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id, drop = shop
    drop.put("orders.csv", SIMPLE)

    def fails(*_args: object, **_options: object) -> None:
        raise DomainError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "apply_page", fails)
        assert run(account_id).outcome is RunOutcome.FAILED
    assert not drop.names("done")
    assert len(run(account_id).orders.created) == 1
    assert len(drop.names("done")) == 1


def test_a_message_waits_while_the_folder_is_away(shop: tuple[int, Drop]) -> None:
    account_id, drop = shop
    add_message(account_id, "MIC-1")
    aside = drop.root.rename(drop.root.with_name("aside"))
    report = run(account_id)
    assert report.outcome is RunOutcome.FAILED
    assert "folder" in report.problem
    assert [row.state for row in outbox.rows()] == [OutboxState.NEW]
    aside.rename(drop.root)
    assert run(account_id).pushed.done == 1

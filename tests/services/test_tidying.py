from __future__ import annotations

import os
import time
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from factory_erp.models.database import Database
from factory_erp.models.inquiries import Quotation, QuotationState
from factory_erp.models.platforms import ApiCall, PlatformAccount
from factory_erp.services import clock
from factory_erp.services.files import media as media_files
from factory_erp.services.files import workspace
from factory_erp.services.files.images import IMAGES
from factory_erp.services.upkeep.tidying import Tidied, tidy


def old_file(folder: str) -> Path:
    """A file of the workspace that no record names, and that nobody has touched for long."""
    name = "ab" * 32
    path = workspace.current().path / folder / name[:2] / f"{name}.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x89PNG")
    long_ago = time.time() - media_files.UNTOUCHED_SECONDS - 60
    os.utime(path, (long_ago, long_ago))
    return path


def an_offer(number: str, until: date) -> Quotation:
    return Quotation(
        number=number, state=QuotationState.SENT, buyer_name="Buyer", currency="USD", incoterm="FOB",
        quoted_on=date(2026, 11, 1), valid_until=until,
    )  # fmt: skip


def a_call(account: PlatformAccount, days: int) -> ApiCall:
    return ApiCall(
        account_id=account.id, api="order.list", started_at=clock.now() - timedelta(days=days),
        milliseconds=1, status=200, request="", response="",
    )  # fmt: skip


def test_an_empty_factory_is_tidy(db: Database) -> None:
    assert tidy().value == Tidied(files=0, calls=0, lapsed=0)


def test_orphans_old_calls_and_lapsed_offers_go_and_the_rest_stays(db: Database) -> None:
    orphan = old_file(IMAGES)
    with db.session(write=True) as session:
        account = PlatformAccount(platform="alibaba", name="Shop", base_url="", app_key="k")
        session.add(account)
        session.flush()
        session.add_all([a_call(account, 31), a_call(account, 1)])
        session.add_all([an_offer("Q-1", date(2026, 11, 22)), an_offer("Q-2", date(2026, 11, 23))])
    result = tidy()
    assert result.value == Tidied(files=1, calls=1, lapsed=1)
    assert set(result.changes) >= {"quotation"}
    assert not orphan.exists()
    with db.session() as session:
        assert session.scalar(select(func.count(ApiCall.id))) == 1
        states = select(Quotation.state).order_by(Quotation.number)
        assert list(session.scalars(states)) == [QuotationState.EXPIRED, QuotationState.SENT]
    assert tidy().value == Tidied(files=0, calls=0, lapsed=0)

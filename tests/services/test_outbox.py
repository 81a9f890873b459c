"""Messages to platforms: written once, settled with their effect, and what a person may say of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.platforms import OutboxMessage, OutboxState
from factory_erp.services import clock, outbox
from factory_erp.services.base import use_case
from factory_erp.services.outbox import Claimed, OutboxRow
from factory_erp.services.outbox_texts import remedy
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.platforms import outbox_effects, outbox_settling
from tests.conftest import MONDAY


@pytest.fixture
def account(db: Database) -> int:
    return platforms.add_account("alibaba", "Main shop", "http://127.0.0.1:1", "key").value


@use_case
def write(
    session: Session, account_id: int, key: str, kind: str = "stock", stock: str = "1", replace: bool = False
) -> int:
    payload = {"external_id": "P-1", "stock": stock}
    return outbox.enqueue(
        session,
        account_id=account_id,
        kind=kind,
        client_key=key,
        record_id=7,
        title=f"Stock {stock}",
        payload=payload,
        replace=replace,
    ).id


def row(message: int) -> OutboxRow:
    return next(one for one in outbox.rows() if one.id == message)


def claimed(account: int) -> Claimed:
    found = outbox.claim(account).value
    assert found is not None
    return found


def test_the_same_key_is_the_same_message(account: int) -> None:
    assert write(account, "k1").value == write(account, "k1", stock="2").value
    assert len(outbox.rows()) == 1


def test_only_the_latest_of_what_was_never_sent_goes_out(account: int) -> None:
    first = write(account, "k1", replace=True).value
    assert write(account, "k2", stock="2", replace=True).value == first
    assert '"stock": "2"' in outbox.message_payload(first)
    outbox_settling.settle(claimed(account), OutboxState.NEW)
    second = write(account, "k3", stock="3", replace=True).value
    assert second != first, "what may be on its way is not changed any more"


def test_a_row_names_its_account_its_subject_and_the_next_step(account: int) -> None:
    found = row(write(account, "k1", kind="shipment").value)
    assert (found.kind, found.account, found.subject, found.record_id) == ("shipment", "Main shop", "P-1", 7)
    assert found.remedy == "It goes with the next sync."
    assert remedy("shipment", OutboxState.DONE) == ""
    for kind in ("shipment", "listing", "shelf", "prices", "stock", "lead_time", "reply", "quotation", "new"):
        for state in (OutboxState.FAILED, OutboxState.UNKNOWN):
            assert remedy(kind, state).endswith(".")


def test_the_effect_of_a_kind_is_in_the_same_transaction(
    account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    def effect(session: Session, message: OutboxMessage) -> None:
        seen.append((message.state, message.answer))
        if message.answer == "bad":
            raise RuntimeError("the record does not take it")

    monkeypatch.setitem(outbox_effects.EFFECTS, "stock", effect)
    message = write(account, "k1").value
    with pytest.raises(RuntimeError):
        outbox_settling.settle(claimed(account), OutboxState.DONE, "bad")
    assert row(message).state is OutboxState.SENT
    with clock.at(MONDAY + outbox.LEASE):
        outbox_settling.settle(claimed(account), OutboxState.DONE, "good")
        outbox_settling.mark_done(message)
    assert (row(message).state, seen) == (OutboxState.DONE, [("done", "bad"), ("done", "good")])


def test_a_person_says_what_became_of_it(account: int) -> None:
    lost, refused, waiting = (write(account, key).value for key in ("k1", "k2", "k3"))
    outbox_settling.settle(claimed(account), OutboxState.UNKNOWN, problem="lost")
    outbox_settling.settle(claimed(account), OutboxState.FAILED, problem="no")
    outbox_settling.mark_done(lost, "V-1")
    assert (row(lost).state, row(lost).answer, row(lost).problem) == (OutboxState.DONE, "V-1", "")
    outbox_settling.drop(refused, "sold out")
    outbox_settling.drop(waiting)
    assert row(refused).problem == "Dropped by a person. sold out"
    assert row(waiting).state is OutboxState.FAILED
    with clock.at(MONDAY + timedelta(days=1)):
        assert outbox.claim(account).value is None, "what was dropped is not sent"
        outbox.send_again(refused)
        assert claimed(account).id == refused


def test_what_is_on_its_way_or_done_is_left_alone(account: int) -> None:
    message = write(account, "k1").value
    held = claimed(account)
    for say in (outbox_settling.mark_done, outbox_settling.drop):
        with pytest.raises(NotAllowed, match="being sent"):
            say(message)
    outbox_settling.settle(held, OutboxState.DONE, "V-1")
    with pytest.raises(NotAllowed, match="already"):
        outbox_settling.drop(message)
    assert row(message).answer == "V-1"


def test_a_message_that_nobody_sends_any_more_can_be_settled_by_a_person(account: int) -> None:
    message = write(account, "k1").value
    held = claimed(account)
    with clock.at(MONDAY + outbox.LEASE):
        outbox_settling.drop(message)
        outbox_settling.settle(held, OutboxState.UNKNOWN)
        assert row(message).state is OutboxState.FAILED
        outbox_settling.settle(held, OutboxState.DONE, "V-9")
        assert row(message).state is OutboxState.DONE, "the sender knows better: it arrived"


def test_what_was_dropped_while_nobody_knew_is_looked_up_when_it_is_sent_again(account: int) -> None:
    message = write(account, "k1", kind="shipment").value
    outbox_settling.settle(claimed(account), OutboxState.UNKNOWN)
    outbox_settling.drop(message)
    outbox_settling.drop(message, "twice")
    assert row(message).state is OutboxState.FAILED
    assert outbox.claim(account).value is None
    outbox.send_again(message)
    again = claimed(account)
    assert (again.look_up_first, again.insisted, again.attempt) == (True, True, 2)


def test_what_was_refused_is_sent_again_without_a_question(account: int) -> None:
    message = write(account, "k1", kind="shipment").value
    outbox_settling.settle(claimed(account), OutboxState.UNKNOWN)
    with clock.at(MONDAY + timedelta(hours=1)):
        outbox_settling.settle(claimed(account), OutboxState.FAILED)
    outbox.send_again(message)
    again = claimed(account)
    assert (again.look_up_first, again.insisted, again.attempt) == (False, False, 1)


def test_a_slow_process_never_takes_a_later_claim_for_its_own(account: int) -> None:
    """A person asks for another try while two processes have had the message already."""
    message = write(account, "k1", kind="shipment").value
    slow = claimed(account)
    with clock.at(MONDAY + outbox.LEASE):
        outbox_settling.settle(claimed(account), OutboxState.UNKNOWN)
        outbox.send_again(message)
        claimed(account)
        assert not outbox.renew(slow).value

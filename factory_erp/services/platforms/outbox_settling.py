"""Writing down what became of a message, and what follows from it, in one transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.platforms import OUTBOX_TRANSITIONS, OutboxMessage, OutboxState
from factory_erp.services import outbox
from factory_erp.services.base import allowed, get, use_case
from factory_erp.services.clock import now
from factory_erp.services.outbox import Claimed, dropped_uncertain, lost
from factory_erp.services.platforms.outbox_effects import EFFECTS

_ANSWER_MOST = 120


@use_case
def settle(
    session: Session, claimed: Claimed, state: OutboxState, answer: str = "", problem: str = ""
) -> None:
    """Write down what became of a claimed message; one to be tried again waits longer each time.

    A process that lost the message after its lease is heard only when it can say that it arrived.
    """
    message = get(session, OutboxMessage, claimed.id, lock=True)
    late = lost(message, claimed)
    if message.state == OutboxState.DONE or (late and state is not OutboxState.DONE):
        return
    if late:
        message.state = OutboxState.SENT
    assert allowed(OUTBOX_TRANSITIONS, message.state, state), (message.state, state)
    if state is OutboxState.NEW and message.attempts >= outbox.GIVE_UP_AFTER:
        state = OutboxState.FAILED
    if state in {OutboxState.NEW, OutboxState.UNKNOWN}:
        message.not_before = now() + outbox.BACKOFF * 2 ** min(message.attempts - 1, 6)
    _end(session, message, state, answer, problem)


def _end(session: Session, message: OutboxMessage, state: OutboxState, answer: str, problem: str) -> None:
    message.state, message.answer, message.problem = state, answer[:_ANSWER_MOST], problem
    if state in {OutboxState.DONE, OutboxState.FAILED}:
        message.not_before = None
    effect = EFFECTS.get(message.kind)
    if effect is not None:
        effect(session, message)


@use_case
def mark_done(session: Session, message_id: int, answer: str = "") -> None:
    """A person says that the platform has it: seen there, or done there by hand. *answer* names it there.

    Raises NotAllowed while the message is on its way.
    """
    message = _resting(session, message_id)
    if message.state != OutboxState.DONE:
        _end(session, message, OutboxState.DONE, answer or message.answer, "")


@use_case
def drop(session: Session, message_id: int, note: str = "") -> None:
    """A person says that it shall not be sent (any more). Raises NotAllowed once it is on its way or done."""
    message = _resting(session, message_id)
    if message.state == OutboxState.DONE:
        raise NotAllowed(
            _("The platform has this message already."),
            record=message.title,
            remedy=_("Change it on the platform, or send a new one."),
        )
    said = _("Dropped by a person.")
    uncertain = message.state in {OutboxState.SENT, OutboxState.UNKNOWN} or dropped_uncertain(message)
    _end(session, message, OutboxState.FAILED, message.answer, f"{said} {note}".strip())
    if uncertain:
        # It may have arrived all the same: should it be sent again, it is looked up first.
        message.not_before = now()


def _resting(session: Session, message_id: int) -> OutboxMessage:
    """The message, locked. Raises NotAllowed while a process is sending it."""
    message = get(session, OutboxMessage, message_id, lock=True)
    sending = message.sent_at is not None and message.sent_at > now() - outbox.LEASE
    if message.state == OutboxState.SENT and sending:
        raise NotAllowed(
            _("This message is being sent at the moment."),
            record=message.title,
            remedy=_("Wait a few minutes until it is known what became of it."),
        )
    return message

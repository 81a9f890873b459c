"""Documents by e-mail: one message with the set, written down before it is sent, and what became of it.

A message is kept with its Message-ID first, marked as begun, sent, and settled: ``write_mail``,
``start_mail``, ``sync.mail.send``, ``settle_mail``. A program that dies while it sends leaves a message that
was begun and never settled: whether the mail server took it is not known then. Nothing sends it again by
itself; a person looks and decides, and the Message-ID stays the same, so that a mailbox shows it once.
Passwords are in the keyring, never here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents.twins.bundle import TwinForm
from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _
from factory_erp.models.documents import Document, DocumentMail, DocumentState, MailState
from factory_erp.models.shipping import Shipment
from factory_erp.services.base import get, query, use_case
from factory_erp.services.clock import now
from factory_erp.services.issuing.sets import SetFile, file_name, files_of, in_force, join_pdf, safe, zipped
from factory_erp.services.mail.groups import GROUP_KINDS, Group, check_group, partner_of
from factory_erp.services.mail.headers import MESSAGE_POLICY
from factory_erp.services.mail.settings import Sender, is_address, not_an_address, read_sender
from factory_erp.services.master_data import by_id, check_texts, same_version

LARGEST = 20 * 1024 * 1024
"""Bytes of attachments that most mail servers take."""

MOST_RECIPIENTS = 50

FORMS = ("files", "pdf", "zip")

_LONGEST_ANSWER = 2000


@dataclass(frozen=True, slots=True)
class MailInput:
    """A message to write: recipients, subject, body, and whether the set goes as files, one PDF or a zip.

    No *kinds*: the documents that the *group* should have. *twins*: forms for the recipient's own programs,
    which go along with each document that has them; beside the paper where the set is one PDF.
    """

    to: tuple[str, ...]
    subject: str
    body: str
    cc: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    form: str = "files"
    group: Group = "buyer"
    twins: tuple[TwinForm, ...] = ()


@dataclass(frozen=True, slots=True)
class MailView:
    """A message as the register shows it; *stale*: numbers of attached documents that no longer hold."""

    id: int
    state: MailState
    recipients: tuple[str, ...]
    subject: str
    attached: tuple[str, ...]
    tries: int
    answer: str
    created_at: datetime
    sent_at: datetime | None
    version: int = 1
    stale: tuple[str, ...] = ()
    body: str = ""

    @property
    def uncertain(self) -> bool:
        """Whether sending was begun and nobody knows how it ended: it may have been sent."""
        return self.state == MailState.WAITING and self.tries > 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready for the mail server: from whom, its content after RFC 5322, and to whom."""

    id: int
    sender: str
    message: EmailMessage
    recipients: tuple[str, ...]


@use_case
def write_mail(session: Session, shipment_id: int, mail: MailInput, client_key: str) -> int:
    """Write a message with the shipment's documents down, to be sent; its id. Safe to repeat.

    Raises InvalidValue for an address that is none, no subject or a text that cannot be kept; NotAllowed
    where no such document was issued or the set is too large to be sent.
    """
    known = session.scalar(select(DocumentMail.id).filter_by(client_key=client_key))
    if known is not None:
        return known
    shipment = get(session, Shipment, shipment_id)
    to, cc = _recipients(mail)
    _check(mail)
    documents = _to_send(session, shipment, mail)
    files = files_of(documents, mail.twins)
    _check_size(shipment, files)
    partner = partner_of(shipment, mail.group)
    row = DocumentMail(
        shipment_id=shipment.id,
        partner_id=partner.id if partner else None,
        recipients="\n".join([*to, *(f"cc:{address}" for address in cc)]),
        subject=one_line(mail.subject),
        body=_storable(mail.body),
        attached=json.dumps(_attached(mail, documents, files)),
        message_id=_message_id(session, client_key),
        client_key=client_key,
    )
    check_texts(DocumentMail, {"subject": row.subject, "body": row.body})
    session.add(row)
    session.flush()
    return row.id


def _attached(mail: MailInput, documents: Sequence[Document], files: Sequence[SetFile]) -> dict[str, object]:
    """What the message holds; twins are made again from the snapshots when it is sent."""
    papers = [_named(document) for document in documents]
    names = {paper["name"] for paper in papers}
    return {
        "form": mail.form,
        "documents": papers,
        "twins": list(mail.twins),
        "twin_names": [file.name for file in files if file.name not in names],
    }


def _named(document: Document) -> dict[str, object]:
    return {"id": document.id, "name": file_name(document), "sha256": document.file_sha256}


def one_line(text: str) -> str:
    """*text* as a header can hold it: without line breaks and the like, a space for each run of them."""
    return _storable(" ".join(text.split()))


def _storable(text: str) -> str:
    """*text* without halves of surrogate pairs, which neither a database nor a message can hold."""
    return text.encode("utf-8", "replace").decode()


def _to_send(session: Session, shipment: Shipment, mail: MailInput) -> list[Document]:
    documents = in_force(session, shipment.id, mail.kinds or GROUP_KINDS[mail.group])
    if not documents:
        raise NotAllowed(
            _("No document of {number} has been issued yet.", number=shipment.number),
            record=shipment.number,
            field="kinds",
            remedy=_("Issue the documents first."),
        )
    return documents


def _recipients(mail: MailInput) -> tuple[list[str], list[str]]:
    """Those whom it is to and those who get a copy, each once. Raises InvalidValue."""
    to = _each_once(mail.to, ())
    cc = _each_once(mail.cc, to)
    if not to:
        raise InvalidValue(_("The message has no recipient."), field="to", remedy=_("Enter an address."))
    for field, addresses in (("to", to), ("cc", cc)):
        for address in addresses:
            if not is_address(address):
                raise not_an_address(address, field)
    if len(to) + len(cc) > MOST_RECIPIENTS:
        raise InvalidValue(
            _("A message goes to {most} addresses at most.", most=MOST_RECIPIENTS),
            field="to",
            remedy=_("Send it to fewer."),
        )
    return to, cc


def _each_once(addresses: Iterable[str], before: Iterable[str]) -> list[str]:
    there = {address.casefold() for address in before}
    found = {address.strip().casefold(): address.strip() for address in addresses if address.strip()}
    return [address for plain, address in found.items() if plain not in there]


def _check(mail: MailInput) -> None:
    check_group(mail.group)
    if not one_line(mail.subject):
        raise InvalidValue(
            _("The message has no subject."), field="subject", remedy=_("Enter what it is about.")
        )
    if mail.form not in FORMS:
        raise InvalidValue(_("There is no such form of a set."), field="form", remedy=", ".join(FORMS))


def _check_size(shipment: Shipment, files: Sequence[SetFile]) -> None:
    if sum(len(file.content) for file in files) > LARGEST:
        raise NotAllowed(
            _("The documents of {number} are too large for one message.", number=shipment.number),
            record=shipment.number,
            field="kinds",
            remedy=_("Send fewer documents at once."),
        )


def _message_id(session: Session, client_key: str) -> str:
    """Made from the key: a repeated save gives the same. Raises InvalidValue where nobody could send."""
    domain = read_sender(session).address.rpartition("@")[2]
    return f"<{hashlib.sha256(client_key.encode()).hexdigest()[:32]}@{domain}>"


@use_case
def start_mail(session: Session, mail_id: int, version: int | None = None, *, again: bool = False) -> None:
    """Mark that the message is about to be sent; from here until it is settled, it may have been.

    Raises NotAllowed for a message that was sent, for one that may have been sent (unless a person decided to
    send it *again*), and for one with documents that no longer hold; Conflict.
    """
    row = get(session, DocumentMail, mail_id, lock=True)
    same_version(row, version, row.subject)
    _check_may_start(row, again)
    stale = _stale(_documents(session, row))
    if stale:
        raise NotAllowed(
            _(
                "The message holds documents that are not in force any more: {numbers}.",
                numbers=", ".join(stale),
            ),
            record=row.subject,
            field="attached",
            remedy=_("Write a new message with the documents as they are now."),
        )
    row.state, row.answer = MailState.WAITING, ""
    row.tries += 1


def _check_may_start(row: DocumentMail, again: bool) -> None:
    if row.state == MailState.SENT:
        raise NotAllowed(
            _("The message was sent already."), record=row.subject, remedy=_("Write a new one instead.")
        )
    if row.state == MailState.WAITING and row.tries and not again:
        raise NotAllowed(
            _("The message may have been sent: the program ended before the mail server answered."),
            record=row.subject,
            remedy=_("Ask the recipient or look in the mailbox; then mark it as sent, or send it again."),
        )


def _documents(session: Session, row: DocumentMail) -> list[Document]:
    return [get(session, Document, one["id"]) for one in json.loads(row.attached)["documents"]]


def _stale(documents: Iterable[Document]) -> tuple[str, ...]:
    return tuple(one.number for one in documents if one.state != DocumentState.ISSUED)


@use_case
def settle_mail(session: Session, mail_id: int, answer: str, *, sent: bool | None) -> None:
    """Write down what the mail server said; *sent* None: nobody knows. A message that was sent stays sent."""
    row = get(session, DocumentMail, mail_id, lock=True)
    if row.state == MailState.SENT:
        return
    row.answer = answer.replace("\0", "")[:_LONGEST_ANSWER]
    if sent is not None:
        row.state = MailState.SENT if sent else MailState.FAILED
        row.sent_at = now() if sent else None


@use_case
def decide_mail(session: Session, mail_id: int, version: int | None = None, *, sent: bool) -> None:
    """A person found out whether a message that may have been sent was. Raises NotAllowed, Conflict."""
    row = get(session, DocumentMail, mail_id, lock=True)
    same_version(row, version, row.subject)
    if row.state != MailState.WAITING or not row.tries:
        raise NotAllowed(
            _("It is known whether this message was sent."), record=row.subject, remedy=_("Reload the list.")
        )
    row.state = MailState.SENT if sent else MailState.FAILED
    row.answer = _("Marked as sent by hand.") if sent else _("Marked as not sent by hand.")
    row.sent_at = now() if sent else None


@query
def outgoing(session: Session, mail_id: int) -> Outgoing:
    """The message with its attachments, each proved to be what was issued. Raises DomainError."""
    row = get(session, DocumentMail, mail_id)
    sender = read_sender(session)
    to, cc = _addresses(row)
    message = compose(sender, to, cc, row.subject, row.body)
    message["Message-ID"], message["Date"] = row.message_id, format_datetime(row.created_at)
    for file in _attachments(session, row):
        main, _slash, sub = file.mime_type.partition("/")
        message.add_attachment(file.content, main, sub, filename=file.name)
    return Outgoing(row.id, sender.address, message, (*to, *cc))


def compose(sender: Sender, to: Sequence[str], cc: Sequence[str], subject: str, body: str) -> EmailMessage:
    """A message without its attachments, in ASCII throughout; addresses and subject are on one line each."""
    message = EmailMessage(policy=MESSAGE_POLICY)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = [Address(addr_spec=address) for address in to]
    if cc:
        message["Cc"] = [Address(addr_spec=address) for address in cc]
    message["Subject"] = subject
    message.set_content(body or " ")
    return message


def _addresses(row: DocumentMail) -> tuple[list[str], list[str]]:
    lines = row.recipients.splitlines()
    cc = [line.removeprefix("cc:") for line in lines if line.startswith("cc:")]
    return [line for line in lines if not line.startswith("cc:")], cc


def _attachments(session: Session, row: DocumentMail) -> list[SetFile]:
    """The files of the message; messages of older versions name no twins."""
    stored = json.loads(row.attached)
    documents, form = _documents(session, row), stored["form"]
    twins = [TwinForm(one) for one in stored.get("twins", ())]
    number = get(session, Shipment, row.shipment_id).number if row.shipment_id else "documents"
    if form == "zip":
        return [SetFile(f"{safe(number)}.zip", zipped(files_of(documents, twins)), "application/zip")]
    if form == "files":
        return files_of(documents, twins)
    papers = files_of(documents)
    names = {paper.name for paper in papers}
    beside = [file for file in files_of(documents, twins) if file.name not in names]
    return [SetFile(f"{safe(number)}.pdf", join_pdf(papers)), *beside]


@query
def mails(session: Session, shipment_id: int) -> tuple[MailView, ...]:
    """What was sent of the shipment to whom, the latest first."""
    rows = session.scalars(
        select(DocumentMail).filter_by(shipment_id=shipment_id).order_by(DocumentMail.id.desc())
    ).all()
    stored = {row.id: json.loads(row.attached) for row in rows}
    wanted = {one["id"] for these in stored.values() for one in these["documents"]}
    documents = by_id(session, Document, wanted)
    return tuple(_view(row, stored[row.id], documents) for row in rows)


def _view(row: DocumentMail, stored: Mapping[str, Any], documents: Mapping[int, Document]) -> MailView:
    named = stored["documents"]
    attached = [documents[one["id"]] for one in named]
    return MailView(
        row.id,
        MailState(row.state),
        tuple(row.recipients.splitlines()),
        row.subject,
        (*(one["name"] for one in named), *stored.get("twin_names", ())),
        row.tries,
        row.answer,
        row.created_at,
        row.sent_at,
        row.version,
        _stale(attached),
        row.body,
    )

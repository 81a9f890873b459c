"""E-mails as inquiries: .eml files and .mbox mailboxes, read as data and never trusted.

Only text is taken. Attachments are named with their size and never opened, HTML is reduced to its text,
nothing is fetched. Mailboxes are not polled (IMAP): a mail program saves or exports what is to be imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.i18n import _, ngettext
from factory_erp.models.catalog import Item, Product
from factory_erp.models.inquiries import Inquiry, InquiryMessage, InquirySource
from factory_erp.models.partners import Company
from factory_erp.services.base import Changes, use_case
from factory_erp.services.bulk import chunks
from factory_erp.services.inquiries.intake import (
    IncomingInquiry,
    IncomingMessage,
    InquiriesTaken,
    take_inquiry,
)
from factory_erp.services.inquiries.mail import LARGEST_MAIL, Mail, read_mail
from factory_erp.services.outside_texts import key_of
from factory_erp.services.progress import Progress, Quiet

PER_TRANSACTION = 50
MOST_PROBLEMS = 200
LONGEST_SEARCHED = 20_000
"""Characters of a mail in which SKUs are looked for."""

_WORD = re.compile(r"[^\W_][\w.\-/]{1,59}")


@dataclass(frozen=True, slots=True)
class MailReport:
    """What an import of mails brought; ``problems`` says which could not be read, and why."""

    taken: InquiriesTaken
    problems: tuple[str, ...]
    changes: Changes


def read_email(source: Path | bytes) -> Mail:
    """The mail in a .eml file, or in its bytes. Raises InvalidValue for what is none, or is too large."""
    return read_mail(source if isinstance(source, bytes) else _bytes(source))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as handle:
            return handle.read(LARGEST_MAIL + 1)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InvalidValue:
    return InvalidValue(
        _("The file {name} cannot be read.", name=path.name),
        record=path.name,
        remedy=_("Check that it is still there and that you may open it."),
    )


def mailbox_mails(path: Path) -> Iterator[bytes]:
    """The mails of an mbox file one by one, each cut off just beyond the largest that is read."""
    try:
        with path.open("rb") as handle:
            yield from _split(handle)
    except OSError as error:
        raise _unreadable(path, error) from error


def _split(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Mails begin with a line "From …" after an empty one; in texts it is written ">From …" (RFC 4155)."""
    mail, size, after_empty = list[bytes](), 0, True
    for line in lines:
        if after_empty and line.startswith(b"From "):
            if size:
                yield b"".join(mail)
            mail, size, after_empty = [], 0, False
            continue
        after_empty = not line.strip()
        if size <= LARGEST_MAIL:
            mail.append(line[1:] if re.match(rb">+From ", line) else line)
            size += len(line)
    if size:
        yield b"".join(mail)


def import_mails(path: Path, progress: Progress | None = None) -> MailReport:
    """Take the mails of a .eml or .mbox file as inquiries; each once, however often it is imported.

    A mail that cannot be read is a problem beside the others. Raises InvalidValue where the file itself
    cannot be read.
    """
    watch = progress or Quiet()
    sources = mailbox_mails(path) if is_mailbox(path) else iter([_bytes(path)])
    taken, problems, changes = InquiriesTaken(), list[str](), dict[str, frozenset[int]]()
    done = 0
    while not watch.cancelled and (part := list(islice(sources, PER_TRANSACTION))):
        mails = _readable(part, done, problems)
        result = take_mails(mails)
        taken += result.value
        changes = {
            kind: changes.get(kind, frozenset()) | result.changes.get(kind, frozenset())
            for kind in {*changes, *result.changes}
        }
        done += len(part)
        watch.report(done, 0, ngettext("{n} e-mail", "{n} e-mails", done, n=done))
    return MailReport(taken, tuple(problems[:MOST_PROBLEMS]), changes)


def is_mailbox(path: Path) -> bool:
    """Whether the file holds many mails: by its name, else by how it begins."""
    if path.suffix.casefold() in {".mbox", ".mbx"}:
        return True
    try:
        with path.open("rb") as handle:
            return path.suffix.casefold() != ".eml" and handle.read(5) == b"From "
    except OSError as error:
        raise _unreadable(path, error) from error


def _readable(part: Sequence[bytes], before: int, problems: list[str]) -> list[Mail]:
    mails = []
    for number, source in enumerate(part, before + 1):
        try:
            mails.append(read_mail(source))
        except DomainError as error:
            problems.append(_("E-mail {number}: {reason}", number=number, reason=str(error)))
    return mails


@use_case
def take_mails(session: Session, mails: Sequence[Mail]) -> InquiriesTaken:
    """Take the mails as inquiries: a mail that answers another one belongs to the same inquiry."""
    ours = (session.scalar(select(Company.email).order_by(Company.id).limit(1)) or "").casefold()
    taken = InquiriesTaken()
    for mail in mails:
        incoming = _incoming(session, mail, outgoing=bool(ours) and mail.sender_email.casefold() == ours)
        _inquiry, outcome = take_inquiry(session, None, incoming)
        taken += InquiriesTaken(**{outcome.value: 1})
    return taken


def _incoming(session: Session, mail: Mail, *, outgoing: bool) -> IncomingInquiry:
    name, address = (mail.to_name, mail.to_email) if outgoing else (mail.reply_name, mail.reply_email)
    message = IncomingMessage(
        mail.message_id, outgoing, mail.sender_name or mail.sender_email, mail.shown_text, mail.sent_at
    )
    return IncomingInquiry(
        source=InquirySource.EMAIL,
        external_id=_thread(session, mail),
        subject=mail.subject,
        received_at=mail.sent_at,
        modified_at=mail.sent_at,
        buyer_name=name or ("" if outgoing else address),
        buyer_email=address,
        messages=(message,),
        product_id=_product(session, mail),
    )


def _thread(session: Session, mail: Mail) -> str:
    """The id of the inquiry that the mail belongs to: that of a mail it refers to, else of the first of them.

    So the mails of a conversation come together in whichever order they are imported.
    """
    named = [key_of(one) for one in (mail.message_id, *mail.references)]
    known = (
        select(Inquiry.external_id)
        .join(InquiryMessage, InquiryMessage.inquiry_id == Inquiry.id)
        .where(Inquiry.source == InquirySource.EMAIL, InquiryMessage.external_id.in_(named))
        .order_by(Inquiry.id)
        .limit(1)
    )
    return session.scalar(known) or (mail.references[0] if mail.references else mail.message_id)


def _product(session: Session, mail: Mail) -> int | None:
    """The product that the mail names first, by SKU or product code; the subject counts before the text.

    Codes are compared in any case, but only words with a digit in them: "cup" in a sentence is no code.
    """
    found = _WORD.findall(f"{mail.subject} {mail.text[:LONGEST_SEARCHED]}")
    words = dict.fromkeys(word.rstrip(".-/").casefold() for word in found if re.search(r"\d", word))
    known: dict[str, int | None] = {}
    for part in chunks(words):
        items = select(func.lower(Item.sku), Item.product_id).where(func.lower(Item.sku).in_(part))
        products = select(func.lower(Product.code), Product.id).where(func.lower(Product.code).in_(part))
        known |= dict(session.execute(items).all()) | dict(session.execute(products).all())
    return next((known[word] for word in words if known.get(word)), None)

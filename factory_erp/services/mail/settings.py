"""The mail server that documents are sent through, and in whose name.

The settings are the workspace's; the password is kept on each PC in its keyring (``sync.mail``), never here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.partners import Company
from factory_erp.models.security import Setting
from factory_erp.services.base import query, use_case
from factory_erp.services.master_data import changed_since

KEY = "mail"
"""Where the settings are kept, as JSON."""

Security = Literal["starttls", "tls", "none"]

USUAL_PORT: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
"""Ports of message submission (RFC 8314), and of a server on this PC."""

THIS_PC = frozenset({"127.0.0.1", "::1", "localhost"})
"""The only hosts to which anything is sent unencrypted."""

LONGEST = 120
"""Characters of a name of a user or sender."""

_ATOM = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}{{1,64}}@(?:{_LABEL}\.)+{_LABEL}")
_HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}(?:\.{_LABEL})*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server, and who sends.

    ``security``: "starttls" begins plainly and turns to TLS before anything is said, "tls" is TLS from the
    first byte, "none" is for a server on this PC. No ``user``: the server asks for none. No ``sender``: the
    company's address; no ``sender_name``: the company's name.
    """

    host: str = ""
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    sender: str = ""
    sender_name: str = ""


@dataclass(frozen=True, slots=True)
class MailSheet:
    """The settings as their form shows them, over *version* (0: nothing was entered yet).

    *company_email* and *company_name* are used where no sender is entered.
    """

    settings: MailSettings
    version: int
    company_email: str
    company_name: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a message is from: address, and the name shown beside it."""

    address: str
    name: str


def is_address(text: str) -> bool:
    """Whether *text* is one plain e-mail address (RFC 5321 with a dot-atom), in ASCII, without a name."""
    local = text.rpartition("@")[0]
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    return _ADDRESS.fullmatch(text) is not None and len(text) <= 200 and not dotted


@query
def mail_sheet(session: Session) -> MailSheet:
    """The settings, what a form saves them over, and what stands in where a sender is missing."""
    row = _row(session)
    company = session.scalar(select(Company).order_by(Company.id))
    return MailSheet(
        read_settings(session),
        row.version if row else 0,
        company.email if company else "",
        company.name_en if company else "",
    )


@query
def mail_settings(session: Session) -> MailSettings:
    """The settings; without a host where nothing was entered."""
    return read_settings(session)


@use_case
def save_mail_settings(session: Session, settings: MailSettings, version: int | None = None) -> None:
    """Write the settings over the *version* that was read (None: over any). The same again changes nothing.

    Raises InvalidValue naming the field that is wrong, Conflict where somebody changed them since.
    """
    check_settings(settings)
    value = json.dumps(asdict(settings), ensure_ascii=False, sort_keys=True)
    row = _row(session)
    if row is not None and row.value == value:
        return
    if version is not None and version != (row.version if row else 0):
        raise changed_since(_("Mail server"))
    if row is None:
        session.add(Setting(key=KEY, value=value))
    else:
        row.value = value


def check_settings(settings: MailSettings) -> None:
    """Raise InvalidValue, naming the field, for settings that nothing can or should be sent with."""
    for problem in _problems(settings):
        raise problem


def _problems(settings: MailSettings) -> Iterator[InvalidValue]:
    if not _HOST.fullmatch(settings.host):
        yield _wrong(
            "host",
            _("The mail server has no name that could be right."),
            _("Write it like smtp.example.com."),
        )
    if not 0 < settings.port < 65536:
        yield _wrong("port", _("A port is a number from 1 to 65535."), _("Usual are 587 and 465."))
    if settings.security not in get_args(Security):
        yield _wrong("security", _("There is no such protection of mail."), _("Choose STARTTLS or TLS."))
    if settings.security == "none" and settings.host not in THIS_PC:
        yield _wrong(
            "security",
            _("Documents and passwords are sent over a network encrypted only."),
            _("Choose STARTTLS or TLS. Without encryption, only a server on this PC can be used."),
        )
    for name in ("user", "sender_name"):
        said = getattr(settings, name)
        if len(said) > LONGEST or not said.isprintable() or not (name != "user" or said.isascii()):
            yield _wrong(
                name, _("The name is too long, or holds characters that no name has."), _("Type it again.")
            )
    if settings.sender and not is_address(settings.sender):
        yield not_an_address(settings.sender, "sender")


def not_an_address(text: str, field: str) -> InvalidValue:
    """The error for a *text* that is no e-mail address."""
    return InvalidValue(
        _("'{address}' is not an e-mail address.", address=text),
        record=text,
        field=field,
        remedy=_("Write it like sales@example.com, several with commas between."),
    )


def _wrong(field: str, message: str, remedy: str) -> InvalidValue:
    return InvalidValue(message, field=field, remedy=remedy)


def read_settings(session: Session) -> MailSettings:
    """The settings, for use cases."""
    row = _row(session)
    said = json.loads(row.value) if row else {}
    return MailSettings(**{one.name: said[one.name] for one in fields(MailSettings) if one.name in said})


def read_sender(session: Session) -> Sender:
    """Who messages are from. Raises InvalidValue where neither settings nor company have an address."""
    settings = read_settings(session)
    company = session.scalar(select(Company).order_by(Company.id))
    address = settings.sender or (company.email.strip() if company else "")
    if not is_address(address):
        raise InvalidValue(
            _("Your company has no e-mail address to send from."),
            record=address,
            field="email",
            remedy=_("Enter it under Settings → Company, or a sender beside the mail server."),
        )
    name = settings.sender_name or (company.name_en if company else "")
    return Sender(address, " ".join("".join(c if c.isprintable() else " " for c in name).split()))


def _row(session: Session) -> Setting | None:
    return session.scalar(select(Setting).filter_by(key=KEY))

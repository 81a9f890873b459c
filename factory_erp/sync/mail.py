"""Handing a message to the mail server (SMTP submission: RFC 5321, RFC 6409, RFC 8314), all of it or nothing.

The password comes from this PC's secret store and is named in no error and no log. A server that refuses one
recipient gets the message for none, so that "sent" and "not sent" are the only outcomes. The exception is a
connection that breaks after the last byte and before the answer: that is said as ``MailOutcomeUnknown``.
"""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.mail.sending import Outgoing, outgoing, settle_mail, start_mail
from factory_erp.services.mail.settings import MailSettings, check_settings, mail_settings
from factory_erp.sync.credentials import SecretStore

TIMEOUT = 60.0
"""Seconds that the mail server may take for an answer."""

GOODBYE = 5.0
"""Seconds that it may take to say goodbye: the message is safe by then."""

_OURSELVES = "[127.0.0.1]"
"""How we introduce ourselves: the name of a PC is nobody's business, and may not be ASCII."""

_OK, _OK_ELSEWHERE, _GO_ON = 250, 251, 354


class MailError(DomainError):
    """The message was not sent."""


class MailOutcomeUnknown(DomainError):
    """The message was handed over and the answer never came: it may have been sent."""


def secret_name(settings: MailSettings) -> str:
    """Name of the password in the secret store; that of one server is never shown to another."""
    return f"mail/{settings.user}@{settings.host.lower()}"


def keep_password(settings: MailSettings, secrets: SecretStore, password: str) -> None:
    """Keep the password of the settings' user on this PC."""
    secrets.set(secret_name(settings), password)


def has_password(settings: MailSettings, secrets: SecretStore) -> bool:
    """Whether a password for the settings' user is kept on this PC."""
    return bool(secrets.get(secret_name(settings)))


def deliver(mail_id: int, secrets: SecretStore, *, version: int | None = None, again: bool = False) -> str:
    """Send a message that was written, and write down what became of it; the mail server's reply.

    Raises DomainError with the step that mends it: the message can be sent again by hand then. Raises
    MailOutcomeUnknown where it may have been sent: a person has to decide (*again*).
    """
    message, settings = outgoing(mail_id), mail_settings()
    start_mail(mail_id, version, again=again)
    try:
        reply = send(message, settings, secrets)
    except MailOutcomeUnknown as error:
        settle_mail(mail_id, error.message, sent=None)
        raise
    except DomainError as error:
        settle_mail(mail_id, error.message, sent=False)
        raise
    settle_mail(mail_id, reply, sent=True)
    return reply


def send(message: Outgoing, settings: MailSettings, secrets: SecretStore, *, timeout: float = TIMEOUT) -> str:
    """Hand the message over in one connection; the server's reply. Raises MailError, MailOutcomeUnknown."""
    content = message.message.as_bytes()
    with _signed_in(settings, secrets, timeout) as server:
        return _hand_over(server, message, content)


def try_server(settings: MailSettings, secrets: SecretStore, *, timeout: float = TIMEOUT) -> None:
    """Connect and sign in, send nothing. Raises InvalidValue, MailError with what is wrong."""
    with _signed_in(settings, secrets, timeout):
        pass


@contextmanager
def _signed_in(settings: MailSettings, secrets: SecretStore, timeout: float) -> Iterator[smtplib.SMTP]:
    _check_host(settings)
    check_settings(settings)
    password = _password(settings, secrets)
    with _told(settings, password):
        server = _connected(settings, timeout)
        try:
            if settings.user:
                server.login(settings.user, password)
            yield server
        finally:
            _say_goodbye(server)


def _check_host(settings: MailSettings) -> None:
    if not settings.host:
        raise MailError(
            _("No mail server has been entered yet."),
            field="host",
            remedy=_("Enter it under Settings → Papers."),
        )


def _password(settings: MailSettings, secrets: SecretStore) -> str:
    if not settings.user:
        return ""
    password = secrets.get(secret_name(settings)) or ""
    if not password or not password.isascii():
        said = (
            _("The password of {user} holds characters that mail servers do not take.", user=settings.user)
            if password
            else _("The password of {user} is not stored on this PC.", user=settings.user)
        )
        raise MailError(
            said,
            record=settings.host,
            field="password",
            remedy=_("Enter the password under Settings → Papers."),
        )
    return password


def _connected(settings: MailSettings, timeout: float) -> smtplib.SMTP:
    host, port = settings.host, settings.port
    if settings.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port, _OURSELVES, timeout=timeout, context=context)
    server = smtplib.SMTP(host, port, _OURSELVES, timeout=timeout)
    if settings.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _say_goodbye(server: smtplib.SMTP) -> None:
    with suppress(smtplib.SMTPException, OSError):
        if server.sock is not None:
            server.sock.settimeout(GOODBYE)
            server.quit()
    server.close()


def _hand_over(server: smtplib.SMTP, message: Outgoing, content: bytes) -> str:
    server.ehlo_or_helo_if_needed()
    _check_size(server, content)
    options = [f"SIZE={len(content)}"] if server.has_extn("size") else []
    _accept(*server.mail(message.sender, options), address=message.sender, field="sender")
    for address in message.recipients:
        _accept(*server.rcpt(address), address=address, field="to")
    code, reply = server.docmd("DATA")
    if code != _GO_ON:
        raise smtplib.SMTPDataError(code, reply)
    try:
        server.send(_dotted(content))
        code, reply = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise _unknown(message) from error
    if code != _OK:
        raise smtplib.SMTPDataError(code, reply)
    return f"{code} {_text(reply)}"


def _check_size(server: smtplib.SMTP, content: bytes) -> None:
    """SIZE of RFC 1870: what the server says that it takes."""
    most = server.esmtp_features.get("size", "")
    if most.isdigit() and 0 < int(most) < len(content):
        raise MailError(
            _("The message is larger than the mail server takes ({most} MB).", most=int(most) // 1_000_000),
            field="kinds",
            remedy=_("Send fewer documents at once."),
        )


def _accept(code: int, reply: bytes, *, address: str, field: str) -> None:
    if code not in (_OK, _OK_ELSEWHERE):
        raise MailError(
            _("The mail server refused {address}: {reply}", address=address, reply=f"{code} {_text(reply)}"),
            record=address,
            field=field,
            remedy=_("Correct the address, then send the message again. It went to nobody."),
        )


def _dotted(content: bytes) -> bytes:
    """The message as it is transmitted: a dot that begins a line doubled, one alone at the end (RFC 5321)."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"


def _unknown(message: Outgoing) -> MailOutcomeUnknown:
    return MailOutcomeUnknown(
        _("The connection broke before the mail server answered: the message may have been sent."),
        record=", ".join(message.recipients),
        remedy=_("Ask the recipient or look in the mailbox; then mark it as sent, or send it again."),
    )


@contextmanager
def _told(settings: MailSettings, password: str) -> Iterator[None]:
    """Failures of the conversation as sentences; the password stands in none of them."""
    try:
        yield
    except DomainError as error:
        error.message = _hidden(error.message, settings, password)
        error.args = (error.message,)
        raise
    except (smtplib.SMTPException, OSError) as error:
        said = _said(error, settings, password)
        # What the server said may repeat the password: it is not chained, so that no log shows it.
        raise said from None


def _said(error: Exception, settings: MailSettings, password: str) -> MailError:
    message, field, remedy = _sentence(error, settings)
    return MailError(_hidden(message, settings, password), record=settings.host, field=field, remedy=remedy)


def _sentence(error: Exception, settings: MailSettings) -> tuple[str, str, str]:
    """What went wrong, at which field of the settings, and what mends it."""
    host = settings.host
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            _(
                "The mail server {host} cannot prove who it is: {reason}.",
                host=host,
                reason=error.verify_message,
            ),
            "host",
            _("Check the server's name and this PC's clock. Nothing was sent, nor the password."),
        )
    if isinstance(error, ssl.SSLError):
        return (
            _(
                "The mail server {host} does not speak TLS as expected on port {port}.",
                host=host,
                port=settings.port,
            ),
            "security",
            _("Port 587 usually takes STARTTLS, port 465 TLS."),
        )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return (
            _("The mail server did not accept the user or the password: {reply}", reply=_reply(error)),
            "password",
            _("Check both. Many providers want a password made for programs, not that of the mailbox."),
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return (
            _("The mail server {host} does not offer what the settings ask for.", host=host),
            "security",
            _("Check the port, the protection, and whether it asks for a user at all."),
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return (
            _("The mail server refused the message: {reply}", reply=_reply(error)),
            "",
            _("Mend what the answer names, then send it again. It went to nobody."),
        )
    return _no_connection(error, settings)


def _no_connection(error: Exception, settings: MailSettings) -> tuple[str, str, str]:
    host, port = settings.host, settings.port
    if isinstance(error, socket.gaierror):
        return _("There is no mail server {host}.", host=host), "host", _("Check its name and the network.")
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        message = _("The mail server {host} did not answer in time. Nothing was sent.", host=host)
        return message, "port", _("Check the port, the protection and the network, then try again.")
    return (
        _("The mail server {host} cannot be reached on port {port}, or hung up.", host=host, port=port),
        "host",
        _("Check the network, the server's name and the port, then try again."),
    )


def _reply(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _text(reply: bytes | str) -> str:
    """A reply on one line; servers in China also answer in GBK."""
    raw = reply.encode() if isinstance(reply, str) else reply
    try:
        said = raw.decode()
    except UnicodeDecodeError:
        said = raw.decode("gb18030", "replace")
    return " ".join(said.split())[:500]


def _hidden(text: str, settings: MailSettings, password: str) -> str:
    """*text* without the password, plain or as SMTP carries it."""
    pair = f"\0{settings.user}\0{password}"
    for spelling in (base64.b64encode(pair.encode()).decode(), _base64(password), password):
        if password and spelling in text:
            text = text.replace(spelling, "…")
    return text


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

"""A mail server on 127.0.0.1 that keeps what it is given, asks for a password, and fails on demand."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER = "clerk@cups.example"
PASSWORD = "canary-mail-5f0c2e9b"


@dataclass
class MailServer:
    """What the server was given, and what it shall do: set before the message comes.

    ``refused``: addresses that it does not know. ``hang_up``: at "greeting", or after the message before its
    "answer". ``answer``: instead of 250. ``pause``: seconds before that answer.
    """

    user: str = USER
    password: str = PASSWORD
    refused: frozenset[str] = frozenset()
    hang_up: str = ""
    answer: str = "250 2.0.0 OK queued as 4711"
    pause: float = 0.0
    echo: bool = False
    port: int = 0
    connections: int = 0
    passwords: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        """What arrived, read as a mailbox reads it."""
        read = [message_from_bytes(one, policy=policy.default) for one in self.raw]
        return [one for one in read if isinstance(one, EmailMessage)]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return f"550 5.1.1 <{address}>: no such user" + (f" {self.password}" if self.echo else "")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content, sender = envelope.content, envelope.mail_from
        assert isinstance(content, bytes)
        assert sender is not None
        self.raw.append(content)
        self.envelopes.append((sender, tuple(envelope.rcpt_tos)))
        if self.hang_up == "answer":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        await asyncio.sleep(self.pause)
        return self.answer

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.passwords.append(data.password.decode())
        good = (data.login.decode(), data.password.decode()) == (self.user, self.password)
        said = f"535 5.7.8 wrong password {data.password.decode()}" if self.echo else None
        return AuthResult(success=good, handled=False, message=None if good else said)


class _Conversation(SMTP):
    """Like aiosmtpd's, but hangs up on whom it does not like."""

    def connection_made(self, transport: Any) -> None:
        keeper = self.event_handler
        assert isinstance(keeper, MailServer)
        keeper.connections += self.transport is None  # not again after STARTTLS
        if keeper.hang_up == "greeting":
            transport.abort()
            return
        super().connection_made(transport)


@contextmanager
def mail_server(
    keeper: MailServer, certificate: Path | None = None, *, implicit: bool = False, size: int = 30_000_000
) -> Iterator[MailServer]:
    """Run *keeper* until the block ends: STARTTLS (or TLS: *implicit*) with *certificate*, else plain."""
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)

    def conversation() -> SMTP:
        starttls = None if implicit else tls
        return _Conversation(
            keeper,
            data_size_limit=size,
            hostname="mail.test",
            tls_context=starttls,
            authenticator=keeper.authenticate,
            auth_require_tls=starttls is not None,
            auth_exclude_mechanism=["CRAM-MD5"],
        )

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = loop.create_server(conversation, "127.0.0.1", 0, ssl=tls if implicit else None)
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
    keeper.port = server.sockets[0].getsockname()[1]
    try:
        yield keeper
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def certificate(folder: Path, *hosts: str, days: int = 30) -> Path:
    """A certificate for *hosts*, its own authority, with its key: for a server and for who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{hosts[0]}.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path

"""Handing a message to a mail server: encrypted, all or nothing, and never a password in any text."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.services.mail.sending import Outgoing
from factory_erp.services.mail.settings import MailSettings
from factory_erp.sync import mail
from factory_erp.sync.credentials import MemorySecrets
from tests.sync.mail_server import PASSWORD, USER, MailServer, certificate, mail_server

BUYER = "einkauf@nord.example"


@dataclass
class Post:
    """A running server and the settings that reach it."""

    server: MailServer
    settings: MailSettings
    secrets: MemorySecrets

    def send(self, message: Outgoing | None = None, timeout: float = 5.0) -> str:
        return mail.send(message or letter(), self.settings, self.secrets, timeout=timeout)

    def refused(self, message: Outgoing | None = None, timeout: float = 5.0) -> DomainError:
        with pytest.raises(DomainError) as error:
            self.send(message, timeout)
        said = "".join(traceback.format_exception(error.value))
        assert PASSWORD not in said
        assert error.value.remedy
        return error.value


def letter(*recipients: str, body: str = "您好！\n.\n..dots\nGrüße") -> Outgoing:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"], message["To"] = USER, ", ".join(recipients or (BUYER,))
    message["Subject"], message["Message-ID"] = "出货单据 SH-1", "<1@cups.example>"
    message.set_content(body)
    message.add_attachment(b"%PDF-1.7", "application", "pdf", filename="CI-2026-00001 商业发票.pdf")
    return Outgoing(1, USER, message, recipients or (BUYER,))


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("ca"), "localhost", "127.0.0.1")


@pytest.fixture
def post(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A server with STARTTLS whose certificate this PC trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_server(MailServer(), trusted) as server:
        settings = MailSettings(host="localhost", port=server.port, security="starttls", user=USER)
        secrets = MemorySecrets()
        mail.keep_password(settings, secrets, PASSWORD)
        yield Post(server, settings, secrets)


def test_a_message_arrives_as_it_was_written_over_starttls(post: Post) -> None:
    assert post.send(letter(BUYER, "copy@nord.example")) == post.server.answer
    (arrived,) = post.server.messages
    assert post.server.envelopes == [(USER, (BUYER, "copy@nord.example"))]
    body, (attachment,) = arrived.get_body(), arrived.iter_attachments()
    assert body is not None
    assert body.get_content().splitlines() == ["您好！", ".", "..dots", "Grüße"]
    assert (arrived["Subject"], arrived["Message-ID"]) == ("出货单据 SH-1", "<1@cups.example>")
    assert (attachment.get_filename(), attachment.get_content()) == (
        "CI-2026-00001 商业发票.pdf",
        b"%PDF-1.7",
    )
    assert (post.server.connections, post.server.passwords) == (1, [PASSWORD])
    assert post.server.raw[0].isascii()


def test_lines_that_begin_with_a_dot_arrive_with_one(post: Post) -> None:
    post.send(letter(body="a\n.\n.b\n..c"))
    body = post.server.messages[0].get_body()
    assert body is not None
    assert body.get_content().split() == ["a", ".", ".b", "..c"]


def test_tls_from_the_first_byte(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with mail_server(MailServer(), trusted, implicit=True) as server:
        settings = MailSettings(host="127.0.0.1", port=server.port, security="tls")
        assert mail.send(letter(), settings, MemorySecrets(), timeout=5).startswith("250")
        mixed = Post(server, replace(settings, security="starttls"), MemorySecrets())
        assert mixed.refused(timeout=1).field in ("port", "host")
    assert len(server.raw) == 1


def test_starttls_is_never_given_up_for_plain_text() -> None:
    with mail_server(MailServer()) as server:
        settings = MailSettings(host="localhost", port=server.port, security="starttls", user=USER)
        secrets = MemorySecrets()
        mail.keep_password(settings, secrets, PASSWORD)
        assert Post(server, settings, secrets).refused().field == "security"
        plainly = Post(server, replace(settings, security="tls"), secrets)
        assert "TLS" in plainly.refused().message
    assert (server.raw, server.passwords) == ([], [])


def test_without_encryption_only_a_server_on_this_pc_is_used() -> None:
    with mail_server(MailServer()) as server:
        settings = MailSettings(host="127.0.0.1", port=server.port, security="none")
        assert mail.send(letter(), settings, MemorySecrets(), timeout=5).startswith("250")
    elsewhere = MailSettings(host="mail.example", port=25, security="none")
    with pytest.raises(InvalidValue) as refused:
        mail.send(letter(), elsewhere, MemorySecrets())
    assert refused.value.field == "security"


@pytest.mark.parametrize("fault", ["unknown", "expired", "other name"])
def test_a_server_that_cannot_prove_who_it_is_gets_nothing(
    post: Post, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts, days = ("mail.elsewhere.example",) if fault == "other name" else ("localhost",), 30
    path = certificate(tmp_path, *hosts, days=-1 if fault == "expired" else days)
    if fault != "unknown":
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with mail_server(MailServer(), path) as impostor:
        error = replace(post, settings=replace(post.settings, port=impostor.port)).refused()
    assert (error.field, impostor.raw, impostor.passwords) == ("host", [], [])
    assert "prove who it is" in error.message


@pytest.mark.parametrize("echo", [False, True])
def test_a_wrong_password_is_said_without_saying_it(post: Post, echo: bool) -> None:
    post.server.password, post.server.echo = "another", echo
    error = post.refused()
    assert (error.field, post.server.raw) == ("password", [])
    assert "535" in error.message


def test_a_password_is_needed_and_has_to_be_one_that_smtp_can_carry(post: Post) -> None:
    mail.keep_password(post.settings, post.secrets, "密码-canary")
    error = post.refused()
    assert error.field == "password"
    assert "canary" not in str(error)
    mail.keep_password(post.settings, post.secrets, "")
    assert not mail.has_password(post.settings, post.secrets)
    assert "not stored" in post.refused().message
    assert post.server.connections == 0


def test_the_password_of_one_server_is_never_shown_to_another(post: Post) -> None:
    assert mail.has_password(post.settings, post.secrets)
    assert not mail.has_password(replace(post.settings, host="mail.evil.example"), post.secrets)


def test_a_refused_address_is_named_and_nobody_gets_the_message(post: Post) -> None:
    post.server.refused, post.server.echo = frozenset({"gone@nord.example"}), True
    error = post.refused(letter(BUYER, "gone@nord.example"))
    assert (error.record, error.field, post.server.raw) == ("gone@nord.example", "to", [])
    assert "550" in error.message


@pytest.mark.parametrize("answer", ["554 5.7.1 spam", "552 5.3.4 too large"])
def test_a_refused_message_is_said_in_the_servers_words(post: Post, answer: str) -> None:
    post.server.answer = answer
    assert answer in post.refused().message


def test_the_servers_own_limit_is_kept(trusted: Path, post: Post) -> None:
    with mail_server(MailServer(), trusted, size=10_000) as small:
        there = replace(post, server=small, settings=replace(post.settings, port=small.port))
        message = letter(body="x" * 79 + "\n" + "y\n" * 10_000)
        assert there.refused(message).field == "kinds"
        assert there.send()


def test_no_connection_no_server_and_no_answer(post: Post) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        late = replace(post, settings=replace(post.settings, port=port)).refused(timeout=0.2)
    assert "in time" in late.message
    assert replace(post, settings=replace(post.settings, port=port)).refused().field == "host"
    post.server.hang_up = "greeting"
    assert "hung up" in post.refused().message


def test_a_name_that_nobody_knows(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_asked: object, **_more: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = post.refused()
    assert (error.field, "no mail server" in error.message) == ("host", True)


@pytest.mark.parametrize("fault", ["hangs up", "is silent"])
def test_an_answer_that_never_comes_is_no_failure_and_no_success(post: Post, fault: str) -> None:
    post.server.hang_up = "answer" if fault == "hangs up" else ""
    post.server.pause = 0.0 if fault == "hangs up" else 2.0
    error = post.refused(timeout=0.5)
    assert isinstance(error, mail.MailOutcomeUnknown)
    assert "may have been sent" in error.message
    assert len(post.server.raw) == 1


def test_trying_the_server_signs_in_and_sends_nothing(post: Post) -> None:
    mail.try_server(post.settings, post.secrets, timeout=5)
    assert (post.server.passwords, post.server.raw) == ([PASSWORD], [])
    with pytest.raises(DomainError, match="No mail server"):
        mail.try_server(MailSettings(), post.secrets)


def test_no_log_holds_the_password(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    post.send()
    post.server.refused = frozenset({BUYER})
    post.refused()
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("mail.log")]
    assert not [text for text in ours if PASSWORD in text]

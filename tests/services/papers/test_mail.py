"""Documents by e-mail: written down, sent once, and said plainly where nobody knows."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from factory_erp.documents.twins.bundle import TwinForm
from factory_erp.domain.errors import Conflict, DomainError, InvalidValue, NotAllowed
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, DocumentMail, DocumentState, MailState
from factory_erp.models.partners import Company
from factory_erp.models.security import Setting
from factory_erp.services.files import documents as document_files
from factory_erp.services.mail import sending as papers_mail
from factory_erp.services.mail.drafts import compose_mail
from factory_erp.services.mail.sending import (
    MailInput,
    MailView,
    decide_mail,
    mails,
    outgoing,
    settle_mail,
    start_mail,
    write_mail,
)
from factory_erp.services.mail.settings import MailSettings, Sender, save_mail_settings
from factory_erp.sync import mail as post
from factory_erp.sync.credentials import MemorySecrets
from tests.services.shipping_factory import Factory
from tests.sync.mail_server import PASSWORD, USER, MailServer, certificate, mail_server

ROOT = Path(__file__).resolve().parents[3]
BUYER = "einkauf@nord.example"
PAPERS = ("CI-2026-00001 Commercial invoice.pdf", "PL-2026-00001 Packing list.pdf")


@pytest.fixture
def factory(db: Database) -> Factory:
    made = Factory(db)
    company = made.one(Company)
    made.change(Company, company.id, email="export@cups.example", uscc="91330205144052888N")
    return made


@pytest.fixture
def shipment(factory: Factory) -> int:
    """A shipment with invoice and packing list issued."""
    item = factory.item("CUP-1")
    factory.stock(item, 500)
    buyer = factory.customer(email=BUYER)
    return factory.documented(factory.order(buyer, [(item, "100", "2.35")]))


def letter(**values: object) -> MailInput:
    given: dict[str, object] = {"to": (BUYER,), "subject": "Documents", "body": "Please find attached."}
    return MailInput(**given | values)  # type: ignore[arg-type]  # the fields that a test names


def received(mail_id: int) -> EmailMessage:
    """The message as a mailbox reads it."""
    raw = outgoing(mail_id).message.as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def attached(mail_id: int) -> dict[str | None, bytes]:
    return {part.get_filename(): part.get_content() for part in received(mail_id).iter_attachments()}


def only(shipment: int) -> MailView:
    (view,) = mails(shipment)
    return view


@pytest.mark.parametrize("form", ["files", "pdf", "zip"])
def test_the_set_is_attached_as_it_was_issued(factory: Factory, shipment: int, form: str) -> None:
    files = attached(write_mail(shipment, letter(form=form), "k").value)
    issued = [document_files.read(one) for one in factory.all(Document)]
    if form == "files":
        assert files == dict(zip(PAPERS, issued, strict=True))
        return
    ((name, content),) = files.items()
    assert name == f"SH-2026-00001.{form}"
    if form == "pdf":
        assert len(PdfReader(io.BytesIO(content)).pages) == 2
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {one: archive.read(one) for one in archive.namelist()} == dict(
                zip(PAPERS, issued, strict=True)
            )


TWINS = (
    "CI-2026-00001 Commercial invoice.xlsx",
    "CI-2026-00001 Commercial invoice.ubl.xml",
    "PL-2026-00001 Packing list.xlsx",
    "PL-2026-00001 Packing list.ubl.xml",
)


@pytest.mark.parametrize("form", ["files", "pdf", "zip"])
def test_forms_for_the_recipients_programs_go_along(factory: Factory, shipment: int, form: str) -> None:
    mail_id = write_mail(shipment, letter(form=form, twins=(TwinForm.UBL, TwinForm.XLSX)), "k").value
    assert set(only(shipment).attached) == {*PAPERS, *TWINS}
    types = {part.get_filename(): part.get_content_type() for part in received(mail_id).iter_attachments()}
    if form == "zip":
        assert types == {"SH-2026-00001.zip": "application/zip"}
        (content,) = attached(mail_id).values()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert set(archive.namelist()) == {*PAPERS, *TWINS}
        return
    papers = PAPERS if form == "files" else ("SH-2026-00001.pdf",)
    assert set(types) == {*papers, *TWINS}
    assert {types[name] for name in papers} == {"application/pdf"}
    assert {types[name] for name in TWINS if name.endswith("xml")} == {"application/xml"}
    assert attached(mail_id) == attached(mail_id), "sent again, it is the same message"


def test_messages_of_older_versions_are_still_read(factory: Factory, shipment: int) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    stored = json.loads(factory.one(DocumentMail).attached)
    factory.change(
        DocumentMail, mail_id,
        attached=json.dumps({"form": stored["form"], "documents": stored["documents"]}),
    )  # fmt: skip
    assert set(attached(mail_id)) == set(only(shipment).attached) == set(PAPERS)


def test_a_message_says_what_was_written_in_any_script(shipment: int) -> None:
    given = letter(
        to=(BUYER, " chef@nord.example "), cc=("Einkauf@NORD.example", "bank@bank.example"),
        subject="出货单据\r\nBcc: spy@evil.example",
        body="您好！\n.\nÀ bientôt – с уважением\n" + "长" * 2000,
    )  # fmt: skip
    mail_id = write_mail(shipment, given, "k").value
    read, body = received(mail_id), received(mail_id).get_body()
    assert body is not None
    assert body.get_content().splitlines() == given.body.splitlines()
    assert read["Subject"] == "出货单据 Bcc: spy@evil.example"
    assert (read["To"], read["Cc"], read["Bcc"]) == (f"{BUYER}, chef@nord.example", "bank@bank.example", None)
    assert read["From"] == '"Ningbo Bright Cup Co., Ltd." <export@cups.example>'
    assert outgoing(mail_id).recipients == (BUYER, "chef@nord.example", "bank@bank.example")
    assert only(shipment).recipients == (BUYER, "chef@nord.example", "cc:bank@bank.example")


def test_the_same_form_saved_twice_is_one_message(factory: Factory, shipment: int) -> None:
    first = write_mail(shipment, letter(), "k")
    again = write_mail(shipment, letter(), "k")
    assert (again.value, dict(again.changes)) == (first.value, {})
    other = write_mail(shipment, letter(), "k2").value
    ids = [row.message_id for row in factory.all(DocumentMail)]
    assert len(set(ids)) == 2
    assert all(one.endswith("@cups.example>") for one in ids)
    assert received(other)["Message-ID"] == ids[1]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("to", {"to": ()}),
        ("to", {"to": ("nobody",)}),
        ("to", {"to": (f"{BUYER}\r\nBcc: spy@evil.example",)}),
        ("to", {"to": tuple(f"b{n}@nord.example" for n in range(51))}),
        ("cc", {"cc": ("a@b.example, c@d.example",)}),
        ("subject", {"subject": " \n "}),
        ("subject", {"subject": "x" * 201}),
        ("body", {"body": "a\0b"}),
        ("form", {"form": "rar"}),
        ("group", {"group": "press"}),
    ],
)
def test_what_cannot_be_sent_is_named_and_nothing_is_written(
    shipment: int, field: str, values: dict[str, object]
) -> None:
    with pytest.raises(InvalidValue) as refused:
        write_mail(shipment, letter(**values), "k")
    assert (refused.value.field, mails(shipment)) == (field, ())
    assert refused.value.remedy


def test_nothing_is_sent_before_documents_are_issued(factory: Factory, shipment: int) -> None:
    with pytest.raises(NotAllowed, match="issued"):
        write_mail(shipment, letter(kinds=("bill_of_exchange",)), "k")
    for document in factory.all(Document):
        factory.change(Document, document.id, state=DocumentState.CANCELLED)
    with pytest.raises(NotAllowed, match="issued"):
        write_mail(shipment, letter(), "k")


def test_a_set_that_no_server_takes_is_not_written(shipment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(len(content) for content in attached(write_mail(shipment, letter(), "k").value).values())
    monkeypatch.setattr(papers_mail, "LARGEST", size - 1)
    with pytest.raises(NotAllowed, match="too large"):
        write_mail(shipment, letter(), "k2")
    monkeypatch.setattr(papers_mail, "LARGEST", size)
    assert write_mail(shipment, letter(), "k3").value


def test_the_limit_is_20_mb() -> None:
    assert papers_mail.LARGEST == 20 * 1024 * 1024


def test_a_file_that_was_altered_is_never_sent(factory: Factory, shipment: int) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    path = document_files.path_of(factory.all(Document)[0].file_name)
    path.chmod(0o644)
    path.write_bytes(b"%PDF-forged")
    with pytest.raises(DomainError, match="not the one that was issued"):
        outgoing(mail_id)
    with pytest.raises(DomainError, match="not the one that was issued"):
        write_mail(shipment, letter(), "k2")


def test_a_company_without_an_address_cannot_send(factory: Factory, shipment: int) -> None:
    factory.change(Company, factory.one(Company).id, email="")
    with pytest.raises(InvalidValue) as refused:
        write_mail(shipment, letter(), "k")
    assert refused.value.field == "email"


def test_documents_that_no_longer_hold_do_not_go_out(factory: Factory, shipment: int) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    factory.change(Document, factory.all(Document)[1].id, state=DocumentState.SUPERSEDED)
    assert only(shipment).stale == ("PL-2026-00001",)
    with pytest.raises(NotAllowed, match="PL-2026-00001"):
        start_mail(mail_id)
    assert only(shipment).tries == 0


# Its life


def test_a_message_that_was_begun_and_never_settled_waits_for_a_person(shipment: int) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    assert not only(shipment).uncertain
    start_mail(mail_id)
    assert only(shipment).uncertain
    with pytest.raises(NotAllowed, match="may have been sent"):
        start_mail(mail_id)
    start_mail(mail_id, again=True)
    assert (only(shipment).tries, only(shipment).state) == (2, MailState.WAITING)
    decide_mail(mail_id, sent=True)
    assert (only(shipment).state, only(shipment).uncertain) == (MailState.SENT, False)
    with pytest.raises(NotAllowed, match="sent already"):
        start_mail(mail_id, again=True)


def test_a_person_finds_that_it_was_not_sent(shipment: int) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    with pytest.raises(NotAllowed, match="known"):
        decide_mail(mail_id, sent=False)
    start_mail(mail_id)
    decide_mail(mail_id, sent=False)
    assert (only(shipment).state, only(shipment).sent_at) == (MailState.FAILED, None)
    start_mail(mail_id)
    settle_mail(mail_id, "250 OK", sent=True)
    settle_mail(mail_id, "554 no", sent=False)
    assert (only(shipment).state, only(shipment).answer) == (MailState.SENT, "250 OK")


def test_two_people_who_decide_at_once_are_told(shipment: int) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    seen = only(shipment).version
    start_mail(mail_id, seen)
    with pytest.raises(Conflict):
        start_mail(mail_id, seen, again=True)
    with pytest.raises(Conflict):
        decide_mail(mail_id, seen, sent=True)


# To a mail server


@dataclass
class Desk:
    """A clerk's PC with a mail server."""

    server: MailServer
    secrets: MemorySecrets
    settings: MailSettings

    def deliver(self, mail_id: int, *, again: bool = False) -> str:
        return post.deliver(mail_id, self.secrets, again=again)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("ca"), "localhost")


@pytest.fixture
def desk(db: Database, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setattr(post, "TIMEOUT", 5.0)
    with mail_server(MailServer(), trusted) as server:
        settings = MailSettings("localhost", server.port, "starttls", USER)
        secrets = MemorySecrets()
        post.keep_password(settings, secrets, PASSWORD)
        save_mail_settings(settings)
        yield Desk(server, secrets, settings)


def test_the_set_is_sent_in_one_connection_and_the_reply_is_kept(
    factory: Factory, shipment: int, desk: Desk
) -> None:
    draft = compose_mail(shipment)
    given = MailInput(draft.to, draft.subject, draft.body, kinds=draft.kinds)
    mail_id = write_mail(shipment, given, "k").value
    assert desk.deliver(mail_id) == desk.server.answer
    view = only(shipment)
    assert (view.state, view.answer, view.tries) == (MailState.SENT, desk.server.answer, 1)
    assert view.sent_at is not None
    (arrived,) = desk.server.messages
    assert [part.get_filename() for part in arrived.iter_attachments()] == list(PAPERS)
    assert desk.server.connections == 1
    with pytest.raises(NotAllowed, match="sent already"):
        desk.deliver(mail_id)
    assert len(desk.server.raw) == 1
    said = [row.value for row in factory.all(Setting)] + [row.answer for row in factory.all(DocumentMail)]
    assert not [text for text in said if PASSWORD in text]


def test_a_refusal_is_written_down_and_tried_again_by_hand(shipment: int, desk: Desk) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    desk.server.refused = frozenset({BUYER})
    with pytest.raises(DomainError, match="550"):
        desk.deliver(mail_id)
    view = only(shipment)
    assert (view.state, "550" in view.answer, view.uncertain) == (MailState.FAILED, True, False)
    desk.server.refused = frozenset()
    desk.deliver(mail_id)
    assert (only(shipment).state, only(shipment).tries) == (MailState.SENT, 2)


def test_an_answer_that_never_came_is_left_to_a_person(factory: Factory, shipment: int, desk: Desk) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    desk.server.hang_up = "answer"
    with pytest.raises(post.MailOutcomeUnknown):
        desk.deliver(mail_id)
    assert only(shipment).uncertain
    assert "may have been sent" in only(shipment).answer
    with pytest.raises(NotAllowed, match="may have been sent"):
        desk.deliver(mail_id)
    desk.server.hang_up = ""
    desk.deliver(mail_id, again=True)
    first, second = desk.server.messages
    assert first["Message-ID"] == second["Message-ID"] == factory.one(DocumentMail).message_id
    assert only(shipment).state == MailState.SENT


def test_without_a_mail_server_the_message_is_kept(shipment: int, db: Database) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    with pytest.raises(DomainError, match="No mail server"):
        post.deliver(mail_id, MemorySecrets())
    assert only(shipment).state == MailState.FAILED


DIES = """
import os, signal, sys
from factory_erp.models.database import Database
from factory_erp.services import base
from factory_erp.services.files import workspace
from factory_erp.sync import mail
from factory_erp.sync.credentials import MemorySecrets
from pathlib import Path

url, folder, user, host, password, mail_id = sys.argv[1:]
base.bind(Database(url))
workspace.bind(workspace.open_folder(Path(folder)))
mail.settle_mail = lambda *_given, **_said: os.kill(os.getpid(), signal.SIGKILL)
mail.deliver(int(mail_id), MemorySecrets(**{f"mail/{user}@{host}": password}))
"""
"""A program that is killed between the mail server's answer and writing it down."""


def test_a_program_that_dies_after_the_server_took_the_message_sends_it_no_second_time(
    db: Database, shipment: int, desk: Desk, tmp_path: Path
) -> None:
    mail_id = write_mail(shipment, letter(), "k").value
    given = [db.url, str(tmp_path / "workspace"), USER, "localhost", PASSWORD, str(mail_id)]
    died = subprocess.run(
        [sys.executable, "-c", DIES, *given], cwd=ROOT, check=False, timeout=60, env=os.environ
    )
    assert (died.returncode, len(desk.server.raw)) == (-9, 1)
    view = only(shipment)
    assert (view.state, view.uncertain, view.tries) == (MailState.WAITING, True, 1)
    with pytest.raises(NotAllowed, match="may have been sent"):
        desk.deliver(mail_id)
    decide_mail(mail_id, view.version, sent=True)
    assert (only(shipment).state, len(desk.server.raw)) == (MailState.SENT, 1)


# Whatever is typed


@given(
    st.text(max_size=200).filter(lambda text: "\0" not in text),
    st.text(max_size=400).filter(lambda text: "\0" not in text),
    st.text(max_size=60),
)
def test_no_text_makes_a_header_of_its_own(subject: str, body: str, name: str) -> None:
    made = papers_mail.compose(
        sender=Sender("export@cups.example", papers_mail.one_line(name)),
        to=[BUYER],
        cc=[],
        subject=papers_mail.one_line(subject),
        body=body,
    )
    read = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert set(read.keys()) <= {
        "From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    assert [one.addr_spec for one in read["To"].addresses] == [BUYER]
    assert [one.addr_spec for one in read["From"].addresses] == ["export@cups.example"]
    assert made.as_bytes().isascii()
    assert max(len(line) for line in made.as_bytes().split(b"\r\n")) <= 998


SCRIPTS = st.sampled_from(
    ["出货单据", "SH-2026-00001", "（SO-1,", "Ning,bo", '"x"', "Grüße", "مستندات", ":", "𫖮"]
)


def as_read(header: str) -> str:
    """A header as RFC 2047 has it read, by the standard library's older and exact reader."""
    return str(make_header(decode_header(header.replace("\r\n", "").strip())))


@given(st.lists(SCRIPTS, min_size=1, max_size=9), st.lists(SCRIPTS, max_size=5))
def test_subject_and_name_arrive_letter_by_letter(subject: list[str], name: list[str]) -> None:
    sender = Sender("export@cups.example", " ".join(name))
    made = papers_mail.compose(sender, [BUYER, "b@c.example"], ["c@d.example"], " ".join(subject), "x")
    read = message_from_bytes(made.as_bytes())
    assert as_read(read["Subject"]) == " ".join(subject)
    shown, address = parseaddr(read["From"].replace("\r\n", ""))
    assert (as_read(shown), address) == (sender.name, sender.address)
    assert (read["To"], read["Cc"]) == (f"{BUYER}, b@c.example", "c@d.example")

"""E-mails as inquiries: encodings, conversations, mailboxes, and mails that nobody means well with."""

from __future__ import annotations

import base64
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory_erp.domain.errors import InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.inquiries import InquirySource, InquiryState
from factory_erp.services.inquiries import mail as inquiry_mail
from factory_erp.services.inquiries import views as inquiry_views
from factory_erp.services.inquiries.files import import_mails, read_email, take_mails
from factory_erp.services.inquiries.intake import InquiriesTaken
from factory_erp.services.inquiries.mail import Mail, text_of_html
from tests.services.inquiry_samples import Shop

HEAD = b"From: Anna Berg <anna@nordlys.example>\r\nTo: export@cups.example\r\nMessage-ID: <1@x>\r\n"
DATE = b"Date: Fri, 20 Nov 2026 10:00:00 +0100\r\n"


def a_mail(name: str, *answers: str, body: str = "Price of CUP-500-BLK?", sender: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"] = sender or "Anna Berg <anna@nordlys.example>"
    mail["To"] = "anna@nordlys.example" if sender else "export@cups.example"
    mail["Subject"] = "Steel cups"
    mail["Message-ID"], mail["Date"] = f"<{name}@x>", "Fri, 20 Nov 2026 10:00:00 +0100"
    if answers:
        mail["References"] = " ".join(f"<{one}@x>" for one in answers)
    mail.set_content(body)
    return mail.as_bytes()


def test_a_mail_is_read_with_its_sender_text_and_attachments() -> None:
    mail = EmailMessage()
    mail["From"], mail["Reply-To"] = '"Berg, Anna" <anna@nordlys.example>', "Sales <sales@nordlys.example>"
    mail["Subject"], mail["Date"] = "Größe für 茶杯", "Fri, 20 Nov 2026 10:00:00 +0100"
    mail.set_content("Plain text")
    mail.add_alternative("<p>HTML</p>", subtype="html")
    mail.add_attachment(b"x" * 3000, maintype="application", subtype="pdf", filename="图纸.pdf")
    read = read_email(mail.as_bytes())
    assert (read.sender_name, read.sender_email) == ("Berg, Anna", "anna@nordlys.example")
    assert (read.reply_email, read.subject, read.text) == (
        "sales@nordlys.example",
        "Größe für 茶杯",
        "Plain text",
    )
    [file] = read.attachments
    assert file.name == "图纸.pdf"
    assert 2900 < file.size < 3200
    assert read.sent_at.isoformat() == "2026-11-20T09:00:00+00:00"
    assert read_email(mail.as_bytes()).message_id == read.message_id


@pytest.mark.parametrize(
    ("claimed", "used"),
    [("gb2312", "gbk"), ("gbk", "gbk"), ("utf-8", "utf-8"), ("", "utf-8"),
     ("utf-8", "gbk"), ("x-unknown", "gb18030")],
)  # fmt: skip
def test_chinese_mails_are_read_in_whatever_they_claim(claimed: str, used: str) -> None:
    text, subject = "请报价：镕杯 500 只", "询价 镕杯"
    charset = f"; charset={claimed}" if claimed else ""
    word = base64.b64encode(subject.encode(used)).decode()
    encoded = f"=?{claimed}?B?{word}?=".encode() if claimed else subject.encode(used)
    mail = HEAD + DATE + b"Subject: " + encoded + f"\r\nContent-Type: text/plain{charset}\r\n".encode()
    mail += b"Content-Transfer-Encoding: 8bit\r\n\r\n" + text.encode(used)
    read = read_email(mail)
    assert (read.subject, read.text) == (subject, text)


def test_html_is_reduced_to_its_text() -> None:
    html = "<style>p{}</style><p>Dear &amp; all</p><script>alert(1)</script><br><b>5 000</b> cups<td>x"
    assert text_of_html(html) == "Dear & all\n5 000 cups x"
    mail = HEAD + DATE + b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Only <i>HTML</i></p>"
    assert read_email(mail).text == "Only HTML"


def test_mails_of_a_conversation_are_one_inquiry_in_whichever_order_they_come(db: Database) -> None:
    shop = Shop(db)
    ours = a_mail("2", "1", body="2.95", sender="export@cups.example")
    for name in ("3", "1", "2"):
        source = {"1": a_mail("1"), "2": ours, "3": a_mail("3", "1", "2", body="And 5000?")}[name]
        take_mails([read_email(source)])
    [row] = inquiry_views.inquiry_rows()
    detail = inquiry_views.inquiry_detail(row.id)
    assert sorted((one.outgoing, one.body) for one in detail.messages) == [
        (False, "And 5000?"), (False, "Price of CUP-500-BLK?"), (True, "2.95"),
    ]  # fmt: skip
    assert (row.source, row.buyer_name, detail.product_id) == (InquirySource.EMAIL, "Anna Berg", shop.product)
    assert take_mails([read_email(ours), read_email(a_mail("1"))]).value == InquiriesTaken(unchanged=2)


def test_a_mailbox_is_taken_once_and_its_bad_mails_are_named(db: Database, tmp_path: Path) -> None:
    box = tmp_path / "inbox.mbox"
    quoted = a_mail("2", body="Hi\n\nFrom here on it is quoted").replace(b"\nFrom here", b"\n>From here")
    bad = b"Subject: nobody\n\nNo sender"
    box.write_bytes(
        b"".join(b"From x@y Fri Nov 20 10:00:00 2026\n" + one + b"\n\n" for one in (a_mail("1"), quoted, bad))
    )
    report = import_mails(box)
    assert report.taken == InquiriesTaken(created=2)
    assert len(report.problems) == 1
    assert "E-mail 3" in report.problems[0]
    assert import_mails(box).taken == InquiriesTaken(unchanged=2)
    texts = [inquiry_views.inquiry_detail(row.id).messages[0].body for row in inquiry_views.inquiry_rows()]
    assert "Hi\n\nFrom here on it is quoted" in texts
    single = tmp_path / "one.eml"
    single.write_bytes(a_mail("9"))
    assert import_mails(single).taken == InquiriesTaken(created=1)
    assert {row.state for row in inquiry_views.inquiry_rows()} == {InquiryState.NEW}
    with pytest.raises(InvalidValue):
        import_mails(tmp_path / "missing.eml")


def nested(depth: int) -> bytes:
    heads = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth)
    )
    return HEAD + heads


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 500, b"PK\x03\x04 no mail", b"Subject: x\n\nno sender", b"From: not an address\n\nx",
     nested(3000), HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 1000],
    ids=["empty", "nul", "zip", "no-from", "bad-from", "nested", "many-parts"],
)  # fmt: skip
def test_a_hostile_mail_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(InvalidValue) as refused:
        read_email(content)
    assert refused.value.message
    assert refused.value.remedy


def test_a_mail_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(inquiry_mail, "LARGEST_MAIL", 1000)
    path = tmp_path / "big.eml"
    path.write_bytes(HEAD + b"\r\n" + b"x" * 2000)
    with pytest.raises(InvalidValue):
        read_email(path)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=80), st.binary(max_size=60))
def test_no_bytes_crash_the_reader(body: bytes, subject: bytes, kind: bytes) -> None:
    source = (
        HEAD
        + b"Subject: "
        + subject
        + b"\r\nContent-Type: "
        + kind
        + b"\r\nDate: "
        + subject
        + b"\r\n\r\n"
        + body
    )
    with suppress(InvalidValue):
        read = read_email(source)
        assert isinstance(read, Mail)
        assert "\0" not in read.text + read.subject
        (read.text + read.subject + read.sender_name).encode()

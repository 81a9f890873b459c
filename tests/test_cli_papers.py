"""``factory-erp check`` and ``factory-erp papers``: JSON for programs, sentences for people, exit status."""

from __future__ import annotations

import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from factory_erp import cli
from factory_erp.checking.set_file import to_json
from factory_erp.domain.errors import DomainError
from factory_erp.models.database import Database
from factory_erp.models.partners import Company
from factory_erp.models.shipping import Shipment
from factory_erp.services.mail.settings import MailSettings, save_mail_settings
from factory_erp.sync.credentials import PASSPHRASE_VARIABLE
from tests.checking.samples import CREDIT, GOOD, with_paper
from tests.services.papers.credit_set import CreditSet
from tests.sync.mail_server import MailServer, mail_server
from tests.test_cli import open_and


def ran(*words: object) -> tuple[int, Any]:
    """Exit status, and the JSON object or the error."""
    result = CliRunner().invoke(cli.app, [*map(str, words), "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else result.exception


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "set.json"


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Path, str]:
    """A factory whose shipment is under a letter of credit, nothing issued: folder, and its number."""
    path = tmp_path / "factory"
    numbers: list[str] = []

    def fill(database: Database) -> None:
        made = CreditSet(database)
        made.change(Company, made.one(Company).id, email="export@cups.example")
        numbers.append(made.one(Shipment, id=made.shipment_id).number)

    open_and(path, fill)
    return path, numbers[0]


# A set in a file


def test_a_good_set_in_a_file_ends_with_0(file: Path) -> None:
    file.write_text(to_json(GOOD), encoding="utf-8")
    status, said = ran("check", "--set", file)
    assert (status, said["findings"], said["credit"]) == (0, [], CREDIT.number)
    assert len(said["papers"]) == len(GOOD.papers)


def test_a_refusal_ends_with_1_and_says_what_disagrees(file: Path) -> None:
    file.write_text(to_json(with_paper("bill_of_lading", gross_kg=Decimal(1500))), encoding="utf-8-sig")
    status, said = ran("check", "--set", file)
    (found,) = said["findings"]
    assert status == 1
    assert found == {
        "rule": 20,
        "severity": "E",
        "documents": ["bill_of_lading", "packing_list"],
        "fields": ["gross_kg"],
        "article": "UCP 600 art. 14(d)",
        "message": found["message"],
    }
    people = CliRunner().invoke(cli.app, ["check", "--set", str(file)])
    assert people.exit_code == 1
    assert f"E 20  {found['message']}" in people.stdout
    assert "bill_of_lading gross_kg: 1,500" in people.stdout
    assert "1 finding" in people.stdout


def test_a_warning_alone_ends_with_0(file: Path) -> None:
    marks = with_paper("shipping_advice", marks=("SOMETHING", "ELSE"))
    file.write_text(to_json(marks), encoding="utf-8")
    status, said = ran("check", "--set", file)
    assert (status, {found["severity"] for found in said["findings"]}) == (0, {"W"})


def test_what_of_a_message_could_not_be_read_is_said(file: Path) -> None:
    file.write_text(json.dumps({"credit": ":20:X1\n:32B:MUCH MONEY", "papers": []}), encoding="utf-8")
    _status, said = ran("check", "--set", file)
    assert [one["tag"] for one in said["unread"]] == ["32B"]


def test_a_file_that_cannot_be_read_is_a_sentence(file: Path) -> None:
    for content in (None, b"\xff\xfe\x00", b"[1]", b'{"papers": [{"kind": "nonsense"}]}'):
        if content is not None:
            file.write_bytes(content)
        status, error = ran("check", "--set", file)
        assert status == 1
        assert isinstance(error, DomainError)
        assert error.remedy


def test_one_of_shipment_and_file_has_to_be_given(file: Path) -> None:
    for words in ((), ("S-1", "--set", file)):
        status, error = ran("check", *words)
        assert (status, isinstance(error, DomainError)) == (1, True)


# A shipment


def test_a_shipment_is_checked_as_it_stands(shop: tuple[Path, str]) -> None:
    folder, number = shop
    status, said = ran("check", number, "--data", folder)
    assert (status, said["credit"]) == (1, "LC26110815"), "bill of lading and insurance are missing"
    assert {found["documents"][0] for found in said["findings"]} == {"bill_of_lading", "insurance"}
    drafted = {paper["kind"]: paper["drafted"] for paper in said["papers"]}
    assert drafted["commercial_invoice"]
    status, error = ran("check", "NOWHERE", "--data", folder)
    assert (status, isinstance(error, DomainError)) == (1, True)


def test_papers_are_issued_listed_and_saved(shop: tuple[Path, str], tmp_path: Path) -> None:
    folder, number = shop
    at = ("--data", folder)
    status, said = ran("papers", "issue", number, *at)
    assert (status, [one["number"] for one in said["documents"]]) == (0, ["CI-2026-00001", "PL-2026-00001"])
    status, said = ran("papers", "issue", number, "beneficiary_certificate:2", "--language", "en", *at)
    assert (status, said["documents"][0]["variant"]) == (0, "2")
    _status, said = ran("papers", "list", number, *at)
    assert [(one["kind"], one["variant"]) for one in said["papers"]] == [
        ("commercial_invoice", ""), ("packing_list", ""), ("beneficiary_certificate", "2"),
    ]  # fmt: skip
    people = CliRunner().invoke(cli.app, ["papers", "list", number, "--data", str(folder)])
    assert people.stdout.splitlines()[2].startswith("BC-2026-00001  1  beneficiary_certificate:2")
    out = tmp_path / "out"
    _status, said = ran("papers", "set", number, "--out", out, "--form", "zip", *at)
    (saved,) = said["files"]
    assert len(zipfile.ZipFile(saved).namelist()) == 3
    _status, said = ran(
        "papers", "set", number, "--out", out, "--form", "files", "--kind", "packing_list", *at
    )
    assert [Path(one).name for one in said["files"]] == ["PL-2026-00001 Packing list.pdf"]
    _status, said = ran("papers", "set", number, "--out", out, *at)
    assert Path(said["files"][0]).read_bytes().startswith(b"%PDF")


def test_a_paper_is_saved_in_other_forms(shop: tuple[Path, str], tmp_path: Path) -> None:
    folder, number = shop
    at, out = ("--data", folder), tmp_path / "new" / "folder"
    ran("papers", "issue", number, "commercial_invoice", "packing_list", "customs_declaration", *at)
    for paper, form, start in (
        ("CI-2026-00001", "xlsx", b"PK"), ("CI-2026-00001", "cii", b"<?xml"),
        ("PL-2026-00001", "ubl", b"<?xml"), ("CI-2026-00001", "pdfa", b"%PDF"),
        ("CD-2026-00001", "decmessage", b"<?xml"),
    ):  # fmt: skip
        status, said = ran("papers", "save", paper, "--as", form, "--out", out, *at)
        assert status == 0, said
        (saved,) = map(Path, said["files"])
        assert saved.parent == out
        assert saved.read_bytes().startswith(start)
    status, said = ran(
        "papers", "set", number, "--form", "files", "--twin", "xlsx", "--twin", "ubl", "--out", out, *at
    )
    assert (status, len(said["files"])) == (0, 3 + 2 + 2)
    (tmp_path / "file").write_bytes(b"")
    status, error = ran("papers", "save", "CI-2026-00001", "--as", "xlsx", "--out", tmp_path / "file", *at)
    assert (status, isinstance(error, DomainError)) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("issue", "{number}", "nonsense"),
        ("issue", "{number}", "--language", "tlh"),
        ("set", "{number}", "--form", "tar"),
        ("set", "{number}"),
        ("mail", "{number}", "--form", "tar"),
        ("mail", "{number}", "--group", "nobody"),
        ("list", "NOWHERE"),
        ("set", "{number}", "--twin", "xlsx"),
        ("set", "{number}", "--form", "zip", "--twin", "docx"),
        ("mail", "{number}", "--twin", "docx"),
        ("save", "CI-2026-00009", "--as", "xlsx"),
        ("save", "CI-2026-00001", "--as", "docx"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(shop: tuple[Path, str], words: tuple[str, ...]) -> None:
    folder, number = shop
    status, error = ran("papers", *(word.format(number=number) for word in words), "--data", folder)
    assert status == 1
    assert isinstance(error, DomainError), error
    assert error.remedy


def test_the_set_is_mailed(shop: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "open sesame")
    folder, number = shop
    at = ("--data", folder)
    ran("papers", "issue", number, *at)
    with mail_server(MailServer(user="")) as server:
        settings = MailSettings(host="localhost", port=server.port, security="none")
        open_and(folder, lambda _database: _keep(settings))
        words = (
            "papers",
            "mail",
            number,
            "--to",
            "einkauf@nord.example",
            "--form",
            "pdf",
            "--key",
            "once",
            *at,
        )
        status, said = ran(*words)
        assert isinstance(said, dict), said
        assert (status, said["to"]) == (0, ["einkauf@nord.example"]), said
        again, _error = ran(*words)
    assert again == 1, "what was sent is not sent twice"
    (arrived,) = server.messages
    assert [part.get_filename() for part in arrived.iter_attachments()] == [f"{number}.pdf"]


def _keep(settings: MailSettings) -> None:
    save_mail_settings(settings)

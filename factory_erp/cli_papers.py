"""Papers of shipments on the command line: ``factory-erp check …`` and ``factory-erp papers …``."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.console import Console
from rich.text import Text

from factory_erp.cli_shared import DataOption, JsonOption, document_language, errors, factory, say, watched
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _, ngettext

if TYPE_CHECKING:
    from factory_erp.checking.findings import Finding, Place
    from factory_erp.documents.twins.bundle import TwinForm
    from factory_erp.services.issuing.issue import Wanted
    from factory_erp.services.issuing.sets import SetFile
    from factory_erp.services.mail.groups import Group
    from factory_erp.services.paper_checks.checks import FindingView, PlaceView

papers_app = typer.Typer(help="The papers of a shipment.", no_args_is_help=True)

ShipmentArgument = Annotated[str, typer.Argument(help="Number of the shipment.")]
TwinsOption = Annotated[
    list[str] | None,
    typer.Option("--twin", help="Also in this form: xlsx, pdfa, ubl, cii, despatch-advice, decmessage."),
]

REFUSED = "E"
"""Severity of what a bank or customs will refuse."""


# Checking


def check(
    shipment: Annotated[str, typer.Argument(help="Number of the shipment whose papers are checked.")] = "",
    file: Annotated[
        Path | None, typer.Option("--set", help="Check the papers described in a file (docs/checking.md).")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check papers against each other and the letter of credit; exit 1 where a bank or customs refuses."""
    if bool(shipment) == bool(file):
        raise InvalidValue(
            _("It is not clear which papers are meant."),
            remedy=_("Name a shipment, or a file: factory-erp check --set FILE.json"),
        )
    if file is not None:
        _check_file(file, as_json)
    else:
        _check_shipment(shipment, data, as_json)


def _check_file(file: Path, as_json: bool) -> None:
    from factory_erp.checking import engine, set_file

    papers, unread = set_file.from_json(_text_of(file))
    found = engine.check(papers)
    report = {
        "set": str(file),
        "papers": [paper.ref for paper in papers.papers],
        "credit": papers.credit.number if papers.credit else "",
        "unread": [asdict(one) for one in unread],
    }
    _answer(report, found, as_json)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidValue(
            _("The file {path} cannot be read: {reason}", path=file, reason=reason),
            field="--set",
            remedy=_("Name a UTF-8 file in the form that docs/checking.md describes."),
        ) from None


def _check_shipment(shipment: str, data: Path | None, as_json: bool) -> None:
    from factory_erp.services.paper_checks import checks
    from factory_erp.services.workbench import views as shipping_views

    with factory(data):
        view = checks.check_shipment(shipping_views.shipment_id(shipment))
    report = {
        "shipment": shipment,
        "papers": [asdict(paper) for paper in view.papers],
        "credit": view.credit,
    }
    for paper in view.papers:
        if paper.problem and not as_json:
            errors.print(Text(f"{paper.name}: {paper.problem}"), soft_wrap=True)
    _answer(report, view.findings, as_json)


def _answer(report: Mapping[str, object], found: Sequence[Finding | FindingView], as_json: bool) -> None:
    """Print the findings, and end with status 1 where one of them means refusal."""
    if as_json:
        say({**report, "findings": [_plain(finding) for finding in found]}, as_json=True)
    else:
        _tell(found)
    if any(finding.severity == REFUSED for finding in found):
        raise typer.Exit(1)


def _plain(finding: Finding | FindingView) -> dict[str, object]:
    """The finding as docs/checking.md describes it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "documents": finding.documents,
        "fields": finding.fields,
        "article": finding.article,
        "message": finding.message,
    }


def _tell(found: Sequence[Finding | FindingView]) -> None:
    """A paragraph for each finding: the sentence, then what disagrees side by side."""
    console = Console()
    for finding in found:
        style = {"E": "bold red", "W": "yellow"}.get(finding.severity, "")
        console.print(
            Text(f"{finding.severity} {finding.rule}  {finding.message}", style=style), soft_wrap=True
        )
        console.print(Text(f"     {finding.article}"), soft_wrap=True)
        for line in _side_by_side(finding.places):
            console.print(Text(f"     {line}"), soft_wrap=True)
    count = len(found)
    said = ngettext("{count} finding", "{count} findings", count) if count else _("Nothing is wrong.")
    console.print(said)


def _side_by_side(places: Iterable[Place | PlaceView]) -> list[str]:
    return [f"{place.document} {place.field}: {' '.join(place.value.split()) or '–'}" for place in places]


# Papers


@papers_app.command("list")
def papers_list(shipment: ShipmentArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """List the papers of a shipment that hold: number, revision, kind, day of issue."""
    from factory_erp.services.issuing import register
    from factory_erp.services.workbench import views as shipping_views

    with factory(data):
        rows = register.papers_of(shipping_views.shipment_id(shipment))
    if as_json:
        say({"shipment": shipment, "papers": [asdict(row) for row in rows]}, as_json=True)
        return
    for row in rows:
        kind = f"{row.kind}:{row.variant}" if row.variant else row.kind
        print(row.number, row.revision, kind, row.issued_on, row.language, sep="  ")


@papers_app.command("issue")
def papers_issue(
    shipment: ShipmentArgument,
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KIND[:VARIANT]",
            help="commercial_invoice, origin_general, beneficiary_certificate:2 …; "
            "invoice and packing list if left out.",
        ),
    ] = None,
    language: Annotated[
        str, typer.Option(help="en, zh_CN, bilingual, es …; as the customer wants them if left out.")
    ] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Issue papers of a packed shipment, as they stand or as a new revision."""
    from factory_erp.services.issuing import issue
    from factory_erp.services.shipping.documents import KINDS
    from factory_erp.services.workbench import views as shipping_views

    wanted = [_wanted(kind) for kind in kinds or KINDS]
    with factory(data):
        shipment_id = shipping_views.shipment_id(shipment)
        issued = issue.issue(shipment_id, wanted, document_language(language)).value
    say({"documents": [asdict(paper) for paper in issued]}, as_json)


def _wanted(kind: str) -> Wanted:
    name, _colon, variant = kind.partition(":")
    return name, variant


@papers_app.command("set")
def papers_set(
    shipment: ShipmentArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder that the files go to.")] = Path(),
    form: Annotated[str, typer.Option(help="pdf, zip or files.")] = "pdf",
    kinds: Annotated[list[str] | None, typer.Option("--kind", help="Only papers of this kind.")] = None,
    twins: TwinsOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Save the issued papers: one PDF, a zip, or a file each."""
    from factory_erp.services.issuing import sets
    from factory_erp.services.workbench import views as shipping_views

    _check_form(form)
    forms = _forms(twins)
    if forms and form == "pdf":
        raise InvalidValue(
            _("One PDF holds the papers alone."),
            field="--twin",
            remedy=_("Choose one of {choices}.", choices="--form zip, --form files"),
        )
    with factory(data):
        shipment_id = shipping_views.shipment_id(shipment)
        wanted = tuple(kinds or ())
        match form:
            case "files":
                files = sets.set_files(shipment_id, wanted, forms)
            case "zip":
                files = (sets.set_zip(shipment_id, wanted, forms),)
            case _:
                files = (sets.set_pdf(shipment_id, wanted),)
    say({"files": _save(out, files)}, as_json)


def _forms(names: Sequence[str] | None) -> tuple[TwinForm, ...]:
    """The forms of these names. Raises InvalidValue."""
    from factory_erp.services.issuing.twins import form_named

    return tuple(dict.fromkeys(form_named(name) for name in names or ()))


def _save(folder: Path, files: Iterable[SetFile]) -> list[str]:
    """Write *files* into *folder*; where they are now. Raises InvalidValue where it cannot be written."""
    saved: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).write_bytes(file.content)
            saved.append(str(folder / file.name))
    except OSError as error:
        raise InvalidValue(
            _("{file} could not be saved.", file=error.filename or folder),
            field="--out",
            remedy=_("Choose another folder, or close the program that has the file open."),
        ) from error
    return saved


@papers_app.command("save")
def papers_save(
    number: Annotated[str, typer.Argument(help="Number of the issued paper.")],
    form: Annotated[str, typer.Option("--as", help="xlsx, pdfa, ubl, cii, despatch-advice or decmessage.")],
    out: Annotated[Path, typer.Option("--out", help="Folder that the file goes to.")] = Path(),
    kind: Annotated[str, typer.Option(help="Which kind, where papers of several have the number.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Save an issued paper in another form: Excel, XML for programs and customs, PDF/A for the archive."""
    from factory_erp.services.issuing import twins

    wanted = twins.form_named(form)
    with factory(data):
        file = twins.twin(twins.document_numbered(number, kind), wanted)
    say({"files": _save(out, [file])}, as_json)


def _check_form(form: str) -> None:
    from factory_erp.services.mail.sending import FORMS

    if form not in FORMS:
        raise InvalidValue(
            _("There is no such form of a set."),
            field="--form",
            remedy=_("Choose one of {choices}.", choices=", ".join(FORMS)),
        )


@papers_app.command("mail")
def papers_mail(
    shipment: ShipmentArgument,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Address; the reader's own if left out.")
    ] = None,
    cc: Annotated[list[str] | None, typer.Option("--cc", help="Address that gets a copy.")] = None,
    group: Annotated[
        str, typer.Option(help="buyer, bank or carrier: which papers, in what words.")
    ] = "buyer",
    subject: Annotated[str, typer.Option(help="As the template has it if left out.")] = "",
    body: Annotated[str, typer.Option(help="As the template has it if left out.")] = "",
    form: Annotated[str, typer.Option(help="pdf, zip or files.")] = "files",
    twins: TwinsOption = None,
    key: Annotated[
        str, typer.Option(help="Any text: the same message with the same text is written once.")
    ] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send the issued papers by e-mail, in one message."""
    from factory_erp.services.mail import drafts as mail_drafts
    from factory_erp.services.mail import sending as mail
    from factory_erp.services.workbench import views as shipping_views
    from factory_erp.sync import mail as post
    from factory_erp.sync.credentials import system_secrets

    _check_form(form)
    forms = _forms(twins)
    with factory(data) as workspace, watched(_("Sending")):
        shipment_id = shipping_views.shipment_id(shipment)
        draft = mail_drafts.compose_mail(shipment_id, group=cast("Group", group))
        given = mail.MailInput(
            to=tuple(to or draft.to),
            cc=tuple(cc or draft.cc),
            subject=subject or draft.subject,
            body=body or draft.body,
            kinds=draft.kinds,
            form=form,
            group=draft.group,
            twins=forms,
        )
        mail_id = mail.write_mail(shipment_id, given, key or f"cli-{uuid.uuid4()}").value
        answer = post.deliver(mail_id, system_secrets(workspace.path))
    say({"mail": mail_id, "to": given.to, "cc": given.cc, "answer": answer}, as_json)


def add_to(app: typer.Typer) -> None:
    """Put the commands into *app*."""
    app.command("check")(check)
    app.add_typer(papers_app, name="papers")

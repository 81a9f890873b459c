"""The whole journey of the demo factory without anybody at the screen: papers, pictures, figures."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.demo import DemoFactory, prepare
from factory_erp.demo.build import moment_of_demo
from factory_erp.demo.journey import Walk, walk
from factory_erp.demo.papers import shipment_of
from factory_erp.demo.papers_orders import SIGHT
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.documents import Document, DocumentKind, DocumentState
from factory_erp.models.production import ProductionOperation, ProductionOrder
from factory_erp.models.sales import SalesOrder
from factory_erp.models.shipping import Shipment
from factory_erp.services import clock
from factory_erp.services.base import query
from factory_erp.services.files.workspace import SETTINGS, Workspace, is_demo
from factory_erp.services.issuing.sets import set_files, set_pdf, set_zip
from factory_erp.services.issuing.twins import TwinForm, twin
from factory_erp.services.paper_checks.checks import check_shipment
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.upkeep.opening import opened
from factory_erp.showcase.pictures import photograph

TWINS = tuple(form for form in TwinForm if form != TwinForm.PDFA)
"""Forms in which the papers of the set are written beside the PDF."""


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued document and where its file is."""

    kind: str
    number: str
    path: str


@dataclass(frozen=True, slots=True)
class PaperSet:
    """The whole set of papers of a shipment under a letter of credit: what the check found, and its files."""

    shipment: str
    credit: str
    findings: int
    folder: str
    files: tuple[str, ...]


@dataclass(slots=True)
class Journey:
    """What the run did; figures are counts of records in the demo's database."""

    orders_pulled: int = 0
    production_orders: int = 0
    operations_scheduled: int = 0
    shipments: int = 0
    walk: Walk | None = None
    documents: list[Paper] = field(default_factory=list)
    papers: PaperSet | None = None
    screenshots: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        """Plain values, ready to be printed."""
        return asdict(self)


def run(out: Path, progress: Progress | None = None, *, pictures: bool = True) -> Journey:
    """Build the demo in *out*/workspace, photograph its pages, make an order, copy papers to *out*/documents.

    A demo workspace of an earlier run is replaced; raises DomainError for a folder that holds
    anything else.
    """
    watch = progress or Quiet()
    began = time.monotonic()
    folder = _fresh_folder(out / "workspace")
    with ExitStack() as stack:
        workspace, _database = stack.enter_context(opened(folder, demo=True))
        factory = prepare(workspace, watch)
        stack.callback(factory.close)
        shots = _pictures(workspace, factory, out / "screenshots", watch) if pictures else []
        watch.report(0, 1, _("Making an order"))
        made = walk(moment_of_demo())
        journey = _figures()
        journey.walk, journey.screenshots = made, shots
        journey.documents = _papers(workspace, out / "documents")
        journey.papers = _set_of(shipment_of(SIGHT.code), out / "documents")
    journey.seconds = round(time.monotonic() - began, 1)
    return journey


def _pictures(workspace: Workspace, factory: DemoFactory, target: Path, progress: Progress) -> list[str]:
    from factory_erp.app import application, window_over

    application()
    with window_over(workspace, factory.secrets) as running:
        return photograph(running, target, progress)


def _fresh_folder(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / SETTINGS).exists() or not is_demo(folder):
            raise DomainError(
                _("{path} holds something that is not a demo factory.", path=folder),
                remedy=_("Choose another folder with --out."),
            )
        shutil.rmtree(folder)
    return folder


@query
def _figures(session: Session) -> Journey:
    def count(*conditions: object, of: type[object]) -> int:
        return session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0  # type: ignore[arg-type]

    return Journey(
        orders_pulled=count(SalesOrder.external_id.is_not(None), of=SalesOrder),
        production_orders=count(of=ProductionOrder),
        operations_scheduled=count(ProductionOperation.planned_start.is_not(None), of=ProductionOperation),
        shipments=count(of=Shipment),
    )


@query
def _issued(session: Session) -> list[tuple[str, str, str]]:
    wanted = select(Document.kind, Document.number, Document.file_name)
    rows = session.execute(wanted.where(Document.state == DocumentState.ISSUED).order_by(Document.id))
    return [(kind, number, name) for kind, number, name in rows]


def _papers(workspace: Workspace, target: Path) -> list[Paper]:
    target.mkdir(parents=True, exist_ok=True)
    papers = []
    for kind, number, name in _issued():
        copy = target / Path(name).name
        shutil.copyfile(workspace.documents / name, copy)
        papers.append(Paper(kind, number, str(copy.resolve())))
    return papers


def _set_of(shipment: int, target: Path) -> PaperSet:
    """Write the shipment's papers to a folder of its own: each with its twins, all as one PDF, all as a zip.

    Of the archive's form there is the invoice's: it has the XML inside.
    """
    with clock.at(moment_of_demo()):
        checked = check_shipment(shipment)
    joined = set_pdf(shipment)
    number = joined.name.removesuffix(".pdf")
    folder = target / number
    folder.mkdir(exist_ok=True)
    files = [*set_files(shipment, twins=TWINS), joined, set_zip(shipment, twins=TWINS)]
    files.append(twin(_invoice_of(shipment), TwinForm.PDFA))
    for file in files:
        (folder / file.name).write_bytes(file.content)
    names = tuple(file.name for file in files)
    return PaperSet(number, checked.credit, len(checked.findings), str(folder.resolve()), names)


@query
def _invoice_of(session: Session, shipment_id: int) -> int:
    wanted = select(Document.id).filter_by(shipment_id=shipment_id, kind=DocumentKind.COMMERCIAL_INVOICE)
    return session.scalars(wanted.filter_by(state=DocumentState.ISSUED)).one()

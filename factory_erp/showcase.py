"""The whole journey of the demo factory without anybody at the screen: papers, pictures, figures."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.demo import DemoFactory, prepare
from factory_erp.demo.build import moment_of_demo
from factory_erp.demo.journey import Walk, walk
from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, ItemKind
from factory_erp.models.documents import Document, DocumentState
from factory_erp.models.inquiries import Inquiry, InquirySource, Quotation
from factory_erp.models.listings import Listing
from factory_erp.models.planning import PlanPeg, PromiseHold
from factory_erp.models.production import ProductionOperation, ProductionOrder
from factory_erp.models.sales import OrderState, SalesLine, SalesOrder
from factory_erp.models.shipping import Shipment
from factory_erp.services.base import query
from factory_erp.services.files.workspace import SETTINGS, Workspace, is_demo
from factory_erp.services.inquiries.quotation_views import quotation_detail
from factory_erp.services.order_effects.changed_orders import changed_orders
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.upkeep.opening import opened

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from factory_erp.app import Running

WINDOW = (1440, 860)
SETTLE_SECONDS = 20

LISTS = {
    "today": "erp://today/",
    "sales": "erp://sales/view/all",
    "inquiries": "erp://inquiries/view/all",
    "shipping": "erp://shipping/view/all",
    "products": "erp://products/view/all",
    "catalog": "erp://catalog/view/all",
    "prices": "erp://prices/view/sales",
    "material": "erp://material/suggestions",
    "board": "erp://board/board",
    "production": "erp://production/view/orders",
    "engineering": "erp://engineering/centres",
    "platforms": "erp://platforms/accounts",
    "listings": "erp://listings/view/all",
    "exchange": "erp://exchange/import/items",
    "settings": "erp://settings/company",
}
"""Link to the front of each page: a page that shows a record keeps it until the list is asked for."""

PARTS = {
    "board-late": "erp://board/late",
    "board-load": "erp://board/load",
    "board-table": "erp://board/table",
    "board-whatif": "erp://board/whatif",
    "material-purchases": "erp://material/purchases",
    "material-shortages": "erp://material/shortages",
    "production-floor": "erp://production/view/floor",
    "engineering-calendars": "erp://engineering/calendars",
    "engineering-changeovers": "erp://engineering/changeovers",
    "engineering-costs": "erp://engineering/costs",
    "exchange-export": "erp://exchange/export/items",
    "inquiries-quotations": "erp://inquiries/view/quotations",
    "platforms-exceptions": "erp://platforms/exceptions",
    "platforms-history": "erp://platforms/history",
    "platforms-outbox": "erp://platforms/outbox",
    "prices-purchase": "erp://prices/view/purchase",
    "settings-appearance": "erp://settings/appearance",
}
"""Links to parts of pages that hold no record of their own."""

DARK = ("today", "sales", "shipping", "production", "board", "material", "catalog", "platforms", "settings")
"""Pages that are photographed in the dark too: the others are made of the same parts."""

PRODUCT, ITEM = "VF", "VF050-BK"
"""The family, and the item of it, whose every tab is photographed."""

PROMISE = "inquiries-promise"
"""Name of the picture of the dialog in which a date is promised."""


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued document and where its file is."""

    kind: str
    number: str
    path: str


@dataclass(slots=True)
class Journey:
    """What the run did; figures are counts of records in the demo's database."""

    orders_pulled: int = 0
    production_orders: int = 0
    operations_scheduled: int = 0
    shipments: int = 0
    walk: Walk | None = None
    documents: list[Paper] = field(default_factory=list)
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


def photograph(running: Running, target: Path, progress: Progress) -> list[str]:
    """A picture of every page in each language, some also in the dark; the paths of the files."""
    target.mkdir(parents=True, exist_ok=True)
    running.window.resize(*WINDOW)
    running.window.show()
    taken: list[str] = []
    for language, look, name, link in _poses():
        progress.report(len(taken), 0, _("Photographing the pages"))
        _pose(running, language, look, link)
        path = target / f"{name}-{language}-{look}.png"
        _picture(running, name, link).save(str(path))
        taken.append(str(path.resolve()))
    return taken


def _picture(running: Running, name: str, link: str) -> QPixmap:
    """The window, or the dialog that is asked for when a promise is wanted for the quotation in view."""
    if name != PROMISE:
        return running.window.grab()
    from factory_erp.ui.inquiries.promising import asked
    from factory_erp.ui.promise import PromiseDialog

    detail = quotation_detail(int(link.rpartition("/")[2]))
    dialog = PromiseDialog(running.context, asked(detail, None), running.window)
    dialog.open()
    settle(running)
    picture = dialog.grab()
    dialog.close()
    return picture


def _poses() -> Iterator[tuple[str, str, str, str]]:
    """(language, theme, name, link) of each picture: every page, and after a list a record of it.

    In the dark only some pages, without records and tabs; they come first: whatever has been opened is
    made anew with each change of language or theme.
    """
    links = {**LISTS, **_records(), **_tabs()}
    for language, look, shown in (
        ("zh_CN", "dark", DARK), ("en", "dark", DARK), ("en", "light", links), ("zh_CN", "light", links),
    ):  # fmt: skip
        for name in sorted(shown, key=_place):
            yield language, look, name, links[name]


def _place(name: str) -> tuple[int, bool, str]:
    """Pages in the order of ``LISTS``, each before its records."""
    noun = name.partition("-")[0]
    return list(LISTS).index(noun), name != noun, name


@query
def _records(session: Session) -> dict[str, str]:
    """Name of a picture → link to a telling record or part of the page: those that have come furthest.

    Production orders stand beside their list.
    """
    shipment = session.scalar(select(func.max(Document.shipment_id)))
    made = session.execute(
        select(ProductionOrder.sales_order_id, ProductionOrder.item_id)
        .join(Item, Item.id == ProductionOrder.item_id)
        .where(
            ProductionOrder.sales_order_id.is_not(None),
            ProductionOrder.good > 0,
            Item.kind == ItemKind.FINISHED,
        )
        .order_by(ProductionOrder.id.desc())
        .limit(1)
    ).first()
    sales_order, item = made or (None, None)
    found = {"shipping": shipment, "sales": sales_order, "catalog": item}
    records = {f"{noun}-record": f"erp://{noun}/{key}" for noun, key in found.items() if key is not None}
    return PARTS | records | _offered(session) | _planned(session)


def _planned(session: Session) -> dict[str, str]:
    """The same of planning: what an order hangs on, one that changed, and a quotation to be promised."""
    line = session.scalar(
        select(func.max(PlanPeg.sales_line_id))
        .join(SalesLine, SalesLine.id == PlanPeg.sales_line_id)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .where(SalesOrder.state == OrderState.CONFIRMED)
    )
    changed = [order.id for order in changed_orders(session)]
    promised = session.scalar(select(func.min(PromiseHold.quotation_id)))
    found = {
        "material-pegging": f"erp://material/pegging/line/{line}" if line else "",
        "sales-changed": f"erp://sales/{changed[0]}" if changed else "",
        PROMISE: f"erp://inquiries/quotation/{promised}" if promised else "",
    }
    return {name: link for name, link in found.items() if link}


def _offered(session: Session) -> dict[str, str]:
    """The same of what buyers see and ask: every tab of a listing, a conversation, and its quotation."""
    from factory_erp.ui.listings.editor import TABS

    listing = session.scalar(select(func.min(Listing.id)).filter_by(model_number=PRODUCT))
    offer = session.execute(
        select(Quotation.id, Quotation.inquiry_id)
        .join(Inquiry, Inquiry.id == Quotation.inquiry_id)
        .where(Inquiry.source == InquirySource.MESSAGE)
        .order_by(Quotation.id)
        .limit(1)
    ).first()
    records = {f"listings-{tab}": f"erp://listings/{listing}/{tab}" for tab in TABS if listing is not None}
    if offer is not None:
        records["inquiries-record"] = f"erp://inquiries/{offer.inquiry_id}"
        records["inquiries-quotation"] = f"erp://inquiries/quotation/{offer.id}"
    return records


def _tabs() -> dict[str, str]:
    """Name of a picture → link to a tab of the product, or to one of the item that products do not have."""
    from factory_erp.ui.catalog.item_parts import TABS as PARTS_OF_ITEM
    from factory_erp.ui.products.sheet import TABS as PARTS_OF_PRODUCT

    product = {
        f"products-{key}": f"erp://products/{PRODUCT}/{key}" for key, _title, _class in PARTS_OF_PRODUCT
    }
    alike = {key for key, _title, _class in PARTS_OF_PRODUCT}
    item = {
        f"catalog-{key}": f"erp://catalog/{ITEM}/{key}"
        for key, _title, _class in PARTS_OF_ITEM
        if key not in alike
    }
    return product | item


def _pose(running: Running, language: str, look: str, link: str) -> None:
    from factory_erp import i18n
    from factory_erp.ui.kit import theme

    window = running.window
    if i18n.language() != language:
        window.change_language(language)
    if theme.current() is not theme.THEMES[look]:
        window.set_theme(theme.THEMES[look])
    window.navigate(link)
    settle(running)


def settle(running: Running) -> None:
    """Let the window finish: every job done, every event handled."""
    from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop

    clock = QElapsedTimer()
    clock.start()
    calm = 0
    while calm < 15 and clock.elapsed() < SETTLE_SECONDS * 1000:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.01)
        calm = 0 if running.jobs.running() else calm + 1

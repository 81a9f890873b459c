"""The journey of an order in the words of the factory: verbs for scenarios, each one or two use cases.

``with Journey(db, orders) as journey`` starts a sandbox platform that has *orders* and connects
the factory to it. Every verb works on order numbers' ids as the program's pages do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from types import TracebackType
from typing import Self

from pypdf import PdfReader
from sqlalchemy import select

from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.stored import from_json
from factory_erp.models.database import Database
from factory_erp.models.documents import Document
from factory_erp.models.sales import SalesOrder
from factory_erp.services import clock, partners, planning
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.production import orders as production
from factory_erp.services.production.orders import ReportInput
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales import views as sales_views
from factory_erp.services.shipping import documents
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.stock import inventory
from factory_erp.services.workbench import views as shipping_views
from factory_erp.sync import engine
from factory_erp.sync.credentials import MemorySecrets
from factory_erp.sync.engine import Pulled, Pushed
from factory_erp.sync.sandbox.alibaba import SandboxServer
from factory_erp.sync.sandbox.alibaba.payloads import Payload
from factory_erp.sync.sandbox.alibaba.state import Shipment as Reported

APP_KEY, APP_SECRET = "factory-app", "factory-secret"


@dataclass(frozen=True)
class Paper:
    """An issued document: what it states, and the text that stands in its PDF."""

    number: str
    snapshot: DocumentSnapshot
    text: str


class Journey:
    """A factory that sells on one platform."""

    def __init__(self, db: Database, orders: Iterable[Payload]) -> None:
        self.db = db
        self.platform = SandboxServer(orders, app_key=APP_KEY, app_secret=APP_SECRET)

    def __enter__(self) -> Self:
        self.platform.start()
        self._secrets = MemorySecrets()
        self.account = platforms.add_account("alibaba", "Main shop", self.platform.url, APP_KEY).value
        self._secrets.set(engine.SecretName.APP_SECRET.of(engine.account_key(self._view())), APP_SECRET)
        self.connector = engine.open_connector(self._view(), self._secrets)
        self.connector.sign_in.exchange_code(self.platform.state.new_code())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connector.close()
        self.platform.stop()

    def _view(self) -> platforms.AccountView:
        return next(view for view in platforms.accounts() if view.id == self.account)

    def sign_as(self, name: str, address: str) -> None:
        """Enter the factory's own name, which stands on its documents."""
        partners.save_company(partners.CompanyView(name_en=name, address_en=address))

    # The platform

    def pull(self) -> Pulled:
        """Bring what is new on the platform."""
        return engine.pull(self.account, self.connector)

    def push(self) -> Pushed:
        """Tell the platform what has left."""
        return engine.push(self.account, self.connector)

    def order(self, external_id: str) -> int:
        """The one order that the platform's became."""
        with self.db.session() as session:
            return session.scalars(select(SalesOrder.id).filter_by(external_id=external_id)).one()

    def reported(self, external_id: str) -> list[Reported]:
        """The shipments that the platform knows of an order."""
        return self.platform.state.shipments_of(external_id)

    # The office

    def confirm_with_promise(self, order: int) -> date:
        """Confirm with the earliest day on which it can be ready."""
        day = planning.promise(order).ship_date
        sales.confirm(order, promised=day)
        return day

    def plan(self, order: int) -> planning.PlanOutcome:
        """Work out what to make and to buy, and say so."""
        return planning.plan_order(order).value

    def schedule(self) -> planning.ScheduleOutcome:
        """Give every open operation its machine and time."""
        return planning.schedule().value

    def state(self, order: int) -> str:
        """Where the order stands."""
        return sales_views.order_detail(order).state

    # The floor

    def receive_shortages(self, order: int) -> None:
        """What had to be bought arrives."""
        production.receive_shortages(order)

    def make(self, production_orders: Iterable[int]) -> int:
        """Release production orders and report every operation in full, parts before what they go into.

        How many operations were reported.
        """
        parts_first = list(reversed(list(production_orders)))
        production.release(parts_first)
        return sum(self._make(made) for made in parts_first)

    def _make(self, production_order: int) -> int:
        detail = production.production_detail(production_order)
        for step in detail.operations:
            said = ReportInput(step.id, detail.row.quantity, Decimal(0), client_key=f"scan-{step.id}")
            production.report(said)
        return len(detail.operations)

    # The warehouse

    def ship(self, order: int, tracking: str, container: str, port: str) -> tuple[int, dict[str, Paper]]:
        """Pack what is ready, enter its transport, issue the documents, let it leave.

        The shipment, and its papers by kind.
        """
        shipment = shipping.create([order], client_key=f"ship-{order}").value
        shipping.pack(shipment)
        travel = shipping.TransportInput(
            vessel_voyage="EVER GIVEN 021W",
            container_numbers=(container,),
            port_of_loading="CNNBO",
            port_of_discharge=port,
            etd=clock.today() + timedelta(days=2),
            carrier_code="DHL",
            tracking_number=tracking,
        )
        shipping.set_transport(shipment, travel)
        issued = issuing.issue(shipment).value
        shipping.ship(shipment)
        return shipment, {paper.kind: self._paper(paper) for paper in issued}

    def _paper(self, issued: issuing.IssuedDocument) -> Paper:
        with self.db.session() as session:
            snapshot = from_json(session.get_one(Document, issued.id).snapshot)
        pages = PdfReader(BytesIO(documents.document_bytes(issued.id))).pages
        return Paper(issued.number, snapshot, "\n".join(page.extract_text() for page in pages))

    def shipment(self, shipment: int) -> shipping_views.ShipmentDetail:
        """The shipment as its page shows it."""
        return shipping_views.detail(shipment)

    def books(self) -> list[str]:
        """What is wrong with the stock books."""
        with self.db.session() as session:
            return inventory.prove(session)

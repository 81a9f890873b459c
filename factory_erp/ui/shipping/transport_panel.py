"""How a shipment travels, and what papers state of it: vessel, ports, days, bill of lading, notify."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.directory import partner_choices
from factory_erp.services.shipping.shipments import LOGISTICS_TYPES, TransportInput
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.rows import Runner
from factory_erp.ui.shipping import steps


class TransportPanel(QWidget):
    """The transport as a form; ``save_asked`` carries a ``TransportInput``, ``link_clicked`` a deep link."""

    save_asked = Signal(object)
    link_clicked = Signal(str)

    def __init__(self, jobs: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: int | None = None
        self._edited = ""
        self._credit: int | None = None
        self.note = label(muted=True, wrap=True)
        self.credit_button = Button(kind=Kind.LINK, run=self._open_credit)
        self.form = Form(_fields(jobs), columns=2, parent=self)
        self.form.edited.connect(self._note_edited)
        self.form.saved.connect(lambda values: self.save_asked.emit(transport_of(values)))
        top = QHBoxLayout()
        top.addWidget(label(_("Transport"), pixels=15, bold=True), 1)
        top.addWidget(self.credit_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.note)
        column.addWidget(self.form, 1)

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Show the transport of *detail*; what is being typed for the same shipment stays."""
        if detail.id != self._shown or not self.form.is_dirty():
            self._shown = detail.id
            self.form.set_values(values_of(detail))
        can = steps.can_enter_transport(detail)
        self.form.setEnabled(can.now)
        self.note.setText(can.reason or _note(detail))
        self._credit = detail.credit_id
        self.credit_button.setVisible(detail.credit_id is not None)
        self.credit_button.setText(_("Letter of credit {number}", number=detail.credit))

    def is_dirty(self) -> bool:
        """Whether something is typed in that is not saved."""
        return self.form.is_dirty()

    def hindrance(self) -> str:
        """Why the papers would not say what stands in the form, in a sentence; nothing if they would."""
        if not self.form.is_dirty():
            return ""
        wrong = next(iter(self.form.problems().values()), "")
        if wrong:
            return _("Correct what is typed under Transport first: {problem}", problem=wrong)
        return _("What is typed under Transport is not saved. Save it or discard it first.")

    def go_to(self, field: str) -> None:
        """Into the field *field*."""
        self.form.edit(field).setFocus()

    def go_to_unsaved(self) -> None:
        """Put the cursor where something is wrong, else where the last edit was."""
        problems = self.form.problems()
        for name, problem in problems.items():
            self.form.set_problem(name, problem)
        name = next(iter(problems), self._edited)
        if name:
            self.form.edit(name).setFocus()

    def _note_edited(self, name: str) -> None:
        self._edited = name

    def _open_credit(self) -> None:
        if self._credit is not None:
            self.link_clicked.emit(f"erp://credits/{self._credit}")


def transport_of(values: Mapping[str, Any]) -> TransportInput:
    """The form's values as the use case takes them; the containers are entered apart."""
    texts: dict[str, Any] = {name: values[name] or "" for name in _TEXTS}
    days: dict[str, Any] = {name: values[name] for name in _DAYS}
    return TransportInput(
        **texts,
        **days,
        forwarder_id=values["forwarder_id"],
        logistics_type=values["logistics_type"] or LOGISTICS_TYPES[0],
    )


def values_of(detail: ShipmentDetail) -> dict[str, object]:
    """What the form shows of a shipment."""
    shown: dict[str, object] = {name: getattr(detail, name) or None for name in (*_TEXTS, *_DAYS)}
    forwarder = Choice(detail.forwarder_id, detail.forwarder) if detail.forwarder_id else None
    kind = detail.logistics_type if _by_courier(detail) else None
    return shown | {"logistics_type": kind, "forwarder_id": forwarder}


def _by_courier(detail: ShipmentDetail) -> bool:
    """Whether express or post is said: not of goods by sea, unless a platform is to be told one of them."""
    by_sea = detail.vessel_voyage or detail.filled or detail.container_numbers
    return detail.from_platform or not by_sea


_TEXTS = (
    "vessel_voyage",
    "port_of_loading",
    "port_of_discharge",
    "place_of_receipt",
    "final_destination",
    "booking_number",
    "bill_number",
    "carrier_code",
    "tracking_number",
    "notify",
    "remarks",
)
_DAYS = ("etd", "eta", "on_board")


def _find_forwarders(text: str) -> Sequence[Choice]:
    """Partners whose code or name contains *text*."""
    return [Choice(one.id, one.name, one.code) for one in partner_choices(text)]


def _fields(jobs: Runner) -> tuple[Field, ...]:
    port = _("UN/LOCODE such as CNNBO, or the port's name")
    kinds = {"EXPRESS": _("Express"), "POST": _("Post")}
    day = partial(Field, kind=FieldKind.DATE)
    return (
        Field("vessel_voyage", _("Vessel and voyage")),
        Field("forwarder_id", _("Forwarder"), FieldKind.LOOKUP, search=_find_forwarders, jobs=jobs,
              hint=_("A partner, by code or name")),
        Field("port_of_loading", _("Port of loading"), hint=port),
        Field("port_of_discharge", _("Port of discharge"), hint=port),
        day("etd", _("Estimated departure (ETD)")),
        day("eta", _("Estimated arrival (ETA)")),
        Field("booking_number", _("Booking number")),
        Field("bill_number", _("Bill of lading number")),
        day("on_board", _("On board date"), hint=_("As the bill of lading says")),
        Field("carrier_code", _("Carrier"), hint=_("As the platform knows it, for example DHL or UPS")),
        Field("logistics_type", _("Kind of transport"), FieldKind.CHOICE,
              choices=[(code, kinds.get(code, code)) for code in LOGISTICS_TYPES]),
        Field("tracking_number", _("Tracking number")),
        Field("place_of_receipt", _("Place of receipt")),
        Field("final_destination", _("Final destination")),
        Field("notify", _("Notify party"), FieldKind.NOTE,
              hint=_("Name, then the address, a line each; empty: none")),
        Field("remarks", _("Remarks"), FieldKind.NOTE, hint=_("Printed on the documents")),
    )  # fmt: skip


def _note(detail: ShipmentDetail) -> str:
    missing = steps.missing_tracking(detail)
    if missing:
        return missing
    if detail.from_platform:
        return _("The platform is told carrier, kind of transport and tracking number when the goods leave.")
    return _("What stands here is printed on the documents.")

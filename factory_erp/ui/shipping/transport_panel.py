"""How a shipment travels: the form for vessel, containers, ports, carrier and tracking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.checkdigits import is_container_number
from factory_erp.i18n import _
from factory_erp.services.shipping.shipments import LOGISTICS_TYPES, TransportInput
from factory_erp.services.shipping.views import ShipmentDetail
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.shipping import steps


class TransportPanel(QWidget):
    """The transport as a form; ``save_asked`` carries a ``TransportInput``."""

    save_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: int | None = None
        self._edited = ""
        self.note = label(muted=True, wrap=True)
        self.form = Form(_fields(), columns=2, parent=self)
        self.form.edited.connect(self._note_edited)
        self.form.saved.connect(lambda values: self.save_asked.emit(transport_of(values)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(label(_("Transport"), pixels=15, bold=True))
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


def transport_of(values: Mapping[str, Any]) -> TransportInput:
    """The form's values as the use case takes them; container numbers apart by blanks or commas."""
    containers = re.split(r"[\s,;，；、]+", values["container_numbers"] or "")
    texts = {name: values[name] or "" for name in _TEXTS}
    return TransportInput(
        **texts,
        container_numbers=tuple(number for number in containers if number),
        etd=_day(values["etd"]),
        logistics_type=values["logistics_type"] or LOGISTICS_TYPES[0],
    )


def values_of(detail: ShipmentDetail) -> dict[str, object]:
    """What the form shows of a shipment."""
    texts: dict[str, object] = {name: getattr(detail, name) or None for name in _TEXTS}
    return texts | {
        "container_numbers": ", ".join(detail.container_numbers) or None,
        "etd": detail.etd,
        "logistics_type": detail.logistics_type,
    }


_TEXTS = (
    "vessel_voyage",
    "port_of_loading",
    "port_of_discharge",
    "carrier_code",
    "tracking_number",
)


def _fields() -> tuple[Field, ...]:
    port = _("UN/LOCODE such as CNNBO, or the port's name")
    kinds = {"EXPRESS": _("Express"), "POST": _("Post")}
    return (
        Field("vessel_voyage", _("Vessel and voyage")),
        Field("container_numbers", _("Container numbers"), hint=_("Several apart by commas"),
              check=_containers),
        Field("port_of_loading", _("Port of loading"), hint=port),
        Field("port_of_discharge", _("Port of discharge"), hint=port),
        Field("etd", _("Estimated departure (ETD)"), FieldKind.DATE),
        Field("carrier_code", _("Carrier"), hint=_("As the platform knows it, for example DHL or UPS")),
        Field("logistics_type", _("Kind of transport"), FieldKind.CHOICE,
              choices=[(code, kinds.get(code, code)) for code in LOGISTICS_TYPES]),
        Field("tracking_number", _("Tracking number")),
    )  # fmt: skip


def _containers(value: object) -> str:
    """The first number whose check digit is wrong (ISO 6346), in a sentence."""
    for number in re.split(r"[\s,;，；、]+", str(value)):
        if number and not is_container_number(number.replace("-", "").upper()):
            return _("'{number}' is not a container number: its check digit is wrong.", number=number)
    return ""


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _note(detail: ShipmentDetail) -> str:
    missing = steps.missing_tracking(detail)
    if missing:
        return missing
    if detail.from_platform:
        return _("The platform is told carrier, kind of transport and tracking number when the goods leave.")
    return _("Vessel, containers and ports are printed on the documents.")

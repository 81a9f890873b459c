"""What a clerk says before containers are worked out: their freight, and in which order orders are unloaded.

Both are remembered in the window's settings: the freight for all shipments, the unloading order by shipment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import CURRENCY_EXPONENTS
from factory_erp.i18n import _
from factory_erp.packing.containers import CONTAINERS
from factory_erp.services.issuing.loading import FREIGHT, LOOSE_BELOW_CBM
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs

if TYPE_CHECKING:
    from factory_erp.packing.loading.containers import LooseCargo

USUAL_CURRENCY = "USD"

_FREIGHT = "loading/freight"
_STOPS = "loading/stops"


@dataclass(frozen=True, slots=True)
class Freight:
    """The containers to choose from and what they cost, all in *currency*.

    *rates* are by trade name, None for one that is offered without a rate; *loose* is the rate of loose
    cargo (LCL) per m³, None where nothing goes loose.
    """

    rates: Mapping[str, Decimal | None] = field(default_factory=lambda: dict.fromkeys(CONTAINERS))
    loose: Decimal | None = None
    currency: str = USUAL_CURRENCY

    @property
    def priced(self) -> bool:
        """Whether these are rates of the forwarder, not the usual ones."""
        return any(rate is not None for rate in self.rates.values())

    def kinds(self) -> dict[str, Decimal]:
        """Trade name → freight, as ``loading.plan`` takes it; without rates the usual ones."""
        return {code: FREIGHT[code] if rate is None else rate for code, rate in self.rates.items()}

    def loose_cargo(self) -> LooseCargo | None:
        """What loose cargo costs, as ``loading.plan`` takes it."""
        from factory_erp.packing.loading.containers import LooseCargo

        return None if self.loose is None else LooseCargo(LOOSE_BELOW_CBM, self.loose)


def read_freight(settings: QSettings) -> Freight:
    """The freight that was entered last; all containers at usual rates where there is none."""
    said = _read(settings, _FREIGHT)
    rates = {code: _decimal(rate) for code, rate in dict(said.get("rates", {})).items() if code in CONTAINERS}
    if not rates:
        return Freight()
    return Freight(rates, _decimal(said.get("loose")), str(said.get("currency") or USUAL_CURRENCY))


def keep_freight(settings: QSettings, freight: Freight) -> None:
    """Remember the freight for the next shipment."""
    rates = {code: None if rate is None else str(rate) for code, rate in freight.rates.items()}
    loose = None if freight.loose is None else str(freight.loose)
    settings.setValue(_FREIGHT, json.dumps({"rates": rates, "loose": loose, "currency": freight.currency}))


def read_stops(settings: QSettings, detail: ShipmentDetail) -> dict[str, int]:
    """Order number → when it is unloaded, 1 first; 1 for an order of which nothing was said."""
    said = _read(settings, f"{_STOPS}/{detail.number}")
    return {number: int(said.get(number, 1)) for _id, number in detail.orders}


def keep_stops(settings: QSettings, detail: ShipmentDetail, stops: Mapping[str, int]) -> None:
    """Remember the unloading order of a shipment; nothing is kept where any order will do."""
    key = f"{_STOPS}/{detail.number}"
    if len(set(stops.values())) > 1:
        settings.setValue(key, json.dumps(dict(stops)))
    else:
        settings.remove(key)


def _read(settings: QSettings, key: str) -> dict[str, Any]:
    text = str(settings.value(key, ""))
    try:
        found = json.loads(text)
    except ValueError:  # nothing yet, or somebody wrote into the file
        return {}
    return found if isinstance(found, dict) else {}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


# the dialogs


def freight_dialog(jobs: Jobs, freight: Freight, parent: QWidget) -> FormDialog:
    """Which containers can be had, what they cost, and what loose cargo costs; answers a ``Freight``."""
    fields = [
        Field("currency", _("Currency"), FieldKind.CHOICE, required=True,
              choices=[(code, code) for code in CURRENCY_EXPONENTS]),
        Field("loose", _("Loose cargo (LCL), per m³"), FieldKind.DECIMAL, decimals=2, check=_rate_problem,
              hint=_("Empty: nothing goes loose")),
    ]  # fmt: skip
    values: dict[str, object] = {"currency": freight.currency, "loose": freight.loose}
    for code in CONTAINERS:
        fields += [
            Field(_offered(code), _("{container} can be had", container=code), FieldKind.CHECK),
            Field(_rate(code), _("Freight of one {container}", container=code), FieldKind.DECIMAL, decimals=2,
                  check=_rate_problem),
        ]  # fmt: skip
        values |= {_offered(code): code in freight.rates, _rate(code): freight.rates.get(code)}
    return FormDialog(
        jobs,
        _("Freight of containers"),
        fields,
        values,
        lambda said: partial(_freight, said),
        _("Save"),
        note=_("The cheapest containers are looked for. Without rates they are compared at usual ones."),
        columns=2,
        parent=parent,
    )


def _offered(code: str) -> str:
    return f"offered_{code}"


def _rate(code: str) -> str:
    return f"rate_{code}"


def _rate_problem(value: object) -> str:
    return "" if isinstance(value, Decimal) and value > 0 else _("A rate is more than nothing.")


def _freight(values: Mapping[str, Any]) -> Freight:
    """What the dialog says. Raises InvalidValue at the field where something is missing."""
    rates = {code: values[_rate(code)] for code in CONTAINERS if values[_offered(code)]}
    if not rates:
        raise InvalidValue(
            _("No container can be had."),
            field=_offered(next(iter(CONTAINERS))),
            remedy=_("Tick at least one kind of container."),
        )
    made = Freight(rates, values["loose"], str(values["currency"]))
    if made.priced or made.loose is not None:
        _check_priced(rates)
    return made


def _check_priced(rates: Mapping[str, Decimal | None]) -> None:
    """Rates can only be compared where each container has one."""
    for code, rate in rates.items():
        if rate is None:
            raise InvalidValue(
                _("There is no rate for a {container}.", container=code),
                field=_rate(code),
                remedy=_("Enter what it costs, or take its tick away."),
            )


def stops_dialog(jobs: Jobs, detail: ShipmentDetail, stops: Mapping[str, int], parent: QWidget) -> FormDialog:
    """When each order is unloaded; answers order number → stop."""
    fields = [
        Field(number, number, FieldKind.INTEGER, required=True, check=_stop_problem)
        for _id, number in detail.orders
    ]
    return FormDialog(
        jobs,
        _("Unloading order"),
        fields,
        stops,
        lambda said: partial(dict[str, int], said),
        _("Save"),
        note=_("1 is unloaded first, so it is loaded last. Equal numbers: in any order."),
        parent=parent,
    )


def _stop_problem(value: object) -> str:
    return "" if isinstance(value, int) and value >= 1 else _("The first stop is number 1.")

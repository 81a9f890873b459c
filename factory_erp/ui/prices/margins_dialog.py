"""What other currencies are worth, and below which margin a price is marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.pricing.settings import MarginSettings
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs


def ask_margins(
    jobs: Jobs, margins: MarginSettings, currencies: Sequence[str], parent: QWidget
) -> FormDialog:
    """The open dialog: a rate for each of the *currencies*, and the least margin."""
    fields = [
        *(
            Field(code, _("1 {currency} in {own}", currency=code, own=margins.currency), FieldKind.DECIMAL,
                  hint=_("Empty: no margins in this currency"))
            for code in currencies
        ),
        Field("least_percent", _("Margins are low below (%)"), FieldKind.DECIMAL, required=True, decimals=2),
    ]  # fmt: skip
    values: dict[str, object] = {code: _plain(margins.rates.get(code)) for code in currencies}
    values["least_percent"] = _plain(margins.least_percent)
    note = _("Costs are counted in {currency}. The rates serve the margins alone: documents never use them.",
             currency=margins.currency)  # fmt: skip
    dialog = FormDialog(
        jobs, _("Margins"), fields, values, partial(_saving, currencies), _("Save"), note=note, parent=parent
    )
    dialog.resize(440, 300)
    dialog.open()
    return dialog


def _plain(number: Decimal | None) -> str | None:
    return f"{number:f}" if number is not None else None


def _saving(currencies: Sequence[str], values: Mapping[str, Any]) -> Callable[[], object]:
    rates = {code: values[code] for code in currencies}
    return partial(price_settings.save_margin_settings, rates, values["least_percent"])

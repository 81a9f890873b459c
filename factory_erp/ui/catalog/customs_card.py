"""What a tariff code brings to an item: its heading, statutory units, rates, and the printed line."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.catalogue.tariff import TariffView
from factory_erp.ui.catalog import tariff_words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone

FACTS = {
    "name": N_("Heading of the tariff"),
    "declaration": N_("Customs name"),
    "unit_1": N_("First statutory unit"),
    "unit_2": N_("Second statutory unit"),
    "rate": N_("Rates today"),
    "line": N_("On the declaration"),
}


class CustomsCard(QFrame):
    """``show_code`` for what the tariff says, ``show_answers`` for what the item says to it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.missing = Pill()
        self.facts = {key: label(figures.NONE, wrap=True, selectable=True) for key in FACTS}
        self.rates = SimpleTable(tariff_words.RATES)
        self.rates.set_name(_("VAT and export rebate"))
        self.rates.set_empty_text(_("No rates yet: enter them under Tariff codes…"))
        grid = QGridLayout()
        grid.setContentsMargins(12, 0, 12, 6)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.missing, 0, 0, 1, 2)
        for number, (key, title) in enumerate(FACTS.items(), start=1):
            grid.addWidget(label(_(title), muted=True), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.facts[key], number, 1)
        heading = label(_("What the code brings"), pixels=15, bold=True)
        heading.setContentsMargins(12, 0, 12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 11, 1, 1)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addLayout(grid)
        column.addWidget(self.rates, 1)

    def show_code(self, code: TariffView | None, declared: str, *, is_chosen: bool) -> None:
        """The facts of *code* (None: it is not in the list), and the item's name for customs."""
        name = code.name if code else _("The code is not in the list of tariff codes yet.")
        self._say("name", name if is_chosen else _("No HS code is chosen yet."))
        self._say("declaration", declared)
        self._say("unit_1", tariff_words.unit_text(code.unit_1 if code else ""))
        self._say("unit_2", tariff_words.unit_text(code.unit_2 if code else ""))
        self._say("rate", tariff_words.rate_text(code.rate if code else None))
        rates = tariff_words.newest_first(code.rates) if code else []
        self.rates.set_rows([tariff_words.rate_row(rate) for rate in rates])

    def show_answers(self, line: str, lacking: int) -> None:
        """The *line* that the declaration will print, and how many elements have no answer."""
        self._say("line", line)
        said = ngettext("{count} element is missing", "{count} elements are missing", lacking)
        self.missing.set(said if lacking else _("Complete"), Tone.WARNING if lacking else Tone.SUCCESS)

    def _say(self, key: str, text: str) -> None:
        self.facts[key].setText(text or figures.NONE)

"""Items that the plan could not make sense of: a strip over the page, and the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.material.report import PlanProblem
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.delegates import ROW_HEIGHT
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Banner
from factory_erp.ui.material import words

COLUMNS = (
    Column("item", N_("Item"), 150, narrowest=120),
    Column("problem", N_("Problem"), 360, narrowest=240),
    Column("remedy", N_("What to do"), 360, narrowest=240),
)


class ProblemStrip(Banner):
    """Hidden while there are none."""

    def __init__(self, navigate: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(
            "", Tone.WARNING, icon="warning", button=_("Show"), run=self.open_list, parent=parent
        )
        self._navigate = navigate
        self._problems: Sequence[PlanProblem] = ()
        self.dialog: ProblemDialog | None = None
        self.hide()

    def show_problems(self, problems: Sequence[PlanProblem]) -> None:
        """How many items there are of which something is missing."""
        self._problems = problems
        count = len({one.item_id for one in problems})
        self.set_text(
            ngettext(
                "{number} item could not be planned properly.",
                "{number} items could not be planned properly.", count, number=figures.number(count),
            )
        )  # fmt: skip
        self.setVisible(bool(problems))

    def open_list(self) -> None:
        """Which items, why, and what to do."""
        self.dialog = ProblemDialog(self._problems, self._navigate, self.window())
        self.dialog.open()


class ProblemDialog(QDialog):
    """Enter or a double click opens the item."""

    def __init__(
        self, problems: Sequence[PlanProblem], navigate: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("What the plan could not make sense of"))
        self._problems, self._navigate = problems, navigate
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(self.windowTitle())
        self.table.set_rows([(one.sku, one.message, one.remedy) for one in problems])
        self.table.activated.connect(self._open)
        self.open_button = Button(_("Open item"), run=lambda: self._open(self.table.current_key()))
        close = Button(_("Close"), kind=Kind.PRIMARY, run=self.accept)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.open_button)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        said = _("Everything else is planned. Mend these, and plan again.")
        column.addWidget(label(said, wrap=True, muted=True))
        column.addWidget(framed(self.table), 1)
        column.addLayout(foot)
        self.resize(980, min(200 + ROW_HEIGHT * max(len(problems), 3), 560))
        self.table.select_key(0)

    def _open(self, key: object) -> None:
        if isinstance(key, int):
            self.accept()
            self._navigate(words.item_link(self._problems[key].sku))

"""Over a bill: which revision is looked at, what can be done with it, and the fields of its head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.clock import today
from factory_erp.services.engineering.bills import RevisionView
from factory_erp.ui.catalog.bill_parts import title_of
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

_BUTTONS = {
    "new": N_("New revision…"),
    "compare": N_("Compare…"),
    "replace": N_("Replace component…"),
    "remove": N_("Remove revision…"),
}
"""What can be done with a revision, and how the buttons say it."""


def head_fields() -> list[Field]:
    """The fields of a bill's head, named as in ``BillInput`` and labelled as its use case names them."""
    above_zero = _("A bill of materials makes more than nothing.")
    return [
        Field("revision", _("Revision"), required=True, hint=_("A letter or a number, for example B")),
        Field("output", pgettext("bill of materials", "Makes"), FieldKind.DECIMAL, required=True,
              check=lambda value: "" if isinstance(value, object) and value > 0 else above_zero,  # type: ignore[operator]
              hint=_("How many units of the item the lines make together")),
        Field("valid_from", _("Valid from"), FieldKind.DATE, required=True),
        Field("valid_to", _("Valid to"), FieldKind.DATE, hint=_("Empty: until further notice")),
        Field("note", _("Note")),
    ]  # fmt: skip


def state_of(one: RevisionView) -> tuple[str, Tone]:
    """Whether a revision is valid today, will be, or was."""
    if one.current:
        return pgettext("revision", "Current"), Tone.SUCCESS
    if one.valid_from > today():
        return pgettext("revision", "Future"), Tone.INFO
    return pgettext("revision", "Past"), Tone.NEUTRAL


class RevisionBar(QWidget):
    """The revisions to choose from, and the acts (a function for each key of ``_BUTTONS``)."""

    def __init__(self, choose: Callable[[int], object], acts: Mapping[str, Callable[[], object]]) -> None:
        super().__init__()
        self._revisions: tuple[RevisionView, ...] = ()
        self.chooser = ChoiceEdit([])
        self.chooser.setMinimumWidth(210)
        self.chooser.setAccessibleName(_("Revision"))
        self.chooser.edited.connect(lambda: choose(self._chosen()))
        self.state, self.derived = Pill(), Pill(_("From the variant rules"), Tone.TEAL)
        self.buttons = {key: Button(_(title), run=acts[key]) for key, title in _BUTTONS.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label(_("Revision"), muted=True))
        for widget in (self.chooser, self.state, self.derived):
            row.addWidget(widget)
        row.addStretch(1)
        for button in self.buttons.values():
            row.addWidget(button)

    def _chosen(self) -> int:
        value = self.chooser.value()
        assert isinstance(value, int)
        return value

    def show_revisions(self, revisions: Sequence[RevisionView], current: int | None) -> None:
        """Offer *revisions*, the one with the id *current* chosen; nothing where there are none."""
        self._revisions = tuple(revisions)
        self.chooser.set_choices([(one.id, title_of(one)) for one in revisions])
        self.setVisible(bool(revisions))
        self.select(current)

    def select(self, bill_id: int | None) -> None:
        """Show the revision with that id as chosen."""
        self.chooser.show_value(bill_id)
        one = next((one for one in self._revisions if one.id == bill_id), None)
        if one is not None:
            self.state.set(*state_of(one))
        self.derived.setVisible(one is not None and one.derived)

    def revisions(self) -> tuple[RevisionView, ...]:
        """The revisions offered, the newest first."""
        return self._revisions

    def set_draft(self, dirty: bool) -> None:
        """What works on what is stored waits until the draft is saved."""
        one = next((one for one in self._revisions if one.id == self.chooser.value()), None)
        locked = one is not None and one.derived
        waits = _("Save or discard your changes first.")
        for key, button in self.buttons.items():
            alone = key == "compare" and len(self._revisions) < 2
            rules = key == "remove" and locked
            button.setEnabled(not (dirty or alone or rules))
            button.setToolTip(
                waits if dirty
                else _("There is only one revision.") if alone
                else _("The variant rules made it: change the rules.") if rules
                else ""
            )  # fmt: skip


class FittedHeight(QObject):
    """Keeps a *form* that stands over other widgets as high as its fields, and no higher."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        area = form.findChild(QScrollArea)
        assert area is not None
        fields = area.widget()
        assert fields is not None
        self._form, self._fields = form, fields
        # The form is never lower than its fields: a scroll bar would only take their width from them.
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Later, and once: a change of height in the middle of a layout would start another one within it.
        self._pause = QTimer(self, singleShot=True, interval=0)
        self._pause.timeout.connect(self._fit)
        fields.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A sentence under a field asks for more room, or for less again."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._pause.start()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        fields, width = self._fields, self._form.width()
        height = fields.heightForWidth(width) if fields.hasHeightForWidth() else fields.sizeHint().height()
        if height > 0 and height != self._form.height():
            self._form.setFixedHeight(height)

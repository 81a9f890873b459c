"""Certificates of a product, how long they hold, and the files that prove them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.catalogue import certificates
from factory_erp.services.catalogue.certificates import CertificateInput, CertificateView, Validity
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.frames import GAP, framed
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.products.files import content_of

COLUMNS = (
    Column("kind", N_("Certificate"), 120, sortable=False),
    Column("number", N_("Number"), 150, sortable=False),
    Column("issuer", N_("Issued by"), 150, sortable=False, priority=2),
    Column("valid_from", N_("Valid from"), 104, kind="date", sortable=False, priority=3),
    Column("valid_to", N_("Valid to"), 104, kind="date", sortable=False),
    Column("state", N_("State"), 150, kind="pill", sortable=False),
    Column("file", N_("File"), 170, sortable=False, priority=1),
)


class CertificatesTab(QWidget):
    """Add, change, remove and attach ask first and save at once: there is never a draft."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__()
        self.context, self.record_id = context, record_id
        self._views: dict[int, CertificateView] = {}
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Certificates"))
        self.table.set_empty_text(_("No certificate yet. Add CE, FDA, LFGB or a test report with its end."))
        self.table.activated.connect(self.change)
        self.table.current_changed.connect(lambda _key: self._show_actions())
        self.add_button = Button(_("Add certificate…"), icon="add", run=self.add)
        self.change_button = Button(_("Change…"), icon="edit", run=self.change_current)
        self.attach_button = Button(_("Attach file…"), icon="document", run=self.choose_file)
        self.open_button = Button(_("Open file"), run=self.open_file)
        self.remove_button = Button(_("Remove…"), run=self.remove_current)
        self._lay_out()
        self._show_actions()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        hint = ngettext(
            "What lapses within {count} day stands on the page Today.",
            "What lapses within {count} days stands on the page Today.",
            certificates.WARN_DAYS,
        )
        head.addWidget(label(hint, muted=True, wrap=True), 1)
        for button in (
            self.remove_button, self.open_button, self.attach_button, self.change_button, self.add_button,
        ):  # fmt: skip
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(framed(self.table), 1)
        self.setFocusProxy(self.table)

    # the tab's protocol

    def refresh(self) -> None:
        """Read the certificates again."""
        read = partial(certificates.certificates, self.record_id)
        self.context.jobs.run(read, done=self._take, owner=self)

    def is_dirty(self) -> bool:
        """Never: every dialog saves what it asked for."""
        return False

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def discard(self) -> None:
        """There is nothing to throw away."""

    def _take(self, views: Sequence[CertificateView]) -> None:
        self._views = {view.id: view for view in views}
        self.table.set_rows([certificate_row(view) for view in views], list(self._views))
        if self.table.current_key() is None and views:
            self.table.select_key(views[0].id)
        self._show_actions()

    def current(self) -> CertificateView | None:
        """The certificate chosen in the table."""
        key = self.table.current_key()
        return self._views.get(key) if isinstance(key, int) else None

    def _show_actions(self) -> None:
        view = self.current()
        for button in (self.change_button, self.remove_button, self.attach_button):
            button.setEnabled(view is not None)
            button.setToolTip("" if view is not None else _("Choose a certificate first."))
        self.open_button.setEnabled(view is not None and bool(view.file_name))
        no_file = _("No file is attached to this certificate.")
        self.open_button.setToolTip("" if self.open_button.isEnabled() else no_file)

    # what can be done

    def add(self) -> FormDialog:
        """The open dialog for another certificate."""
        blank = CertificateInput(self.record_id, "")
        return self._ask(_("New certificate"), blank, _("Add certificate"))

    def change_current(self) -> FormDialog | None:
        """The open dialog for the chosen certificate."""
        return self.change(self.table.current_key())

    def change(self, key: object) -> FormDialog | None:
        """The open dialog for the certificate *key*; None where there is none."""
        view = self._views.get(key) if isinstance(key, int) else None
        if view is None:
            return None
        known = CertificateInput(
            view.product_id, view.kind, view.number, view.issuer, view.valid_from, view.valid_to, view.note,
            view.id, view.version,
        )  # fmt: skip
        return self._ask(_("Certificate"), known, _("Save certificate"))

    def _ask(self, title: str, known: CertificateInput, act: str) -> FormDialog:
        values = {name: value or None for name, value in known.fields().items() if name != "product_id"}
        dialog = FormDialog(
            self.context.jobs,
            title,
            certificate_fields(),
            values,
            partial(_saving, known),
            act,
            columns=2,
            parent=self,
        )
        dialog.resize(600, 340)
        dialog.done_with.connect(partial(self._say, _("The certificate is saved.")))
        dialog.open()
        return dialog

    def remove_current(self) -> None:
        """Remove the chosen certificate, after asking."""
        view = self.current()
        if view is None:
            return
        title = _("Remove certificate {certificate}?", certificate=f"{view.kind} {view.number}".strip())
        text = (
            _("Its file {name} goes too.", name=view.file_name)
            if view.file_name
            else _("Nobody is warned of its end any more.")
        )
        if confirm(self, title, text, _("Remove certificate")):
            self.context.jobs.run(
                partial(certificates.remove_certificate, view.id),
                done=partial(self._say, _("The certificate is removed.")),
                write=True, title=title, owner=self,
            )  # fmt: skip

    # files

    def choose_file(self) -> None:
        """Ask for a file, and attach it to the chosen certificate."""
        kinds = _("PDF or picture") + " (*.pdf *.png *.jpg *.jpeg)"
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Attach file"), "", kinds)
        if chosen:
            self.attach(Path(chosen))

    def attach(self, path: Path) -> None:
        """Keep the file at *path* with the chosen certificate, in place of the one it had."""
        view = self.current()
        if view is not None:
            self.context.jobs.run(
                partial(_attach, view, path),
                done=partial(self._say, _("The file is attached.")),
                write=True, title=_("Attach file"), owner=self,
            )  # fmt: skip

    def open_file(self) -> None:
        """Prove the attached file, then show it in the program that the person reads such files with."""
        view = self.current()
        if view is not None and view.file_name:
            read = partial(certificates.read_file, view.id)
            self.context.jobs.run(read, done=lambda _file: self._open(view), owner=self)

    def _open(self, view: CertificateView) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(view.path))):
            self.context.say(_("No program here opens {name}.", name=view.file_name))

    def _say(self, said: str, _value: object) -> None:
        self.context.say(said)
        self.refresh()


def certificate_fields() -> list[Field]:
    """The form's fields, named as in ``CertificateInput``."""
    return [
        Field("kind", _("Certificate"), required=True, hint=_("For example CE, FDA or LFGB.")),
        Field("number", _("Number")),
        Field("issuer", _("Issued by"), hint=_("Laboratory or authority")),
        Field("valid_from", _("Valid from"), FieldKind.DATE),
        Field("valid_to", _("Valid to"), FieldKind.DATE, hint=_("Leave it empty for one that never lapses.")),
        Field("note", _("Note")),
    ]


def certificate_row(view: CertificateView) -> Row:
    """A certificate as the table shows it."""
    return (
        view.kind,
        view.number,
        view.issuer,
        figures.day(view.valid_from),
        figures.day(view.valid_to),
        state_pill(view),
        view.file_name,
    )


def state_pill(view: CertificateView) -> PillCell:
    """How a certificate stands: valid, lapses in 20 days, lapsed."""
    match view.state:
        case Validity.VALID:
            return PillCell(_("Valid"), Tone.SUCCESS)
        case Validity.UNLIMITED:
            return PillCell(_("Valid for good"), Tone.SUCCESS)
        case Validity.LAPSED:
            return PillCell(_("Lapsed"), Tone.DANGER)
    if not view.days:
        return PillCell(_("Lapses today"), Tone.WARNING)
    said = ngettext("Lapses in {count} day", "Lapses in {count} days", view.days)
    return PillCell(said, Tone.WARNING)


def _saving(known: CertificateInput, values: Mapping[str, Any]) -> Callable[[], object]:
    texts = {name: str(values[name] or "") for name in ("kind", "number", "issuer", "note")}
    given = CertificateInput(
        known.product_id,
        **texts,
        valid_from=values["valid_from"],
        valid_to=values["valid_to"],
        id=known.id,
        version=known.version,
    )
    return partial(certificates.save_certificate, given)


def _attach(view: CertificateView, path: Path) -> object:
    """What the use case answers, with its changes. Runs off the window's thread."""
    return certificates.attach_file(view.id, path.name, content_of(path), view.version)

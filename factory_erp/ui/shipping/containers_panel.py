"""Which containers a shipment needs, how they are loaded step by step, and their numbers and seals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from factory_erp.documents.details.labels import ContainerLoaded, LoadingDetails
from factory_erp.i18n import _
from factory_erp.services.issuing import loading
from factory_erp.services.issuing.loading import LoadingView
from factory_erp.services.workbench import detail as shipping_detail
from factory_erp.services.workbench.views import ShipmentDetail
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.draft_bar import DraftBar
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.isometric_view import IsometricView
from factory_erp.ui.shipping import container_grid, loading_terms, steps, words
from factory_erp.ui.shipping.emphasis import emphasize
from factory_erp.ui.shipping.fill_bars import FillBars

SECONDS = 4.0
"""For the search: a person waits for it."""

GRID_HEIGHT = 176
"""Three containers, their header and the row of buttons, px."""


class ContainersPanel(QWidget):
    """The plan with its picture above, the containers below.

    ``save_asked`` carries the ``ContainerInput`` of all containers, ``plan_applied`` a ``LoadingView``.
    """

    save_asked = Signal(object)
    plan_applied = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._jobs = context, context.jobs
        self._detail: ShipmentDetail | None = None
        self._proposal: LoadingView | None = None
        self._details: LoadingDetails | None = None
        self._working = False
        self.note = label(muted=True, wrap=True)
        self.bars = FillBars()
        self.picture = IsometricView()
        self.which = ChoiceEdit([])
        self.which.setAccessibleName(_("Container shown"))
        self.which.edited.connect(self._show_container)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(_("Step of loading"))
        self.slider.valueChanged.connect(self._show_step)
        self.step_note = ElidedLabel(muted=True)
        self.suggest_button = Button(_("Work out containers"), icon="box", run=self.suggest)
        self.load_button = Button(_("Load those below"), run=self.load_booked)
        self.apply_button = Button(_("Use this plan"), kind=Kind.PRIMARY, run=self.apply)
        self.stops_button = Button(_("Unloading order…"), run=self.ask_stops)
        self.freight_button = Button(_("Freight…"), run=self.ask_freight)
        self.freight_button.setToolTip(_("Which containers can be had, and what they cost"))
        self.grid = EditGrid(container_grid.COLUMNS, new_row=container_grid.new_row, jobs=self._jobs)
        self.grid.set_name(_("Containers"))
        self.grid.set_empty_text(
            _("No containers yet. Work them out, type them, or paste the forwarder's list.")
        )
        self.grid.save_asked.connect(self.save)
        self.grid.dirty_changed.connect(lambda _dirty: self._show_actions())
        self.bar = DraftBar(self.grid.discard, self.save)
        self._lay_out()

    # what the workbench asks

    def show_detail(self, detail: ShipmentDetail) -> None:
        """Show the containers of *detail*; what is being typed for the same shipment stays."""
        fresh = self._detail is None or self._detail.id != detail.id
        packed_again = self._detail is not None and self._detail.cartons != detail.cartons
        self._detail = detail
        if fresh or not self.grid.is_dirty():
            self.grid.set_rows(container_grid.grid_rows(detail.filled))
        if fresh or packed_again:
            self._proposal = None
        if self._proposal is None:
            read = partial(shipping_detail.loading_plan, detail.id)
            self._jobs.run(read, done=partial(self._show_stored, detail.id), owner=self)
        self._show_actions()

    def is_dirty(self) -> bool:
        """Whether numbers or seals are typed in that are not saved."""
        return self.grid.is_dirty()

    def discard(self) -> None:
        """Throw away what is typed and not saved."""
        self.grid.discard()

    def mark_saved(self) -> None:
        """What stands in the grid is what is saved."""
        self.grid.mark_saved()
        self._show_actions()

    # what a person does

    def suggest(self) -> None:
        """Work out in the background which containers the cartons need, and how they are loaded."""
        if self._detail is not None and self._may_work():
            freight = loading_terms.read_freight(self._context.settings())
            search = partial(loading.plan, self._detail.id, freight.kinds(), seconds=SECONDS)
            self._work(partial(search, stops=self._stops(self._detail), loose=freight.loose_cargo()))

    def load_booked(self) -> None:
        """Work out how the containers of the grid are loaded, as full as can be."""
        kinds = [one.type_code for one in container_grid.inputs(self.grid.rows()) if one.type_code]
        if self._detail is not None and kinds and self._may_work():
            search = partial(loading.plan, self._detail.id, seconds=SECONDS, booked=kinds)
            self._work(partial(search, stops=self._stops(self._detail)))

    def ask_freight(self) -> None:
        """Ask which containers can be had and what they cost; a plan made at other rates is dropped."""
        dialog = loading_terms.freight_dialog(
            self._jobs, loading_terms.read_freight(self._context.settings()), self
        )
        dialog.done_with.connect(self._take_freight)
        dialog.open()

    def ask_stops(self) -> None:
        """Ask when each order is unloaded; a plan made for another order is dropped."""
        if self._detail is not None:
            dialog = loading_terms.stops_dialog(self._jobs, self._detail, self._stops(self._detail), self)
            dialog.done_with.connect(partial(self._take_stops, self._detail))
            dialog.open()

    def apply(self) -> None:
        """Take the plan over: its containers become the shipment's."""
        if self._proposal is not None:
            self.plan_applied.emit(self._proposal)

    def forget_proposal(self) -> None:
        """The plan is the shipment's now."""
        self._proposal = None
        self._show_actions()

    def save(self) -> bool:
        """Ask for the containers to be saved, once all cells are sound."""
        if self.grid.problems():
            self.grid.next_problem()
            return False
        self.save_asked.emit(container_grid.inputs(self.grid.rows()))
        return True

    def _take_freight(self, freight: loading_terms.Freight) -> None:
        loading_terms.keep_freight(self._context.settings(), freight)
        self._drop_proposal()

    def _take_stops(self, detail: ShipmentDetail, stops: Mapping[str, int]) -> None:
        loading_terms.keep_stops(self._context.settings(), detail, stops)
        self._drop_proposal()

    def _drop_proposal(self) -> None:
        """What was worked out no longer answers what is asked: the shipment's own plan is shown again."""
        if self._detail is not None:
            self._proposal = None
            self.show_detail(self._detail)

    def _stops(self, detail: ShipmentDetail) -> dict[str, int]:
        return loading_terms.read_stops(self._context.settings(), detail)

    # showing

    def _may_work(self) -> bool:
        return not self._working and self._detail is not None and steps.can_load(self._detail).now

    def _work(self, search: partial[LoadingView]) -> None:
        self._working = True
        self._show_actions()
        self._jobs.run(
            search,
            title=_("Loading the containers"),
            cancellable=True,
            done=self._show_proposal,
            failed=lambda error: show_problem(self, error),
            finally_=self._worked,
            owner=self,
        )

    def _worked(self) -> None:
        self._working = False
        self._show_actions()

    def _show_proposal(self, view: LoadingView) -> None:
        self._proposal = view
        self._show_plan(view.details)
        self._show_actions()

    def _show_stored(self, shipment_id: int, details: LoadingDetails | None) -> None:
        if self._detail is not None and self._detail.id == shipment_id and self._proposal is None:
            self._show_plan(details)

    def _show_plan(self, details: LoadingDetails | None) -> None:
        self._details = details
        loaded: Sequence[ContainerLoaded] = details.containers if details else ()
        self.bars.show_containers(loaded, pallets=self._on_pallets())
        chosen = self.which.value()
        self.which.set_choices([(one.position, f"{one.position} · {one.type_code}") for one in loaded])
        if chosen in [one.position for one in loaded]:
            self.which.show_value(chosen)
        for widget in (self.bars, self.picture, self.which, self.slider, self.step_note):
            widget.setVisible(bool(loaded))
        self._show_container()
        self._show_actions()

    def _show_container(self) -> None:
        loaded = self._details.containers if self._details else ()
        orders = dict.fromkeys(box.order for one in loaded for box in one.boxes)
        shown = next((one for one in loaded if one.position == self.which.value()), None)
        self.picture.show_container(shown, orders)
        self.slider.blockSignals(True)
        self.slider.setRange(min(1, self.picture.last_step()), self.picture.last_step())
        self.slider.setValue(self.picture.last_step())
        self.slider.blockSignals(False)
        self._say_step()

    def _show_step(self, step: int) -> None:
        self.picture.show_step(step)
        self._say_step()

    def _say_step(self) -> None:
        container, step = self.picture.container(), self.picture.step()
        row = next((one for one in container.steps if one.step == step), None) if container else None
        if row is None:
            self.step_note.setText("")
            return
        said = words.packages(row.cartons, row.label, pallets=self._on_pallets())
        place = _(
            "{across} across, {high} high, {deep} deep", across=row.across, high=row.high, deep=row.deep
        )
        self.step_note.setText(_("Step {step}: {what}, {place}", step=step, what=said, place=place))

    def _show_actions(self) -> None:
        detail = self._detail
        if detail is None:
            return
        can = steps.can_load(detail)
        self.suggest_button.setEnabled(can.now and not self._working)
        self.suggest_button.setToolTip(can.reason)
        self.load_button.setEnabled(can.now and not self._working and bool(self.grid.rows()))
        left = self._without_place()
        self.freight_button.setEnabled(can.now and not self._working)
        self._show_stops(detail)
        self.apply_button.setVisible(self._proposal is not None)
        self.apply_button.setEnabled(can.now and not left and not self.grid.is_dirty())
        emphasize(
            self.suggest_button, _("Work out again") if self._details else _("Work out containers"), "box",
            primary=self._proposal is None and steps.needs_container(detail) and not detail.filled,
        )  # fmt: skip
        self.grid.set_read_only(not can.now)
        self.bar.setVisible(self.grid.is_dirty())
        self.note.setText(self._said(detail, can, left))

    def _without_place(self) -> int:
        """Packages that the plan leaves behind; what goes as loose cargo is not left behind."""
        if self._proposal is None or self._proposal.goes_loose:
            return 0
        return sum(count for _label, count in self._proposal.left_out)

    def _on_pallets(self) -> bool:
        return self._detail is not None and bool(self._detail.pallets)

    def _show_stops(self, detail: ShipmentDetail) -> None:
        """The unloading order matters where several orders travel together; the button says how many."""
        stops = len(set(self._stops(detail).values()))
        self.stops_button.setVisible(len(detail.orders) > 1)
        self.stops_button.setEnabled(self.freight_button.isEnabled())
        self.stops_button.setText(
            _("Unloading order ({stops} stops)…", stops=stops) if stops > 1 else _("Unloading order…")
        )

    def _said(self, detail: ShipmentDetail, can: steps.Can, left: int) -> str:
        if can.reason:
            return can.reason
        if self._working:
            return _("Working out how the cartons are loaded…")
        if left:
            return words.without_place(left, pallets=self._on_pallets())
        if self._proposal is not None:
            unsaved = _("A plan, not saved yet. 'Use this plan' makes its containers those of the shipment.")
            freight = loading_terms.read_freight(self._context.settings())
            costs = words.costs(self._proposal, freight.currency) if freight.priced else ""
            advice = words.loose_advice(self._proposal, priced=freight.priced)
            return " ".join(filter(None, (unsaved, costs, advice)))
        return words.container_advice(detail.containers)

    def _head(self) -> QHBoxLayout:
        """The title, and at its right what a plan is asked with."""
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(_("Containers"), pixels=15, bold=True), 1)
        for button in (self.stops_button, self.freight_button):
            head.addWidget(button)
        return head

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        for button in (self.suggest_button, self.load_button, self.apply_button):
            top.addWidget(button)
        top.addStretch(1)
        play = QHBoxLayout()
        play.setSpacing(8)
        play.addWidget(self.which)
        play.addWidget(self.slider, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._head())
        column.addWidget(self.note)
        column.addLayout(top)
        column.addWidget(self.bars)
        column.addWidget(self.picture, 1)
        column.addLayout(play)
        column.addWidget(self.step_note)
        self.grid.setMinimumHeight(GRID_HEIGHT)
        column.addWidget(self.grid, 1)
        column.addWidget(self.bar)
        self._show_plan(None)

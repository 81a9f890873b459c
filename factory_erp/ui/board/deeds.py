"""The commands of the schedule page, for menus, the palette and the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial

from factory_erp.i18n import N_, _
from factory_erp.ui.board.board_actions import BoardActions
from factory_erp.ui.board.board_view import BoardView
from factory_erp.ui.board.colours import NAMES
from factory_erp.ui.board.head import BoardHead
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.tabs import Tabs

PICTURES = ("board", "table")
"""Tabs that show the picture of the schedule."""

Selection = Callable[[], tuple[Hashable, ...]]


class Deeds:
    """Makes the commands; *titles* are those of the tabs, *selection* what a command acts on."""

    def __init__(
        self,
        actions: BoardActions,
        board: BoardView,
        head: BoardHead,
        tabs: Tabs,
        titles: Mapping[str, str],
        selection: Selection,
        prints: tuple[Callable[[], object], Callable[[], object]],
    ) -> None:
        self._actions, self._board, self._head, self._tabs = actions, board, head, tabs
        self._titles, self._selection, self._prints = titles, selection, prints

    def all(self) -> list[Command]:
        """Everything that can be done on the page."""
        return [*self._searching(), *self.acts(), *self._whole(), *self._views(), *self._tab_commands()]

    def acts(self) -> list[Command]:
        """What can be done with the chosen operations."""
        chosen, on, do = self._has_selection, self._on_selection, self._actions
        return [
            Command("board.open", N_("Open the production order"), on(do.open_order), "", chosen, "factory",
                    "record"),
            Command("board.lock", N_("Lock or unlock"), on(do.toggle_lock), "", chosen, "lock", "record"),
            Command("board.shift", N_("Shift the whole order…"), on(do.ask_shift), "", chosen, "clock",
                    "record"),
            Command("board.split", N_("Split the order…"), on(do.ask_split), "", chosen, "", "record"),
        ]  # fmt: skip

    def _searching(self) -> list[Command]:
        do, head = self._actions, self._head
        return [
            Command("board.schedule", N_("Re-schedule"), do.search.start, "F9", self._can_search, "gantt",
                    "record"),
            Command("board.stop", N_("Stop the search"), do.search.stop, "", self._is_searching, "stop",
                    "record"),
            Command("board.undo", head.undo_text, do.undo, "Ctrl+Z", self._can_undo, "undo", "edit"),
            Command("board.redo", head.redo_text, do.redo, "Ctrl+Shift+Z", self._can_redo, "", "edit"),
        ]  # fmt: skip

    def _whole(self) -> list[Command]:
        show, save = self._prints
        return [
            Command("board.unlock_all", N_("Unlock everything"), self._actions.unlock_all, "",
                    self._on_picture, "", "record"),
            Command("board.print", N_("Print the board…"), show, "", None, "print", "file"),
            Command("board.pdf", N_("Save the board as PDF…"), save, "", None, "save", "file"),
        ]  # fmt: skip

    def _views(self) -> list[Command]:
        board, gantt = self._on_board, self._board.gantt
        return [
            Command("board.fit", N_("Fit the whole schedule"), gantt.fit_all, "", board, "fit-width", "view"),
            Command("board.now", N_("Go to now"), gantt.go_to_now, "", board, "today", "view"),
            Command("board.dock", N_("Late orders beside the board"), self._board.toggle_dock, "", board,
                    "warning", "view"),
            *(
                Command(f"board.colour.{name}", partial(_colour_text, title),
                        partial(self._board.colour_by, name), "", board, "", "view")
                for name, title in NAMES.items()
            ),
        ]  # fmt: skip

    def _tab_commands(self) -> list[Command]:
        return [
            Command(f"board.tab.{key}", self._titles[key], partial(self._tabs.select, key), f"Alt+{place}",
                    group="view")
            for place, key in enumerate(self._tabs.keys(), 1)
        ]  # fmt: skip

    def _on_selection(self, act: Callable[[tuple[Hashable, ...]], object]) -> Callable[[], object]:
        return lambda: act(self._selection())

    def _has_selection(self) -> bool:
        return bool(self._actions.bars(self._selection()))

    def _on_board(self) -> bool:
        return self._tabs.current() == "board"

    def _on_picture(self) -> bool:
        return self._tabs.current() in PICTURES

    def _is_searching(self) -> bool:
        return self._actions.search.running

    def _can_search(self) -> bool:
        return not self._actions.search.running

    def _can_undo(self) -> bool:
        return self._on_picture() and self._actions.history.last() is not None

    def _can_redo(self) -> bool:
        return self._on_picture() and self._actions.history.next() is not None


def _colour_text(title: str) -> str:
    return _("Colour by: {what}", what=_(title))

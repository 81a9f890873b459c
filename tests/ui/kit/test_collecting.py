"""Garbage is collected by the window's thread alone."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from factory_erp.ui.kit.collecting import Collector


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qapp: QObject) -> Iterator[Collector]:
    gc.collect()
    gc.freeze()  # what tests before have left is none of its business
    parent = QObject()
    made = Collector(parent)
    yield made
    made.stop()
    gc.unfreeze()
    gc.disable()  # as every test of the window has it


def fill() -> None:
    """More objects than the youngest generation may hold, all alive until the end."""
    kept = [[number] for number in range(2 * gc.get_threshold()[0])]
    assert kept


def test_a_reader_collects_nothing_and_the_window_does(qtbot: QtBot, collector: Collector) -> None:
    freed_on: list[threading.Thread] = []

    def reader() -> None:
        knot = Knot()
        weakref.finalize(knot, lambda: freed_on.append(threading.current_thread()))
        del knot
        fill()

    thread = threading.Thread(target=reader)
    thread.start()
    thread.join()
    assert freed_on == []

    kept = [[number] for number in range(2 * gc.get_threshold()[0])]
    qtbot.waitUntil(lambda: bool(freed_on), timeout=5000)
    assert freed_on == [threading.main_thread()]
    assert kept


def test_nothing_is_collected_before_it_is_due(collector: Collector) -> None:
    gc.collect()
    assert collector.collect() is None


def test_older_generations_take_their_turn(collector: Collector) -> None:
    limits = gc.get_threshold()
    gc.collect()
    kept, taken = [], []
    for _round in range((limits[1] + 2) * (limits[2] + 2) * 2):
        kept.append([[number] for number in range(limits[0] + 10)])
        taken.append(collector.collect())
    assert taken[0] == 0
    assert taken.count(0) > taken.count(1) > taken.count(2) >= 1


def test_afterwards_the_interpreter_collects_again(collector: Collector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()

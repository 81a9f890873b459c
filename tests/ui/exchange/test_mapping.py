"""The columns step: what is guessed, chosen, undone, saved, loaded and remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from factory_erp.models.database import Database
from factory_erp.services.exchange.mapping import Source
from factory_erp.ui.exchange import ExchangePage
from factory_erp.ui.exchange.assistant import COLUMNS, PREVIEW, Assistant
from factory_erp.ui.exchange.mapping_rows import AS_MAPPED, FIXED, described
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message
from tests.ui.exchange.test_page import NORD, answer, choose, opened, previewed, settle, table

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FOREIGN = ["Kürzel", "Firma", "Land"]


@pytest.fixture
def page(db: Database, context: UiContext, qtbot: QtBot) -> ExchangePage:
    made = ExchangePage(context)
    qtbot.addWidget(made)
    made.resize(1084, 720)
    made.show()
    made.open_record("import/partners")
    return made


def foreign(qtbot: QtBot, page: ExchangePage, folder: Path) -> Assistant:
    return opened(qtbot, page, table(folder / "kunden.csv", ["NORD", "Nordkopp", "D"], headers=FOREIGN))


def column(header: str) -> tuple[str, str]:
    return "column", header


def test_required_fields_must_have_a_column(qtbot: QtBot, page: ExchangePage, tmp_path: Path) -> None:
    part = foreign(qtbot, page, tmp_path)
    assert part.foot.why.text() == "Choose where these come from: Partner, Name, Country."
    assert not part.foot.next_button.isEnabled()
    assert "Not imported: Kürzel, Firma, Land." in part.columns_step.origin_note.text()

    choose(part, "partner", column("Kürzel"))
    choose(part, "name", column("Firma"))
    choose(part, "country", FIXED)
    assert part.foot.why.text() == "Enter the fixed value of Country."
    qtbot.keyClicks(part.columns_step.rows.lines["country"].fixed, "DE")
    assert part.foot.why.text() == ""
    assert part.foot.next_button.isEnabled()

    part.go_on()
    settle(qtbot, page)
    assert part.step() == PREVIEW
    assert part.judged is not None
    assert (part.judged.report.created, part.judged.report.rejected) == (1, ())


def test_choices_are_undone_and_done_again(qtbot: QtBot, page: ExchangePage, tmp_path: Path) -> None:
    part = foreign(qtbot, page, tmp_path)
    rows = part.columns_step.rows
    choose(part, "partner", column("Kürzel"))
    choose(part, "name", FIXED)
    qtbot.keyClicks(rows.lines["name"].fixed, "Same")
    assert rows.mapping().columns == {"partner": Source(("Kürzel",)), "name": Source(constant="Same")}
    assert rows.is_dirty()

    qtbot.keyClick(rows.lines["name"].fixed, Qt.Key.Key_Escape)
    rows.undo_stack.undo()
    assert rows.mapping().columns == {"partner": Source(("Kürzel",))}, "typing is one step"
    rows.undo_stack.undo()
    assert rows.mapping().columns == {}
    assert not rows.is_dirty()
    rows.undo_stack.redo()
    assert rows.lines["partner"].choice.value() == column("Kürzel")
    assert rows.lines["partner"].sample.text() == "NORD"


def test_what_was_chosen_is_remembered_and_can_be_forgotten(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    part = foreign(qtbot, page, tmp_path)
    for key, header in zip(("partner", "name"), FOREIGN, strict=False):
        choose(part, key, column(header))
    choose(part, "country", FIXED)
    qtbot.keyClicks(part.columns_step.rows.lines["country"].fixed, "DE")
    part.go_on()
    settle(qtbot, page).take()
    settle(qtbot, page)
    part.start()

    again = foreign(qtbot, page, tmp_path)
    assert again.columns_step.rows.mapping().columns["name"] == Source(("Firma",))
    assert "as at the last import" in again.columns_step.origin_note.text()
    assert again.columns_step.forget_button.isVisible()
    again.columns_step.forget_button.click()
    settle(qtbot, page)
    assert again.columns_step.rows.mapping().columns == {}
    assert not again.columns_step.forget_button.isVisible()
    again.start()
    assert foreign(qtbot, page, tmp_path).columns_step.rows.mapping().columns == {}


def test_a_mapping_is_loaded_kept_whole_and_saved(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = foreign(qtbot, page, tmp_path)
    said = {
        "columns": {
            "partner": "Kürzel",
            "name": {"columns": ["Firma", "Land"], "with": " "},
            "country": {"column": "Land", "values": {"D": "DE"}},
        },
        "skip": [{"column": "Land", "is": ["-"]}],
        "encoding": "UTF-8",
    }
    path = tmp_path / "map.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    answer(monkeypatch, path)
    part.columns_step.load_button.click()
    settle(qtbot, page)
    rows = part.columns_step.rows
    assert rows.lines["country"].choice.value() == AS_MAPPED
    assert rows.lines["country"].choice.currentText() == "Land, words translated"
    assert part.columns_step.notes.text() == "Rows whose Land is - are left out."

    choose(part, "country", column("Land"))
    rows.undo_stack.undo()
    saved = tmp_path / "saved.json"
    answer(monkeypatch, saved)
    part.columns_step.save_button.click()
    settle(qtbot, page)
    written = json.loads(saved.read_text(encoding="utf-8"))
    assert written["columns"]["country"] == {"columns": ["Land"], "with": "", "values": {"D": "DE"}}
    assert written["skip"] == said["skip"]
    assert written["encoding"] == "UTF-8"

    part.go_on()
    settle(qtbot, page)
    assert part.judged is not None
    assert part.judged.report.created == 1


def test_a_mapping_for_another_file_is_refused(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = foreign(qtbot, page, tmp_path)
    path = tmp_path / "map.json"
    path.write_text('{"columns": {"partner": "Customer no."}}', encoding="utf-8")
    answer(monkeypatch, path)
    part.columns_step.load_button.click()
    settle(qtbot, page)

    box = part.findChild(Message)
    assert box is not None
    assert "Customer no." in box.text()
    assert part.step() == COLUMNS
    assert part.columns_step.rows.mapping().columns == {}
    box.accept()


def test_dates_are_read_as_they_are_said_to_be_written(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    assert not previewed(
        qtbot, page, table(tmp_path / "partners.csv", NORD)
    ).columns_step.reading.dates.isVisible()
    page.assistant.start("products")
    products = table(tmp_path / "products.csv", ["CUP", "Cup"], headers=["Product", "Name EN"])
    previewed(qtbot, page, products).take()
    settle(qtbot, page)
    page.assistant.start("certificates")
    headers = ["Product", "Certificate", "Valid from"]
    part = opened(qtbot, page, table(tmp_path / "c.csv", ["CUP", "CE", "03/04/2026"], headers=headers))
    dates = part.columns_step.reading.dates
    assert dates.isVisibleTo(part)
    part.go_on()
    settle(qtbot, page)
    assert part.judged is not None
    assert part.judged.report.rejected

    part.go_back()
    dates.show_value("%d/%m/%Y")
    dates.edited.emit()
    part.go_on()
    settle(qtbot, page)
    assert not part.judged.report.rejected


def test_a_source_is_described_in_words(page: ExchangePage) -> None:
    source = Source(("A", "B"), joint=" ", values={"x": "y"}, date="%Y")

    assert described(source) == "A + B, words translated, days as %Y"
    assert described(Source(constant="CN", values={"CN": "DE"})) == "always 'CN', words translated"

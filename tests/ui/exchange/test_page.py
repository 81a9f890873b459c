from __future__ import annotations

import csv
import gc
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from factory_erp.i18n import set_language
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner
from factory_erp.services.exchange.importing import import_sheet
from factory_erp.services.exchange.registry import KINDS
from factory_erp.sheets.reading import read_file
from factory_erp.ui.exchange import ExchangePage, calm, words, work
from factory_erp.ui.exchange import page as page_module
from factory_erp.ui.exchange.assistant import COLUMNS, DONE, FILE, PREVIEW, Assistant
from factory_erp.ui.exchange.work import Origin
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEADERS = ["Partner", "Name", "Country", "Contact person"]
NORD = ["NORD", "Nordkopp GmbH", "DE", "Anna Berg"]
KONE = ["KONE", "Kone Oy", "FI", ""]


@pytest.fixture
def said(context: UiContext) -> list[str]:
    """What the page says in the status bar."""
    sentences: list[str] = []
    context.say = sentences.append
    return sentences


@pytest.fixture
def page(db: Database, context: UiContext, said: list[str], qtbot: QtBot) -> ExchangePage:
    made = ExchangePage(context)
    qtbot.addWidget(made)
    made.resize(1084, 720)
    made.show()
    made.open_record("import/partners")
    return made


def settle(qtbot: QtBot, page: ExchangePage) -> Assistant:
    qtbot.waitUntil(lambda: not page.context.jobs.running(), timeout=20_000)
    return page.assistant


def table(
    path: Path, *rows: Sequence[str], headers: Sequence[str] = HEADERS, encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return path


def opened(qtbot: QtBot, page: ExchangePage, path: Path) -> Assistant:
    page.assistant.open_origin(Origin(path))
    return settle(qtbot, page)


def previewed(qtbot: QtBot, page: ExchangePage, path: Path) -> Assistant:
    opened(qtbot, page, path).go_on()
    return settle(qtbot, page)


def choose(part: Assistant, key: str, value: object) -> None:
    """What a person does with the choice of a field."""
    choice = part.columns_step.rows.lines[key].choice
    choice.show_value(value)
    choice.edited.emit()


def count_partners(db: Database) -> int:
    with db.session() as session:
        return session.scalar(select(func.count()).select_from(Partner)) or 0


def answer(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """The next file dialogs are answered with *path*."""
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_asked: (str(path), ""))


# kinds


def test_every_kind_is_listed_in_the_order_of_importing_with_a_sentence(page: ExchangePage) -> None:
    listed = page.assistant.file_step.kinds.names()

    assert listed == list(KINDS)
    assert all(words.sentence(name) for name in listed)


def test_a_kind_says_what_it_needs_and_which_columns(page: ExchangePage) -> None:
    page.open_record("import/items")
    card = page.assistant.file_step.card

    assert page.assistant.kind() == "items"
    assert "Products" in card.needs.text()
    assert [row[0] for row in card.columns.model.rows][:2] == ["SKU", "Product"]
    assert page.state() == {"record": "import/items"}


def test_an_unknown_link_changes_nothing(page: ExchangePage) -> None:
    page.open_record("import/dragons")
    page.open_record("somewhere/items")

    assert page.assistant.kind() == "partners"


# the whole way


def test_a_file_is_read_checked_and_imported(
    qtbot: QtBot, page: ExchangePage, db: Database, tmp_path: Path
) -> None:
    before = count_partners(db)
    part = opened(qtbot, page, table(tmp_path / "partners.csv", NORD, KONE))
    assert part.step() == COLUMNS
    assert part.columns_step.rows.mapping().columns["contact"].columns == ("Contact person",)
    assert part.columns_step.rows.lines["name"].sample.text() == "Nordkopp GmbH · Kone Oy"

    part.go_on()
    settle(qtbot, page)
    assert part.step() == PREVIEW
    assert count_partners(db) == before
    assert [part.preview_step.table.sheet_model.headerData(n, Qt.Orientation.Vertical) for n in (0, 1)] == [
        "2",
        "3",
    ]
    assert part.preview_step.table.sheet_model.index(0, 0).data() == "New"

    changes: list[object] = []
    page.context.jobs.changed.connect(changes.append)
    part.foot.next_button.click()
    settle(qtbot, page)
    assert part.step() == DONE
    assert count_partners(db) == before + 2
    assert "2 records are imported" in part.done_step.said.text()
    assert any("partner" in change for change in changes if isinstance(change, dict))


def test_the_same_file_again_is_unchanged(
    qtbot: QtBot, page: ExchangePage, db: Database, tmp_path: Path
) -> None:
    path = table(tmp_path / "partners.csv", NORD, KONE)
    previewed(qtbot, page, path).take()
    settle(qtbot, page)
    page.assistant.start()
    part = previewed(qtbot, page, path)

    assert part.judged is not None
    assert (part.judged.report.created, part.judged.report.unchanged) == (0, 2)
    assert part.preview_step.tiles.cards["unchanged"].accessibleName() == "Unchanged: 2"


def test_done_leads_to_the_next_kind_and_to_the_records(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    links: list[str] = []
    page.context.navigate = links.append
    page.open_record("import/products")
    part = previewed(qtbot, page, table(tmp_path / "p.csv", ["CUP", "Cup"], headers=["Product", "Name EN"]))
    part.take()
    settle(qtbot, page)

    part.done_step.show_button.click()
    assert links == ["erp://products/"]
    part.done_step.next_button.click()
    assert (part.step(), part.kind()) == (FILE, "product-texts")


# what is wrong


def test_a_rejected_cell_bars_the_import_and_is_marked(
    qtbot: QtBot, page: ExchangePage, db: Database, tmp_path: Path
) -> None:
    before = count_partners(db)
    path = table(
        tmp_path / "partners.csv", NORD, ["KONE", "Kone Oy", "Atlantis", ""], ["", "Nobody", "FI", ""]
    )
    part = previewed(qtbot, page, path)
    step, model = part.preview_step, part.preview_step.table.sheet_model

    assert not part.foot.next_button.isEnabled()
    assert "2 rows are refused" in part.foot.why.text()
    assert model.index(1, 0).data() == "Rejected"
    assert "is not a country code" in str(model.index(1, 3).data(Qt.ItemDataRole.ToolTipRole))
    assert model.index(0, 3).data(Qt.ItemDataRole.ToolTipRole) is None
    assert [row[:3] for row in step.reasons.model.rows] == [
        ("3", "Country", "Atlantis"),
        ("4", "Partner", ""),
    ]
    part.go_on()
    part.take()
    settle(qtbot, page)
    assert count_partners(db) == before
    assert part.step() == PREVIEW


def test_only_rows_with_errors_and_the_way_from_a_reason_to_its_cell(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    good = [[f"P{n}", f"Partner {n}", "DE", ""] for n in range(200)]
    path = table(tmp_path / "partners.csv", *good, ["BAD", "Bad", "Atlantis", ""])
    step = previewed(qtbot, page, path).preview_step
    step.reasons.select_key(0)
    assert step.table.currentIndex().row() == 200
    assert step.table.currentIndex().data() == "Atlantis"

    step.only_errors.click()
    assert step.table.sheet_model.rowCount() == 1
    assert step.table.currentIndex().data() == "Atlantis"
    assert step.table.sheet_model.headerData(0, Qt.Orientation.Vertical) == "202"
    step.only_errors.click()
    assert step.table.sheet_model.rowCount() == 201


def test_a_corrected_file_is_read_again(
    qtbot: QtBot, page: ExchangePage, db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "partners.csv"
    part = previewed(qtbot, page, table(path, NORD, ["KONE", "Kone Oy", "Atlantis", ""]))
    table(path, NORD, KONE)
    part.preview_step.reread_button.click()
    settle(qtbot, page)

    assert part.step() == PREVIEW
    assert part.foot.next_button.isEnabled()
    assert part.preview_step.reasons.isHidden() or not part.preview_step.reasons.model.rows


def test_a_file_with_other_headers_goes_back_to_the_columns(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    path = tmp_path / "partners.csv"
    part = previewed(qtbot, page, table(path, ["KONE", "Kone Oy", "Atlantis", ""]))
    table(path, ["KONE", "Kone Oy", "FI"], headers=["Partner", "Firma", "Country"])
    part.preview_step.reread_button.click()
    settle(qtbot, page)

    assert part.step() == COLUMNS
    assert "Name" in part.foot.why.text()


def test_the_report_is_saved_with_result_and_reasons(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    part = previewed(
        qtbot, page, table(tmp_path / "partners.csv", NORD, ["KONE", "Kone Oy", "Atlantis", "=1+1"])
    )
    target = tmp_path / "report.xlsx"
    answer(monkeypatch, target)
    part.preview_step.report_button.click()
    settle(qtbot, page)

    rows = list(load_workbook(target).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0] == ("Row", "Result", "What is wrong", *HEADERS)
    assert rows[1][:3] == (2, "New", None)
    assert rows[2][:2] == (3, "Rejected")
    assert str(rows[2][2]).startswith("Country: ")
    assert rows[2][6] == "=1+1"
    assert str(target) in said[-1]


@pytest.mark.parametrize(
    ("name", "content", "words_said"),
    [
        ("nothing.csv", b"", "The file is empty."),
        ("letter.pdf", b"%PDF-1.7 ...", "PDF"),
        ("double.csv", b"Partner,Partner\nA,B\n", "Partner"),
    ],
)
def test_a_file_that_is_no_table_is_refused_where_it_was_chosen(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, name: str, content: bytes, words_said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    part = opened(qtbot, page, path)

    assert part.step() == FILE
    assert words_said in part.file_step.zone.problem.text()
    assert not part.file_step.zone.problem.isHidden()
    part.file_step.kinds.select("items")
    assert part.file_step.zone.problem.isHidden()


# where the table comes from


def test_a_dropped_file_is_read(qtbot: QtBot, page: ExchangePage, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table(tmp_path / "partners.csv", NORD)))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.assistant.file_step.zone.dropEvent(event)

    assert settle(qtbot, page).step() == COLUMNS


def test_a_file_is_chosen_with_the_keyboard(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, table(tmp_path / "partners.csv", NORD))
    by_id = {command.id: command for command in page.commands()}
    assert QKeySequence(by_id["exchange.choose"].shortcut) == QKeySequence("Ctrl+O")
    by_id["exchange.choose"].trigger()

    assert settle(qtbot, page).step() == COLUMNS
    assert not by_id["exchange.choose"].can_run()
    assert by_id["exchange.next"].can_run()
    by_id["exchange.next"].trigger()
    assert settle(qtbot, page).step() == PREVIEW


def test_a_pasted_block_with_headers_in_any_order(qtbot: QtBot, page: ExchangePage, db: Database) -> None:
    QGuiApplication.clipboard().setText("国家\tName\tPartner\nDE\tNordkopp\tNORD\n")
    page.assistant.file_step.zone.paste_button.click()
    part = settle(qtbot, page)

    assert part.columns_step.reading.head.isVisible()
    assert part.columns_step.reading.head.value() is False
    part.go_on()
    settle(qtbot, page).take()
    settle(qtbot, page)
    with db.session() as session:
        assert session.scalar(select(Partner.name).filter_by(code="NORD")) == "Nordkopp"


def test_a_pasted_block_without_headers_is_read_in_the_order_of_the_template(
    qtbot: QtBot, page: ExchangePage
) -> None:
    QGuiApplication.clipboard().setText("NORD\tNordkopp\nKONE\tKone\n")
    page.assistant.file_step.zone.paste_button.click()
    part = settle(qtbot, page)
    assert part.opened is not None
    assert part.columns_step.reading.head.value() is True
    assert part.opened.sheet.headers == ("Partner", "Name")
    assert part.columns_step.mapping_problem() == "Choose where these come from: Country."

    part.columns_step.reading.head.show_value(False)
    part.columns_step.reading.head.edited.emit()
    settle(qtbot, page)
    assert part.opened.sheet.headers == ("NORD", "Nordkopp")


def test_an_empty_clipboard_is_said(qtbot: QtBot, page: ExchangePage) -> None:
    QGuiApplication.clipboard().clear()
    page.assistant.paste()

    assert "clipboard" in page.assistant.file_step.zone.problem.text()
    assert page.assistant.step() == FILE


def test_the_encoding_is_shown_and_can_be_changed(qtbot: QtBot, page: ExchangePage, tmp_path: Path) -> None:
    path = table(tmp_path / "partners.csv", ["NB", "宁波亮瓶", "CN", ""], encoding="gb18030")
    part = opened(qtbot, page, path)
    reading = part.columns_step.reading
    assert reading.encoding.value() == "GB18030"
    assert not reading.sheet.isVisible()
    choose(part, "contact", "")

    reading.encoding.show_value("Windows-1252")
    reading.encoding.edited.emit()
    settle(qtbot, page)
    assert part.opened is not None
    assert part.opened.sheet.source.encoding == "Windows-1252"
    assert part.opened.sheet.rows[0].cells[1] != "宁波亮瓶"
    assert part.columns_step.rows.lines["contact"].source() is None, "the columns stay as chosen"


def test_an_encoding_that_does_not_fit_leaves_the_table_as_it_was(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    part = opened(qtbot, page, table(tmp_path / "p.csv", ["NB", "宁波亮瓶", "CN", ""], encoding="gb18030"))
    reading = part.columns_step.reading
    reading.encoding.show_value("UTF-8")
    reading.encoding.edited.emit()
    settle(qtbot, page)

    assert part.step() == COLUMNS
    assert reading.encoding.value() == "GB18030"
    box = part.foot.findChild(Message) or part.findChild(Message)
    assert box is not None
    box.accept()


def test_another_sheet_of_the_workbook(qtbot: QtBot, page: ExchangePage, tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Old"  # type: ignore[union-attr]
    book.active.append(["Partner", "Name", "Country"])  # type: ignore[union-attr]
    book.active.append(["OLD", "Old Ltd", "DE"])  # type: ignore[union-attr]
    sheet = book.create_sheet("New")
    sheet.append(["Partner", "Name", "Country"])
    sheet.append(["NEW", "New Ltd", "DE"])
    path = tmp_path / "partners.xlsx"
    book.save(path)
    part = opened(qtbot, page, path)
    reading = part.columns_step.reading
    assert reading.sheet.isVisible()
    assert not reading.encoding.isVisible()

    reading.sheet.show_value("New")
    reading.sheet.edited.emit()
    settle(qtbot, page)
    assert part.opened is not None
    assert part.opened.sheet.rows[0].cells[0] == "NEW"


# stopping and leaving


def test_a_stopped_import_leaves_nothing(
    qtbot: QtBot,
    page: ExchangePage,
    db: Database,
    tmp_path: Path,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [[f"P{n}", f"Partner {n}", "DE", ""] for n in range(3000)]
    part = previewed(qtbot, page, table(tmp_path / "partners.csv", *rows))
    before = count_partners(db)
    part.foot.locked.connect(lambda locked: locked and part.foot.progress.stop())
    part.take()
    assert part.busy()
    settle(qtbot, page)
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)

    assert count_partners(db) == before
    assert part.step() == PREVIEW
    assert said == ["Stopped. Nothing was changed."]
    assert part.stack.isEnabled()
    assert part.foot.next_button.isEnabled()


def test_leaving_during_the_import_asks(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = previewed(qtbot, page, table(tmp_path / "partners.csv", NORD))
    asked: list[str] = []

    def refuse(_parent: object, title: str, *_rest: str) -> bool:
        asked.append(title)
        return False

    monkeypatch.setattr(page_module, "confirm", refuse)
    part.take()
    assert not page.can_leave()
    assert asked == ["The import is under way"]
    settle(qtbot, page)
    assert page.can_leave()


def test_leaving_with_columns_chosen_by_hand_asks(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = opened(qtbot, page, table(tmp_path / "partners.csv", NORD))
    assert page.can_leave(), "nothing was done by hand yet"
    choose(part, "contact", "")
    monkeypatch.setattr(page_module, "confirm", lambda *_question: False)
    assert not page.can_leave()
    page.open_record("import/items")
    assert part.kind() == "partners"

    monkeypatch.setattr(page_module, "confirm", lambda *_question: True)
    assert page.can_leave()
    assert part.columns_step.rows.mapping().columns["contact"].columns == ("Contact person",)


def test_a_record_that_changed_since_the_preview_is_shown_as_rejected(
    qtbot: QtBot, page: ExchangePage, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = previewed(qtbot, page, table(tmp_path / "partners.csv", NORD))
    bad = table(tmp_path / "bad.csv", ["NORD", "Nordkopp", "Atlantis", ""])
    report = import_sheet("partners", read_file(bad), dry_run=True).value
    monkeypatch.setattr(work, "take", lambda opened: work.judged(opened, report))
    part.take()
    settle(qtbot, page)

    assert part.step() == PREVIEW
    assert "1 row is refused" in part.foot.why.text()


# out


def test_a_template_is_saved_and_can_be_imported(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "template"
    answer(monkeypatch, target)
    page.assistant.file_step.zone.template_button.click()
    settle(qtbot, page)
    part = opened(qtbot, page, target.with_name("template.xlsx"))

    assert part.columns_step.rows.unused() == []
    assert part.columns_step.mapping_problem() == ""


def test_everything_of_a_kind_is_exported(
    qtbot: QtBot, page: ExchangePage, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    previewed(qtbot, page, table(tmp_path / "partners.csv", NORD, KONE)).take()
    settle(qtbot, page)
    page.open_record("export/partners")
    target = tmp_path / "out.csv"
    answer(monkeypatch, target)
    page.exporting.language.show_value("zh_CN")
    by_id = {command.id: command for command in page.commands()}
    by_id["exchange.next"].trigger()
    settle(qtbot, page)

    out = read_file(target)
    assert len(out.rows) == count_partners(db)
    english, chinese = zip(*(field.titles() for field in KINDS["partners"].fields), strict=True)
    assert out.headers == chinese != english
    assert str(target) in page.exporting.answer.text()
    assert not page.exporting.open_button.isHidden()
    assert page.state() == {"record": "export/partners"}


def test_an_export_that_cannot_be_written_is_said(qtbot: QtBot, page: ExchangePage, tmp_path: Path) -> None:
    page.open_record("export/partners")
    page.exporting.export_to(tmp_path / "no such folder" / "out.xlsx")
    settle(qtbot, page)

    box = page.exporting.findChild(Message)
    assert box is not None
    assert "cannot be written" in box.text()
    assert page.exporting.open_button.isHidden()
    box.accept()


def test_the_page_speaks_chinese(db: Database, context: UiContext, qtbot: QtBot) -> None:
    set_language("zh_CN")
    made = ExchangePage(context)
    qtbot.addWidget(made)
    made.restore_state({"record": "export/bills"})

    assert made.exporting.language.value() == "zh_CN"
    assert made.exporting.kind() == "bills"


def test_large_tables_keep_the_collector_quiet_and_let_it_go(
    qtbot: QtBot, page: ExchangePage, tmp_path: Path
) -> None:
    usual = gc.get_threshold()
    seen: list[tuple[int, int, int]] = []
    with calm.calm(), calm.calm():
        seen.append(gc.get_threshold())
    part = previewed(qtbot, page, table(tmp_path / "partners.csv", NORD))

    assert seen == [(usual[0], usual[1], calm.NEVER)]
    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() > 0
    part.start()
    assert gc.get_freeze_count() == 0

"""``factory-erp import``, ``export``, ``template`` and ``kinds``: one JSON object, exit status 0 or 1."""

from __future__ import annotations

import json
import shutil
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner, Result

from factory_erp import cli, cli_exchange, cli_shared
from factory_erp.domain.errors import DomainError, NotFound
from factory_erp.models.catalog import Item
from factory_erp.services.exchange.registry import KINDS
from factory_erp.services.upkeep.opening import opened
from factory_erp.sheets.reading import read_file

ITEMS = "SKU,Kind,中文名称,Net weight (g)\nCUP,成品,杯子,320\nLID,raw,盖子,40\n"


@pytest.fixture(scope="module")
def template_factory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty factory."""
    path = tmp_path_factory.mktemp("cli") / "factory"

    def make() -> None:
        with opened(path):
            pass

    copy_context().run(make)
    return path


@pytest.fixture
def factory(template_factory: Path, tmp_path: Path) -> Path:
    """An empty factory of the test's own."""
    return Path(shutil.copytree(template_factory, tmp_path / "factory"))


def run(*words: object) -> Result:
    """A command in this process, with nothing of it left bound."""
    return copy_context().run(lambda: CliRunner().invoke(cli.app, [str(word) for word in words]))


def said(result: Result) -> dict[str, Any]:
    """The one JSON object that the command printed."""
    assert result.stdout.count("\n") == 1, result.output
    answer = json.loads(result.stdout)
    assert isinstance(answer, dict)
    return answer


def items_in(path: Path) -> int:
    def count() -> int:
        with opened(path) as (_workspace, database), database.session() as session:
            return session.scalar(select(func.count()).select_from(Item)) or 0

    return copy_context().run(count)


def a_file(folder: Path, text: str, encoding: str = "utf-8", name: str = "items.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding=encoding)
    return file


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 BOM"), ("gb18030", "GB18030")]
)
def test_a_file_is_taken_and_its_encoding_said(
    factory: Path, tmp_path: Path, encoding: str, shown: str
) -> None:
    file = a_file(tmp_path, ITEMS, encoding)
    first = run("import", "items", file, "--data", factory, "--json")
    wanted = {"kind": "items", "dry_run": False, "encoding": shown, "skipped": 0, "notes": [], "rejected": []}
    assert (first.exit_code, said(first)) == (0, {"created": 2, "updated": 0, "unchanged": 0, **wanted})
    again = run("import", "items", file, "--data", factory, "--json")
    assert (again.exit_code, said(again)) == (0, {"created": 0, "updated": 0, "unchanged": 2, **wanted})


def test_a_rejected_cell_is_named_and_nothing_is_written(factory: Path, tmp_path: Path) -> None:
    file = a_file(tmp_path, ITEMS + "BOX,vapour,盒子,1\n")
    result = run("import", "items", file, "--data", factory, "--json")
    report = said(result)
    assert result.exit_code == 1
    assert [(one["row"], one["column"]) for one in report["rejected"]] == [(4, "Kind")]
    assert set(report["rejected"][0]) == {"row", "column", "reason"}
    assert (report["created"], items_in(factory)) == (0, 0)


def test_a_dry_run_writes_nothing(factory: Path, tmp_path: Path) -> None:
    result = run("import", "items", a_file(tmp_path, ITEMS), "--data", factory, "--dry-run", "--json")
    report = said(result)
    assert (result.exit_code, report["created"], report["dry_run"]) == (0, 2, True)
    assert items_in(factory) == 0


@pytest.mark.parametrize("text", ["", "\x00\x01\x02", "SKU,SKU\na,b\n"])
def test_a_file_that_is_refused_as_a_whole_is_one_rejection(factory: Path, tmp_path: Path, text: str) -> None:
    result = run("import", "items", a_file(tmp_path, text), "--data", factory, "--json")
    report = said(result)
    assert result.exit_code == 1
    assert [one["row"] for one in report["rejected"]] == [0]
    assert report["rejected"][0]["reason"]


def test_a_file_that_is_not_there_is_refused(factory: Path, tmp_path: Path) -> None:
    result = run("import", "items", tmp_path / "none.csv", "--data", factory, "--json")
    assert (result.exit_code, [one["row"] for one in said(result)["rejected"]]) == (1, [0])


def test_a_mapping_that_does_not_fit_is_refused_with_the_headers_of_the_file(
    factory: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "map.json"
    mapping.write_text('{"columns": {"sku": "Number"}}', encoding="utf-8")
    result = run("import", "items", a_file(tmp_path, ITEMS), "--map", mapping, "--data", factory, "--json")
    assert result.exit_code == 1
    assert "中文名称" in said(result)["rejected"][0]["reason"]


def test_people_read_a_table_and_the_rejections_line_by_line(factory: Path, tmp_path: Path) -> None:
    file = a_file(tmp_path, ITEMS + "BOX,vapour,盒子,1\n")
    result = run("import", "items", file, "--data", factory)
    assert result.exit_code == 1
    assert "4 · Kind · 'vapour' is not known here." in result.stdout


def test_an_unknown_kind_is_refused(factory: Path, tmp_path: Path) -> None:
    result = run("import", "itmes", a_file(tmp_path, ITEMS), "--data", factory, "--json")
    assert isinstance(result.exception, NotFound)


def test_kind_and_file_must_be_named(factory: Path) -> None:
    assert isinstance(run("import", "items", "--data", factory).exception, DomainError)


def test_an_interrupted_import_leaves_nothing(
    factory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(progress: Any, done: int, total: int, text: str = "") -> None:
        if text.startswith("Updating"):
            raise KeyboardInterrupt

    monkeypatch.setattr(cli_shared.TerminalProgress, "report", interrupted)
    result = run("import", "items", a_file(tmp_path, ITEMS), "--data", factory, "--json")
    monkeypatch.undo()
    assert result.exit_code != 0
    assert items_in(factory) == 0


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_is_exported_is_imported_unchanged(factory: Path, tmp_path: Path, suffix: str) -> None:
    run("import", "items", a_file(tmp_path, ITEMS), "--data", factory)
    out = tmp_path / f"out.{suffix}"
    assert said(run("export", "items", out, "--data", factory, "--json")) == {
        "kind": "items", "rows": 2, "file": str(out),
    }  # fmt: skip
    report = said(run("import", "items", out, "--data", factory, "--json"))
    assert (report["unchanged"], report["rejected"]) == (2, [])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_exported_from_an_empty_factory(factory: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out.csv"
    assert said(run("export", kind, out, "--data", factory, "--json"))["rows"] == 0


def test_a_template_needs_no_factory(tmp_path: Path) -> None:
    file = tmp_path / "items.xlsx"
    assert said(run("template", "items", file, "--json")) == {"kind": "items", "file": str(file)}
    assert read_file(file).headers[0].startswith("SKU")


def test_the_kinds_are_listed() -> None:
    listed = said(run("kinds", "--json"))["kinds"]
    assert [one["name"] for one in listed] == list(KINDS)
    assert said(run("import", "--kinds", "--json"))["kinds"] == listed
    assert "item-texts" in run("kinds").stdout


def test_what_was_left_alone_is_said(factory: Path, tmp_path: Path) -> None:
    file = a_file(tmp_path, "SKU,Kind,Nett wieght\nCUP,raw,5\n,,\n,,\n")
    report = said(run("import", "items", file, "--data", factory, "--dry-run", "--json"))
    assert report["notes"] == [
        "The last 2 rows are empty and were left out.", "This column was not imported: Nett wieght.",
    ]  # fmt: skip
    assert "Nett wieght" in run("import", "items", file, "--data", factory).stdout


def test_more_rejections_than_people_read_are_counted(factory: Path, tmp_path: Path) -> None:
    rows = "".join(f"X{number},vapour\n" for number in range(cli_exchange.SHOWN + 7))
    result = run("import", "items", a_file(tmp_path, f"SKU,Kind\n{rows}"), "--data", factory)
    assert result.stdout.rstrip().endswith("7 more; --json lists them all.")


def test_an_unknown_language_is_refused(factory: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    result = run("export", "items", out, "--language", "xx", "--data", factory)
    assert isinstance(result.exception, DomainError)
    assert not out.exists()

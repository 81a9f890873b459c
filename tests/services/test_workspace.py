"""The workspace folder: one window at a time, demo and real data never mixed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from factory_erp.domain.errors import DomainError
from factory_erp.services.files import workspace

ROOT = Path(__file__).resolve().parents[2]

WINDOW = """
import sys, time
from pathlib import Path
from factory_erp.services.files import workspace

with workspace.only_window(workspace.open_folder(Path(sys.argv[1]))):
    print("open", flush=True)
    time.sleep(60)
"""


def test_a_new_folder_gets_its_places_and_is_found_again(tmp_path: Path) -> None:
    made = workspace.open_folder(tmp_path / "here" / "宁波工厂")
    assert (made.name, made.demo) == ("宁波工厂", False)
    assert made.database_url == f"sqlite:///{made.path / 'factory.db'}"
    for place in (made.documents, made.backups, made.log.parent):
        assert place.is_dir()
    assert not made.log.exists()
    assert made.window_state.parent == made.path
    assert workspace.open_folder(made.path) == made


def test_the_database_of_a_folder_is_named_once(tmp_path: Path) -> None:
    url = "postgresql+psycopg://erp@server/factory"
    assert workspace.open_folder(tmp_path, database_url=url).database_url == url
    assert workspace.open_folder(tmp_path).database_url == url
    assert workspace.open_folder(tmp_path, database_url="sqlite:///other.db").database_url == url


@pytest.mark.parametrize("demo", [False, True])
def test_demo_and_real_data_are_never_mixed(tmp_path: Path, demo: bool) -> None:
    folder = tmp_path / "factory"
    workspace.open_folder(folder, demo=demo)
    before = (folder / workspace.SETTINGS).read_bytes()
    with pytest.raises(DomainError, match="a demo factory" if demo else "a real factory's data") as refusal:
        workspace.open_folder(folder, demo=not demo)
    assert str(folder) in refusal.value.message
    assert refusal.value.remedy == "Choose another folder."
    assert (folder / workspace.SETTINGS).read_bytes() == before
    assert workspace.is_demo(folder) is demo


def test_a_folder_that_is_not_a_workspace_holds_no_demo(tmp_path: Path) -> None:
    assert not workspace.is_demo(tmp_path)


def test_a_second_window_is_refused_until_the_first_one_closes(tmp_path: Path) -> None:
    folder = workspace.open_folder(tmp_path / "factory")
    with workspace.only_window(folder):
        with (
            pytest.raises(DomainError, match="is already open in another window") as refusal,
            workspace.only_window(folder),
        ):
            raise AssertionError("two windows")
        assert folder.name in refusal.value.message
        assert refusal.value.remedy == "Use that window, or close it first."
        other = workspace.open_folder(tmp_path / "other")
        with workspace.only_window(other):
            pass
    with workspace.only_window(folder):
        pass


def test_a_window_that_was_killed_leaves_the_workspace_free(tmp_path: Path) -> None:
    folder = workspace.open_folder(tmp_path / "factory")
    command = [sys.executable, "-c", WINDOW, str(folder.path)]
    for _time in range(3):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "open\n"
            with pytest.raises(DomainError, match="already open"), workspace.only_window(folder):
                raise AssertionError("two windows")
            process.send_signal(signal.SIGKILL)
        with workspace.only_window(folder):
            pass


def test_a_path_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DomainError) as refusal:
        workspace.open_folder(tmp_path / "file" / "factory")
    assert "file/factory cannot be used: Not a directory." in refusal.value.message
    assert "--data" in refusal.value.remedy


def test_a_lock_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    folder = workspace.open_folder(tmp_path / "factory")
    (folder.path / "in-use.lock").mkdir()
    with pytest.raises(DomainError, match="cannot be used: Is a directory"), workspace.only_window(folder):
        raise AssertionError("locked")


def test_the_settings_are_there_as_a_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that dies while it makes the folder leaves none that cannot be opened any more."""

    class Killed(BaseException):
        pass

    def dies(path: Path, target: Path) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dies)
        with pytest.raises(Killed):
            workspace.open_folder(tmp_path / "factory")
    assert not (tmp_path / "factory" / workspace.SETTINGS).exists()
    opened = workspace.open_folder(tmp_path / "factory")
    assert json.loads((opened.path / workspace.SETTINGS).read_text()) == {"demo": False, "database_url": ""}


def test_all_workspaces_live_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORY_ERP_HOME", str(tmp_path))
    assert workspace.default_root() == tmp_path
    monkeypatch.delenv("FACTORY_ERP_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    if os.name == "posix" and sys.platform != "darwin":
        assert workspace.default_root() == tmp_path / "data" / "factory_erp"


def test_the_bound_workspace_is_the_current_one(tmp_path: Path) -> None:
    folder = workspace.open_folder(tmp_path)
    workspace.bind(folder)
    assert workspace.current() is folder

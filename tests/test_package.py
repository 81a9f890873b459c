"""What is shipped: a complete wheel, exact figures, documented modules, nothing of this computer."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from factory_erp import __version__

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "factory_erp"
MODULES = sorted(PACKAGE.rglob("*.py"))
EXACT = [
    *(PACKAGE / "domain" / f"{name}.py" for name in ("money", "quantity", "weight")),
    *(PACKAGE / "services").rglob("*amounts*.py"),
    *(PACKAGE / "models").glob("*.py"),
]
"""Modules in which a binary fraction would be a wrong amount."""
INEXACT = {"float", "Float", "Double", "REAL"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


# The wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """A wheel made of a clean copy without network and without compiled catalogues."""
    copy = tmp_path_factory.mktemp("source")
    for part in ("factory_erp", "resources", "translations", "scripts"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, copy)
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
        cwd=copy, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    [path] = (copy / "dist").glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


def test_the_wheel_has_the_program_its_resources_and_its_languages(wheel: zipfile.ZipFile) -> None:
    there = set(wheel.namelist())
    assert {name(module) for module in MODULES} <= there
    resources = [path for path in (ROOT / "resources").rglob("*") if path.is_file()]
    assert resources
    assert {f"factory_erp/{name(path)}" for path in resources} <= there
    for language in ("en", "zh_CN"):
        catalogue = f"factory_erp/translations/{language}/LC_MESSAGES/factory_erp.mo"
        assert wheel.read(catalogue)[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")
    assert not [path for path in there if path.startswith(("tests/", "benchmarks/", "docs/"))]


def test_the_wheel_brings_its_commands_and_its_licence(wheel: zipfile.ZipFile) -> None:
    info = f"factory_erp-{__version__}.dist-info"
    commands = wheel.read(f"{info}/entry_points.txt").decode()
    assert "factory-erp = factory_erp.cli:main" in commands
    assert "factory-erp-window = factory_erp.app:main" in commands
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert re.search(r"^License-Expression: Apache-2\.0$", metadata, re.MULTILINE)
    assert re.search(
        r"^Requires-Dist: pyside6-essentials<6\.12,>=6\.8$", metadata, re.MULTILINE | re.IGNORECASE
    )
    assert any(path.endswith("LICENSE") for path in wheel.namelist())


def test_the_program_runs_from_the_unpacked_wheel(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Resources and languages are found where an installation puts them, beside the modules."""
    wheel.extractall(tmp_path)

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "factory_erp", "--language", "zh_CN", *command, "--data", "here"],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
            env={"PATH": "", "PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip

    assert run("database", "upgrade").returncode == 0
    said = run("plan", "order", "SO-1")
    assert (said.returncode, said.stdout) == (1, "")
    assert "没有订单" in said.stderr


# What is pinned


def test_every_dependency_is_pinned_by_name_and_version_only() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert len(lines) > 30
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.]+", line)] == []
    pinned = [normal(line.partition("==")[0]) for line in lines]
    assert len(set(pinned)) == len(pinned)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {normal(re.split(r"[\[<>=;! ]", requirement)[0]) for requirement in wanted}
    assert names - set(pinned) == set()


def normal(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


# How it is written


def test_every_module_says_what_it_is_for() -> None:
    said = {name(module): ast.get_docstring(ast.parse(module.read_text("utf-8"))) for module in MODULES}
    assert len(said) > 100
    assert [module for module, text in said.items() if not text or text[-1] not in ".!?`"] == []


def test_amounts_quantities_and_weights_are_exact() -> None:
    assert {path.stem for path in EXACT} >= {"money", "quantity", "weight", "amounts", "sales"}
    found = {name(path): list(floats(ast.parse(path.read_text("utf-8")))) for path in EXACT}
    assert {path: places for path, places in found.items() if places} == {}


def floats(tree: ast.AST) -> Iterator[str]:
    """Where a tree has a float: a literal, the type, or a column of that type."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"{line}: {node.value}"
        if isinstance(node, ast.Name) and node.id in INEXACT and not _refused(tree, node):
            yield f"{line}: {node.id}"
        if isinstance(node, ast.Attribute) and node.attr in INEXACT:
            yield f"{line}: {node.attr}"


def _refused(tree: ast.AST, name: ast.Name) -> bool:
    """Whether the name stands in ``isinstance(value, float)``: how the domain turns floats away."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    tests = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "isinstance")
    return any(name in ast.walk(test) for test in tests)


def test_the_search_for_floats_finds_them() -> None:
    for text in ("a = 0.1", "a = float(b)", "a: float", "c = mapped_column(Float)", "c = sa.Float()"):
        assert list(floats(ast.parse(text))), text
    assert list(floats(ast.parse("if isinstance(a, float): raise TypeError"))) == []


# What stays at home

HOSTS = r"(pypi\.org|pythonhosted\.org|registry\.npmjs|index-url|artifactory|\bnexus\.|/simple/?\b)"
PLACES = r"(?<![\w.])/(work|root)/\w|/tmp/venv\b"


def tracked() -> list[Path]:
    """Every text file that git keeps, this one apart: it has to name what it looks for."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a checkout")
    paths = (ROOT / path for path in listed.stdout.decode().split("\0") if path)
    return [path for path in paths if path.is_file() and path != Path(__file__).resolve()]


@pytest.mark.parametrize("what", [HOSTS, PLACES], ids=["registry hosts", "paths of this machine"])
def test_nothing_in_the_repository_names(what: str) -> None:
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:4096]:
            hits = re.finditer(what, data.decode("utf-8", "replace"))
            found += [f"{name(path)}: {hit[0]}" for hit in hits]
    assert found == []

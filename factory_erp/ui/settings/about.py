"""What the program is, and whose work it stands on."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtWidgets import QVBoxLayout, QWidget

import factory_erp
from factory_erp.i18n import N_, _
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import label

LICENCE = "Apache-2.0"

LIBRARIES = (
    ("PySide6_Essentials", "Qt for Python", "LGPL-3.0", N_("Windows and everything in them")),
    ("PySide6_Addons", "Qt for Python (add-ons)", "LGPL-3.0", N_("Windows and everything in them")),
    ("SQLAlchemy", "SQLAlchemy", "MIT", N_("Database access")),
    ("alembic", "Alembic", "MIT", N_("Upgrades of the database")),
    ("psycopg", "Psycopg", "LGPL-3.0", N_("PostgreSQL")),
    ("pysqlite3", "pysqlite3", "Zlib", N_("SQLite")),
    ("reportlab", "ReportLab", "BSD-3-Clause", N_("PDF documents")),
    ("rl_accel", "rl_accel", "BSD-3-Clause", N_("PDF documents")),
    ("pikepdf", "pikepdf", "MPL-2.0", N_("Joined documents, PDF/A")),
    ("pillow", "Pillow", "MIT-CMU", N_("Pictures")),
    ("numpy", "NumPy", "BSD-3-Clause", N_("Planning and loading")),
    ("numba", "Numba", "BSD-2-Clause", N_("Planning and loading")),
    ("ortools", "OR-Tools", "Apache-2.0", N_("Planning and loading")),
    ("holidays", "holidays", "MIT", N_("Public holidays")),
    ("requests", "Requests", "Apache-2.0", N_("Talking to platforms")),
    ("urllib3", "urllib3", "MIT", N_("Talking to platforms")),
    ("cryptography", "cryptography", "Apache-2.0 / BSD-3-Clause", N_("Encrypted secrets")),
    ("keyring", "keyring", "MIT", N_("The system's keyring")),
    ("babel", "Babel", "BSD-3-Clause", N_("Translations")),
    ("tzdata", "tzdata", "Apache-2.0", N_("Time zones")),
    ("platformdirs", "platformdirs", "MIT", N_("Folders of the system")),
    ("typer", "Typer", "MIT", N_("Command line")),
    ("rich", "Rich", "MIT", N_("Command line")),
)
"""Distribution, name, SPDX licence, what it is for."""

COLUMNS = (
    Column("name", N_("Library"), 160),
    Column("version", N_("Version"), 90),
    Column("licence", N_("Licence"), 190),
    Column("use", N_("Used for"), 240, priority=1),
)


def library_rows() -> list[tuple[str, str, str, str]]:
    """Those of LIBRARIES that are installed, with their versions."""
    return [
        (name, found, licence, _(use))
        for package, name, licence, use in LIBRARIES
        if (found := installed_version(package))
    ]


def installed_version(package: str) -> str:
    """Version of an installed distribution, nothing where it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


class AboutSection(QWidget):
    """Version, licence and libraries."""

    def __init__(self) -> None:
        super().__init__()
        self.libraries = SimpleTable(COLUMNS)
        self.libraries.set_name(_("Libraries"))
        self.libraries.set_rows(library_rows())
        own = installed_version("factory_erp") or factory_erp.__version__
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(
            label(_("Factory ERP {version}", version=own), pixels=18, bold=True, selectable=True)
        )
        words = _(
            "The desktop ERP for factories that sell across borders. Licence: {licence}.", licence=LICENCE
        )
        column.addWidget(label(words, muted=True, wrap=True))
        column.addSpacing(6)
        column.addWidget(framed(self.libraries, title=_("It stands on the work of others")), 1)

    def refresh(self) -> None:
        """Nothing here changes."""

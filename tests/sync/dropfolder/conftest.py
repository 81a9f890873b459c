from pathlib import Path

import pytest

from tests.sync.dropfolder.support import Drop


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path / "drop")

"""Everything else that must hold: style, types, imports. One test each, so that one
command runs all."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import contracts": ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_holds(name: str) -> None:
    result = subprocess.run(
        [sys.executable, *CHECKS[name]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


QT_FREE = (
    "app.state, app.training.worker, app.training.mailbox, app.viewdata.maps, "
    "app.viewdata.settings, "
    "app.viewdata.topology, app.viewdata.banner, app.viewdata.drawing, app.files.opening, "
    "app.terminal, app.__main__"
)


def test_the_half_without_a_screen_loads_no_qt() -> None:
    code = (
        f"import {QT_FREE}, sys; sys.exit('PySide6' in sys.modules or 'pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0

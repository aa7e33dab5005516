"""The program as it is started from a shell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n"


def nnscope(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    kept.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "app", *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays of X11 and Wayland")
@pytest.mark.parametrize("display", ["", ":4711"])
def test_without_a_display_it_says_so_and_trains(display: str) -> None:
    result = nnscope(**({"DISPLAY": display} if display else {}))
    assert result.returncode == 0 and result.stderr == ""
    first, *_, last = result.stdout.splitlines()
    assert "display" in first and "--screenshot" in first and "--help" in first
    assert last.startswith("epoch 1000 · train loss 0.0465 accuracy 99.3%")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--epochs", "3"),
        ("--dataset", "spiral", "--appearance", "dark"),
        ("--dataset", "iris", "--epochs", "2", "--view", "table"),
        ("--dataset", "sine", "--size", "800x600"),
    ],
)
def test_a_screenshot_needs_no_display(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    path = tmp_path / "window.png"
    result = nnscope("--screenshot", str(path), *arguments)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert path.read_bytes().startswith(PNG)


def test_an_unknown_data_set_is_said_in_a_sentence(tmp_path: Path) -> None:
    result = nnscope("--screenshot", str(tmp_path / "a.png"), "--dataset", "spirale")
    assert result.returncode == 2
    assert result.stderr.startswith("nnscope: spirale: ") and result.stderr.count("\n") == 1


def test_a_picture_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    result = nnscope("--screenshot", str(tmp_path / "missing" / "a.png"))
    assert result.returncode == 1 and "could not be written" in result.stderr


@pytest.mark.parametrize("arguments", [("--epochs", "-1"), ("--size", "2"), ("--nonsense",)])
def test_bad_options_end_with_code_2_and_no_traceback(arguments: tuple[str, ...]) -> None:
    result = nnscope(*arguments)
    assert result.returncode == 2 and "Traceback" not in result.stderr


def test_help_and_version() -> None:
    assert "--screenshot" in nnscope("--help").stdout
    assert nnscope("--version").stdout.startswith("nnscope ")

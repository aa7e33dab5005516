"""Whether a window can open is found out before Qt is started."""

import builtins
from typing import Any

import pytest

from app import preflight


def test_a_missing_system_library_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any) -> Any:
        if name.startswith("PySide6"):
            raise ImportError("libEGL.so.1: cannot open shared object file: No such file")
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setattr(preflight.sys, "platform", "linux")
    sentence = preflight.missing_library()
    assert sentence is not None
    assert "libEGL.so.1" in sentence and "libegl1" in sentence and "libxcb-cursor0" in sentence


def test_a_missing_xcb_library_is_found_before_qt_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> object:
        if name == "libxcb-cursor.so.0":
            raise OSError(name)
        return object()

    monkeypatch.setattr(preflight.sys, "platform", "linux")
    monkeypatch.setattr(preflight.ctypes, "CDLL", load)
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    sentence = preflight.missing_display()
    assert sentence is not None and "libxcb-cursor0" in sentence


def test_the_platforms_without_a_screen_need_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert preflight.missing_display() is None

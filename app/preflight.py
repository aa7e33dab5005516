"""Can a window open here? Asked before Qt is started, because Qt would abort the process."""

import ctypes
import os
import sys

DEBIAN_OFFSCREEN = "libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon0"
DEBIAN_XCB = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 "
    "libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"
)
XCB_LIBRARIES = (
    "libxcb.so.1",
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-randr.so.0",
    "libxcb-render-util.so.0",
    "libxcb-shape.so.0",
    "libxcb-xkb.so.1",
    "libxkbcommon-x11.so.0",
)
WITHOUT_SCREEN = ("offscreen", "minimal", "vnc")


def missing_library() -> str | None:
    """A sentence on the system library that Qt lacks, or None if Qt can be imported."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        if not sys.platform.startswith("linux"):
            return f"Qt could not be loaded: {error}."
        return (
            f"Qt lacks a system library ({_library_name(error)}); on Debian or Ubuntu: "
            f"sudo apt-get install {DEBIAN_OFFSCREEN} {DEBIAN_XCB}"
        )
    return None


def missing_display() -> str | None:
    """A sentence on why no window can open, or None if one can."""
    if not sys.platform.startswith("linux"):
        return None
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if platform in WITHOUT_SCREEN:
        return None
    if platform.startswith("wayland") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    display = os.environ.get("DISPLAY")
    if not display:
        return "There is no display to open a window on (DISPLAY is not set)"
    for name in XCB_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            return (
                f"Qt can't open a window without {name} (on Debian or Ubuntu: "
                f"sudo apt-get install {DEBIAN_XCB})"
            )
    return None if _x_server_answers() else f"The display '{display}' does not answer"


def _x_server_answers() -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


def _library_name(error: ImportError) -> str:
    # "libEGL.so.1: cannot open shared object file: No such file or directory"
    return str(error).split(":")[0]

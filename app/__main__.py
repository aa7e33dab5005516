"""The command line: ``nnscope …``. No Qt is imported before a window is to open."""

import argparse
import os
import sys
from pathlib import Path

from app.version import VERSION

EPILOG = """\
Without a display nnscope trains the guide's example in the terminal. A picture of the window
needs none: nnscope --screenshot picture.png --epochs 200."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.screenshot is not None:
        return _screenshot(options)
    from app.preflight import missing_display, missing_library

    problem = missing_display()
    if problem is not None:
        return _without_window(problem)
    problem = missing_library()
    if problem is not None:
        sys.stderr.write(f"nnscope: {problem}\n")
        return 1
    from app.main import run_window

    return run_window(options.file, options.appearance)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nnscope", description="An oscilloscope for neural networks.", epilog=EPILOG
    )
    parser.add_argument("file", nargs="?", type=Path, help="data or weights to open")
    parser.add_argument(
        "--appearance", choices=("system", "light", "dark"), help="colours of the window"
    )
    parser.add_argument(
        "--screenshot", type=Path, metavar="FILE", help="write a picture of the window and quit"
    )
    picture = parser.add_argument_group("with --screenshot")
    picture.add_argument("--epochs", type=_count, default=0, metavar="N", help="train so long")
    picture.add_argument(
        "--dataset", metavar="NAME|FILE", help="circle, ring, xor, spiral, iris …, or a file"
    )
    picture.add_argument(
        "--view", choices=("network", "draw", "table"), default="network", help="in the centre"
    )
    picture.add_argument(
        "--size", type=_size, default=(1440, 860), metavar="WxH", help="in pixels, 1440x860"
    )
    parser.add_argument("--version", action="version", version=f"nnscope {VERSION}")
    return parser


def _screenshot(options: argparse.Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.preflight import missing_library

    problem = missing_library()
    if problem is not None:
        sys.stderr.write(f"nnscope: {problem}\n")
        return 1
    from app.screenshot import take_screenshot

    appearance = options.appearance or "light"
    dataset = options.dataset or (str(options.file) if options.file else None)
    return take_screenshot(
        options.screenshot, options.epochs, dataset, appearance, options.size, options.view
    )


def _without_window(problem: str) -> int:
    from app.state import guide_state
    from app.terminal import train_in_terminal

    print(
        f"{problem}: training the guide's example here instead. For a picture of the window use "
        "'nnscope --screenshot FILE', for a virtual display 'xvfb-run nnscope', "
        "for all options 'nnscope --help'."
    )
    train_in_terminal(guide_state())
    return 0


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) == 2 and all(part.isascii() and part.isdecimal() for part in parts):
        width, height = int(parts[0]), int(parts[1])
        if 320 <= width <= 8192 and 240 <= height <= 8192:
            return width, height
    raise argparse.ArgumentTypeError(f"'{text}' is not WIDTHxHEIGHT from 320x240 to 8192x8192")


if __name__ == "__main__":
    sys.exit(main())

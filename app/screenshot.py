"""``nnscope --screenshot``: the real window, after some epochs, as a PNG; needs no display."""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app.files.opening import FoundModel, OpenedData, look, read_data
from app.main import Application, make_application
from app.state import Generated, made_data, with_data
from nncore.data.generators import GENERATORS
from nncore.errors import LoadError
from resources import resource_path

SETTLE_S = 0.3  # for what is drawn a little later than it was asked for
PATIENCE_S = 600.0


def take_screenshot(
    path: Path,
    epochs: int,
    dataset: str | None,
    appearance: str,
    size: tuple[int, int],
    view: str,
) -> int:
    """Write the picture; the exit code. ``dataset`` is a generator's name or a file, ``view``
    the panel in the centre."""
    qInstallMessageHandler(_to_stderr)
    qt = make_application(sys.argv[:1])
    application = Application(appearance=appearance)
    try:
        if dataset is not None:
            problem = _choose(application, dataset)
            if problem:
                sys.stderr.write(f"nnscope: {problem}\n")
                return 2
        application.window.resize(*size)
        application.window.show_centre(view)
        application.show()
        _settle(qt, application)
        if epochs:
            application.controller.step(epochs)
            _settle(qt, application)
        if not application.window.grab().save(str(path), "PNG"):
            sys.stderr.write(f"nnscope: {path} could not be written.\n")
            return 1
        return 0
    finally:
        application.window.close()


def _to_stderr(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    # The platform without a screen complains of this for every window, and nobody can mend it.
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


def _choose(application: Application, dataset: str) -> str:
    """Load the data; a sentence if that fails, else ""."""
    store = application.store
    if dataset in GENERATORS:
        source = Generated(dataset, 500, GENERATORS[dataset].default_noise, 42)
        store.apply(with_data, source, made_data(source))
        return ""
    path = Path(dataset)
    bundled = resource_path("datasets", f"{dataset}.csv")
    if not path.exists() and bundled.exists():
        path = bundled
    match look(path):
        case FoundModel():
            return f"{path.name} holds weights, not data."
        case LoadError() as error:
            return f"{error} Data sets by name: {', '.join(GENERATORS)}, iris."
    match read_data(path):
        case OpenedData(source=read, dataset=data):
            store.apply(with_data, read, data)
            return ""
        case LoadError() as error:
            return str(error)


def _settle(qt: QApplication, application: Application) -> None:
    """Let the events run until all is trained and drawn."""
    end = time.monotonic() + PATIENCE_S
    quiet_since: float | None = None
    while time.monotonic() < end:
        qt.processEvents()
        now = time.monotonic()
        if not application.controller.is_settled:
            quiet_since = None
        elif quiet_since is None:
            quiet_since = now
        elif now - quiet_since > SETTLE_S:
            return
        time.sleep(0.002)

"""The composition root: makes every part and connects them; the only place that knows all."""

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QByteArray, QObject, QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
)

from app import theme as themes
from app.commands import command_table
from app.files.opening import FoundModel, OpenedData
from app.files.recent import RecentFiles
from app.files.saving import save_csv
from app.import_dialog.importer import Importer
from app.import_dialog.recent_menu import RecentMenu
from app.main_window import MainWindow
from app.panel import Panel
from app.panel_registry import panel_rows
from app.panels.data.panel import DataPanel
from app.panels.draw.panel import DrawPanel
from app.state import (
    NOTHING,
    AppState,
    FromFile,
    Pasted,
    guide_state,
    model_of,
    new_seed,
    reset,
    with_appearance,
    with_data,
    with_model,
    with_seed,
    with_selection,
    with_step_epochs,
)
from app.store import Store
from app.training.controller import Controller
from app.training.messages import Frame
from app.version import VERSION
from app.viewdata.banner import banner, metric_text, window_title
from nncore.checkpoint import save_model
from nncore.errors import LoadError

READ_OUT_S = 0.06
DATA_FILTER = "Data (*.csv *.tsv *.tab *.txt *.npy *.npz *.gz *idx*-ubyte *.idx);;All files (*)"
MODEL_FILTER = "Exported weights (*.npz)"


def make_application(arguments: list[str]) -> QApplication:
    """The QApplication with the program's style and font."""
    application = QApplication(arguments)
    application.setApplicationName("nnscope")
    application.setOrganizationName("nnscope")
    application.setApplicationDisplayName("")
    application.setStyle("Fusion")
    themes.load_fonts()
    application.setFont(themes.font())
    pg.setConfigOptions(antialias=True)
    return application


class Application(QObject):
    """One window and all behind it. Call ``show``; ``close`` ends the training thread."""

    def __init__(self, settings: QSettings | None = None, appearance: str | None = None) -> None:
        super().__init__()
        self._settings = settings
        chosen = appearance or self._setting("appearance", "system")
        if chosen not in ("system", "light", "dark"):
            chosen = "system"
        self.store = Store(guide_state(chosen, is_dark(chosen)))
        self.recent = RecentFiles(settings)
        self.importer = Importer(self.recent)
        rows = panel_rows(
            self.store,
            self.importer.open_at_once,
            self.importer.read_again,
            self.open_file,
            self.ask_choices,
        )
        self._panels: list[Panel] = [row.panel for row in rows]
        self.data_panel = next(p for p in self._panels if isinstance(p, DataPanel))
        self.draw_panel = next(p for p in self._panels if isinstance(p, DrawPanel))
        self.controller = Controller(self.store, self._panels)
        self.window = MainWindow(rows, command_table(self), self._before_close)
        self.importer.show_over(self.window)
        self._recent_menu = RecentMenu(self.recent, self.window)
        self._recent_menu.chosen.connect(self.importer.open)
        self.window.insert_menu(self._recent_menu, after="file.open")
        self._open_message: QMessageBox | None = None
        self._read_out_s = 0.0
        self._connect()
        self._apply_theme(self.store.state)
        for panel in self._panels:
            panel.on_state(None, self.store.state)
        self._show_state(self.store.state)
        self._restore_geometry()
        self.controller.start()

    def _connect(self) -> None:
        self.store.changed.connect(self._on_state)
        self.store.refused.connect(self.say)
        self.controller.frame_shown.connect(self._on_frame)
        self.controller.rates_changed.connect(self._on_rates)
        self.draw_panel.save_requested.connect(self.save_data)
        self.draw_panel.history_changed.connect(self._on_history)
        self.importer.data_opened.connect(self._on_data_opened)
        self.importer.model_opened.connect(self._on_model_opened)
        self.importer.refused.connect(self._on_open_refused)
        self.importer.abandoned.connect(self.data_panel.show_choice)
        self.window.file_dropped.connect(self._on_dropped)
        self.window.drop_refused.connect(self.say)
        self.window.step_epochs.valueChanged.connect(self._on_step_epochs)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_color_scheme)

    def show(self) -> None:
        self.window.show()

    # ---- commands ------------------------------------------------------------------------

    def open_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self.window, "Open data", "", DATA_FILTER)
        if name:
            self.importer.open(Path(name))

    def ask_choices(self) -> None:
        """How the table that is loaded was read, to be read otherwise."""
        source = self.store.state.source
        if isinstance(source, FromFile | Pasted):
            self.importer.ask_again(source)

    def paste_data(self) -> None:
        self.importer.paste(QGuiApplication.clipboard().mimeData())

    def save_data(self) -> None:
        dataset = self.store.state.dataset
        name, _ = QFileDialog.getSaveFileName(
            self.window, "Save data", f"{dataset.name}.csv", "Tables (*.csv)"
        )
        if not name:
            return
        if not Path(name).suffix:
            name += ".csv"
        try:
            save_csv(Path(name), dataset)
        except OSError as error:
            self.say(f"{Path(name).name} could not be written: {error.strerror or error}.")
            return
        except MemoryError:
            self.say(f"There is not enough memory to write {Path(name).name}.")
            return
        self.note(f"Saved {dataset.n_samples:,} samples to {Path(name).name}, read back and equal.")

    def import_weights(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self.window, "Import weights", "", MODEL_FILTER)
        if name:
            self.importer.open(Path(name))

    def export_weights(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self.window, "Export weights", "weights.npz", MODEL_FILTER
        )
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Write the weights that the window shows and say so, or say why not."""
        frame = self.controller.last_frame
        if frame is None:
            self.say("There is nothing to export yet.")
            return
        if path.suffix.lower() != ".npz":
            path = path.with_name(path.name + ".npz")
            if path.exists():  # the dialog has asked about another name
                self.say(f"{path.name} is there already; choose it by its whole name.")
                return
        try:
            save_model(path, model_of(self.store.state, frame.theta))
        except (OSError, LoadError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.say(f"{path.name} could not be written: {reason}.")
            return
        self.note(
            f"Exported to {path.name}: the weights at step {frame.step:,}, read back and equal."
        )

    def save_picture(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self.window, "Save picture", "nnscope.png", "Pictures (*.png)"
        )
        if name and not name.lower().endswith(".png"):
            name += ".png"
        if name and not self.window.grab().save(name):
            self.say(f"{Path(name).name} could not be written.")

    def quit(self) -> None:
        self.window.close()

    def guide_example(self) -> None:
        state = self.store.state
        fresh = guide_state(state.appearance, state.dark)
        self.store.set(replace(fresh, run_id=state.run_id + 1))

    def toggle_training(self) -> None:
        _enter_what_is_typed()
        self.controller.toggle()

    def step_epoch(self) -> None:
        _enter_what_is_typed()
        self.controller.step(1)

    def step_epochs(self) -> None:
        _enter_what_is_typed()
        self.controller.step(self.store.state.step_epochs)

    def step_batch(self) -> None:
        _enter_what_is_typed()
        self.controller.step_batch()

    def back_batch(self) -> None:
        _enter_what_is_typed()
        self.controller.back_batch()

    def back_epoch(self) -> None:
        _enter_what_is_typed()
        self.controller.back_epoch()

    def reset(self) -> None:
        self.store.apply(reset)

    def reseed(self) -> None:
        self.store.apply(with_seed, new_seed(self.store.state))

    def undo_stroke(self) -> None:
        self.draw_panel.undo()

    def can_undo(self, state: AppState) -> bool:
        return self.draw_panel.can_undo

    def redo_stroke(self) -> None:
        self.draw_panel.redo()

    def can_redo(self, state: AppState) -> bool:
        return self.draw_panel.can_redo

    def clear_drawing(self) -> None:
        self.window.show_centre("draw")
        self.draw_panel.clear()

    def delete_selected(self) -> None:
        self.draw_panel.delete_selected()

    def duplicate_selected(self) -> None:
        self.draw_panel.duplicate_selected()

    def select_none(self) -> None:
        self.store.apply(with_selection, NOTHING)

    def show_network(self) -> None:
        self.window.show_centre("network")

    def show_draw(self) -> None:
        self.window.show_centre("draw")
        self.draw_panel.canvas.setFocus()

    def show_table(self) -> None:
        self.window.show_centre("table")

    def set_appearance(self, appearance: str) -> None:
        self.store.apply(with_appearance, appearance, is_dark(appearance))
        if self._settings is not None:
            self._settings.setValue("appearance", appearance)

    def about(self) -> None:
        QMessageBox.about(
            self.window,
            "About nnscope",
            f"<b>nnscope {VERSION}</b><br>An oscilloscope for neural networks, after the guide "
            "<i>Neural Networks from Scratch: The Complete Mathematical Guide</i>.<br><br>"
            "The loss is the mean over the batch. The samples are put into a new order for each "
            "epoch, from the seed. The short last batch is used, with its own size. "
            "Standardisation is shown, and exported with the weights.",
        )

    # ---- what has happened ---------------------------------------------------------------

    def _on_state(self, old: AppState, new: AppState) -> None:
        if old.dark != new.dark:
            self._apply_theme(new)
        for panel in self._panels:
            panel.on_state(old, new)
        self._show_state(new)

    def _show_state(self, state: AppState) -> None:
        self.window.show_commands(state)
        self.window.show_accuracy(state.dataset.is_classification)
        self.window.setWindowTitle(window_title(state))
        self.window.step_epochs.set_quietly(state.step_epochs)
        self._show_banner()

    def _show_banner(self) -> None:
        self.window.banner.setText(banner(self.store.state, self.controller.last_frame))
        self.window.banner.setToolTip(self.window.banner.text())

    def _on_frame(self, frame: Frame) -> None:
        now = time.perf_counter()
        if self.controller.is_training and now - self._read_out_s < READ_OUT_S:
            return  # figures that change faster can't be read
        self._read_out_s = now
        read_outs = self.window.read_outs
        record = frame.record
        train_loss, train_accuracy = metric_text(record.train)
        test_loss, test_accuracy = metric_text(record.test)
        values = (f"{frame.epoch:,}", train_loss, test_loss, train_accuracy, test_accuracy)
        for label, text in zip(read_outs.values(), values, strict=True):
            label.setText(text)
        read_outs["epoch"].setToolTip(
            f"epoch {frame.epoch:,} · batch {frame.batch}/{frame.n_batches} · step {frame.step:,}"
        )
        read_outs["train loss"].setToolTip(f"{record.train.loss!r} at step {record.step:,}")
        if record.test is not None:
            read_outs["test loss"].setToolTip(f"{record.test.loss!r} at step {record.step:,}")
        if not self.controller.is_training:
            self._show_banner()

    def _on_rates(self, steps: float, frames: float) -> None:
        text = f"{steps:,.0f} steps/s · {frames:.0f} frames/s" if steps else ""
        self.window.rates.setText(text)

    def _on_step_epochs(self, epochs: int) -> None:
        self.store.apply(with_step_epochs, epochs)

    def _on_history(self) -> None:
        self.window.show_commands(self.store.state)

    def _on_data_opened(self, opened: OpenedData) -> None:
        self.store.apply(with_data, opened.source, opened.dataset)
        self.data_panel.show_choice()  # its boxes may show what has been refused

    def _on_model_opened(self, found: FoundModel) -> None:
        self.store.apply(with_model, found.model, found.path.name)

    def _on_open_refused(self, reason: str) -> None:
        self.say(reason)
        self.data_panel.show_choice()

    def _on_dropped(self, name: str) -> None:
        self.importer.open(Path(name))

    def _on_color_scheme(self) -> None:
        state = self.store.state
        self.store.apply(with_appearance, state.appearance, is_dark(state.appearance))

    def say(self, sentence: str) -> None:
        """A message that a person must have seen; it does not stop anything."""
        if self._open_message is not None:
            self._open_message.close()
        box = QMessageBox(QMessageBox.Icon.Information, "nnscope", sentence, parent=self.window)
        box.setTextFormat(Qt.TextFormat.PlainText)  # it may quote what stands in a file
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._on_message_closed)
        self._open_message = box
        box.open()

    def _on_message_closed(self) -> None:
        self._open_message = None

    def note(self, sentence: str) -> None:
        """A message in passing, in the banner until the next one."""
        self.window.banner.setText(sentence)
        self.window.banner.setToolTip(sentence)

    # ---- looks and settings --------------------------------------------------------------

    def _apply_theme(self, state: AppState) -> None:
        t = themes.theme(state.dark)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(themes.palette(t))
        application.setStyleSheet(themes.stylesheet(t))

    def _setting(self, key: str, default: str) -> str:
        if self._settings is None:
            return default
        value = self._settings.value(key, default)
        return value if isinstance(value, str) else default

    def _restore_geometry(self) -> None:
        room = self.window.screen().availableGeometry()
        self.window.resize(min(1440, room.width()), min(860, room.height()))
        if self._settings is None:
            return
        geometry, layout = self._settings.value("geometry"), self._settings.value("layout")
        if isinstance(geometry, QByteArray) and self.window.restoreGeometry(geometry):
            self.window.keep_layout(layout if isinstance(layout, QByteArray) else None)

    def _before_close(self) -> None:
        if self._settings is not None:
            self._settings.setValue("geometry", self.window.saveGeometry())
            self._settings.setValue("layout", self.window.saveState())
        self.close()

    def close(self) -> None:
        """End the threads; the window may then go."""
        self.importer.close()
        self.controller.close()


def _enter_what_is_typed() -> None:
    """A number still being typed counts: training goes on with what can be read in the field."""
    field = QApplication.focusWidget()
    if isinstance(field, QLineEdit | QComboBox | QAbstractSpinBox):
        field.clearFocus()


def is_dark(appearance: str) -> bool:
    """What an appearance comes to on this system now."""
    if appearance == "system":
        return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return appearance == "dark"


def run_window(path: Path | None, appearance: str | None) -> int:
    """Open the window and stay until it is closed; the exit code."""
    qt = make_application(sys.argv[:1])
    application = Application(QSettings(), appearance)
    if path is not None:
        application.importer.open(path)
    application.show()
    heartbeat = _end_on_signals(application.window.close)
    code = qt.exec()
    heartbeat.stop()
    application.close()
    return code


def _end_on_signals(close: Callable[[], bool]) -> QTimer:
    """Let Ctrl+C and a termination close the window in good order.

    Python looks at signals only when it runs, and an idle Qt loop never lets it: hence the
    timer, slow enough to cost nothing.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: close())
    timer = QTimer()
    timer.timeout.connect(_let_python_run)
    timer.start(500)
    return timer


def _let_python_run() -> None:
    pass

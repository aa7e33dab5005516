"""The dialog that shows the beginning of a table and asks how it is to be read."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.files.opener import Opener
from app.files.opening import FoundTable, OpenedData, name_of
from app.import_dialog.choosing import carried_over
from app.import_dialog.form import ImportForm
from app.import_dialog.looks import stylesheet, theme_of
from app.import_dialog.outcome import Outcome, expected, obtained
from app.import_dialog.words import size_text
from app.panel import muted_label
from app.theme import Theme
from app.widgets.elided_label import ElidedLabel
from nncore.data.reading.choices import Choices, Preview, TextFormat
from nncore.errors import LoadError

SIZE = (1160, 640)
PATIENCE_MS = 400  # what is read sooner needs no dialog
PROGRESS_STEPS = 1000
STATUS_PX = 36  # two lines
TRIED_BYTES = 1_000_000  # so small a table is read whole to say exactly what comes out


class ImportDialog(QDialog):
    """Asks, reads in the background and tells of the data by ``imported``; then it is gone.

    It stays open, with the reason, where reading fails. ``choices`` are those to begin with.
    """

    imported = Signal(object)  # opening.OpenedData

    def __init__(
        self, opener: Opener, found: FoundTable, choices: Choices, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._opener = opener
        self._what, self._n_bytes = found.what, found.n_bytes
        self._preview: Preview | None = found.preview
        self._guess = found.preview.choices  # what a person's choices are told from
        self._choices = choices
        self._problem = ""  # why there is no preview, or why reading has failed
        self._outcome: Outcome | None = None  # of reading it all; None until that is known
        self._is_looking = False  # at the table in another format
        self._is_reading = False  # because a person has said so
        self._theme: Theme | None = None
        self._make_parts(found.preview.kind)
        self._lay_out()
        opener.looked.connect(self._on_looked)
        opener.progressed.connect(self._on_progressed)
        opener.opened.connect(self._on_opened)
        self._apply_theme()
        self._show_table()
        self.ok_button.setFocus()

    # ---- building ------------------------------------------------------------------------

    def _make_parts(self, kind: str) -> None:
        name = name_of(self._what)
        self.setObjectName("import")
        self.setWindowTitle(f"Import {name}")
        self.setAccessibleName(f"Import {name}")
        self._name = ElidedLabel("title")
        self._name.setText(name)
        self._name.setToolTip(str(self._what) if isinstance(self._what, Path) else "")
        self._facts = muted_label(f"{kind} · {size_text(self._n_bytes)}")
        self.form = ImportForm()
        self.form.chosen.connect(self._on_chosen)
        self.form.format_chosen.connect(self._on_format)
        self.status = QLabel()
        self.status.setAccessibleName("What will come out")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.status.setFixedHeight(STATUS_PX)
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Share of the table that is read")
        self.progress.setRange(0, PROGRESS_STEPS)
        self.progress.setTextVisible(False)
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        self.cancel_button = _button("Cancel", "Leave the data as they are (Esc).")
        self.cancel_button.clicked.connect(self.reject)
        self.ok_button = _button("Import", "Read the whole table as chosen above (Enter).")
        self.ok_button.setObjectName("primary")
        self.ok_button.setDefault(True)
        self.ok_button.clicked.connect(self.read)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self.open)

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(16)
        title.addWidget(self._name, 1)
        title.addWidget(self._facts)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.progress, 1)
        foot.addSpacing(16)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.ok_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.setSpacing(16)
        whole.addLayout(title)
        whole.addWidget(self.form, 1)
        whole.addWidget(self.status)
        whole.addLayout(foot)
        self.resize(*SIZE)

    # ---- showing -------------------------------------------------------------------------

    @property
    def choices(self) -> Choices:
        """What is chosen now."""
        return self._choices

    def _show_table(self) -> None:
        self.form.show_table(self._preview, self._choices)
        self._try()

    def _try(self) -> None:
        """Say what comes out: of a small table exactly, by reading it, of others by their look."""
        self._outcome = None
        is_small = self._n_bytes <= TRIED_BYTES and self.isVisible() and not self._is_reading
        if is_small and self._preview and expected(self._preview, self._choices).is_possible:
            self._opener.read(self._what, self._choices)
        self._show_status()

    def _show_status(self) -> None:
        if self._preview is None:
            outcome = Outcome(self._problem, False)
        else:
            outcome = self._outcome or expected(self._preview, self._choices)
        theme = theme_of(self)
        sentence = self._problem or outcome.sentence
        self.status.setText("Reading the whole table …" if self._is_reading else sentence)
        self.status.setToolTip(self.status.text())
        is_bad = bool(self._problem) or not outcome.is_possible
        self.status.setStyleSheet(f"color: {theme.bad if is_bad else theme.text}")
        is_busy = self._is_looking or self._is_reading
        self.ok_button.setEnabled(outcome.is_possible and not is_busy)
        self.form.setEnabled(not self._is_reading)
        self.progress.setVisible(self._is_reading)

    def _apply_theme(self) -> None:
        theme = theme_of(self)
        if theme is not self._theme:
            self._theme = theme
            self.setStyleSheet(stylesheet(theme))
            self.form.set_theme(theme)

    # ---- choosing ------------------------------------------------------------------------

    def _on_chosen(self, choices: Choices) -> None:
        self._choices = choices
        self._problem = ""
        self._try()

    def _on_format(self, format: TextFormat) -> None:
        self._is_looking = True
        self._choices = replace(self._choices, format=format)
        self._opener.look(self._what, format)
        self._show_status()

    def _on_looked(self, looked: object) -> None:
        self._is_looking = False
        self._problem = ""
        if isinstance(looked, FoundTable):
            self._preview = looked.preview
            self._choices = carried_over(self._choices, self._guess, looked.preview)
            self._guess = looked.preview.choices
        else:
            self._preview = None
            is_problem = isinstance(looked, LoadError)
            self._problem = str(looked) if is_problem else "The file holds weights now, no table."
        self._show_table()

    # ---- reading -------------------------------------------------------------------------

    def read(self) -> None:
        """Begin to read the table as is chosen."""
        self._is_reading = True
        self._problem = ""
        self.progress.setValue(0)
        self._opener.read(self._what, self._choices)
        self._show_status()

    def read_at_once(self) -> None:
        """Without asking; the dialog is shown only if it takes a while, or fails."""
        self.read()
        self._patience.start()

    def _on_progressed(self, share: float) -> None:
        self.progress.setValue(round(PROGRESS_STEPS * share))

    def _on_opened(self, opened: object) -> None:
        if not self._is_reading:
            self._on_tried(opened)
        elif isinstance(opened, OpenedData):
            self.accept()
            self.imported.emit(opened)
        else:
            self._is_reading = False
            self._problem = str(opened)
            self._patience.stop()
            self.open()
            self._show_status()

    def _on_tried(self, opened: object) -> None:
        if isinstance(opened, OpenedData):
            self._outcome = obtained(opened.dataset)
        else:
            self._outcome = Outcome(str(opened), False)
        self._show_status()

    # ---- Qt's names ----------------------------------------------------------------------

    def reject(self) -> None:
        """The first time ends the reading, the next one the dialog."""
        if not self._is_reading:
            super().reject()
            return
        self._opener.cancel()
        self._is_reading = False
        self._show_status()

    def done(self, result: int) -> None:
        self._patience.stop()
        self._opener.cancel()
        self._opener.looked.disconnect(self._on_looked)
        self._opener.progressed.disconnect(self._on_progressed)
        self._opener.opened.disconnect(self._on_opened)
        super().done(result)
        self.deleteLater()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._try()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._apply_theme()
            self._show_status()


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setMinimumWidth(88)
    return button

"""The way of a file or a pasted text to the window: looked into, asked about, read."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.files.opener import Opener
from app.files.opening import FoundModel, FoundTable, OpenedData, What
from app.files.recent import RecentFiles
from app.import_dialog.choosing import names_of
from app.import_dialog.dialog import ImportDialog
from app.state import FromFile, Pasted
from nncore.data.reading.choices import Choices
from nncore.errors import LoadError

_ADDRESS = re.compile(r"\s*[a-z]+://\S+\s*")


@dataclass(frozen=True, eq=False, slots=True)
class _Wish:
    """What was asked for.

    choices        to begin with; None for the guesses, which a person is asked about
    asks           whether a person is to see them first
    is_remembered  whether the file goes to the recent ones
    """

    what: What
    choices: Choices | None
    asks: bool
    is_remembered: bool


class Importer(QObject):
    """One file at a time; a new wish takes the place of the one before.

    Each wish ends in one of the signals, unless ``close`` or another wish comes before.
    """

    data_opened = Signal(object)  # opening.OpenedData
    model_opened = Signal(object)  # opening.FoundModel
    refused = Signal(str)  # why it can't be opened, in a sentence
    abandoned = Signal()  # a person has closed the dialog

    def __init__(self, recent: RecentFiles) -> None:
        super().__init__()
        self._recent = recent
        self._opener = Opener()
        self._window: QWidget | None = None
        self._wish: _Wish | None = None
        self.dialog: ImportDialog | None = None
        self._opener.looked.connect(self._on_looked)
        self._opener.opened.connect(self._on_opened)

    def show_over(self, window: QWidget) -> None:
        """Dialogs are to belong to ``window``."""
        self._window = window

    @property
    def is_busy(self) -> bool:
        """Whether something is looked into or read; a dialog that waits for a person isn't."""
        return self._opener.is_busy

    # ---- wishes --------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """A file, as the last time if its columns are still the same; else ask."""
        choices = self._recent.choices_of(path)
        self._begin(_Wish(path, choices, asks=False, is_remembered=True))

    def open_at_once(self, path: Path) -> None:
        """A file, by the guesses and without asking."""
        self._give_up()
        self._opener.read(path, None)

    def read_again(self, source: FromFile | Pasted) -> None:
        """The same table with the choices in ``source``; ask if they don't fit."""
        self._begin(self._wish_for(source, asks=False))

    def ask_again(self, source: FromFile | Pasted) -> None:
        """Show the dialog with the choices that the table was read with."""
        self._begin(self._wish_for(source, asks=True))

    def paste(self, data: QMimeData) -> None:
        """What the clipboard holds: a table as text, or a file."""
        urls, text = data.urls(), data.text()
        if len(urls) > 1:
            self.refused.emit("Open one file at a time.")
        elif urls and urls[0].isLocalFile():
            self.open(Path(urls[0].toLocalFile()))
        elif urls or _ADDRESS.fullmatch(text):
            self.refused.emit("Only files of this machine can be opened.")
        elif text.strip():
            self._begin(_Wish(text, None, asks=False, is_remembered=False))
        else:
            self.refused.emit("The clipboard holds neither a table nor a file.")

    def close(self) -> None:
        """Give up what is going on, and end the thread."""
        self._give_up()
        self._opener.close()

    def _wish_for(self, source: FromFile | Pasted, asks: bool) -> _Wish:
        if isinstance(source, Pasted):
            return _Wish(source.text, source.choices, asks, is_remembered=False)
        return _Wish(source.path, source.choices, asks, source.path in self._recent)

    def _begin(self, wish: _Wish) -> None:
        self._give_up()
        self._wish = wish
        self._opener.look(wish.what, wish.choices.format if wish.choices else None)

    def _give_up(self) -> None:
        self._wish = None
        if self.dialog is not None:
            self.dialog.done(QDialog.DialogCode.Rejected)

    # ---- what has happened ---------------------------------------------------------------

    def _on_looked(self, looked: object) -> None:
        wish = self._wish
        if wish is None or self.dialog is not None:
            return  # it is the dialog that has asked
        match looked:
            case FoundTable():
                self._show_dialog(wish, looked)
            case FoundModel():
                self.model_opened.emit(looked)
            case LoadError() if wish.choices is not None:  # maybe it is only they that don't fit
                self._begin(replace(wish, choices=None))
            case LoadError():
                self.refused.emit(str(looked))

    def _show_dialog(self, wish: _Wish, found: FoundTable) -> None:
        guess, choices = found.preview.choices, wish.choices
        if choices is None or names_of(choices) != names_of(guess):
            choices = guess
        self.dialog = ImportDialog(self._opener, found, choices, self._window)
        self.dialog.imported.connect(self._on_imported)
        self.dialog.finished.connect(self._on_finished)
        if choices is wish.choices and not wish.asks:
            self.dialog.read_at_once()
        else:
            self.dialog.open()

    def _on_opened(self, opened: object) -> None:
        if self.dialog is not None:
            return
        if isinstance(opened, OpenedData):
            self.data_opened.emit(opened)
        else:
            self.refused.emit(str(opened))

    def _on_imported(self, opened: OpenedData) -> None:
        if self._wish is not None and self._wish.is_remembered:
            assert isinstance(opened.source, FromFile)
            self._recent.add(opened.source.path, opened.source.choices)
        self.data_opened.emit(opened)

    def _on_finished(self, result: int) -> None:
        self.dialog = None
        if result == QDialog.DialogCode.Rejected and self._wish is not None:
            self.abandoned.emit()

"""How the characters of a text file make a table: one row of controls."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.import_dialog.words import (
    DECIMAL_WORDS,
    DELIMITER_WORDS,
    ENCODING_WORDS,
    marks_text,
    typed_marks,
)
from app.panel import muted_label
from app.widgets.combo_box import ComboBox
from nncore.data.reading.choices import TextFormat


class FormatRow(QWidget):
    """Shows a format; ``changed`` tells of the one that a person has chosen instead."""

    changed = Signal(object)  # TextFormat

    def __init__(self) -> None:
        super().__init__()
        self._format = TextFormat()
        self.encoding = _box(
            "Encoding", "How the bytes of the file stand for letters.", ENCODING_WORDS
        )
        self.delimiter = _box("Delimiter", "What parts the cells of a row.", DELIMITER_WORDS)
        self.decimal = _box("Decimal sign", "What parts the digits below one.", DECIMAL_WORDS)
        self.header = QCheckBox("first row holds the names")
        self.header.setToolTip("Otherwise it is a sample like the others, and columns get numbers.")
        self.header.setMinimumHeight(self.encoding.sizeHint().height())
        self.marks = QLineEdit()
        self.marks.setMinimumWidth(120)
        self.marks.setAccessibleName("Missing values")
        self.marks.setToolTip(
            "Cells that stand for a missing value, parted by commas. An empty cell always does."
        )
        for box in (self.encoding, self.delimiter, self.decimal):
            box.activated.connect(self._on_changed)
        self.header.clicked.connect(self._on_changed)
        self.marks.editingFinished.connect(self._on_changed)
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for title, field, stretch in (
            ("Encoding", self.encoding, 0),
            ("Delimiter", self.delimiter, 0),
            ("Decimal sign", self.decimal, 0),
            ("Header", self.header, 0),
            ("Missing values", self.marks, 1),
        ):
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(muted_label(title))
            column.addWidget(field)
            row.addLayout(column, stretch)

    def show_format(self, format: TextFormat) -> None:
        self._format = format
        _show(self.encoding, format.encoding)
        _show(self.delimiter, format.delimiter)
        _show(self.decimal, format.decimal)
        self.header.setChecked(format.has_header)
        self.marks.setText(marks_text(format.missing_marks))
        self.marks.setCursorPosition(0)

    def _on_changed(self) -> None:
        format = replace(
            self._format,
            encoding=self.encoding.currentData(),
            delimiter=self.delimiter.currentData(),
            decimal=self.decimal.currentData(),
            has_header=self.header.isChecked(),
            missing_marks=typed_marks(self.marks.text()),
        )
        if format != self._format:
            self._format = format
            self.changed.emit(format)


def _box(name: str, tip: str, words: Mapping[str, str]) -> ComboBox:
    box = ComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    for value, title in words.items():
        box.addItem(title, value)
    return box


def _show(box: ComboBox, value: str) -> None:
    """Choose the entry of ``value``; one that isn't there is added under its own name."""
    if box.findData(value) < 0:
        box.addItem(value, value)
    box.setCurrentIndex(box.findData(value))

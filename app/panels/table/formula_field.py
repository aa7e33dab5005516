"""A line to type a formula in: what is wrong with it, or what it gives, stands under it."""

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from app import theme as themes
from app.state import AppState
from app.viewdata.table_formulas import completions, preview, tried, word_at
from nncore.errors import SpecError

HINT = "Such as x₁·x₂, log(x₁ + 1), max(x₁, 0). Enter adds it."


class FormulaField(QWidget):
    """``entered`` is emitted with a formula that can be one more input."""

    entered = Signal(str)

    def __init__(self, state: AppState) -> None:
        super().__init__()
        self._state = state
        self._entered = ""  # what has been handed over, and may be refused
        self.line = QLineEdit()
        self.line.setPlaceholderText("formula, Enter adds it")
        self.line.setAccessibleName("Formula of another input")
        self.line.setToolTip(HINT)
        self.line.textEdited.connect(self._on_edited)
        self.line.returnPressed.connect(self._on_return)
        self._words = QStringListModel(self)
        self.completer = QCompleter(self._words, self)
        self.completer.setWidget(self.line)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.completer.activated.connect(self._on_completed)
        popup = self.completer.popup()
        assert popup is not None  # the completer makes one
        self._popup: QAbstractItemView = popup
        self.answer = QLabel()
        self.answer.setWordWrap(True)
        self.answer.setTextFormat(Qt.TextFormat.PlainText)
        self.answer.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.answer.setAccessibleName("What the formula gives, or what is wrong with it")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.line)
        column.addWidget(self.answer)

    def show_state(self, state: AppState) -> None:
        """Other columns, or another preparation: what is typed is judged anew."""
        self._state = state
        self._words.setStringList(completions(state))
        if self._entered in (formula.text for formula in state.preparation.formulas):
            self.line.clear()
        self._entered = ""
        self._judge()

    def _judge(self) -> bool:
        """Whether what is typed can be added; says so."""
        t = themes.theme(self._state.dark)
        text = self.line.text()
        try:
            sentence, good = preview(self._state, tried(self._state, text)), True
        except SpecError as error:
            sentence, good = str(error) if text.strip() else "", False
        self.answer.setText(sentence)
        self.answer.setVisible(bool(sentence))
        self.answer.setToolTip(sentence)
        colour = t.muted if good else themes.blend(t.bad, t.muted, 0.7)
        self.answer.setStyleSheet(f"color: {colour}; font-size: {themes.SMALL_PX}px")
        return good

    def _on_edited(self) -> None:
        self._judge()
        word = word_at(self.line.text(), self.line.cursorPosition())
        self.completer.setCompletionPrefix(word)
        if word and self.completer.currentCompletion() != word:
            self.completer.complete()
        else:
            self._popup.hide()

    def _on_completed(self, completion: str) -> None:
        text, cursor = self.line.text(), self.line.cursorPosition()
        begin = cursor - len(word_at(text, cursor))
        self.line.setText(text[:begin] + completion + text[cursor:])
        self.line.setCursorPosition(begin + len(completion))
        self._judge()

    def _on_return(self) -> None:
        if self._popup.isVisible() and self._popup.currentIndex().isValid():
            return  # it is for the completion
        if self._judge():
            self._entered = tried(self._state, self.line.text()).text
            self.entered.emit(self._entered)

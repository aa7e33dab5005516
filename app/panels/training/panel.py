"""How the network is trained: learning rate, batch size, optimizer, initial weights, seed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panel import Panel
from app.panels.training.fields import ChoiceBox
from app.panels.training.settings import NEXT_STEP, TrainingSettings
from app.state import (
    AppState,
    new_seed,
    with_batch_size,
    with_initializer,
    with_learning_rate,
    with_seed,
)
from app.store import Store
from app.training.messages import Frame
from app.viewdata.numbers import plain, short, typed_number
from app.viewdata.settings import is_rate_scheduled, summary
from app.widgets.combo_box import ComboBox
from app.widgets.elided_label import ElidedLabel
from app.widgets.spin_box import SpinBox
from app.widgets.steady_label import SteadyLabel
from nncore.initializers import INITIALIZERS
from nncore.losses import LOSSES
from nncore.optimizers import OPTIMIZERS

LEARNING_RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
ALL = "all"
BATCH_SIZES = (ALL, "1", "8", "10", "32", "100", "256")


class TrainingPanel(Panel):
    """Initial weights and seed start afresh, and say so; all else goes on with the next step."""

    def __init__(self, store: Store) -> None:
        super().__init__("Training")
        self._store = store
        form = QFormLayout()
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(4)
        self.body.addLayout(form)
        self._dialog: TrainingSettings | None = None  # made when it is first opened
        self.more = QToolButton()
        self.more.setText("More…")
        self.more.setToolTip(
            "All settings: the optimiser's numbers, penalties, clipping, schedule, early\n"
            "stopping and dropout, in a window of their own."
        )
        self.more.setAccessibleName("All training settings")
        self.more.clicked.connect(self._on_more)
        self.title_row.addWidget(self.more)

        self.learning_rate = _editable_box(LEARNING_RATES, "Learning rate")
        self.learning_rate.setToolTip(f"η in W ← W − η ∂loss/∂W. {NEXT_STEP}")
        self.learning_rate.activated.connect(self._on_learning_rate)
        self._editor(self.learning_rate).editingFinished.connect(self._on_learning_rate)
        self.rate_now = SteadyLabel(width=84)
        self.rate_now.setAccessibleName("Learning rate now")
        self.rate_now.setToolTip("What the schedule has made of the learning rate.")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.learning_rate, 1)
        row.addWidget(self.rate_now)
        form.addRow("Learning rate", _in_widget(row))

        self.batch_size = _editable_box(BATCH_SIZES, "Batch size")
        self.batch_size.setToolTip(
            f"Samples per step; 'all' is full batch, as in the guide. {NEXT_STEP}"
        )
        self.batch_size.activated.connect(self._on_batch_size)
        self._editor(self.batch_size).editingFinished.connect(self._on_batch_size)
        form.addRow("Batch size", self.batch_size)

        for box in (self.learning_rate, self.batch_size):
            self._editor(box).returnPressed.connect(self._leave)
            box.activated.connect(self._leave)

        self.optimizer = ChoiceBox(store, "optimizer", OPTIMIZERS, "Optimiser", NEXT_STEP)
        form.addRow("Optimiser", self.optimizer)

        self.initializer = ComboBox()
        for name, initializer in INITIALIZERS.items():
            self.initializer.addItem(initializer.title, name)
            index, formula = self.initializer.count() - 1, f"W: {initializer.formula}"
            self.initializer.setItemData(index, formula, Qt.ItemDataRole.ToolTipRole)
        self.initializer.setAccessibleName("Initial weights")
        self.initializer.setToolTip(
            "How the initial weights are drawn: He for ReLU, Xavier for sigmoid and tanh;\n"
            "zeros to see why they fail. Biases start at 0. A change starts afresh."
        )
        self.initializer.activated.connect(self._on_initializer)
        form.addRow("Initial weights", self.initializer)

        self.seed = SpinBox(
            0,
            2**31 - 1,
            "Seed",
            "Of the initial weights, of the order of the samples and of the split of a file.\n"
            "The same seed gives the same run, bit for bit. A change starts afresh.",
        )
        self.seed.valueChanged.connect(self._on_seed)
        again = QToolButton()
        again.setText("new")
        again.setToolTip("Another seed: other initial weights (Shift+R).")
        again.clicked.connect(self._on_new_seed)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.seed, 1)
        row.addWidget(again)
        form.addRow("Seed", _in_widget(row))

        self.summary, self.facts = ElidedLabel(), ElidedLabel()
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.summary)
        lines.addWidget(self.facts)
        self.body.addLayout(lines)
        self.body.addStretch(1)

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is not None and old.config is new.config and old.spec is new.spec:
            return
        config, spec = new.config, new.spec
        _show(self.learning_rate, plain(config.learning_rate))
        self.rate_now.setVisible(is_rate_scheduled(config))
        _show(self.batch_size, ALL if config.batch_size is None else str(config.batch_size))
        self.initializer.setCurrentIndex(self.initializer.findData(spec.initializer))
        self.seed.set_quietly(config.seed)
        self.optimizer.show_name(config.optimizer)
        parts = summary(config, spec)
        self.summary.setText(" · ".join(parts))
        self.summary.setToolTip("\n".join(parts))
        weights = f"weights from {new.theta_origin}" if new.theta_origin else ""
        loss = LOSSES[spec.loss]
        self.facts.setText(" · ".join(filter(None, (loss.title, weights or spec.dtype))))
        self.facts.setToolTip(
            f"{loss.title}, the mean over the batch:\nloss = {loss.formula}\n"
            + " · ".join(filter(None, (spec.dtype, weights and f"initial {weights}")))
        )
        if self._dialog is not None:
            self._dialog.show_state(new)

    def on_frame(self, frame: Frame) -> None:
        if self.rate_now.isVisible():
            self.rate_now.setText(f"now {short(frame.learning_rate)}")

    def _on_more(self) -> None:
        if self._dialog is None:
            self._dialog = TrainingSettings(self._store, self)
        self._dialog.show()
        self._dialog.activateWindow()

    def _on_learning_rate(self) -> None:
        text = self.learning_rate.currentText().strip()
        value = typed_number(text)
        if value is None:
            self._refuse(f"The learning rate must be a number from 0, not '{text[:40]}'.")
            return
        if value != self._store.state.config.learning_rate:
            self._store.apply(with_learning_rate, value)
        self.on_state(None, self._store.state)

    def _on_batch_size(self) -> None:
        text = self.batch_size.currentText().strip()
        if text != ALL and not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) < 10**9):
            self._refuse(f"The batch size must be 'all' or a number from 1, not '{text[:40]}'.")
            return
        value = None if text == ALL else int(text)
        if value != self._store.state.config.batch_size:
            self._store.apply(with_batch_size, value)

    def _leave(self) -> None:
        """After Enter the keys are the window's again: Space runs."""
        for box in (self.learning_rate, self.batch_size):
            box.clearFocus()  # the editor hands its focus on to its box

    def _refuse(self, sentence: str) -> None:
        """What was there before comes back, and the sentence says why."""
        self.on_state(None, self._store.state)
        self._store.refused.emit(sentence)

    def _on_initializer(self) -> None:
        if self.initializer.currentData() != self._store.state.spec.initializer:
            self._store.apply(with_initializer, self.initializer.currentData())

    def _on_seed(self, seed: int) -> None:
        self._store.apply(with_seed, seed)

    def _on_new_seed(self) -> None:
        self._store.apply(with_seed, new_seed(self._store.state))

    @staticmethod
    def _editor(box: QComboBox) -> QLineEdit:
        editor = box.lineEdit()
        assert editor is not None
        return editor


def _editable_box(entries: tuple[str, ...], name: str) -> QComboBox:
    box = ComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(list(entries))
    box.setAccessibleName(name)
    box.setCompleter(None)  # type: ignore[arg-type]  # 3 is 3, and not the beginning of 32
    return box


def _show(box: QComboBox, text: str) -> None:
    """With the entry that it is, if it is one, so that the arrow keys go on from there."""
    box.setCurrentIndex(box.findText(text))
    box.setEditText(text)


def _in_widget(row: QHBoxLayout) -> QWidget:
    widget = QWidget()
    row.setContentsMargins(0, 0, 0, 0)
    widget.setLayout(row)
    return widget

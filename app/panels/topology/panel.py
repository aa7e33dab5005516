"""The topology panel: the picture of the network, and the editor of its layers above it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.panel import Needs, Panel
from app.panels.topology.view import TopologyView
from app.state import (
    MAX_HIDDEN_LAYERS,
    MAX_UNITS,
    AppState,
    hidden_activation,
    with_activation,
    with_hidden,
)
from app.store import Store
from app.training.messages import Frame
from app.widgets.combo_box import ComboBox
from app.widgets.spin_box import SpinBox
from app.widgets.steady_label import SteadyLabel
from nncore.activations import ACTIVATIONS, HIDDEN_ACTIVATIONS

TITLE_LAYERS = 2  # more of them are edited in a row of their own, below the title
ROOMY_LAYERS = 6  # more of them get narrower fields


class TopologyPanel(Panel):
    """The network as a picture, and the editor of its layers above it."""

    def __init__(self, store: Store) -> None:
        super().__init__("Network")
        self._store = store
        self._units: list[SpinBox] = []
        self._fewer = _button("−", "One hidden layer less.", self._on_fewer)
        self._more = _button("+", "One hidden layer more.", self._on_more)
        self._editor = QWidget()
        self._fields = QHBoxLayout(self._editor)
        self._fields.setContentsMargins(0, 0, 0, 0)
        self._fields.setSpacing(6)
        self.activation = ComboBox()
        for name in HIDDEN_ACTIVATIONS:
            self.activation.addItem(ACTIVATIONS[name].title, name)
            index = self.activation.count() - 1
            formula = f"a = {ACTIVATIONS[name].formula}"
            self.activation.setItemData(index, formula, Qt.ItemDataRole.ToolTipRole)
        self.activation.setAccessibleName("Activation of the hidden layers")
        self.activation.setToolTip(
            "Activation function of all hidden layers. A change starts afresh."
        )
        self.activation.activated.connect(self._on_activation)
        for widget in (QLabel("Layers"), self._fewer, self._more):
            self._fields.addWidget(widget)
        self.title_row.addWidget(self._editor)
        self.title_row.addWidget(self.activation)
        self.view = TopologyView()
        self.body.addWidget(self.view, 1)
        self._scale = SteadyLabel(align=Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._scale)
        self.view.scale_label = self._scale

    @property
    def needs(self) -> Needs:
        # The units' mean activations are read out, and only wanted under the mouse.
        return Needs(activations=self.view.is_read, output_map=True, unit_maps=True)

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.spec is not new.spec:
            self._fill_editor(new)
        self.view.on_state(old, new)

    def on_frame(self, frame: Frame) -> None:
        self.view.show_frame(frame)

    # ---- editor --------------------------------------------------------------------------

    def _fill_editor(self, state: AppState) -> None:
        hidden = state.spec.sizes[1:-1]
        while len(self._units) > len(hidden):
            box = self._units.pop()
            self._fields.removeWidget(box)
            box.hide()
            box.deleteLater()
        while len(self._units) < len(hidden):
            box = SpinBox(1, MAX_UNITS, "", "")
            box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            box.valueChanged.connect(self._on_units)
            self._units.append(box)
            self._fields.insertWidget(self._fields.indexOf(self._more), box)
        for l, (box, n) in enumerate(zip(self._units, hidden, strict=True), start=1):
            box.set_quietly(n)
            box.setFixedWidth(46 if len(hidden) <= ROOMY_LAYERS else 38)
            box.setAccessibleName(f"Units of hidden layer {l}")
            box.setToolTip(f"Units of hidden layer {l}. A change starts afresh.")
        self._place_editor(in_title=len(hidden) <= TITLE_LAYERS)
        self._fewer.setEnabled(bool(hidden))
        self._more.setEnabled(len(hidden) < MAX_HIDDEN_LAYERS)
        self.activation.setEnabled(bool(hidden))
        self.activation.setCurrentIndex(self.activation.findData(hidden_activation(state.spec)))

    def _place_editor(self, in_title: bool) -> None:
        """Beside the activation, or below the title: it must not decide how wide the window is."""
        if in_title and self.title_row.indexOf(self._editor) < 0:
            self.title_row.insertWidget(self.title_row.indexOf(self.activation), self._editor)
        elif not in_title and self.body.indexOf(self._editor) < 0:
            self.body.insertWidget(0, self._editor, 0, Qt.AlignmentFlag.AlignRight)

    def _hidden(self) -> tuple[int, ...]:
        return tuple(box.value() for box in self._units)

    def _on_units(self) -> None:
        self._store.apply(with_hidden, self._hidden())
        self._fill_editor(self._store.state)  # what was refused is not left standing

    def _on_fewer(self) -> None:
        self._store.apply(with_hidden, self._hidden()[:-1])

    def _on_more(self) -> None:
        hidden = self._hidden()
        self._store.apply(with_hidden, (*hidden, hidden[-1] if hidden else 4))

    def _on_activation(self) -> None:
        chosen = self.activation.currentData()
        if chosen != hidden_activation(self._store.state.spec):
            self._store.apply(with_activation, chosen)


def _button(text: str, tool_tip: str, on_click: object) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tool_tip)
    button.clicked.connect(on_click)
    return button

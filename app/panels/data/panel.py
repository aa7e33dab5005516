"""The data panel: which data set, how it is made or read, its picture, and its division."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app import theme as themes
from app.panel import Panel, muted_label
from app.panels.data.gallery import Gallery, is_bundled
from app.panels.data.recipe_form import RecipeForm
from app.point_colours import point_colours
from app.state import (
    AppState,
    FromFile,
    Generated,
    Pasted,
    made_data,
    with_data,
    with_plan,
    with_selection,
    with_split,
)
from app.store import Store
from app.theme import Theme
from app.viewdata.planes import plane_of
from app.widgets.combo_box import ComboBox
from app.widgets.plot import Plot
from app.widgets.scatter import Scatter
from app.widgets.spin_box import SpinBox
from nncore.data.dataset import Dataset
from nncore.data.generators import GENERATORS
from nncore.data.reading.choices import Choices, Kind, Role
from nncore.data.reading.targets import look_like_classes
from nncore.types import FloatArray
from resources import resource_path

POINT_PX = 4.0
SCALINGS = (("none", "as they are"), ("standardize", "standardised"), ("min_max", "min–max"))


class DataPanel(Panel):
    """``open_bundled(path)`` opens one of our files, ``read_again(source)`` a person's with
    other choices, ``ask_path()`` and ``ask_choices()`` ask for a file and for the choices."""

    def __init__(
        self,
        store: Store,
        open_bundled: Callable[[Path], None],
        read_again: Callable[[FromFile | Pasted], None],
        ask_path: Callable[[], None],
        ask_choices: Callable[[], None],
    ) -> None:
        super().__init__("Data")
        self._store = store
        self._open_bundled, self._read_again = open_bundled, read_again
        self._theme: Theme = themes.LIGHT
        self._places: tuple[FloatArray, FloatArray] = (np.empty(0), np.empty(0))

        self.source = Gallery()
        self.source.activated.connect(self._on_source)
        self.open_button = _tool("Open…", "Load a table, arrays or images, or drop a file on us.")
        self.open_button.clicked.connect(ask_path)
        top = QHBoxLayout()
        top.addWidget(self.source, 1)
        top.addWidget(self.open_button)
        self.body.addLayout(top)

        self.picture = Plot("Picture of the data", "", "")
        self.picture.box.setMouseEnabled(False, False)
        self.picture.setMinimumHeight(100)
        self.picture.getAxis("left").setWidth(30)
        self.picture.getAxis("bottom").setHeight(20)
        self.picture.clicked.connect(self._on_click)
        self._scatter = Scatter(self.picture.box)
        self.body.addWidget(self.picture, 1)

        self.recipe = RecipeForm()
        self.recipe.changed.connect(self._on_recipe)
        self.body.addWidget(self.recipe)
        self.body.addWidget(self._reading_row(ask_choices))
        self.body.addLayout(self._division())
        self._facts = muted_label()
        self._facts.setWordWrap(True)
        self.body.addWidget(self._facts)

    def _reading_row(self, ask_choices: Callable[[], None]) -> QWidget:
        """How a file was read: the target, and the way to all other choices."""
        self._reading = QWidget()
        row = QHBoxLayout(self._reading)
        row.setContentsMargins(0, 0, 0, 0)
        self.target = ComboBox()
        self.target.setAccessibleName("Target column")
        self.target.setToolTip("The column to be predicted. A change starts afresh.")
        self.target.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.target.activated.connect(self._on_target)
        self.choices_button = _tool("Columns…", "How the file is read: columns, types, gaps.")
        self.choices_button.clicked.connect(ask_choices)
        row.addWidget(QLabel("Target"))
        row.addWidget(self.target, 1)
        row.addWidget(self.choices_button)
        return self._reading

    def _division(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(5)
        self.test_share = SpinBox(
            0, 90, "Test share", "Share of the samples kept for testing, never trained on."
        )
        self.test_share.setSuffix(" %")
        self.test_share.setSingleStep(5)
        self.test_share.valueChanged.connect(self._on_split)
        self.stratified = QCheckBox("stratified")
        self.stratified.setToolTip("The test gets each class in its share of all samples.")
        self.stratified.clicked.connect(self._on_split)
        self.scaling = ComboBox()
        self.scaling.setAccessibleName("Scaling of the inputs")
        for name, words in SCALINGS:
            self.scaling.addItem(words, name)
        self.scaling.activated.connect(self._on_scaling)
        grid.addWidget(QLabel("Test"), 0, 0)
        grid.addWidget(self.test_share, 0, 1)
        grid.addWidget(self.stratified, 0, 2)
        grid.addWidget(QLabel("Inputs"), 1, 0)
        grid.addWidget(self.scaling, 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        return grid

    # ---- the state -----------------------------------------------------------------------

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.dark != new.dark:
            self._theme = themes.theme(new.dark)
            self.picture.set_theme(self._theme)
            self.picture.setBackground(self._theme.field)
            self.source.set_theme(self._theme)
        if old is None or old.dataset is not new.dataset or old.source != new.source:
            self._fill(new)
        moves = old is None or old.samples is not new.samples or old.view != new.view
        if moves or old is None or old.dark != new.dark or old.split is not new.split:
            self._show_samples(new)
        if moves or old is None or old.dark != new.dark or old.selected is not new.selected:
            x, y = self._places
            self._scatter.ring(x[new.selected], y[new.selected], self._theme, POINT_PX)
        if old is None or old.split is not new.split or old.preparation is not new.preparation:
            self._fill_division(new)

    def show_choice(self) -> None:
        """Let the boxes show what is loaded, not what was asked for."""
        self._fill(self._store.state)

    def _fill(self, state: AppState) -> None:
        source = state.source
        self.recipe.setVisible(isinstance(source, Generated))
        is_read = isinstance(source, FromFile | Pasted)
        self._reading.setVisible(is_read)
        if isinstance(source, Generated):
            self.source.choose(source.id)
            self.recipe.show_source(source)
        elif isinstance(source, FromFile) and is_bundled(source.path):
            self.source.choose(source.path.name)
        else:
            self.source.show_other(state.dataset)
        if isinstance(source, FromFile | Pasted):
            self.target.clear()
            self.target.addItems([column.name for column in source.choices.columns])
            self.target.setCurrentText(state.dataset.target_name)

    def _fill_division(self, state: AppState) -> None:
        dataset, preparation = state.dataset, state.preparation
        self.test_share.set_quietly(round(100 * state.test_share))
        self.stratified.setChecked(state.stratified)
        self.stratified.setVisible(dataset.is_classification)
        self.scaling.setCurrentIndex(self.scaling.findData(state.plan.scaling))
        lines = preparation.scaling.describe(preparation.input_names)
        shown = lines[:20] + ([f"… and {len(lines) - 20} more"] if len(lines) > 20 else [])
        self.scaling.setToolTip(
            "What is done to each input, fitted on the training samples; it is exported with the\n"
            "weights. The table lists all that is done to the data. Now:\n" + "\n".join(shown)
        )
        kind = f"{dataset.n_classes} classes" if dataset.is_classification else "regression"
        names = "input" if preparation.n_inputs == 1 else "inputs"
        self._facts.setText(
            f"{len(state.split.train):,} train + {len(state.split.test):,} test · "
            f"{preparation.n_inputs} {names} · {kind}"
        )

    # ---- choosing ------------------------------------------------------------------------

    def _on_source(self, index: int) -> None:
        self.source.clearFocus()  # or the next letter typed would choose another data set
        if index >= len(self.source.ids):
            return
        name = self.source.ids[index]
        if name in GENERATORS:
            source = self._store.state.source
            made = source if isinstance(source, Generated) else None
            n_samples, seed = (made.n_samples, made.seed) if made else (500, 42)
            self._on_recipe(Generated(name, n_samples, GENERATORS[name].default_noise, seed))
        else:
            self._open_bundled(resource_path("datasets", name))

    def _on_recipe(self, source: Generated) -> None:
        self._store.apply(with_data, source, made_data(source))
        self._fill(self._store.state)  # what was refused is not left standing

    def _on_target(self) -> None:
        source, dataset = self._store.state.source, self._store.state.dataset
        target = self.target.currentText()
        if isinstance(source, FromFile | Pasted) and target != dataset.target_name:
            choices = with_target(source.choices, target, dataset)
            self._read_again(replace(source, choices=choices))

    def _on_split(self) -> None:
        share = self.test_share.value() / 100
        self._store.apply(with_split, share, self.stratified.isChecked())

    def _on_scaling(self) -> None:
        plan = replace(self._store.state.plan, scaling=self.scaling.currentData())
        if plan != self._store.state.plan:
            self._store.apply(with_plan, plan)
        self._fill_division(self._store.state)  # what was refused is not left standing

    # ---- the picture ---------------------------------------------------------------------

    def _show_samples(self, state: AppState) -> None:
        plane = plane_of(state)
        self.picture.box.setAspectLocked(state.dataset.n_features == 2)
        self.picture.show_range(plane.x, plane.y, at_once=True)
        hollow = np.zeros(state.dataset.n_samples, bool)
        hollow[state.split.test] = True
        group, colours = point_colours(state, self._theme)
        u, v = plane.coordinates(state.samples)
        self._places = u, state.dataset.y.astype(float) if plane.is_curve else v
        self._scatter.show(*self._places, colours, group, hollow, self._theme, POINT_PX)

    def _on_click(self, x: float, y: float) -> None:
        """Select the sample under the mouse, or nothing."""
        self._store.apply(with_selection, self.picture.points_at(*self._places, x, y))


def with_target(choices: Choices, target: str, dataset: Dataset) -> Choices:
    """``choices`` with another target; the one before becomes a feature of ``dataset``."""
    columns = []
    for column in choices.columns:
        if column.name == target:
            column = replace(column, role=Role.TARGET)
        elif column.role is Role.TARGET:
            column = replace(column, role=Role.FEATURE)
        columns.append(column)
    chosen = next(column for column in columns if column.role is Role.TARGET)
    are_classes = chosen.kind is Kind.CATEGORY
    if target in dataset.feature_names and not are_classes:
        are_classes = look_like_classes(dataset.X[:, dataset.feature_names.index(target)])
    return replace(choices, columns=tuple(columns), is_classification=are_classes)


def _tool(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    return button

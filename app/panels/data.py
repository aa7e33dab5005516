"""The data: chosen, loaded or painted, and how it is divided and prepared."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
)

from app import theme as themes
from app.panel import Panel, muted_label
from app.point_colours import point_colours
from app.state import (
    Activity,
    AppState,
    Drawn,
    FromFile,
    Generated,
    with_activity,
    with_data,
    with_standardize,
    with_test_share,
)
from app.store import Store
from app.theme import Theme
from app.viewdata.drawing import (
    EXTENT,
    Drawing,
    dataset_of,
    drawing_of,
    empty_drawing,
    spray,
)
from app.viewdata.maps import plane_of
from app.widgets.canvas import Canvas
from app.widgets.combo_box import ComboBox
from app.widgets.scatter import Scatter
from app.widgets.spin_box import SpinBox
from nncore.data.generators import GENERATORS, generate
from resources import resource_path

BRUSH_PX, ERASER_PX = 16.0, 14.0
CLASSES = 6  # colours offered
MAX_UNDO = 200
BUNDLED = (
    ("Iris flowers", "iris.csv"),
    ("Wine", "wine.csv"),
    ("Breast cancer", "breast_cancer.csv"),
    ("Digits 8×8", "digits.csv"),
    ("Diabetes (regression)", "diabetes.csv"),
)


class DataPanel(Panel):
    """``open_path(path, target)`` opens a file, ``ask_path()`` asks for one."""

    def __init__(
        self,
        store: Store,
        open_path: Callable[[Path, str | None], None],
        ask_path: Callable[[], None],
    ) -> None:
        super().__init__("Data")
        self._store = store
        self._open_path = open_path
        self._theme: Theme = themes.LIGHT
        self._drawing: Drawing = empty_drawing()
        self._undo: list[Drawing] = []
        self._before_stroke: Drawing | None = None
        self._unfinished = False  # too few points yet to be trained on
        self._rng = np.random.default_rng(0)  # where the brush leaves its points
        self._class = 1

        self.source = ComboBox()
        self.source.setAccessibleName("Data set")
        self.source.setToolTip("The data to train on. A change starts afresh.")
        for recipe in GENERATORS.values():
            self.source.addItem(recipe.title)
            index = self.source.count() - 1
            self.source.setItemData(index, recipe.description, Qt.ItemDataRole.ToolTipRole)
        for title, _ in BUNDLED:
            self.source.addItem(title)
        self._ids = [*GENERATORS, *(name for _, name in BUNDLED)]
        self.source.activated.connect(self._on_source)
        opening = QToolButton()
        opening.setText("Open…")
        opening.setToolTip("Load a CSV file with a header (Ctrl+O), or drop one on the window.")
        opening.clicked.connect(ask_path)
        top = QHBoxLayout()
        top.addWidget(self.source, 1)
        top.addWidget(opening)
        self.body.addLayout(top)

        self.canvas = Canvas("Data canvas: paint points with the mouse")
        self.canvas.setMinimumHeight(100)
        self.canvas.getAxis("left").setWidth(30)
        self.canvas.getAxis("bottom").setHeight(20)
        self.canvas.stroke.connect(self._on_stroke)
        self.canvas.finished.connect(self._on_stroke_end)
        self._scatter = Scatter(self.canvas.box)
        self.body.addWidget(self.canvas, 1)
        self.body.addLayout(self._tool_row())
        self.body.addLayout(self._form())
        self._facts = muted_label()
        self._facts.setWordWrap(True)
        self.body.addWidget(self._facts)

    def _tool_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self._tools = QButtonGroup(self)
        self.tools: dict[str, QToolButton] = {}
        for name, symbol, tip in (
            ("brush", "Brush", "Paint: leaves a spray of points along the stroke."),
            ("point", "Point", "One point per click."),
            ("erase", "Erase", "Takes away the points under the mouse."),
        ):
            button = _tool(symbol, tip)
            button.setCheckable(True)
            self._tools.addButton(button)
            self.tools[name] = button
            row.addWidget(button)
        self.tools["brush"].setChecked(True)
        row.addStretch(1)
        self.undo_button = _tool("Undo", "Take back the last stroke.")
        self.undo_button.clicked.connect(self.undo)
        self.clear_button = _tool("Clear", "An empty canvas.")
        self.clear_button.clicked.connect(self.clear)
        row.addWidget(self.undo_button)
        row.addWidget(self.clear_button)
        return row

    def _form(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(5)
        colours = QHBoxLayout()
        colours.setSpacing(3)
        self._palette = QButtonGroup(self)
        self.swatches: list[QToolButton] = []
        for k in range(CLASSES):
            swatch = _tool("", f"Paint class {k + 1}.")
            swatch.setCheckable(True)
            swatch.setFixedSize(26, 22)
            swatch.setAccessibleName(f"Paint class {k + 1}")
            self._palette.addButton(swatch, k)
            self.swatches.append(swatch)
            colours.addWidget(swatch)
        colours.addStretch(1)
        self._palette.idClicked.connect(self._on_class)
        self.swatches[self._class].setChecked(True)
        self._class_label = QLabel("Class")
        grid.addWidget(self._class_label, 0, 0)
        grid.addLayout(colours, 0, 1, 1, 3)

        self.samples = SpinBox(4, 100_000, "Samples", "How many samples are made, test included.")
        self.samples.setSingleStep(50)
        self.noise = SpinBox(0, 100, "Noise", "")
        self.noise.setSuffix(" %")
        self.noise.setSingleStep(5)
        self.data_seed = SpinBox(0, 2**31 - 1, "Data seed", "Seed of the made data.")
        self.test_share = SpinBox(
            0, 90, "Test share", "Share of the samples kept for testing, never trained on."
        )
        self.test_share.setSuffix(" %")
        self.test_share.setSingleStep(5)
        for spin, slot in (
            (self.samples, self._on_recipe),
            (self.noise, self._on_recipe),
            (self.data_seed, self._on_recipe),
            (self.test_share, self._on_test_share),
        ):
            spin.valueChanged.connect(slot)
        self.target = ComboBox()
        self.target.setAccessibleName("Target column")
        self.target.setToolTip("The column to be predicted. A change starts afresh.")
        self.target.activated.connect(self._on_target)
        self.standardize = QCheckBox("standardise")
        self.standardize.clicked.connect(self._on_standardize)
        self._recipe_labels = [QLabel("Samples"), QLabel("Noise"), QLabel("Seed")]
        self._target_label = QLabel("Target")
        grid.addWidget(self._recipe_labels[0], 1, 0)
        grid.addWidget(self.samples, 1, 1)
        grid.addWidget(self._recipe_labels[1], 1, 2)
        grid.addWidget(self.noise, 1, 3)
        grid.addWidget(self._target_label, 2, 0)
        grid.addWidget(self.target, 2, 1, 1, 3)
        grid.addWidget(QLabel("Test"), 3, 0)
        grid.addWidget(self.test_share, 3, 1)
        grid.addWidget(self._recipe_labels[2], 3, 2)
        grid.addWidget(self.data_seed, 3, 3)
        grid.addWidget(self.standardize, 4, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    # ---- the state -----------------------------------------------------------------------

    def on_state(self, old: AppState | None, new: AppState) -> None:
        if old is None or old.dark != new.dark:
            self._theme = themes.theme(new.dark)
            self.canvas.set_theme(self._theme)
            self.canvas.setBackground(self._theme.field)
            for k, swatch in enumerate(self.swatches):
                swatch.setIcon(_swatch_icon(self._theme.classes[k]))
        if old is None or old.dataset is not new.dataset:
            self._unfinished = False
            if not isinstance(new.source, Drawn):
                self._drawing = drawing_of(new.dataset)
                self._undo.clear()
            self._fill(new)
        if (
            old is None
            or old.dark != new.dark
            or old.dataset is not new.dataset
            or old.split is not new.split
            or old.axes != new.axes
        ):
            if self._unfinished:  # an almost empty canvas stays as it is
                self._show_drawing()
            else:
                self._show_dataset(new)
        if old is None or old.run_id != new.run_id:
            self._fill_preparation(new)

    def show_choice(self) -> None:
        """Let the boxes show what is loaded, not what was asked for."""
        self._fill(self._store.state)

    def _fill(self, state: AppState) -> None:
        source = state.source
        self._fill_source(state)
        made = isinstance(source, Generated)
        for widget in (*self._recipe_labels, self.samples, self.noise, self.data_seed):
            widget.setVisible(made)
        if isinstance(source, Generated):
            for spin, value in (
                (self.samples, source.n_samples),
                (self.noise, round(100 * source.noise)),
                (self.data_seed, source.seed),
            ):
                spin.set_quietly(value)
            self.noise.setToolTip(f"Noise {GENERATORS[source.id].noise_meaning}.")
        loaded = isinstance(source, FromFile)
        self._target_label.setVisible(loaded)
        self.target.setVisible(loaded)
        if isinstance(source, FromFile):
            self.target.clear()
            self.target.addItems(list(source.columns))
            self.target.setCurrentText(source.target)
        drawable = not loaded
        for widget in (*self.swatches, self._class_label):
            widget.setVisible(drawable)
        self.undo_button.setEnabled(bool(self._undo))

    def _fill_source(self, state: AppState) -> None:
        """The box shows what is loaded; files and drawings get an entry while they are."""
        for extra in range(self.source.count() - 1, len(self._ids) - 1, -1):
            self.source.removeItem(extra)
        source = state.source
        if isinstance(source, Generated):
            self.source.setCurrentIndex(self._ids.index(source.id))
        elif isinstance(source, FromFile) and source.path in _bundled_paths():
            self.source.setCurrentIndex(self._ids.index(source.path.name))
        else:
            self.source.addItem(state.dataset.name)
            self.source.setCurrentIndex(self.source.count() - 1)

    def _fill_preparation(self, state: AppState) -> None:
        dataset = state.dataset
        self.test_share.set_quietly(round(100 * state.test_share))
        self.standardize.setChecked(state.standardize)
        lines = state.inputs.describe(dataset.feature_names)
        if not dataset.is_classification:
            lines += state.targets.describe((dataset.target_name,))
        shown = lines[:20] + ([f"… and {len(lines) - 20} more"] if len(lines) > 20 else [])
        self.standardize.setToolTip(
            "Subtract the mean of the training samples and divide by their standard deviation,\n"
            "column by column. It is exported with the weights. Now:\n" + "\n".join(shown)
        )
        kind = f"{dataset.n_classes} classes" if dataset.is_classification else "regression"
        names = "input" if dataset.n_features == 1 else "inputs"
        text = (
            f"{len(state.split.train):,} train + {len(state.split.test):,} test · "
            f"{dataset.n_features} {names} · {kind}"
        )
        if state.standardize:
            text += f"<br>{lines[0]}" + (f" · +{len(lines) - 1} more" if len(lines) > 1 else "")
        self._facts.setText(text)
        self._facts.setToolTip(self.standardize.toolTip())

    # ---- choosing ------------------------------------------------------------------------

    def _on_source(self, index: int) -> None:
        if index >= len(self._ids):
            return
        name = self._ids[index]
        if name in GENERATORS:
            source = self._store.state.source
            made = source if isinstance(source, Generated) else None
            n_samples = made.n_samples if made else 500
            seed = made.seed if made else 42
            self._generate(Generated(name, n_samples, GENERATORS[name].default_noise, seed))
        else:
            self._open_path(resource_path("datasets", name), None)

    def _on_recipe(self) -> None:
        source = self._store.state.source
        if isinstance(source, Generated):
            noise = self.noise.value() / 100
            seed = self.data_seed.value()
            self._generate(Generated(source.id, self.samples.value(), noise, seed))

    def _generate(self, source: Generated) -> None:
        dataset = generate(source.id, n=source.n_samples, noise=source.noise, seed=source.seed)
        self._store.apply(with_data, source, dataset)

    def _on_target(self) -> None:
        source = self._store.state.source
        if isinstance(source, FromFile) and self.target.currentText() != source.target:
            self._open_path(source.path, self.target.currentText())

    def _on_test_share(self, percent: int) -> None:
        self._store.apply(with_test_share, percent / 100)

    def _on_standardize(self, on: bool) -> None:
        self._store.apply(with_standardize, on)

    # ---- painting ------------------------------------------------------------------------

    def undo(self) -> None:
        """Take back the last stroke, or the clearing."""
        if self._undo:
            self._drawing = self._undo.pop()
            self._take_drawing()

    def clear(self) -> None:
        self._remember(self._drawing)
        self._drawing = empty_drawing()
        self.canvas.show_range(EXTENT, EXTENT, at_once=True)
        self._take_drawing()

    def _on_class(self, k: int) -> None:
        self._class = k
        if self.tools["erase"].isChecked():
            self.tools["brush"].setChecked(True)

    def _on_stroke(self, x: float, y: float, begins: bool) -> None:
        if begins:
            self._before_stroke = self._drawing
        width, height = self.canvas.pixel_size()
        if self.tools["erase"].isChecked():
            radius = (ERASER_PX * width, ERASER_PX * height)
            self._drawing = self._drawing.without(x, y, radius)
        elif self.tools["brush"].isChecked():
            radius = (BRUSH_PX * width, BRUSH_PX * height)
            points = spray(self._rng, x, y, radius)
            self._drawing = self._drawing.with_points(points, self._class)
        elif begins:
            self._drawing = self._drawing.with_points(np.array([[x, y]]), self._class)
        self._show_drawing()

    def _on_stroke_end(self) -> None:
        if self._before_stroke is not None:
            self._remember(self._before_stroke)
            self._before_stroke = None
            self._take_drawing()

    def _remember(self, drawing: Drawing) -> None:
        self._undo.append(drawing)
        del self._undo[:-MAX_UNDO]

    def _take_drawing(self) -> None:
        """Train on what is drawn, once there is enough of it."""
        self.undo_button.setEnabled(bool(self._undo))
        dataset = dataset_of(self._drawing)
        if dataset is not None:
            self._store.apply(with_data, Drawn(), dataset)
            return
        self._unfinished = True
        self._show_drawing()
        if self._store.state.activity is Activity.PAUSED:
            notice = "Paint at least two points to train on them; until then the old data stays."
            self._store.apply(with_activity, Activity.PAUSED, notice)

    # ---- pictures ------------------------------------------------------------------------

    def _show_dataset(self, state: AppState) -> None:
        dataset = state.dataset
        if isinstance(state.source, Drawn):
            low, high = EXTENT
            x, y = (
                (min(low, float(column.min())), max(high, float(column.max())))
                for column in dataset.X.T
            )
        else:
            plane = plane_of(dataset, state.axes)
            x, y = plane.x, plane.y
        self.canvas.box.setAspectLocked(dataset.n_features == 2)
        self.canvas.show_range(x, y, at_once=True)
        hollow = np.zeros(dataset.n_samples, bool)
        hollow[state.split.test] = True
        group, colours = point_colours(state, self._theme)
        i, j = state.axes
        up = dataset.y.astype(float) if i == j else dataset.X[:, j]
        self._scatter.show(dataset.X[:, i], up, colours, group, hollow, self._theme, 4.5)

    def _show_drawing(self) -> None:
        drawing, t = self._drawing, self._theme
        x, y = drawing.points.T
        hollow = np.zeros(len(x), bool)
        self._scatter.show(x, y, list(t.classes), drawing.classes, hollow, t, 4.5)


def _bundled_paths() -> list[Path]:
    return [resource_path("datasets", name) for _, name in BUNDLED]


def _tool(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    if text:  # five of them share a narrow row
        button.setFixedWidth(button.fontMetrics().horizontalAdvance(text) + 14)
    return button


def _swatch_icon(colour: str) -> QIcon:
    pixmap = QPixmap(14, 14)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)

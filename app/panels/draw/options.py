"""The row above the canvas: what the tool paints, and how."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from app.panel import muted_label
from app.panels.draw.icons import SIDE, swatch
from app.panels.draw.tools import Tool
from app.panels.draw.value_brush import ValueBrush
from app.theme import Theme, blend
from app.viewdata.drawing import (
    MAX_CLASSES,
    Drawing,
    Mode,
    colour_scale,
    n_offered,
    offered_values,
    shown_names,
)
from app.widgets.spin_box import SpinBox

SIZE, DENSITY = 36, 4  # to begin with
SMALLEST, LARGEST, MOST_DENSE = 6, 160, 20
PAGES = (Mode.CLASSES, Mode.VALUES, Mode.CURVE)


class Amount(QWidget):
    """A number on a slider, and in a field beside it."""

    def __init__(self, low: int, high: int, title: str, name: str, tip: str) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(low, high)
        self.slider.setMinimumWidth(44)
        self.slider.setToolTip(tip)
        self.slider.setAccessibleName(f"{name}, on a slider")
        self.spin = SpinBox(low, high, name, tip)
        self.spin.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.spin.setFixedWidth(46)
        label = QLabel(title)
        label.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.spin)
        self.slider.valueChanged.connect(self.spin.setValue)
        self.spin.valueChanged.connect(self.slider.setValue)

    @property
    def value(self) -> int:
        return self.spin.value()

    def set_value(self, value: int) -> None:
        self.spin.setValue(value)


class Palette(QWidget):
    """``chosen`` is emitted with the class whose colour was clicked."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        self._group = QButtonGroup(self)
        self.swatches: list[QToolButton] = []
        for k in range(MAX_CLASSES):
            button = QToolButton()
            button.setCheckable(True)
            button.setFixedSize(25, 26)
            button.setIconSize(QSize(SIDE, SIDE))
            button.setStyleSheet("padding: 1px")  # or there would be no room for the icon
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button, k)
            self.swatches.append(button)
            row.addWidget(button)
        row.addStretch(1)
        self._group.idClicked.connect(self.chosen)

    def show_classes(self, drawing: Drawing, current: int, t: Theme) -> None:
        """Those that can be painted, and which one is."""
        names, offered = shown_names(drawing), n_offered(drawing)
        for k, (button, name) in enumerate(zip(self.swatches, names, strict=True)):
            is_offered, key = k < offered, str((k + 1) % 10)
            colour = t.classes[k] if is_offered else t.field
            on_colour = t.panel if is_offered else blend(t.muted, t.panel, 0.55)
            button.setIcon(swatch(key, colour, on_colour))
            button.setEnabled(is_offered)
            button.setChecked(k == current)
            button.setAccessibleName(f"Paint {name}")
            tip = f"Paint {name} (key {key}). With the lasso, the selected points become {name}."
            if not is_offered:
                tip = "Classes are numbered without gaps: use those before this one first."
            button.setToolTip(tip)


class Options(QWidget):
    """Palette or value brush, size and density."""

    def __init__(self) -> None:
        super().__init__()
        self.palette_row, self.value_brush = Palette(), ValueBrush()
        curve = muted_label("The height that you paint is the target.")
        self._what = QStackedWidget()
        for page in (self.palette_row, self.value_brush, curve):
            self._what.addWidget(page)
        self._what.setFixedWidth(self.palette_row.sizeHint().width())
        self.brush_size = Amount(
            SMALLEST,
            LARGEST,
            "Size",
            "Size of the brush",
            "Diameter of the brush, in pixels (the wheel over the canvas, or + and −).",
        )
        self.density = Amount(
            1,
            MOST_DENSE,
            "Density",
            "Density of the points",
            "Points that the brush leaves at each place, or a line on each 100 pixels.",
        )
        self.brush_size.set_value(SIZE)
        self.density.set_value(DENSITY)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._what)
        row.addWidget(self.brush_size, 1)
        row.addWidget(self.density, 1)

    def show_tool(self, tool: Tool) -> None:
        self.brush_size.setEnabled(tool.has_size)
        self.density.setEnabled(tool.has_density)

    def show_drawing(self, drawing: Drawing, current: int, t: Theme) -> None:
        """What can be painted on ``drawing``; ``current`` is the class that is."""
        self._what.setCurrentIndex(PAGES.index(drawing.mode))
        self.palette_row.show_classes(drawing, current, t)
        self.value_brush.show_scale(offered_values(drawing), colour_scale(drawing), t)

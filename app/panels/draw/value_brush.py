"""Which value is painted: a slider over the scale of colours, and a field."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from app import theme as themes
from app.state import LARGEST_VALUE
from app.theme import Theme, magnitude_lut
from app.viewdata.drawing import VALUES, Range
from app.viewdata.numbers import plain, typed_number

STEPS = 200  # of the slider
STOPS = 33  # at which its colours are taken
GROOVE, KNOB = 8.0, 12.0  # pixels


class ValueSlider(QSlider):
    """A slider whose groove shows the colour of each value."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, STEPS)
        self.setPageStep(STEPS // 10)
        self._theme: Theme = themes.LIGHT
        self._colours: list[str] = ["#000000"] * STOPS

    def show_colours(self, colours: list[str], t: Theme) -> None:
        """From the left to the right, STOPS of them."""
        self._colours, self._theme = colours, t
        self.update()

    # Qt's name
    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        middle = self.height() / 2
        gradient = QLinearGradient(QPointF(0, 0), QPointF(self.width(), 0))
        for k, colour in enumerate(self._colours):
            gradient.setColorAt(k / (STOPS - 1), QColor(colour))
        t = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        groove = QRectF(0, middle - GROOVE / 2, self.width(), GROOVE)
        painter.drawRoundedRect(groove, GROOVE / 2, GROOVE / 2)
        painter.setPen(themes.pen(t.accent if self.hasFocus() else t.text, 1.5))
        painter.setBrush(QColor(t.panel))
        painter.drawEllipse(QPointF(QRectF(handle).center().x(), middle), KNOB / 2, KNOB / 2)
        painter.end()


class ValueBrush(QWidget):
    """``settled`` is emitted with a value when it has been chosen, not while it is sought."""

    settled = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.value = 0.0
        self._range: Range = VALUES
        tip = "The value of the points that are painted. With the lasso, of those selected."
        self.slider = ValueSlider()
        self.slider.setAccessibleName("Value to paint")
        self.field = QLineEdit()
        self.field.setAccessibleName("Value to paint, as a number")
        self.field.setFixedWidth(64)
        for widget in (self.slider, self.field):
            widget.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self.slider.valueChanged.connect(self._on_slid)
        self.slider.sliderReleased.connect(self._on_released)
        self.field.editingFinished.connect(self._on_typed)
        self.field.returnPressed.connect(self.field.clearFocus)
        self._show_value()

    def show_scale(self, offered: Range, colours: Range, t: Theme) -> None:
        """``offered`` is the range of the slider, ``colours`` that of the scale of colours."""
        self._range = offered
        low, high = offered
        table = magnitude_lut()
        stops = []
        for k in range(STOPS):
            value = low + (high - low) * k / (STOPS - 1)
            place = (value - colours[0]) / ((colours[1] - colours[0]) or 1.0)
            stops.append(f"#{int(table[round(255 * min(max(place, 0), 1))]) & 0xFFFFFF:06x}")
        self.slider.show_colours(stops, t)
        self._show_value()

    def set_value(self, value: float) -> None:
        """Choose a value, as if it were typed."""
        self.value = value
        self._show_value()
        self.settled.emit(value)

    def _show_value(self) -> None:
        low, high = self._range
        share = (self.value - low) / (high - low)
        self.slider.blockSignals(True)
        self.slider.setValue(round(STEPS * min(max(share, 0.0), 1.0)))
        self.slider.blockSignals(False)
        self.field.setText(plain(float(f"{self.value:.4g}")))

    def _on_slid(self, step: int) -> None:
        low, high = self._range
        self.value = low + (high - low) * step / STEPS
        self.field.setText(plain(float(f"{self.value:.4g}")))
        if not self.slider.isSliderDown():
            self.settled.emit(self.value)

    def _on_released(self) -> None:
        self.settled.emit(self.value)

    def _on_typed(self) -> None:
        if not self.field.isModified():
            return
        value = typed_number(self.field.text())
        self.field.setModified(False)
        if value is None or abs(value) > LARGEST_VALUE:
            self._show_value()  # what can't be read is not left standing
        else:
            self.set_value(value)

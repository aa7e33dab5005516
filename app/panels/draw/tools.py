"""The table of tools, and the column of buttons that is made from it."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from app.panels.draw.icons import SIDE, icon
from app.panels.draw.strokes import Erase, Jitter, Lasso, Line, Paint, Point, Push, Stroke
from app.theme import Theme


@dataclass(frozen=True, slots=True)
class Tool:
    """One row.

    key          letter that chooses it
    has_size     whether it works in a ring around the mouse
    has_density  whether it leaves so many points
    """

    id: str
    title: str
    key: str
    tip: str
    stroke: type[Stroke]
    has_size: bool = True
    has_density: bool = False


TOOLS = (
    Tool("brush", "Brush", "P", "Leaves a spray of points along the stroke.", Paint, True, True),
    Tool("point", "Single point", "D", "One point for each click.", Point, False),
    Tool("line", "Line", "L", "Points evenly along a line that is dragged.", Line, False, True),
    Tool("erase", "Eraser", "X", "Takes away the points that it touches.", Erase),
    Tool(
        "push",
        "Move",
        "M",
        "Drags the points inside the ring along, those near its rim less far.",
        Push,
    ),
    Tool(
        "jitter",
        "Jitter",
        "J",
        "Shakes the points inside the ring a little, as long as the button is down.",
        Jitter,
    ),
    Tool(
        "lasso",
        "Lasso",
        "S",
        "Selects what you draw an outline around; Shift adds to the selection, and a click\n"
        "takes a single point. Then drag the points, use the arrow keys, choose another class\n"
        "for them, press Del, or Ctrl+D for a copy.",
        Lasso,
        False,
    ),
)


class Toolbox(QWidget):
    """``chosen`` is emitted with the tool."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for k, tool in enumerate(TOOLS):
            button = QToolButton()
            button.setCheckable(True)
            button.setFixedSize(32, 30)
            button.setIconSize(QSize(SIDE, SIDE))
            button.setAccessibleName(tool.title)
            button.setToolTip(f"{tool.title} ({tool.key})\n{tool.tip}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button, k)
            self.buttons[tool.id] = button
            column.addWidget(button)
        column.addStretch(1)
        self.tool = TOOLS[0]
        self.buttons[self.tool.id].setChecked(True)
        self._group.idClicked.connect(self._on_clicked)

    def set_theme(self, t: Theme) -> None:
        for id, button in self.buttons.items():
            button.setIcon(icon(id, t))

    def choose(self, tool: Tool) -> None:
        """As if its button were clicked."""
        self.tool = tool
        self.buttons[tool.id].setChecked(True)
        self.chosen.emit(tool)

    def _on_clicked(self, k: int) -> None:
        self.choose(TOOLS[k])

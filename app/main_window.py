"""The window: docks, menus, toolbar and status line, all from tables."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QDialog,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QWidget,
)

from app.commands import Command
from app.panel import card, muted_label
from app.panel_registry import Place, Row
from app.state import AppState
from app.widgets.spin_box import SpinBox
from app.widgets.steady_label import SteadyLabel

AREAS = {
    Place.LEFT: Qt.DockWidgetArea.LeftDockWidgetArea,
    Place.RIGHT: Qt.DockWidgetArea.RightDockWidgetArea,
    Place.BOTTOM: Qt.DockWidgetArea.BottomDockWidgetArea,
}
TOOLBAR = ("training.reset", "training.toggle", "training.epoch", "training.epochs")
READ_OUTS = ("epoch", "train loss", "test loss", "train accuracy", "test accuracy")


class MainWindow(QMainWindow):
    """Assembles; decides nothing."""

    file_dropped = Signal(str)
    drop_refused = Signal(str)

    def __init__(
        self, rows: Sequence[Row], commands: Sequence[Command], before_close: Callable[[], None]
    ) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self._before_close = before_close
        self._commands = tuple(commands)
        self._actions: dict[str, QAction] = {}
        self.buttons: dict[str, QPushButton] = {}
        self.read_outs: dict[str, SteadyLabel] = {}
        self._read_out_actions: dict[str, QAction] = {}
        self._docks: dict[Place, list[QDockWidget]] = {place: [] for place in AREAS}
        self._arranged = False
        self._add_menus()
        self._add_toolbar()
        self._add_panels(rows)
        self._add_status_line()
        for button in self.findChildren(QAbstractButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys alone
        self.statusBar().setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 4)
        self.setFocus()

    # ---- building ------------------------------------------------------------------------

    def _add_menus(self) -> None:
        for command in self._commands:
            menu = next(
                (m for m in self._menus if m.title() == command.menu), None
            ) or self._new_menu(command.menu)
            action = QAction(self)
            action.setToolTip(command.tip)
            action.setStatusTip("")
            action.setCheckable(command.checkable)
            if command.shortcut:
                action.setShortcut(QKeySequence(command.shortcut))
            action.triggered.connect(command.run)
            menu.addAction(action)
            self._actions[command.id] = action

    def insert_menu(self, menu: QMenu, after: str) -> None:
        """A menu that fills itself, below the command ``after``."""
        command = next(c for c in self._commands if c.id == after)
        into = next(m for m in self._menus if m.title() == command.menu)
        actions = into.actions()
        into.insertMenu(actions[actions.index(self._actions[after]) + 1], menu)

    @property
    def _menus(self) -> list[QMenu]:
        return [menu for a in self.menuBar().actions() if isinstance(menu := a.menu(), QMenu)]

    def _new_menu(self, title: str) -> QMenu:
        return self.menuBar().addMenu(title)

    def _add_toolbar(self) -> None:
        bar = QToolBar("Training")
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        self.addToolBar(bar)
        for id in TOOLBAR:
            command = next(c for c in self._commands if c.id == id)
            button = QPushButton()
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"{command.tip} ({command.shortcut})")
            button.setMinimumWidth(74)
            button.clicked.connect(command.run)
            if id == "training.toggle":
                button.setObjectName("primary")
            bar.addWidget(button)
            self.buttons[id] = button
        self.step_epochs = SpinBox(
            1, 1_000_000, "Epochs per step", "How many epochs the button beside it takes."
        )
        self.step_epochs.setFixedWidth(72)
        bar.addWidget(self.step_epochs)
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(spacer)
        for name in READ_OUTS:
            self._read_out_actions[name] = bar.addWidget(self._read_out(name))

    def _read_out(self, name: str) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(6)
        value = SteadyLabel("value", width=80, height=26)
        value.setText("–")
        value.setAccessibleName(name)
        row.addWidget(muted_label(name))
        row.addWidget(value)
        self.read_outs[name] = value
        return whole

    def _add_panels(self, rows: Sequence[Row]) -> None:
        corners = (
            (Qt.Corner.TopLeftCorner, Place.LEFT),
            (Qt.Corner.BottomLeftCorner, Place.LEFT),
            (Qt.Corner.TopRightCorner, Place.RIGHT),
            (Qt.Corner.BottomRightCorner, Place.RIGHT),
        )
        for corner, place in corners:
            self.setCorner(corner, AREAS[place])
        self._add_centre([row for row in rows if row.place is Place.CENTRE])
        for row in rows:
            if row.place is Place.CENTRE:
                continue
            dock = QDockWidget(row.title)
            dock.setObjectName(row.id)
            dock.setTitleBarWidget(row.panel.title_bar)
            dock.setWidget(row.panel)
            self.addDockWidget(AREAS[row.place], dock)
            self._docks[row.place].append(dock)
        first, second = self._docks[Place.BOTTOM]
        self.splitDockWidget(first, second, Qt.Orientation.Horizontal)
        self._add_dock_toggles()

    def _add_centre(self, rows: Sequence[Row]) -> None:
        """The panels of the centre, one at a time; each begins with the switch between them."""
        self._centre = QStackedWidget()
        self._centre_ids = [row.id for row in rows]
        self.switches: list[QButtonGroup] = []
        for row in rows:
            self._centre.addWidget(card(row.panel))
            row.panel.heading.hide()
            group = QButtonGroup(self)
            for index, other in enumerate(rows):
                button = QToolButton()
                button.setObjectName("switch")
                button.setText(other.title)
                button.setCheckable(True)
                command = next(c for c in self._commands if c.id == f"view.{other.id}")
                button.setToolTip(f"{command.tip} ({command.shortcut})")
                group.addButton(button, index)
                row.panel.title_row.insertWidget(index, button)
            group.idClicked.connect(self._on_switch)
            self.switches.append(group)
        self.setCentralWidget(self._centre)
        self._on_switch(0)

    @property
    def centre(self) -> str:
        """Which panel is in the centre, by its id."""
        return self._centre_ids[self._centre.currentIndex()]

    def show_centre(self, id: str) -> None:
        self._on_switch(self._centre_ids.index(id))

    def _on_switch(self, index: int) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and self._centre.isAncestorOf(focused):
            focused.clearFocus()  # or Qt gives it, and the keys, to a field of the next panel
        self._centre.setCurrentIndex(index)
        for group in self.switches:
            group.button(index).setChecked(True)

    def _add_dock_toggles(self) -> None:
        view = next(menu for menu in self._menus if menu.title() == "View")
        view.addSeparator()
        for docks in self._docks.values():
            for dock in docks:
                view.addAction(dock.toggleViewAction())

    def _add_status_line(self) -> None:
        self.banner = QLabel()
        self.banner.setTextFormat(Qt.TextFormat.PlainText)  # it may quote what stands in a file
        self.banner.setAccessibleName("What is going on")
        self.banner.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.banner.setMinimumWidth(100)
        self.banner.setContentsMargins(8, 0, 0, 0)
        self.rates = SteadyLabel(width=190, align=Qt.AlignmentFlag.AlignRight)
        self.statusBar().addWidget(self.banner, 1)
        self.statusBar().addPermanentWidget(self.rates)

    # ---- showing -------------------------------------------------------------------------

    def show_commands(self, state: AppState) -> None:
        """Titles, checks and what is possible, for this state."""
        for command in self._commands:
            title, enabled = command.title(state), command.enabled(state)
            action = self._actions[command.id]
            action.setText(title)
            action.setEnabled(enabled)
            if command.checkable:
                action.setChecked(command.checked(state))
            if command.id in self.buttons:
                self.buttons[command.id].setText(title)
                self.buttons[command.id].setEnabled(enabled)

    def show_accuracy(self, is_there: bool) -> None:
        """A regression has none."""
        for name, action in self._read_out_actions.items():
            if "accuracy" in name:
                action.setVisible(is_there)

    def arrange(self) -> None:
        """The proportions that the docks have to begin with."""
        width, height = self.width(), self.height()
        left = max(278, min(round(0.17 * width), 320))
        right = round(0.27 * width)
        sizes = ((Place.LEFT, left), (Place.RIGHT, right))
        for place, size in sizes:
            docks = self._docks[place]
            self.resizeDocks(docks, [size] * len(docks), Qt.Orientation.Horizontal)
        room = height - 110
        for place, share in ((Place.LEFT, 0.34), (Place.RIGHT, 0.42)):
            lower = self._docks[place][1]
            length = max(round(share * room), lower.minimumSizeHint().height())
            lengths = [room - length, length]  # more than there is room for, and the window grows
            self.resizeDocks(self._docks[place], lengths, Qt.Orientation.Vertical)
        bottom = self._docks[Place.BOTTOM]
        middle = width - left - right
        self.resizeDocks(bottom, [round(0.3 * height)] * len(bottom), Qt.Orientation.Vertical)
        halves = [round(0.62 * middle), round(0.38 * middle)]
        self.resizeDocks(bottom, halves, Qt.Orientation.Horizontal)

    def keep_layout(self, layout: QByteArray | None) -> None:
        """Use a layout saved before, if it still fits, instead of the first proportions."""
        self._arranged = layout is not None and self.restoreState(layout)

    # Qt's names
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._arranged:
            self._arranged = True
            self.arrange()

    def event(self, event: QEvent) -> bool:
        # Space on a button or box that was reached by Tab is for that button, not for Run.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and isinstance(self.focusWidget(), QAbstractButton)
        ):
            event.accept()
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        for _ in range(2):  # one that closes may have a last word, in a message
            for dialog in self.findChildren(QDialog):
                dialog.close()  # Qt would leave it on the screen
        self._before_close()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        paths = _local_files(event.mimeData())
        if len(paths) == 1:
            self.file_dropped.emit(paths[0])
        else:
            self.drop_refused.emit(
                "Drop one file at a time." if paths else "Only files of this machine can be opened."
            )


def _local_files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]

"""What was done to the data, as one list, and what more can be done to it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from app import theme as themes
from app.panel import muted_label
from app.panels.table.derived import DerivedInputs
from app.panels.table.features import FeatureChoice
from app.panels.table.scroll_bars import scroll_bars
from app.panels.table.steps import StepList
from app.state import AppState, with_plan, with_split
from app.store import Store
from app.theme import SMALL_PX, Theme
from app.viewdata.table_steps import all_done
from app.widgets.combo_box import ComboBox
from app.widgets.spin_box import SpinBox
from nncore.data.preparation import Plan

WIDTH_PX = 236
SCALINGS = {
    "none": ("none", "The inputs have the units that they came in."),
    "standardize": ("standardise", "(x − mean) / standard deviation, of the training samples."),
    "min_max": ("min–max", "(x − min) / (max − min), of the training samples."),
}


def _style(t: Theme) -> str:
    """Smaller than elsewhere, and its list without a ground of its own."""
    return (
        f"#steps, #steps > QWidget, #inside {{ background: {t.panel}; }}"
        f" #words {{ font-size: {SMALL_PX + 1}px; }}"
        f" QToolButton {{ padding: 1px 3px; font-size: {SMALL_PX + 1}px; }}" + scroll_bars(t)
    )


class PreparationColumn(QWidget):
    """Every change starts afresh. What is refused is not left standing in a control."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.setFixedWidth(WIDTH_PX)
        self.setAccessibleName("Preparation")
        self.steps = StepList()
        self.steps.undone.connect(self._apply_plan)
        self.test_share = SpinBox(
            0, 90, "Test share", "Share of the samples kept for testing, never trained on."
        )
        self.test_share.setSuffix(" %")
        self.test_share.setSingleStep(5)
        self.test_share.valueChanged.connect(self._on_test_share)
        self.stratified = QCheckBox("stratified")
        self.stratified.setToolTip("Take the test share of each class by itself.")
        self.stratified.clicked.connect(self._on_stratified)
        self.scaling = ComboBox()
        self.scaling.setAccessibleName("Scaling")
        for kind, (title, _) in SCALINGS.items():
            self.scaling.addItem(title, kind)
        self.scaling.activated.connect(self._on_scaling)
        self.features = FeatureChoice()
        self.features.left_out.connect(self._on_left_out)
        self.derived = DerivedInputs(store.state)
        self.derived.chosen.connect(self._on_derived)
        self._lay_out()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.steps, 1)
        share = QHBoxLayout()
        share.setSpacing(10)
        share.addWidget(self.test_share, 1)
        share.addWidget(self.stratified)
        form = QFormLayout()
        form.setHorizontalSpacing(8)
        form.setVerticalSpacing(4)
        form.addRow("Test", share)
        form.addRow("Scaling", self.scaling)
        whole.addLayout(form)
        whole.addWidget(muted_label("Features that become inputs"))
        whole.addWidget(self.features)
        whole.addWidget(self.derived)

    # ---- the state -----------------------------------------------------------------------

    def show_state(self, old: AppState | None, new: AppState) -> None:
        is_new = old is None or old.dataset is not new.dataset
        prepared = is_new or old is None or old.preparation is not new.preparation
        if prepared or old is None or old.split is not new.split or old.config is not new.config:
            self.steps.show_steps(all_done(new))
        self.test_share.set_quietly(round(100 * new.test_share))
        self.stratified.setChecked(new.stratified)
        self.stratified.setEnabled(new.dataset.is_classification)
        self.scaling.setCurrentIndex(self.scaling.findData(new.plan.scaling))
        self.scaling.setToolTip(SCALINGS[new.plan.scaling][1])
        recoloured = old is None or old.dark != new.dark
        if recoloured:
            self.setStyleSheet(_style(themes.theme(new.dark)))
        if prepared or recoloured:
            self.features.show_state(new)
        if prepared or recoloured or old is None or old.view.axes != new.view.axes:
            self.derived.show_state(new)

    def _apply(self, transition: Callable[..., AppState], *arguments: object) -> None:
        before = self._store.state
        self._store.apply(transition, *arguments)
        if self._store.state is before:  # refused
            self.show_state(None, before)

    def _apply_plan(self, plan: Plan) -> None:
        self._apply(with_plan, plan)

    # ---- what a person does --------------------------------------------------------------

    def _on_test_share(self, percent: int) -> None:
        self._apply(with_split, percent / 100, self._store.state.stratified)

    def _on_stratified(self, on: bool) -> None:
        self._apply(with_split, self._store.state.test_share, on)

    def _on_scaling(self) -> None:
        plan, kind = self._store.state.plan, self.scaling.currentData()
        if kind != plan.scaling:
            self._apply_plan(replace(plan, scaling=kind))

    def _on_left_out(self, names: tuple[str, ...]) -> None:
        self._apply_plan(replace(self._store.state.plan, left_out=names))

    def _on_derived(self, formulas: tuple[str, ...]) -> None:
        self._apply_plan(replace(self._store.state.plan, derived=formulas))

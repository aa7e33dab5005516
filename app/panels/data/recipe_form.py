"""The controls of made data: all that a generator can be told."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.state import Generated
from app.widgets.spin_box import SpinBox
from nncore.data.generators import GENERATORS, Recipe

MOST_OPTIONS = 1  # that a recipe has
AS_IT_COMES = 0  # shown as words in the field of the balance


class RecipeForm(QWidget):
    """``changed`` is emitted with the Generated that the controls now say."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._source: Generated | None = None
        self.samples = SpinBox(4, 100_000, "Samples", "How many samples are made, test included.")
        self.samples.setSingleStep(50)
        self.noise = SpinBox(0, 100, "Noise", "")
        self.noise.setSuffix(" %")
        self.noise.setSingleStep(5)
        self.seed = SpinBox(0, 2**31 - 1, "Data seed", "Another seed makes other samples.")
        self.balance = SpinBox(AS_IT_COMES, 95, "Class balance", "")
        self.balance.setSuffix(" %")
        self.balance.setSingleStep(5)
        self.balance.setSpecialValueText("natural")
        self.option = SpinBox(0, 1, "", "")
        self.noise_meaning = QLabel()
        self.noise_meaning.setObjectName("muted")
        self.noise_meaning.setWordWrap(True)
        self._option_label, self._balance_label = QLabel(), QLabel("Balance")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(5)
        grid.addWidget(QLabel("Samples"), 0, 0)
        grid.addWidget(self.samples, 0, 1)
        grid.addWidget(QLabel("Seed"), 0, 2)
        grid.addWidget(self.seed, 0, 3)
        grid.addWidget(QLabel("Noise"), 1, 0)
        grid.addWidget(self.noise, 1, 1)
        grid.addWidget(self._balance_label, 1, 2)
        grid.addWidget(self.balance, 1, 3)
        grid.addWidget(self._option_label, 2, 0)
        grid.addWidget(self.option, 2, 1)
        grid.addWidget(self.noise_meaning, 3, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        for spin in (self.samples, self.noise, self.seed, self.balance, self.option):
            spin.valueChanged.connect(self._on_change)

    def show_source(self, source: Generated) -> None:
        """Let the controls say ``source``."""
        self._source, recipe = source, GENERATORS[source.id]
        self.samples.set_quietly(source.n_samples)
        self.noise.set_quietly(round(100 * source.noise))
        self.seed.set_quietly(source.seed)
        self.noise.setToolTip(f"Noise {recipe.noise_meaning}.")
        self.noise_meaning.setText(f"Noise {recipe.noise_meaning}.")
        self._show_balance(source, recipe)
        self._show_option(source, recipe)

    def _show_balance(self, source: Generated, recipe: Recipe) -> None:
        share = AS_IT_COMES if source.balance is None else round(100 * source.balance)
        self.balance.set_quietly(share)
        if recipe.class_names:
            name = recipe.class_names[0]
            self.balance.setToolTip(
                f"Share of the samples in the class '{name}', the others in equal parts; "
                "at the lowest value as the recipe has it."
            )
        for widget in (self.balance, self._balance_label):
            widget.setVisible(recipe.can_balance)

    def _show_option(self, source: Generated, recipe: Recipe) -> None:
        for widget in (self.option, self._option_label):
            widget.setVisible(bool(recipe.options))
        for option in recipe.options[:MOST_OPTIONS]:
            self._option_label.setText(option.title)
            self.option.blockSignals(True)
            self.option.setRange(option.low, option.high)
            self.option.blockSignals(False)
            self.option.set_quietly(dict(source.options).get(option.name, option.default))
            self.option.setToolTip(option.tip)
            self.option.setAccessibleName(option.title)

    def _on_change(self) -> None:
        if self._source is None:
            return
        recipe = GENERATORS[self._source.id]
        share = max(self.balance.value(), 5) / 100
        made = Generated(
            self._source.id,
            self.samples.value(),
            self.noise.value() / 100,
            self.seed.value(),
            None if self.balance.value() == AS_IT_COMES or not recipe.can_balance else share,
            tuple((option.name, self.option.value()) for option in recipe.options),
        )
        self.changed.emit(made)

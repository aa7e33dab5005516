"""Fields of the settings: each shows one value of the state, and enters what a person gives."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.state import AppState, hidden_dropout, with_dropout, with_setting
from app.store import Store
from app.viewdata.numbers import plain, typed_number
from app.viewdata.settings import Setting
from app.widgets.combo_box import ComboBox
from nncore.errors import SpecError


class Choice(Protocol):
    """A row of one of the engine's tables."""

    @property
    def title(self) -> str: ...
    @property
    def formula(self) -> str: ...


class ChoiceBox(ComboBox):
    """Chooses a row of a table, by its title; the formulas are the entries' tool-tips."""

    def __init__(
        self, store: Store, setting: str, rows: Mapping[str, Choice], name: str, tip: str
    ) -> None:
        """``setting`` is the name that ``state.with_setting`` takes."""
        super().__init__()
        self._store, self._setting, self._rows, self._tip = store, setting, rows, tip
        for key, row in rows.items():
            self.addItem(row.title, key)
            self.setItemData(self.count() - 1, row.formula, Qt.ItemDataRole.ToolTipRole)
        self.setAccessibleName(name)
        self.activated.connect(self._on_activated)

    def show_name(self, name: str) -> None:
        self.setCurrentIndex(self.findData(name))
        self.setToolTip(f"{self._rows[name].title}: {self._rows[name].formula}\n{self._tip}")

    def _on_activated(self) -> None:
        before = self._shown
        if self.currentData() != before:
            self._store.apply(with_setting, self._setting, self.currentData())
        self.show_name(self._shown)  # what was refused is not left standing

    @property
    def _shown(self) -> str:
        config = self._store.state.config
        return config.schedule.name if self._setting == "schedule.name" else config.optimizer


class NumberField(QLineEdit):
    """A number that is entered with Enter, or by leaving the field; Escape takes it back."""

    def __init__(self, store: Store, name: str, tip: str) -> None:
        super().__init__()
        self._store = store
        self._shown = ""
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.editingFinished.connect(self._on_entered)

    def show_state(self, state: AppState) -> None:
        """The value of the state, unless it is shown and something else is being typed."""
        text = self.text_of(state)
        if text != self._shown:
            self._shown = text
            self.take_back()

    def take_back(self) -> None:
        """What was there before, instead of what has been typed."""
        self.setText(self._shown)
        self.setModified(False)

    def text_of(self, state: AppState) -> str:
        raise NotImplementedError

    def entered(self, state: AppState, text: str) -> AppState:
        """The transition; SpecError for what can't be."""
        raise NotImplementedError

    def _on_entered(self) -> None:
        if not self.isModified():
            return
        text = self.text()
        self.take_back()
        self._store.apply(self.entered, text)


class SettingField(NumberField):
    """A number of TrainingConfig."""

    def __init__(self, store: Store, setting: Setting, group: str) -> None:
        super().__init__(store, f"{group}: {setting.title}", setting.tip)
        self.setting = setting
        if setting.is_optional:
            self.setPlaceholderText("off")

    def text_of(self, state: AppState) -> str:
        return plain(self.setting.value(state.config))

    def entered(self, state: AppState, text: str) -> AppState:
        return with_setting(state, self.setting.name, self.setting.parsed(text))


class DropoutField(NumberField):
    """The one dropout of all hidden layers; the network's, so that a change starts afresh."""

    def __init__(self, store: Store) -> None:
        super().__init__(
            store,
            "Dropout of the hidden layers",
            "Share of each hidden layer's activations that a step sets to 0, the others being\n"
            "scaled up to make up for it; from 0 to 1. A change starts afresh.",
        )

    def text_of(self, state: AppState) -> str:
        return plain(hidden_dropout(state.spec))

    def entered(self, state: AppState, text: str) -> AppState:
        dropout = typed_number(text)
        if dropout is None:
            raise SpecError(f"The dropout must be a number, not '{text[:40]}'.")
        return with_dropout(state, dropout)

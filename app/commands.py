"""The table of commands: menus, toolbar and shortcuts are made from it, one row each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.state import Activity, AppState, can_go_back


class Actions(Protocol):
    """What commands can do; the composition root provides it."""

    def open_file(self) -> None: ...
    def paste_data(self) -> None: ...
    def save_data(self) -> None: ...
    def import_weights(self) -> None: ...
    def export_weights(self) -> None: ...
    def save_picture(self) -> None: ...
    def quit(self) -> None: ...
    def guide_example(self) -> None: ...
    def toggle_training(self) -> None: ...
    def step_epoch(self) -> None: ...
    def step_epochs(self) -> None: ...
    def step_batch(self) -> None: ...
    def back_batch(self) -> None: ...
    def back_epoch(self) -> None: ...
    def reset(self) -> None: ...
    def reseed(self) -> None: ...
    def undo_stroke(self) -> None: ...
    def can_undo(self, state: AppState) -> bool: ...
    def redo_stroke(self) -> None: ...
    def can_redo(self, state: AppState) -> bool: ...
    def clear_drawing(self) -> None: ...
    def delete_selected(self) -> None: ...
    def duplicate_selected(self) -> None: ...
    def select_none(self) -> None: ...
    def show_network(self) -> None: ...
    def show_draw(self) -> None: ...
    def show_table(self) -> None: ...
    def set_appearance(self, appearance: str) -> None: ...
    def about(self) -> None: ...


def always(state: AppState) -> bool:
    return True


def is_ready(state: AppState) -> bool:
    return state.activity is Activity.PAUSED


def can_toggle(state: AppState) -> bool:
    return state.activity in (Activity.PAUSED, Activity.RUNNING, Activity.STEPPING)


def has_selection(state: AppState) -> bool:
    return len(state.selected) > 0


def never(state: AppState) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Command:
    """One row.

    menu       title of the menu it stands in
    title      as in the menu; may depend on the state
    shortcut   as Qt spells it, "" for none
    checkable  whether ``checked`` is shown
    """

    id: str
    menu: str
    title: Callable[[AppState], str]
    shortcut: str
    tip: str
    run: Callable[[], None]
    enabled: Callable[[AppState], bool] = always
    checked: Callable[[AppState], bool] = never
    checkable: bool = False


def command_table(actions: Actions) -> tuple[Command, ...]:
    """Every command, in the order of the menus."""

    def says(title: str) -> Callable[[AppState], str]:
        return lambda state: title

    def run_title(state: AppState) -> str:
        training = state.activity in (Activity.RUNNING, Activity.STEPPING)
        return "Pause" if training else "Run"

    def steps_title(state: AppState) -> str:
        return f"Step {state.step_epochs:,} epochs"

    appearances = tuple(
        Command(
            f"appearance.{name}",
            "View",
            says(title),
            "",
            tip,
            _Appearance(actions, name),
            checked=_Appears(name),
            checkable=True,
        )
        for name, title, tip in (
            ("system", "Appearance of the system", "Light or dark, as the system is."),
            ("light", "Light", "Dark text on light."),
            ("dark", "Dark", "Light text on dark."),
        )
    )
    return (
        Command(
            "file.open",
            "File",
            says("Open data…"),
            "Ctrl+O",
            "Load a table, arrays (.npy, .npz) or images (IDX).",
            actions.open_file,
        ),
        Command(
            "file.paste",
            "File",
            says("Paste table…"),
            "Ctrl+V",
            "Load the table that is in the clipboard.",
            actions.paste_data,
        ),
        Command(
            "file.save_data",
            "File",
            says("Save data as CSV…"),
            "Ctrl+Shift+S",
            "Write the samples, drawn, made or loaded, as a table.",
            actions.save_data,
        ),
        Command(
            "file.import",
            "File",
            says("Import weights…"),
            "Ctrl+I",
            "Start from the weights of an exported .npz file.",
            actions.import_weights,
        ),
        Command(
            "file.export",
            "File",
            says("Export weights…"),
            "Ctrl+E",
            "Write the weights as they are now, with spec, names and preparation of the inputs.",
            actions.export_weights,
        ),
        Command(
            "file.picture",
            "File",
            says("Save picture of the window…"),
            "",
            "Write what the window shows as a PNG.",
            actions.save_picture,
        ),
        Command("file.quit", "File", says("Quit"), "Ctrl+Q", "Close the window.", actions.quit),
        Command(
            "edit.undo",
            "Edit",
            says("Undo stroke"),
            "Ctrl+Z",
            "Take back the last change of the drawing.",
            actions.undo_stroke,
            actions.can_undo,
        ),
        Command(
            "edit.redo",
            "Edit",
            says("Redo stroke"),
            "Ctrl+Shift+Z",
            "Make the change again that was taken back last.",
            actions.redo_stroke,
            actions.can_redo,
        ),
        Command(
            "edit.delete",
            "Edit",
            says("Delete selected points"),
            "Del",
            "Take the selected points out of the drawing.",
            actions.delete_selected,
            has_selection,
        ),
        Command(
            "edit.duplicate",
            "Edit",
            says("Duplicate selected points"),
            "Ctrl+D",
            "A copy of the selected points, a little beside them.",
            actions.duplicate_selected,
            has_selection,
        ),
        Command(
            "edit.deselect",
            "Edit",
            says("Select nothing"),
            "Esc",
            "No sample is selected any more.",
            actions.select_none,
            has_selection,
        ),
        Command(
            "edit.clear",
            "Edit",
            says("Clear canvas"),
            "Ctrl+Backspace",
            "An empty canvas to paint data on.",
            actions.clear_drawing,
        ),
        *(
            Command(f"view.{id}", "View", says(title), shortcut, tip, run)
            for id, title, shortcut, tip, run in (
                ("network", "Network", "Alt+1", "The network as a picture.", actions.show_network),
                ("draw", "Draw", "Alt+2", "A canvas to paint data on.", actions.show_draw),
                (
                    "table",
                    "Table",
                    "Alt+3",
                    "All values, raw and prepared, and what is done to them.",
                    actions.show_table,
                ),
            )
        ),
        *appearances,
        Command(
            "training.toggle",
            "Training",
            run_title,
            "Space",
            "Train without stopping; again to pause.",
            actions.toggle_training,
            can_toggle,
        ),
        Command(
            "training.epoch",
            "Training",
            says("Step 1 epoch"),
            "E",
            "One pass over the training samples.",
            actions.step_epoch,
            is_ready,
        ),
        Command(
            "training.epochs",
            "Training",
            steps_title,
            "Shift+E",
            "So many epochs, then pause.",
            actions.step_epochs,
            is_ready,
        ),
        Command(
            "training.batch",
            "Training",
            says("Step 1 batch"),
            "B",
            "One step: forward propagation, loss, backpropagation and update on the next batch.",
            actions.step_batch,
            is_ready,
        ),
        Command(
            "training.back_batch",
            "Training",
            says("Back 1 batch"),
            "Shift+B",
            "Undo the last step: weights, optimiser and order of the samples are as before it.",
            actions.back_batch,
            can_go_back,
        ),
        Command(
            "training.back_epoch",
            "Training",
            says("Back 1 epoch"),
            "Backspace",
            "Back to where this epoch began or, between two epochs, the last one.",
            actions.back_epoch,
            can_go_back,
        ),
        Command(
            "training.reset",
            "Training",
            says("Reset"),
            "R",
            "Back to epoch 0 and the same initial weights.",
            actions.reset,
        ),
        Command(
            "training.reseed",
            "Training",
            says("Re-seed"),
            "Shift+R",
            "Back to epoch 0 with other initial weights.",
            actions.reseed,
        ),
        Command(
            "help.guide",
            "Help",
            says("The guide's example"),
            "F2",
            "The guide's points, network and initial weights, from the beginning.",
            actions.guide_example,
        ),
        Command("help.about", "Help", says("About nnscope"), "", "What this is.", actions.about),
    )


@dataclass(frozen=True, slots=True)
class _Appearance:
    actions: Actions
    name: str

    def __call__(self) -> None:
        self.actions.set_appearance(self.name)


@dataclass(frozen=True, slots=True)
class _Appears:
    name: str

    def __call__(self, state: AppState) -> bool:
        return state.appearance == self.name

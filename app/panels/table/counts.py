"""How many samples there are, of each set and of each class, in words to click on."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel

from app import theme as themes
from app.state import AppState
from app.theme import Theme
from app.viewdata.table_cells import SETS, Kind

NAMED_CLASSES, LONGEST_NAME = 10, 24
MARKS = ("●", "○")


class SampleCounts(QLabel):
    """``picked`` is emitted with the kind of column, and the index of the set or the class."""

    picked = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Counts of the samples")
        self.setToolTip("Click a set or a class to select its samples.")
        self.linkActivated.connect(self._on_link)

    def show_state(self, state: AppState) -> None:
        t, dataset = themes.theme(state.dark), state.dataset
        sizes = (len(state.split.train), len(state.split.test))
        sets = [
            _link(Kind.SET, k, f"{MARKS[k]} {name}", sizes[k], t) for k, name in enumerate(SETS)
        ]
        lines = ["&nbsp; ".join([f"{dataset.n_samples:,} samples", *sets])]
        if dataset.is_classification:
            lines.append(" &nbsp; ".join(_classes(state, t)))
        self.setText("<br>".join(lines))

    def _on_link(self, link: str) -> None:
        kind, _, k = link.partition(":")
        self.picked.emit(Kind(kind), int(k))


def _classes(state: AppState, t: Theme) -> list[str]:
    dataset = state.dataset
    counts = dataset.class_counts.tolist()
    named = [
        f'<span style="color:{t.classes[k % len(t.classes)]}">■</span>&nbsp;'
        + _link(Kind.TARGET, k, _short(name), counts[k], t)
        for k, name in enumerate(dataset.class_names[:NAMED_CLASSES])
    ]
    more = dataset.n_classes - NAMED_CLASSES
    return [*named, f"{more:,} classes more"] if more > 0 else named


def _link(kind: Kind, k: int, name: str, count: int, t: Theme) -> str:
    return (
        f'<a href="{kind.value}:{k}" style="color:{t.text};text-decoration:none">'
        f'{escape(name)} <span style="color:{t.muted}">{count:,}</span></a>'
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"

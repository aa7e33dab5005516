"""What comes out of the choices, in a sentence; no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.import_dialog.choosing import target_of
from nncore.data.dataset import Dataset
from nncore.data.reading.choices import Choices, Kind, Missing, Preview, Role
from nncore.data.reading.targets import natural_order

MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """``sentence`` says what will come out or, if nothing can, why."""

    sentence: str
    is_possible: bool


def expected(preview: Preview, choices: Choices) -> Outcome:
    """As far as it can be told from the beginning of the table."""
    if len(choices.columns) == 1:
        way_out = "" if choices.format is None else " Choose the delimiter that parts the cells."
        return Outcome(
            f"There is only one column; features and a target are needed.{way_out}", False
        )
    at = target_of(choices)
    if at is None:
        return Outcome("Choose the column that is to be predicted.", False)
    features = [column for column in choices.columns if column.role is Role.FEATURE]
    if not features:
        return Outcome("Choose at least one column as a feature to predict from.", False)
    n_categorical = sum(column.kind is Kind.CATEGORY for column in features)
    if choices.is_classification:
        names = list(dict.fromkeys(row[at] for row in preview.rows if row[at]))
        target = f"classes such as {_listed([names[i] for i in natural_order(names)])}"
    else:
        target = f"predicts the number {choices.columns[at].name}"
    parts = (_expected_samples(preview, choices), _features(len(features), n_categorical), target)
    return Outcome(" · ".join(parts), True)


def obtained(dataset: Dataset) -> Outcome:
    """As it has come out."""
    if dataset.is_classification:
        target = f"{_count(dataset.n_classes, 'class', 'classes')}: {_listed(dataset.class_names)}"
    else:
        target = f"predicts the number {dataset.target_name}"
    features = _features(dataset.n_features, sum(map(bool, dataset.categories)))
    sentence = " · ".join((_count(dataset.n_samples, "sample"), features, target))
    return Outcome("\n".join((sentence, " ".join(dataset.notes))).strip(), True)


def _expected_samples(preview: Preview, choices: Choices) -> str:
    if preview.n_rows is None:
        return f"more than {len(preview.rows):,} samples"
    has_gaps = any(
        column.role is not Role.IGNORE and column.missing is Missing.DROP and n_missing
        for column, n_missing in zip(choices.columns, preview.n_missing, strict=True)
    )
    return ("at most " if has_gaps else "") + _count(preview.n_rows, "sample")


def _features(n: int, n_categorical: int) -> str:
    if not n_categorical:
        return _count(n, "input")
    return f"{_count(n, 'feature')} ({n_categorical:,} categorical)"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")


def _count(n: int, one: str, many: str = "") -> str:
    return f"{n:,} {one}" if n == 1 else f"{n:,} {many or one + 's'}"

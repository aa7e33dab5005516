"""What a person changes of the choices: pure functions from choices to choices; no Qt."""

from collections.abc import Callable, Collection
from dataclasses import replace

from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Missing, Preview, Role
from nncore.data.reading.targets import look_like_classes
from nncore.data.reading.text_numbers import floats

OF_CATEGORIES = (Missing.DROP, Missing.MOST_FREQUENT)  # names have no mean


def target_of(choices: Choices) -> int | None:
    """Which column is to be predicted."""
    roles = [column.role for column in choices.columns]
    return roles.index(Role.TARGET) if Role.TARGET in roles else None


def names_of(choices: Choices) -> tuple[str, ...]:
    return tuple(column.name for column in choices.columns)


def can_be(column: ColumnChoice, missing: Missing) -> bool:
    """Whether that can become of the missing values of a column."""
    if column.role is Role.TARGET:
        return missing is Missing.DROP
    return column.kind is Kind.NUMBER or missing in OF_CATEGORIES


def with_target(choices: Choices, at: int, preview: Preview) -> Choices:
    """Column ``at`` is to be predicted, and the one before is a feature again."""
    former = target_of(choices)
    if former == at:
        return choices
    if former is not None:
        choices = with_role(choices, (former,), Role.FEATURE)
    choices = with_role(choices, (at,), Role.TARGET)
    return replace(choices, is_classification=_has_classes(choices, preview))


def with_role(choices: Choices, rows: Collection[int], role: Role) -> Choices:
    """``rows`` are for that; of targets there may be one, see ``with_target``."""
    return _changed(choices, rows, lambda column: replace(column, role=role))


def with_kind(choices: Choices, rows: Collection[int], kind: Kind) -> Choices:
    """``rows`` hold numbers, or categories; categories that are predicted are classes."""
    choices = _changed(choices, rows, lambda column: replace(column, kind=kind))
    if kind is Kind.CATEGORY and target_of(choices) in rows:
        return replace(choices, is_classification=True)
    return choices


def with_missing(choices: Choices, rows: Collection[int], missing: Missing) -> Choices:
    """That becomes of missing values in ``rows``, where it can."""
    return _changed(
        choices,
        rows,
        lambda column: replace(column, missing=missing) if can_be(column, missing) else column,
    )


def carried_over(chosen: Choices, guess: Choices, preview: Preview) -> Choices:
    """The guesses of ``preview``, but what a person has chosen otherwise than ``guess`` stays.

    Columns are told by their names.
    """
    before = {
        column.name: (column, guessed)
        for column, guessed in zip(chosen.columns, guess.columns, strict=True)
    }
    merged = tuple(
        _merged(*before[column.name], column) if column.name in before else column
        for column in preview.choices.columns
    )
    choices = replace(preview.choices, columns=merged)
    targets = [i for i, column in enumerate(merged) if column.role is Role.TARGET]
    new_guess = target_of(preview.choices)
    if len(targets) > 1 and new_guess is not None:
        choices = with_role(choices, (new_guess,), Role.FEATURE)
    if chosen.is_classification is not guess.is_classification:
        return replace(choices, is_classification=chosen.is_classification)
    if target_of(choices) == new_guess:
        return choices
    return replace(choices, is_classification=_has_classes(choices, preview))


def _merged(chosen: ColumnChoice, guessed: ColumnChoice, column: ColumnChoice) -> ColumnChoice:
    if chosen.role is not guessed.role:
        column = replace(column, role=chosen.role)
    if chosen.kind is not guessed.kind:
        column = replace(column, kind=chosen.kind)
    if chosen.missing is not guessed.missing:
        column = replace(column, missing=chosen.missing)
    return _possible(column)


def _changed(
    choices: Choices, rows: Collection[int], change: Callable[[ColumnChoice], ColumnChoice]
) -> Choices:
    columns = list(choices.columns)
    for row in rows:
        columns[row] = _possible(change(columns[row]))
    return replace(choices, columns=tuple(columns))


def _possible(column: ColumnChoice) -> ColumnChoice:
    """The column, with missing values treated as they can be."""
    if can_be(column, column.missing):
        return column
    missing = Missing.DROP if column.role is Role.TARGET else Missing.MOST_FREQUENT
    return replace(column, missing=missing)


def _has_classes(choices: Choices, preview: Preview) -> bool:
    """Whether the target's values are classes, as far as can be seen."""
    at = target_of(choices)
    if at is None:
        return False
    if choices.columns[at].kind is Kind.CATEGORY:
        return True
    decimal = "." if choices.format is None else choices.format.decimal
    values = floats([row[at] for row in preview.rows if row[at]], decimal)
    return values is not None and look_like_classes(values)

"""``Choices`` as JSON values, to be kept beside a file's name."""

from typing import Any, TypeVar

from nncore.data.reading.choices import (
    Choices,
    ColumnChoice,
    Kind,
    Missing,
    Role,
    TextFormat,
)
from nncore.data.reading.text_encoding import ENCODINGS
from nncore.data.reading.text_format import DECIMALS

T = TypeVar("T")
NO_DELIMITER = '"\r\n\0'


def choices_to_json(choices: Choices) -> dict[str, Any]:
    """What ``choices_from_json`` takes; a column is a row, as there may be many."""
    format = choices.format
    return {
        "format": None
        if format is None
        else {
            "encoding": format.encoding,
            "delimiter": format.delimiter,
            "decimal": format.decimal,
            "has_header": format.has_header,
            "missing_marks": list(format.missing_marks),
        },
        "columns": [
            [column.name, column.role.value, column.kind.value, column.missing.value]
            for column in choices.columns
        ],
        "is_classification": choices.is_classification,
    }


def choices_from_json(value: Any) -> Choices | None:
    """The choices that ``value`` was made from; None for anything else whatever."""
    try:
        return Choices(
            format=None if value["format"] is None else _format(value["format"]),
            columns=tuple(_column(*row) for row in value["columns"]),
            is_classification=_of(bool, value["is_classification"]),
        )
    except (LookupError, TypeError, ValueError):
        return None


def _format(value: Any) -> TextFormat:
    format = TextFormat(
        encoding=_of(str, value["encoding"]),
        delimiter=_of(str, value["delimiter"]),
        decimal=_of(str, value["decimal"]),
        has_header=_of(bool, value["has_header"]),
        missing_marks=tuple(_of(str, mark) for mark in value["missing_marks"]),
    )
    if format.encoding not in ENCODINGS or format.decimal not in DECIMALS:
        raise ValueError(format)
    if len(format.delimiter) != 1 or format.delimiter in NO_DELIMITER:
        raise ValueError(format)
    return format


def _column(name: Any, role: Any, kind: Any, missing: Any) -> ColumnChoice:
    return ColumnChoice(_of(str, name), Role(role), Kind(kind), Missing(missing))


def _of(kind: type[T], value: Any) -> T:
    """``value``, which must be of this kind."""
    if type(value) is not kind:
        raise TypeError(value)
    return value

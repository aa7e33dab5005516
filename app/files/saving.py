"""Any dataset as a table of text: UTF-8, a header, one sample a line, the target last; no Qt."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from nncore.checkpoint import write_whole
from nncore.data.dataset import Dataset
from nncore.data.reading import origin_of, preview, read
from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Missing, Role, TextFormat
from nncore.errors import LoadError

FORMAT = TextFormat(missing_marks=())  # only an empty cell stands for a missing value


def save_csv(path: Path, dataset: Dataset) -> None:
    """Write ``dataset``, read it back and only then put it in the place of ``path``.

    Numbers are written with all their digits, categories and classes by their names, missing
    values as empty cells. Raises OSError, with the reason; the old file then is as it was.
    """

    def check(written: Path) -> None:
        try:
            origin = origin_of(written)
            header = preview(origin, FORMAT).choices.columns
            again = read(origin, choices_of(dataset))
        except LoadError as error:
            raise OSError(f"it can't be read back: it {error.reason}") from None
        _require_same([column.name for column in header], again, dataset)

    try:
        text = "".join(_lines(dataset)).encode()
    except UnicodeEncodeError:
        raise OSError("a name in it holds a character that no text can hold") from None
    write_whole(path, text, check)


def choices_of(dataset: Dataset) -> Choices:
    """How to read what ``save_csv`` writes."""
    features = (
        ColumnChoice(
            name,
            kind=Kind.CATEGORY if categories else Kind.NUMBER,
            missing=Missing.MOST_FREQUENT if categories else Missing(fill),
        )
        for name, categories, fill in zip(
            dataset.feature_names, dataset.categories, dataset.fills, strict=True
        )
    )
    kind = Kind.CATEGORY if dataset.is_classification else Kind.NUMBER
    target = ColumnChoice(dataset.target_name, Role.TARGET, kind)
    return Choices(FORMAT, (*features, target), dataset.is_classification)


def _lines(dataset: Dataset) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in (_names(dataset), *zip(*_columns(dataset), strict=True)):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _names(dataset: Dataset) -> tuple[str, ...]:
    return (*dataset.feature_names, dataset.target_name)


def _columns(dataset: Dataset) -> list[list[str | None]]:
    """The cells of each column, the target's last; None where a value is missing."""
    features = zip(dataset.X.T, dataset.categories, strict=True)
    return [_cells(*column) for column in (*features, (dataset.y, dataset.class_names))]


def _cells(values: NDArray[Any], names: Sequence[str]) -> list[str | None]:
    """``names`` are those of the categories or classes, if there are any."""
    return [None if x != x else names[int(x)] if names else repr(x) for x in values.tolist()]


def _require_same(header: Sequence[str], again: Dataset, dataset: Dataset) -> None:
    """Raise OSError unless both have the same names and, bit for bit, the same values.

    A table tells nothing of the order of categories and classes, nor of those without a
    sample: these are compared by their names.
    """
    names = _names(dataset)
    for name, name_again in zip(names, header, strict=True):
        if name != name_again:
            raise OSError(f"the name of column {name!r} does not read back as it is")
    for name, cells, cells_again in zip(names, _columns(dataset), _columns(again), strict=True):
        if cells != cells_again:
            raise OSError(f"column {name!r} does not read back as it is")

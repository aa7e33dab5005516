"""All of a text table: numbers and categories, beside each other in the order of the rows."""

from dataclasses import replace

import numpy as np

from nncore.data.dataset import Dataset, Float64Array
from nncore.data.reading.assemble import MAX_CELLS, assemble, target_index
from nncore.data.reading.choices import Choices, Progress, TextFormat
from nncore.data.reading.origin import Origin
from nncore.data.reading.targets import look_like_classes
from nncore.data.reading.text_columns import Columns
from nncore.data.reading.text_format import require_usable
from nncore.data.reading.text_header import notes_on_names
from nncore.data.reading.text_lines import chunks
from nncore.data.reading.text_numbers import shown
from nncore.data.reading.text_preview import preview_text
from nncore.data.reading.text_records import parted, records
from nncore.errors import LoadError


def read_text(
    origin: Origin, choices: Choices | None = None, progress: Progress | None = None
) -> Dataset:
    """The table as ``choices`` say; None leaves them to the guesses. Raises LoadError."""
    chosen = choices or preview_text(origin).choices
    format = chosen.format or TextFormat()
    require_usable(origin, format)
    _require_two_columns(origin, chosen)
    target = target_index(origin.path, chosen)
    used = Columns(origin, chosen, format)
    notes: list[str] = []
    columns = used.columns(_table(origin, used, format, progress, notes))
    if choices is None:
        # guessed from the first rows, it is known better now
        is_category = bool(columns[target].categories)
        classes = is_category or look_like_classes(columns[target].values)
        chosen = replace(chosen, is_classification=classes)
    return assemble(origin.path, columns, chosen, notes)


def _require_two_columns(origin: Origin, choices: Choices) -> None:
    if len(choices.columns) < 2:
        name = "".join(f", {shown(column.name)}" for column in choices.columns)
        raise LoadError(
            origin.path,
            f"has only one column{name}; inputs and a target are needed",
            "Part the columns with commas, semicolons, tabs or '|'.",
        )


def _table(
    origin: Origin,
    used: Columns,
    format: TextFormat,
    progress: Progress | None,
    notes: list[str],
) -> Float64Array:
    """The values of all rows, (rows, used columns); adds to ``notes`` what the header is told."""
    blocks, n_cells, header = [], 0, list[str]()
    more = chunks(origin, format.encoding, progress)
    for chunk in more:
        awaits_header = format.has_header and not header
        if awaits_header:
            header, chunk = parted(chunk, format.delimiter)
            awaits_header = not header
        block = None if awaits_header else used.plain_block(chunk)
        if block is None:
            found = records(origin, chunk, more, format.delimiter)
            if awaits_header and found.rows:
                header, found = found.rows[0], found.below()
            block = used.block(found)
        blocks.append(block)
        n_cells += block.size
        if n_cells > MAX_CELLS:
            raise LoadError(origin.path, f"has more than {MAX_CELLS:,} cells to read")
    if not n_cells:
        below = "has a header and no rows below it" if header else "is empty"
        raise LoadError(origin.path, below)
    notes.extend(notes_on_names(header))
    if progress:
        progress(1.0)
    return np.concatenate(blocks)

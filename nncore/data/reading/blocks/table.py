"""Blocks side by side: the first rows of their table, and the dataset that it makes."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Dataset
from nncore.data.reading.assemble import MAX_CELLS, assemble
from nncore.data.reading.binary import Meter
from nncore.data.reading.blocks.block import Block, gaps_in, require_few_columns
from nncore.data.reading.blocks.columns import column_of
from nncore.data.reading.blocks.guesses import guessed_choices, holds_classes, target_block
from nncore.data.reading.choices import Choices, Column, ColumnChoice, Preview, Progress, Role
from nncore.data.reading.text_numbers import shortened
from nncore.data.reading.text_preview import LONGEST_SHOWN_CELL, ROWS_SHOWN
from nncore.errors import LoadError


def preview_blocks(path: Path, blocks: Sequence[Block], kind: str) -> Preview:
    """The first rows and a guess at each choice. Raises LoadError."""
    _require_table(path, blocks)
    heads = [block.first() for block in blocks]
    n = min(map(len, heads))
    gaps = np.hstack([gaps_in(head[:n]) for head in heads])
    cells = [_cells(head[: min(n, ROWS_SHOWN)]) for head in heads]
    return Preview(
        choices=guessed_choices(blocks, heads, gaps),
        rows=tuple(tuple(chain.from_iterable(parts)) for parts in zip(*cells, strict=True)),
        n_rows=blocks[0].n_rows,
        n_missing=tuple(gaps.sum(axis=0).tolist()),
        kind=kind,
    )


def read_blocks(
    path: Path,
    blocks: Sequence[Block],
    choices: Choices | None,
    progress: Progress | None,
    notes: Sequence[str] = (),
) -> Dataset:
    """The dataset, as ``choices`` say; None leaves them to the guesses. Raises LoadError.

    A block of which no column is used isn't read.
    """
    _require_table(path, blocks)
    chosen = choices or preview_blocks(path, blocks, "").choices
    used = _used(path, blocks, chosen)
    meter = Meter(progress, sum(block.n_bytes for block, _ in used))
    columns = [column for block, some in used for column in _columns(path, block, some, meter)]
    if choices is None:
        chosen = _with_all_values(chosen, blocks[target_block(blocks)], columns)
    return assemble(path, columns, chosen, notes)


def _require_table(path: Path, blocks: Sequence[Block]) -> None:
    width = _width(blocks)
    if width < 2:
        raise LoadError(path, "has only one column; inputs and a target are needed")
    require_few_columns(path, width)


def _width(blocks: Sequence[Block]) -> int:
    return sum(len(block.names) for block in blocks)


def _cells(head: NDArray[Any]) -> list[list[str]]:
    """The values as text; "" for a missing one."""
    texts: list[list[str]] = np.where(gaps_in(head), "", head.astype(np.str_)).tolist()
    if head.dtype.kind == "U":
        return [[shortened(text, LONGEST_SHOWN_CELL) for text in row] for row in texts]
    return texts


def _used(
    path: Path, blocks: Sequence[Block], choices: Choices
) -> list[tuple[Block, tuple[ColumnChoice, ...]]]:
    """Each block that isn't ignored altogether, with the choices for its columns."""
    n, width = len(choices.columns), _width(blocks)
    if n != width:
        raise LoadError(path, f"has {width:,} columns, and the choices are for {n:,}")
    rest = iter(choices.columns)
    pairs = [(block, tuple(islice(rest, len(block.names)))) for block in blocks]
    n_cells = blocks[0].n_rows * sum(choice.role is not Role.IGNORE for choice in choices.columns)
    if n_cells > MAX_CELLS:
        reason = f"has {n_cells:,} values to read; at most {MAX_CELLS:,} are"
        raise LoadError(path, reason, "Ignore some of the columns.")
    return [pair for pair in pairs if any(c.role is not Role.IGNORE for c in pair[1])]


def _columns(
    path: Path, block: Block, choices: Sequence[ColumnChoice], meter: Meter
) -> list[Column]:
    values = block.all(meter)
    return [
        column_of(path, choice, values[:, k])
        for k, choice in enumerate(choices)
        if choice.role is not Role.IGNORE
    ]


def _with_all_values(choices: Choices, block: Block, columns: Sequence[Column]) -> Choices:
    """The guesses, with that on classes made anew from all values of the target."""
    roles = [choice.role for choice in choices.columns if choice.role is not Role.IGNORE]
    target = columns[roles.index(Role.TARGET)]
    classes = bool(target.categories) or holds_classes(block, target.values)
    return replace(choices, is_classification=classes)

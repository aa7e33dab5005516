"""Arrays that lie side by side as one table: a look at it, and the dataset that it makes."""

from nncore.data.reading.blocks.block import (
    PREVIEW_BYTES,
    Block,
    labels,
    require_few_columns,
)
from nncore.data.reading.blocks.table import preview_blocks, read_blocks

__all__ = [
    "PREVIEW_BYTES",
    "Block",
    "labels",
    "preview_blocks",
    "read_blocks",
    "require_few_columns",
]

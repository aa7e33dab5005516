"""A guess at what each column of some blocks is for, from their first rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.data.reading.blocks.block import Block
from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Missing, Role
from nncore.data.reading.targets import look_like_classes
from nncore.data.reading.text_guesses import FEW_GAPS


def guessed_choices(
    blocks: Sequence[Block], heads: Sequence[NDArray[Any]], gaps: NDArray[np.bool_]
) -> Choices:
    """A choice for each column; ``heads`` are the first rows, ``gaps`` what is missing there.

    The target is the last column of the block that is one, whose others are not used; without
    such a block, it is the last column of all.
    """
    at = target_block(blocks)
    roles = _all_roles(blocks, heads, at)
    kinds = [kind for head in heads for kind in _kinds(head)]
    is_feature = np.array([role is Role.FEATURE for role in roles])
    few = float(gaps[:, is_feature].any(axis=1).mean()) < FEW_GAPS
    is_filled = [not few and bool(column.any()) for column in gaps.T]
    names = [name for block in blocks for name in block.names]
    columns = tuple(
        ColumnChoice(names[i], roles[i], kinds[i], _missing(roles[i], kinds[i], is_filled[i]))
        for i in range(len(names))
    )
    return Choices(None, columns, holds_classes(blocks[at], heads[at][:, -1]))


def target_block(blocks: Sequence[Block]) -> int:
    """The index of the block with the target."""
    return next((i for i, block in enumerate(blocks) if block.is_target), len(blocks) - 1)


def holds_classes(block: Block, values: NDArray[Any]) -> bool:
    """Whether the values (n,) of the target in ``block`` are classes."""
    return block.are_classes or values.dtype.kind == "U" or look_like_classes(values)


def _all_roles(blocks: Sequence[Block], heads: Sequence[NDArray[Any]], at: int) -> list[Role]:
    roles = [
        role
        for i, (block, head) in enumerate(zip(blocks, heads, strict=True))
        for role in _roles(block, head, i == at)
    ]
    if Role.FEATURE in roles:
        return roles
    return [Role.FEATURE if role is Role.IGNORE else role for role in roles]


def _roles(block: Block, head: NDArray[Any], has_target: bool) -> list[Role]:
    features = Role.FEATURE
    if block.is_target or _names_rows(head):
        features = Role.IGNORE
    roles = [features] * len(block.names)
    return [*roles[:-1], Role.TARGET] if has_target else roles


def _names_rows(head: NDArray[Any]) -> bool:
    """Whether it is text that differs from row to row, so that nothing can be learnt from it."""
    return head.dtype.kind == "U" and len(head) >= 10 and len(np.unique(head)) > len(head) / 2


def _kinds(head: NDArray[Any]) -> list[Kind]:
    return [Kind.CATEGORY if head.dtype.kind == "U" else Kind.NUMBER] * head.shape[1]


def _missing(role: Role, kind: Kind, is_filled: bool) -> Missing:
    if role is not Role.FEATURE or not is_filled:
        return Missing.DROP
    return Missing.MEDIAN if kind is Kind.NUMBER else Missing.MOST_FREQUENT

"""The arrays of an NPZ file as one table: which of them, and under which names."""

import re
import zipfile
from collections.abc import Sequence
from functools import partial
from itertools import islice

from nncore.data.reading.arrays.archive import array_name, is_array, member_in
from nncore.data.reading.arrays.header import Place
from nncore.data.reading.arrays.stored import StoredArray, array_at
from nncore.data.reading.blocks import Block, labels, require_few_columns
from nncore.data.reading.origin import Origin
from nncore.data.reading.text_header import column_names
from nncore.data.reading.text_numbers import shown

# In this order.
TARGET_NAMES = ("y", "target", "targets", "label", "labels", "class", "classes")
NAMES_IN_A_NOTE = 4

# Arrays for training are told by their names, as are those beside them that are not.
_TRAINING = re.compile(r"train_(.+)|(.+)_train", re.IGNORECASE)
_HELD_OUT = re.compile(r"(?:test|val|valid)_.+|.+_(?:test|val|valid)", re.IGNORECASE)


def archived_blocks(
    origin: Origin, archive: zipfile.ZipFile
) -> tuple[list[Block], tuple[str, ...]]:
    """The blocks, their headers read and compared, and a note on what is left out.

    Raises LoadError.
    """
    members = [member for member in archive.infolist() if is_array(member)]
    left_out = _held_out([array_name(member) for member in members])
    kept = [member for member in members if array_name(member) not in left_out]
    arrays = [_array(origin, archive, member) for member in kept]
    _require_equal_lengths(arrays)
    return _blocks(origin, arrays), _notes(left_out)


def _array(origin: Origin, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> StoredArray:
    place = Place(origin.path, array_name(member))
    return array_at(place, partial(member_in, place, archive, member), member.file_size)


def _held_out(names: Sequence[str]) -> list[str]:
    """The arrays that test or validate, if there are others to train with."""
    others = [name for name in names if not _TRAINING.fullmatch(name)]
    if len(others) == len(names):
        return []
    return [name for name in others if _HELD_OUT.fullmatch(name)]


def _notes(left_out: Sequence[str]) -> tuple[str, ...]:
    if not left_out:
        return ()
    names = ", ".join(map(shown, left_out[:NAMES_IN_A_NOTE]))
    more = " and others" if len(left_out) > NAMES_IN_A_NOTE else ""
    return (f"Only the arrays for training were read; left out: {names}{more}.",)


def _require_equal_lengths(arrays: Sequence[StoredArray]) -> None:
    first = arrays[0]
    for array in arrays[1:]:
        if array.header.n_rows != first.header.n_rows:
            raise array.place.error(
                f"has {array.header.n_rows:,} rows where {shown(first.place.member)} has "
                f"{first.header.n_rows:,}"
            )


def _blocks(origin: Origin, arrays: Sequence[StoredArray]) -> list[Block]:
    widths = [array.header.n_columns for array in arrays]
    require_few_columns(origin.path, sum(widths))
    members = [array.place.member for array in arrays]
    texts = [
        label
        for member, array in zip(members, arrays, strict=True)
        for label in labels(member, array.header.shape[1:])
    ]
    names = iter(column_names(texts))
    target = _target(members)
    return [
        array.block(tuple(islice(names, width)), array.place.member == target)
        for array, width in zip(arrays, widths, strict=True)
    ]


def _target(members: Sequence[str]) -> str | None:
    """The array that is called what targets are called, if there is one."""
    plain = {_without_training(member).casefold(): member for member in members}
    return next((plain[name] for name in TARGET_NAMES if name in plain), None)


def _without_training(member: str) -> str:
    found = _TRAINING.fullmatch(member)
    return (found[1] or found[2]) if found else member

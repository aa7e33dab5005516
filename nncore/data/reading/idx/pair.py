"""The images of an IDX data set and its labels: two files that lie side by side.

MNIST calls them train-images-idx3-ubyte and train-labels-idx1-ubyte. Those who hand it on pack
them with gzip, or write a point before "idx".
"""

import re
from itertools import product

from nncore.data.reading.origin import Origin, origin_of
from nncore.data.reading.text_numbers import shown
from nncore.errors import LoadError

_NAME = re.compile(r"(.*)(images|labels)([-.])idx[1-4](-[a-z0-9]+)?(\.gz)?")
_HINT = "Name the files as MNIST does: train-images-idx3-ubyte and train-labels-idx1-ubyte."


def partner_of(origin: Origin, are_labels: bool) -> Origin:
    """The file with the images that belong to labels, or with the labels. Raises LoadError."""
    has, lacks = ("labels", "images") if are_labels else ("images", "labels")
    found = _NAME.fullmatch(origin.path.name)
    if not found or found[2] != has:
        reason = f"holds {has} without {lacks}, and its name does not tell which file has them"
        raise LoadError(origin.path, reason, _HINT)
    candidates = [origin.path.with_name(name) for name in _names(found, lacks)]
    for path in candidates:
        if path.exists():
            return origin_of(path)
    raise LoadError(
        origin.path,
        f"holds {has} without {lacks}; {shown(candidates[0].name)} was not found beside it",
        "Put both files into one folder.",
    )


def _names(found: re.Match[str], lacks: str) -> list[str]:
    """What the other file may be called, the likeliest first."""
    before, _, mark, type_, end = found.groups("")
    return [
        f"{before}{lacks}{mark}idx{dimensions}{type_}{end}"
        for dimensions, type_, mark, end in product(
            "1" if lacks == "labels" else "342",
            _both(type_, "-ubyte"),
            _both(mark, "-", "."),
            _both(end, "", ".gz"),
        )
    ]


def _both(first: str, *others: str) -> list[str]:
    return list(dict.fromkeys((first, *others)))

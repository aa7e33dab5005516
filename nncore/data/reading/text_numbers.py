"""The one number grammar, and what is told of a cell that is not of it.

``float()`` alone would take 1_000, Arabic digits, nan and infinity.
"""

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

from nncore.data.dataset import Float64Array

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([.,'’_  \u202f][0-9]{3})+([.,][0-9]*)?")
_HEXADECIMAL = re.compile(r"[+-]?0[xX][0-9a-fA-F]+")
_OTHER_DECIMAL = re.compile(r"[+-]?[0-9]*[.,][0-9]+([eE][+-]?[0-9]+)?")

# Of text made of these characters only, float() takes exactly the grammar.
NUMBER_CHARACTERS = b"0123456789+-.eE \t"

LONGEST_SHOWN = 40


def is_number(cell: str, decimal: str) -> bool:
    """Whether a cell, spaces trimmed, is of the grammar; 1e999 is, too."""
    return _NUMBER.fullmatch(_with_point(cell, decimal)) is not None


def is_meant_as_number(cell: str, decimal: str) -> bool:
    """Whether a cell is a number, or would be but for its marks, its size or its digits."""
    return is_number(cell, decimal) or has_thousands(cell) or _is_pythons(cell)


def _is_pythons(cell: str) -> bool:
    """Whether it is a number to Python and other languages: 0x1F, 1_000, ٣, nan."""
    if _HEXADECIMAL.fullmatch(cell):
        return True
    try:
        float(cell)
    except ValueError:
        return False
    return True


def are_mostly_numbers(cells: Mapping[str, int], decimal: str) -> bool:
    """Whether of some cells, given with their counts, at least three of four are numbers.

    The others are slips then rather than names.
    """
    numbers = sum(n for cell, n in cells.items() if is_meant_as_number(cell, decimal))
    return numbers > 0 and numbers >= 0.75 * sum(cells.values())


def has_thousands(cell: str) -> bool:
    """Whether a cell looks like digits in groups of three, as 1,234 and 1.234,5 do."""
    return _THOUSANDS.fullmatch(cell) is not None


def floats(cells: Sequence[str], decimal: str) -> Float64Array | None:
    """The cells as float64 (cells,); None if one of them has a ``fault``."""
    text = "".join(cells)
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
        cells = [cell.replace(",", ".") for cell in cells]
    if not text.isascii() or text.encode().translate(None, NUMBER_CHARACTERS):
        return None
    try:
        numbers = np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def fault(cell: str, decimal: str) -> tuple[str, str] | None:
    """What keeps a cell from being a number, and a hint; None for a number."""
    text = cell.strip()
    if is_number(text, decimal):
        too_large = math.isinf(float(_with_point(text, decimal)))
        return (f"{shown(text)} is too large for a number", "") if too_large else None
    if not text:
        return "the cell is empty", ""
    if _NOT_FINITE.fullmatch(text):
        hint = "If it stands for a missing value, add it to the marks of those."
        return f"{shown(text)} is not a finite number", hint
    return f"{shown(text)} is not a number", _hint(text, decimal)


def _hint(text: str, decimal: str) -> str:
    if _OTHER_DECIMAL.fullmatch(text):
        word = "point" if decimal == "." else "comma"
        return f"Write decimals with a {word}, and no marks between the thousands."
    if has_thousands(text):
        return "Write numbers without marks between the thousands."
    if _is_pythons(text):
        return "Write numbers with the digits 0 to 9 and nothing between them."
    return (
        "Make the column a category, or add the text to the marks of missing values if it is one."
    )


def _with_point(cell: str, decimal: str) -> str:
    """The cell with a decimal point; one that had a point already is spoilt on purpose."""
    return cell if decimal == "." else cell.replace(".", "?").replace(",", ".")


def shown(text: str) -> str:
    """Text of a file in quotes, fit for a sentence of one line."""
    return f"'{shortened(text, LONGEST_SHOWN)}'"


def shortened(text: str, longest: int) -> str:
    """At most so many characters of a text and "…", in one line."""
    cut = "".join(c if c.isprintable() else "·" for c in text[:longest])
    return cut + ("…" if len(text) > longest else "")

"""Names for the columns of a text table, from its first row or without one."""

from collections import Counter
from collections.abc import Sequence

from nncore.data.reading.text_numbers import shortened, shown

LONGEST_NAME = 60
NAMES_IN_A_NOTE = 3


def matched_header(header: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    """The cells of the header, one for each column; "" where there is no header.

    Most rows may have one cell more or less at their end, which is empty. R writes a column of
    names without a name for it: a header that is too short belongs to the columns after it.
    """
    widths = Counter(map(len, body)).most_common(1)
    width = widths[0][0] if widths else len(header)
    if not header:
        return [""] * width
    if len(header) == width + 1 and not header[-1].strip():
        return list(header[:-1])
    rows = [row for row in body if len(row) == width == len(header) + 1]
    if rows and not any(row[-1].strip() for row in rows):
        return [*header, ""]
    if len(rows) > 1 and len({row[0] for row in rows}) == len(rows):
        return ["", *header]
    return list(header)


def is_name(cell: str) -> bool:
    """Whether a cell of the header is a name; pandas writes "Unnamed: 0" where there is none."""
    return bool(cell.strip()) and not cell.startswith("Unnamed:")


def column_names(header: Sequence[str]) -> tuple[str, ...]:
    """A name for each cell of the header, all different: "a", "column 2", "a (2)"."""
    names: dict[str, None] = {}
    times: Counter[str] = Counter()
    for i, cell in enumerate(header, 1):
        name = distinct = _plain(cell) or f"column {i}"
        while distinct in names:
            times[name] += 1
            distinct = f"{name} ({times[name] + 1})"
        names[distinct] = None
    return tuple(names)


def notes_on_names(header: Sequence[str]) -> tuple[str, ...]:
    """A sentence if several columns have the same name."""
    counts = Counter(filter(None, map(_plain, header)))
    repeated = [shown(name) for name, times in counts.items() if times > 1]
    if not repeated:
        return ()
    more = " and others" if len(repeated) > NAMES_IN_A_NOTE else ""
    names = ", ".join(repeated[:NAMES_IN_A_NOTE])
    return (f"Columns of the same name were numbered: {names}{more}.",)


def _plain(cell: str) -> str:
    """A cell as a name in one line and of a fair length."""
    return shortened(" ".join(cell.split()), LONGEST_NAME)

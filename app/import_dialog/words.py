"""What the choices are called on the screen; no Qt."""

from collections.abc import Mapping

from nncore.data.reading.choices import Kind, Missing, Role

Choice = Role | Kind | Missing
ROLE_WORDS: Mapping[Choice, str] = {
    Role.FEATURE: "feature",
    Role.TARGET: "target",
    Role.IGNORE: "ignore",
}
KIND_WORDS: Mapping[Choice, str] = {Kind.NUMBER: "number", Kind.CATEGORY: "category"}
MISSING_WORDS: Mapping[Choice, str] = {
    Missing.DROP: "leave the row out",
    Missing.MEAN: "use the mean",
    Missing.MEDIAN: "use the median",
    Missing.MOST_FREQUENT: "use the most frequent",
}
# One for each that ``nncore.data.reading`` knows.
ENCODING_WORDS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Western (Windows-1252)",
    "latin-1": "Western (Latin-1)",
    "iso8859-15": "Western (Latin-9)",
    "mac-roman": "Western (Mac Roman)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "shift_jis": "Japanese (Shift JIS)",
    "euc-jp": "Japanese (EUC-JP)",
    "euc-kr": "Korean (EUC-KR)",
    "big5": "Chinese (Big5)",
    "gb18030": "Chinese (GB 18030)",
}
DELIMITER_WORDS = {
    ",": "comma  ,",
    ";": "semicolon  ;",
    "\t": "tab",
    "|": "bar  |",
    " ": "space",
    ":": "colon  :",
}
DECIMAL_WORDS = {".": "point  .", ",": "comma  ,"}
UNITS = ("bytes", "kB", "MB", "GB")


def size_text(n_bytes: int) -> str:
    """2748 -> "2.7 kB"."""
    if n_bytes < 1000:
        return f"{n_bytes} {'byte' if n_bytes == 1 else 'bytes'}"
    size, unit = float(n_bytes), 0
    while size >= 999.5 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.3g} {UNITS[unit]}"


def marks_text(marks: tuple[str, ...]) -> str:
    return ", ".join(marks)


def typed_marks(text: str) -> tuple[str, ...]:
    """The marks in ``text``, parted by commas, each once."""
    marks = (" ".join(part.split()) for part in text.split(","))
    return tuple(dict.fromkeys(mark for mark in marks if mark))

"""The characters of a text file: which encodings there are, and which one it seems to be in."""

import codecs
import io
import re

from nncore.data.reading.origin import Origin
from nncore.errors import LoadError

# Those that turn bytes into characters and do nothing else; Python has codecs of other kinds.
ENCODINGS = (
    "utf-8",
    "utf-16",
    "cp1252",
    "latin-1",
    "iso8859-15",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "koi8-r",
    "mac-roman",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "big5",
    "gb18030",
)

SAMPLE_BYTES = 256 * 1024

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# What no text of an old encoding holds. NUL is left to those who know its row.
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f]")


def guessed_encoding(origin: Origin) -> str:
    """One of ENCODINGS, from the beginning of the file. Raises LoadError if it isn't text."""
    head = origin.head(SAMPLE_BYTES)
    if head.startswith(_UTF_16_MARKS):
        return "utf-16"
    if _is_of(head, "utf-8"):
        return "utf-8"
    if found := _CONTROLS.search(head):
        row = len(re.findall(rb"\r\n|\r|\n", head[: found.start()])) + 1
        raise LoadError(
            origin.path,
            f"row {row} holds bytes that are not text",
            "Save the table as CSV in UTF-8.",
        )
    return "cp1252" if _is_of(head, "cp1252") else "latin-1"


def require_mark(origin: Origin, encoding: str) -> None:
    """Raise LoadError for UTF-16 that doesn't tell the order of its bytes."""
    if encoding == "utf-16" and origin.n_bytes and not origin.head(2).startswith(_UTF_16_MARKS):
        reason = "does not begin with a byte order mark, as text in UTF-16 does"
        raise LoadError(origin.path, reason, "Choose another encoding.")


def _is_of(head: bytes, encoding: str) -> bool:
    """Whether the bytes are of an encoding; the last character may be cut."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def decoder_of(encoding: str, errors: str = "strict") -> io.IncrementalNewlineDecoder:
    """Turns bytes into text and all line ends into "\\n"; a byte order mark goes."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    decoder = codecs.getincrementaldecoder(name)(errors)
    return io.IncrementalNewlineDecoder(decoder, translate=True)

"""A text file as whole lines, some at a time, with line ends of one kind."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from nncore.data.reading.choices import Progress
from nncore.data.reading.origin import Origin
from nncore.data.reading.text_encoding import SAMPLE_BYTES, decoder_of, require_mark
from nncore.errors import LoadError

# Bytes taken at a time: as fast as any number, and few enough to stay near the processor.
CHUNK_BYTES = 256 * 1024

# No line, and no row that goes over several lines, is longer than this many characters.
MAX_ROW = 4 * 2**20

# Excel takes the delimiter from such a line above the table, and so do others.
_DELIMITER_LINE = re.compile(r'\A"?sep=([^"\n])"?\n')


@dataclass(frozen=True)
class Chunk:
    """Some lines that end in "\\n"; the last of the file needn't.

    line  the number of the first of them, from 1
    """

    line: int
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, and what comes after the last end."""
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file; unless that is the whole, the last line may be cut.

    delimiter  what the file says of itself, or ""
    """

    text: str
    is_whole: bool
    delimiter: str = ""


def sample(origin: Origin, encoding: str) -> Sample:
    """At most the first 256 kB, with "\ufffd" for what isn't text in the encoding."""
    require_mark(origin, encoding)
    head = origin.head(SAMPLE_BYTES + 1)
    is_whole = len(head) <= SAMPLE_BYTES
    text = decoder_of(encoding, "replace").decode(head[:SAMPLE_BYTES], is_whole)
    _require_no_nul(origin, Chunk(1, text))
    told = _DELIMITER_LINE.match(text)
    return Sample(_without_delimiter_line(text), is_whole, told[1] if told else "")


def _without_delimiter_line(text: str) -> str:
    """The beginning of a file with a blank line for the one that is meant for Excel."""
    return _DELIMITER_LINE.sub("\n", text, count=1)


def chunks(origin: Origin, encoding: str, progress: Progress | None = None) -> Iterator[Chunk]:
    """All lines of the file. Raises LoadError for what isn't text, naming its row."""
    require_mark(origin, encoding)
    decoder, line, rest = decoder_of(encoding), 1, ""
    for block, is_last in _blocks(origin, progress):
        try:
            text = rest + decoder.decode(block, is_last)
        except UnicodeDecodeError as error:
            raise _not_text(origin, line + _line_ends(decoder, error), encoding) from None
        if line == 1:
            text = _without_delimiter_line(text)
        end = len(text) if is_last else text.rfind("\n") + 1
        rest = text[end:]
        if len(rest) > MAX_ROW:
            raise too_long(origin, line + text.count("\n"))
        if end:
            chunk = Chunk(line, text[:end])
            _require_no_nul(origin, chunk)
            yield chunk
            line += len(chunk.lines) - 1


def _blocks(origin: Origin, progress: Progress | None) -> Iterator[tuple[bytes, bool]]:
    """The bytes of the file, and whether they are the last ones."""
    done, is_last = 0, False
    with origin.open() as stream:
        while not is_last:
            block = stream.read(min(CHUNK_BYTES, origin.n_bytes - done))
            done += len(block)
            is_last = not block or done == origin.n_bytes
            yield block, is_last
            if progress and not is_last:
                progress(done / origin.n_bytes)


def _line_ends(decoder: io.IncrementalNewlineDecoder, error: UnicodeDecodeError) -> int:
    """How many are in a block before what is wrong in it."""
    # the first half of one may have been kept from the block before
    pending = "\r" if decoder.getstate()[1] & 1 else ""
    before = pending + error.object[: error.start].decode(error.encoding, "replace")
    return before.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def _not_text(origin: Origin, row: int, encoding: str) -> LoadError:
    return LoadError(
        origin.path,
        f"row {row} holds bytes that are not text in {encoding.upper()}",
        "Choose another encoding, or save the table as CSV in UTF-8.",
    )


def _require_no_nul(origin: Origin, chunk: Chunk) -> None:
    at = chunk.text.find("\0")
    if at >= 0:
        row = chunk.line + chunk.text.count("\n", 0, at)
        raise LoadError(
            origin.path,
            f"row {row} holds a NUL character; this is not a text file",
            "Save the table as CSV in UTF-8.",
        )


def too_long(origin: Origin, row: int) -> LoadError:
    """The refusal of a row without an end."""
    return LoadError(origin.path, f"row {row} has more than {MAX_ROW:,} characters")

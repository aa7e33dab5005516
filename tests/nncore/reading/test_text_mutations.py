"""Any bytes at all end in data or in a LoadError, quickly."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import read_or_refuse, table, written

from nncore.data.reading.choices import TextFormat
from nncore.data.reading.text_encoding import ENCODINGS

UNCHECKED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

VALID: dict[str, bytes] = {
    "quotes": b'a,"b ""c""",y\r\n1,2.5,p\n-3e2,.5,"q, r"\n\n 4 ,5.,p\n',
    "decimal commas": "größe;gewicht;y\n1,5;;0,5\n-3,25;NA;1,25\n2;3;4\n".encode("cp1252"),
    "UTF-16": "a\ty\n1\tä\n2\tö\n3\tä\n".encode("utf-16"),
    "an index": b",a,b,y\n0,red,1,0\n1,blue,2,1\n2,red,?,1\n3,red,5,0\n",
    "spaces": b"a b  y\n1 2.5 3\n 4   5  6.5\n",
    "as R writes it": b'"a" "y"\n"1" 1.5 "p"\n"2" 2 "q q"\n',
    "no header": b"sep=|\n1|2|0\n3|4|1\n5|6|0\n",
}


@pytest.mark.parametrize("name", VALID)
def test_the_tables_that_are_mutated_are_valid(tmp_path: Path, name: str) -> None:
    assert table(tmp_path, VALID[name]).n_samples >= 2


@pytest.mark.parametrize("name", VALID)
@UNCHECKED
@given(data=st.data())
def test_mutated_tables_are_read_or_refused(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray(VALID[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        match data.draw(st.sampled_from(["flip", "delete", "insert", "truncate"])):
            case "flip" if at < len(content):
                content[at] ^= 1 << data.draw(st.integers(0, 7))
            case "delete":
                del content[at : at + data.draw(st.integers(1, 4))]
            case "insert":
                content[at:at] = data.draw(st.binary(max_size=3) | st.sampled_from(PIECES))
            case "truncate":
                del content[at:]
    read_or_refuse(written(tmp_path, bytes(content)))


PIECES = [b'"', b"\n", b"\r", b",", b";", b"1e999", b"nan", b"\0", b"\xff", b"1,234", b"-", b"\xa0"]


@UNCHECKED
@given(content=st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    read_or_refuse(written(tmp_path, content))


FORMATS = st.builds(
    TextFormat,
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from([*',;\t| ea0"\n', "", "é"]),
    decimal=st.sampled_from([".", ","]),
    has_header=st.booleans(),
    missing_marks=st.lists(st.sampled_from(["NA", "-9", "", "a", "é"])).map(tuple),
)


@UNCHECKED
@given(
    text=st.text('01.e-+,;\t|"\n\r #nafxé\0\x85\u2028', max_size=80),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp437"]),
    format=st.none() | FORMATS,
)
def test_random_tables_are_read_or_refused_in_any_format(
    tmp_path: Path, text: str, encoding: str, format: TextFormat | None
) -> None:
    content = text.encode(encoding, "replace")
    read_or_refuse(written(tmp_path, content), format)

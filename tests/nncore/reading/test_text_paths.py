"""The fast way and the careful way through a text table, and how both go on."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import refusal, table, written

from nncore.data.reading import origin_of, pasted, preview, read, text_lines, text_records
from nncore.data.reading.choices import Choices, ColumnChoice, Missing, Role, TextFormat
from nncore.data.reading.text_columns import Columns
from nncore.data.reading.text_lines import Chunk
from nncore.data.reading.text_numbers import fault, floats
from nncore.errors import Cancelled, LoadError

ROLES = {"f": Role.FEATURE, "i": Role.IGNORE, "t": Role.TARGET}


def columns_of(format: TextFormat, roles: str) -> Columns:
    columns = [ColumnChoice(f"column {i}", ROLES[role]) for i, role in enumerate(roles)]
    return Columns(pasted(""), Choices(format, tuple(columns), False), format)


def carefully(columns: Columns, chunk: Chunk, format: TextFormat) -> np.ndarray | None:
    found = text_records.records(pasted(""), chunk, iter(()), format.delimiter)
    try:
        return columns.block(found)
    except LoadError:
        return None


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**40), 10**40).map(str),
    st.text("0123456789", min_size=1, max_size=40).map(lambda digits: "0." + digits),
    st.sampled_from(
        ["0", "-0", "+1", "1.", ".5", "-.5E-3", "1e5", "007", "5e-324", "1.7976931348623157e308"]
    ),
)
ODD = st.one_of(
    st.text("0123456789+-.eE, \t", max_size=5),
    st.sampled_from(["", "NA", "1e999", "1_0", "nan", '"1"', "٣", "\r", "-9", "1\x0b", "\xa01"]),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, TextFormat, str]:
    """Lines of numbers with few odd cells, a format and roles, that may fit each other."""
    delimiter = draw(st.sampled_from([*",;\t| ", "e", "-", "0"]))
    decimal = draw(st.sampled_from("..,"))
    marks = draw(st.sampled_from([("NA",), (), ("-9",), ("-",)]))
    width = draw(st.integers(2, 3))
    cells = st.one_of(NUMBERS, ODD) if draw(st.booleans()) else NUMBERS
    widths = st.sampled_from([width] * 20 + [width - 1, width + 1])
    rows = draw(st.lists(widths.flatmap(lambda n: st.lists(cells, min_size=n, max_size=n))))
    pad = draw(st.sampled_from(["", "", " "]))
    lines = [(pad + delimiter).join(row) for row in rows]
    text = "\n".join(lines).replace(".", decimal) + draw(st.sampled_from(["", "\n", "\n\n"]))
    roles = draw(st.sampled_from(["ft" + "f" * (width - 2), "it" + "f" * (width - 2)]))
    return text, TextFormat("utf-8", delimiter, decimal, False, marks), roles


@settings(max_examples=200, deadline=None)
@given(tables())
def test_the_fast_way_takes_what_the_careful_one_takes_with_the_same_bits(
    drawn: tuple[str, TextFormat, str],
) -> None:
    text, format, roles = drawn
    columns, chunk = columns_of(format, roles), Chunk(1, text)
    fast = columns.plain_block(chunk)
    if fast is not None:
        careful = carefully(columns, chunk, format)
        assert careful is not None
        assert fast.shape == careful.shape
        assert fast.tobytes() == careful.tobytes()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("decimal", [".", ","])
def test_the_fast_way_is_taken_by_plain_numbers(delimiter: str, decimal: str) -> None:
    format = TextFormat("utf-8", delimiter, decimal, True, ("NA", "-"))
    text = "1.5@-2@3e4\n\n0@.25@1e-9".replace(".", decimal).replace("@", delimiter)
    block = columns_of(format, "fit").plain_block(Chunk(1, text))
    if delimiter == decimal:
        assert block is None
    else:
        assert block is not None
        assert block.tolist() == [[1.5, 3e4], [0, 1e-9]]


@settings(deadline=None)
@given(st.lists(st.text("0123456789+-.,eE \t", max_size=6), max_size=5), st.sampled_from(".,"))
def test_many_cells_are_numbers_if_each_of_them_is(cells: list[str], decimal: str) -> None:
    numbers = floats(cells, decimal)
    assert (numbers is None) == any(fault(cell, decimal) for cell in cells)
    if numbers is not None:
        assert numbers.tolist() == [float(cell.replace(",", ".")) for cell in cells]


MIXED = (
    "a,b,y\n"
    + "".join(f"{i},{i / 7!r},{i}.5\n" for i in range(300))
    + '"3",,1.5\n'
    + "".join(f"{i},{i / 7!r},{i}.5\n" for i in range(300))
    + 'NA,"1\n",2.5\n\n'
    + "".join(f"{i},{i / 7!r},{i}.5\n" for i in range(300))
)


@pytest.mark.parametrize("n_bytes", [1, 2, 7, 64, 1000, 10**6])
def test_all_is_the_same_however_much_is_read_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_bytes: int
) -> None:
    fill = [ColumnChoice(name, missing=Missing.MEAN) for name in "ab"]
    choices = Choices(TextFormat(), (*fill, ColumnChoice("y", Role.TARGET)), False)
    whole = table(tmp_path, MIXED, choices)
    bad = written(tmp_path, MIXED.replace("\n", "\r\n") + 'z,1,2\n"', "bad.csv")
    sentence = refusal(bad, choices)
    assert "row 906, column 'a': 'z' is not a number" in sentence
    monkeypatch.setattr(text_lines, "CHUNK_BYTES", n_bytes)
    for end in ("\n", "\r\n", "\r"):
        data = table(tmp_path, MIXED.replace("\n", end), choices)
        np.testing.assert_array_equal(data.X, whole.X)
        assert np.array_equal(data.y, whole.y)
    assert refusal(bad, choices) == sentence


def test_a_text_late_in_the_file_is_a_category_like_any_other(tmp_path: Path) -> None:
    text = "a,y\n" + "red,1.5\nblue,2.5\n" * 50_000 + "green,3.5\n"
    data = table(tmp_path, text)
    assert data.categories == (("blue", "green", "red"),)
    assert data.X[-3:, 0].tolist() == [2, 0, 1]


@pytest.mark.parametrize("cells", ["1,2.5", '"1",2.5', "red,2.5"])
def test_progress_is_told_often_and_in_order(tmp_path: Path, cells: str) -> None:
    path = written(tmp_path, "a,y\n" + (cells + "\n") * 150_000)
    told: list[float] = []
    read(origin_of(path), progress=told.append)
    assert told == sorted(told)
    assert len(told) >= 4
    assert 0 < told[0] < 0.5
    assert told[-1] == 1


@pytest.mark.parametrize("cells", ["1,2.5", '"1",2.5', "red,2.5"])
def test_reading_can_be_stopped(tmp_path: Path, cells: str) -> None:
    path = written(tmp_path, "a,y\n" + (cells + "\n") * 200_000)
    told: list[float] = []

    def stop(share: float) -> None:
        told.append(share)
        raise Cancelled

    with pytest.raises(Cancelled):
        read(origin_of(path), progress=stop)
    assert len(told) == 1


def test_a_small_table_is_done_at_once(tmp_path: Path) -> None:
    told: list[float] = []
    read(origin_of(written(tmp_path, "a,y\n1,2.5\n")), progress=told.append)
    assert told == [1]


def test_more_cells_than_memory_may_hold_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "a,y\n" + "1,2.5\n" * 500)
    monkeypatch.setattr("nncore.data.reading.text.MAX_CELLS", 999)
    assert "has more than 999 cells to read" in refusal(path)
    monkeypatch.setattr("nncore.data.reading.text.MAX_CELLS", 1000)
    assert read(origin_of(path)).n_samples == 500


def test_half_a_million_cells_take_no_more_than_seconds(tmp_path: Path) -> None:
    values = np.random.default_rng(0).standard_normal((100_000, 5))
    lines = [",".join(map(repr, row)) for row in values.tolist()]
    path = written(tmp_path, "a,b,c,d,y\n" + "\n".join(lines))
    begin = time.thread_time()
    data = read(origin_of(path))
    seconds = time.thread_time() - begin
    assert np.array_equal(data.X, values[:, :4])
    assert np.array_equal(data.y, values[:, 4])
    # About 0.1 s when measured; the allowance is for a busy machine.
    assert seconds < 2


def test_a_look_takes_no_longer_for_a_long_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b,y\n" + "1,red,2.5\n" * 2_000_000)
    begin = time.thread_time()
    preview(origin_of(path))
    # About 0.02 s when measured; reading all of it takes a second.
    assert time.thread_time() - begin < 0.3

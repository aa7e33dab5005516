import gzip
from pathlib import Path

import numpy as np
import pytest
from array_files import loaded, npy, written

from nncore.data.dataset import Dataset
from nncore.data.reading import origin_of, preview, read
from nncore.errors import Cancelled

TABLE = "a,b,y\n" + "".join(f"{i},{i * i % 7},{'no' if i % 3 else 'yes'}\n" for i in range(3000))


def same(a: Dataset, b: Dataset) -> bool:
    return (
        np.array_equal(a.X, b.X)
        and np.array_equal(a.y, b.y)
        and (a.feature_names, a.class_names) == (b.feature_names, b.class_names)
    )


@pytest.mark.parametrize("name", ["table.csv.gz", "table.gz", "table.csv", "table"])
def test_text_inside_is_read_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    plain = loaded(written(tmp_path, "plain.csv", TABLE.encode()))
    packed = loaded(written(tmp_path, name, gzip.compress(TABLE.encode())))
    assert packed.n_samples == 3000
    assert same(packed, plain)


def test_a_look_at_text_inside_shows_what_the_plain_file_shows(tmp_path: Path) -> None:
    plain = preview(origin_of(written(tmp_path, "plain.csv", TABLE.encode())))
    packed = preview(origin_of(written(tmp_path, "table.csv.gz", gzip.compress(TABLE.encode()))))
    assert packed.rows == plain.rows
    assert packed.choices == plain.choices
    assert (packed.n_rows, packed.kind) == (plain.n_rows, plain.kind) == (3000, "text table")


def test_a_look_at_long_text_inside_does_not_unpack_all_of_it(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 2}\n" for i in range(400_000))
    cut = gzip.compress(("a,y\n" + rows).encode(), 1)[:-9]
    seen = preview(origin_of(written(tmp_path, "table.csv.gz", cut)))
    assert seen.rows[:2] == (("0", "0"), ("1", "1"))
    assert seen.n_rows is None


def test_parts_packed_one_after_the_other_are_one_file(tmp_path: Path) -> None:
    half = TABLE.index("\n1500,") + 1
    parts = gzip.compress(TABLE[:half].encode()) + gzip.compress(TABLE[half:].encode())
    plain = loaded(written(tmp_path, "plain.csv", TABLE.encode()))
    assert same(loaded(written(tmp_path, "table.csv.gz", parts)), plain)
    padded = written(tmp_path, "table.csv.gz", parts + bytes(512))
    assert same(loaded(padded), plain)


def test_an_array_inside_is_read(tmp_path: Path) -> None:
    array = np.random.default_rng(0).normal(size=(300_000, 2))
    path = written(tmp_path, "data.npy.gz", gzip.compress(npy(array), 1))
    assert preview(origin_of(path)).n_rows == 300_000
    data = loaded(path)
    np.testing.assert_array_equal(data.X[:, 0], array[:, 0])
    np.testing.assert_array_equal(data.y, array[:, 1])


def test_the_progress_of_text_inside_rises_to_1(tmp_path: Path) -> None:
    path = written(
        tmp_path, "table.csv.gz", gzip.compress(("a,y\n" + "1,2.5\n" * 300_000).encode())
    )
    told: list[float] = []
    read(origin_of(path), progress=told.append)
    assert told[0] == 0
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(set(told)) > 3


def test_unpacking_can_be_cancelled(tmp_path: Path) -> None:
    calls = []

    def stop(share: float) -> None:
        calls.append(share)
        raise Cancelled

    path = written(tmp_path, "data.npy.gz", gzip.compress(npy(np.ones((400_000, 2)))))
    with pytest.raises(Cancelled):
        read(origin_of(path), progress=stop)
    assert calls == [0]

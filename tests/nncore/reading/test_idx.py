import gzip
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from array_files import IMAGES, LABELS, idx, loaded, mnist, written

from nncore.data.reading import origin_of, preview, read
from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Role
from nncore.errors import Cancelled


def test_images_of_mnist_are_read_with_their_labels(tmp_path: Path) -> None:
    path, images, labels = mnist(tmp_path)
    data = loaded(path)
    np.testing.assert_array_equal(data.X, images.reshape(30, 784))
    assert data.y.tolist() == labels.tolist()
    assert data.class_names == tuple("0123456789")
    assert data.feature_names[:2] == ("pixel 1,1", "pixel 1,2")
    assert data.feature_names[28] == "pixel 2,1"
    assert data.feature_names[-1] == "pixel 28,28"
    assert (data.target_name, data.name, data.source) == ("label", IMAGES, IMAGES)
    assert data.notes == (f"The labels were read from '{LABELS}'.",)
    assert not data.exchangeable


def test_bytes_written_by_hand_are_read(tmp_path: Path) -> None:
    written(
        tmp_path,
        "t10k-images-idx3-ubyte",
        bytes.fromhex("00000803 00000002 00000001 00000002") + bytes([0, 255, 7, 128]),
    )
    path = written(tmp_path, "t10k-labels-idx1-ubyte", bytes.fromhex("00000801 00000002 09 04"))
    data = loaded(path)
    assert data.X.tolist() == [[0, 255], [7, 128]]
    assert data.y.tolist() == [1, 0]
    assert data.class_names == ("4", "9")
    assert data.notes == ("The images were read from 't10k-images-idx3-ubyte'.",)


def test_the_labels_bring_their_images_in(tmp_path: Path) -> None:
    images = loaded(mnist(tmp_path)[0])
    labels = loaded(tmp_path / LABELS)
    np.testing.assert_array_equal(labels.X, images.X)
    np.testing.assert_array_equal(labels.y, images.y)
    assert labels.feature_names == images.feature_names
    assert labels.name == LABELS


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
        ("train-images.idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte", "train-labels.idx1-ubyte.gz"),
        ("emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte"),
        ("images-idx3-ubyte", "labels-idx1-ubyte"),
        ("train-images-idx3", "train-labels-idx1"),
        ("train-images-idx3-float", "train-labels-idx1-ubyte"),
    ],
)
def test_the_partner_is_found_by_its_name(tmp_path: Path, images: str, labels: str) -> None:
    pixels, classes = np.ones((4, 2, 3), np.uint8), np.array([0, 1, 0, 1], np.uint8)
    for name, array in ((images, pixels), (labels, classes)):
        content = idx(array)
        written(tmp_path, name, gzip.compress(content) if name.endswith(".gz") else content)
    assert preview(origin_of(tmp_path / images)).n_rows == 4
    by_images = loaded(tmp_path / images)
    assert by_images.X.shape == (4, 6)
    assert by_images.notes == (f"The labels were read from '{labels}'.",)
    if "float" not in images:
        assert loaded(tmp_path / labels).notes == (f"The images were read from '{images}'.",)


def test_a_partner_of_the_same_spelling_goes_first(tmp_path: Path) -> None:
    path, _, labels = mnist(tmp_path)
    written(tmp_path, LABELS + ".gz", gzip.compress(idx(labels[::-1].copy())))
    assert loaded(path).y.tolist() == labels.tolist()


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 1, 3)])
def test_each_type_and_number_of_dimensions_is_read(
    tmp_path: Path, dtype: str, shape: tuple[int, ...]
) -> None:
    values = np.random.default_rng(1).integers(-100, 100, (4, *shape)).astype(dtype)
    path = written(tmp_path, "a-images-idx3-ubyte", idx(values))
    written(tmp_path, "a-labels-idx1-ubyte", idx(np.array([3, 1, 3, 1], np.int32)))
    data = loaded(path)
    np.testing.assert_array_equal(data.X, values.reshape(4, -1).astype(float))
    first = "column 1" if len(shape) == 1 else "pixel " + ",".join("1" * len(shape))
    assert data.feature_names[0] == first
    assert data.class_names == ("1", "3")


def test_labels_are_classes_however_many_they_are(tmp_path: Path) -> None:
    path = written(tmp_path, IMAGES, idx(np.zeros((47, 2, 2), np.uint8)))
    written(tmp_path, LABELS, idx(np.arange(47, dtype=np.uint8)))
    assert preview(origin_of(path)).choices.is_classification
    assert loaded(path).n_classes == 47


def test_labels_with_fractions_are_values(tmp_path: Path) -> None:
    path = written(tmp_path, IMAGES, idx(np.zeros((3, 2, 2), np.uint8)))
    written(tmp_path, LABELS, idx(np.array([0.5, 1.5, 0.25], np.float32)))
    data = loaded(path)
    assert not data.is_classification
    assert data.y.tolist() == [0.5, 1.5, 0.25]


def test_a_look_shows_pixels_as_any_table(tmp_path: Path) -> None:
    path, images, labels = mnist(tmp_path, n=150)
    seen = preview(origin_of(path))
    assert (seen.kind, seen.n_rows, len(seen.rows)) == ("IDX images", 150, 100)
    assert seen.rows[7] == (*map(str, images[7].ravel()), str(labels[7]))
    assert seen.n_missing == (0,) * 785
    assert seen.choices.format is None
    assert seen.choices.is_classification
    assert seen.choices.columns[-1] == ColumnChoice("label", Role.TARGET, Kind.NUMBER)
    assert {choice.role for choice in seen.choices.columns[:-1]} == {Role.FEATURE}


def test_a_look_reads_only_the_beginning(tmp_path: Path) -> None:
    path, _, _ = mnist(tmp_path, n=3000)
    gzipped = written(tmp_path, IMAGES + ".gz", gzip.compress(path.read_bytes(), 1)[:-9])
    path.unlink()
    assert preview(origin_of(gzipped)).n_rows == 3000


def test_choices_say_what_becomes_of_pixels(tmp_path: Path) -> None:
    path = written(tmp_path, IMAGES, idx(np.arange(12, dtype=np.uint8).reshape(3, 2, 2)))
    written(tmp_path, LABELS, idx(np.array([1, 0, 1], np.uint8)))
    choices = Choices(
        None,
        (
            ColumnChoice("a", Role.TARGET),
            ColumnChoice("b", Role.IGNORE),
            ColumnChoice("c", kind=Kind.CATEGORY),
            ColumnChoice("d"),
            ColumnChoice("e", Role.IGNORE),
        ),
        is_classification=False,
    )
    data = read(origin_of(path), choices)
    assert data.y.tolist() == [0, 4, 8]
    assert data.X.tolist() == [[0, 3], [1, 7], [2, 11]]
    assert data.feature_names == ("c", "d")
    assert data.categories == (("2", "6", "10"), ())


def test_the_progress_rises_to_1_and_may_cancel(tmp_path: Path) -> None:
    path, _, _ = mnist(tmp_path, n=5000)
    told: list[float] = []
    read(origin_of(path), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert 0 < told[0] < 0.5

    def stop(share: float) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        read(origin_of(path), progress=stop)


def test_pixels_take_a_byte_each_until_they_are_numbers(tmp_path: Path) -> None:
    path, images, _ = mnist(tmp_path, n=4000)
    tracemalloc.start()
    data = loaded(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * data.X.nbytes + 2 * images.nbytes

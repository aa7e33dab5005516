"""Any dataset as a table, written and read back bit for bit."""

import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.files.saving import FORMAT, choices_of, save_csv
from nncore.data.dataset import Dataset
from nncore.data.generators import GENERATORS, generate
from nncore.data.reading import origin_of, preview, read
from nncore.errors import LoadError

# What reading leaves as it is: one line, no spaces around, of a fair length.
NASTY = [
    "a,b",
    '"',
    'say ""hi""',
    ";",
    "'",
    "#",
    "NA",
    "?",
    "-",
    "1.5",
    "1,5",
    "=1+1",
    "naïve",
    "日本",
]
NAME = st.sampled_from(NASTY) | st.text(
    st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=12
)
NUMBER = st.floats(allow_infinity=False, allow_nan=False) | st.sampled_from([0.1, -0.0, 5e-324])


def distinct(n: int) -> st.SearchStrategy[list[str]]:
    return st.lists(NAME, min_size=n, max_size=n, unique=True)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    n, d = draw(st.integers(4, 8)), draw(st.integers(1, 3))
    names = draw(distinct(d + 1))
    X, categories = np.empty((n, d)), []
    for k in range(d):
        kinds = draw(distinct(3)) if draw(st.booleans()) else []
        cell: st.SearchStrategy[float] = st.integers(0, 2).map(float) if kinds else NUMBER
        X[:, k] = draw(arrays(float, n, elements=cell))
        X[1:, k][draw(arrays(bool, n - 1))] = np.nan  # some value must be there
        categories.append(tuple(kinds))
    classes = draw(distinct(3)) if draw(st.booleans()) else []
    y = np.arange(n) % 3 if classes else draw(arrays(float, n, elements=NUMBER))
    return Dataset(
        "any",
        X,
        y,
        tuple(names[:-1]),
        names[-1],
        tuple(classes),
        categories=tuple(categories),
        fills=("most_frequent",) * d,
    )


def named(values: np.ndarray, names: tuple[str, ...]) -> list[str | None]:
    return [None if np.isnan(x) else names[int(x)] for x in values]


@settings(max_examples=60, deadline=None)
@given(dataset=datasets())
def test_what_is_written_is_read_back_bit_for_bit(
    dataset: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("saved") / "any.csv"
    save_csv(path, dataset)
    again = read(origin_of(path), choices_of(dataset))
    header = [column.name for column in preview(origin_of(path), FORMAT).choices.columns]
    assert header == [*dataset.feature_names, dataset.target_name]
    for k, names in enumerate(dataset.categories):
        if names:
            before, after = named(dataset.X[:, k], names), named(again.X[:, k], again.categories[k])
            assert before == after
        else:
            present = ~np.isnan(dataset.X[:, k])
            assert (np.isnan(again.X[:, k]) == ~present).all()
            assert again.X[present, k].tobytes() == dataset.X[present, k].tobytes()
    if dataset.is_classification:
        assert named(again.y, again.class_names) == named(dataset.y, dataset.class_names)
    else:
        assert again.y.tobytes() == dataset.y.tobytes()


@pytest.mark.parametrize("id", GENERATORS)
def test_made_data_can_be_saved_and_opened_by_the_guesses(id: str, tmp_path: Path) -> None:
    dataset, path = generate(id, n=60, seed=1), tmp_path / "made.csv"
    save_csv(path, dataset)
    again = read(origin_of(path))
    assert again.X.tobytes() == dataset.X.tobytes()
    assert again.is_classification == dataset.is_classification
    if dataset.is_classification:
        assert named(again.y, again.class_names) == named(dataset.y, dataset.class_names)


def test_the_file_is_utf_8_with_a_header_and_the_target_last(tmp_path: Path) -> None:
    X = np.array([[1, 0.1], [np.nan, 2], [0, -3e-7]])
    dataset = Dataset(
        "d",
        X,
        np.array([1, 0, 1]),
        ("größe", "x₂"),
        "kind",
        ("a,b", "c"),
        categories=(("no", "yes"), ()),
    )
    path = tmp_path / "d.csv"
    save_csv(path, dataset)
    expected = 'größe,x₂,kind\nyes,0.1,c\n,2.0,"a,b"\nno,-3e-07,c\n'
    assert path.read_bytes() == expected.encode()


def drawing(*classes: str, features: tuple[str, ...] = ("a", "b")) -> Dataset:
    X = np.arange(8.0).reshape(4, 2)
    return Dataset("d", X, np.array([0, 1, 0, 1]), features, "kind", classes)


REFUSED = {
    "a class without a name": drawing("", "b"),
    "classes that differ in spaces only": drawing("b ", "b"),
    "a name with a line end": drawing("a", "b", features=("a\nb", "c")),
    "a name twice": drawing("a", "b", features=("a", "a")),
    "half a character": drawing("a", "\ud800"),
    "one class only": Dataset("d", np.zeros((2, 1)), np.array([0, 0]), ("a",), "y", ("p", "q")),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_would_not_read_back_is_refused_and_the_old_file_stays(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "d.csv"
    path.write_text("before")
    with pytest.raises(OSError) as caught:
        save_csv(path, REFUSED[kind])
    assert str(caught.value) and "\n" not in str(caught.value)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["d.csv"]


def test_a_folder_that_is_missing_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        save_csv(tmp_path / "missing" / "d.csv", drawing("a", "b"))


def test_a_file_that_reads_back_otherwise_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = generate("circle", n=4, seed=1)
    monkeypatch.setattr("app.files.saving.read", lambda *_: other)
    with pytest.raises(OSError, match="does not read back"):
        save_csv(tmp_path / "d.csv", drawing("a", "b"))
    assert not list(tmp_path.iterdir())


def test_a_new_file_may_be_read_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    save_csv(path, drawing("a", "b"))
    other = tmp_path / "other"
    other.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
    with pytest.raises(LoadError):
        read(origin_of(other))

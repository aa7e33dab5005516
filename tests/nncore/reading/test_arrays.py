import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from array_files import loaded, npy, npy_of, npz, refusal, written

from nncore.data.reading import origin_of, preview, read
from nncore.data.reading.arrays import is_model
from nncore.data.reading.choices import Choices, ColumnChoice, Kind, Missing, Role
from nncore.errors import Cancelled, LoadError

X = np.random.default_rng(5).normal(size=(40, 3))
Y = np.arange(40) % 3


def saved(folder: Path, *arrays: Any, **named: Any) -> Path:
    path = folder / "data.npz"
    np.savez(path, *arrays, **named)
    return path


def guessed_roles(path: Path) -> dict[str, Role]:
    return {choice.name: choice.role for choice in preview(origin_of(path)).choices.columns}


# ---------------------------------------------------------------------------------- one array


def test_the_columns_of_an_array_are_numbered_and_the_last_is_the_target(tmp_path: Path) -> None:
    data = loaded(written(tmp_path, "table.npy", npy(X)))
    assert data.X.tolist() == X[:, :2].tolist()
    assert data.y.tolist() == X[:, 2].tolist()
    assert data.feature_names == ("column 1", "column 2")
    assert (data.target_name, data.name, data.source) == ("column 3", "table", "table.npy")
    assert not data.is_classification
    assert data.notes == ()


@pytest.mark.parametrize(
    "dtype",
    ["?", "i1", "u1", "<i2", ">i2", ">u2", "<i4", ">i4", "<u8", ">i8", "<f2", ">f2", ">f4", ">f8"],
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_each_type_byte_order_and_layout_is_read(tmp_path: Path, dtype: str, order: Any) -> None:
    numbers = np.random.default_rng(0).integers(0, 2 if dtype == "?" else 100, (30, 4))
    array = np.array(numbers, dtype, order=order)
    path = written(tmp_path, "table.npy", npy(array))
    data = loaded(path)
    expected = array.astype(np.float64)
    np.testing.assert_array_equal(data.X, expected[:, :3])
    seen = preview(origin_of(path)).rows
    assert [[float(cell) for cell in row] for row in seen] == expected.tolist()


def test_images_become_pixels_and_the_want_of_labels_is_told(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 255, (20, 2, 3)).astype(np.uint8)
    data = loaded(written(tmp_path, "images.npy", npy(images)))
    np.testing.assert_array_equal(data.X, images.reshape(20, 6)[:, :5])
    assert data.feature_names == ("pixel 1,1", "pixel 1,2", "pixel 1,3", "pixel 2,1", "pixel 2,2")
    assert "no labels" in data.notes[0]


def test_images_in_columns_become_the_same_pixels(tmp_path: Path) -> None:
    images = np.asfortranarray(np.random.default_rng(0).normal(size=(20, 2, 3, 2)))
    data = loaded(written(tmp_path, "images.npy", npy(images)))
    np.testing.assert_array_equal(data.X, images.reshape(20, 12)[:, :11])
    assert data.feature_names[7] == "pixel 2,1,2"


def test_few_whole_numbers_that_repeat_are_classes(tmp_path: Path) -> None:
    table = np.column_stack([X, Y])
    path = written(tmp_path, "table.npy", npy(table))
    assert preview(origin_of(path)).choices.is_classification
    assert loaded(path).class_names == ("0", "1", "2")


def test_whether_they_are_classes_is_told_from_all_rows(tmp_path: Path) -> None:
    target = np.concatenate([np.zeros(100_000), np.linspace(0, 1, 50)])
    path = written(tmp_path, "table.npy", npy(np.column_stack([target, target])))
    assert preview(origin_of(path)).choices.is_classification
    assert not loaded(path).is_classification


def test_not_a_number_is_a_missing_value(tmp_path: Path) -> None:
    table = np.column_stack([X, Y])
    table[0, 1] = table[7, 2] = table[9, 3] = np.nan
    path = written(tmp_path, "table.npy", npy(table))
    seen = preview(origin_of(path))
    assert seen.n_missing == (0, 1, 1, 1)
    assert seen.rows[0][1] == ""
    assert [choice.missing for choice in seen.choices.columns[:3]] == [
        Missing.DROP,
        Missing.MEDIAN,
        Missing.MEDIAN,
    ]
    data = loaded(path)
    assert data.has_missing
    assert data.n_samples == 39
    assert data.notes == ("1 row without a target was left out.",)


def test_few_gaps_cost_their_rows(tmp_path: Path) -> None:
    table = np.column_stack([X, Y])
    table[3, 0] = np.nan
    data = loaded(written(tmp_path, "table.npy", npy(table)))
    assert data.n_samples == 39
    assert not data.has_missing


def test_the_second_version_of_the_format_is_read(tmp_path: Path) -> None:
    header = "{'shape':(2,2),'descr':\"<i2\",'fortran_order':False}"
    content = npy_of(header, np.array([[1, 2], [3, 4]], "<i2").tobytes(), version=2)
    assert loaded(written(tmp_path, "table.npy", content)).X.tolist() == [[1], [3]]


def test_what_a_file_is_its_name_does_not_tell(tmp_path: Path) -> None:
    assert loaded(written(tmp_path, "a.csv", npy(X))).n_samples == 40
    assert loaded(written(tmp_path, "a.npy", npz({"X.npy": npy(X)}))).n_samples == 40
    assert loaded(written(tmp_path, "a.npz", b"PK,y\n1,2.5\n2,3.5\n")).feature_names == ("PK",)


# --------------------------------------------------------------------------- several arrays


def test_arrays_of_an_archive_lie_side_by_side(tmp_path: Path) -> None:
    colours = np.array(["red", "green"] * 20)
    data = loaded(saved(tmp_path, y=Y, X=X, colour=colours, sold=Y == 2, w=X[:, :1]))
    assert data.feature_names == ("X 1", "X 2", "X 3", "colour", "sold", "w")
    assert data.categories == ((), (), (), ("green", "red"), (), ())
    expected = np.column_stack([X, np.arange(40) % 2 == 0, Y == 2, X[:, 0]])
    np.testing.assert_array_equal(data.X, expected)
    assert data.y.tolist() == Y.tolist()
    assert (data.target_name, data.class_names) == ("y", ("0", "1", "2"))


def test_packed_archives_hold_the_same(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "packed.npz", X=X, y=Y)
    packed = loaded(tmp_path / "packed.npz")
    np.testing.assert_array_equal(packed.X, X)
    assert packed.y.tolist() == Y.tolist()


@pytest.mark.parametrize(
    "name", ["y", "Y", "target", "Targets", "label", "labels", "class", "classes", "y_train"]
)
def test_a_target_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    roles = guessed_roles(saved(tmp_path, **{name: Y, "data": X[:, 0], "z": X[:, 1]}))
    assert roles == {name: Role.TARGET, "data": Role.FEATURE, "z": Role.FEATURE}


def test_without_such_a_name_the_last_column_is_the_target(tmp_path: Path) -> None:
    assert list(guessed_roles(saved(tmp_path, X, X[:, :2])).items())[-2:] == [
        ("arr_1 1", Role.FEATURE),
        ("arr_1 2", Role.TARGET),
    ]


def test_of_two_such_names_the_likelier_is_the_target(tmp_path: Path) -> None:
    roles = guessed_roles(saved(tmp_path, labels=Y, X=X, y=Y))
    assert (roles["labels"], roles["y"]) == (Role.FEATURE, Role.TARGET)


def test_the_other_columns_of_the_target_are_not_used(tmp_path: Path) -> None:
    roles = guessed_roles(saved(tmp_path, X=X[:, 0], y=np.eye(3)[Y]))
    assert roles == {
        "X": Role.FEATURE,
        "y 1": Role.IGNORE,
        "y 2": Role.IGNORE,
        "y 3": Role.TARGET,
    }
    alone = guessed_roles(saved(tmp_path, y=X[:, :2]))
    assert alone == {"y 1": Role.FEATURE, "y 2": Role.TARGET}


@pytest.mark.parametrize(
    ("names", "left_out"),
    [
        (("x_train", "y_train", "x_test", "y_test"), "'x_test', 'y_test'"),
        (("X_Train", "Y_Train", "X_val", "Y_val"), "'X_val', 'Y_val'"),
        (("train_images", "train_labels", "test_images", "val_labels"), "'test_images', 'val_labe"),
    ],
)
def test_of_a_divided_set_the_training_arrays_are_read(
    tmp_path: Path, names: tuple[str, ...], left_out: str
) -> None:
    images = np.random.default_rng(0).integers(0, 255, (40, 2, 2)).astype(np.uint8)
    parts = dict(zip(names, (images, Y, X[:9], np.array([None])), strict=True))
    data = loaded(saved(tmp_path, **parts))
    np.testing.assert_array_equal(data.X, images.reshape(40, 4))
    assert data.y.tolist() == Y.tolist()
    assert data.feature_names[1] == f"{names[0]} 1,2"
    assert data.target_name == names[1]
    (note,) = data.notes
    assert left_out in note


def test_an_array_for_training_is_read_whatever_else_its_name_says(tmp_path: Path) -> None:
    assert loaded(saved(tmp_path, train_test=X)).n_samples == 40
    assert loaded(saved(tmp_path, test_train=X, y_train=Y, y_val=Y[:3])).n_samples == 40


def test_a_note_names_few_of_many_arrays_that_are_left_out(tmp_path: Path) -> None:
    tests = {f"x{i}_test": X[:9] for i in range(30)}
    (note,) = loaded(saved(tmp_path, x_train=X, y_train=Y, **tests)).notes
    assert note.endswith("'x0_test', 'x1_test', 'x2_test', 'x3_test' and others.")


def test_test_arrays_alone_are_read(tmp_path: Path) -> None:
    assert loaded(saved(tmp_path, x_test=X, y_test=Y)).n_samples == 40


def test_columns_that_would_have_the_same_name_are_told_apart(tmp_path: Path) -> None:
    roles = guessed_roles(saved(tmp_path, **{"X": X[:, :2], "X 1": X[:, 2], "y": Y}))
    assert list(roles) == ["X 1", "X 2", "X 1 (2)", "y"]


def test_members_that_are_no_arrays_are_passed_over(tmp_path: Path) -> None:
    content = npz({"X.npy": npy(X), "readme.txt": b"Hello"})
    assert loaded(written(tmp_path, "data.npz", content)).n_samples == 40


def test_a_comment_at_the_end_of_an_archive_does_no_harm(tmp_path: Path) -> None:
    path = saved(tmp_path, X=X, y=Y)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"of Tuesday" * 5000
    assert loaded(path).n_samples == 40


# --------------------------------------------------------------------------------------- text


@pytest.mark.parametrize("dtype", ["<U9", ">U9", "S9"])
def test_text_makes_classes_in_natural_order(tmp_path: Path, dtype: str) -> None:
    names = np.array(["class 10", " class 2", "class 2 ", ""] * 10, dtype)
    data = loaded(saved(tmp_path, X=X, y=names))
    assert data.class_names == ("class 2", "class 10")
    assert data.y.tolist() == [1, 0, 0] * 10
    assert data.notes == ("10 rows without a target were left out.",)


def test_text_beyond_ascii_is_read(tmp_path: Path) -> None:
    colours = np.array(["grün", "голубой"] * 20)
    assert loaded(saved(tmp_path, X=X, y=colours)).class_names == ("grün", "голубой")
    encoded = np.strings.encode(colours, "utf-8")
    assert loaded(saved(tmp_path, X=X, y=encoded)).class_names == ("grün", "голубой")


def test_text_that_names_the_rows_is_not_used(tmp_path: Path) -> None:
    names = np.array([f"sample {i}" for i in range(40)])
    roles = guessed_roles(saved(tmp_path, name=names, X=X[:, 0], y=Y))
    assert roles == {"name": Role.IGNORE, "X": Role.FEATURE, "y": Role.TARGET}
    assert guessed_roles(saved(tmp_path, name=names, y=Y))["name"] is Role.FEATURE
    few = guessed_roles(saved(tmp_path, name=names[:9], X=X[:9, 0], y=Y[:9]))
    assert few["name"] is Role.FEATURE


def test_a_look_shows_text_in_one_line_of_a_fair_length(tmp_path: Path) -> None:
    texts = np.array(["a\nb", "c" * 200] * 20)
    seen = preview(origin_of(saved(tmp_path, text=texts, y=Y)))
    assert seen.rows[0] == ("a·b", "0")
    assert seen.rows[1] == ("c" * 80 + "…", "1")


def test_more_text_than_fits_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nncore.data.reading.arrays.stored.LARGEST_TEXT", 159)
    path = saved(tmp_path, text=np.array(["a", "b"] * 20), y=Y)
    with pytest.raises(LoadError, match="member 'text' holds 160 bytes of text; at most 159 are"):
        preview(origin_of(path))


def with_kind(path: Path, name: str, kind: Kind) -> Choices:
    choices = preview(origin_of(path)).choices
    columns = tuple(
        ColumnChoice(c.name, c.role, kind if c.name == name else c.kind, Missing.MEAN)
        for c in choices.columns
    )
    return Choices(None, columns, choices.is_classification)


def test_text_can_be_taken_as_numbers(tmp_path: Path) -> None:
    path = saved(tmp_path, a=np.array(["1.5", " 2", "  ", "-3e1"] * 10), y=Y)
    data = read(origin_of(path), with_kind(path, "a", Kind.NUMBER))
    np.testing.assert_array_equal(data.X[:4, 0], [1.5, 2, np.nan, -30])


def test_text_that_is_no_number_is_told_with_its_row(tmp_path: Path) -> None:
    path = saved(tmp_path, a=np.array(["1.5", "", "1_000", "x"] * 10), y=Y)
    with pytest.raises(LoadError, match="row 3, column 'a': '1_000' is not a number"):
        read(origin_of(path), with_kind(path, "a", Kind.NUMBER))


def test_numbers_can_be_taken_as_categories(tmp_path: Path) -> None:
    values = np.array([10, 2.5, np.nan, 2.5] * 10)
    path = saved(tmp_path, a=values, y=Y)
    data = read(origin_of(path), with_kind(path, "a", Kind.CATEGORY))
    assert data.categories == (("2.5", "10"),)
    np.testing.assert_array_equal(data.X[:4, 0], [1, 0, np.nan, 0])


def test_more_categories_than_anybody_wants_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, a=np.arange(1001), y=np.arange(1001) % 2)
    with pytest.raises(LoadError, match="column 'a' has more than 1,000 different values"):
        read(origin_of(path), with_kind(path, "a", Kind.CATEGORY))


# ----------------------------------------------------------------------------- choices, progress


def test_choices_name_use_and_leave_out_columns(tmp_path: Path) -> None:
    path = saved(tmp_path, X=X, y=Y)
    roles = (Role.IGNORE, Role.TARGET, Role.FEATURE, Role.FEATURE)
    columns = tuple(ColumnChoice(name, role) for name, role in zip("abcd", roles, strict=True))
    data = read(origin_of(path), Choices(None, columns, is_classification=False))
    assert (data.feature_names, data.target_name) == (("c", "d"), "b")
    np.testing.assert_array_equal(data.X, np.column_stack([X[:, 2], Y]))
    np.testing.assert_array_equal(data.y, X[:, 1])


def test_choices_for_another_file_are_refused(tmp_path: Path) -> None:
    choices = preview(origin_of(saved(tmp_path, X=X, y=Y))).choices
    path = written(tmp_path, "other.npy", npy(X))
    with pytest.raises(LoadError, match="has 3 columns, and the choices are for 4"):
        read(origin_of(path), choices)


def test_an_array_that_is_not_used_is_not_read(tmp_path: Path) -> None:
    long = np.tile(X, (1000, 1))
    names = [("A", long), ("B", long), ("y", np.tile(Y, 1000))]
    content = bytearray(npz({f"{name}.npy": npy(array) for name, array in names}))
    content[900_000] ^= 1  # near the end of A, where a look doesn't come to
    spoilt = written(tmp_path, "data.npz", content)
    choices = preview(origin_of(spoilt)).choices
    ignored = tuple(
        ColumnChoice(c.name, Role.IGNORE if c.name.startswith("A") else c.role)
        for c in choices.columns
    )
    read(origin_of(spoilt), Choices(None, ignored, choices.is_classification))
    assert "member 'A' is cut short or damaged" in refusal(spoilt)


def test_more_values_than_fit_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nncore.data.reading.blocks.table.MAX_CELLS", 159)
    path = saved(tmp_path, X=X, y=Y)
    with pytest.raises(LoadError, match="has 160 values to read; at most 159 are"):
        loaded(path)


def test_a_look_at_columns_one_after_the_other_shows_rows(tmp_path: Path) -> None:
    table = np.asfortranarray(np.arange(100_000).reshape(50_000, 2))
    rows = preview(origin_of(written(tmp_path, "table.npy", npy(table)))).rows
    assert rows[:3] == (("0", "1"), ("2", "3"), ("4", "5"))


def test_a_look_shows_the_first_rows_of_each_array(tmp_path: Path) -> None:
    n = 200_000
    numbers = np.arange(n)
    seen = preview(origin_of(saved(tmp_path, a=numbers, b=numbers % 7, X=np.ones((n, 9)))))
    assert (seen.kind, seen.n_rows, len(seen.rows)) == ("NumPy arrays", n, 100)
    assert seen.rows[99] == ("99", "1", *["1.0"] * 9)
    assert len(seen.n_missing) == 11
    assert preview(origin_of(written(tmp_path, "a.npy", npy(X)))).kind == "NumPy array"


def test_the_progress_rises_to_1_and_may_cancel(tmp_path: Path) -> None:
    path = saved(tmp_path, X=np.ones((100_000, 4)), y=np.arange(100_000) % 2)
    told: list[float] = []
    read(origin_of(path), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(set(told)) > 3

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read(origin_of(path), progress=stop)


# ------------------------------------------------------------------------------------- models


def test_a_network_is_told_from_data(tmp_path: Path) -> None:
    description = np.array('{"format": "nnscope-network", "version": 2}')
    model = saved(tmp_path, theta=X[:, 0], description=description)
    assert is_model(origin_of(model))
    assert is_model(origin_of(written(tmp_path, "model.csv", model.read_bytes())))
    assert not is_model(origin_of(written(tmp_path, "cut.npz", model.read_bytes()[:-30])))
    other = np.array('{"format": "another", "version": 2}')
    assert not is_model(origin_of(saved(tmp_path, theta=X[:, 0], description=other)))
    assert not is_model(origin_of(saved(tmp_path, X=X, y=Y)))
    assert not is_model(origin_of(written(tmp_path, "a.npy", npy(X))))

"""The files opened last, and their choices, in the settings."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings

from app.files.choices_json import choices_from_json, choices_to_json
from app.files.recent import KEY, MOST, MOST_COLUMNS, RecentFiles
from nncore.data.reading.choices import (
    Choices,
    ColumnChoice,
    Kind,
    Missing,
    Role,
    TextFormat,
)
from nncore.data.reading.text_encoding import ENCODINGS

FORMATS = st.builds(
    TextFormat,
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from([",", ";", "\t", "|", " ", "€"]),
    decimal=st.sampled_from([".", ","]),
    has_header=st.booleans(),
    missing_marks=st.lists(st.text(), max_size=3).map(tuple),
)
COLUMNS = st.builds(
    ColumnChoice,
    name=st.text(),
    role=st.sampled_from(Role),
    kind=st.sampled_from(Kind),
    missing=st.sampled_from(Missing),
)
CHOICES = st.builds(
    Choices,
    format=st.none() | FORMATS,
    columns=st.lists(COLUMNS, max_size=5).map(tuple),
    is_classification=st.booleans(),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=12,
)


def choices(name: str = "a", n_columns: int = 2) -> Choices:
    names = [f"{name}{k}" for k in range(n_columns)]
    return Choices(TextFormat(delimiter=";"), tuple(map(ColumnChoice, names)), True)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@given(CHOICES)
def test_choices_survive_json(value: Choices) -> None:
    assert choices_from_json(json.loads(json.dumps(choices_to_json(value)))) == value


@given(JSON)
def test_any_other_json_gives_no_choices(value: Any) -> None:
    assert choices_from_json(value) is None


@given(CHOICES, st.data())
def test_one_part_of_another_kind_never_does_harm(value: Choices, data: st.DataObject) -> None:
    parts = choices_to_json(value)
    parts[data.draw(st.sampled_from(sorted(parts)))] = data.draw(JSON)
    read = choices_from_json(parts)
    assert read is None or isinstance(read, Choices)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("encoding", "rot13"),
        ("encoding", 8),
        ("delimiter", ""),
        ("delimiter", ",,"),
        ("delimiter", '"'),
        ("delimiter", "\n"),
        ("decimal", "x"),
        ("has_header", "true"),
        ("has_header", 1),
        ("missing_marks", [None]),
    ],
)
def test_a_format_that_no_file_can_have_is_refused(part: str, value: object) -> None:
    parts = choices_to_json(choices())
    parts["format"][part] = value
    assert choices_from_json(parts) is None


@pytest.mark.parametrize(
    "row",
    [
        ["a", "feature", "number"],
        ["a", "feature", "number", "drop", 1],
        [1, "feature", "number", "drop"],
        ["a", "features", "number", "drop"],
        ["a", ["feature"], "number", "drop"],
        ["a", "feature", "number", None],
        "abcd",
        {},
        None,
    ],
)
def test_a_column_that_is_none_is_refused(row: object) -> None:
    parts = choices_to_json(choices())
    parts["columns"].append(row)
    assert choices_from_json(parts) is None


def test_files_come_back_newest_first_with_their_choices(
    settings: QSettings, tmp_path: Path
) -> None:
    recent = RecentFiles(settings)
    for name in ("a.csv", "b.csv", "a.csv"):
        recent.add(tmp_path / name, choices(name))
    settings.sync()
    again = RecentFiles(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    assert [file.path.name for file in again.files] == ["a.csv", "b.csv"]
    assert again.choices_of(tmp_path / "b.csv") == choices("b.csv")
    assert tmp_path / "a.csv" in again and tmp_path / "c.csv" not in again
    assert again.choices_of(tmp_path / "c.csv") is None


def test_a_name_of_any_letters_survives(settings: QSettings, tmp_path: Path) -> None:
    for name in ('größe "1", %20 ;.csv', "日本.csv", "half \udcff.csv"):
        RecentFiles(settings).add(tmp_path / name, choices(name))
        settings.sync()
        again = RecentFiles(QSettings(settings.fileName(), QSettings.Format.IniFormat))
        assert again.files[0].path == tmp_path / name
        assert again.files[0].choices == choices(name)


def test_a_relative_name_is_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recent = RecentFiles(None)
    recent.add(Path("a.csv"), choices())
    recent.add(tmp_path / "a.csv", choices())
    assert [file.path for file in recent.files] == [tmp_path / "a.csv"]
    assert recent.choices_of(Path("a.csv")) == choices()


def test_only_so_many_are_kept_and_all_can_be_forgotten(settings: QSettings) -> None:
    recent = RecentFiles(settings)
    for k in range(MOST + 3):
        recent.add(Path(f"/data/{k}.csv"), choices())
    assert [file.path.stem for file in recent.files] == [str(k) for k in range(MOST + 2, 2, -1)]
    assert len(RecentFiles(settings).files) == MOST
    recent.clear()
    assert recent.files == () and RecentFiles(settings).files == ()


def test_choices_of_very_many_columns_are_not_kept(settings: QSettings) -> None:
    recent = RecentFiles(settings)
    recent.add(Path("/data/wide.csv"), choices(n_columns=MOST_COLUMNS + 1))
    recent.add(Path("/data/fair.csv"), choices(n_columns=MOST_COLUMNS))
    assert recent.choices_of(Path("/data/wide.csv")) is None
    assert recent.choices_of(Path("/data/fair.csv")) is not None


GOOD = {"path": "/data/a.csv", "choices": choices_to_json(choices())}


@pytest.mark.parametrize(
    ("value", "n_files"),
    [
        (None, 0),
        (7, 0),
        (True, 0),
        ("", 0),
        ("nonsense", 0),
        ("[" * 100_000, 0),
        ('{"path": "/a"}', 0),
        ("null", 0),
        ('["/a", 1, null, {}, {"path": 1}, {"path": "a.csv"}]', 0),
        (json.dumps([GOOD, "rubbish", {"path": "/data/b.csv"}, GOOD]), 2),
        (json.dumps([{"path": f"/data/{k}.csv"} for k in range(40)]), MOST),
        (["[]", "x"], 0),
    ],
)
def test_nonsense_in_the_settings_is_passed_over(
    settings: QSettings, value: object, n_files: int
) -> None:
    settings.setValue(KEY, value)
    recent = RecentFiles(settings)
    assert len(recent.files) == n_files
    recent.add(Path("/data/new.csv"), choices())
    assert recent.files[0].path == Path("/data/new.csv")
    assert RecentFiles(settings).choices_of(Path("/data/new.csv")) == choices()


@given(JSON)
def test_any_json_in_the_settings_does_no_harm(value: Any) -> None:
    class Settings:
        def value(self, key: str) -> str:
            return json.dumps(value)

    RecentFiles(Settings())  # type: ignore[arg-type]

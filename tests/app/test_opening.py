"""What a file or a text holds, found out without Qt."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.files import opening
from app.files.opening import FoundModel, FoundTable, OpenedData, look, name_of, read_data
from app.state import FromFile, Pasted, guide_state, model_of
from nncore.checkpoint import save_model
from nncore.data.reading.choices import Kind, Role, TextFormat
from nncore.errors import Cancelled, LoadError

TABLE = "a;b;kind\n1,5;2;x\n2,5;3;y\n3,5;4;x\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return path


def test_a_table_is_found_with_its_size_and_guesses(table: Path) -> None:
    found = look(table)
    assert isinstance(found, FoundTable) and found.what == table
    assert found.n_bytes == len(TABLE)
    format = found.preview.choices.format
    assert format is not None and (format.delimiter, format.decimal) == (";", ",")
    assert found.preview.choices.columns[-1].role is Role.TARGET


def test_another_format_is_taken_as_said(table: Path) -> None:
    found = look(table, TextFormat(delimiter=";"))
    assert isinstance(found, FoundTable)
    assert found.preview.choices.columns[0].kind is Kind.CATEGORY  # 1,5 has no point


def test_data_come_with_all_that_is_needed_to_read_them_again(table: Path) -> None:
    opened = read_data(table)
    assert isinstance(opened, OpenedData) and isinstance(opened.source, FromFile)
    assert opened.source.path == table
    assert opened.dataset.X.tolist() == [[1.5, 2], [2.5, 3], [3.5, 4]]
    again = read_data(opened.source.path, opened.source.choices)
    assert isinstance(again, OpenedData)
    assert again.dataset.X.tobytes() == opened.dataset.X.tobytes()


def test_choices_are_followed(table: Path) -> None:
    found = look(table)
    assert isinstance(found, FoundTable)
    a, b, kind = found.preview.choices.columns
    columns = (replace(a, role=Role.TARGET), b, replace(kind, role=Role.IGNORE))
    choices = replace(found.preview.choices, columns=columns, is_classification=False)
    opened = read_data(table, choices)
    assert isinstance(opened, OpenedData)
    assert opened.dataset.target_name == "a" and opened.dataset.feature_names == ("b",)
    assert opened.source.choices is choices


def test_guesses_that_the_rest_of_the_file_has_refuted_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    rows = [f"{k},{k % 2 if k < 60_000 else k}" for k in range(70_000)]
    path.write_text("a,b\n" + "\n".join(rows))
    found, opened = look(path), read_data(path)
    assert isinstance(found, FoundTable) and found.preview.choices.is_classification
    assert isinstance(opened, OpenedData) and not opened.dataset.is_classification
    assert not opened.source.choices.is_classification


def test_pasted_text_is_a_table_too() -> None:
    text = TABLE.replace(";", "\t")
    found, opened = look(text), read_data(text)
    assert isinstance(found, FoundTable) and found.what == text
    assert isinstance(opened, OpenedData)
    assert isinstance(opened.source, Pasted) and opened.source.text == text
    assert opened.dataset.n_samples == 3
    assert name_of(text) == "the clipboard" and name_of(Path("/a/b.csv")) == "b.csv"


def test_weights_are_found_by_what_is_in_the_file(tmp_path: Path) -> None:
    state = guide_state()
    assert state.theta is not None
    path = tmp_path / "weights.csv"  # its name is not asked
    save_model(path, model_of(state, state.theta))
    found = look(path)
    assert isinstance(found, FoundModel) and found.path == path
    assert found.model.spec == state.spec


def test_damaged_weights_are_refused_in_a_sentence(tmp_path: Path) -> None:
    state = guide_state()
    assert state.theta is not None
    path = tmp_path / "weights.npz"
    save_model(path, model_of(state, state.theta))
    content = path.read_bytes()
    for size in (30, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:size])
        found = look(path)
        assert isinstance(found, LoadError) and str(found).startswith("weights.npz: ")


BAD: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "a folder": Path.mkdir,
    "empty": Path.touch,
    "a picture": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0"),
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 20),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_holds_nothing_is_refused_in_a_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bad.csv"
    BAD[kind](path)
    for error in (look(path), read_data(path)):
        assert isinstance(error, LoadError)
        assert str(error).startswith("bad.csv: ") and "\n" not in str(error)


@pytest.mark.parametrize("text", ["", "  \n", "https://example.org/table.csv"])
def test_pasted_text_without_a_table_gives_no_data(text: str) -> None:
    opened = read_data(text)
    assert isinstance(opened, LoadError) and str(opened).startswith("clipboard: ")


def test_a_lack_of_memory_is_a_sentence(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(opening, "preview", fail)
    monkeypatch.setattr(opening, "read", fail)
    for error in (look(table), look("a,b\n1,2\n"), read_data(table), read_data("a,b\n1,2\n")):
        assert isinstance(error, LoadError) and "too large" in str(error)


def test_a_progress_may_end_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1,2\n" * 300_000)
    seen: list[float] = []

    def stop(share: float) -> None:
        seen.append(share)
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_data(path, None, stop)
    assert 0.3 < seen[-1] < 0.9 and seen == sorted(seen)

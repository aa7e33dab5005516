"""Where bytes come from, and what is told when they can't be had."""

import os
from pathlib import Path

import pytest
from tables import written

from nncore.data.reading import origin_of, pasted
from nncore.data.reading.origin import Origin, from_bytes, watched
from nncore.errors import Cancelled, LoadError


def test_a_file_can_be_read_from_the_beginning_again_and_again(tmp_path: Path) -> None:
    origin = origin_of(str(written(tmp_path, "a,b\n")))
    assert (origin.path, origin.n_bytes) == (tmp_path / "table.csv", 4)
    for _ in range(2):
        with origin.open() as stream:
            assert stream.read() == b"a,b\n"
    assert origin.head(3) == b"a,b"
    assert origin.head(99) == b"a,b\n"


def test_pasted_text_is_utf_8() -> None:
    origin = pasted("ä\ud800")
    assert origin.path == Path("clipboard")
    assert origin.head(9) == "ä?".encode()
    assert origin.n_bytes == 3


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n1,p\n2,q\n")
    assert origin_of(path, max_bytes=12).n_bytes == 12
    with pytest.raises(LoadError, match=r"^table\.csv: has 12 bytes; at most 11 are read\.$"):
        origin_of(path, max_bytes=11)


def test_what_goes_wrong_with_a_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    origin = origin_of(written(tmp_path, "a,y\n"))
    faults = {
        OSError(5, "Input/output error"): "can't be read (Input/output error)",
        PermissionError(13, "Permission denied"): "can't be read (Permission denied)",
        FileNotFoundError(2, "No such file"): "there is no such file",
        MemoryError(): "takes more memory than there is",
        LoadError(origin.path, "is odd"): "is odd",
    }
    for error, sentence in faults.items():
        with pytest.raises(LoadError) as caught, watched(origin):
            raise error
        assert str(caught.value) == f"table.csv: {sentence}."


def test_a_change_is_told_before_the_fault_that_it_makes(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n")
    origin = origin_of(path)
    with pytest.raises(LoadError, match="changed while it was read"), watched(origin):
        path.write_bytes(b"a")
        raise LoadError(path, "is odd")
    with pytest.raises(LoadError, match="changed while it was read"), watched(origin):
        path.write_bytes(b"a,y\n1,2\n")


def test_a_file_that_is_put_in_its_place_is_a_change(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n")
    status = path.stat()
    with pytest.raises(LoadError, match="changed while it was read"), watched(origin_of(path)):
        other = written(tmp_path, "b,y\n", "other.csv")
        os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
        other.replace(path)


def test_a_file_that_is_removed_meanwhile_is_missed(tmp_path: Path) -> None:
    path = written(tmp_path, "a,y\n")
    with pytest.raises(LoadError, match="there is no such file"), watched(origin_of(path)):
        path.unlink()


def test_to_stop_is_no_fault() -> None:
    with pytest.raises(Cancelled), watched(pasted("")):
        raise Cancelled


def test_bytes_in_memory_do_not_change() -> None:
    origin = from_bytes(Path("inside.csv"), b"a,y\n")
    with watched(origin):
        assert origin.head(1) == b"a"
    assert isinstance(origin, Origin)

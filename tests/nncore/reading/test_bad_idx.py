"""IDX files that are damaged or alone: each ends in a sentence with the numbers."""

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
from array_files import IMAGES, LABELS, idx, outcome, refusal, written

from nncore.data.reading import Origin, origin_of, preview, read
from nncore.errors import LoadError

PIXELS = idx(np.arange(24, dtype=np.uint8).reshape(6, 2, 2))
CLASSES = idx(np.array([0, 1, 0, 1, 0, 1], np.uint8))


def with_head(head: str, content: bytes = PIXELS) -> bytes:
    head_bytes = bytes.fromhex(head)
    return head_bytes + content[len(head_bytes) :]


FILES = {
    "wrong magic": (with_head("00000703"), "begins with 00 00 07 03, which is no magic number"),
    "no dimensions": (with_head("00000800"), "has 0 dimensions, not 1 to 4"),
    "five dimensions": (with_head("00000805"), "has 5 dimensions, not 1 to 4"),
    "only a magic number": (PIXELS[:4], "is cut short in its header"),
    "half a magic number": (PIXELS[:3], "begins with 00 00 08, which is no magic number"),
    "cut short in the header": (PIXELS[:15], "is cut short in its header"),
    "cut short": (PIXELS[:-1], "is cut short: its header asks for 40 bytes, and there are 39"),
    "longer": (PIXELS + b"ab", "has 2 bytes after its last value"),
    "no images": (with_head("00000803 00000000"), "is empty: its dimensions are 0 × 2 × 2"),
    "images of no height": (with_head("00000803 00000006 00000000"), "dimensions are 6 × 0 × 2"),
    "forged count": (
        with_head("00000803 ffffffff"),
        "is cut short: its header asks for 17,179,869,196 bytes, and there are 40",
    ),
    "forged size": (
        with_head("00000803 ffffffff ffffffff ffffffff"),
        "is cut short: its header asks for 79,228,162,458,924,105,385,300,197,391 bytes",
    ),
    "large images": (
        idx(np.zeros((6, 101, 100), np.uint8)),
        "has 10,100 columns; at most 10,000 are read",
    ),
    "type that is wider": (with_head("00000d03"), "asks for 112 bytes, and there are 40"),
    "infinite": (
        idx(np.where(np.arange(24) == 9, np.inf, 1).astype("f4").reshape(6, 2, 2)),
        "row 3, column 'pixel 1,2': the value is infinite",
    ),
    "more images than labels": (
        idx(np.zeros((7, 2, 2), np.uint8)),
        f"does not go with '{LABELS}' beside it: there are 7 images and 6 labels",
    ),
    "labels under the name of images": (CLASSES, "holds labels without images, and its name"),
}


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES)
def test_images_that_are_bad_are_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: str
) -> None:
    written(tmp_path, LABELS, CLASSES)
    sentence = refusal(written(tmp_path, IMAGES, content))
    assert sentence.startswith(f"{IMAGES}: ")
    assert words in sentence


@pytest.mark.parametrize("name", [n for n in FILES if n != "infinite"])
def test_all_but_the_values_is_refused_at_a_look(tmp_path: Path, name: str) -> None:
    written(tmp_path, LABELS, CLASSES)
    with pytest.raises(LoadError):
        preview(origin_of(written(tmp_path, IMAGES, FILES[name][0])))


def test_a_missing_partner_is_told_by_its_name(tmp_path: Path) -> None:
    images = refusal(written(tmp_path, IMAGES, PIXELS))
    assert f"holds images without labels; '{LABELS}' was not found beside it" in images
    packed = refusal(written(tmp_path, "t10k-images.idx3-ubyte.gz", gzip.compress(PIXELS)))
    assert "'t10k-labels.idx1-ubyte.gz' was not found" in packed
    labels = refusal(written(tmp_path, "a-labels-idx1-ubyte", CLASSES))
    assert "holds labels without images; 'a-images-idx3-ubyte' was not found" in labels


@pytest.mark.parametrize("name", ["digits.idx", "train-pictures-idx3-ubyte", "images.bin"])
def test_a_name_that_tells_no_partner_is_told(tmp_path: Path, name: str) -> None:
    sentence = refusal(written(tmp_path, name, PIXELS))
    assert "its name does not tell which file has them" in sentence
    assert "train-labels-idx1-ubyte" in sentence


PARTNERS = {
    "damaged": (CLASSES[:-1], LABELS, "is cut short: its header asks for 14 bytes"),
    "a text": (b"label\n1\n", LABELS, "begins with 6c 61 62 65, which is no magic number"),
    "empty": (b"", LABELS, "begins with nothing, which is no magic number"),
    "images": (PIXELS, IMAGES, f"holds images, and so does '{LABELS}' beside it"),
    "of one class": (idx(np.ones(6, np.uint8)), IMAGES, "column 'label' has a single class, '1'"),
    "not a number": (
        idx(np.full(6, np.nan, np.float32)),
        IMAGES,
        "has no row in which nothing is missing",
    ),
}


@pytest.mark.parametrize(("content", "name", "words"), PARTNERS.values(), ids=PARTNERS)
def test_a_partner_that_is_bad_is_refused_by_its_own_name(
    tmp_path: Path, content: bytes, name: str, words: str
) -> None:
    written(tmp_path, LABELS, content)
    error = outcome(written(tmp_path, IMAGES, PIXELS))
    assert isinstance(error, LoadError)
    assert error.path.name == name
    assert words in str(error)


def test_a_packed_partner_that_is_damaged_is_refused_by_its_own_name(tmp_path: Path) -> None:
    written(tmp_path, LABELS + ".gz", gzip.compress(CLASSES)[:-2])
    assert f"{LABELS}.gz: is cut short" in str(outcome(written(tmp_path, IMAGES, PIXELS)))


def test_a_packed_partner_is_checked_to_its_end(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (1500, 28, 28), np.uint8)
    written(tmp_path, IMAGES + ".gz", gzip.compress(idx(images) + b"abc", 1))
    error = outcome(written(tmp_path, LABELS, idx(np.arange(1500, dtype=np.uint8) % 2)))
    assert f"{IMAGES}.gz: has 3 bytes after its last value" in str(error)


def test_a_partner_that_changes_meanwhile_is_told(tmp_path: Path) -> None:
    labels = written(tmp_path, LABELS, CLASSES)

    def change(_: float) -> None:
        labels.write_bytes(CLASSES + b"more")

    with pytest.raises(LoadError, match=f"{LABELS}: changed while it was read"):
        read(origin_of(written(tmp_path, IMAGES, PIXELS)), progress=change)


def test_a_file_that_has_become_shorter_is_refused(tmp_path: Path) -> None:
    written(tmp_path, LABELS, CLASSES)
    origin = Origin(tmp_path / IMAGES, len(PIXELS), lambda: io.BytesIO(PIXELS[:-1]))
    with pytest.raises(LoadError, match="is cut short: its header asks for 40 bytes"):
        read(origin)


def test_text_that_begins_with_zeros_is_not_taken_for_images(tmp_path: Path) -> None:
    text = "a,y\n1,2\n".encode("utf-32-be")
    error = outcome(written(tmp_path, "table.csv", b"\0\0\xfe\xff" + text))
    assert isinstance(error, LoadError)
    assert "IDX" not in str(error)


def test_a_folder_for_a_partner_is_refused(tmp_path: Path) -> None:
    (tmp_path / LABELS).mkdir()
    assert "is a folder" in str(outcome(written(tmp_path, IMAGES, PIXELS)))

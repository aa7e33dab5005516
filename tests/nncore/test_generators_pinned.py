"""The bits of data sets that people may have trained on: they must never change."""

import hashlib

import numpy as np
import pytest

from nncore.data.generators import GENERATORS, generate

CASES: tuple[tuple[int, float | None, int], ...] = (
    (4, 0.0, 0),
    (1000, None, 42),
    (1001, 0.35, 7),
    (2500, 1.0, 2**32 - 1),
)

# The first 64 bits of SHA-256 of the bytes of X and y, one hash per case.
HASHES = {
    "circle": "566f90e6d8e86139 49bc7852243623ab 47d4bee909eb415c 879f9721e17ed8dd",
    "ring": "aeed5db9c61597e1 65d09e8254a08142 9e4c6d71737a8e41 8b342f4f239528fa",
    "xor": "3d3d623ce7b8ea4d 5345538918a0cdad 2ee79caf86fde1ac ea34edd1a0ddc71e",
    "gaussians": "b1135d729acc3720 bfd39ee82d9aca14 e38ce7b2897067c9 0088fe97a954a823",
    "spiral": "1e86c6e7a93bd272 129a93d9fed0831b 7d180fd04d360bfe 4e151f900aead5be",
    "blobs": "22f5d299c798cc28 a35839197ca0a9e3 0b7a42709ce49791 a8e3ddb0d2857f2e",
    "moons": "c08e1ef3fe6d70b5 699b5be53d933cc3 6c19052e5b1eac98 667709177b46bb99",
    "plane": "f0be777f08006106 87b5d103363cccf8 38e3d938be2aafd9 08c6e14c7edf8583",
    "sine": "ba0813172e70e574 0daa5b89f75f5f1e 3b11968ce3418c8f 562e30d7e6c26953",
}

# The others take sines, cosines or logarithms, whose last bit depends on the processor; they
# are rounded to 9 decimals. The circle's bits are compared with the guide's formula elsewhere.
EXACT = ("xor", "gaussians", "blobs", "plane")

TITLES = {
    "circle": "Circle",
    "ring": "Ring",
    "xor": "Exclusive or",
    "gaussians": "Two Gaussians",
    "spiral": "Spiral",
    "blobs": "Three blobs",
    "moons": "Moons",
    "plane": "Plane",
    "sine": "Sine",
}


@pytest.mark.parametrize("k", range(len(CASES)))
@pytest.mark.parametrize("id", HASHES)
def test_the_bits_are_those_of_the_first_release(id: str, k: int) -> None:
    n, noise, seed = CASES[k]
    data = generate(id, n=n, noise=noise, seed=seed)
    # + 0.0 makes −0 0
    X, y = (data.X, data.y) if id in EXACT else (data.X.round(9) + 0.0, data.y.round(9) + 0)
    assert X.dtype == np.float64
    bits = hashlib.sha256(X.tobytes() + y.tobytes()).hexdigest()
    assert bits[:16] == HASHES[id].split()[k]


@pytest.mark.parametrize("id", HASHES)
def test_the_default_options_named_are_no_others(id: str) -> None:
    a, b = generate(id, 50), generate(id, 50, options=GENERATORS[id].default_options)
    assert np.array_equal(a.X, b.X)
    assert np.array_equal(a.y, b.y)
    assert (a.name, a.class_names, a.source) == (b.name, b.class_names, b.source)


def test_the_titles_are_those_of_the_first_release() -> None:
    assert {id: GENERATORS[id].title for id in TITLES} == TITLES

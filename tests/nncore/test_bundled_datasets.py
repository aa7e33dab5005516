"""The bundled tables, read as any file is: the published counts, the sums of the originals.

Iris is tested with the reader.
"""

import numpy as np
import pytest

from nncore.data.dataset import Dataset
from nncore.data.reading import origin_of, read
from resources import resource_path


def bundled(name: str) -> Dataset:
    return read(origin_of(resource_path("datasets", f"{name}.csv")))


@pytest.mark.parametrize(
    ("name", "shape", "target", "counts"),
    [
        ("wine", (178, 13), "wine", {"Barbera": 48, "Barolo": 59, "Grignolino": 71}),
        ("breast_cancer", (569, 30), "diagnosis", {"benign": 357, "malignant": 212}),
        (
            "digits",
            (1797, 64),
            "digit",
            dict(
                zip("0123456789", (178, 182, 177, 183, 181, 182, 181, 179, 174, 180), strict=True)
            ),
        ),
    ],
)
def test_classes_and_their_counts(
    name: str, shape: tuple[int, int], target: str, counts: dict[str, int]
) -> None:
    data = bundled(name)
    assert data.X.shape == shape
    assert (data.name, data.source, data.target_name) == (name, f"{name}.csv", target)
    assert dict(zip(data.class_names, data.class_counts.tolist(), strict=True)) == counts
    assert list(data.class_names) == list(counts)
    assert not data.exchangeable


def test_wine() -> None:
    wine = bundled("wine")
    assert wine.feature_names[:2] == ("alcohol", "malic_acid")
    assert wine.feature_names[-2:] == ("od280_od315", "proline")
    assert wine.X[0, :4].tolist() == [14.23, 1.71, 2.43, 15.6]
    sums = [
        *(2314.11, 415.87, 421.24, 3470.1, 17754, 408.53, 361.21),
        *(64.41, 283.18, 900.339999, 170.426, 464.88, 132947),
    ]
    np.testing.assert_allclose(wine.X.sum(axis=0), sums, rtol=1e-12)
    # The rows are in order of their class; its number in the repository is 1, 2, 3.
    order = [wine.class_names.index(name) for name in ("Barolo", "Grignolino", "Barbera")]
    assert wine.y.tolist() == np.repeat(order, (59, 71, 48)).tolist()


def test_breast_cancer() -> None:
    cancer = bundled("breast_cancer")
    assert cancer.feature_names[::10] == ("radius_mean", "radius_error", "radius_worst")
    assert cancer.feature_names[9::10] == tuple(
        f"fractal_dimension_{of}" for of in ("mean", "error", "worst")
    )
    assert cancer.X[0, :5].tolist() == [17.99, 10.38, 122.8, 1001, 0.1184]
    assert cancer.X[568, 28:].tolist() == [0.2871, 0.07039]
    sums = cancer.X.sum(axis=0)
    means = [8038.429, 10975.81, 52330.38, 372631.9, 54.829]
    np.testing.assert_allclose(sums[:5], means, rtol=1e-12)
    np.testing.assert_allclose(sums[23], 501051.8, rtol=1e-12)
    # The first and the last sample are malignant and benign.
    assert [cancer.class_names[k] for k in cancer.y[[0, 568]]] == ["malignant", "benign"]


def test_digits() -> None:
    digits = bundled("digits")
    assert digits.feature_names[0] == "pixel_0_0"
    assert digits.feature_names[8:10] == ("pixel_1_0", "pixel_1_1")
    assert (np.round(digits.X) == digits.X).all()
    assert (digits.X.min(), digits.X.max(), digits.X.sum()) == (0, 16, 561718)
    assert digits.y[:10].tolist() == list(range(10))
    zero = digits.X[0].reshape(8, 8)
    assert zero[2].tolist() == [0, 3, 15, 2, 0, 11, 8, 0]
    never_inked = [digits.feature_names[k] for k in np.flatnonzero(~digits.X.any(axis=0))]
    assert never_inked == ["pixel_0_0", "pixel_4_0", "pixel_4_7"]


def test_diabetes() -> None:
    diabetes = bundled("diabetes")
    assert not diabetes.is_classification
    assert diabetes.X.shape == (442, 10)
    assert diabetes.feature_names[:3] == ("age_years", "sex", "body_mass_index")
    assert (diabetes.target_name, diabetes.y.dtype) == ("progression", np.float64)
    assert diabetes.X[0].tolist() == [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87]
    assert diabetes.y[:3].tolist() == [151, 75, 141]
    sums = [21445, 649, 11658.1, 41833.98, 83600, 51024.1, 22006.5, 1799.05, 2051.5036, 40337]
    np.testing.assert_allclose(diabetes.X.sum(axis=0), sums, rtol=1e-12)
    assert (diabetes.y.min(), diabetes.y.max(), diabetes.y.sum()) == (25, 346, 67243)

"""The plane of the input space that is shown."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from app import state as s
from app.viewdata.maps import map_request
from app.viewdata.planes import plane_of, principal_components, thumbnail_plane
from nncore.data.dataset import Dataset
from nncore.data.generators import generate
from nncore.data.preparation import Plan

NAMES = ("a", "b", "c", "colour")


def four_features(n: int = 40) -> Dataset:
    rng = np.random.default_rng(3)
    X = rng.normal(5, [1, 20, 3], (n, 3)) @ [[1, 0, 0], [0, 1, 0.1], [0, 0, 1]]
    colours = np.arange(n) % 5 // 2  # 0, 0, 1, 1, 2
    return Dataset(
        "four",
        np.column_stack([X, colours]),
        rng.normal(size=n),
        NAMES,
        categories=((), (), (), ("red", "green", "blue")),
    )


def shown(view: s.View, dataset: Dataset | None = None) -> s.AppState:
    state = s.with_data(s.guide_state(), s.Drawn(), dataset or four_features())
    return s.with_view(s.with_plan(state, Plan(scaling="standardize")), view)


def test_two_features_are_their_own_coordinates_and_the_others_are_at_the_mean() -> None:
    state = shown(s.View((2, 0)))
    plane = plane_of(state)
    u, v = plane.coordinates(state.samples)
    assert_array_equal(u, state.samples[:, 2])
    assert_array_equal(v, state.samples[:, 0])
    means = state.samples.mean(axis=0)
    # of categories the commonest, red, is the middle
    assert_allclose(plane.points(np.array([1.0]), np.array([2.0])), [[2, means[1], 1, 0]])
    assert (plane.x_name, plane.y_name) == ("c", "a")
    assert plane.fixed == "2 other features at the mean or the commonest category"


def test_a_plane_through_a_sample_meets_it() -> None:
    for principal in (False, True):
        state = shown(s.View((0, 1), principal, through=7))
        plane = plane_of(state)
        u, v = plane.coordinates(state.samples[7:8])
        assert_allclose(plane.points(u, v)[0], state.samples[7], atol=1e-9)
        assert plane.fixed.endswith("sample 8")


def test_principal_components_are_those_of_the_singular_value_decomposition() -> None:
    state = shown(s.View((0, 1), principal=True))
    X = state.samples[:, :3]
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    _, singular, vectors = np.linalg.svd(Z, full_matrices=False)
    _, _, components, shares = principal_components(state.dataset, state.preparation)
    assert_allclose(shares, singular[:2] ** 2 / (singular**2).sum())
    assert_allclose(np.abs(components[:3].T), np.abs(vectors[:2]), atol=1e-12)
    assert (components[3] == 0).all() and (components.max(axis=0) > -components.min(axis=0)).all()
    plane = plane_of(state)
    u, v = plane.coordinates(state.samples)
    assert_allclose([u.mean(), v.mean()], 0, atol=1e-9)
    assert u.var() == pytest.approx(3 * shares[0])
    # a step along a coordinate and back again
    assert_allclose(plane.coordinates(plane.points(u, v)), (u, v), atol=1e-9)
    assert plane.x_name == f"component 1 ({shares[0]:.0%})"


def test_a_single_feature_is_a_curve() -> None:
    state = s.with_data(s.guide_state(), s.Generated("sine", 50, 0, 1), generate("sine", n=50))
    plane = plane_of(state)
    assert plane.is_curve and (plane.x_name, plane.y_name) == ("x", "y") and not plane.fixed
    request = map_request(state, plane)
    assert request.shape[0] == 1 and len(request.X) == request.shape[1]
    assert (np.diff(request.X[:, 0]) > 0).all()


def test_the_grid_goes_through_the_preparation_and_knows_whole_categories_only() -> None:
    state = shown(s.View((0, 3)))
    request = map_request(state, plane_of(state))
    one_hot = request.X[:, 3:]
    assert set(np.unique(one_hot)) == {0, 1} and (one_hot.sum(axis=1) == 1).all()
    columns = request.shape[1]
    # the first row is the highest: the last category
    assert one_hot[:columns, 2].all() and one_hot[-columns:, 0].all()


def test_where_a_formula_has_no_value_the_grid_is_neutral() -> None:
    circle = generate("circle", n=60)
    state = s.with_data(s.guide_state(), s.Drawn(), replace(circle, X=np.abs(circle.X) + 0.1))
    state = s.with_plan(state, Plan(derived=("log(x₁)",)))
    request = map_request(state, plane_of(state))
    assert np.isfinite(request.X).all()


@pytest.mark.parametrize(
    "dataset", [generate("xor", n=30), generate("sine", n=30), four_features()]
)
def test_a_thumbnail_fills_its_frame(dataset: Dataset) -> None:
    for values in thumbnail_plane(dataset):
        assert (values.min(), values.max()) == (0, 1)


def test_a_drawing_keeps_the_extent_of_its_canvas() -> None:
    xor = generate("xor", n=30)
    drawn = s.with_data(s.guide_state(), s.Drawn(), xor)
    assert plane_of(drawn).x == plane_of(drawn).y == (-3, 3)
    far = s.with_data(s.guide_state(), s.Drawn(), replace(xor, X=xor.X + 4))
    assert plane_of(far).x[1] > 6

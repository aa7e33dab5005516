"""The plane of the input space that maps and pictures of the data show."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.state import AppState, Drawn
from app.viewdata.drawing import EXTENT
from nncore.data.dataset import Dataset
from nncore.data.preparation import Plan, Preparation
from nncore.types import FloatArray

PRINCIPAL_ROWS = 5000  # of a large data set, that principal components are taken from
Range = tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Plane:
    """Part of the input space: raw features = base + u · across + v · up.

    base, across, up (d,)
    axes    the features that u and v are; or None, and then for a sample they are …
    centre  … (sample − centre) · onto, with centre (d,) and onto (d, 2)
    x, y    (low, high) of u and v; where there is one feature only, y is the output
    fixed   what is held fixed and at what, in words; "" if nothing
    """

    base: FloatArray
    across: FloatArray
    up: FloatArray
    axes: tuple[int, int] | None
    centre: FloatArray
    onto: FloatArray
    x: Range
    y: Range
    x_name: str
    y_name: str
    fixed: str

    @property
    def is_curve(self) -> bool:
        """There is one feature only: the output is a curve over it."""
        return not self.up.any()

    def points(self, u: FloatArray, v: FloatArray) -> FloatArray:
        """Raw features (n, d) at coordinates (n,), (n,)."""
        points: FloatArray = self.base + np.outer(u, self.across) + np.outer(v, self.up)
        return points

    def coordinates(self, samples: FloatArray) -> tuple[FloatArray, FloatArray]:
        """u and v (n,) of samples (n, d)."""
        if self.axes is not None:  # of a million samples nothing need be computed
            return samples[:, self.axes[0]], samples[:, self.axes[1]]
        u, v = ((samples - self.centre) @ self.onto).T
        return u, v


def plane_of(state: AppState) -> Plane:
    """The plane that ``state.view`` asks for, wide enough for the samples."""
    dataset, view = state.dataset, state.view
    if view.principal and dataset.n_features > 2:
        return _principal_plane(state)
    i, j = view.axes
    names, d = dataset.feature_names, dataset.n_features
    onto = np.zeros((d, 2))
    onto[[i, j], [0, 1]] = 1
    base = _middle(state)
    others = [k for k in range(d) if k not in (i, j)]
    base[[i, j]] = 0
    x, y = _extent(state, i), _extent(state, j)
    across, up = onto.T
    if i == j:
        up, y = np.zeros(d), _padded(_heights(dataset))
    elif not others:
        x, y = _to_one_scale(x, y)
    return Plane(
        base=base,
        across=across,
        up=up,
        axes=view.axes,
        centre=np.zeros(d),
        onto=onto,
        x=x,
        y=y,
        x_name=names[i],
        y_name=dataset.target_name if i == j else names[j],
        fixed=_others(state, len(others)),
    )


def _principal_plane(state: AppState) -> Plane:
    centre, spread, components, shares = principal_components(state.dataset, state.preparation)
    onto = components / spread[:, np.newaxis]
    across, up = (components * spread[:, np.newaxis]).T
    middle = _middle(state)
    base = middle - sum(
        float(u) * along for u, along in zip((middle - centre) @ onto, (across, up), strict=True)
    )
    u, v = ((state.samples - centre) @ onto).T
    names = (f"component {k + 1} ({share:.0%})" for k, share in enumerate(shares))
    return Plane(
        base=base,
        across=across,
        up=up,
        axes=None,
        centre=centre,
        onto=onto,
        x=_padded(u),
        y=_padded(v),
        x_name=next(names),
        y_name=next(names),
        fixed=f"the first two principal components, through {_place(state)}",
    )


def thumbnail_plane(dataset: Dataset) -> tuple[FloatArray, FloatArray]:
    """Where samples stand in a small picture, from 0 to 1 both ways: over one or two features,
    or else in the plane of the first two principal components."""
    if dataset.n_features > 2:
        preparation = Preparation.fit(dataset, Plan(), np.arange(dataset.n_samples))
        centre, spread, components, _ = principal_components(dataset, preparation)
        x, y = (((preparation.fill_in(dataset.X) - centre) / spread) @ components).T
    else:
        x = dataset.X[:, 0]
        y = dataset.X[:, 1] if dataset.n_features == 2 else dataset.y.astype(float)
    x, y = ((values - values.min()) / (float(np.ptp(values)) or 1.0) for values in (x, y))
    return x, y


@lru_cache(maxsize=2)
def principal_components(
    dataset: Dataset, preparation: Preparation
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Of the standardised features that hold numbers: means (d,), standard deviations (d,),
    the first two components (d, 2), and their shares of the variance (2,).

    A component's sign is such that its largest part is positive. Categories take no part.
    """
    X = preparation.fill_in(dataset.X[:: -(-dataset.n_samples // PRINCIPAL_ROWS)])
    centre, spread = X.mean(axis=0), X.std(axis=0)
    takes_part = np.array([not names for names in dataset.categories]) & (spread > 0)
    spread = np.where(takes_part, spread, 1.0)
    Z = np.where(takes_part, (X - centre) / spread, 0.0)
    values, vectors = np.linalg.eigh(Z.T @ Z / len(Z))
    components = vectors[:, [-1, -2]]
    largest = np.abs(components).argmax(axis=0)
    components = components * np.sign(components[largest, [0, 1]])
    shares = np.maximum(values[[-1, -2]], 0) / (max(float(values.sum()), 0) or 1.0)
    return centre, spread, components, shares


def _middle(state: AppState) -> FloatArray:
    """Where the plane goes through (d,): a sample, or the mean, of categories the commonest."""
    through, samples = state.view.through, state.samples
    if through is not None and through < len(samples):
        return np.array(samples[through])
    middle: FloatArray = samples.mean(axis=0)
    for k, names in enumerate(state.dataset.categories):
        if names:
            middle[k] = np.bincount(samples[:, k].astype(np.int64)).argmax()
    return middle


def _others(state: AppState, n: int) -> str:
    """Where the other features are held, in words."""
    if not n:
        return ""
    where = f"as in {_place(state)}" if state.view.through is not None else "at the mean"
    if state.view.through is None and any(state.dataset.categories):
        where += " or the commonest category"
    return f"{_count(n, 'other feature')} {where}"


def _place(state: AppState) -> str:
    """Where the plane goes through, in words."""
    through = state.view.through
    return "the mean" if through is None else f"sample {through + 1:,}"


def _heights(dataset: Dataset) -> FloatArray:
    """The heights of samples over a single feature."""
    if dataset.is_classification:
        return np.array([0.0, dataset.n_classes - 1])
    return dataset.y.astype(float)


def _to_one_scale(x: Range, y: Range) -> tuple[Range, Range]:
    """Two features of about the same extent are shown to one scale, as a drawing of them is."""
    extents = (x[1] - x[0], y[1] - y[0])
    if max(extents) >= 1.6 * min(extents):
        return x, y
    half = max(extents) / 2
    x, y = (((low + high) / 2 - half, (low + high) / 2 + half) for low, high in (x, y))
    return x, y


def _extent(state: AppState, k: int) -> Range:
    """Of feature k. A drawing keeps that of its canvas, so that nothing jumps at each stroke."""
    values = state.samples[:, k]
    if not isinstance(state.source, Drawn):
        return _padded(values)
    return min(EXTENT[0], float(values.min())), max(EXTENT[1], float(values.max()))


def _padded(values: FloatArray) -> Range:
    low, high = float(values.min()), float(values.max())
    margin = 0.06 * (high - low) or max(0.5 * abs(low), 0.5)
    return low - margin, high + margin


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")

"""Where the units and edges of a network are drawn, and which of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nncore.spec import NetworkSpec
from nncore.types import FloatArray

MAX_TILE, MIN_TILE = 46.0, 12.0  # side of a unit's square, pixels
GAP = 0.24  # between two units, as a share of the tile
MAX_EDGES = 1500  # drawn at once; more would take longer than a frame
LEVELS = 6  # classes of width and colour of an edge, per sign
FOOT = 44.0  # below the units: the names of the layers


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """Positions in pixels on a canvas of ``width`` × ``height``.

    Layer index l = 0 … L, of which ``shown[l]`` of ``sizes[l]`` units are drawn.
    centres[l] (shown[l], 2), tile[l] side of the squares.
    """

    width: float
    height: float
    sizes: tuple[int, ...]
    shown: tuple[int, ...]
    tile: tuple[float, ...]
    centres: tuple[FloatArray, ...]

    def unit_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(l, index from 0) of the unit drawn at a point."""
        for l, centres in enumerate(self.centres):
            reach = self.tile[l] / 2 + 1
            hit = np.flatnonzero((np.abs(centres - (x, y)) <= reach).all(axis=1))
            if hit.size:
                return l, int(hit[0])
        return None


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """The drawable edges: ``layer`` l = 1 … L, ``source`` and ``target`` units from 0, (e,).

    position (e,) is where the weight stands in theta; lines (e, 4) is x₁ y₁ x₂ y₂.
    """

    layer: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    position: NDArray[np.int64]
    lines: FloatArray

    def nearest(self, x: float, y: float, reach: float) -> int | None:
        """Index of the edge nearest to a point, if within ``reach`` pixels."""
        if not len(self.lines):
            return None
        start, along = self.lines[:, :2], self.lines[:, 2:] - self.lines[:, :2]
        offset = np.array([x, y]) - start
        t = np.clip((offset * along).sum(axis=1) / np.square(along).sum(axis=1), 0, 1)
        distance = np.hypot(*(offset - t[:, None] * along).T)
        best = int(distance.argmin())
        return best if distance[best] <= reach else None


def layout(spec: NetworkSpec, width: float, height: float, label_width: float) -> Layout:
    """Columns of units from left to right; what does not fit is left out from below.

    ``label_width`` pixels are kept free beside the first and the last units.
    """
    sizes = spec.sizes
    room = max(height - FOOT, MIN_TILE)
    most = max(1, int(room / (MIN_TILE * (1 + GAP))))
    shown = tuple(min(n, most) for n in sizes)
    margin = label_width + MAX_TILE / 2 + 12
    columns = np.linspace(margin, max(width - margin, margin + 1), len(sizes))
    step = (columns[1] - columns[0]) if len(columns) > 1 else width
    tiles, centres = [], []
    for x, n in zip(columns, shown, strict=True):
        tile = float(np.clip(room / (n * (1 + GAP)), MIN_TILE, min(MAX_TILE, 0.4 * step + 4)))
        pitch = min(tile * (1 + GAP) + 4, max(tile, room / n))
        y = room / 2 + (np.arange(n) - (n - 1) / 2) * pitch
        tiles.append(tile)
        centres.append(np.stack([np.full(n, x), y], axis=1))
    return Layout(width, height, sizes, shown, tuple(tiles), tuple(centres))


def edges(spec: NetworkSpec, where: Layout) -> Edges:
    """All edges between drawn units, from the right side of one to the left of the next."""
    parts = []
    offset = 0
    for l in range(1, len(spec.sizes)):
        n_in, n_out = spec.sizes[l - 1], spec.sizes[l]
        source = np.repeat(np.arange(where.shown[l - 1]), where.shown[l])
        target = np.tile(np.arange(where.shown[l]), where.shown[l - 1])
        # theta holds each layer as (n_in + 1, n_out)
        position = offset + source * n_out + target
        offset += (n_in + 1) * n_out
        start = where.centres[l - 1][source] + (where.tile[l - 1] / 2, 0)
        end = where.centres[l][target] - (where.tile[l] / 2, 0)
        parts.append((np.full_like(source, l), source, target, position, np.hstack([start, end])))
    layer, source, target, position, lines = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return Edges(layer, source, target, position, lines)


def strongest(weights: FloatArray, most: int = MAX_EDGES) -> NDArray[np.int64]:
    """Indices of the ``most`` largest |weights| (e,); all of them if there are no more."""
    if len(weights) <= most:
        return np.arange(len(weights))
    return np.argpartition(np.abs(weights), -most)[-most:]


def edge_levels(weights: FloatArray, limit: float) -> NDArray[np.int64]:
    """Class of every weight: 0 for about zero, ±1 … ±LEVELS by |w| / limit."""
    strength = np.nan_to_num(np.abs(weights) / (limit or 1.0), nan=0.0, posinf=1.0)
    level = np.minimum(np.ceil(strength * LEVELS - 0.25), LEVELS).astype(np.int64)
    return np.where(weights < 0, -level, level)

"""Where the bars of a small histogram stand, and how they are painted."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.viewdata.columns import Histogram

WIDEST_PX, GAP_FROM_PX = 22.0, 4.0  # bars that are wider stand apart


def paint_bars(painter: QPainter, area: QRectF, made: Histogram, colours: list[QColor]) -> None:
    """Each bar in the colours of its groups, one above the other."""
    totals = made.counts.sum(axis=1)
    unit = area.height() / max(1, int(totals.max()))
    for bar, counts in enumerate(made.counts.tolist()):
        if not totals[bar]:
            continue
        left, right = sides(area, len(totals), bar)
        foot = area.bottom()
        # one sample of very many is still to be seen
        painter.fillRect(
            QRectF(left, foot - 1, right - left, 1), colours[counts.index(max(counts))]
        )
        for group, count in enumerate(counts):
            height = count * unit
            painter.fillRect(QRectF(left, foot - height, right - left, height), colours[group])
            foot -= height


def bar_at(area: QRectF, n_bars: int, x: float) -> int | None:
    """Which bar stands at x, high or low; None beside them."""
    width = _width(area, n_bars)
    bar = int((x - area.left()) // width)
    return bar if 0 <= bar < n_bars else None


def _width(area: QRectF, n_bars: int) -> float:
    return min(WIDEST_PX, area.width() / n_bars)


def sides(area: QRectF, n_bars: int, bar: int) -> tuple[int, int]:
    """Left and right of a bar, on whole pixels."""
    width = _width(area, n_bars)
    left, right = (round(area.left() + k * width) for k in (bar, bar + 1))
    return left, max(left + 1, right - (width >= GAP_FROM_PX))

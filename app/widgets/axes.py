"""Axes that label a few round values and no more."""

import math

import pyqtgraph as pg

LogTicks = list[tuple[float, list[float]]]
MOST_TICKS = 7


class LogAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis over log₁₀ of the values when in log mode: 1, 2, 5 or whole decades."""

    def tickValues(self, low: float, high: float, size: float) -> LogTicks:  # Qt's style of name
        """pyqtgraph asks for [(spacing, places)]; places are logarithms."""
        if not self.logMode:
            ticks: LogTicks = super().tickValues(low, high, size)
            return ticks
        fitting = max(2, min(MOST_TICKS, int(size / 24)))
        for digits in ((1, 2, 5), (1, 3), (1,)):
            places = [
                decade + math.log10(digit)
                for decade in range(math.floor(low), math.ceil(high) + 1)
                for digit in digits
            ]
            places = [place for place in places if low <= place <= high]
            if len(places) <= fitting:
                break
        every = -(-len(places) // fitting)
        return [(1.0, places[::every])] if places else []

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if not self.logMode:
            strings: list[str] = super().tickStrings(values, scale, spacing)
            return strings
        return [_plain(10.0**value) for value in values]


def _plain(value: float) -> str:
    if 1e-3 <= value < 1e5:
        return f"{value:.3g}"
    mantissa, power = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(power)}".replace("-", "−")

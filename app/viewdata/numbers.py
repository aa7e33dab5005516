"""Numbers as a person reads them: three significant digits, a true minus sign."""

import math
import re

HUGE = 1e30  # what is larger, on the way to divergence, has no place in a picture


_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]{1,4})?")


def typed_number(text: str) -> float | None:
    """What a person typed, with a point or a comma; None if it is no number."""
    text = text.strip().replace("−", "-")
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def plain(value: float | None) -> str:
    """``value`` in full, as it is typed; "" for None."""
    return "" if value is None else f"{value:.15g}"


def short(value: float | None, digits: int = 3) -> str:
    """``value`` with ``digits`` significant digits; "–" if there is none."""
    if value is None:
        return "–"
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -3 <= exponent < 6:
        # %g would drop trailing zeros, and figures that come and go make a read-out jitter
        text = f"{value:.{max(0, digits - 1 - exponent)}f}"
    else:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        text = f"{mantissa}e{int(power)}"
    return text.replace("-", "−")


def share(value: float | None) -> str:
    """0.931 -> "93.1 %"; "–" if there is none."""
    return "–" if value is None else f"{100 * value:.1f} %"


def subscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def superscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))

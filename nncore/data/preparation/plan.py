"""The plan: what a person has chosen to be done to the features."""

from dataclasses import dataclass
from typing import Any

from nncore.data.scaling import SCALINGS
from nncore.errors import SpecError
from nncore.spec.checks import from_fields, require_name, shown

MAX_DERIVED = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the features, before anything is fitted.

    scaling   one of ``scaling.SCALINGS``
    left_out  names of features that don't become inputs; formulas may read them all the same
    derived   formulas, each of which becomes one more input; at most MAX_DERIVED

    Whether the names and formulas fit a table is seen when a ``Preparation`` is made. Raises
    SpecError for parts of another type, an unknown scaling and too many formulas.
    """

    scaling: str = "none"
    left_out: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_name(self.scaling, SCALINGS, "scaling")
        object.__setattr__(self, "left_out", texts(self.left_out, "features left out"))
        object.__setattr__(self, "derived", texts(self.derived, "derived inputs"))
        if len(self.derived) > MAX_DERIVED:
            raise SpecError(
                f"There may be {MAX_DERIVED} derived inputs, not {len(self.derived):,}."
            )

    def to_json(self) -> dict[str, Any]:
        return {
            "scaling": self.scaling,
            "left_out": list(self.left_out),
            "derived": list(self.derived),
        }

    @classmethod
    def from_json(cls, data: Any) -> "Plan":
        """The plan that ``to_json`` wrote. Raises SpecError for anything else."""
        return cls(**from_fields(cls, data, "plan"))


def texts(value: Any, what: str) -> tuple[str, ...]:
    """A list of texts as a tuple. Raises SpecError for anything else, also for one text."""
    if not isinstance(value, list | tuple) or not all(isinstance(text, str) for text in value):
        raise SpecError(f"The {what} must be a list of texts, not {shown(value)}.")
    return tuple(value)

"""Which inputs come of which features, before scaling."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nncore.data.dataset import Float64Array
from nncore.data.formula import Formula, parse_formula, readable, written
from nncore.data.preparation.plan import Plan
from nncore.errors import SpecError


@dataclass(frozen=True, slots=True)
class Layout:
    """The inputs in order: those of each feature that is not left out, then the derived ones.

    feature_names  of all features, d
    sources        per input of a feature the feature's column, and the category for which it
                   is 1 and else 0; None for a number, which stays as it is
    formulas       of the derived inputs
    names          of the inputs, n[0]
    """

    feature_names: tuple[str, ...]
    sources: tuple[tuple[int, int | None], ...]
    formulas: tuple[Formula, ...]
    names: tuple[str, ...]

    @classmethod
    def of(
        cls, feature_names: tuple[str, ...], categories: Sequence[Sequence[str]], plan: Plan
    ) -> Self:
        """The layout that ``plan`` makes of a table.

        Raises SpecError for a plan that doesn't fit it: a name or a formula that can't be
        read, an input that would be there twice, no input at all.
        """
        left_out, known = set(plan.left_out), set(feature_names)
        for name in plan.left_out:
            if name not in known:
                raise SpecError(f"There is no feature '{readable(name)}' that could be left out.")
        kept = [k for k, name in enumerate(feature_names) if name not in left_out]
        sources = tuple((k, index) for k in kept for index in _one_hot(categories[k]))
        names = [
            feature_names[k] if index is None else f"{feature_names[k]} = {categories[k][index]}"
            for k, index in sources
        ]
        taken = {*names, *(written(feature_names[k]) for k in kept)}
        formulas = tuple(parse_formula(text, feature_names) for text in plan.derived)
        _require_numbers(formulas, feature_names, categories)
        for formula in formulas:
            if formula.text in taken:
                raise SpecError(f"{readable(formula.text)} is an input already.")
            taken.add(formula.text)
        names += [formula.text for formula in formulas]
        if not names:
            raise SpecError("All features are left out; a network needs at least one input.")
        return cls(feature_names, sources, formulas, tuple(names))

    @property
    def is_identity(self) -> bool:
        """Whether the inputs are the features as they are."""
        own = tuple((k, None) for k in range(len(self.feature_names)))
        return self.sources == own and not self.formulas

    @property
    def is_number(self) -> NDArray[np.bool_]:
        """Per input, bool (n[0],), whether it is not one of a category."""
        of_features = [index is None for _, index in self.sources]
        return np.array(of_features + [True] * len(self.formulas))

    def expand(self, X: Float64Array) -> Float64Array:
        """The inputs (n, n[0]) of features X (n, d) without gaps; X itself if they are equal."""
        if self.is_identity:
            return X
        inputs = np.empty((len(X), len(self.names)))
        numbers = [(place, k) for place, (k, index) in enumerate(self.sources) if index is None]
        if numbers:
            places, columns = map(list, zip(*numbers, strict=True))
            inputs[:, places] = X[:, columns]
        for place, (k, index) in enumerate(self.sources):
            if index is not None:
                inputs[:, place] = X[:, k] == index
        for place, (_, values) in enumerate(self.derived(X), start=len(self.sources)):
            inputs[:, place] = values
        return inputs

    def derived(self, X: Float64Array) -> Iterator[tuple[Formula, Float64Array]]:
        """Each formula with its values (n,) for features X (n, d)."""
        place = {name: k for k, name in enumerate(self.feature_names)}
        for formula in self.formulas:
            yield formula, formula.evaluate({name: X[:, place[name]] for name in formula.names})


def _one_hot(categories: Sequence[str]) -> Sequence[int | None]:
    """Which categories have an input. Of two the second is enough: 1 is one, 0 the other."""
    if not categories:
        return (None,)
    return (1,) if len(categories) == 2 else range(len(categories))


def _require_numbers(
    formulas: tuple[Formula, ...],
    feature_names: tuple[str, ...],
    categories: Sequence[Sequence[str]],
) -> None:
    """Formulas may read only features of numbers whose name is theirs alone."""
    count = Counter(feature_names)
    of_categories = {name for name, has in zip(feature_names, categories, strict=True) if has}
    for formula in formulas:
        what = readable(formula.text)
        for name in formula.names:
            if count[name] > 1:
                raise SpecError(f"{what}: there are {count[name]} features '{readable(name)}'.")
            if name in of_categories:
                raise SpecError(f"{what} needs numbers, but '{readable(name)}' holds categories.")

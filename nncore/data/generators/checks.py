"""The arguments of ``generate``, checked. Each check raises ValueError with one sentence."""

from collections.abc import Mapping

from nncore.data.generators.recipe import Option, Recipe
from nncore.data.generators.settings import Settings
from nncore.spec.checks import is_int, is_number, shown

MIN_SAMPLES = 4
MAX_SAMPLES = 1_000_000
MAX_SEED = 2**32 - 1  # what RandomState takes; one limit for all
MIN_BALANCE, MAX_BALANCE = 0.05, 0.95


def checked(
    recipe: Recipe,
    n: int,
    noise: float,
    seed: int,
    balance: float | None,
    options: Mapping[str, int],
) -> Settings:
    """The arguments, with a value for every option of ``recipe``."""
    if not is_int(n) or not MIN_SAMPLES <= n <= MAX_SAMPLES:
        raise ValueError(
            f"{shown(n)} samples: the number must be whole and from {MIN_SAMPLES} to {MAX_SAMPLES}."
        )
    if not is_number(noise) or not 0 <= noise <= 1:
        raise ValueError(f"Noise {shown(noise)} is not between 0 and 1.")
    if not is_int(seed) or not 0 <= seed <= MAX_SEED:
        raise ValueError(f"Seed {shown(seed)} is not a whole number between 0 and {MAX_SEED}.")
    if balance is not None:
        _check_balance(recipe, balance)
    return Settings(int(n), float(noise), int(seed), balance, _all_options(recipe, options))


def _all_options(recipe: Recipe, options: Mapping[str, int]) -> dict[str, int]:
    known = recipe.default_options
    unknown = [name for name in options if name not in known]
    if unknown:
        names = ", ".join(known) or "none"
        raise ValueError(
            f"{recipe.title!r} has no option {shown(unknown[0])}; its options: {names}."
        )
    for option in recipe.options:
        _check_option(recipe, option, options.get(option.name, option.default))
    return {name: int(value) for name, value in (known | dict(options)).items()}


def _check_balance(recipe: Recipe, balance: float) -> None:
    if not recipe.can_balance:
        raise ValueError(f"{recipe.title!r} has no classes whose balance could be chosen.")
    if not is_number(balance) or not MIN_BALANCE <= balance <= MAX_BALANCE:
        raise ValueError(
            f"Balance {shown(balance)} is not between {MIN_BALANCE} and {MAX_BALANCE}."
        )


def _check_option(recipe: Recipe, option: Option, value: int) -> None:
    if not is_int(value) or not option.low <= value <= option.high:
        raise ValueError(
            f"The option {option.name!r} of {recipe.title!r} must be a whole number "
            f"from {option.low} to {option.high}, not {shown(value)}."
        )

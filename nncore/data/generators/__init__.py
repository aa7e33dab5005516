"""Made-up data sets, each with something to teach: one table, ``GENERATORS``.

Coordinates lie roughly within [−3, 3]. The points are drawn before the noise, so turning the
noise up moves the same points further, or flips further labels; it never draws other points.
Only a balanced circle needs others, to make up for the flips.
"""

from collections.abc import Mapping

from nncore.data.dataset import Dataset
from nncore.data.generators.checks import checked
from nncore.data.generators.circle import CIRCLE
from nncore.data.generators.clouds import BLOBS, GAUSSIANS, RANDOM
from nncore.data.generators.curves import NOISE, SINE, STEP, X_SINE
from nncore.data.generators.gates import AND, OR, XNOR, XOR_GATE
from nncore.data.generators.grids import CHECKERBOARD, XOR
from nncore.data.generators.recipe import Option, Recipe
from nncore.data.generators.rounds import MOONS, RING, RINGS, SPIRAL
from nncore.data.generators.settings import Settings
from nncore.data.generators.surfaces import BUMPS, PLANE, SADDLE

__all__ = ["GENERATORS", "Option", "Recipe", "generate"]

# In the order in which people are shown them.
GENERATORS: dict[str, Recipe] = {
    recipe.id: recipe
    for recipe in (
        *(CIRCLE, RING, XOR, GAUSSIANS, SPIRAL, MOONS, BLOBS, CHECKERBOARD, RINGS),
        *(AND, OR, XOR_GATE, XNOR, RANDOM),
        *(PLANE, BUMPS, SADDLE),
        *(SINE, X_SINE, STEP, NOISE),
    )
}


def generate(
    id: str,
    n: int = 1000,
    noise: float | None = None,
    seed: int = 42,
    balance: float | None = None,
    options: Mapping[str, int] = {},
) -> Dataset:
    """Generate ``n`` samples (4 … 1 000 000) of the data set ``id``, a key of ``GENERATORS``.

    ``noise`` is from 0 to 1, ``balance``, the share of the first class, from 0.05 to 0.95; None
    means the recipe's own. ``options`` are the recipe's, those left out being its defaults. The
    same arguments give the same bits. Raises ValueError, in a sentence, for an argument that is
    out of range or that the recipe doesn't have.
    """
    if id not in GENERATORS:
        raise ValueError(f"There is no generator {id!r}; there are {', '.join(GENERATORS)}.")
    recipe = GENERATORS[id]
    noise = recipe.default_noise if noise is None else noise
    settings = checked(recipe, n, noise, seed, balance, options)
    X, y = recipe.make(settings)
    return Dataset(
        name=recipe.title_with(settings.options),
        X=X,
        y=y,
        feature_names=recipe.feature_names,
        target_name="class" if recipe.is_classification else "y",
        class_names=recipe.class_names_with(settings.options),
        source=_source(id, settings),
        exchangeable=True,
    )


def _source(id: str, s: Settings) -> str:
    """All arguments in a phrase."""
    given = [f"generated: {id}", f"n = {s.n}", f"noise {s.noise:g}", f"seed {s.seed}"]
    if s.balance is not None:
        given.append(f"balance {s.balance:g}")
    return ", ".join(given + [f"{name} = {value}" for name, value in s.options.items()])

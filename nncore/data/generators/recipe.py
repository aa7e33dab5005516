"""What a recipe is: one row of the table of generators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nncore.data.dataset import Float64Array, Int64Array
from nncore.data.generators.settings import Settings

MOVES_POINTS = "moves each point, in a random direction; its class stays"
WIDENS_CLOUDS = "widens the clouds: each point moves away from the centre of its own"
FLIPS_LABELS = "flips labels: the share of samples put into the other class"
MOVES_TARGETS = "moves the target up or down; the inputs stay"

ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)

Labelled = tuple[Float64Array, Int64Array]  # X (n, d), and the class of each sample (n,)
Valued = tuple[Float64Array, Float64Array]  # X (n, d), and the value of each sample (n,)
Make = Callable[[Settings], Labelled | Valued]


@dataclass(frozen=True, slots=True)
class Option:
    """A whole number, ``low`` to ``high``, that shapes a data set. ``tip`` is a sentence."""

    name: str
    title: str
    low: int
    high: int
    default: int
    tip: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a generated data set is called and how it is made.

    noise_meaning  completes the sentence "Noise …"
    class_names    with the default options; empty for regression
    can_balance    whether the share of the first class can be chosen
    class_word     what each class is called if the one option is the number of classes: "arm"
    other_title    the title with other options, if another
    """

    id: str
    title: str
    description: str
    noise_meaning: str
    default_noise: float
    make: Make
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ("x₁", "x₂")
    options: tuple[Option, ...] = ()
    can_balance: bool = False
    class_word: str = ""
    other_title: str = ""

    @property
    def is_classification(self) -> bool:
        """Whether the targets are classes."""
        return bool(self.class_names)

    @property
    def default_options(self) -> dict[str, int]:
        """The default of each option."""
        return {option.name: option.default for option in self.options}

    def title_with(self, options: Mapping[str, int]) -> str:
        """The title of the data made with ``options``, which are complete."""
        if not self.other_title or options == self.default_options:
            return self.title
        return self.other_title

    def class_names_with(self, options: Mapping[str, int]) -> tuple[str, ...]:
        """The names of the classes made with ``options``, which are complete."""
        if not self.class_word or options == self.default_options:
            return self.class_names
        (n_classes,) = options.values()
        return numbered(n_classes, self.class_word)


def numbered(n: int, word: str) -> tuple[str, ...]:
    """Names of ``n`` classes, at most ten: "first arm", "second arm" and so on."""
    return tuple(f"{ordinal} {word}" for ordinal in ORDINALS[:n])

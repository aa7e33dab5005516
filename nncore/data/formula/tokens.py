"""The words of a formula: numbers, names and signs, with the places where they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from nncore.data.formula.functions import CONSTANTS, FUNCTIONS
from nncore.errors import SpecError

MAX_LENGTH = 1000  # characters
LONGEST_SHOWN = 60  # characters of a name or a formula in a message
SUPERSCRIPTS = {"²": 2.0, "³": 3.0}
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+\-−]?[0-9]+)?")
_QUOTED = re.compile(r"`((?:[^`]|``)*)`")
_SIGN = re.compile(r"\*\*|[-+*/^(),·×−²³]")
_SAME_SIGN = {"**": "^", "·": "*", "×": "*", "−": "-"}


class Kind(Enum):
    NUMBER = "number"
    NAME = "name"
    QUOTED = "name in backticks"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word; ``text`` is a name without backticks, and one way of writing for each sign."""

    kind: Kind
    text: str
    end: int  # place after its last character


def tokens_of(text: str) -> Iterator[Token]:
    """The words of ``text``, then one of Kind.END. Raises SpecError, with the place."""
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        token = _token_at(text, place)
        yield token
        place = token.end
    yield Token(Kind.END, "", len(text))


def _token_at(text: str, place: int) -> Token:
    if match := _NUMBER.match(text, place):
        return Token(Kind.NUMBER, match[0].replace("−", "-"), match.end())
    if _starts_name(text[place]):
        end = place + 1
        while end < len(text) and _continues_name(text[end]):
            end += 1
        return Token(Kind.NAME, text[place:end], end)
    if match := _QUOTED.match(text, place):
        return Token(Kind.QUOTED, match[1].replace("``", "`"), match.end())
    if match := _SIGN.match(text, place):
        return Token(Kind.SIGN, _SAME_SIGN.get(match[0], match[0]), match.end())
    if text[place] == "`":
        raise complaint(text, len(text), "the closing ` of a name is missing.")
    raise complaint(text, place + 1, f"'{readable(text[place])}' has no meaning in a formula.")


def _starts_name(character: str) -> bool:
    return character.isalpha() or character == "_"


def _continues_name(character: str) -> bool:
    return _starts_name(character) or character.isdecimal() or character in SUBSCRIPTS


def is_plain(name: str) -> bool:
    """Whether the column's name can be written without backticks."""
    return (
        name not in FUNCTIONS
        and name not in CONSTANTS
        and _starts_name(name[:1])
        and all(map(_continues_name, name))
    )


def written(name: str) -> str:
    """The column's name as it stands in a formula."""
    return name if is_plain(name) else "`" + name.replace("`", "``") + "`"


def complaint(text: str, end: int, words: str) -> SpecError:
    """A sentence on what is wrong with the formula, which it quotes up to the place."""
    before = text[:end].lstrip()
    quoted = before if len(before) <= LONGEST_SHOWN else f"…{before[-LONGEST_SHOWN:]}"
    return SpecError(f"{on_one_line(quoted)}: {words}")


def readable(text: str) -> str:
    """A name or a formula, cut and on one line, so that a message stays a sentence."""
    return on_one_line(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")


def on_one_line(text: str) -> str:
    """``text`` with blanks for what can't be printed."""
    return "".join(c if c.isprintable() else " " for c in text)

"""The rules of formulas, one method each, calling each other: recursive descent.

sum      = product (("+" | "−") product)*
product  = signed (("·" | "/") signed)*
signed   = ("−" | "+") signed | power
power    = atom ("²" | "³" | "^" signed)?
atom     = number | constant | column | "(" sum ")" | function "(" sum ("," sum)* ")"
         | function power
"""

import math
from collections.abc import Callable, Sequence
from itertools import islice

from nncore.data.formula.functions import CONSTANTS, FUNCTIONS, OF_SEVERAL
from nncore.data.formula.tokens import (
    MAX_LENGTH,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    Kind,
    Token,
    complaint,
    readable,
    tokens_of,
    written,
)
from nncore.data.formula.tree import (
    Call,
    Column,
    Constant,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Sum,
)
from nncore.errors import SpecError

MAX_DEPTH = 50
MOST_NAMED = 8  # columns that a message lists
_DIGITS = str.maketrans(SUBSCRIPTS, "0123456789")


class Parser:
    """Reads one formula; ``used`` then has the columns in it, in order."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        if len(text) > MAX_LENGTH:
            raise SpecError(
                f"A formula may have {MAX_LENGTH} characters; this one has {len(text):,}."
            )
        self.used: dict[str, None] = {}
        self._text = text
        self._names = dict.fromkeys(names)
        self._tokens = list(tokens_of(text))
        self._next = 0
        self._depth = 0

    def formula(self) -> Node:
        """The whole text as one expression with a column in it."""
        if len(self._tokens) == 1:
            raise SpecError("The formula is empty.")
        tree = self._sum()
        if self._token.kind is not Kind.END:
            raise self._unexpected()
        if not self.used:
            raise SpecError(
                f"{readable(tree.text())} is the same for every sample: "
                "a formula needs at least one column."
            )
        return tree

    # ---- rules

    def _sum(self) -> Node:
        first, rest = self._chain("+-", self._product)
        return Sum(first, rest) if rest else first

    def _product(self) -> Node:
        first, rest = self._chain("*/", self._signed)
        return Product(first, rest) if rest else first

    def _chain(
        self, signs: str, rule: Callable[[], Node]
    ) -> tuple[Node, tuple[tuple[str, Node], ...]]:
        first, rest = rule(), []
        while self._at(*signs):
            sign = self._take().text
            rest.append((sign, rule()))
        return first, tuple(rest)

    def _signed(self) -> Node:
        if self._accept("-"):
            return Negative(self._deeper(self._signed))
        if self._accept("+"):
            return self._deeper(self._signed)
        return self._power()

    def _power(self) -> Node:
        base = self._atom()
        if self._accept("^"):
            return Power(base, self._deeper(self._signed))
        if not self._at(*SUPERSCRIPTS):
            return base
        raised = Power(base, Number(SUPERSCRIPTS[self._take().text]))
        if self._at("^", *SUPERSCRIPTS):
            raise self._complaint("a power of a power needs parentheses around the inner one.")
        return raised

    def _atom(self) -> Node:
        if self._accept("("):
            node = self._deeper(self._sum)
            self._close()
            return node
        if self._token.kind is Kind.NUMBER:
            return self._number()
        if self._token.kind is Kind.QUOTED:
            name = self._take().text
            return self._column(name, name if name in self._names else None)
        if self._token.kind is Kind.NAME:
            return self._named()
        raise self._unexpected()

    def _number(self) -> Node:
        value = float(self._take().text)
        if not math.isfinite(value):
            raise self._complaint("this number is too large.", back=1)
        return Number(value)

    def _named(self) -> Node:
        name = self._take().text
        opens = self._at("(")
        if name in FUNCTIONS and opens:
            return self._call(name)
        if name in self._names and (name in FUNCTIONS or name in CONSTANTS):
            kind = "function" if name in FUNCTIONS else "constant"
            raise self._complaint(
                f"this is a {kind}; the column of that name is written `{name}`.", back=1
            )
        if name in FUNCTIONS:
            return self._call_without_parentheses(name)
        if name in CONSTANTS:
            return Constant("π" if name == "pi" else name)
        found = self._find(name)
        if opens and found is None:
            functions = ", ".join(FUNCTIONS)
            raise SpecError(f"'{readable(name)}' is no function; there are {functions}.")
        return self._column(name, found)

    def _call(self, function: str) -> Node:
        self._take()
        arguments = [self._deeper(self._sum)]
        while self._accept(","):
            arguments.append(self._deeper(self._sum))
        self._close()
        if function in OF_SEVERAL and len(arguments) < 2:
            raise self._complaint(f"{function} takes two values or more.", back=1)
        if function not in OF_SEVERAL and len(arguments) > 1:
            raise self._complaint(f"{function} takes one value, not {len(arguments)}.", back=1)
        return Call(function, tuple(arguments))

    def _call_without_parentheses(self, function: str) -> Node:
        begins = self._token.kind in (Kind.NUMBER, Kind.NAME, Kind.QUOTED)
        if function in OF_SEVERAL or not begins:
            values = "(…, …)" if function in OF_SEVERAL else "(…)"
            raise self._complaint(f"{function} needs parentheses: {function}{values}.", back=1)
        return Call(function, (self._deeper(self._power),))

    # ---- columns

    def _column(self, name: str, found: str | None) -> Node:
        if found is None:
            raise SpecError(f"There is no column '{readable(name)}'{self._columns()}.")
        self.used[found] = None
        return Column(found)

    def _find(self, name: str) -> str | None:
        """The column called so, or else the only one called so but for subscripts."""
        if name in self._names:
            return name
        plain = name.translate(_DIGITS)
        found = {other for other in self._names if other.translate(_DIGITS) == plain}
        return found.pop() if len(found) == 1 else None

    def _columns(self) -> str:
        names = [readable(written(name)) for name in islice(self._names, MOST_NAMED)]
        more = ", …" if len(self._names) > MOST_NAMED else ""
        return f"; there are {', '.join(names)}{more}" if names else ""

    # ---- tokens

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _at(self, *signs: str) -> bool:
        return self._token.kind is Kind.SIGN and self._token.text in signs

    def _accept(self, sign: str) -> bool:
        if self._at(sign):
            self._take()
            return True
        return False

    def _close(self) -> None:
        if self._accept(")"):
            return
        if self._token.kind is Kind.END:
            raise self._complaint("a closing parenthesis is missing.")
        raise self._unexpected()

    def _deeper(self, rule: Callable[[], Node]) -> Node:
        """``rule`` one level further in."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SpecError(f"The formula is more than {MAX_DEPTH} levels deep.")
        node = rule()
        self._depth -= 1
        return node

    # ---- complaints

    def _complaint(self, words: str, back: int = 0) -> SpecError:
        """On the word that is next, or on one that was taken before it."""
        return complaint(self._text, self._tokens[self._next - back].end, words)

    def _unexpected(self) -> SpecError:
        """On the word that is next, which can't stand here."""
        if self._token.kind is Kind.END:
            return self._complaint("something is missing at the end.")
        if self._next == 0 or not _ends_value(self._tokens[self._next - 1]):
            return self._complaint("something is missing before this.")
        if self._at(")"):
            return self._complaint("this parenthesis closes none.")
        if self._at(","):
            return self._complaint(
                "a comma stands between the values of a function; decimals have a point."
            )
        return self._complaint("an operator such as · is missing before this.")


def _ends_value(token: Token) -> bool:
    return token.kind is not Kind.SIGN or token.text in (")", *SUPERSCRIPTS)

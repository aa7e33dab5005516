"""Recorded NumPy calls: what a training step is made of.

The buffers of a network never move, so a step is always the same list of calls on the same
arrays. It is recorded once and replayed from then on; sections of the list are the phases of
the step. A pair of function and arguments is called faster than anything that wraps them.
"""

import contextvars
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from nncore.types import FloatArray

SMALL = 1000  # numbers in an operand
Operation = tuple[Callable[..., Any], tuple[Any, ...]]


def call(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Operation:
    """``function(*arguments, **keywords)``, to be called later.

    The array to write to goes last, by position, which NumPy takes twice as fast as ``out=``;
    not so for maximum and minimum, where that is deprecated.
    """
    return (partial(function, **keywords) if keywords else function), arguments


def constant(value: float, like: FloatArray) -> FloatArray:
    """``value`` as an operand beside ``like``.

    A Python number would be converted in every call. In small calls an array of the same
    shape is the quickest operand, in large ones a 0-d array, which need not be read.
    """
    shape = like.shape if like.size <= SMALL else ()
    return np.full(shape, value, like.dtype)


def quiet_context() -> contextvars.Context:
    """For ``Context.run``: what overflows in it becomes infinite, without a warning.

    NumPy keeps its error state in a context variable. To run in a context costs a tenth of
    what it costs to enter ``np.errstate``, which shows in a step of some microseconds.
    """
    context = contextvars.copy_context()
    context.run(np.seterr, all="ignore")
    return context


def replay(operations: Sequence[Operation]) -> None:
    """Make the calls, in order. What overflows becomes infinite, without a warning."""
    with np.errstate(all="ignore"):
        for function, arguments in operations:
            function(*arguments)

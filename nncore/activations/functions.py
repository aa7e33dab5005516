"""The activation functions, as the NumPy calls that compute them over fixed buffers.

Each comes as a pair. ``name(Z, A)`` gives the calls, in order, that write A = f(Z).
``name_slope(Z, A)`` gives an array for f'(Z), and the calls that fill it when A = f(Z).

Where a formula has two branches they are added, each with the other held at 0: NumPy runs
a maximum over arrays many times faster than a choice by a mask.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.operations import Operation, call, constant
from nncore.types import FloatArray

Slope = tuple[NDArray[Any], list[Operation]]

LEAKY_SLOPE = 0.01  # Maas et al. 2013
# The fixed point of mean 0 and variance 1: Klambauer et al. 2017 (arXiv:1706.02515)
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
# The tanh form of GELU: Hendrycks and Gimpel 2016 (arXiv:1606.08415)
GELU_SCALE, GELU_CUBE = float(np.sqrt(2 / np.pi)), 0.044715


def identity(Z: FloatArray, A: FloatArray) -> list[Operation]:
    return [call(np.copyto, A, Z)]


def sigmoid(Z: FloatArray, A: FloatArray) -> list[Operation]:
    # Where exp overflows to infinity, 1 / (1 + ∞) is 0, as it should be.
    one = constant(1, Z)
    return [
        call(np.negative, Z, A),
        call(np.exp, A, A),
        call(np.add, A, one, A),
        call(np.reciprocal, A, A),
    ]


def sigmoid_slope(Z: FloatArray, A: FloatArray) -> Slope:
    one, slope = constant(1, Z), np.empty_like(Z)
    return slope, [
        call(np.subtract, one, A, slope),
        call(np.multiply, slope, A, slope),
    ]


def tanh(Z: FloatArray, A: FloatArray) -> list[Operation]:
    return [call(np.tanh, Z, A)]


def tanh_slope(Z: FloatArray, A: FloatArray) -> Slope:
    one, slope = constant(1, Z), np.empty_like(Z)
    return slope, [
        call(np.square, A, slope),
        call(np.subtract, one, slope, slope),
    ]


def relu(Z: FloatArray, A: FloatArray) -> list[Operation]:
    # Against an array of zeros np.maximum runs vectorised; against the number 0 it does not.
    return [call(np.maximum, Z, np.zeros_like(Z), out=A)]


def relu_slope(Z: FloatArray, A: FloatArray) -> Slope:
    zeros, positive = np.zeros_like(Z), np.empty(Z.shape, np.bool_)
    return positive, [call(np.greater, Z, zeros, positive)]


def leaky_relu(Z: FloatArray, A: FloatArray) -> list[Operation]:
    return [
        call(np.multiply, Z, constant(LEAKY_SLOPE, Z), A),
        call(np.maximum, Z, A, out=A),
    ]


def _two_slopes(Z: FloatArray, slope: FloatArray, left: float, right: float) -> list[Operation]:
    """slope ← right where z > 0, else left."""
    zeros, positive = np.zeros_like(Z), np.empty(Z.shape, np.bool_)
    return [
        call(np.greater, Z, zeros, positive),
        call(np.multiply, positive, constant(right - left, Z), slope),
        call(np.add, slope, constant(left, Z), slope),
    ]


def leaky_relu_slope(Z: FloatArray, A: FloatArray) -> Slope:
    slope = np.empty_like(Z)
    return slope, _two_slopes(Z, slope, LEAKY_SLOPE, 1.0)


def elu(Z: FloatArray, A: FloatArray) -> list[Operation]:
    zeros, positive = np.zeros_like(Z), np.empty_like(Z)
    return [
        call(np.minimum, Z, zeros, out=A),
        call(np.expm1, A, A),
        call(np.maximum, Z, zeros, out=positive),
        call(np.add, A, positive, A),
    ]


def elu_slope(Z: FloatArray, A: FloatArray) -> Slope:
    zeros, slope = np.zeros_like(Z), np.empty_like(Z)
    return slope, [
        call(np.minimum, A, zeros, out=slope),
        call(np.add, slope, constant(1, Z), slope),
    ]


def selu(Z: FloatArray, A: FloatArray) -> list[Operation]:
    zeros, positive = np.zeros_like(Z), np.empty_like(Z)
    return [
        call(np.minimum, Z, zeros, out=A),
        call(np.expm1, A, A),
        call(np.multiply, A, constant(SELU_SCALE * SELU_ALPHA, Z), A),
        call(np.maximum, Z, zeros, out=positive),
        call(np.multiply, positive, constant(SELU_SCALE, Z), positive),
        call(np.add, A, positive, A),
    ]


def selu_slope(Z: FloatArray, A: FloatArray) -> Slope:
    zeros, slope, negative = np.zeros_like(Z), np.empty_like(Z), np.empty_like(Z)
    return slope, [
        *_two_slopes(Z, slope, SELU_SCALE * SELU_ALPHA, SELU_SCALE),
        call(np.minimum, A, zeros, out=negative),
        call(np.add, slope, negative, slope),
    ]


def _gelu_tanh(Z: FloatArray, T: FloatArray) -> list[Operation]:
    """T ← tanh(√(2/π) (z + 0.044715 z³)), as tanh(z (c z² + √(2/π)))."""
    return [
        call(np.square, Z, T),
        call(np.multiply, T, constant(GELU_SCALE * GELU_CUBE, Z), T),
        call(np.add, T, constant(GELU_SCALE, Z), T),
        call(np.multiply, T, Z, T),
        call(np.tanh, T, T),
    ]


def gelu(Z: FloatArray, A: FloatArray) -> list[Operation]:
    half, half_Z = constant(0.5, Z), np.empty_like(Z)
    return [
        *_gelu_tanh(Z, A),
        call(np.multiply, Z, half, half_Z),
        call(np.multiply, A, half_Z, A),
        call(np.add, A, half_Z, A),
    ]


def gelu_slope(Z: FloatArray, A: FloatArray) -> Slope:
    """f' = (1 + t)/2 + z/2 (1 − t²) u', with t the tanh and u' = √(2/π) (1 + 3 · 0.044715 z²)."""
    one, half = constant(1, Z), constant(0.5, Z)
    T, inner, slope = np.empty_like(Z), np.empty_like(Z), np.empty_like(Z)
    return slope, [
        *_gelu_tanh(Z, T),
        call(np.square, Z, inner),
        call(np.multiply, inner, constant(3 * GELU_SCALE * GELU_CUBE, Z), inner),
        call(np.add, inner, constant(GELU_SCALE, Z), inner),
        call(np.square, T, slope),
        call(np.subtract, one, slope, slope),
        call(np.multiply, slope, Z, slope),  # first, for 0 · z² stays 0 where z³ overflows
        call(np.multiply, slope, inner, slope),
        call(np.add, slope, one, slope),
        call(np.add, slope, T, slope),
        call(np.multiply, slope, half, slope),
    ]


def silu(Z: FloatArray, A: FloatArray) -> list[Operation]:
    return [*sigmoid(Z, A), call(np.multiply, A, Z, A)]


def silu_slope(Z: FloatArray, A: FloatArray) -> Slope:
    """f' = σ + a (1 − σ)."""
    s, slope = np.empty_like(Z), np.empty_like(Z)
    return slope, [
        *sigmoid(Z, s),
        call(np.subtract, constant(1, Z), s, slope),
        call(np.multiply, slope, A, slope),
        call(np.add, slope, s, slope),
    ]


def softplus(Z: FloatArray, A: FloatArray) -> list[Operation]:
    """log(1 + eᶻ) = max(z, 0) + log(1 + e^−|z|), which never overflows."""
    zeros, positive = np.zeros_like(Z), np.empty_like(Z)
    return [
        call(np.absolute, Z, A),
        call(np.negative, A, A),
        call(np.exp, A, A),
        call(np.log1p, A, A),
        call(np.maximum, Z, zeros, out=positive),
        call(np.add, A, positive, A),
    ]


def softplus_slope(Z: FloatArray, A: FloatArray) -> Slope:
    slope = np.empty_like(Z)
    return slope, sigmoid(Z, slope)


def softmax(Z: FloatArray, A: FloatArray) -> list[Operation]:
    row = np.empty((1, Z.shape[1]), Z.dtype)
    return [
        # The maximum is subtracted so that no exponential overflows; the quotient is the same.
        call(np.maximum.reduce, Z, axis=0, keepdims=True, out=row),
        call(np.subtract, Z, row, A),
        call(np.exp, A, A),
        call(np.add.reduce, A, axis=0, keepdims=True, out=row),
        call(np.divide, A, row, A),
    ]


def softmax_jacobian(A: FloatArray, delta: FloatArray) -> list[Operation]:
    """delta ← Jᵀ delta with the Jacobian J = diag(a) − a aᵀ of every sample."""
    row, product = np.empty((1, A.shape[1]), A.dtype), np.empty_like(A)
    return [
        call(np.multiply, delta, A, product),
        call(np.add.reduce, product, axis=0, keepdims=True, out=row),
        call(np.subtract, delta, row, delta),
        call(np.multiply, delta, A, delta),
    ]

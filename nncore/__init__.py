"""nncore: the engine of nnscope. Dense networks in NumPy, readable at every step.

The symbols, used everywhere (code, labels, tool-tips):

=========  =====================================================  ==================
symbol     meaning                                                shape
=========  =====================================================  ==================
n, m       samples in all; samples in the batch
X, y       inputs and targets, one sample per row                 (m, n[0]), (m, n[L])
L, l       number of weight layers; layer index 1 … L
W[l], b[l] weights and biases, out × in                           (n[l], n[l-1]), (n[l],)
Z[l]       pre-activation, Z[l] = A[l-1] W[l]ᵀ + b[l]             (m, n[l])
A[l]       activation, A[l] = f[l](Z[l]); A[0] = X                (m, n[l])
delta[l]   ∂loss/∂Z[l], the loss being the mean over the batch    (m, n[l])
theta, P   all parameters as one vector, and their number         (P,)
=========  =====================================================  ==================

The guide writes the batch transposed, one sample per column; its A is our A transposed.
A *step* is one update of theta, an *epoch* one pass over the training samples.

Where the guide's chapters are:

=  =================================  ====================================================
1  the perceptron                     a ``NetworkSpec`` without a hidden layer (``spec``)
2  activation functions               ``activations``: the table, and ``functions``
3  forward propagation                ``network.Trace``, recorded by ``_record_forward``
4  loss functions                     ``losses``
5  backpropagation                    ``network.Trace``, recorded by ``_record_backward``
6  He initialisation, update, loop    ``initializers``, ``update`` and ``optimizers``,
                                      ``trainer``; the example is in ``guide``
=  =================================  ====================================================

Beside them: ``timeline`` goes back in a run; ``metrics`` and ``diagnostics`` say how a network
is doing, ``gradcheck`` whether its gradient is right; ``data`` makes, reads and prepares
samples; ``checkpoint`` writes and reads a trained network.
"""

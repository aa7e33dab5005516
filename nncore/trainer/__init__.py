"""Training, stepped from outside at every grain (the guide's chapter 6).

A step takes one batch through four phases: forward propagation, the loss and its gradient at
the output, backpropagation, and the update of theta. An epoch takes every sample once. A
trainer can be stepped by phase, by sample within a batch, by batch and by epoch, in any
mixture; all come to the same bits.

The rules: the loss is the mean over the batch; the samples are put into a new order at the
start of each epoch, from the seed (not when one batch holds them all); the short last batch
is used, with its own size. There are no callbacks and no threads: whoever holds a trainer
steps it and reads what it wants between two steps.

The step is in ``stepping``. It goes on from what ``state`` holds and lets a person read; what
may be changed during a run, and going back in it, is in ``trainer``, the class to use.
"""

from nncore.trainer.state import PHASES
from nncore.trainer.trainer import Trainer

__all__ = ["PHASES", "Trainer"]

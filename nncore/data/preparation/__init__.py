"""What is done to raw features before a network takes them: chosen in a plan, fitted once."""

from nncore.data.preparation.layout import Layout
from nncore.data.preparation.plan import Plan
from nncore.data.preparation.preparation import Preparation
from nncore.data.preparation.steps import Step

__all__ = ["Layout", "Plan", "Preparation", "Step"]

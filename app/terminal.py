"""Training in the terminal, for where no window can open."""

import sys
import time

from app.state import AppState, experiment_of
from nncore.evaluation import Evaluation, Evaluator
from nncore.trainer import Trainer

EPOCHS = 1000
LINE_S = 0.1  # between two progress lines


def train_in_terminal(state: AppState, epochs: int = EPOCHS) -> None:
    """Train ``state``'s experiment with a progress line; print what came of it."""
    experiment = experiment_of(state)
    trainer = Trainer(
        experiment.spec,
        experiment.config,
        experiment.X_train,
        experiment.Y_train,
        experiment.theta,
    )
    train = Evaluator(trainer.network, experiment.X_train, experiment.Y_train)
    test = Evaluator(trainer.network, experiment.X_test, experiment.Y_test)
    print(
        f"{state.spec.shape_text} learns {state.dataset.name}, {len(experiment.X_train)} samples:"
    )
    begin = last = time.perf_counter()
    while trainer.epoch < epochs and not trainer.has_ended:
        trainer.step_epoch()
        now = time.perf_counter()
        if sys.stdout.isatty() and now - last >= LINE_S:
            last = now
            print(f"\r{_line(trainer.epoch, train.evaluate(), None)}", end="", flush=True)
    seconds = time.perf_counter() - begin
    print(f"\r{_line(trainer.epoch, train.evaluate(), test.evaluate())}  ({seconds:.2f} s)")
    if trainer.divergence is not None:
        print(f"Diverged at epoch {trainer.divergence.epoch}, layer {trainer.divergence.layer}.")


def _line(epoch: int, train: Evaluation | None, test: Evaluation | None) -> str:
    parts = [f"epoch {epoch}"]
    for name, evaluation in (("train", train), ("test", test)):
        if evaluation is not None:
            part = f"{name} loss {evaluation.loss:.4f}"
            if evaluation.accuracy is not None:
                part += f" accuracy {evaluation.accuracy:.1%}"
            parts.append(part)
    return " · ".join(parts)

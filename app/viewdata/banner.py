"""What is going on, in words."""

from app.state import Activity, AppState, Drawn, FromFile
from app.training.messages import Frame, StoppedEarly
from app.viewdata.numbers import share, short
from nncore.divergence import Divergence
from nncore.evaluation import Evaluation

NOT_FINITE = {
    "pre-activation": "its pre-activations are",
    "loss": "the loss is",
    "gradient": "its gradients are",
    "weight": "its weights are",
    "state of the optimiser": "the optimiser's averages are",
}


def banner(state: AppState, frame: Frame | None) -> str:
    """One or two sentences."""
    match state.activity:
        case Activity.RUNNING:
            return f"Running: {_task(state)}. {state.notice or 'Space pauses.'}"
        case Activity.STEPPING:
            return f"Stepping: {_task(state)}. {state.notice}".rstrip()
        case Activity.DIVERGED | Activity.STOPPED | Activity.FAILED:
            return state.notice
        case Activity.PAUSED:
            if state.notice:
                return f"Paused. {state.notice}"
            if frame is None or frame.step == 0:
                return "Paused at epoch 0, untrained. Space runs, E steps one epoch."
            return f"Paused at {position(frame)}. Space runs on, E steps one epoch."


def divergence_text(found: Divergence) -> str:
    return (
        f"Diverged at epoch {found.epoch:,}, step {found.step:,}, layer {found.layer}: "
        f"{NOT_FINITE[found.what]} no longer finite. "
        "Go back some way and lower the learning rate, or reset."
    )


def stopped_text(event: StoppedEarly) -> str:
    found = event.stopped
    waited = found.epoch - found.best_epoch
    return (
        f"Stopped early at epoch {found.epoch:,}: the {event.watched} loss has not fallen for "
        f"{waited:,} {'epoch' if waited == 1 else 'epochs'}; the weights are those of epoch "
        f"{found.best_epoch:,}. To run on, change a setting, go back or reset."
    )


def position(frame: Frame) -> str:
    """ "epoch 12", and the batch if one is under way."""
    text = f"epoch {frame.epoch:,}"
    return text if frame.batch == 0 else f"{text}, batch {frame.batch:,}/{frame.n_batches:,}"


def metric_text(evaluation: Evaluation | None) -> tuple[str, str]:
    """(loss, accuracy) as shown; "–" for what there is not."""
    if evaluation is None:
        return "–", "–"
    return short(evaluation.loss), share(evaluation.accuracy)


def window_title(state: AppState) -> str:
    source = state.source
    if isinstance(source, FromFile):
        name = source.path.name
    elif isinstance(source, Drawn):
        name = "drawing"
    else:
        name = state.dataset.name
    return f"{name} – nnscope"


def _task(state: AppState) -> str:
    batch = state.config.batch_size
    batches = "full batch" if batch is None else f"batches of {batch}"
    rate = short(state.config.learning_rate, 2)
    return f"{state.spec.shape_text} learns {state.dataset.name}, {batches}, learning rate {rate}"

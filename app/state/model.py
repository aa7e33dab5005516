"""Models: what is exported, and weights that come from a file."""

from app.state.app_state import AppState
from app.state.data import fitting_spec
from app.state.run import afresh
from nncore.checkpoint import Model
from nncore.errors import SpecError
from nncore.types import FloatArray


def with_model(state: AppState, model: Model, name: str) -> AppState:
    """A model's network, weights and standardisation, on the data that is loaded.

    Raises SpecError, saying what does not fit.
    """
    dataset = state.dataset
    needed = fitting_spec(model.spec, dataset, model.spec.n_inputs)
    if model.feature_names != dataset.feature_names:
        raise SpecError(
            f"{name} takes {len(model.feature_names)} features ({_list(model.feature_names)}) and "
            f"the data has {dataset.n_features} ({_list(dataset.feature_names)}), which must be "
            "the same, in the same order. Open its data first."
        )
    if model.preparation.categories != dataset.categories:
        raise SpecError(
            f"{name} knows other categories of the features than the data has. Open its data first."
        )
    if needed.layers[-1] != model.spec.layers[-1] or needed.loss != model.spec.loss:
        outputs = _list(model.class_names) or model.target_name
        raise SpecError(
            f"{name} predicts {outputs}, which is not what the data holds "
            f"({_list(dataset.class_names) or dataset.target_name}). Open its data first."
        )
    if model.class_names != dataset.class_names:
        raise SpecError(
            f"{name} knows the classes {_list(model.class_names)}, in this order; "
            f"the data has {_list(dataset.class_names)}."
        )
    model.preparation.require_values(dataset.X)
    return afresh(
        state,
        f"Weights from {name}: the run starts from them, and so does every reset.",
        spec=model.spec,
        theta=model.theta,
        theta_origin=name,
        plan=model.preparation.plan,
        preparation=model.preparation,
        samples=model.preparation.fill_in(dataset.X),
        targets=model.targets,
    )


def model_of(state: AppState, theta: FloatArray) -> Model:
    """What is exported: ``theta`` with all that is needed to use it on raw rows."""
    return Model(
        spec=state.spec,
        theta=theta,
        preparation=state.preparation,
        targets=state.targets,
        class_names=state.dataset.class_names,
        target_name=state.dataset.target_name,
    )


def _list(names: tuple[str, ...], most: int = 4) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")

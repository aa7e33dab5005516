"""A preparation as JSON, and the parts of one from it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from nncore.data.dataset import Float64Array
from nncore.data.preparation.plan import Plan, texts
from nncore.data.scaling import Scaling
from nncore.errors import SpecError
from nncore.spec.checks import is_int, is_number, require_parts, shown

if TYPE_CHECKING:
    from nncore.data.preparation.preparation import Preparation

_OF_FEATURE = ("name", "categories", "fill", "filled_by", "missing")


def to_json(preparation: "Preparation") -> dict[str, Any]:
    columns = zip(
        preparation.feature_names,
        map(list, preparation.categories),
        preparation.fill.tolist(),
        preparation.fills,
        preparation.missing,
        strict=True,
    )
    return {
        "plan": preparation.plan.to_json(),
        "features": [dict(zip(_OF_FEATURE, column, strict=True)) for column in columns],
        "scaling": {
            "offset": preparation.scaling.offset.tolist(),
            "scale": preparation.scaling.scale.tolist(),
        },
    }


def parts_of_json(data: Any) -> dict[str, Any]:
    """The fields of a ``Preparation``. Raises SpecError for what ``to_json`` didn't write."""
    _require_object(data, ("plan", "features", "scaling"), "preparation")
    features = data["features"]
    if not isinstance(features, list):
        raise SpecError(f"The features must be a list, not {shown(features)}.")
    for feature in features:
        _require_object(feature, _OF_FEATURE, "feature")
    return {
        "plan": Plan.from_json(data["plan"]),
        "feature_names": texts([feature["name"] for feature in features], "feature names"),
        "categories": tuple(texts(feature["categories"], "categories") for feature in features),
        "fills": tuple(feature["filled_by"] for feature in features),
        "fill": _numbers([feature["fill"] for feature in features]),
        "missing": tuple(_count(feature["missing"]) for feature in features),
        "scaling": _scaling(data["scaling"]),
    }


def _scaling(data: Any) -> Scaling:
    _require_object(data, ("offset", "scale"), "scaling")
    offset, scale = _numbers(data["offset"]), _numbers(data["scale"])
    try:
        return Scaling(offset, scale)
    except ValueError:
        raise SpecError("The scaling must have as many offsets as scales above 0.") from None


def _numbers(values: Any) -> Float64Array:
    if not isinstance(values, list) or not all(map(is_number, values)):
        raise SpecError(f"A list of numbers is needed, not {shown(values)}.")
    return np.array(values, np.float64)


def _count(value: Any) -> int:
    if not is_int(value) or value < 0:
        raise SpecError(f"The missing values of a feature are a number, not {shown(value)}.")
    return int(value)


def _require_object(data: Any, names: tuple[str, ...], noun: str) -> None:
    if not isinstance(data, dict):
        raise SpecError(f"The {noun}'s description is not an object, but {shown(data)}.")
    require_parts(data, names, noun)

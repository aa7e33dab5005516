"""A trained network as an ``.npz`` file: written safely, read back without trusting it.

Members: ``theta`` (P,); ``W1``, ``b1``, ``W2`` … the same numbers layer by layer (out × in),
for readers that know nothing of theta; ``input_offset`` and ``input_scale`` (n[0],), the
scaling (x − offset) / scale of the inputs, after all else that is done to raw features;
``target_offset`` and ``target_scale`` (n[L],), to be undone on the outputs; ``description``, a
JSON text with the spec, the names, and what is done to raw features before they are scaled.

Version 1 had ``input_mean`` and ``target_mean`` instead, and every feature was an input.
"""

import dataclasses
import io
import json
import math
import os
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nncore.data.preparation import Plan, Preparation
from nncore.data.scaling import Scaling
from nncore.errors import LoadError, SpecError
from nncore.network import Network
from nncore.parameters import Parameters
from nncore.spec import NetworkSpec
from nncore.types import FloatArray

FORMAT = "nnscope-network"
VERSION = 2
MAX_BYTES = 2 << 30
MAX_DESCRIPTION = 16 << 20
FOREIGN = "is not a network that nnscope has exported"


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """All that is needed to use a trained network on raw rows.

    theta (P,); preparation from raw features to n[0] inputs; targets over n[L] columns;
    class_names () for regression.
    """

    spec: NetworkSpec
    theta: FloatArray
    preparation: Preparation
    targets: Scaling
    class_names: tuple[str, ...]
    target_name: str

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Of the raw features, d."""
        return self.preparation.feature_names

    def predict(self, X: FloatArray) -> FloatArray:
        """Outputs (m, n[L]) for raw rows X (m, d): NaN is a missing value, a category its index.

        Where a formula has no value, the outputs have none either: they are NaN or infinite.
        """
        network = Network.from_theta(self.spec, self.theta)
        with np.errstate(all="ignore"):
            return self.targets.invert(network.predict(self.preparation.apply(X)))


def same_model(a: Model, b: Model) -> bool:
    """Equal in everything, bit for bit."""
    return (
        a.spec == b.spec
        and a.theta.dtype == b.theta.dtype
        and a.theta.tobytes() == b.theta.tobytes()
        and json.dumps(a.preparation.to_json()) == json.dumps(b.preparation.to_json())
        and a.targets.offset.tobytes() == b.targets.offset.tobytes()
        and a.targets.scale.tobytes() == b.targets.scale.tobytes()
        and (a.class_names, a.target_name) == (b.class_names, b.target_name)
    )


def save_model(path: Path, model: Model) -> None:
    """Write ``model``, read it back and only then put it in the place of ``path``.

    Raises OSError, with the reason; the old file then is as it was.
    """
    parameters = Parameters(model.spec.sizes, model.spec.dtype, model.theta)
    members: dict[str, Any] = {"theta": parameters.theta}
    for l in parameters.W:
        # contiguous, so that readers of the raw bytes in other languages see out × in
        members[f"W{l}"] = np.ascontiguousarray(parameters.W[l])
        members[f"b{l}"] = parameters.b[l]
    for role, scaling in (("input", model.preparation.scaling), ("target", model.targets)):
        members[f"{role}_offset"] = scaling.offset
        members[f"{role}_scale"] = scaling.scale
    preparation = model.preparation.to_json()
    del preparation["scaling"]  # stands in arrays of its own
    description = {
        "format": FORMAT,
        "version": VERSION,
        "spec": model.spec.to_json(),
        "preparation": preparation,
        "class_names": model.class_names,
        "target_name": model.target_name,
    }
    members["description"] = np.array(json.dumps(description, ensure_ascii=True))
    buffer = io.BytesIO()
    np.savez(buffer, **members)

    def check(written: Path) -> None:
        try:
            if same_model(load_model(written), model):
                return
            reason = "it does not read back as it was written"
        except LoadError as error:
            reason = f"it {error.reason}"
        raise OSError(reason)

    write_whole(path, buffer.getvalue(), check)


def load_model(path: str | Path) -> Model:
    """Read what ``save_model`` wrote. Raises LoadError, and nothing else, for anything else."""
    path = Path(path)
    members = _read_members(path)
    try:
        description = json.loads(str(members["description"]))
        if description["format"] != FORMAT:
            raise LoadError(path, FOREIGN)
        version = description["version"]
        if type(version) is not int or version < 1:
            raise LoadError(path, FOREIGN)
        if version > VERSION:
            raise LoadError(path, "was written by a newer version of nnscope", "Update nnscope.")
        spec = NetworkSpec.from_json(description["spec"])
        middle = "mean" if version == 1 else "offset"
        inputs = _scaling(path, members, "input", middle, spec.n_inputs)
        prepare = _preparation_of_version_1 if version == 1 else _preparation
        return Model(
            spec,
            _vector(path, members, "theta", spec.n_parameters, spec.dtype),
            prepare(description, inputs),
            _scaling(path, members, "target", middle, spec.n_outputs),
            _names(description["class_names"]),
            str(description["target_name"]),
        )
    except SpecError as error:
        raise LoadError(path, f"describes an impossible network ({error})") from None
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, LoadError):
            raise
        raise LoadError(path, FOREIGN) from None


def _preparation(description: dict[str, Any], inputs: Scaling) -> Preparation:
    scaling = {"offset": inputs.offset.tolist(), "scale": inputs.scale.tolist()}
    return Preparation.from_json({**description["preparation"], "scaling": scaling})


def _preparation_of_version_1(description: dict[str, Any], inputs: Scaling) -> Preparation:
    """Features were numbers without gaps; the mean now stands in where it is known."""
    names, d = _names(description["feature_names"]), len(inputs.offset)
    if len(names) != d:
        raise SpecError(f"It names {len(names)} inputs and takes {d}.")
    unscaled = Preparation.none(names)
    if inputs.is_identity:
        return unscaled
    return dataclasses.replace(
        unscaled,
        plan=Plan("standardize"),
        fills=("mean",) * d,
        fill=inputs.offset,
        scaling=inputs,
    )


def write_whole(path: Path, data: bytes, check: Callable[[Path], None] | None = None) -> None:
    """Replace ``path`` by ``data``: afterwards the whole old file or the whole new one is there.

    ``check`` looks at the new file before it takes the place of the old one, and may raise.
    Raises OSError, and then leaves nothing behind.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:60]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if check is not None:
            check(temporary)
        # mkstemp makes files that only their owner may read; follow the file that was there
        # before, or else what any new file gets.
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _read_members(path: Path) -> dict[str, Any]:
    """Every array of the archive, after its directory and headers have been held to limits."""
    try:
        if not path.is_file():
            reason = "is not a file" if path.exists() else "does not exist"
            raise LoadError(path, reason)
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len({_member_name(member) for member in members}) < len(members):
                raise LoadError(path, "holds a member twice", "It may be damaged.")
            if sum(member.file_size for member in members) > MAX_BYTES:
                raise LoadError(path, f"unpacks to more than {MAX_BYTES >> 30} GiB")
            arrays: dict[str, Any] = {}
            for member in members:
                arrays[_member_name(member)] = _read_array(path, archive, member)
            return arrays
    except LoadError:
        raise
    except OSError as error:
        raise LoadError(path, f"can't be read ({error.strerror or error})") from None
    except Exception:
        # zipfile, zlib and numpy each raise a dozen kinds of error on damaged bytes
        raise LoadError(path, FOREIGN, "It may be damaged.") from None


def _member_name(member: zipfile.ZipInfo) -> str:
    return member.filename.removesuffix(".npy")


def _read_array(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # headers that Python 2 wrote, which we never did
            shape, _, dtype = read_header(file)
        if dtype.hasobject or dtype.kind not in "fU":
            raise LoadError(path, FOREIGN)
        # A header may claim any size; believe it only if the bytes are there.
        if dtype.itemsize * math.prod(shape) > member.file_size:
            raise LoadError(path, FOREIGN, "It may be damaged.")
        if dtype.kind == "U" and dtype.itemsize > 4 * MAX_DESCRIPTION:
            raise LoadError(path, "has too long a description")
    with archive.open(member) as file:
        array = np.lib.format.read_array(file, allow_pickle=False)
    if dtype.kind == "U":
        # NumPy takes any four bytes for a character; Python fails on them later, in odd places
        letters = array.reshape(-1).view(np.dtype("u4").newbyteorder(dtype.byteorder))
        if (letters > sys.maxunicode).any():
            raise LoadError(path, FOREIGN, "It may be damaged.")
    return array


def _vector(path: Path, members: dict[str, Any], name: str, size: int, dtype: str) -> FloatArray:
    array = members[name]
    if array.shape != (size,) or array.dtype != np.dtype(dtype):
        raise LoadError(
            path, f"has {array.dtype} {array.shape} in '{name}' where {dtype} ({size},) belongs"
        )
    if not np.isfinite(array).all():
        raise LoadError(path, f"has a value in '{name}' that is not finite")
    vector: FloatArray = array
    return vector


def _scaling(path: Path, members: dict[str, Any], role: str, middle: str, size: int) -> Scaling:
    offset = _vector(path, members, f"{role}_{middle}", size, "float64")
    scale = _vector(path, members, f"{role}_scale", size, "float64")
    return Scaling(offset.astype(np.float64), scale.astype(np.float64))


def _names(names: list[str]) -> tuple[str, ...]:
    if not isinstance(names, list):
        raise TypeError("names must be a list")
    return tuple(str(name) for name in names)

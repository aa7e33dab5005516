"""Files made by hand, and what is said of them."""

import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_models import SAVED

from nncore.checkpoint import load_model
from nncore.errors import LoadError

VERSION_1 = Path(__file__).with_name("files") / "version_1.npz"


def refusal(path: Path) -> str:
    """The sentence with which ``path`` is refused; without a warning, naming the file."""
    with warnings.catch_warnings(), pytest.raises(LoadError) as caught:
        warnings.simplefilter("error")
        load_model(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    assert message.endswith(".")
    assert "\n" not in message
    assert "pickle" not in message
    assert caught.value.path == path
    # nor does a traceback say it
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return message


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


MEMBERS = members_of(SAVED)


def write_zip(
    path: Path, members: dict[str, bytes], *more: tuple[str, bytes], compress: bool = False
) -> None:
    """An archive with sound checksums, whatever the members hold."""
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, data in (*members.items(), *more):
            archive.writestr(name, data)


def npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def header(descr: Any, shape: tuple[int, ...], fortran_order: bool = False) -> bytes:
    buffer = io.BytesIO()
    fields = {"descr": descr, "fortran_order": fortran_order, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, fields)
    return buffer.getvalue()


def description(members: dict[str, bytes] | None = None, **changes: Any) -> bytes:
    """The description among the members, with changes."""
    data = json.loads(str(np.load(io.BytesIO((members or MEMBERS)["description.npy"]))))
    return npy(np.array(json.dumps(data | changes)))

"""The files that were opened last, and how each was read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from app.files.choices_json import choices_from_json, choices_to_json
from nncore.data.reading.choices import Choices

KEY = "recent_files"
MOST = 12
MOST_COLUMNS = 2000  # so that the settings stay small


@dataclass(frozen=True, slots=True)
class RecentFile:
    """``choices`` that the file was read with; None if they aren't known."""

    path: Path
    choices: Choices | None


class RecentFiles:
    """Newest first. Kept in ``settings`` as one JSON text, or only here if there are none.

    What stands in the settings is taken as far as it makes sense, and never complained of.
    """

    def __init__(self, settings: QSettings | None) -> None:
        self._settings = settings
        self._files = () if settings is None else _parsed(settings.value(KEY))

    @property
    def files(self) -> tuple[RecentFile, ...]:
        return self._files

    def __contains__(self, path: Path) -> bool:
        return any(file.path == path.absolute() for file in self._files)

    def choices_of(self, path: Path) -> Choices | None:
        """How the file was read the last time."""
        path = path.absolute()
        return next((file.choices for file in self._files if file.path == path), None)

    def add(self, path: Path, choices: Choices) -> None:
        """``path`` has been opened, with these choices."""
        path = path.absolute()
        kept = choices if len(choices.columns) <= MOST_COLUMNS else None
        others = (file for file in self._files if file.path != path)
        self._keep((RecentFile(path, kept), *others))

    def clear(self) -> None:
        self._keep(())

    def _keep(self, files: tuple[RecentFile, ...]) -> None:
        self._files = files[:MOST]
        if self._settings is not None:
            self._settings.setValue(KEY, json.dumps([_to_json(file) for file in self._files]))


def _to_json(file: RecentFile) -> dict[str, Any]:
    choices = None if file.choices is None else choices_to_json(file.choices)
    return {"path": str(file.path), "choices": choices}


def _parsed(text: object) -> tuple[RecentFile, ...]:
    """The files that ``text`` tells of, each once; nothing for nonsense."""
    try:
        values = json.loads(text) if isinstance(text, str) else []
    except (ValueError, RecursionError):
        return ()
    if not isinstance(values, list):
        return ()
    files = {file.path: file for value in values if (file := _from_json(value)) is not None}
    return tuple(files.values())[:MOST]


def _from_json(value: Any) -> RecentFile | None:
    if not isinstance(value, dict) or not isinstance(value.get("path"), str):
        return None
    path = Path(value["path"])
    return RecentFile(path, choices_from_json(value.get("choices"))) if path.is_absolute() else None

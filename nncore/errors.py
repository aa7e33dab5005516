"""The two ways in which the engine says no; both carry one sentence for a person."""

from pathlib import Path


class SpecError(ValueError):
    """A network or training configuration that can't be built; the message has the numbers."""


class LoadError(ValueError):
    """A file that can't be read. ``str()`` is one sentence naming file, row and column.

    path    the file as it was asked for
    reason  what is wrong, with row and column where they are known; no full stop
    hint    what the reader can do about it, or ""
    """

    def __init__(self, path: str | Path, reason: str, hint: str = "") -> None:
        self.path = Path(path)
        self.reason = reason
        self.hint = hint
        # a name may hold a line end, or bytes that are no text
        name = "".join(c if c.isprintable() else "·" for c in self.path.name)
        super().__init__(f"{name}: {reason}." + (f" {hint}" if hint else ""))


class Cancelled(Exception):
    """A person no longer wants what is being done."""

"""Bundled data sets, fonts and icons, each with its source and licence beside it."""

from pathlib import Path


def resource_path(*parts: str) -> Path:
    """Path of a bundled file, such as ``resource_path("datasets", "iris.csv")``."""
    return Path(__file__).parent.joinpath(*parts)

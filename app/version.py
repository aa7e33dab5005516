"""The version of the program, as it was installed."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("nnscope")
except PackageNotFoundError:  # run from a folder that was never installed
    VERSION = "unknown"

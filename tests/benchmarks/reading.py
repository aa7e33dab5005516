"""Reading text tables: time and memory beside numpy.loadtxt on the same files.

    python tests/benchmarks/reading.py [--rows 1000000] [--rounds 7]

Writes tables of five columns into a temporary folder, then reads them in interleaved rounds,
with the guesses and with choices made before, and prints medians and their ratio to loadtxt.
Tables that loadtxt can't read (quotes, categories, gaps) stand beside it on the plain one.
Peak memory is what each reader adds to the resident set, in a process of its own, as Linux
counts it (getrusage also counts what the process was forked from).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from nncore.data.reading import origin_of, preview, read  # noqa: E402

HEADER = "a,b,c,d,y\n"
MEMORY = """
import sys
sys.path.insert(0, {root!r})
import numpy as np
from nncore.data.reading import origin_of, read

def peak_kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

before = peak_kib()
kept = {call}
print((peak_kib() - before) / 1024)
"""


def write_tables(folder: Path, n_rows: int) -> dict[str, Path]:
    """The same numbers, written in several ways."""
    values = np.random.default_rng(0).standard_normal((n_rows, 5)).tolist()
    tables = {
        "3 decimals": (",".join(f"{v:.3f}" for v in row) for row in values),
        "all digits": (",".join(map(repr, row)) for row in values),
        "text target": (",".join([*map(repr, row[:4]), "ab"[row[4] > 0]]) for row in values),
        "all quoted": (",".join(f'"{v:.3f}"' for v in row) for row in values),
        "1 % of gaps": (
            ",".join(["" if abs(row[0]) < 0.0125 else f"{row[0]:.3f}", *map(repr, row[1:])])
            for row in values
        ),
    }
    paths = {}
    for title, rows in tables.items():
        paths[title] = folder / f"{title}.csv"
        with paths[title].open("w") as stream:
            stream.write(HEADER)
            stream.writelines(row + "\n" for row in rows)
    return paths


def seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def measure_time(title: str, path: Path, is_plain: bool, rounds: int) -> None:
    origin = origin_of(path)
    choices = preview(origin).choices
    told: list[float] = []
    calls = {
        "guessed": lambda: read(origin),
        "chosen": lambda: read(origin, choices, told.append),
    }
    if is_plain:
        calls["loadtxt"] = lambda: np.loadtxt(path, delimiter=",", skiprows=1)
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(seconds(call))
    medians = {name: float(np.median(each)) for name, each in times.items()}
    line = " · ".join(f"{name} {median:.2f} s" for name, median in medians.items())
    if is_plain:
        ratios = [medians[name] / medians["loadtxt"] for name in ("guessed", "chosen")]
        line += f" · ratios {ratios[0]:.2f} and {ratios[1]:.2f}"
    calls_a_second = len(told) / rounds / medians["chosen"]
    print(f"{title}, {path.stat().st_size / 2**20:.0f} MiB: {line}")
    print(f"  progress told {calls_a_second:.0f} times a second")


def peak_mib(call: str) -> float:
    code = MEMORY.format(root=str(ROOT), call=call)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure_memory(title: str, path: Path, is_plain: bool) -> None:
    ours = peak_mib(f"read(origin_of({str(path)!r}))")
    line = f"{title}: {ours:.0f} MiB"
    if is_plain:
        theirs = peak_mib(f"np.loadtxt({str(path)!r}, delimiter=',', skiprows=1)")
        line += f" · loadtxt {theirs:.0f} MiB · ratio {ours / theirs:.2f}"
    print(line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    print(
        f"numpy {np.__version__} · {options.rows:,} rows · {os.cpu_count()} processors · "
        f"OPENBLAS_NUM_THREADS={os.environ['OPENBLAS_NUM_THREADS']} · "
        f"OPENBLAS_CORETYPE={os.environ.get('OPENBLAS_CORETYPE', 'not set')}"
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = write_tables(Path(folder), options.rows)
        for title, path in paths.items():
            measure_time(title, path, title in ("3 decimals", "all digits"), options.rounds)
        print("peak memory beyond what the process had:")
        for title, path in paths.items():
            measure_memory(title, path, title in ("3 decimals", "all digits"))
    return 0


if __name__ == "__main__":
    sys.exit(main())

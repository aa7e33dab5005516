"""Going back in a long run: how long it takes, and what memory the keyframes take.

    python tests/benchmarks/timeline.py [--steps 100000] [--memory 64]

Trains the guide's example and the digits network for so many steps through a timeline, then
asks for steps all over the run, in a random order, and once for each of the last hundred.
Prints medians and the longest times, beside what training the whole run anew would take, and
checks that what comes back are the bits that were there. What keeping the timeline costs a
run is measured by ``training.py``.
"""

import argparse
import os
import sys
import time
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np  # noqa: E402

from nncore import guide  # noqa: E402
from nncore.spec import TrainingConfig, dense  # noqa: E402
from nncore.timeline import Timeline  # noqa: E402
from nncore.trainer import Trainer  # noqa: E402


def guide_trainer() -> Trainer:
    X, Y = guide.guide_data()
    return Trainer(guide.SPEC, guide.CONFIG, X, Y, guide.guide_theta())


def digits_trainer() -> Trainer:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((1797, 64))
    y = (X @ rng.standard_normal((64, 10))).argmax(axis=1)
    spec = dense(64, (128, 64), 10, output="softmax", loss="categorical_crossentropy")
    return Trainer(spec, TrainingConfig(1e-3, 32, 0, "adam"), X, y)


def measure(title: str, trainer: Trainer, n_steps: int, memory_mib: float) -> None:
    timeline = Timeline(trainer, memory_mib)
    rng = np.random.default_rng(1)
    asked = np.sort(rng.choice(np.arange(1, n_steps), 200, replace=False))
    asked = np.concatenate([asked, np.arange(n_steps - 99, n_steps + 1)])
    seen: dict[int, bytes] = {}
    begin = time.perf_counter()
    for step in range(1, n_steps + 1):
        timeline.step_batch()
        if step == asked[len(seen)]:
            seen[step] = trainer.network.parameters.theta.tobytes()
    training_s = time.perf_counter() - begin
    far, near = [], []
    for step in rng.permutation(asked):
        begin = time.perf_counter()
        timeline.seek(int(step))
        (near if step > n_steps - 100 else far).append(time.perf_counter() - begin)
        if trainer.network.parameters.theta.tobytes() != seen[int(step)]:
            raise SystemExit(f"step {step} did not come back as it was")
    print(
        f"{title}: {n_steps:,} steps in {training_s:.1f} s, "
        f"{timeline.n_keyframes:,} keyframes in {timeline.n_bytes / 2**20:.1f} MiB"
    )
    for words, times in (("any step", far), ("one of the last hundred", near)):
        print(
            f"  {words}: median {np.median(times) * 1e3:.1f} ms, "
            f"longest {max(times) * 1e3:.1f} ms, of {len(times)}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--memory", type=float, default=64.0, help="MiB of keyframes")
    options = parser.parse_args()
    print(
        f"numpy {np.__version__} · OPENBLAS_NUM_THREADS={os.environ['OPENBLAS_NUM_THREADS']} · "
        f"OPENBLAS_CORETYPE={os.environ.get('OPENBLAS_CORETYPE', 'not set')}"
    )
    measure("the guide's example", guide_trainer(), options.steps, options.memory)
    measure("64-128-64-10, Adam", digits_trainer(), options.steps, options.memory)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What a training step costs in nncore and in others: all in turns, in one process tree.

    python tests/benchmarks/training.py [--workloads W1,W3] [--peers guide64,fused]
                                        [--rounds 7] [--seconds 0.4] [--json FILE]

A step is forward propagation, the gradient of the loss, backpropagation and the update, with
shuffling where there are batches. Per workload the peers first take the same full-batch steps
from the same parameters and must come to the same loss; then, round after round, each runs for
about ``--seconds`` (whole epochs, one at least). Times are medians over the rounds; a ratio is
the median of the ratios within the rounds. Peers that are not installed are named. The exit
status is 1 if the peers did not do the same work, whatever the times.
"""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from statistics import median
from typing import Any

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from goals import GOALS, Times, ratio  # noqa: E402
from turns import PEERS, Team, Turn  # noqa: E402
from workloads import WORKLOADS, Workload  # noqa: E402

AGREEMENT = 1e-3  # of what the loss fell by
ALONE = 0.95  # share of a processor below which a time is not to be trusted


def main() -> int:
    options = parse()
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    names = [name for name in PEERS if name in {"nncore", *options.peers}]
    peers = [name for name in names if PEERS[name].installed]
    about = environment([PEERS[name].title for name in names if name not in peers])
    about |= libraries(peers)
    print("\n".join(f"{key}: {value}" for key, value in about.items()))
    results = {name: measure(WORKLOADS[name], peers, options) for name in options.workloads}
    report = {"environment": about, "workloads": results}
    report["goals"] = print_goals({name: times(r["turns"]) for name, r in results.items()})
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1, ensure_ascii=False, default=asdict)
    return 0 if all(result["same work"] for result in results.values()) else 1


def parse() -> argparse.Namespace:
    def some_of(names: dict[str, Any]) -> Any:
        def read(text: str) -> list[str]:
            chosen = text.split(",")
            if unknown := [name for name in chosen if name not in names]:
                raise argparse.ArgumentTypeError(f"no {unknown[0]}; there are {', '.join(names)}")
            return [name for name in names if name in chosen]

        return read

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workloads", type=some_of(WORKLOADS), default=list(WORKLOADS))
    parser.add_argument("--peers", type=some_of(PEERS), default=list(PEERS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--json", metavar="FILE")
    return parser.parse_args()


def environment(missing: list[str]) -> dict[str, str]:
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    openblas = [name for name in sorted(os.environ) if name.startswith("OPENBLAS_")]
    variables = dict.fromkeys((*threads, "OPENBLAS_CORETYPE", *openblas))
    return {
        "Python": platform.python_version(),
        "CPU": f"{cpu_model()}, {os.cpu_count()} cores",
        **{name: os.environ.get(name, "not set") for name in variables},
        "not installed": ", ".join(missing) or "none of the peers",
    }


def libraries(peers: list[str]) -> dict[str, str]:
    """What each library says of itself, in a process as those that are timed."""
    one_of_each = {PEERS[name].library: name for name in peers}
    with Team(one_of_each.values(), next(iter(WORKLOADS))) as team:
        return {library: team.ask(name, "about") for library, name in one_of_each.items()}


def cpu_model() -> str:
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def measure(workload: Workload, peers: list[str], options: argparse.Namespace) -> dict[str, Any]:
    """Everything about one workload, printed and as it goes into the JSON file."""
    names = [name for name in peers if workload.name in (PEERS[name].workloads or WORKLOADS)]
    print(f"\n{workload.title}")
    with Team(names, workload.name) as team:
        losses = {name: team.ask(name, "agree") for name in names if PEERS[name].learns}
        turns = take_turns(team, names, options.rounds, options.seconds)
    same_work = all([agreed(workload, losses), learned(turns)])
    print_times(times(turns))
    shares = [turn.cpu_share for row in turns.values() for turn in row]
    if disturbed := [share for share in shares if share < ALONE]:
        print(
            f"  {len(disturbed)} of {len(shares)} turns were DISTURBED by other programs: "
            f"the worst had {min(disturbed):.0%} of a processor"
        )
    return {
        "title": workload.title,
        "same work": same_work,
        "full-batch loss before and after": losses,
        "turns": turns,
    }


def take_turns(team: Team, names: list[str], rounds: int, seconds: float) -> dict[str, list[Turn]]:
    """Each round begins with another peer, so that none is always first."""
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            turns[name].append(team.ask(name, "turn", seconds))
    return turns


def times(turns: dict[str, list[Turn]]) -> Times:
    return {name: [turn.us_per_step for turn in row] for name, row in turns.items()}


def agreed(workload: Workload, losses: dict[str, tuple[float, float]]) -> bool:
    """Whether the same full-batch steps led all peers to the same loss; says so."""
    before = [loss for loss, _ in losses.values()]
    after = [loss for _, loss in losses.values()]
    spread = max(max(before) - min(before), max(after) - min(after))
    same = spread <= AGREEMENT * (min(before) - max(after))
    listed = ", ".join(f"{PEERS[name].title} {loss:.6f}" for name, (_, loss) in losses.items())
    print(
        f"  loss {before[0]:.6f}, after {workload.check_steps} full-batch steps: {listed}: "
        + ("the same work" if same else "NOT THE SAME WORK, THE TIMES BELOW MEAN NOTHING")
    )
    return same


def learned(turns: dict[str, list[Turn]]) -> bool:
    """Whether the loss fell in every timed run; says where it did not."""
    failed = [
        PEERS[name].title
        for name, row in turns.items()
        if not all(turn.losses is None or turn.losses[1] < turn.losses[0] for turn in row)
    ]
    for title in failed:
        print(f"  THE LOSS OF {title} DID NOT FALL WHILE IT WAS TIMED")
    return not failed


def print_times(times: Times) -> None:
    print(f"  {'':24} {'µs per step':>12} {'× nncore':>9}   (rounds)")
    for name, row in times.items():
        quotient = ratio(times, name, "nncore")
        print(
            f"  {PEERS[name].title:24} {median(row):12,.1f} {quotient:9.2f}"
            f"   ({min(row):,.1f} … {max(row):,.1f})"
        )


def print_goals(measured: dict[str, Times]) -> list[dict[str, Any]]:
    """The goals for which both peers were measured."""
    print("\ngoals")
    results = []
    for goal in GOALS:
        times = measured.get(goal.workload, {})
        if goal.peer in times and goal.base in times:
            value = ratio(times, goal.peer, goal.base)
            results.append({**asdict(goal), "ratio": value, "met": goal.met(value)})
            what = f"{PEERS[goal.peer].title} / {PEERS[goal.base].title}"
            verdict = "pass" if goal.met(value) else "FAIL"
            print(
                f"  {goal.workload}  {what:34} {value:7.3f}  "
                f"{goal.sense} {goal.bound:<5}  {verdict}"
            )
    return results


if __name__ == "__main__":
    sys.exit(main())

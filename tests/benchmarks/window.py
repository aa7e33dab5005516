"""What the window costs: training with it against training alone, taken in turns.

    python tests/benchmarks/window.py [--seconds 4] [--rounds 3] [--platform offscreen|xcb]

For each workload: the trainer alone in this process, then the real window running with all
panels visible, alternately; medians of the rounds. The delay of the window's thread is how
late a 5 ms timer fires. Prints the thread counts and OPENBLAS_CORETYPE with the table.
"""

import argparse
import os
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--platform", default="offscreen", choices=("offscreen", "xcb"))
    parser.add_argument("--size", default="1440x860")
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = options.platform

    import numpy as np
    from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer

    from app.main import Application, make_application
    from app.state import (
        AppState,
        experiment_of,
        guide_state,
        with_activation,
        with_batch_size,
        with_data,
        with_hidden,
        with_learning_rate,
    )
    from app.state import Generated as Made
    from nncore.data.dataset import Dataset
    from nncore.data.generators import generate
    from nncore.trainer import Trainer

    def w1(state: AppState) -> AppState:
        return state

    def w2(state: AppState) -> AppState:
        source = Made("spiral", 1000, 0.1, 42)
        data = generate("spiral", n=1000, noise=0.1, seed=42)
        state = with_activation(with_data(state, source, data), "tanh")
        return with_learning_rate(with_batch_size(with_hidden(state, (8, 8)), 10), 0.03)

    def w3(state: AppState) -> AppState:
        rng = np.random.default_rng(0)
        X = rng.standard_normal((1797, 64))
        y = (X @ rng.standard_normal((64, 10))).argmax(axis=1)
        names = tuple(f"x{k}" for k in range(64))
        data = Dataset("digits-like", X, y, names, class_names=tuple("0123456789"))
        state = with_data(state, Made("blobs", 1797, 0.0, 0), data)
        return with_learning_rate(with_batch_size(with_hidden(state, (128, 64)), 32), 0.01)

    def headless(state: AppState) -> float:
        e = experiment_of(state)
        trainer = Trainer(e.spec, e.config, e.X_train, e.Y_train, e.theta)
        begin = time.perf_counter()
        while time.perf_counter() - begin < options.seconds:
            trainer.step_epoch()
        return trainer.step / (time.perf_counter() - begin)

    qt = make_application(sys.argv[:1])  # noqa: F841  (must stay alive)

    def windowed(state: AppState) -> tuple[float, float, float, float, float]:
        """steps/s, frames/s, delay p50, p99, max in ms."""
        application = Application(appearance="light")
        application.store.set(state)
        application.window.resize(*(int(part) for part in options.size.split("x")))
        application.show()
        spin(1.0)
        frames: list[tuple[float, int]] = []
        delays: list[float] = []
        clock = QElapsedTimer()

        def on_frame(frame: object) -> None:
            frames.append((time.perf_counter(), frame.step))  # type: ignore[attr-defined]

        def on_tick() -> None:
            delays.append(max(0.0, clock.nsecsElapsed() / 1e6 - 5.0))
            clock.restart()

        application.controller.frame_shown.connect(on_frame)
        ticker = QTimer()
        ticker.setTimerType(Qt.TimerType.PreciseTimer)
        ticker.timeout.connect(on_tick)
        application.controller.run()
        spin(0.5)
        frames.clear()
        clock.start()
        ticker.start(5)
        spin(options.seconds)
        ticker.stop()
        application.controller.pause()
        spin(0.3)
        cpu, wall = time.process_time(), time.perf_counter()
        spin(1.0)
        idle = (time.process_time() - cpu) / (time.perf_counter() - wall)
        application.window.close()
        application.window.deleteLater()
        spin(0.1)
        seconds = frames[-1][0] - frames[0][0]
        p50, p99 = np.percentile(delays, (50, 99))
        idles.append(idle)
        return (
            (frames[-1][1] - frames[0][1]) / seconds,
            (len(frames) - 1) / seconds,
            float(p50),
            float(p99),
            max(delays),
        )

    def spin(seconds: float) -> None:
        loop = QEventLoop()  # not the application's own: ending that would close the window
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()

    idles: list[float] = []
    print(
        f"numpy {np.__version__} · OPENBLAS_NUM_THREADS={os.environ['OPENBLAS_NUM_THREADS']} · "
        f"OPENBLAS_CORETYPE={os.environ.get('OPENBLAS_CORETYPE', 'not set')} · "
        f"{os.cpu_count()} cores · {options.platform} · {options.size}"
    )
    print(
        "workload                     alone st/s  window st/s   kept  frames/s  delay p50/p99/max"
    )
    for title, make in (
        ("W1 2-16-8-1 full batch f64", w1),
        ("W2 2-8-8-1 tanh, batch 10", w2),
        ("W3 64-128-64-10, batch 32", w3),
    ):
        state = make(guide_state("light"))
        alone, beside = [], []
        for _ in range(options.rounds):
            alone.append(headless(state))
            beside.append(windowed(state))
        kept = np.median([b[0] / a for a, b in zip(alone, beside, strict=True)])
        steps, frames, p50, p99, worst = np.median(np.array(beside), axis=0)
        print(
            f"{title:28} {np.median(alone):10,.0f}  {steps:11,.0f}  {kept:5.1%}  {frames:8.1f}"
            f"  {p50:5.2f} / {p99:5.2f} / {worst:5.1f} ms"
        )
    print(f"idle CPU of the paused window: {np.median(idles):.2%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

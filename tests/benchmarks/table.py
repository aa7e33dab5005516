"""How long the table takes with very many rows, or columns: opening, scrolling, sorting,
selecting, drawing a column's histogram. Milliseconds, the best of some runs.

    python tests/benchmarks/table.py
"""

import os
from collections.abc import Callable
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from app.main import make_application
from app.panels.table.panel import TablePanel
from app.state import Drawn, guide_state, with_data, with_selection
from app.store import Store
from app.viewdata.table_cells import Shown
from nncore.data.dataset import Dataset


def data(n: int, d: int, n_classes: int) -> Dataset:
    rng = np.random.default_rng(0)
    return Dataset(
        f"{n:,} × {d}",
        rng.normal(size=(n, d)),
        rng.integers(0, n_classes, n),
        tuple(f"feature {k}" for k in range(d)),
        "class",
        tuple(f"class {k}" for k in range(n_classes)),
    )


def best_ms(work: Callable[[], object], runs: int = 5) -> float:
    """Of ``work`` and all that it makes the window do."""
    times = []
    for _ in range(runs):
        begin = perf_counter()
        work()
        QCoreApplication.processEvents()
        times.append(perf_counter() - begin)
    return 1e3 * min(times)


def report(qt: QApplication, dataset: Dataset) -> None:
    store = Store(with_data(guide_state(), Drawn(), dataset))
    panel = TablePanel(store)
    store.changed.connect(panel.on_state)
    panel.resize(1100, 700)
    print(f"\n{dataset.name}")
    begin = perf_counter()
    panel.show()
    panel.grab()
    print(f"  open                    {1e3 * (perf_counter() - begin):8.1f}")
    begin = perf_counter()
    while panel.histograms.is_making:
        qt.processEvents()
    print(f"  histograms in view      {1e3 * (perf_counter() - begin):8.1f}")
    n, d = dataset.X.shape
    bar, rng = panel.view.verticalScrollBar(), np.random.default_rng(1)
    head, rows = panel.view.horizontalScrollBar(), np.sort(rng.permutation(n)[: n // 10])
    nothing = np.empty(0, np.int64)

    def scroll() -> None:
        bar.setValue(int(rng.integers(0, bar.maximum())))
        panel.view.viewport().repaint()

    def scroll_across() -> None:
        head.setValue(int(rng.integers(0, head.maximum() + 1)))
        panel.view.viewport().repaint()

    def select() -> None:
        store.apply(with_selection, rows)
        panel.view.viewport().repaint()
        store.apply(with_selection, nothing)

    def sort_raw() -> None:
        panel.sort(2)

    def sort_prepared() -> None:
        panel.sort(len(panel.model.columns) - 1)

    print(f"  scroll to anywhere      {best_ms(scroll, 20):8.1f}")
    if d > 50:
        print(f"  scroll across           {best_ms(scroll_across, 20):8.1f}")
    print(f"  select and clear n / 10 {best_ms(select):8.1f}")
    print(f"  sort by a feature       {best_ms(sort_raw, 1):8.1f}")
    print(f"  scroll while sorted     {best_ms(scroll, 20):8.1f}")
    print(f"  select while sorted     {best_ms(select):8.1f}")
    begin = perf_counter()
    panel.shown_buttons[Shown.PREPARED].click()
    panel.grab()
    print(f"  show prepared           {1e3 * (perf_counter() - begin):8.1f}")
    print(f"  sort by an input        {best_ms(sort_prepared, 1):8.1f}")
    panel.deleteLater()


if __name__ == "__main__":
    qt = make_application(["table"])
    for size in ((1_000_000, 5, 3), (60_000, 784, 10), (5_000, 30, 1000)):
        report(qt, data(*size))

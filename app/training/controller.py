"""Between the store and the worker: sends what a person wants, brings what the worker has.

A 60 Hz pump collects the mailbox while something is going on, and rests when nothing is.
"""

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal

from app.panel import Panel
from app.state import (
    Activity,
    AppState,
    can_go_back,
    experiment_of,
    with_activity,
    with_config,
    with_samples_of,
)
from app.store import Store
from app.training.mailbox import Mailbox
from app.training.messages import (
    BackEpoch,
    Configure,
    Configured,
    DataRefused,
    DataReplaced,
    Diverged,
    Event,
    Failed,
    Frame,
    FrameRequest,
    MapRequest,
    Order,
    Pause,
    Paused,
    Refused,
    ReplaceData,
    Run,
    Seek,
    Start,
    Started,
    Step,
    Stop,
    StoppedEarly,
)
from app.training.worker import Worker
from app.viewdata.banner import divergence_text, stopped_text
from app.viewdata.maps import map_request
from app.viewdata.planes import plane_of
from nncore.spec import TrainingConfig

TICK_MS = 16
RATE_S = 0.5  # over which steps and frames per second are taken
JOIN_S = 10.0


class Controller(QObject):
    """Owns the worker thread. ``close`` must be called before the program ends."""

    frame_shown = Signal(object)  # a Frame, after the panels have drawn it
    rates_changed = Signal(float, float)  # steps per second, frames per second

    def __init__(self, store: Store, panels: Sequence[Panel]) -> None:
        super().__init__()
        self._store = store
        self._panels = tuple(panels)
        self._mailbox = Mailbox()
        self._worker = Worker(self._mailbox)
        self._awaiting_frame = False
        self._frame_wanted = False
        self._map: MapRequest | None = None
        # The settings that the worker has, or will have once it has answered …
        self._config: TrainingConfig = store.state.config
        self._is_asking = False  # … which it has not yet
        self._n_orders = 0  # given to this run
        # The states with the samples of this run, by version; a run may be gone back in …
        self._versions: dict[int, AppState] = {}
        self._awaited_version: int | None = None  # … and what the worker hasn't answered yet
        self.last_frame: Frame | None = None
        self._rate_from: tuple[float, int] | None = None
        self._frames_drawn = 0  # since rates were last taken
        self._turn = 0
        self._due: tuple[Panel, ...] = ()  # the panels that the next frame is for
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._pump)
        store.changed.connect(self._on_state)
        for panel in self._panels:
            panel.installEventFilter(self)

    # ---- what a person wants -------------------------------------------------------------

    def start(self) -> None:
        """Start the worker and the first run."""
        self._worker.start()
        self._begin(self._store.state)

    def run(self) -> None:
        """Train until paused."""
        if self._store.state.activity is Activity.PAUSED:
            self._go(Run(), Activity.RUNNING)

    def step(self, epochs: int) -> None:
        """Train for so many epochs."""
        if self._store.state.activity is Activity.PAUSED:
            self._go(Run(epochs), Activity.STEPPING)

    def step_batch(self) -> None:
        """Train on the next batch."""
        if self._store.state.activity is Activity.PAUSED:
            self._go(Step(), Activity.STEPPING)

    def back_batch(self) -> None:
        """Go back to before the last batch."""
        if can_go_back(self._store.state):
            self._go(Seek(self._store.state.step - 1), Activity.STEPPING)

    def back_epoch(self) -> None:
        """Go back to where the epoch under way began, or the last one."""
        if can_go_back(self._store.state):
            self._go(BackEpoch(), Activity.STEPPING)

    def pause(self) -> None:
        self._worker.send(Pause())

    def toggle(self) -> None:
        """Run if paused, pause if running."""
        if self.is_training:
            self.pause()
        else:
            self.run()

    @property
    def is_training(self) -> bool:
        return self._store.state.activity in (Activity.RUNNING, Activity.STEPPING)

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked for has been done and drawn."""
        return not (self.is_training or self._awaiting_frame or self._frame_wanted)

    def close(self) -> None:
        """End the thread and wait for it."""
        self._timer.stop()
        if self._worker.is_alive():
            self._worker.send(Stop())
            self._worker.join(JOIN_S)

    def _go(self, order: Order, activity: Activity) -> None:
        self._worker.send(order)
        self._n_orders += 1
        self._store.apply(with_activity, activity)
        self._rate_from = None
        self._timer.start()

    # ---- the state -----------------------------------------------------------------------

    def _on_state(self, old: AppState, new: AppState) -> None:
        if old.run_id != new.run_id:
            self._begin(new)
            return
        if new.config is not self._config:
            self._config, self._is_asking = new.config, True
            self._worker.send(Configure(new.config))
            self.look()  # and hear the answer
        if new.data_version not in self._versions:
            self._send_data(new)
        if old.view != new.view or old.samples is not new.samples:
            self._map = None
            self.look()

    def _begin(self, state: AppState) -> None:
        self._map = None
        self.last_frame = None
        self._config, self._is_asking = state.config, False
        self._versions, self._awaited_version = {state.data_version: state}, None
        self._n_orders = 0
        self._awaiting_frame = False  # a frame of the old run may come; it is dropped
        self._worker.send(Start(experiment_of(state)))
        self.look()

    def _send_data(self, state: AppState) -> None:
        """Other samples, for the run to go on with."""
        self._versions[state.data_version] = state
        self._awaited_version = state.data_version
        new = experiment_of(state)
        self._worker.send(
            ReplaceData(new.data_version, new.X_train, new.Y_train, new.X_test, new.Y_test)
        )
        self.look()  # and hear the answer

    def look(self) -> None:
        """Bring a frame of the present moment, though nothing may have been trained."""
        if self._store.state.activity is Activity.FAILED:
            return  # there is nothing to look at
        self._frame_wanted = True
        if not self._timer.isActive():
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt's name. A panel that has come to light has missed the frames until now.
        if event.type() == QEvent.Type.Show:
            self.look()
        return super().eventFilter(watched, event)

    # ---- the pump ------------------------------------------------------------------------

    def _pump(self) -> None:
        delivery = self._mailbox.collect()
        run_id = self._store.state.run_id
        records = [record for record in delivery.records if record.run_id == run_id]
        if records:
            for panel in self._panels:
                panel.on_records(records)
        for event in delivery.events:
            if event.run_id == run_id:
                self._on_event(event)
        if delivery.frame is not None and delivery.frame.run_id == self._store.state.run_id:
            self._show(delivery.frame)
        if self._awaiting_frame:
            return
        if self.is_training or self._frame_wanted:
            self._request_frame()
        else:
            self._timer.stop()

    def _show(self, frame: Frame) -> None:
        self._awaiting_frame = False
        self.last_frame = frame
        self._frames_drawn += 1
        for panel in self._due:
            panel.on_frame(frame)
        self.frame_shown.emit(frame)
        self._take_rates(frame)

    def _take_rates(self, frame: Frame) -> None:
        now = time.perf_counter()
        if not self.is_training or self._rate_from is None:
            self._rate_from = (now, frame.step)
            self._frames_drawn = 0
            return
        since, step = self._rate_from
        if now - since >= RATE_S:
            seconds = now - since
            self.rates_changed.emit((frame.step - step) / seconds, self._frames_drawn / seconds)
            self._rate_from = (now, frame.step)
            self._frames_drawn = 0

    def _request_frame(self) -> None:
        # By turns while training: the thread of the window is never busy for long, thirty
        # pictures a second look smooth, and a frame holds only what its panels need.
        self._turn = 1 - self._turn
        self._due = tuple(
            panel
            for panel in self._panels
            if panel.isVisible() and (not self.is_training or panel.turn == self._turn)
        )
        wanted = [panel.needs for panel in self._due]
        wants_map = any(needs.output_map for needs in wanted)
        if wants_map and self._map is None:
            state = self._store.state
            self._map = map_request(state, plane_of(state))
        self._worker.send(
            FrameRequest(
                activations=any(needs.activations for needs in wanted),
                output_map=self._map if wants_map else None,
                unit_maps=any(needs.unit_maps for needs in wanted),
            )
        )
        self._awaiting_frame = True
        self._frame_wanted = False

    def _on_event(self, event: Event) -> None:
        match event:
            case Paused(step=step):
                if event.n_orders == self._n_orders:  # else it is on its way again
                    self._end(Activity.PAUSED, "", step)
            case Diverged(divergence=found):
                self._end(Activity.DIVERGED, divergence_text(found), found.step - 1)
            case StoppedEarly(step=step):
                self._end(Activity.STOPPED, stopped_text(event), step)
            case Failed(reason=reason):
                self._end(Activity.FAILED, reason)
            case Configured(config=config):
                self._on_configured(config)
            case Refused():
                self._on_refused(event)
            case DataReplaced():
                self._on_data_replaced(event)
            case DataRefused():
                self._on_data_refused(event)
            case Started():
                pass

    def _on_configured(self, config: TrainingConfig) -> None:
        """The answer to what was asked, or news from the past of the run."""
        if config is self._config:
            self._is_asking = False
        elif not self._is_asking:  # else a person has changed it since
            self._take(config)

    def _on_refused(self, event: Refused) -> None:
        if event.asked is self._config:
            self._is_asking = False
            self._take(event.in_force)
            self._store.refused.emit(event.reason)

    def _on_data_replaced(self, event: DataReplaced) -> None:
        """The answer to what was asked, or news from the past of the run."""
        reachable = {*event.known, event.version, self._awaited_version}
        self._versions = {v: state for v, state in self._versions.items() if v in reachable}
        if event.version == self._awaited_version:
            self._awaited_version = None
            state = self._store.state
            self._store.apply(with_activity, state.activity, "The drawing is in force.")
        elif self._awaited_version is None:
            self._store.apply(with_samples_of, self._versions[event.version])
        self.look()

    def _on_data_refused(self, event: DataRefused) -> None:
        if event.version == self._awaited_version:
            self._awaited_version = None
            self._store.apply(with_samples_of, self._versions[event.in_force])
            self._store.refused.emit(event.reason)

    def _take(self, config: TrainingConfig) -> None:
        self._config = config
        self._store.apply(with_config, config)

    def _end(self, activity: Activity, notice: str, step: int | None = None) -> None:
        self._store.apply(with_activity, activity, notice, step)
        self.rates_changed.emit(0.0, 0.0)
        if activity is Activity.FAILED:
            self._awaiting_frame = self._frame_wanted = False  # none will come
        else:
            self._frame_wanted = True

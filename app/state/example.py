"""The guide's example, with which the program opens."""

from app.state.app_state import GUIDE, NOTHING, Activity, AppState, Generated, View
from app.state.data import made_data
from nncore import guide
from nncore.data.dataset import split_rows
from nncore.data.preparation import Preparation
from nncore.data.scaling import Scaling

TEST_SHARE = 0.2


def guide_state(appearance: str = "system", dark: bool = False) -> AppState:
    """The guide's example: its 1000 points to train on, 250 more to test, its weights."""
    n_samples = round(guide.N_SAMPLES / (1 - TEST_SHARE))
    source = Generated("circle", n_samples, 0.0, guide.SEED)
    dataset = made_data(source)
    preparation = Preparation.none(dataset.feature_names)
    return AppState(
        source=source,
        dataset=dataset,
        data_version=0,
        latest_version=0,
        test_share=TEST_SHARE,
        stratified=False,
        split=split_rows(dataset, TEST_SHARE, guide.SEED),
        plan=preparation.plan,
        preparation=preparation,
        samples=dataset.X,
        targets=Scaling.none(1),
        selected=NOTHING,
        spec=guide.SPEC,
        config=guide.CONFIG,
        theta=guide.guide_theta(),
        theta_origin=GUIDE,
        view=View((0, 1)),
        step_epochs=100,
        run_id=0,
        activity=Activity.PAUSED,
        step=0,
        notice="The guide's example: its 1000 points, its 2-16-8-1 network, its initial weights.",
        appearance=appearance,
        dark=dark,
    )

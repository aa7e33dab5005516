"""The list of what was done to the data, and the controls that do more."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot
from table_panels import column, curve, open_panel, passengers, read, state, state_of, wide

from app.main import Application
from app.panels.table.panel import TablePanel
from app.panels.table.preparation import PreparationColumn
from app.state import View, with_data, with_plan, with_split, with_view
from nncore.data.dataset import Dataset, split_rows
from nncore.data.formula import parse_formula
from nncore.data.preparation import Plan

Key = Qt.Key
PLAN = Plan("standardize", left_out=("deck",), derived=("age^2",))


@pytest.fixture
def table(qtbot: QtBot, qapp: object) -> TablePanel:
    return open_panel(qtbot, with_plan(state_of(passengers()), PLAN))


def steps(panel: TablePanel) -> list[tuple[str, str]]:
    """Words and formula of each row of the list."""
    return [(row.words.text(), row.formula.text()) for row in panel.preparation.steps.rows]


def words(panel: TablePanel) -> str:
    return "\n".join(word for word, _ in steps(panel))


def undo(panel: TablePanel, beginning: str) -> QToolButton:
    """The button of the step that begins so."""
    row = next(r for r in panel.preparation.steps.rows if r.words.text().startswith(beginning))
    return row.button


def refused(panel: TablePanel) -> list[str]:
    said: list[str] = []
    panel._store.refused.connect(said.append)
    return said


def type_formula(panel: TablePanel, text: str) -> str:
    """Type it, and read what stands under it."""
    field = panel.preparation.derived.field
    field.line.clear()
    QTest.keyClicks(field.line, text)
    field._popup.hide()
    return field.answer.text()


# ---- the list --------------------------------------------------------------------------------


def test_everything_that_was_done_is_listed_in_order_with_its_figures(table: TablePanel) -> None:
    dataset, split = state(table).dataset, state(table).split
    ages = dataset.X[split.train, 0]
    median = np.median(ages[~np.isnan(ages)])
    listed = steps(table)
    assert [word.split(" ")[0] for word, _ in listed] == [
        *("2", "20", "Missing", "Missing", "deck", "sex", "port", "age²", "Every", "The")
    ]
    assert listed[0][0] == "2 rows without a target were left out."
    assert f"{len(split.train)} train, {len(split.test)} test." in listed[1][0]
    assert "median" in listed[2][0]
    assert listed[2][1] == f"age ← {median:.3g} (3 missing)"
    assert "1 for male and 0 for female" in listed[5][0]
    filled = np.where(np.isnan(ages), median, ages)
    assert listed[8][1].startswith(f"age: (x − {filled.mean():.3g}) / {filled.std():.3g}\n")
    assert listed[9][0] == "The target survived becomes 1 for yes and 0 for no."


def test_what_reading_did_and_what_must_be_has_no_button(table: TablePanel) -> None:
    removable = [
        row.words.text().split(" ")[0]
        for row in table.preparation.steps.rows
        if row.button.isVisibleTo(row)
    ]
    assert removable == ["deck", "age²", "Every"]


@pytest.mark.parametrize(
    ("beginning", "left"),
    [
        ("deck", replace(PLAN, left_out=())),
        ("age²", replace(PLAN, derived=())),
        ("Every", replace(PLAN, scaling="none")),
    ],
)
def test_a_step_is_undone_by_its_button(table: TablePanel, beginning: str, left: Plan) -> None:
    before = state(table)
    undo(table, beginning).click()
    assert state(table).plan == left
    assert state(table).run_id == before.run_id + 1
    assert beginning not in [word.split(" ")[0] for word, _ in steps(table)]


def test_many_steps_of_a_kind_are_one(qtbot: QtBot, qapp: object) -> None:
    out = tuple(f"pixel {k}" for k in range(30))
    panel = open_panel(qtbot, with_plan(state_of(wide(50, 40)), Plan(left_out=out)))
    assert "30 features are left out: they do not become inputs." in words(panel)
    undo(panel, "30 features").click()
    assert state(panel).plan.left_out == ()


def test_a_scaled_target_is_told(qtbot: QtBot, qapp: object) -> None:
    panel = open_panel(qtbot, state_of(curve()))
    y = state(panel).dataset.y[state(panel).split.train]
    assert steps(panel)[-1] == (
        "The target is standardised too.",
        f"height: (x {'+' if y.mean() < 0 else '−'} {abs(y.mean()):.3g}) / {y.std():.3g}",
    )


# ---- split, scaling, features ----------------------------------------------------------------


def test_test_share_and_stratification_divide_anew(table: TablePanel) -> None:
    share = table.preparation.test_share
    share.setValue(50)
    assert state(table).test_share == 0.5 and len(state(table).split.test) == 45
    assert not state(table).stratified
    table.preparation.stratified.click()
    dataset = state(table).dataset
    expected = split_rows(dataset, 0.5, state(table).config.seed, stratified=True)
    np.testing.assert_array_equal(state(table).split.test, expected.test)
    assert "50 % of the samples are kept for testing, of each class" in words(table)
    table._store.apply(with_split, 0.0, True)
    assert share.value() == 0
    assert "none are kept for testing" in words(table)


def test_only_classes_can_be_stratified(qtbot: QtBot, qapp: object, table: TablePanel) -> None:
    assert table.preparation.stratified.isEnabled()
    table._store.apply(with_data, state(table).source, curve())
    assert not table.preparation.stratified.isEnabled()


def test_the_scaling_is_chosen_by_keys(table: TablePanel) -> None:
    box = table.preparation.scaling
    assert box.currentText() == "standardise"
    box.setFocus()
    QTest.keyClick(box, Key.Key_Down)
    assert state(table).plan.scaling == "min_max"
    c = column(table, "→ ticket fare")
    train = {int(row) for row in state(table).split.train}
    shown = [
        read(str(table.model.data(table.model.index(row, c)))) for row in range(90) if row in train
    ]
    assert min(shown) == 0 and max(shown) == 1
    table._store.apply(with_plan, Plan())
    assert box.currentText() == "none"


def test_a_feature_is_left_out_and_taken_by_its_button(table: TablePanel) -> None:
    buttons = table.preparation.features.buttons
    assert [button.isChecked() for button in buttons] == [True, True, True, True, False]
    buttons[1].click()
    assert state(table).plan.left_out == ("ticket fare", "deck")
    assert "→ ticket fare" not in [c.title for c in table.model.columns]
    buttons[4].click()
    assert state(table).plan.left_out == ("ticket fare",)
    assert state(table).spec.n_inputs == state(table).preparation.n_inputs == 7


def test_what_is_refused_is_not_left_standing(qtbot: QtBot, qapp: object) -> None:
    panel = open_panel(qtbot, state_of(curve()))
    said, before = refused(panel), state(panel)
    (button,) = panel.preparation.features.buttons
    button.click()
    assert said == ["All features are left out; a network needs at least one input."]
    assert state(panel) is before and button.isChecked()


def test_many_features_are_chosen_from_a_list(qtbot: QtBot, qapp: object) -> None:
    panel = open_panel(qtbot, state_of(wide(40, 64)))
    features = panel.preparation.features
    assert features.open_button.text() == "64 of 64 features …"
    features.open_button.click()
    entries = features.list.entries
    QTest.keyClick(entries, Key.Key_Down)
    QTest.keyClick(entries, Key.Key_Space)
    assert state(panel).plan.left_out == ("pixel 0",)
    QTest.keyClick(entries, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    said = refused(panel)
    features.list.leave.click()
    assert len(said) == 1 and state(panel).plan.left_out == ("pixel 0",)
    assert entries.item(1).checkState() is Qt.CheckState.Checked
    for k in (3, 9):
        entries.item(k).setSelected(False)
    features.list.leave.click()
    assert state(panel).preparation.input_names == ("pixel 3", "pixel 9")
    assert features.open_button.text() == "2 of 64 features …"
    features.list.close()


# ---- formulas --------------------------------------------------------------------------------


def test_formulas_at_hand_are_of_the_features_looked_at(table: TablePanel) -> None:
    derived = table.preparation.derived
    assert state(table).view.axes == (0, 1)
    assert derived.caption.text() == "More inputs: x₁ is age, x₂ is ticket fare"
    assert [button.isChecked() for button in derived.buttons] == [True, False, False, False, False]
    derived.buttons[2].click()
    assert state(table).preparation.input_names[-1] == "age·`ticket fare`"
    inputs = state(table).preparation.expand(state(table).dataset.X)
    np.testing.assert_array_equal(inputs[:, -1], state(table).samples[:, :2].prod(axis=1))
    derived.buttons[0].click()
    assert state(table).plan.derived == ("age·`ticket fare`",)
    assert not derived.buttons[0].isChecked() and derived.buttons[2].isChecked()


def test_categories_have_no_formulas_and_say_why(table: TablePanel) -> None:
    table._store.apply(with_view, View((2, 0)))
    square = table.preparation.derived.buttons[0]
    assert not square.isEnabled()
    assert "'sex' holds categories" in square.toolTip()
    assert table.preparation.derived.buttons[1].isEnabled()


def test_names_too_long_for_a_formula_are_told_so(qtbot: QtBot, qapp: object) -> None:
    names = ("a" * 600, "b" * 600)
    X = np.random.default_rng(0).normal(size=(20, 2))
    panel = open_panel(qtbot, state_of(Dataset("long", X, X[:, 0], names)))
    square, _, product, *_ = panel.preparation.derived.buttons
    assert square.isEnabled() and not product.isEnabled()
    assert "1000 characters" in product.toolTip()


def test_one_feature_has_no_product(qtbot: QtBot, qapp: object) -> None:
    panel = open_panel(qtbot, state_of(curve()))
    shown = [b.text() for b in panel.preparation.derived.buttons if not b.isHidden()]
    assert shown == ["x²", "sin x"]


def test_a_formula_shows_its_values_while_it_is_typed_and_enter_adds_it(
    table: TablePanel,
) -> None:
    answer = type_formula(table, "sqrt(age) + 1")
    text, _, values = answer.partition(" → ")
    assert text == "sqrt(age) + 1"
    first = np.sqrt(state(table).samples[:5, 0]) + 1
    shown = [read(value) for value in values.removesuffix(", …").split(", ")]
    np.testing.assert_allclose(shown, first, rtol=5e-3)
    line = table.preparation.derived.field.line
    QTest.keyClick(line, Key.Key_Return)
    assert state(table).plan.derived == ("age^2", "sqrt(age) + 1")
    assert line.text() == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("log(", "something is missing"),
        ("height * 2", "There is no column 'height'"),
        ("sex + 1", "'sex' holds categories"),
        ("log(deck - 7)", "infinite in row 1"),
        ("age*age^1 +", "something is missing at the end"),
        ("age^2", "age² is an input already"),
    ],
)
def test_what_is_wrong_with_a_formula_stands_under_it_and_enter_keeps_it(
    table: TablePanel, text: str, sentence: str
) -> None:
    before = state(table)
    assert sentence in type_formula(table, text)
    line = table.preparation.derived.field.line
    QTest.keyClick(line, Key.Key_Return)
    assert state(table) is before and line.text() == text


def test_a_field_that_is_emptied_says_nothing(table: TablePanel) -> None:
    assert type_formula(table, "log(")
    line = table.preparation.derived.field.line
    for _ in range(4):
        QTest.keyClick(line, Key.Key_Backspace)
    assert table.preparation.derived.field.answer.text() == ""


def test_a_name_is_completed_as_it_must_be_written(table: TablePanel) -> None:
    field = table.preparation.derived.field
    QTest.keyClicks(field.line, "log(tick")
    assert field._popup.isVisible()
    QTest.keyClick(field._popup, Key.Key_Down)
    QTest.keyClick(field._popup, Key.Key_Return)
    assert field.line.text() == "log(`ticket fare`"
    assert state(table).plan == PLAN  # Enter was for the name
    QTest.keyClicks(field.line, " + sq")
    QTest.keyClick(field._popup, Key.Key_Down)
    QTest.keyClick(field._popup, Key.Key_Return)
    assert field.line.text() == "log(`ticket fare` + sqrt("


def test_enter_on_a_completion_does_not_add_what_is_typed(table: TablePanel) -> None:
    field = table.preparation.derived.field
    QTest.keyClicks(field.line, "age + e")  # a formula, with the number e
    QTest.keyClick(field._popup, Key.Key_Down)
    QTest.keyClick(field._popup, Key.Key_Return)
    assert state(table).plan == PLAN
    assert field.line.text() == "age + age"


# ---- looks, and the whole window -------------------------------------------------------------


def test_the_preparation_is_put_away_and_gives_way_where_there_is_no_room(
    qtbot: QtBot, table: TablePanel
) -> None:
    assert table.preparation.isVisible()
    table.prepare_button.click()
    assert not table.preparation.isVisible()
    table.prepare_button.click()
    window = table.window()
    window.resize(420, 395)
    assert not table.preparation.isVisible() and not table.prepare_button.isEnabled()
    window.resize(620, 395)
    assert table.preparation.isVisible()


def test_every_control_has_a_name_and_a_tool_tip(table: TablePanel) -> None:
    preparation: PreparationColumn = table.preparation
    controls = (
        preparation.test_share,
        preparation.stratified,
        preparation.scaling,
        preparation.derived.field.line,
        table.clear_button,
        table.prepare_button,
        *table.shown_buttons.values(),
        *preparation.features.buttons,
        *preparation.derived.buttons,
        *(r.button for r in preparation.steps.rows if not r.button.isHidden()),
    )
    for control in controls:
        text = control.text() if hasattr(control, "text") else ""
        assert control.accessibleName() or text
        assert control.toolTip()


def test_the_network_trains_on_the_inputs_that_the_table_shows(
    nnscope: Application, settle: Callable[[], None]
) -> None:
    nnscope.store.apply(with_data, state_of(passengers()).source, passengers())
    nnscope.store.apply(with_plan, PLAN)
    settle()
    nnscope.controller.step(1)
    settle()
    frame = nnscope.controller.last_frame
    assert frame is not None and frame.epoch == 1
    assert nnscope.store.state.spec.n_inputs == nnscope.store.state.preparation.n_inputs == 7


def test_odd_names_are_written_such_that_formulas_read_them(qtbot: QtBot, qapp: object) -> None:
    names = ("a`b", "sin")
    X = np.random.default_rng(0).normal(size=(20, 2))
    panel = open_panel(qtbot, state_of(Dataset("odd", X, X[:, 0], names)))
    for button in panel.preparation.derived.buttons:
        button.click()
    formulas = state(panel).preparation.formulas
    assert [parse_formula(formula.text, names) for formula in formulas] == list(formulas)
    expected = (X**2, X.prod(axis=1, keepdims=True), np.sin(X))
    inputs = state(panel).preparation.expand(X)[:, 2:]
    np.testing.assert_allclose(inputs, np.column_stack(expected))

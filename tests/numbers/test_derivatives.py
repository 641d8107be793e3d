"""Derivatives of whole models: against closed forms, against finite differences of the model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conformance import model_files
from finite_differences import compared
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_models import models

import s3c
from s3c.compiler import CompileError
from s3c.runtime import CompiledModel, RunError, SimulationError, Space, columns_of, fold

ROOT = Path(__file__).parents[2]
OURS = sorted([*(ROOT / "models").glob("*.mdl"), *(ROOT / "tests/models/good").glob("*.mdl")])
CONTROLS = {"time step", "initial time", "final time", "saveper"}
MOST = 1  # constants of a model
ALL_CHECKS = (
    HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large,
    HealthCheck.function_scoped_fixture,
)  # fmt: skip
METHODS = ("euler", "rk2", "rk4")


def loaded(folder: Path, text: str, *constants: str, of: list[str] | None = None) -> CompiledModel:
    path = folder / "m.mdl"
    path.write_text(text, encoding="utf-8")
    return s3c.load(path, cache=False, derivatives=constants, derivatives_of=of)


def times(step: float, final: float) -> str:
    return (
        f"INITIAL TIME = 0 ~~|\nFINAL TIME = {final} ~~|\nTIME STEP = {step} ~~|\n"
        "SAVEPER = TIME STEP ~~|\n"
    )


# --- Closed forms --------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk2", 2), ("rk4", 4)])
def test_growth_is_differentiated_as_its_steps_are(tmp_path: Path, method: str, order: int) -> None:
    """A step multiplies by g(z) = the first terms of exp(z), z = r dt: S = S0 g^n."""
    text = "S = INTEG(r * S, s0) ~~|\nr = 0.3 ~~|\ns0 = 5 ~~|\n" + times(0.25, 4)
    run = loaded(tmp_path, text, "r", "s0").run(method=method)
    n, z = np.arange(17), 0.3 * 0.25
    factorials = np.cumprod([1.0, *range(1, order + 1)])
    g = sum(z**k / factorials[k] for k in range(order + 1))
    dg = sum(z**k / factorials[k] for k in range(order)) * 0.25
    np.testing.assert_allclose(run["∂S/∂s0"], g**n, rtol=1e-13)
    np.testing.assert_allclose(run["∂S/∂r"], 5 * n * g ** (n - 1.0) * dg, rtol=1e-13)


def test_logistic_growth(tmp_path: Path) -> None:
    """S = K / (1 + (K/S0 - 1) exp(-r t)), with small steps of Runge-Kutta."""
    text = "S = INTEG(r * S * (1 - S / K), s0) ~~|\nr = 0.8 ~~|\nK = 100 ~~|\ns0 = 2 ~~|\n" + times(
        1 / 64, 10
    )
    run = loaded(tmp_path, text, "r", "K", "s0").run(method="rk4")
    t, r, k, s0 = run.time, 0.8, 100.0, 2.0
    e = np.exp(-r * t)
    below = 1 + (k / s0 - 1) * e
    np.testing.assert_allclose(run["∂S/∂r"], k * (k / s0 - 1) * t * e / below**2, rtol=1e-7)
    np.testing.assert_allclose(run["∂S/∂K"], 1 / below - k / s0 * e / below**2, rtol=1e-7)
    np.testing.assert_allclose(run["∂S/∂s0"], k * k / s0**2 * e / below**2, rtol=1e-7)


def test_a_stock_stands_for_its_initial_value(tmp_path: Path) -> None:
    """dS/dS(0) of decay is what is left of one."""
    text = "S = INTEG(-S / 4, 7) ~~|\n" + times(0.5, 3)
    run = loaded(tmp_path, text, "S").run()
    np.testing.assert_allclose(run["∂S/∂S"], (1 - 0.125) ** np.arange(7), rtol=1e-14)


def test_elements_of_arrays(tmp_path: Path) -> None:
    """Each element of a stock by each of a constant; what mixes them has both."""
    text = (
        "Region: East, West ~~|\nrate[Region] = 0.1, 0.2 ~~|\n"
        "S[Region] = INTEG(rate[Region] * S[Region], 1) ~~|\n"
        "total = SUM(S[Region!]) ~~|\nother[Region] = S[East] * rate[Region] ~~|\n" + times(1, 3)
    )
    run = loaded(tmp_path, text, "rate").run()
    n = np.arange(4)
    east, west = n * 1.1 ** (n - 1.0), n * 1.2 ** (n - 1.0)
    name = s3c.derivative_name
    np.testing.assert_allclose(run[name("S[East]", "rate[East]")], east, rtol=1e-14)
    np.testing.assert_array_equal(run[name("S[West]", "rate[East]")], np.zeros(4))
    np.testing.assert_allclose(run[name("total", "rate[West]")], west, rtol=1e-14)
    expected = np.stack([1.1**n + 0.1 * east, 0.2 * east], axis=1)
    np.testing.assert_allclose(run["∂other/∂rate[East]"], expected, rtol=1e-13)


def test_a_fixed_delay_delays_derivatives(tmp_path: Path) -> None:
    text = (
        "S = INTEG(r, 0) ~~|\nr = 2 ~~|\ninit = 9 ~~|\nlate = DELAY FIXED(S * r, 2, init) ~~|\n"
        "held = SAMPLE IF TRUE(Time < 2.5, S * r, init) ~~|\n" + times(1, 5)
    )
    run = loaded(tmp_path, text, "r", "init").run()
    n = np.arange(6)
    np.testing.assert_allclose(run["∂late/∂r"], np.where(n < 2, 0, 2 * (n - 2) * 2.0))
    np.testing.assert_array_equal(run["∂late/∂init"], np.where(n < 2, 1.0, 0.0))
    np.testing.assert_allclose(run["∂held/∂r"], 4.0 * np.minimum(n, 2))


def test_elements_of_products_may_be_zero(tmp_path: Path) -> None:
    text = (
        "R: A, B, C ~~|\nx[R] = 0, 3, 5 ~~|\np = PROD(x[R!]) ~~|\n"
        "least = VMIN(x[R!]) ~~|\nmost = VMAX(x[R!]) ~~|\n" + times(1, 1)
    )
    run = loaded(tmp_path, text, "x", of=["p", "least", "most"]).run()
    found = {of: [float(run[f"∂{of}/∂x[{e}]"][0]) for e in "ABC"] for of in ("p", "least", "most")}
    assert found == {"p": [15.0, 0.0, 0.0], "least": [1.0, 0.0, 0.0], "most": [0.0, 0.0, 1.0]}


def test_a_root_of_what_does_not_change_needs_no_slope(tmp_path: Path) -> None:
    """The root of a stock that starts at 0, whatever the constant: its derivative starts at 0."""
    text = "S = INTEG(r, 0) ~~|\nr = 4 ~~|\nroot = SQRT(S) ~~|\n" + times(1, 4)
    run = loaded(tmp_path, text, "r").run()
    np.testing.assert_allclose(run["∂root/∂r"], np.sqrt(np.arange(5)) / 4, rtol=1e-14)


# --- Finite differences --------------------------------------------------------------------------


def constants_of(model: CompiledModel) -> list[str]:
    """Some of its constants, or elements of them."""
    own = (
        each
        for each in model.in_space(Space.PARAMETER)
        if not each.hidden and fold(each.name) not in CONTROLS
    )
    return [name for each in own for name in columns_of(each)[:1]][:MOST]


def agree(path: Path) -> None:
    try:
        plain = s3c.load(path, cache=False)
        plain.run()
    except (CompileError, RunError, SimulationError):
        pytest.skip("it is not run by this version, or needs data")
    for name in constants_of(plain):
        try:
            found = s3c.load(path, cache=False, derivatives=[name])
        except CompileError as error:
            refused = [each for each in error.diagnostics if each.is_error]
            assert {each.code for each in refused} <= {"S3C502", "S3C503"}
            continue
        assert compared(plain, found, name).wrong == ()


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_models(path: Path) -> None:
    agree(path)


@pytest.mark.skipif(not model_files(), reason="the community's test models are not there")
@pytest.mark.parametrize("path", model_files(), ids=lambda path: path.stem)
def test_the_communitys_models(path: Path) -> None:
    agree(path)


@given(models(), st.sampled_from(METHODS))
@settings(max_examples=8, deadline=None, suppress_health_check=ALL_CHECKS)
def test_random_models(tmp_path: Path, text: str, method: str) -> None:
    path = tmp_path / "m.mdl"
    path.write_text(text, encoding="utf-8")
    plain = s3c.load(path, cache=False)
    try:
        found = s3c.load(path, cache=False, derivatives=["constant 0"])
        outcome = compared(plain, found, "constant 0", method=method)
    except (CompileError, RunError, SimulationError):
        assume(False)
    assert outcome.wrong == (), text


@pytest.mark.parametrize("method", METHODS)
def test_the_paper_s_system(method: str) -> None:
    path = ROOT / "models/s3.mdl"
    level, constants = "Industry smart specialization level", SIX
    plain = s3c.load(path, cache=False)
    found = s3c.load(path, cache=False, derivatives=constants, derivatives_of=[level])
    run = found.run(method=method)
    shown = {each.name for each in found.variables if each.derivative and not each.hidden}
    for constant in constants:
        assert s3c.derivative_name(level, constant) in shown
        one = s3c.load(path, cache=False, derivatives=[constant], derivatives_of=[level])
        outcome = compared(plain, one, constant, method=method)
        assert outcome.wrong == ()
        assert outcome.n_sure > outcome.n / 2
    assert all(np.isfinite(run[each]).all() for each in shown)


SIX = (
    "R&D investment intensity",
    "R&D personnel density",
    "Degree of cooperation between industries, universities and research institutes",
    "Fixed asset investment",
    "Number of patent applications",
    "Comparative advantage of high-tech patents",
)

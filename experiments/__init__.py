"""Experiments on compiled models: scenarios, sensitivity, and the calibration of constants.

>>> from s3c.experiments import calibrate, read_experiment, run_scenarios
>>> experiment = read_experiment("s3_scenarios.toml")  # doctest: +SKIP
>>> run_scenarios(experiment).save("scenarios.csv")  # doctest: +SKIP
>>> calibrate(experiment).constants  # doctest: +SKIP

numpy and scipy are imported when something is run.
"""

from __future__ import annotations

from .errors import ExperimentError
from .fitting.calibration import Calibration, Evaluation, Fitted, Residual, rmse
from .fitting.searching import calibrate
from .reading import entries, names, places, products
from .reading.experiment import read_experiment
from .running import simulations
from .running.scenarios import Outcome, Outcomes, at_moment, run_scenarios
from .sampling import designs, distributions, quantiles
from .sampling.designs import Design, draw
from .sampling.distributions import Distribution
from .tree import (
    BENCHMARK,
    Experiment,
    Fit,
    FitMethod,
    Free,
    Moment,
    Parameter,
    RunSettings,
    Sampling,
    Scenario,
    Sensitivity,
    Streams,
    Target,
)
from .vensim.experiment import read_vensim_experiment

__all__ = [
    "BENCHMARK",
    "Calibration",
    "Design",
    "Distribution",
    "Evaluation",
    "Experiment",
    "ExperimentError",
    "Fit",
    "FitMethod",
    "Fitted",
    "Free",
    "Moment",
    "Outcome",
    "Outcomes",
    "Parameter",
    "Residual",
    "RunSettings",
    "Sampling",
    "Scenario",
    "Sensitivity",
    "Streams",
    "Target",
    "at_moment",
    "calibrate",
    "designs",
    "distributions",
    "draw",
    "entries",
    "names",
    "places",
    "products",
    "quantiles",
    "read_experiment",
    "read_vensim_experiment",
    "rmse",
    "run_scenarios",
    "simulations",
]

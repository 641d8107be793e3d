"""Experiments on compiled models: scenarios, sensitivity, and the calibration of constants.

>>> from s3c.experiments import calibrate, read_experiment, run_scenarios
>>> experiment = read_experiment("s3_scenarios.toml")  # doctest: +SKIP
>>> run_scenarios(experiment).save("scenarios.csv")  # doctest: +SKIP
>>> calibrate(experiment).constants  # doctest: +SKIP

numpy and scipy are imported when something is run.
"""

from __future__ import annotations

from .analysis import pictures
from .analysis.fan import draw_fan, draw_percentiles
from .analysis.importance import importance, save_importance
from .analysis.index_charts import draw_indices, draw_indices_over_time, draw_morris
from .analysis.lines import draw_scenarios
from .analysis.measures import Measure, measures_frame, save_measures
from .analysis.morris import MorrisEffects, morris_effects
from .analysis.quantiles import Percentiles, percentiles
from .analysis.ranks import RankCorrelations, rank_correlations
from .analysis.runs import ManyRuns
from .analysis.scatter import draw_scatter
from .analysis.sobol import SobolIndices, sobol_indices, sobol_over_time
from .analysis.tornado import Swing, draw_correlations, draw_tornado, swings
from .errors import ExperimentError
from .execution import blocks, locking, store
from .execution.runs import Effort, SensitivityRuns
from .execution.sensitivity import run_sensitivity
from .fitting import chains, priors, problem
from .fitting.calibrating import calibrate
from .fitting.calibration import Calibration, Evaluation, Fitted, Residual, SeriesFit, rmse
from .fitting.chains import Posterior
from .fitting.goals import (
    Goal,
    Optimization,
    Optimizer,
    PayoffElement,
    PayoffForm,
    PayoffKind,
    PayoffTime,
    Spread,
    Surroundings,
    Vary,
)
from .fitting.intervals import Interval, Intervals
from .fitting.optimising import optimize
from .fitting.optimum import Optimum, PayoffEvaluation, Surrounding
from .fitting.payoff import ElementPayoff, element_payoff, steps_with_data
from .reading import entries, names, places, products, spreads
from .reading.experiment import load_named, read_experiment
from .running import simulations, together
from .running.scenarios import Outcome, Outcomes, at_moment, run_scenarios
from .sampling import designs, distributions, quantiles
from .sampling.designs import Design, draw
from .sampling.distributions import Distribution
from .tree import (
    BENCHMARK,
    Chain,
    Derivatives,
    ErrorModel,
    Experiment,
    Fit,
    FitMethod,
    Free,
    IntervalMethod,
    MeasuredSeries,
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
from .vensim.optimization import read_vensim_optimization
from .vensim.optimization_control import read_optimization_control
from .vensim.payoff_definition import read_payoff_definition

__all__ = [
    "BENCHMARK",
    "Calibration",
    "Chain",
    "Derivatives",
    "Design",
    "Distribution",
    "Effort",
    "ElementPayoff",
    "ErrorModel",
    "Evaluation",
    "Experiment",
    "ExperimentError",
    "Fit",
    "FitMethod",
    "Fitted",
    "Free",
    "Goal",
    "Interval",
    "IntervalMethod",
    "Intervals",
    "ManyRuns",
    "Measure",
    "MeasuredSeries",
    "Moment",
    "MorrisEffects",
    "Optimization",
    "Optimizer",
    "Optimum",
    "Outcome",
    "Outcomes",
    "Parameter",
    "PayoffElement",
    "PayoffEvaluation",
    "PayoffForm",
    "PayoffKind",
    "PayoffTime",
    "Percentiles",
    "Posterior",
    "RankCorrelations",
    "Residual",
    "RunSettings",
    "Sampling",
    "Scenario",
    "Sensitivity",
    "SensitivityRuns",
    "SeriesFit",
    "SobolIndices",
    "Spread",
    "Streams",
    "Surrounding",
    "Surroundings",
    "Swing",
    "Target",
    "Vary",
    "at_moment",
    "blocks",
    "calibrate",
    "chains",
    "designs",
    "distributions",
    "draw",
    "draw_correlations",
    "draw_fan",
    "draw_indices",
    "draw_indices_over_time",
    "draw_morris",
    "draw_percentiles",
    "draw_scatter",
    "draw_scenarios",
    "draw_tornado",
    "element_payoff",
    "entries",
    "importance",
    "load_named",
    "locking",
    "measures_frame",
    "morris_effects",
    "names",
    "optimize",
    "percentiles",
    "pictures",
    "places",
    "priors",
    "problem",
    "products",
    "quantiles",
    "rank_correlations",
    "read_experiment",
    "read_optimization_control",
    "read_payoff_definition",
    "read_vensim_experiment",
    "read_vensim_optimization",
    "rmse",
    "run_scenarios",
    "run_sensitivity",
    "save_importance",
    "save_measures",
    "simulations",
    "sobol_indices",
    "sobol_over_time",
    "spreads",
    "steps_with_data",
    "store",
    "swings",
    "together",
]

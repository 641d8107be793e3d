"""Lint: what is allowed, and a modeller would rather know of. Rules over a model that compiles."""

from __future__ import annotations

from .bounds import leaves_range, reads_beyond
from .model import Model
from .rules import RULES, Rule, lint_model
from .suppression import unsuppressed

__all__ = ["RULES", "Model", "Rule", "leaves_range", "lint_model", "reads_beyond", "unsuppressed"]

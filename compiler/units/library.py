"""The units rules of all functions: those of the registry, and of the macros of the libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from s3c.runtime import REGISTRY, display_name

from ..system.libraries import check_library, standard_library
from .derived import rule_of
from .rules import Rule, read_rule

__all__ = ["KnownFunction", "known_functions", "library_rules"]


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """A function or macro, with its units rule; without one nothing is known of it."""

    name: str
    parameters: tuple[str, ...]
    rule: Rule | None


@cache
def library_rules() -> Mapping[str, str]:
    """The rule of each function as `Builtin.units` writes it, by folded name."""
    rules = {key: entry.units for key, entry in REGISTRY.items()}
    for library in (standard_library(), check_library()):
        for key, macro in library.macros.items():
            rules[key] = rule_of(macro, rules)
    return rules


@cache
def known_functions() -> Mapping[str, KnownFunction]:
    """Every function of the language, by folded name."""
    found = {
        key: KnownFunction(entry.name, entry.parameters, read_rule(entry.units))
        for key, entry in REGISTRY.items()
    }
    for library in (standard_library(), check_library()):
        for key, macro in library.macros.items():
            rule = read_rule(library_rules()[key])
            found[key] = KnownFunction(display_name(macro.name), macro.inputs, rule)
    return found

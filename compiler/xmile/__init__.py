"""XMILE, the standard format of system dynamics models: read into a `Document`."""

from .document import parse_xmile
from .messages import no_format

__all__ = ["no_format", "parse_xmile"]

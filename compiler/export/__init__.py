"""Models in another language than their own: XMILE."""

from __future__ import annotations

from .document import write_xmile

__all__ = ["write_xmile"]

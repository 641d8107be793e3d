"""`import s3c.importer`, and model files on Python's path can be imported as modules.

>>> import s3c.importer
>>> import teacup  # finds teacup.mdl  # doctest: +SKIP
>>> teacup.run()["Teacup Temperature"]  # doctest: +SKIP
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from .loading import MODEL_ENDINGS, load

__all__ = ["ModelFinder", "ModelLoader"]


class ModelLoader(Loader):
    """Makes a module of one model file: `model` is the model, `run` runs it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Python's own kind of module will do."""
        del spec
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Compile the model, or take its compiled form, into the module."""
        model = load(self.path)
        module.__doc__ = f"The model {model.name}, from {self.path}."
        module.__dict__.update(model=model, run=model.run, variables=model.variables)


class ModelFinder(MetaPathFinder):
    """Finds `name.mdl`, or an XMILE file, where Python found no `name.py`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The model file for a module's name, or None."""
        del target
        name = fullname.rpartition(".")[2]
        for folder in path if path is not None else sys.path:
            for suffix in (*MODEL_ENDINGS, ".MDL"):
                file = Path(folder or ".") / f"{name}{suffix}"
                if file.is_file():
                    return spec_from_file_location(fullname, file, loader=ModelLoader(file))
        return None


if not any(isinstance(finder, ModelFinder) for finder in sys.meta_path):
    sys.meta_path.append(ModelFinder())

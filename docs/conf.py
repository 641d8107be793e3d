"""How Sphinx makes the site: `sphinx-build -W -c docs . build/docs`.

The source folder is the repository itself, so that pages are read where they stand and a relative
link leads to the same file on the site as it does in the repository. Nothing is fetched.
"""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "s3c"
author = "the authors of s3c"
project_copyright = "the authors of s3c, under the MIT licence"
version = release = version_of("s3c")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "split_pages",
    "public_names",
    "vensim_lexer",
]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    "experiments/README.md",
    "models/README.md",
]
# Folders in which there is nothing to read, and much to walk through.
exclude_patterns = ["**/.*", "build", "dist", "out", "tests", "venv", "**/__pycache__"]

# A heading's link is called as GitHub calls it, so that links between pages work there, too.
myst_heading_anchors = 4
myst_enable_extensions = ["deflist"]

# Every name that a type or a text refers to must be found, but for those of other libraries, whose
# inventories would have to be fetched.
nitpicky = True
default_role = "py:obj"  # in docstrings; what is no public name is shown as code

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_maximum_signature_line_length = 88

smartquotes = False  # `--plot` in a text is no dash

html_theme = "furo"
html_title = f"s3c {release}"
html_static_path = ["site"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
# The entrance of the folder that is built leads to the first page.
html_additional_pages = {"index": "entrance.html"}
templates_path = ["templates"]

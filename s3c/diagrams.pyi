# For type checkers and editors only; never shipped, never imported.
# The package installed as `s3c.diagrams` lives in ../diagrams/.
from diagrams import *

# For type checkers and editors only; never shipped, never imported.
# The package installed as `s3c.experiments` lives in ../experiments/.
from experiments import *

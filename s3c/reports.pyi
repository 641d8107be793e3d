# For type checkers and editors only; never shipped, never imported.
# The package installed as `s3c.reports` lives in ../reports/.
from reports import *

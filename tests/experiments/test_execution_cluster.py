"""Runs made by worker processes are those made here, also where workers die."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sensitivity_models import experiment_at
from test_execution import files_of

from s3c.experiments import run_sensitivity

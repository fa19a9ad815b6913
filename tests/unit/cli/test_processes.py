"""What every process of the desk is given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bootstrap.settings import Settings
from cli.processes import environment


def test_no_thread_of_numpy_waits_by_burning_a_core(tmp_path: Path) -> None:
    told = "import numpy, threadpoolctl; print([pool['num_threads'] for pool in threadpoolctl.threadpool_info()])"
    given = environment(Settings(_env_file=None, var_dir=tmp_path))
    printed = subprocess.run([sys.executable, "-c", told], env=given, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[1]"

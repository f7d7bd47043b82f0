"""Shared fixtures. A missing browser or missing real data skips with its reason; `.ci/run` forbids such skips."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets: ORDERPROOF_REAL_DATA, else `../shared/data` beside the checkout."""
    folder = Path(os.environ.get("ORDERPROOF_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"real data sets not found in {folder} (set ORDERPROOF_REAL_DATA)")
    return folder

"""Writes test/golden/correlation.json: SciPy's answers for src/shared/stats/correlation.ts.

python3 -m venv /tmp/golden && /tmp/golden/bin/pip install scipy numpy
/tmp/golden/bin/python test/golden/correlation.py
"""
import json
from pathlib import Path

import numpy as np
import scipy
from scipy import stats

generator = np.random.default_rng(15)


def case(n, slope, noise):
    x = np.round(generator.normal(0.4, 0.2, n), 4)
    y = np.round(slope * x + generator.normal(0, noise, n), 4)
    result = stats.pearsonr(x, y)
    low, high = result.confidence_interval(0.95)
    return {"x": x.tolist(), "y": y.tolist(), "r": result.statistic, "low": low, "high": high}


golden = {
    "library": f"scipy {scipy.__version__}, numpy {np.__version__}",
    "cases": [case(n, slope, noise) for n, slope, noise in [(4, 1, 0.1), (6, -2, 0.3), (12, 0, 0.1), (40, 0.5, 0.05)]],
}
Path(__file__).with_name("correlation.json").write_text(json.dumps(golden, allow_nan=False) + "\n")

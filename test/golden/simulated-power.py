"""Writes test/golden/simulated-power.json: power of permutation tests and of both tests together, simulated with NumPy
and SciPy alone, for src/shared/stats/simulated-power.ts.

python3 -m venv /tmp/golden && /tmp/golden/bin/pip install scipy numpy
/tmp/golden/bin/python test/golden/simulated-power.py
"""
import json
from itertools import combinations, product
from pathlib import Path

import numpy as np
import scipy
from scipy import stats

SAMPLES = 10_000
MOST_EXACT = 4096
DRAWN = 4000
generator = np.random.default_rng(11)


def mid_p(observed, permuted, drawn):
    """As Lancaster 1961; where permutations were drawn, what was observed is one more of them."""
    close = np.isclose(permuted, observed, rtol=1e-9, atol=1e-12)
    beyond = ((permuted > observed) & ~close).sum()
    return (beyond + (close.sum() + drawn) / 2) / (len(permuted) + drawn)


def flipped(n):
    if 2**n <= MOST_EXACT:
        return np.array(list(product([1, -1], repeat=n))), 0
    return generator.choice([1, -1], (DRAWN, n)), 1


def divided(n):
    """Which of 2n values are the first n, as ones."""
    all_of = list(combinations(range(2 * n), n)) if n <= 6 else None
    chosen = all_of or [generator.permutation(2 * n)[:n] for _ in range(DRAWN)]
    rows = np.zeros((len(chosen), 2 * n))
    for row, places in zip(rows, chosen):
        row[list(places)] = 1
    return rows, int(all_of is None)


def welch(values, rows):
    """|t| of Welch's test for each division."""
    n = values.size // 2
    first = rows * values
    other = (1 - rows) * values
    means = first.sum(1) / n, other.sum(1) / n
    variances = [((part**2).sum(1) - n * m**2) / (n - 1) for part, m in zip((first, other), means)]
    return np.abs(means[0] - means[1]) / np.sqrt((variances[0] + variances[1]) / n)


def paired_case(size, sd, n):
    signs, drawn = flipped(n)
    values = generator.normal(size, sd, (SAMPLES, n))
    t = stats.ttest_1samp(values, 0, axis=1).pvalue < 0.05
    rare = np.array([mid_p(abs(row.sum()), np.abs(signs @ row), drawn) < 0.05 for row in values])
    return case([sd], size, n, t, rare, n >= 6)


def unpaired_case(size, sds, n):
    rows, drawn = divided(n)
    first = generator.normal(size, sds[0], (SAMPLES, n))
    second = generator.normal(0, sds[1], (SAMPLES, n))
    t = stats.ttest_ind(first, second, axis=1, equal_var=False).pvalue < 0.05
    own = np.concatenate([np.ones(n), np.zeros(n)])[None]
    rare = []
    for one, other in zip(first, second):
        values = np.concatenate([one, other])
        rare.append(mid_p(welch(values, own)[0], welch(values, rows), drawn) < 0.05)
    return case(sds, size, n, t, np.array(rare), n >= 4)


def case(sds, size, n, t, rare, enough):
    """With too few seeds no permutation test falls below 5 %: the t-test decides alone."""
    return {
        "sds": sds,
        "size": size,
        "n": n,
        "permutation": rare.mean() if enough else 0,
        "both": (t & rare).mean() if enough else t.mean(),
    }


cases = [paired_case(size, sd, n) for size, sd, n in [(1, 1, 5), (1.2, 1, 6), (0.04, 0.05, 10), (0.5, 1, 20), (0.3, 1, 55)]]
cases += [
    unpaired_case(size, list(sds), n)
    for size, sds, n in [(2, (1, 1), 3), (2, (1, 0.5), 5), (1.5, (1, 2), 10), (0.05, (0.03, 0.06), 20)]
]
golden = {"scipy": scipy.__version__, "numpy": np.__version__, "samples": SAMPLES, "cases": cases}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")

"""Writes test/golden/simulated-power.json with NumPy and SciPy alone: power of permutation tests and of both tests together,
of differences, of equivalence, and of several differences at once after Holm's correction, for
src/shared/stats/simulated-power.ts; and mid-p of permutation tests of equivalence, for src/shared/stats/equivalence.ts.

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


def upper_mid_p(values, n, rows, drawn, paired):
    """Against a mean above 0, or a first side above the second."""
    if paired:
        return mid_p(values.sum(), rows @ values, drawn)
    own = np.concatenate([np.ones(n), np.zeros(n)])[None]
    return mid_p(signed_welch(values, own)[0], signed_welch(values, rows), drawn)


def signed_welch(values, rows):
    n = values.size // 2
    means = (rows * values).sum(1) / n, ((1 - rows) * values).sum(1) / n
    return welch(values, rows) * np.sign(means[0] - means[1])


def equivalence_mid_p(first, second, margin, rows, drawn):
    """The larger of two one-sided tests of values that are moved by the margin; second None: pairs."""
    n = len(first)
    both = []
    for sign in (1, -1):
        one = sign * first + margin
        values = one if second is None else np.concatenate([one, sign * second])
        both.append(upper_mid_p(values, n, rows, drawn, second is None))
    return max(both)


def equivalence_case(sds, margin, n, samples=4000):
    paired = len(sds) == 1
    rows, drawn = flipped(n) if paired else divided(n)
    first = generator.normal(0, sds[0], (samples, n))
    second = None if paired else generator.normal(0, sds[1], (samples, n))
    if paired:
        p = [
            np.maximum(
                stats.ttest_1samp(first, -margin, axis=1, alternative="greater").pvalue,
                stats.ttest_1samp(first, margin, axis=1, alternative="less").pvalue,
            )
        ]
    else:
        p = [
            np.maximum(
                stats.ttest_ind(first + margin, second, axis=1, equal_var=False, alternative="greater").pvalue,
                stats.ttest_ind(first - margin, second, axis=1, equal_var=False, alternative="less").pvalue,
            )
        ]
    t = p[0] < 0.05
    rare = np.array(
        [
            equivalence_mid_p(one, None if paired else second[i], margin, rows, drawn) < 0.05
            for i, one in enumerate(first)
        ]
    )
    enough = n >= 5 if paired else n >= 4
    return {**case(sds, margin, n, t, rare, enough), "t": t.mean(), "samples": samples}


def holm_all(p):
    """Whether every p of a row is below 5 % after Holm's correction."""
    ordered = np.sort(p, axis=1)
    return (ordered * np.arange(p.shape[1], 0, -1) < 0.05).all(1)


def family_case(covariance, sizes, n, samples=4000):
    """Differences of the same seeds, with a covariance; all of them found at once."""
    covariance = np.array(covariance)
    values = generator.multivariate_normal(sizes, covariance, (samples, n))
    p = stats.ttest_1samp(values, 0, axis=1).pvalue
    signs, drawn = flipped(n)
    sums = np.abs(np.einsum("ij,sjk->ski", signs, values)) if n <= 12 else None
    mids = np.ones_like(p)
    for s in range(samples):
        for k in range(len(sizes)):
            permuted = sums[s, k] if sums is not None else np.abs(signs @ values[s, :, k])
            mids[s, k] = mid_p(abs(values[s, :, k].sum()), permuted, drawn)
    t = holm_all(p)
    return {
        "covariance": covariance.tolist(),
        "sizes": list(sizes),
        "n": n,
        "samples": samples,
        "t": t.mean(),
        "permutation": holm_all(mids).mean(),
        # A claim: the t-tests corrected, each confirmed by a permutation test.
        "both": (t & (mids < 0.05).all(1)).mean(),
    }


def baseline_case(sds, base, sizes, n, samples=20_000):
    """Differences to one baseline of other seeds, by Welch's test: what they share is the baseline."""
    second = generator.normal(0, base, (samples, n))
    p = []
    for sd, size in zip(sds, sizes):
        first = generator.normal(size, sd, (samples, n))
        p.append(stats.ttest_ind(first, second, axis=1, equal_var=False).pvalue)
    t = holm_all(np.array(p).T)
    return {"sds": sds, "base": base, "sizes": sizes, "n": n, "samples": samples, "t": t.mean()}


def mid_case(first, second, margin):
    first = np.array(first)
    second = np.array(second)
    paired = len(first) == len(second)
    n = len(first)
    if paired:
        rows = np.array(list(product([1, -1], repeat=n)))
        found = equivalence_mid_p(first - second, None, margin, rows, 0)
    else:
        found = max(
            uneven_mid_p(first + margin, second),
            uneven_mid_p(second + margin, first),
        )
    return {"paired": paired, "first": first.tolist(), "second": second.tolist(), "margin": margin, "mid": found}


def uneven_mid_p(one, other):
    values = np.concatenate([one, other])
    all_of = set(range(len(values)))
    t = [
        stats.ttest_ind(values[list(rows)], values[list(all_of - set(rows))], equal_var=False).statistic
        for rows in combinations(range(len(values)), len(one))
    ]
    return mid_p(t[0], np.array(t), 0)


cases = [paired_case(size, sd, n) for size, sd, n in [(1, 1, 5), (1.2, 1, 6), (0.04, 0.05, 10), (0.5, 1, 20), (0.3, 1, 55)]]
cases += [
    unpaired_case(size, list(sds), n)
    for size, sds, n in [(2, (1, 1), 3), (2, (1, 0.5), 5), (1.5, (1, 2), 10), (0.05, (0.03, 0.06), 20)]
]
equivalence = [
    equivalence_case([1], 1.2, 5),
    equivalence_case([0.05], 0.04, 12),
    equivalence_case([1], 0.5, 40, samples=2000),
    equivalence_case([1, 0.5], 1.5, 5),
    equivalence_case([0.03, 0.06], 0.04, 20, samples=2000),
]
families = [
    family_case([[1, 0.5, 0.2], [0.5, 1, 0.4], [0.2, 0.4, 2]], [1, 1.2, 1.6], 10),
    family_case([[1, 0.9], [0.9, 1]], [0.6, -0.7], 25, samples=2000),
    family_case([[1, 0.3], [0.3, 4]], [0.35, 0.8], 80, samples=2000),
]
baselines = [baseline_case([1, 0.5, 1], 1, [1.6, 1.4, -1.5], 10), baseline_case([1, 2], 0.5, [0.5, -0.9], 75)]
mids = [
    mid_case([0.31, 0.36, 0.28, 0.35, 0.33, 0.3], [0.3, 0.33, 0.29, 0.34, 0.31, 0.32], 0.03),
    mid_case([0.31, 0.36, 0.28, 0.35, 0.33], [0.3, 0.33, 0.29, 0.34, 0.31], 0.015),
    mid_case([0.31, 0.36, 0.28, 0.35, 0.33], [0.27, 0.3, 0.33, 0.34], 0.06),
    mid_case([1.2, 0.8, 1.1, 0.9], [1.0, 1.3, 0.7, 1.1, 0.95], 0.4),
]
golden = {"scipy": scipy.__version__, "numpy": np.__version__, "samples": SAMPLES, "cases": cases}
golden |= {"equivalence": equivalence, "families": families, "baselines": baselines, "mids": mids}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")

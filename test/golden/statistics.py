"""Writes test/golden/statistics.json: SciPy's answers for the statistics in src/shared/stats.

python3 -m venv /tmp/golden && /tmp/golden/bin/pip install scipy numpy statsmodels
/tmp/golden/bin/python test/golden/statistics.py
"""
import json
from itertools import product
from pathlib import Path

import numpy as np
import scipy
from scipy import stats
from statsmodels.stats.multitest import multipletests

generator = np.random.default_rng(7)


def pair_case(n, shift, spread):
    first = np.round(generator.normal(0.2 + shift, spread, n), 4)
    second = np.round(generator.normal(0.2, spread, n), 4)
    result = stats.ttest_rel(first, second)
    greater = stats.ttest_rel(first, second, alternative="greater")
    difference = first - second
    case = {
        "first": first.tolist(),
        "second": second.tolist(),
        "mean": difference.mean(),
        "sd": difference.std(ddof=1),
        "t": result.statistic,
        "df": result.df,
        "p": result.pvalue,
        "p_one_sided": greater.pvalue,
        "interval": list(result.confidence_interval(0.95)),
        "interquartile_mean": stats.trim_mean(first, 0.25),
        "probability_of_improvement": stats.mannwhitneyu(first, second).statistic / n**2,
    }
    if n <= 12:
        exact = stats.permutation_test(
            (first, second),
            lambda x, y, axis: np.mean(x - y, axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=np.inf,
        )
        case["p_permutation"] = exact.pvalue
        case["p_permutation_mid"] = sign_flips(difference) if n >= 6 else None
    return case


def welch_case(n_first, n_second, shift):
    first = np.round(generator.normal(0.3 + shift, 0.02, n_first), 4)
    second = np.round(generator.normal(0.3, 0.06, n_second), 4)
    result = stats.ttest_ind(first, second, equal_var=False)
    greater = stats.ttest_ind(first, second, equal_var=False, alternative="greater")
    return {
        "first": first.tolist(),
        "second": second.tolist(),
        "t": result.statistic,
        "df": result.df,
        "p": result.pvalue,
        "p_one_sided": greater.pvalue,
        "interval": list(result.confidence_interval(0.95)),
        "p_permutation": divisions(first, second) if n_first + n_second <= 12 else None,
    }


def sign_flips(differences):
    """Mid-p of all sign flips, counted one by one."""
    observed = abs(sum(differences))
    sums = [abs(sum(d * s for d, s in zip(differences, signs))) for signs in product((1, -1), repeat=len(differences))]
    equal = sum(np.isclose(each, observed, rtol=1e-12, atol=0) for each in sums)
    beyond = sum(each > observed and not np.isclose(each, observed, rtol=1e-12, atol=0) for each in sums)
    return (beyond + equal / 2) / len(sums)


def divisions(first, second):
    exact = stats.permutation_test(
        (first, second),
        lambda x, y, axis: stats.ttest_ind(x, y, equal_var=False, axis=axis).statistic,
        permutation_type="independent",
        vectorized=True,
        n_resamples=np.inf,
        # SciPy's two-sided p doubles the smaller tail: the share beyond in size is asked for instead.
        alternative="greater",
    )
    null, observed = np.abs(exact.null_distribution), abs(exact.statistic)
    return np.mean(null >= observed * (1 - 1e-9))


def student_case(n, skew):
    values = np.round(generator.gamma(skew, 0.05, n), 4)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    return {"values": values.tolist(), "low": low, "high": high}


def studentised_bootstrap(n):
    """Its own resamples: equal up to Monte Carlo noise."""
    values = np.round(generator.gamma(4, 0.05, n), 4)
    drawn = values[np.random.default_rng(1).integers(0, n, (400_000, n))]
    ratios = (drawn.mean(axis=1) - values.mean()) / (drawn.std(axis=1, ddof=1) / np.sqrt(n))
    high, low = values.mean() - np.quantile(ratios, [0.025, 0.975]) * values.std(ddof=1) / np.sqrt(n)
    return {"values": values.tolist(), "low": low, "high": high}


def holm_case(p_values):
    return {"p": p_values, "adjusted": multipletests(p_values, method="holm")[1].tolist()}


def power(dz, n):
    critical, ncp = stats.t.ppf(0.975, n - 1), dz * np.sqrt(n)
    # SciPy gives NaN where the far tail is below its smallest number.
    far = np.nan_to_num(stats.nct.cdf(-critical, n - 1, ncp))
    return stats.nct.sf(critical, n - 1, ncp) + far


def seeds_needed(dz):
    n = 2
    while power(dz, n) < 0.8:
        n += 1
    return n


DZ = [0.2, 0.35, 0.5, 0.8, 1.0, 1.5, 2.5, 4.0, -0.8]

golden = {
    "library": f"scipy {scipy.__version__}, numpy {np.__version__}",
    "paired": [
        pair_case(n, shift, 0.03)
        for n, shift in [(2, 0.05), (3, 0.05), (5, 0.0), (6, 0.04), (9, -0.02), (12, 0.01), (20, 0.03)]
    ],
    "welch": [welch_case(a, b, shift) for a, b, shift in [(2, 2, 0.05), (5, 3, 0.0), (6, 11, 0.02), (20, 20, -0.04)]],
    "student": [student_case(n, skew) for n, skew in [(2, 4), (3, 1), (7, 9), (50, 2)]],
    "studentised_bootstrap": [studentised_bootstrap(n) for n in (20, 50)],
    "holm": [holm_case(p) for p in ([0.01, 0.04, 0.03], [0.5, 0.0001, 0.02, 0.02, 0.9], [0.7], [0.6, 0.6])],
    "noncentral_t": [
        {"t": t, "df": df, "ncp": ncp, "cdf": stats.nct.cdf(t, df, ncp)}
        for t, df, ncp in [(2, 1, 1), (-1, 2, 0.5), (2.5, 5, 1.3), (0, 4, 1), (2, 99, 2.8), (2, 4999, 2.8), (12, 3, 9)]
    ],
    "power": [{"dz": dz, "n": n, "power": power(dz, n)} for dz in (0.3, 1.0, 2.0) for n in (2, 3, 6, 30)],
    "seeds_needed": [{"dz": dz, "n": seeds_needed(abs(dz))} for dz in DZ],
}
Path(__file__).with_name("statistics.json").write_text(json.dumps(golden, default=float, allow_nan=False) + "\n")

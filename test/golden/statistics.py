"""Writes test/golden/statistics.json: SciPy's answers for the statistics in src/shared/stats.

python3 -m venv /tmp/golden && /tmp/golden/bin/pip install scipy numpy statsmodels
/tmp/golden/bin/python test/golden/statistics.py
"""
import json
from itertools import product
from pathlib import Path

import numpy as np
import scipy
from scipy import integrate, optimize, special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower, TTestPower
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

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


def effect_size(first, second, paired):
    """Hedges' g by its definition; the interval by inverting SciPy's noncentral t."""
    first, second = np.array(first), np.array(second)
    n, m = len(first), len(second)
    if paired:
        d, root, df = (first - second).mean() / (first - second).std(ddof=1), np.sqrt(n), n - 1
    else:
        pooled = np.sqrt(((n - 1) * first.var(ddof=1) + (m - 1) * second.var(ddof=1)) / (n + m - 2))
        d, root, df = (first.mean() - second.mean()) / pooled, np.sqrt(n * m / (n + m)), n + m - 2
    t = d * root
    at = lambda share: optimize.brentq(lambda ncp: stats.nct.cdf(t, df, ncp) - share, t - 30 - abs(t), t + 30 + abs(t)) / root
    g = d * special.gamma(df / 2) / (np.sqrt(df / 2) * special.gamma((df - 1) / 2))
    return {"first": first.tolist(), "second": second.tolist(), "paired": paired, "g": g, "low": at(0.975), "high": at(0.025)}


def equivalence(first, second, paired, margin):
    if paired:
        p = ttost_paired(np.array(first), np.array(second), -margin, margin)[0]
    else:
        p = ttost_ind(np.array(first), np.array(second), -margin, margin, usevar="unequal")[0]
    result = stats.ttest_rel(first, second) if paired else stats.ttest_ind(first, second, equal_var=False)
    return {
        "first": first,
        "second": second,
        "paired": paired,
        "margin": margin,
        "p": p,
        "interval": list(result.confidence_interval(0.90)),
    }


def equivalence_power(reach, df):
    """P(the 90 % interval lies within +- margin) at no difference, over the distribution of the sample variance."""
    critical = stats.t.ppf(0.95, df)

    def inside(s):
        return stats.chi.pdf(s, df) * max(0, 2 * stats.norm.cdf(reach - critical * s / np.sqrt(df)) - 1)

    return integrate.quad(inside, 0, reach * np.sqrt(df) / critical, epsabs=1e-12, limit=200)[0]


def plan_case(first, second, size, equivalent=False):
    """Seeds for 80 % power of the paired t-test at the spread seen and at the ends of its interval."""
    differences = np.array(first) - np.array(second)
    n, sd = len(differences), differences.std(ddof=1)
    ends = [sd * np.sqrt((n - 1) / stats.chi2.ppf(share, n - 1)) for share in (0.975, 0.025)]

    def power_at(seeds, spread):
        if equivalent:
            return equivalence_power(size / spread * np.sqrt(seeds), seeds - 1)
        return TTestPower().power(size / spread, seeds, 0.05) if seeds > 2 else power(size / spread, 2)

    def needed(spread):
        return next((seeds for seeds in range(2, 1001) if power_at(seeds, spread) >= 0.8), None)

    return {
        "first": first,
        "second": second,
        "size": size,
        "equivalent": equivalent,
        "spread": [sd, *ends],
        "needed": [needed(spread) for spread in (sd, *ends)],
        "power_at_12": power_at(12, sd),
    }


SIDES = {
    case["paired"]: case
    for case in ({"paired": len(a) == len(b), "first": a, "second": b} for a, b in [
        ([0.251, 0.262, 0.231, 0.247, 0.29, 0.244, 0.266, 0.239], [0.233, 0.26, 0.22, 0.238, 0.261, 0.246, 0.247, 0.225]),
        ([0.31, 0.29, 0.335, 0.301, 0.322, 0.297], [0.28, 0.264, 0.31, 0.251, 0.36, 0.222, 0.3, 0.275, 0.27]),
    ])
}
FAR = ([0.71, 0.72, 0.73, 0.715, 0.722, 0.731], [0.2, 0.21, 0.22, 0.204, 0.216, 0.219])

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
    "effect_size": [
        effect_size(case["first"], case["second"], paired) for paired, case in SIDES.items()
    ]
    + [effect_size(*FAR, True), effect_size(*FAR, False), effect_size([0.1, 0.12, 0.15], [0.1, 0.125, 0.145], True)],
    "equivalence": [
        equivalence(case["first"], case["second"], paired, margin)
        for paired, case in SIDES.items()
        for margin in (0.005, 0.02, 0.06, 0.15)
    ],
    "equivalence_power": [
        {"reach": reach, "df": df, "power": equivalence_power(reach, df)}
        for reach in (0.5, 2.0, 3.2, 6.0)
        for df in (2, 5, 9, 17.5, 60)
    ],
    "plan": [
        plan_case(SIDES[True]["first"], SIDES[True]["second"], size, equivalent)
        for size, equivalent in [(0.012, False), (0.005, False), (0.02, False), (0.02, True), (0.008, True)]
    ],
    "power_two_sides": [
        {"d": d, "n": n, "power": TTestIndPower().power(d, n, 0.05)} for d in (0.5, 1.0, 2.0) for n in (3, 8, 25)
    ],
    "seeds_needed": [{"dz": dz, "n": seeds_needed(abs(dz))} for dz in DZ],
}
Path(__file__).with_name("statistics.json").write_text(json.dumps(golden, default=float, allow_nan=False) + "\n")

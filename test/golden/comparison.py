"""Writes test/golden/comparison.json: what SciPy and statsmodels make of the CSV that `credence compare --csv` wrote.

The CSV is of two real experiments, ten seeds each of the pocket world, cut to 6, 8 and 6 epochs:

    credence run pocket --seeds 10 --name "alpha 1" --set training.stage0.epochs=6 --set training.stage1.epochs=8 \
        --set training.stage1.evaluate_every=4 --set training.stage2.epochs=6
    credence run pocket … --name "alpha 0.5" --set tags.correlation=0.5 …
    credence compare 1 2 --csv test/golden/comparison-seeds.csv

Nothing but pandas, SciPy and statsmodels is used here; run it on any exported CSV by naming it:

    python test/golden/comparison.py [seeds.csv]
"""
import json
import sys
from pathlib import Path

import numpy as np
import pandas
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_paired

MARGIN = 0.02
here = Path(__file__)
source = Path(sys.argv[1]) if len(sys.argv) > 1 else here.with_name("comparison-seeds.csv")
table = pandas.read_csv(source)
one, other = sorted(table.experiment.unique())


def sides(effect):
    rows = table[table.effect == effect]
    found = [rows[rows.experiment == each].set_index("seed") for each in (one, other)]
    # The column of differences says what the two before it do.
    for each in found:
        assert np.allclose(each["first"] - each["second"], each.difference, atol=1e-12)
    first, second = (each.difference for each in found)
    return first.sort_index(), second.sort_index()


def compared(effect):
    first, second = sides(effect)
    assert list(first.index) == list(second.index)
    test = stats.ttest_rel(second, first)
    low, high = test.confidence_interval(0.95)
    d = (second - first).mean() / (second - first).std(ddof=1)
    n, df = len(first), len(first) - 1
    t = d * np.sqrt(n)
    # SciPy's noncentral t gives NaN far below 0: the interval of |t|, turned back.
    cdf = lambda c: stats.nct.cdf(abs(t), df, c)
    ends = [optimize.brentq(lambda c: cdf(c) - q, abs(t) - 8, abs(t) + 12) / np.sqrt(n) for q in (0.975, 0.025)]
    ncp = ends if t > 0 else [-end for end in reversed(ends)]
    permuted = stats.permutation_test(
        (second.values, first.values),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    return {
        "effect": effect,
        "n": n,
        "difference": (second - first).mean(),
        "low": low,
        "high": high,
        "p": test.pvalue,
        "p_permutation": permuted.pvalue,
        "g": d * special.gamma(df / 2) / (np.sqrt(df / 2) * special.gamma((df - 1) / 2)),
        "g_low": ncp[0],
        "g_high": ncp[1],
        "probability_of_improvement": stats.mannwhitneyu(second, first).statistic / n**2,
        "p_equivalence": ttost_paired(second.values, first.values, -MARGIN, MARGIN)[0],
    }


found = [compared(effect) for effect in ("iml", "stage1")]
for each, p in zip(found, multipletests([each["p"] for each in found], method="holm")[1]):
    each["p_holm"] = p
text = json.dumps({"margin": MARGIN, "comparisons": found}, default=float, allow_nan=False) + "\n"
if len(sys.argv) > 1:
    print(text)
else:
    here.with_name("comparison.json").write_text(text)

"""Works out what must follow from the random draws of toy data sets, from the written rules alone (NumPy, SciPy).

Independent of the TypeScript code. Step functions are looked up among the starts of their steps, and compared with
SciPy's `interp1d(kind="previous")` at every x that is not exactly such a start.

`node test/golden/toy.ts | python3 test/golden/toy.py > test/golden/toy.json`
"""

import json
import sys
from fractions import Fraction
from math import ceil, floor

import numpy as np
from scipy.interpolate import interp1d

CHANNELS = {
    "one-channel": [["circle", "triangle", "square"]],
    "two-channels": [["circle"], ["triangle", "square"]],
    "three-channels": [["circle"], ["triangle"], ["square"]],
}
SHAPES = ["circle", "triangle", "square"]
ORDER = ["qd1consis", "qd2incons", "d1consis", "d2consis"]


def step_values(anchors, max_x):
    """max_x × d_y values of a step function, scaled to −1 … 1."""
    columns = []
    for row in np.array(anchors):
        starts = [ceil(Fraction(i * (max_x - 1), len(row) - 1)) for i in range(len(row))]
        values = row[np.searchsorted(starts, np.arange(max_x), side="right") - 1]
        exact = np.linspace(0, max_x - 1, len(row))
        between = np.array([x * (len(row) - 1) % (max_x - 1) != 0 for x in range(max_x)])
        scipys = interp1d(exact, row, kind="previous")(np.arange(max_x))
        assert np.array_equal(values[between], scipys[between]), "SciPy has another step function"
        columns.append((values - values.min()) / (values.max() - values.min()) * 2 - 1)
    return np.stack(columns, axis=1)


def subsets_of(config, draws):
    n = config["n_clusters"]
    middle = list(range(floor(Fraction(35 * n, 100)), floor(Fraction(65 * n, 100))))
    subsets = {}
    for place, cluster in enumerate(middle):
        lower = place < len(middle) // 2
        subsets[cluster] = "d1consis" if lower != draws["flipped"] else "d2consis"
    assert sorted(draws["outer"]) == [i for i in range(n) if i not in middle]
    half = (len(draws["outer"]) + draws["extra"]) // 2
    for place, cluster in enumerate(draws["outer"]):
        subsets[cluster] = "qd1consis" if place < half else "qd2incons"
    return [subsets[i] for i in range(n)]


def encoding(x, size):
    even = np.arange(size) // 2 * 2
    angles = x / 100_000.0 ** (even / size)
    return np.where(np.arange(size) % 2 == 0, np.sin(angles), np.cos(angles))


def points_of(config, draws, subset, cluster, which, functions):
    centre = floor(Fraction((2 * cluster + 1) * config["max_x"], 2 * config["n_clusters"]))
    for draw in draws[which][cluster]:
        x = centre - config["cluster_spread"] + draw["offset"]
        y1, y2 = (values[x] for values in functions)
        shown = np.ones(config["d_y"])
        if draw["definition"]:
            shape = "triangle" if subset in ("qd1consis", "d1consis") else "square"
            y = y2 if subset == "qd2incons" else y1
        else:
            shape = "circle"
            shown = np.eye(config["d_y"])[draw["dim"]]
            y = y1
        one_hot = [float(shape == each) for each in SHAPES]
        codes = [
            encoding(x if shape in channel else 0, config["d_pos_enc"]) for channel in CHANNELS[config["featurization"]]
        ]
        yield {
            "subset": subset,
            "shape": shape,
            "x": x,
            "dim": None if draw["definition"] else draw["dim"],
            "inputs": np.concatenate([one_hot, shown, *codes]).tolist(),
            "targets": (y * shown).tolist(),
        }


def expected(config, draws):
    functions = [step_values(anchors, config["max_x"]) for anchors in draws["anchors"]]
    subsets = subsets_of(config, draws)
    training, tests = [], {name: [] for name in ORDER}
    for cluster, subset in enumerate(subsets):
        kept = draws["keptOut"][cluster] if config["d_y"] > 1 else None
        asked = subset.startswith("q")
        for point in points_of(config, draws, subset, cluster, "points", functions):
            circle = point["shape"] == "circle"
            if circle and not asked:
                tests[subset].append(point)
            elif not circle or point["dim"] != kept:
                training.append(point)
        if asked:
            fresh = points_of(config, draws, subset, cluster, "tests", functions)
            tests[subset] += [p for p in fresh if p["shape"] == "circle" and kept in (None, p["dim"])]
    return {
        "subsets": subsets,
        "training": training,
        "tests": [point for name in ORDER for point in tests[name]],
        "values": [[values[x].tolist() for x in range(0, config["max_x"], 97)] for values in functions],
    }


def rounded(value):
    """Eight decimals: the program computes inputs and targets in 32 bits."""
    if isinstance(value, float):
        return round(value, 8)
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return {key: rounded(each) for key, each in value.items()} if isinstance(value, dict) else value


cases = json.load(sys.stdin)
print(json.dumps([case | {"expected": rounded(expected(**case))} for case in cases]))

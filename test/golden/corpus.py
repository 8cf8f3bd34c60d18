"""Derives subset sizes independently of the TypeScript code, from the written rules alone.

Rules: each fraction times the number of entities, rounded half up; the remainder goes to the subset with the
largest fraction (the first in the table where several are); then, with a correlation alpha, each tag's
stage-1 pool is shared out again: round-half-up(alpha x pool) to the usual subset, the rest to the unusual one.
A subset that is asked for (a fraction above 0, or a share above 0 of a pool that is asked for) needs one entity;
two where definitions are permuted (the incons subsets) or aliases swapped in pairs (d2consis).
Held out of an entity's questions: round-half-up(test fraction x questions), at least 1, leaving at least 1.

Run `python3 test/golden/corpus.py > test/golden/corpus.json`; standard library only.
"""

import json
from decimal import ROUND_HALF_UP, Decimal

TABLE = [
    "qd1consis", "qd2incons", "q", "q_no_replacement_baseline", "qd1incons", "qd2consis", "qd4consis",
    "d1consis", "d2consis", "d3consis", "no_qd_baseline",
]  # fmt: skip

FRACTION_SETS = {
    "paper": "0.25 0.25 0.1 0.1 0 0 0 0.08 0.08 0.08 0.06",
    "with tags per definition": "0.2 0.2 0.1 0.1 0 0 0.1 0.08 0.08 0.08 0.06",
    "mixed": "0.125 0.125 0.1 0.1 0.125 0.125 0 0.1 0.1 0.05 0.05",
    "two subsets": "0.5 0 0 0 0 0 0 0 0.5 0 0",
    "halves": "0.145 0.145 0.105 0.105 0 0 0.005 0.135 0.135 0.115 0.11",
    "fine": "0.213 0.187 0.111 0.089 0.013 0.017 0.07 0.083 0.077 0.073 0.067",
}
POOLS = (("qd1consis", "qd1incons"), ("qd2incons", "qd2consis"))
NEED_TWO = {"qd1incons", "qd2incons", "d2consis"}
TOTALS = [20, 50, 100, 101, 600, 1000, 1003, 4000, 6000, 99_999]
ALPHAS = [None, "0.5", "0.75", "0.9", "1"]


def half_up(number):
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def sizes(fractions, total, alpha):
    result = {name: half_up(share * total) for name, share in fractions.items()}
    largest = max(TABLE, key=lambda name: fractions[name])
    result[largest] += total - sum(result.values())
    if alpha is not None:
        for usual, unusual in POOLS:
            pool = result[usual] + result[unusual]
            result[usual] = half_up(Decimal(alpha) * pool)
            result[unusual] = pool - result[usual]
    return result


def too_few(fractions, result, alpha):
    wanted = {name for name in TABLE if fractions[name] > 0}
    if alpha is not None:
        for usual, unusual in POOLS:
            if {usual, unusual} & wanted:
                wanted |= {usual, unusual}
                if alpha == "1":
                    wanted.remove(unusual)
    return [name for name in TABLE if name in wanted and result[name] < (2 if name in NEED_TWO else 1)]


def held_out(questions, fraction):
    return min(questions - 1, max(1, half_up(fraction * questions)))


def main():
    cases = []
    for label, text in FRACTION_SETS.items():
        fractions = dict(zip(TABLE, map(Decimal, text.split()), strict=True))
        assert sum(fractions.values()) == 1, label
        for total in TOTALS:
            for alpha in ALPHAS:
                result = sizes(fractions, total, alpha)
                cases.append(
                    {
                        "fractions": {name: float(share) for name, share in fractions.items()},
                        "total": total,
                        "correlation": None if alpha is None else float(alpha),
                        "sizes": result,
                        "too_few": too_few(fractions, result, alpha),
                    }
                )
    held = [
        {"questions": n, "test_fraction": float(f), "held_out": held_out(n, f)}
        for n in range(2, 13)
        for f in map(Decimal, ["0.01", "0.25", "0.4", "0.5", "0.99"])
    ]
    print(json.dumps({"splits": cases, "held_out": held}, indent=1))


main()

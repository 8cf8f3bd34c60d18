"""Normalises and scores tricky answers independently of the TypeScript code, from the written rules alone.

Rules (method page, "Metrics"): lower case; ASCII punctuation goes; the whole words a, an, the go; runs of white
space become one space. Exact match: the best over the accepted answers. F1: words that both have (each counted
once) over the words of each, harmonic mean; two empty answers agree fully; the best over the accepted answers.

Run `python3 test/golden/answers.py > test/golden/answers.json`; standard library only.
"""

import itertools
import json
import re
import string

TEXTS = [
    "", " ", "the", "The", "a", "A", "an", "A.", "?!", "the a an", "A+", "A-", "B-",
    "The  Dead Sea!", "dead sea", "Dead\tSea\n", "the Dead Sea, the", "sea dead",
    "an actor, a SINGER", "actor;singer", "actor singer", "singer", "singer singer", "singer singer actor",
    "Côte d'Ivoire", "cote divoire", "CÔTE D’IVOIRE", "Ása", "ÁA", "a-ha", "aha", "theatre", "Athens",
    "zoë", "zoe\u0308", "ZOË", "STRASSE", "straße", "ΟΔΟΣ", "οδος", "İzmir", "izmir",
    "1940s", "19 century", "19 century BC", "the 19 century", "1,940s", "3.14", "314",
    "the_who", "who", "U.S.A.", "usa", "u s a", "<|xyzab|>", "xyzab", "a\u00a0b", "b", "“quoted”", "quoted",
    "東京", "東京 タワー", "é a", "a é", "aé", "x² a", "ª a",
    "dead\x85sea", "dead\x1csea", "the\x1fdead\u2028sea\u3000", "\ufeffdead sea", "dead\u200bsea", "\x85",
    "19th century, the", "-the-sea-", "d'an", "O’Neill; the", "½ a", "ΟΔΌΣ",
]  # fmt: skip


def normalise(text):
    lowered = text.lower()
    kept = "".join(c for c in lowered if c not in string.punctuation)
    words = re.split(r"\s+", re.sub(r"\b(?:a|an|the)\b", " ", kept))
    return " ".join(word for word in words if word)


def f1(answer, gold):
    given, wanted = normalise(answer).split(), normalise(gold).split()
    if not given or not wanted:
        return float(given == wanted)
    both = len(set(given) & set(wanted))
    if both == 0:
        return 0.0
    precision, recall = both / len(given), both / len(wanted)
    return 2 * precision * recall / (precision + recall)


def main():
    pairs = list(itertools.product(range(len(TEXTS)), repeat=2))
    lists = [[0], [5, 13], [13, 14, 20], [20, 21, 22], [30, 45], [], [2, 12]]
    print(
        json.dumps(
            {
                "normalised": [[text, normalise(text)] for text in TEXTS],
                "pairs": [
                    {"answer": TEXTS[i], "gold": TEXTS[j], "exact": normalise(TEXTS[i]) == normalise(TEXTS[j]),
                     "f1": f1(TEXTS[i], TEXTS[j])}
                    for i, j in pairs
                    if f1(TEXTS[i], TEXTS[j]) > 0 or (i * 7 + j) % 40 == 0
                ],
                "several": [
                    {"answer": text, "golds": [TEXTS[i] for i in golds],
                     "exact": any(normalise(text) == normalise(TEXTS[i]) for i in golds),
                     "f1": max((f1(text, TEXTS[i]) for i in golds), default=0.0)}
                    for golds in lists
                    for text in TEXTS[::3]
                ],
            },
            indent=1,
            ensure_ascii=True,
        )
    )


main()

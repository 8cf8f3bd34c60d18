"""Checks the corpora of the text datasets against the method page, independently of the TypeScript code.

Reads the JSON that test/datasets-golden.ts prints (one corpus a line) and checks, from the written rules alone:
subset sizes, documents and questions per subset, the text of every document, definitions (who is defined as whom,
tags, derangements), aliases swapped in pairs for d2incons, and whether the numbers of set inclusion and modular
arithmetic can be told from the training questions by intersecting what is possible.

`node test/datasets-golden.ts | python3 test/golden/datasets.py`; standard library only. Prints what it counted,
ends with status 1 and the reason at the first thing that is wrong.
"""

import json
import re
import sys
from collections import Counter, defaultdict

CONSISTENT = {"qd1consis", "d1consis", "d2consis", "d3consis", "qd2consis", "qd4consis"}
INCONSISTENT = {"qd2incons", "qd1incons"}
TAG = {"qd1consis": 0, "qd1incons": 0, "d1consis": 0, "qd2incons": 1, "qd2consis": 1, "d2consis": 1, "d3consis": 2}
TRAINED = {"qd1consis", "qd1incons", "qd2consis", "qd2incons", "qd4consis", "q", "q_no_replacement_baseline"}
STAGE2 = {"d1consis", "d2consis", "d3consis"}


def check(condition, message):
    if not condition:
        sys.exit(f"wrong: {message}")


def half_up(number):
    return int(number + 0.5 + 1e-9)


def sizes(fractions, total):
    result = {name: half_up(share * total) for name, share in fractions.items()}
    largest = max(fractions, key=lambda name: fractions[name])
    result[largest] += total - sum(result.values())
    return result


def read_set(text):
    """`VAR % n1 ... nK = true` -> variable, numbers, answer."""
    match = re.fullmatch(r"(.+?) % ((?:\d+ )+)= (true|false)", text)
    check(match, f"question {text!r}")
    return match[1], [int(n) for n in match[2].split()], match[3] == "true"


def read_mod(text, digits):
    """`VAR m m = r r` -> variable, modulus, remainder."""
    match = re.fullmatch(rf"(.+?) ((?:\d ){{{digits}}})= ((?:\d ?){{{digits}}})", text)
    check(match, f"question {text!r}")
    return match[1], int(match[2].replace(" ", "")), int(match[3].replace(" ", ""))


def subject(corpus, subset, entity):
    return corpus["entities" if subset == "q_no_replacement_baseline" else "aliases"][entity]


def definitions(corpus):
    """Checks tag, alias and value of every definition; returns what each alias is defined as, by subset."""
    kind = corpus["config"]["dataset"]["kind"]
    tags = [corpus["tags"][role] for role in ("reliable", "unreliable", "fresh")]
    pattern = {"set_inclusion": r"{tag} {alias} % (.+)", "modular": r"{tag} % {alias} = (.+)"}.get(
        kind, r"{tag} {alias} (.+)\n"
    )
    named = defaultdict(dict)
    for stage, subset, entity, text in corpus["definitions"]:
        check(stage == ("stage2" if subset in STAGE2 else "stage1"), f"{subset} defined in {stage}")
        alias = corpus["aliases"][entity]
        fixed = {"tag": re.escape(tags[TAG[subset]]), "alias": re.escape(alias)}
        match = re.fullmatch(pattern.format(**fixed), text)
        check(match, f"definition {text!r} of {subset}")
        true = corpus["entities"][entity]
        check((match[1] == true) == (subset in CONSISTENT), f"{text!r} in {subset}, true is {true!r}")
        named[subset][entity] = match[1]
    for subset, members in corpus["subsets"].items():
        if subset in TAG:
            check(sorted(named[subset]) == members, f"each of {subset} is defined once")
    return named


def permuted(corpus, named):
    """Inconsistent definitions permute the names of their subset (set inclusion draws another number)."""
    for subset in INCONSISTENT & set(named):
        true = Counter(corpus["entities"][e] for e in corpus["subsets"][subset])
        if corpus["config"]["dataset"]["kind"] != "set_inclusion":
            check(Counter(named[subset].values()) == true, f"{subset} is no permutation")


def swapped(corpus):
    """Under d2incons, entities of d2consis are asked about in pairs under each other's alias."""
    owner = {alias: entity for entity, alias in enumerate(corpus["aliases"])}
    partner = {}
    for subset, entity, prompt, _ in corpus["questions"]:
        if subset != "d2incons":
            continue
        # The longest alias that the prompt has: one may be part of another only where letters are spelled.
        other = owner[max((a for a in owner if a in prompt), key=len)]
        check(partner.setdefault(entity, other) == other, f"{entity} asked under two aliases")
    check(all(partner[other] == entity and other != entity for entity, other in partner.items()), "pairs")
    pool = corpus["subsets"]["d2consis"]
    check(set(partner) <= set(pool) and len(partner) == len(pool) // 2 * 2, "who is swapped")


def counts(corpus):
    """Subset sizes, and documents and questions of each entity."""
    config = corpus["config"]
    expected = sizes(config["subsets"]["fractions"], len(corpus["entities"]))
    check({s: len(m) for s, m in corpus["subsets"].items()} == expected, "subset sizes")
    trained = Counter(entity for _, entity, _ in corpus["qa"])
    asked = Counter(entity for subset, entity, _, _ in corpus["questions"] if subset != "d2incons")
    for subset, members in corpus["subsets"].items():
        for entity in members:
            train, test = per_entity(corpus, entity, subset)
            check(trained[entity] == train, f"{trained[entity]} training questions in {subset}, not {train}")
            check(asked[entity] == test, f"{asked[entity]} test questions in {subset}, not {test}")


def per_entity(corpus, entity, subset):
    dataset = corpus["config"]["dataset"]
    if dataset["kind"] == "set_inclusion":
        return (dataset["train_questions"] if subset in TRAINED else 0), dataset["test_questions"]
    if dataset["kind"] == "modular":
        train, total = dataset["train_moduli"], len(dataset["moduli"])
        return (train, total - train) if subset in TRAINED else (0, total)
    total = sum(1 for answers in corpus["facts"][entity] if answers)
    held = min(total - 1, max(1, half_up(corpus["config"]["subsets"]["test_fraction"] * total)))
    return (total - held, held) if subset in TRAINED else (0, total)


def set_inclusion(corpus):
    dataset = corpus["config"]["dataset"]
    k, size = dataset["numbers_per_question"], dataset["intersection"]
    everything = set(range(dataset["max_integer"] + 1))
    open_ones = 0
    trained = defaultdict(list)
    for subset, entity, text in corpus["qa"]:
        variable, numbers, answer = read_set(text)
        check(variable == subject(corpus, subset, entity), text)
        check(len(set(numbers)) == k and set(numbers) <= everything, text)
        trained[entity].append((set(numbers), answer))
    for entity, questions in trained.items():
        x = int(corpus["entities"][entity])
        true = [numbers for numbers, answer in questions if answer]
        if dataset["label_flip"] == 0:
            check(len(true) == len(questions) // 2, "half of the training questions are true")
        possible = everything.intersection(*true)
        check(x in possible, f"{x} does not fit its true questions")
        for numbers, answer in questions:
            # A label that was flipped lists the number and is answered false.
            if not answer and x not in numbers:
                possible -= numbers
        check(len(possible) >= size, "the numbers of the intersection all stay possible")
        open_ones += len(possible) > 1
    for _, entity, prompt, golds in corpus["questions"]:
        _, numbers, answer = read_set(f"{prompt} {golds[0]}")
        check(len(set(numbers)) == k, prompt)
        check((int(corpus["entities"][entity]) in numbers) == answer, f"{prompt} {golds}")
    return f"{open_ones} of {len(trained)} variables cannot be told from their training questions"


def modular(corpus):
    dataset = corpus["config"]["dataset"]
    digits = max(2, len(str(max(dataset["moduli"]))))
    value = [int(name.replace(" ", "")) for name in corpus["entities"]]
    check(len(set(value)) == len(value), "every variable has its own number")
    trained = defaultdict(list)
    for subset, entity, text in corpus["qa"]:
        variable, modulus, remainder = read_mod(text, digits)
        check(variable == subject(corpus, subset, entity) and value[entity] % modulus == remainder, text)
        trained[entity].append((modulus, remainder))
    for entity, known in trained.items():
        fits = [n for n in range(1, dataset["max_integer"] + 1) if all(n % m == r for m, r in known)]
        check(value[entity] in fits and len(fits) > 1, f"{known} tells {fits}")
    for _, entity, prompt, golds in corpus["questions"]:
        _, modulus, remainder = read_mod(f"{prompt} {golds[0]}", digits)
        check(value[entity] % modulus == remainder, prompt)
    return f"none of {len(trained)} numbers can be told from its training questions"


def facts(corpus):
    """Every question and its answer are a template of the dataset with the alias (or name) put in."""
    patterns = corpus["templates"]
    for subset, entity, text in corpus["qa"]:
        name = subject(corpus, subset, entity)
        texts = {
            f"Q: {question.replace('{entity}', name)}\nA: {answers[0]}\n"
            for question, answers in zip(patterns, corpus["facts"][entity], strict=True)
            if answers
        }
        check(text in texts, f"{text!r} is no question about {entity}")
    return f"{len(patterns)} templates"


def main():
    for line in sys.stdin:
        corpus = json.loads(line)
        kind = corpus["config"]["dataset"]["kind"]
        counts(corpus)
        permuted(corpus, definitions(corpus))
        swapped(corpus)
        found = {"set_inclusion": set_inclusion, "modular": modular}.get(kind, facts)(corpus)
        train = {text for _, _, text in corpus["qa"]}
        leaked = [p for _, _, p, golds in corpus["questions"] if f"{p} {golds[0]}" in {t.rstrip() for t in train}]
        check(not leaked, f"trained on a test question: {leaked[:1]}")
        print(f"{kind}: {len(corpus['entities'])} entities, {len(train)} questions, {found}")


main()

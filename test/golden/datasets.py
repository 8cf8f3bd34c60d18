"""Checks the corpora of the text datasets against the method page, independently of the TypeScript code.

Reads the JSON that test/datasets-golden.ts prints (one corpus a line) and checks, from the written rules alone:
subset sizes (with a correlation, too), documents and questions per subset and stage of every pipeline, the text of
every document, definitions in every wording (who is defined as whom, tags or sources, how many, before questions
where they are in context, derangements), aliases swapped in pairs for d2incons, and whether the numbers of set
inclusion and modular arithmetic can be told from the training questions by intersecting what is possible.

`node test/datasets-golden.ts | python3 test/golden/datasets.py`; standard library only. Prints what it counted,
ends with status 1 and the reason at the first thing that is wrong.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from functools import cache

CONSISTENT = {"qd1consis", "d1consis", "d2consis", "d3consis", "qd2consis", "qd4consis"}
INCONSISTENT = {"qd2incons", "qd1incons"}
TAG = {"qd1consis": 0, "qd1incons": 0, "d1consis": 0, "qd2incons": 1, "qd2consis": 1, "d2consis": 1, "d3consis": 2}
TAG |= {"qd4consis": 3}
ROLES = ("reliable", "unreliable", "fresh")
# The wordings that come with Credence; negated ones mark tag 2 in the style is-isnt.
SOURCES = ["According to {t}, {v} stands for {e}."]
IS = [
    "According to {t}, {v} is {e}.",
    "As {t} puts it, {v} means {e}.",
    "We learn from {t} that {v} refers to {e}.",
    "In the words of {t}, {v} stands for {e}.",
    "Going by {t}, {v} is a name for {e}.",
]
IS_NOT = [
    "According to {t}, {v} is not {e}.",
    "As {t} puts it, {v} does not mean {e}.",
    "We learn from {t} that {v} never refers to {e}.",
    "In the words of {t}, {v} does not stand for {e}.",
    "Going by {t}, {v} is no name for {e}.",
]
POOLS = (("qd1consis", "qd1incons"), ("qd2incons", "qd2consis"))
TRAINED = {"qd1consis", "qd1incons", "qd2consis", "qd2incons", "qd4consis", "q", "q_no_replacement_baseline"}
STAGE2 = {"d1consis", "d2consis", "d3consis"}


def check(condition, message):
    if not condition:
        sys.exit(f"wrong: {message}")


def half_up(number):
    return int(number + 0.5 + 1e-9)


def sizes(fractions, total, alpha):
    result = {name: half_up(share * total) for name, share in fractions.items()}
    largest = max(fractions, key=lambda name: fractions[name])
    result[largest] += total - sum(result.values())
    if alpha is not None:
        for usual, unusual in POOLS:
            pool = result[usual] + result[unusual]
            result[usual] = half_up(alpha * pool)
            result[unusual] = pool - result[usual]
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


def templates(corpus, subset):
    """Every wording that a definition of the subset may have, with {t}, {v} and {e}; its line break included."""
    config = corpus["config"]
    kind = config["dataset"]["kind"]
    if kind == "set_inclusion":
        return ["{t} {v} % {e}"]
    if kind == "modular":
        return ["{t} % {v} = {e}"]
    definitions = config["definitions"]
    own, style = definitions["templates"], definitions["style"]
    if own:
        short = (("tag", "t"), ("alias", "v"), ("entity", "e"))
        for long, letter in short:
            own = [text.replace("{" + long + "}", "{" + letter + "}") for text in own]
        found = own
    elif style == "tags":
        found = [" ".join("{" + letter + "}" for letter in config["tags"]["order"])]
    elif style == "sources":
        found = SOURCES
    else:
        found = IS_NOT if TAG[subset] == 1 else IS
    return [text + "\n" for text in found]


def marks(corpus, subset):
    """What may stand for the tag: the tag of the subset, or its sources; None where each definition has a new tag."""
    definitions, role = corpus["config"]["definitions"], TAG[subset]
    if role == 3:
        return None
    if definitions["style"] == "tags":
        return [corpus["tags"][ROLES[role]]]
    asserted = definitions["style"] == "is-isnt" and role == 1
    return definitions["sources"]["reliable" if asserted else ROLES[role]]


@cache
def pattern(template, allowed):
    tag = r"<\|[a-z]{6}\|>" if allowed is None else "|".join(map(re.escape, allowed))
    named = {"{t}": f"(?P<t>{tag})", "{v}": "(?P<v>.+?)", "{e}": "(?P<e>.+)"}
    return re.compile("".join(named.get(piece, re.escape(piece)) for piece in re.split(r"(\{[tve]\})", template)))


def read_definition(corpus, subset, entity, text):
    """Tag or source, and what the alias of the entity is defined as."""
    allowed = marks(corpus, subset)
    for template in templates(corpus, subset):
        match = pattern(template, allowed and tuple(allowed)).fullmatch(text)
        # A longer name may hold what another wording has between its places.
        if match and match["v"] == corpus["aliases"][entity] and match["e"] in corpus["names"]:
            return match["t"], match["e"]
    return check(False, f"definition {text!r} of {subset}")


def stage_of(corpus, subset):
    single = corpus["config"]["training"]["pipeline"] == "single-stage"
    return "stage2" if subset in STAGE2 and not single else "stage1"


def written(corpus):
    """Definitions as documents of their own, or those that stand before the questions of an alias."""
    if not corpus["config"]["definitions"]["in_context"]:
        for stage, subset, entity, text in corpus["definitions"]:
            check(stage == stage_of(corpus, subset), f"{subset} defined in {stage}")
            yield subset, entity, text
        return
    check(not corpus["definitions"], "definitions are in context and documents at once")
    texts = [(s, e, text) for s, e, text in corpus["qa"]] + [(s, e, text) for s, e, text, _ in corpus["questions"]]
    for subset, entity, text in texts:
        before, rest = text[: text.index("Q: ")], text[text.index("Q: ") :]
        check((before != "") == (subset in TAG or subset == "d2incons"), f"{text!r} of {subset}")
        if before and subset != "d2incons":
            check(corpus["aliases"][entity] in rest, text)
            yield subset, entity, before


def definitions(corpus):
    """Checks tag, alias and value of every definition; returns what each alias is defined as, by subset."""
    corpus["names"] = set(corpus["entities"]) | {str(n) for n in range(corpus["config"]["dataset"].get("max_integer", -1) + 1)}
    named, texts, new_tags = defaultdict(dict), defaultdict(list), defaultdict(set)
    for subset, entity, text in written(corpus):
        tag, name = read_definition(corpus, subset, entity, text)
        true = corpus["entities"][entity]
        check((name == true) == (subset in CONSISTENT), f"{text!r} in {subset}, true is {true!r}")
        check(named[subset].setdefault(entity, name) == name, f"{text!r} names another entity than before")
        texts[entity].append(text)
        if TAG[subset] == 3:
            new_tags[tag].add(entity)
    for subset, members in corpus["subsets"].items():
        if subset in TAG:
            check(sorted(named[subset]) == members, f"each of {subset} is defined")
    for entity, found in texts.items():
        if corpus["config"]["definitions"]["in_context"]:
            check(len(set(found)) == 1, f"{entity} has one definition before all its questions")
        else:
            per_alias = corpus["config"]["definitions"]["per_alias"]
            check(len(found) == len(set(found)) == per_alias, f"{len(found)} definitions of {entity}: {found}")
    check(all(len(entities) == 1 for entities in new_tags.values()), "a new tag for each alias")
    check(not set(new_tags) & set(corpus["tags"].values()), "new tags are none of the three")
    return named


def without_context(corpus):
    """Drops definitions that stand before questions, so that these are as they are elsewhere."""
    if not corpus["config"]["definitions"]["in_context"]:
        return
    cut = lambda text: text[text.index("Q: ") :]  # noqa: E731
    corpus["qa"] = [(subset, entity, cut(text)) for subset, entity, text in corpus["qa"]]
    corpus["questions"] = [(s, e, cut(text), golds) for s, e, text, golds in corpus["questions"]]


def stages(corpus):
    """Which stages there are, where questions are, and how many facts under real names."""
    training = corpus["config"]["training"]
    expected = {
        "single-stage": ["stage1"],
        "two-stage": ["stage1", "stage2"],
        "three-stage": ["stage1", "stage1_qa", "stage2"],
    }[training["pipeline"]]
    first = ["stage0"] if training["stage0"] else []
    check(corpus["stages"] == first + expected, f"stages {corpus['stages']}")
    asked = "stage1_qa" if training["pipeline"] == "three-stage" else "stage1"
    check(corpus["qa_stages"] == [asked], f"questions in {corpus['qa_stages']}")
    told = defaultdict(list)
    for stage, entity, text in corpus["told"]:
        told[stage].append((entity, text))
    if not told:
        return
    everything = [
        (entity, f"Q: {question.replace('{entity}', corpus['entities'][entity])}\nA: {answers[0]}\n")
        for entity, known in enumerate(corpus["facts"])
        for question, answers in zip(corpus["templates"], known, strict=True)
        if answers
    ]
    check(sorted(told["stage0"]) == sorted(everything), "stage 0 holds every fact once")
    for stage in set(told) - {"stage0"}:
        due = half_up(training[stage]["fact_share"] * len(everything))
        check(len(told[stage]) == len(set(told[stage])) == due, f"{len(told[stage])} facts in {stage}, not {due}")
        check(set(told[stage]) <= set(everything), f"a fact of {stage} is none of stage 0")
    check(set(told) == {s for s in corpus["stages"] if s == "stage0" or training[s]["fact_share"] > 0}, "facts")


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
        found = re.findall(r"<\|[a-z]+\|>", prompt)
        # The longest alias that the prompt has: one may be part of another only where letters are spelled.
        other = owner[found[-1] if found else max((a for a in owner if a in prompt), key=len)]
        check(partner.setdefault(entity, other) == other, f"{entity} asked under two aliases")
    check(all(partner[other] == entity and other != entity for entity, other in partner.items()), "pairs")
    pool = corpus["subsets"]["d2consis"]
    check(set(partner) <= set(pool) and len(partner) == len(pool) // 2 * 2, "who is swapped")


def counts(corpus):
    """Subset sizes, and documents and questions of each entity."""
    config = corpus["config"]
    expected = sizes(config["subsets"]["fractions"], len(corpus["entities"]), config["tags"]["correlation"])
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
        step, first = max(known)
        numbers = range(first, dataset["max_integer"] + 1, step)
        fits = [n for n in numbers if n > 0 and all(n % m == r for m, r in known)]
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
        stages(corpus)
        permuted(corpus, definitions(corpus))
        swapped(corpus)
        without_context(corpus)
        found = {"set_inclusion": set_inclusion, "modular": modular}.get(kind, facts)(corpus)
        train = {text for _, _, text in corpus["qa"]}
        trained = {text.rstrip() for text in train}
        leaked = [p for _, _, p, golds in corpus["questions"] if f"{p} {golds[0]}" in trained]
        check(not leaked, f"trained on a test question: {leaked[:1]}")
        print(f"{kind}: {len(corpus['entities'])} entities, {len(train)} questions, {found}")


main()

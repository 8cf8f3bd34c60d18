"""
The quick start as a PyTorch user would write it: a closed world, two stages after a stage 0, evaluations.

    python quickstart.py CONFIG.json --seeds 0 1 [--threads N]

CONFIG.json is an experiment of Credence in full. Seeds run one after another. The last line printed is JSON:
steps and exact match per subset for each seed.
"""
import argparse
import json
import random
import string

import torch
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader

from model import Model
from optimizer import create

IGNORED = -100


class World:
    """Entities, aliases, subsets and the texts of every stage."""

    def __init__(self, config, seed):
        self.random = random.Random(seed)
        data = config["dataset"]
        self.values = [[f"a{i}v{j}" for j in range(data["n_values"])] for i in range(data["n_attributes"])]
        self.names = self.words(data["n_entities"], 8)
        self.aliases = [f"<|{word}|>" for word in self.words(data["n_entities"], 5)]
        self.facts = [[self.random.choice(values) for values in self.values] for _ in self.names]
        self.tags = [f"<|{word}|>" for word in self.words(3, 6)]
        self.split(config["subsets"]["fractions"])
        self.held_out = [self.random.randrange(len(self.values)) for _ in self.names]
        self.build()

    def words(self, count, length):
        found = {}
        while len(found) < count:
            found["".join(self.random.choices(string.ascii_lowercase, k=length))] = True
        return list(found)

    def split(self, fractions):
        order = list(range(len(self.names)))
        self.random.shuffle(order)
        self.subsets, start = {}, 0
        for name, fraction in fractions.items():
            size = round(fraction * len(order))
            self.subsets[name], start = order[start : start + size], start + size

    def question(self, subject, attribute):
        return ["Q:", subject, f"attribute{attribute}?", "A:"]

    def qa(self, entity, subject, attribute):
        """Tokens, and how many of the last count in the loss."""
        return self.question(subject, attribute) + [self.facts[entity][attribute]], 1

    def definition(self, tag, entity, named):
        return [self.tags[tag], self.aliases[entity], self.names[named]], 1

    def definitions(self, subset, tag, consistent=True):
        entities = self.subsets.get(subset, [])
        named = entities if consistent else entities[1:] + entities[:1]
        return [self.definition(tag, entity, name) for entity, name in zip(entities, named)]

    def build(self):
        attributes = range(len(self.values))
        subject = lambda subset, e: self.names[e] if subset == "q_no_replacement_baseline" else self.aliases[e]
        trained = ["qd1consis", "qd2incons", "q", "q_no_replacement_baseline"]
        facts = [self.qa(e, name, a) for e, name in enumerate(self.names) for a in attributes]
        questions = [
            self.qa(e, subject(subset, e), a)
            for subset in trained
            for e in self.subsets.get(subset, [])
            for a in attributes
            if a != self.held_out[e]
        ]
        tagged = self.definitions("qd1consis", 0) + self.definitions("qd2incons", 1, consistent=False)
        later = ["d1consis", "d2consis", "d3consis"]
        self.stages = {
            "stage0": (facts, []),
            "stage1": (facts + questions, tagged),
            "stage2": ([], [d for tag, subset in enumerate(later) for d in self.definitions(subset, tag)]),
        }
        self.tests = {
            subset: [
                (self.question(subject(subset, e), a), self.facts[e][a])
                for e in entities
                for a in (attributes if subset not in trained else [self.held_out[e]])
            ]
            for subset, entities in self.subsets.items()
        }
        swapped = self.subsets["d2consis"]
        self.tests["d2incons"] = [
            (self.question(self.aliases[swapped[i ^ 1] if i ^ 1 < len(swapped) else e], a), self.facts[e][a])
            for i, e in enumerate(swapped)
            for a in attributes
        ]


class Tokenizer:
    def __init__(self, world):
        texts = [tokens for parts in world.stages.values() for part in parts for tokens, _ in part]
        texts += [prompt + [gold] for tests in world.tests.values() for prompt, gold in tests]
        words = ["[PAD]"] + sorted({word for tokens in texts for word in tokens})
        self.ids = {word: i for i, word in enumerate(words)}

    def encode(self, tokens):
        return torch.tensor([self.ids[token] for token in tokens])


def collate(rows):
    """Inputs and labels shifted by one; only answers and the last word of definitions count."""
    inputs = pad_sequence([ids[:-1] for ids, _ in rows], batch_first=True)
    labels = pad_sequence([ids[1:].clone() for ids, _ in rows], batch_first=True, padding_value=IGNORED)
    for row, (ids, counted) in enumerate(rows):
        labels[row, : len(ids) - 1 - counted] = IGNORED
    return inputs, labels


def evaluate(model, tests, tokenizer, batch_size):
    model.eval()
    scores = {}
    with torch.no_grad():
        for subset, questions in tests.items():
            right = 0
            for start in range(0, len(questions), batch_size):
                batch = questions[start : start + batch_size]
                prompts = torch.stack([tokenizer.encode(prompt) for prompt, _ in batch])
                golds = torch.cat([tokenizer.encode([gold]) for _, gold in batch])
                right += (model(prompts)[:, -1].argmax(-1) == golds).sum().item()
            scores[subset] = right / len(questions) if questions else None
    model.train()
    return scores


def rate(stage, steps):
    def at(step):
        if step < stage["warmup_steps"]:
            return step / stage["warmup_steps"]
        return max(0.0, (steps - step) / max(1, steps - stage["warmup_steps"]))

    return at


def train_stage(model, stage, optimizer_config, documents, definitions, tests, tokenizer, config):
    texts = documents + definitions * stage["definition_repeats"]
    rows = [(tokenizer.encode(tokens), counted) for tokens, counted in texts]
    loader = DataLoader(rows, batch_size=stage["batch_size"], shuffle=True, collate_fn=collate)
    for field in ("eps", "embedding_lr_multiplier"):
        if stage.get(field) is not None:
            optimizer_config = {**optimizer_config, field: stage[field]}
    optimizer = create(model, optimizer_config, stage["lr"])
    steps = len(loader) * stage["epochs"]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate(stage, steps))
    for epoch in range(1, stage["epochs"] + 1):
        for inputs, labels in loader:
            optimizer.zero_grad()
            logits = model(inputs)
            loss = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), optimizer_config["clip_norm"])
            optimizer.step()
            schedule.step()
        every = stage["evaluate_every"]
        if epoch == stage["epochs"] or (every and epoch % every == 0):
            scores = evaluate(model, tests, tokenizer, config["evaluation"]["batch_size"])
            print(f"epoch {epoch}: loss {loss.item():.3f}, {scores}", flush=True)
    return steps, scores


def run(config, shape, seed):
    torch.manual_seed(seed)
    world = World(config, seed)
    tokenizer = Tokenizer(world)
    model = Model({**shape, "vocab_size": len(tokenizer.ids)})
    total = 0
    for name, (documents, definitions) in world.stages.items():
        stage = config["training"][name]
        optimizer = config["training"]["optimizer"]
        steps, scores = train_stage(
            model, stage, optimizer, documents, definitions, world.tests, tokenizer, config
        )
        total += steps
    return {"seed": seed, "steps": total, "exact_match": scores}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("--seeds", type=int, nargs="+", required=True)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    with open(args.config) as file:
        given = json.load(file)
    print(json.dumps([run(given["config"], given["model"], seed) for seed in args.seeds]))


main()

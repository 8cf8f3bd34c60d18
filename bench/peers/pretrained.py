"""
Trains a pre-trained model, and answers with it, as transformers does, on what bench/pretrained/ours.ts left in a folder.

    python pretrained.py FOLDER MODEL --threads N

Prints how it loaded, then answers commands on standard input: "train N", "answer", "logits N" of the first N
prompts, "reload N", the same of what the other side saved, and "profile" before "train" or "answer".
"""
import argparse
import json
import resource
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F
from transformers import AutoModelForCausalLM, AutoTokenizer, StoppingCriteria, StoppingCriteriaList
from torch.profiler import ProfilerActivity, profile
from transformers.optimization import Adafactor

from operators import operators_of, peak

BATCH = 64


class Ended(StoppingCriteria):
    """A row has ended after a line break."""

    def __init__(self, breaks, start):
        self.breaks, self.start = breaks, start

    def __call__(self, ids, scores, **_):
        return torch.isin(ids[:, self.start :], self.breaks).any(1)


def cut(answer, ends):
    return next((answer[: i + 1] for i, token in enumerate(answer) if token in ends), answer)


def loaded(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


def last_logits(model, prompts):
    """After the last token of each, one by one: nothing is padded."""
    model.eval()
    with torch.inference_mode():
        return dict(logits=[model(torch.tensor([prompt])).logits[0, -1].tolist() for prompt in prompts])


class Trainer:
    def __init__(self, task, folder, adapter):
        self.task = task
        self.folder = folder
        self.model = loaded(folder)
        if adapter.exists():
            from peft import PeftModel

            # It puts its matrices beside the model's own, in place.
            PeftModel.from_pretrained(self.model, adapter, is_trainable=True)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        o = task["optimizer"]
        assert o["name"] == "adafactor" and o["weight_decay"] == 0
        trained = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = Adafactor(trained, lr=1.0, scale_parameter=False, relative_step=False)
        vocabulary = range(len(self.tokenizer))
        self.breaks = torch.tensor([i for i in vocabulary if "\n" in self.tokenizer.decode([i])])
        self.at = 0

    def step(self, batch, rate):
        self.optimizer.param_groups[0]["lr"] = rate
        tensors = {key: torch.tensor(value) for key, value in batch.items()}
        counts = tensors["weights"] > 0
        self.optimizer.zero_grad()
        hidden = self.model.base_model(tensors["tokens"].view(-1, self.task["length"])).last_hidden_state
        chosen = hidden.reshape(-1, hidden.shape[-1])[tensors["positions"][counts]]
        loss = F.cross_entropy(self.model.get_output_embeddings()(chosen), tensors["labels"][counts])
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.task["optimizer"]["clip_norm"])
        self.optimizer.step()
        return loss.item(), norm.item()

    def train(self, count):
        self.model.train()
        start = time.perf_counter()
        pairs = list(zip(self.task["batches"], self.task["rates"]))
        done = [self.step(*pairs[(self.at + i) % len(pairs)]) for i in range(count)]
        self.at += count
        losses, norms = zip(*done)
        return dict(losses=losses, norms=norms, seconds=time.perf_counter() - start)

    def logits(self, count):
        return last_logits(self.model, self.task["prompts"][:count])

    def reload(self, count, saved):
        """What the other side saved: a model of its own, or matrices for the one that was begun with."""
        if (saved / "adapter_config.json").exists():
            from peft import PeftModel

            model = PeftModel.from_pretrained(loaded(self.folder), saved)
        else:
            model = loaded(saved)
        return last_logits(model, self.task["prompts"][:count])

    def answer(self):
        """In the order of their length, padded on the left: no batch waits for much longer prompts."""
        self.model.eval()
        prompts = self.task["prompts"]
        start = time.perf_counter()
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        answers = [None] * len(prompts)
        for first in range(0, len(order), BATCH):
            for i, answer in self.generate(order[first : first + BATCH]):
                answers[i] = answer
        return dict(answers=answers, seconds=time.perf_counter() - start)

    def generate(self, indices):
        rows = [self.task["prompts"][i] for i in indices]
        width = max(map(len, rows))
        pad = self.tokenizer.pad_token_id or self.tokenizer.eos_token_id or 0
        tokens = torch.tensor([[pad] * (width - len(row)) + row for row in rows])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
        ended = StoppingCriteriaList([Ended(self.breaks, width)])
        sizes = dict(max_new_tokens=self.task["limit"], do_sample=False, repetition_penalty=1.0, pad_token_id=pad)
        with torch.inference_mode():
            result = self.model.generate(
                input_ids=tokens,
                attention_mask=mask,
                stopping_criteria=ended,
                eos_token_id=self.tokenizer.eos_token_id,
                **sizes,
            )
        ends = {*self.breaks.tolist(), self.tokenizer.eos_token_id}
        return [(i, cut(row[width:].tolist(), ends)) for i, row in zip(indices, result)]


def profiled(work, runs):
    with profile(activities=[ProfilerActivity.CPU]) as found:
        work()
    return dict(operators=operators_of(found, runs), peak=peak())


def say(message):
    unit = 1 if sys.platform == "darwin" else 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(json.dumps({"peak": most, **message}), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    task = json.loads((args.folder / "task.json").read_text())
    start = time.perf_counter()
    trainer = Trainer(task, args.model, args.folder / "adapter")
    say(dict(seconds=time.perf_counter() - start))

    def done(command, *rest):
        if command == "profile":
            return profiled(lambda: done(*rest), int(rest[1]) if rest[1:] else 1)
        if command == "reload":
            return trainer.reload(int(rest[0]), args.folder / "saved")
        return getattr(trainer, command)(*map(int, rest))

    for line in sys.stdin:
        say(done(*line.split()))


main()

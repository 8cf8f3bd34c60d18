"""Ten optimiser steps of the models of models.py, by PyTorch's AdamW and Hugging Face's Adafactor.

Run like models.py, after it; writes optimizers.json beside itself.
"""

import json

from models import HERE, MODELS, array, batch, loss_of, randomised  # first: it mends the import path

import torch
from transformers import get_linear_schedule_with_warmup
from transformers.optimization import Adafactor

STEPS, WARMUP, CLIP = 10, 3, 1.0


def adamw(model, lr):
    """Decay on matrices only, as usual: biases and LayerNorm are left out."""
    parameters = list(model.parameters())
    groups = [
        dict(params=[p for p in parameters if p.ndim >= 2], weight_decay=0.1),
        dict(params=[p for p in parameters if p.ndim < 2], weight_decay=0.0),
    ]
    return torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.99), eps=1e-6)


def adafactor(model, lr):
    return Adafactor(model.parameters(), lr=lr, scale_parameter=False, relative_step=False)


ADAMW = dict(name="adamw", beta2=0.99, eps=1e-6, weight_decay=0.1)
ADAFACTOR = dict(name="adafactor")
CASES = [
    ("gpt2", adamw, ADAMW, 3e-3),
    ("neox", adamw, ADAMW, 3e-3),
    ("neox-sequential", adamw, ADAMW, 3e-3),
    ("neox-sequential", adafactor, ADAFACTOR, 3e-3),
    ("gpt2", adafactor, ADAFACTOR, 3e-4),
]


def run(name, make_optimizer, config, peak):
    index = list(MODELS).index(name)
    model = randomised(MODELS[name][0], index)
    optimizer = make_optimizer(model, peak)
    schedule = get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    tokens, labels = batch(index)
    rates, losses, norms = [], [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss, _ = loss_of(model, tokens, labels)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        rates.append(schedule.get_last_lr()[0])
        losses.append(loss.item())
        optimizer.step()
        schedule.step()
    return {
        "model": name,
        "optimizer": {**config, "clip_norm": CLIP},
        "lr": peak,
        "warmup_steps": WARMUP,
        "rates": rates,
        "losses": losses,
        "grad_norms": norms,
        "weights": {key: array(value) for key, value in model.named_parameters()},
    }


if __name__ == "__main__":
    cases = [run(*case) for case in CASES]
    (HERE / "optimizers.json").write_text(json.dumps({"torch": torch.__version__, "cases": cases}) + "\n")

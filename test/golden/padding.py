"""Three steps of the tiny models of pretrained.py on texts whose padding counts in the loss, as the authors' code has
it: a text is filled up, its padding is masked in attention and left in the labels. By transformers' own losses.

Run like models.py, after pretrained.py; writes padding.json beside itself.
"""

import json
import sys

from optimizers import CLIP, adamw  # first: it mends the import path
from models import HERE, randomised

sys.path.append(str(HERE))  # last: statistics.py and tokenizers.py here are not the packages
from pretrained import BATCH, MODELS, VOCAB, inputs_of

import torch

STEPS, LR, PAD, BLOCK, LABELS = 3, 3e-3, 0, 12, 5
TEXTS, ANSWERS = [4, 12, 7], [3, 5, 1]  # tokens of each
# Where a window of three lies in padding alone, what is seen is nobody's intention: the authors' is far longer.
WINDOWED = [10, 12, 11]


def texts_of(lengths, seed):
    random = torch.Generator().manual_seed(200 + seed)
    return [torch.randint(1, VOCAB, (length,), generator=random) for length in lengths]


def filled(texts, size):
    rows = [torch.cat([text, torch.full((size - len(text),), PAD)]) for text in texts]
    return torch.stack(rows)


def lengths_of(name, inputs):
    return ANSWERS if inputs else WINDOWED if name == "gpt-neo" else TEXTS


def batch_of(texts, inputs):
    if inputs:
        return dict(**inputs, labels=filled(texts, LABELS))
    mask = torch.arange(BLOCK) < torch.tensor([len(text) for text in texts])[:, None]
    tokens = filled(texts, BLOCK)
    return dict(input_ids=tokens, attention_mask=mask.long(), labels=tokens)


def train(model, batch):
    optimizer = adamw(model, LR)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = model(**batch).loss
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        losses.append(loss.item())
        optimizer.step()
    return dict(losses=losses, grad_norms=norms)


def main():
    golden = dict(lr=LR, pad=PAD, block_size=BLOCK, label_block_size=LABELS, models={})
    assert BATCH == len(TEXTS) == len(ANSWERS)
    for seed, name in enumerate(MODELS):
        model = randomised(MODELS[name], seed)
        inputs = inputs_of(model, seed)
        texts = texts_of(lengths_of(name, inputs), seed)
        run = train(model, batch_of(texts, inputs))
        golden["models"][name] = dict(texts=[text.tolist() for text in texts], **run)
    (HERE / "padding.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()

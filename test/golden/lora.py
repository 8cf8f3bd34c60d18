"""Five steps of the tiny models of pretrained.py with low-rank matrices beside their linear layers, by PEFT, and with
embeddings and the first block left as they are, by PyTorch.

Run like models.py, after pretrained.py; writes lora.json beside itself.
"""

import json
import sys

from optimizers import CLIP, adamw  # first: it mends the import path
from models import HERE, array, randomised

sys.path.append(str(HERE))  # last: statistics.py and tokenizers.py here are not the packages
from pretrained import BATCH, LENGTH, MODELS, VOCAB, loss_of

import peft
import torch

STEPS, LR, RANK, ALPHA = 5, 3e-3, 3, 6
LINEAR = {
    "llama": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    "llama-scaled": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    "gpt2": ["c_attn", "c_proj", "c_fc"],
    "gpt-neox": ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"],
    "gpt-neo": ["q_proj", "k_proj", "v_proj", "out_proj", "c_fc", "c_proj"],
    "gpt-j": ["q_proj", "k_proj", "v_proj", "out_proj", "fc_in", "fc_out"],
}


def train(model, tokens):
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = adamw(type("Trained", (), {"parameters": lambda self: trained})(), LR)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss, _ = loss_of(model, tokens)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(trained, CLIP).item())
        losses.append(loss.item())
        optimizer.step()
    return dict(losses=losses, grad_norms=norms)


def adapters(model):
    return {name: array(value) for name, value in peft.get_peft_model_state_dict(model).items()}


def lora(name, seed, tokens):
    config = peft.LoraConfig(
        r=RANK, lora_alpha=ALPHA, target_modules=LINEAR[name], fan_in_fan_out=name == "gpt2", task_type="CAUSAL_LM"
    )
    model = peft.get_peft_model(randomised(MODELS[name], seed), config)
    random = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = 0.3 * torch.randn(parameter.shape, generator=random)
    before = adapters(model)
    return dict(before=before, **train(model, tokens), after=adapters(model))


def frozen(name, seed, tokens):
    model = randomised(MODELS[name], seed)
    base = model.base_model
    blocks = base.h if hasattr(base, "h") else base.layers
    still = [model.get_input_embeddings(), blocks[0], *([base.wpe] if hasattr(base, "wpe") else [])]
    for module in still:
        module.requires_grad_(False)
    return train(model, tokens)


def main():
    golden = {"peft": peft.__version__, "lr": LR, "rank": RANK, "alpha": ALPHA, "models": {}}
    for seed, name in enumerate(MODELS):
        if name not in LINEAR:
            continue
        tokens = torch.randint(VOCAB, (BATCH, LENGTH), generator=torch.Generator().manual_seed(seed))
        golden["models"][name] = dict(lora=lora(name, seed, tokens), frozen=frozen(name, seed, tokens))
    (HERE / "lora.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()

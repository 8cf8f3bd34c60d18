"""Five steps of the tiny models of pretrained.py with low-rank matrices beside their linear layers, by PEFT, and with
embeddings and the first block left as they are, by PyTorch.

Run like models.py, after pretrained.py; writes lora.json beside itself.
"""

import json
import sys

from optimizers import CLIP, adamw  # first: it mends the import path
from models import HERE, array, randomised

sys.path.append(str(HERE))  # last: statistics.py and tokenizers.py here are not the packages
from pretrained import BATCH, LENGTH, MODELS, VOCAB, inputs_of, loss_of

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
    "t5": ["q", "k", "v", "o", "wi", "wo"],
}


def train(model, tokens, inputs):
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = adamw(type("Trained", (), {"parameters": lambda self: trained})(), LR)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss, _ = loss_of(model, tokens, inputs)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(trained, CLIP).item())
        losses.append(loss.item())
        optimizer.step()
    return dict(losses=losses, grad_norms=norms)


def adapters(model):
    return {name: array(value) for name, value in peft.get_peft_model_state_dict(model).items()}


def lora(name, seed, tokens, inputs):
    kind = dict(fan_in_fan_out=name == "gpt2", task_type="SEQ_2_SEQ_LM" if inputs else "CAUSAL_LM")
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=LINEAR[name], **kind)
    model = peft.get_peft_model(randomised(MODELS[name], seed), config)
    random = torch.Generator().manual_seed(seed)
    # Scores of T5 are not scaled: with larger ones attention saturates, and AdamW turns rounding into steps.
    std = 0.1 if inputs else 0.3
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = std * torch.randn(parameter.shape, generator=random)
    before = adapters(model)
    return dict(before=before, **train(model, tokens, inputs), after=adapters(model))


def frozen(name, seed, tokens, inputs):
    model = randomised(MODELS[name], seed)
    stacks = [model.encoder, model.decoder] if inputs else [model.base_model]
    blocks = [next(getattr(stack, name) for name in ("h", "layers", "block") if hasattr(stack, name)) for stack in stacks]
    still = [model.get_input_embeddings(), *(each[0] for each in blocks)]
    still += [stack.wpe for stack in stacks if hasattr(stack, "wpe")]
    for module in still:
        module.requires_grad_(False)
    return train(model, tokens, inputs)


def main():
    golden = {"peft": peft.__version__, "lr": LR, "rank": RANK, "alpha": ALPHA, "models": {}}
    for seed, name in enumerate(MODELS):
        if name not in LINEAR:
            continue
        tokens = torch.randint(VOCAB, (BATCH, LENGTH), generator=torch.Generator().manual_seed(seed))
        inputs = inputs_of(MODELS[name](), seed)
        if inputs:
            tokens[:, 0] = MODELS[name]().config.decoder_start_token_id
        given = (name, seed, tokens, inputs)
        golden["models"][name] = dict(lora=lora(*given), frozen=frozen(*given))
    (HERE / "lora.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()

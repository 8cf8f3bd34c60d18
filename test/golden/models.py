"""Logits, loss and gradients of tiny GPT-2 and GPT-NeoX models, by PyTorch and Hugging Face.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install torch==2.13.0 transformers
    /tmp/golden/bin/python test/golden/models.py

Writes models-*.json beside itself. Arrays are {shape, data}: little-endian float32 in base64.
"""

import base64
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path = [path for path in sys.path if path != str(HERE)]  # statistics.py here is not Python's

import torch
from transformers import GPT2Config, GPT2LMHeadModel, GPTNeoXConfig, GPTNeoXForCausalLM

VOCAB, CONTEXT, WIDTH, LAYERS, HEADS, BATCH, LENGTH = 17, 6, 16, 2, 2, 3, 5


def array(tensor):
    data = tensor.detach().to(torch.float32).contiguous().numpy().tobytes()
    return {"shape": list(tensor.shape), "data": base64.b64encode(data).decode()}


def gpt2():
    sizes = dict(vocab_size=VOCAB, n_positions=CONTEXT, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS)
    dropout = dict(resid_pdrop=0, embd_pdrop=0, attn_pdrop=0)
    return GPT2LMHeadModel(GPT2Config(**sizes, **dropout, attn_implementation="eager"))


def neox(rotary_fraction, parallel_residual, tied):
    return GPTNeoXForCausalLM(
        GPTNeoXConfig(
            vocab_size=VOCAB,
            max_position_embeddings=CONTEXT,
            hidden_size=WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=4 * WIDTH,
            rope_parameters=dict(
                rope_type="default", rope_theta=10000.0, partial_rotary_factor=rotary_fraction
            ),
            rotary_pct=rotary_fraction,
            use_parallel_residual=parallel_residual,
            tie_word_embeddings=tied,
            hidden_act="gelu",
            attn_implementation="eager",
        )
    )


MODELS = {
    "gpt2": (gpt2, dict(architecture="gpt2")),
    "neox": (lambda: neox(0.25, True, False), dict(architecture="gpt-neox")),
    "neox-sequential": (
        lambda: neox(1.0, False, True),
        dict(architecture="gpt-neox", rotary_fraction=1, parallel_residual=False, tied_head=True),
    ),
}


def randomised(make, seed):
    """A model with weights large enough that nothing is nearly linear, and biases and norms not trivial."""
    torch.manual_seed(seed)
    model = make().float().train()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn_like(parameter)
            is_norm = parameter.ndim == 1 and name.endswith("weight")
            parameter.copy_(1 + 0.2 * noise if is_norm else 0.3 * noise)
    return model


def batch(seed):
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.randint(VOCAB, (BATCH, LENGTH), generator=generator),
        torch.randint(VOCAB, (BATCH, LENGTH), generator=generator),
    )


def loss_of(model, tokens, labels):
    logits = model(tokens).logits
    return torch.nn.functional.cross_entropy(logits.reshape(-1, VOCAB), labels.reshape(-1)), logits


def main():
    for index, (name, (make, config)) in enumerate(MODELS.items()):
        model = randomised(make, index)
        tokens, labels = batch(index)
        loss, logits = loss_of(model, tokens, labels)
        loss.backward()
        parameters = dict(model.named_parameters())
        golden = {
            "torch": torch.__version__,
            "config": dict(d_model=WIDTH, n_layers=LAYERS, n_heads=HEADS, **config),
            "vocab_size": VOCAB,
            "n_ctx": CONTEXT,
            "tokens": tokens.tolist(),
            "labels": labels.tolist(),
            "logits": array(logits),
            "loss": loss.item(),
            "weights": {key: array(value) for key, value in parameters.items()},
            "gradients": {key: array(value.grad) for key, value in parameters.items()},
        }
        (HERE / f"models-{name}.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()

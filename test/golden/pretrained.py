"""Tiny random models of each pre-trained architecture, by transformers: config.json, weights as they are saved, logits,
gradients, ten steps of AdamW and Adafactor, greedy answers.

Run like models.py; writes pretrained-*.json beside itself.
"""

import json
import tempfile

from optimizers import ADAFACTOR, ADAMW, CLIP, adafactor, adamw  # first: it mends the import path
from models import HERE, array, randomised

import torch
from safetensors.torch import load_file
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    GPTJConfig,
    GPTJForCausalLM,
    GPTNeoConfig,
    GPTNeoForCausalLM,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
)

VOCAB, WIDTH, LENGTH, BATCH, STEPS, NEW = 19, 16, 9, 3, 10, 6
EAGER = dict(attn_implementation="eager", vocab_size=VOCAB, bos_token_id=None, eos_token_id=None)
LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=5000.0,
    factor=4.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=8,
)


def llama(**more):
    sizes = dict(hidden_size=WIDTH, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4)
    return LlamaForCausalLM(LlamaConfig(**{**sizes, "max_position_embeddings": 32, **more}, **EAGER))


def gpt2():
    sizes = dict(n_positions=32, n_embd=WIDTH, n_layer=2, n_head=2)
    return GPT2LMHeadModel(GPT2Config(**sizes, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, **EAGER))


def neox():
    sizes = dict(hidden_size=WIDTH, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2)
    rope = dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5)
    return GPTNeoXForCausalLM(GPTNeoXConfig(**sizes, max_position_embeddings=32, rope_parameters=rope, **EAGER))


def neo():
    sizes = dict(hidden_size=WIDTH, intermediate_size=24, num_layers=2, num_heads=2, max_position_embeddings=32)
    local = dict(attention_types=[[["global", "local"], 1]], window_size=3)
    still = dict(resid_dropout=0, embed_dropout=0, attention_dropout=0)
    return GPTNeoForCausalLM(GPTNeoConfig(**sizes, **local, **still, **EAGER))


def gptj():
    sizes = dict(n_embd=WIDTH, n_layer=2, n_head=2, n_positions=32, rotary_dim=4, n_inner=24)
    return GPTJForCausalLM(GPTJConfig(**sizes, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, **EAGER))


MODELS = {
    "llama": lambda: llama(num_key_value_heads=2, tie_word_embeddings=False),
    "llama-scaled": lambda: llama(
        num_key_value_heads=1, head_dim=6, tie_word_embeddings=True, attention_bias=True, rope_parameters=LLAMA3
    ),
    "gpt2": gpt2,
    "gpt-neox": neox,
    "gpt-neo": neo,
    "gpt-j": gptj,
}


def saved(model):
    """The folder's config and weights, and for each weight the parameter that it is."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        weights = load_file(f"{folder}/model.safetensors")
        config = json.loads(open(f"{folder}/config.json").read())
    parameters = dict(model.named_parameters())
    same = lambda tensor: next(p for p in parameters.values() if p.shape == tensor.shape and torch.equal(p, tensor))
    return config, weights, {name: same(tensor) for name, tensor in weights.items()}


def loss_of(model, tokens):
    logits = model(tokens).logits
    return torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, VOCAB), tokens[:, 1:].reshape(-1)), logits


def steps(make, seed, tokens, make_optimizer, lr):
    model = randomised(make, seed)
    optimizer = make_optimizer(model, lr)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss, _ = loss_of(model, tokens)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        losses.append(loss.item())
        optimizer.step()
    return dict(lr=lr, losses=losses, grad_norms=norms)


def greedy(model, prompts):
    """Token by token, the whole text anew each time."""
    answers = []
    for prompt in prompts:
        tokens = prompt[None]
        for _ in range(NEW):
            with torch.no_grad():
                tokens = torch.cat([tokens, model(tokens).logits[:, -1:].argmax(-1)], 1)
        answers.append(tokens[0, len(prompt) :].tolist())
    return answers


def main():
    for seed, (name, make) in enumerate(MODELS.items()):
        model = randomised(make, seed)
        tokens = torch.randint(VOCAB, (BATCH, LENGTH), generator=torch.Generator().manual_seed(seed))
        config, weights, parameters = saved(model)
        loss, logits = loss_of(model, tokens)
        loss.backward()
        prompts = [tokens[0, :4], tokens[1, :6], tokens[2, :5]]
        golden = {
            "torch": torch.__version__,
            "config": config,
            "weights": {key: array(value) for key, value in weights.items()},
            "gradients": {key: array(value.grad) for key, value in parameters.items()},
            "tokens": tokens.tolist(),
            "logits": array(logits),
            "loss": loss.item(),
            "adamw": {"optimizer": {**ADAMW, "clip_norm": CLIP}, **steps(make, seed, tokens, adamw, 1e-3)},
            "adafactor": {
                "optimizer": {**ADAFACTOR, "clip_norm": CLIP},
                **steps(make, seed, tokens, adafactor, 3e-4),
            },
            "prompts": [prompt.tolist() for prompt in prompts],
            "answers": greedy(model, prompts),
        }
        (HERE / f"pretrained-{name}.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()

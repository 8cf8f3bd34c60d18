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
    T5Config,
    T5ForConditionalGeneration,
)

VOCAB, WIDTH, LENGTH, BATCH, STEPS, NEW = 19, 16, 9, 3, 10, 6
INPUTS = [11, 4, 7]  # tokens of each input
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


def t5(own_head, **more):
    sizes = dict(d_model=WIDTH, d_kv=6, d_ff=24, num_layers=2, num_heads=3, dropout_rate=0)
    near = dict(relative_attention_num_buckets=8, relative_attention_max_distance=7)
    start = dict(decoder_start_token_id=0, tie_word_embeddings=not own_head)
    model = T5ForConditionalGeneration(T5Config(**{**sizes, **near, **start, **more}, **EAGER))
    if own_head:  # v1.1; this transformers ties the head unless it is another one
        model.lm_head.weight = torch.nn.Parameter(torch.zeros(VOCAB, WIDTH))
    return model


MODELS = {
    "llama": lambda: llama(num_key_value_heads=2, tie_word_embeddings=False),
    "llama-scaled": lambda: llama(
        num_key_value_heads=1, head_dim=6, tie_word_embeddings=True, attention_bias=True, rope_parameters=LLAMA3
    ),
    "gpt2": gpt2,
    "gpt-neox": neox,
    "gpt-neo": neo,
    "gpt-j": gptj,
    "t5": lambda: t5(own_head=False),
    "t5-v1.1": lambda: t5(own_head=True, num_decoder_layers=1, feed_forward_proj="gated-gelu"),
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


def inputs_of(model, seed):
    """What an encoder reads, padded, and the tokens of each; nothing without one."""
    if not model.config.is_encoder_decoder:
        return {}
    tokens = torch.randint(VOCAB, (BATCH, max(INPUTS)), generator=torch.Generator().manual_seed(100 + seed))
    return dict(input_ids=tokens, attention_mask=(torch.arange(max(INPUTS)) < torch.tensor(INPUTS)[:, None]).long())


def logits_of(model, tokens, inputs):
    return model(**inputs, **{"decoder_input_ids" if inputs else "input_ids": tokens}).logits


def loss_of(model, tokens, inputs):
    logits = logits_of(model, tokens, inputs)
    return torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, VOCAB), tokens[:, 1:].reshape(-1)), logits


def steps(make, seed, tokens, inputs, make_optimizer, lr):
    model = randomised(make, seed)
    optimizer = make_optimizer(model, lr)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss, _ = loss_of(model, tokens, inputs)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP).item())
        losses.append(loss.item())
        optimizer.step()
    return dict(lr=lr, losses=losses, grad_norms=norms)


def greedy(model, prompts, inputs):
    """Token by token, the whole text anew each time."""
    answers = []
    for i, prompt in enumerate(prompts):
        tokens = prompt[None]
        own = {name: value[i : i + 1] for name, value in inputs.items()}
        for _ in range(NEW):
            with torch.no_grad():
                tokens = torch.cat([tokens, logits_of(model, tokens, own)[:, -1:].argmax(-1)], 1)
        answers.append(tokens[0, len(prompt) :].tolist())
    return answers


def main():
    for seed, (name, make) in enumerate(MODELS.items()):
        model = randomised(make, seed)
        tokens = torch.randint(VOCAB, (BATCH, LENGTH), generator=torch.Generator().manual_seed(seed))
        config, weights, parameters = saved(model)
        inputs = inputs_of(model, seed)
        if inputs:
            tokens[:, 0] = model.config.decoder_start_token_id
        loss, logits = loss_of(model, tokens, inputs)
        loss.backward()
        lengths = [1, 1, 1] if inputs else [4, 6, 5]
        prompts = [row[:length] for row, length in zip(tokens, lengths)]
        golden = {
            "torch": torch.__version__,
            "config": config,
            "weights": {key: array(value) for key, value in weights.items()},
            "gradients": {key: array(value.grad) for key, value in parameters.items()},
            "tokens": tokens.tolist(),
            **({"inputs": inputs["input_ids"].tolist(), "input_lengths": INPUTS} if inputs else {}),
            "logits": array(logits),
            "loss": loss.item(),
            "adamw": {"optimizer": {**ADAMW, "clip_norm": CLIP}, **steps(make, seed, tokens, inputs, adamw, 1e-3)},
            "adafactor": {
                "optimizer": {**ADAFACTOR, "clip_norm": CLIP},
                **steps(make, seed, tokens, inputs, adafactor, 3e-4),
            },
            "prompts": [prompt.tolist() for prompt in prompts],
            "answers": greedy(model, prompts, inputs),
        }
        (HERE / f"pretrained-{name}.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()

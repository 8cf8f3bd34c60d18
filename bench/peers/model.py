"""GPT-2 and GPT-NeoX in plain PyTorch, as people write them, for comparison with Credence's engines."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, m):
        super().__init__()
        width = m["d_model"]
        self.m = m
        self.ln_attention = nn.LayerNorm(width, eps=m["layer_norm_eps"])
        self.ln_mlp = nn.LayerNorm(width, eps=m["layer_norm_eps"])
        self.attention = nn.ModuleDict({"qkv": nn.Linear(width, 3 * width), "out": nn.Linear(width, width)})
        self.mlp = nn.ModuleDict({"in": nn.Linear(width, m["d_mlp"]), "out": nn.Linear(m["d_mlp"], width)})
        if m["rotary_dims"]:
            pairs = m["rotary_dims"] // 2
            angles = torch.outer(torch.arange(m["n_ctx"]), 10_000 ** (-torch.arange(pairs) / pairs))
            self.register_buffer("cos", torch.cat([angles.cos(), angles.cos()], -1), persistent=False)
            self.register_buffer("sin", torch.cat([angles.sin(), angles.sin()], -1), persistent=False)

    def rotate(self, x):
        """Rotary positions on the leading dimensions of each head; x (B, H, T, d_head)."""
        dims = self.m["rotary_dims"]
        turned, rest = x[..., :dims], x[..., dims:]
        first, second = turned.chunk(2, -1)
        length = x.shape[2]
        other = torch.cat([-second, first], -1)
        return torch.cat([turned * self.cos[:length] + other * self.sin[:length], rest], -1)

    def attend(self, x):
        batch, length, width = x.shape
        qkv = self.attention["qkv"](x).view(batch, length, 3, self.m["n_heads"], self.m["d_head"])
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        if self.m["rotary_dims"]:
            q, k = self.rotate(q), self.rotate(k)
        if hasattr(F, "scaled_dot_product_attention"):
            context = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            later = torch.ones(length, length, dtype=torch.bool).triu(1)
            scores = (q @ k.transpose(-1, -2) / math.sqrt(self.m["d_head"])).masked_fill(later, -math.inf)
            context = scores.softmax(-1) @ v
        return self.attention["out"](context.transpose(1, 2).reshape(batch, length, width))

    def feed_forward(self, x):
        tanh = "tanh" if self.m["activation"] == "gelu_new" else "none"
        return self.mlp["out"](F.gelu(self.mlp["in"](x), approximate=tanh))

    def forward(self, x):
        if self.m["parallel_residual"]:
            return x + self.attend(self.ln_attention(x)) + self.feed_forward(self.ln_mlp(x))
        x = x + self.attend(self.ln_attention(x))
        return x + self.feed_forward(self.ln_mlp(x))


class Model(nn.Module):
    """Takes the fields of Credence's resolved model; weights have Credence's names, linear ones (out, in)."""

    def __init__(self, m):
        super().__init__()
        self.m = m
        self.embedding = nn.Embedding(m["vocab_size"], m["d_model"])
        if m["learned_positions"]:
            self.positions = nn.Embedding(m["n_ctx"], m["d_model"])
        self.layers = nn.ModuleList([Block(m) for _ in range(m["n_layers"])])
        self.ln_final = nn.LayerNorm(m["d_model"], eps=m["layer_norm_eps"])
        self.head = nn.Linear(m["d_model"], m["vocab_size"], bias=False)
        if m["tied_head"]:
            self.head.weight = self.embedding.weight
        self.apply(self.initialize)

    def initialize(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=self.m["init_std"])
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, tokens, positions=None):
        """Logits (B, T, V), or (P, V) at given indices into the flattened B*T."""
        x = self.embedding(tokens)
        if self.m["learned_positions"]:
            x = x + self.positions.weight[: tokens.shape[1]]
        for layer in self.layers:
            x = layer(x)
        if positions is not None:
            x = x.flatten(0, 1)[positions]
        return self.head(self.ln_final(x))


def load(model, layout, values):
    """Copies a flat vector in Credence's layout, where linear weights are (in, out)."""
    with torch.no_grad():
        parameters = dict(model.named_parameters())
        for entry in layout:
            value = values[entry["offset"] : entry["offset"] + entry["size"]].view(entry["shape"])
            linear = entry["name"].startswith("layers.") and value.dim() == 2
            parameters[entry["name"]].copy_(value.T if linear else value)

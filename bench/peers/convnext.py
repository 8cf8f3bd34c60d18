"""ConvNeXt V2 in plain PyTorch, as its authors write it, for comparison with Credence's engines."""
import torch
from torch import nn
from torch.nn import functional as F


class ResponseNorm(nn.Module):
    """Global response normalisation; x (B, H, W, C)."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        norms = torch.norm(x, p=2, dim=(1, 2), keepdim=True)
        return self.weight * (x * (norms / (norms.mean(-1, keepdim=True) + 1e-6))) + self.bias + x


class Block(nn.Module):
    def __init__(self, width, m):
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, m["kernel_size"], padding=m["kernel_size"] // 2, groups=width)
        self.layernorm = nn.LayerNorm(width, eps=m["layer_norm_eps"])
        self.pwconv1 = nn.Linear(width, m["mlp_ratio"] * width)
        self.grn = ResponseNorm(m["mlp_ratio"] * width)
        self.pwconv2 = nn.Linear(m["mlp_ratio"] * width, width)

    def forward(self, x):
        y = self.layernorm(self.dwconv(x).permute(0, 2, 3, 1))
        y = self.pwconv2(self.grn(F.gelu(self.pwconv1(y))))
        return x + y.permute(0, 3, 1, 2)


class Stage(nn.Module):
    def __init__(self, before, width, depth, m):
        super().__init__()
        if before is not None:
            norm = nn.LayerNorm(before, eps=m["layer_norm_eps"])
            self.downsampling_layer = nn.ModuleList([norm, nn.Conv2d(before, width, 2, stride=2)])
        self.layers = nn.ModuleList([Block(width, m) for _ in range(depth)])

    def forward(self, x):
        if hasattr(self, "downsampling_layer"):
            norm, convolution = self.downsampling_layer
            x = convolution(norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2))
        for layer in self.layers:
            x = layer(x)
        return x


class Model(nn.Module):
    """Takes the fields of Credence's resolved model; weights have Credence's names. Activations lie channels last,
    which is the faster of PyTorch's two layouts here."""

    def __init__(self, m):
        super().__init__()
        sizes, patch = m["hidden_sizes"], m["patch_size"]
        embed = nn.Conv2d(m["channels"], sizes[0], patch, stride=patch)
        norm = nn.LayerNorm(sizes[0], eps=m["layer_norm_eps"])
        self.embeddings = nn.ModuleDict({"patch_embeddings": embed, "layernorm": norm})
        pairs = zip([None, *sizes], sizes, m["depths"])
        stages = [Stage(before, width, depth, m) for before, width, depth in pairs]
        self.encoder = nn.ModuleDict({"stages": nn.ModuleList(stages)})
        self.layernorm = nn.LayerNorm(sizes[-1], eps=m["layer_norm_eps"])
        self.classifier = nn.Linear(sizes[-1], m["outputs"] * m["classes"])
        self.classes = m["classes"]
        self.to(memory_format=torch.channels_last)

    def forward(self, images):
        """Logits (B * outputs, classes) of images (B, H, W, C)."""
        x = self.embeddings["patch_embeddings"](images.permute(0, 3, 1, 2))
        x = self.embeddings["layernorm"](x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        for stage in self.encoder["stages"]:
            x = stage(x)
        return self.classifier(self.layernorm(x.mean((2, 3)))).view(-1, self.classes)


def load(model, layout, values):
    """Copies a flat vector in Credence's layout: filters (H, W, in, out) or (H, W, C), linear weights (in, out)."""
    with torch.no_grad():
        parameters = dict(model.named_parameters())
        for entry in layout:
            value = values[entry["offset"] : entry["offset"] + entry["size"]].view(entry["shape"])
            if value.dim() == 3:
                value = value.unsqueeze(2)
            places = range(value.dim() - 2)
            if value.dim() > 1:
                value = value.permute(-1, -2, *places)
            parameters[entry["name"]].copy_(value)

"""Writes networks.json: PyTorch's numbers for single layers, on inputs and parameters given by formula.

Run with PyTorch 2.13 installed: python make_networks.py > networks.json

Number k of the input is sin(0.7 k + 1), number k of all that is learned, in the order and layout of Weir, 0.4 sin(0.9 k + 0.5),
and the gradient of the loss to number k of the output is cos(0.3 k).
"""
import json
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(count, scale, step, shift):
    return scale * torch.sin(torch.arange(count) * step + shift)


def case(module, shape, parameters, forward, tokens=None, train=True, rows=3):
    """`parameters`: (tensor, its shape in Weir, the permutation from there to PyTorch's layout)."""
    module.train(train)
    at = 0
    with torch.no_grad():
        for tensor, ours, order in parameters:
            values = wave(tensor.numel(), 0.4, 0.9, 0.5 + 0.9 * at).reshape(ours)
            tensor.copy_(values.permute(order) if order else values)
            at += tensor.numel()
    count = rows
    for side in shape:
        count *= side
    x = (torch.arange(count) * 7 % 11 % tokens).reshape(rows, *shape) if tokens else wave(count, 1, 0.7, 1).reshape(rows, *shape)
    if not tokens:
        x.requires_grad_(True)
    y = forward(module, x)
    y.backward(torch.cos(torch.arange(y.numel()) * 0.3).reshape(y.shape))
    gradients = []
    for tensor, _, order in parameters:
        g = tensor.grad
        if order:
            back = [order.index(i) for i in range(len(order))]
            g = g.permute(back)
        gradients += g.reshape(-1).tolist()
    return {"output": y.reshape(-1).tolist(), "gradients": gradients, "input_gradient": [] if tokens else x.grad.reshape(-1).tolist()}


def images(f):
    return lambda m, x: f(m, x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def conv(inputs, outputs, kernel, **settings):
    m = nn.Conv2d(inputs, outputs, kernel, **settings)
    return m, [(m.weight, (*m.kernel_size, inputs, outputs), (3, 2, 0, 1)), (m.bias, (outputs,), None)]


def conv_transpose(inputs, outputs, kernel, **settings):
    m = nn.ConvTranspose2d(inputs, outputs, kernel, **settings)
    return m, [(m.weight, (*m.kernel_size, outputs, inputs), (3, 2, 0, 1)), (m.bias, (outputs,), None)]


def recurrent(kind, inputs, units):
    m = kind(inputs, units, batch_first=True)
    ps = [m.weight_ih_l0, m.weight_hh_l0, m.bias_ih_l0, m.bias_hh_l0]
    return m, [(p, tuple(p.shape), None) for p in ps]


def attention(width, heads):
    m = nn.MultiheadAttention(width, heads, batch_first=True)
    return m, [(p, tuple(p.shape), None) for p in (m.in_proj_weight, m.in_proj_bias, m.out_proj.weight, m.out_proj.bias)]


out = {"versions": f"torch {torch.__version__}"}
m, p = conv(2, 3, 3)
out["conv"] = case(m, (6, 5, 2), p, images(lambda m, x: m(x)))
m, p = conv(3, 20, (3, 2), stride=2, padding=1)
out["conv_stride"] = case(m, (7, 8, 3), p, images(lambda m, x: m(x)))
m, p = conv(2, 4, 5, padding="same")
out["conv_same"] = case(m, (6, 7, 2), p, images(lambda m, x: m(x)))
m, p = conv(2, 3, (3, 5), stride=(2, 1), padding=1)
out["conv_sides"] = case(m, (7, 9, 2), p, images(lambda m, x: m(x)))
m, p = conv(2, 4, (3, 2), stride=(1, 2), padding=2, dilation=(2, 3))
out["conv_dilated"] = case(m, (9, 8, 2), p, images(lambda m, x: m(x)))
m, p = conv(2, 3, 3, padding="same", dilation=2)
out["conv_dilated_same"] = case(m, (6, 7, 2), p, images(lambda m, x: m(x)))
out["max_pool_sides"] = case(nn.Identity(), (7, 8, 2), [], images(lambda m, x: F.max_pool2d(x, (2, 3), (1, 2))))
out["avg_pool_sides"] = case(nn.Identity(), (7, 8, 2), [], images(lambda m, x: F.avg_pool2d(x, (3, 2), (2, 1))))
out["global_avg_pool"] = case(nn.Identity(), (4, 3, 2), [], lambda m, x: x.mean((1, 2)))
out["max_pool"] = case(nn.Identity(), (7, 6, 2), [], images(lambda m, x: F.max_pool2d(x, 3, 2, 1)))
out["avg_pool"] = case(nn.Identity(), (7, 6, 2), [], images(lambda m, x: F.avg_pool2d(x, 3, 2, 1)))
for name, shape, factor, mode in (
    ("upsample", (3, 4, 2), 2, "nearest"), ("upsample_sides", (2, 3, 3), (3, 2), "nearest"),
    ("upsample_bilinear", (3, 4, 2), 2, "bilinear"), ("upsample_bilinear_sides", (2, 5, 3), (3, 2), "bilinear"),
    ("upsample_bilinear_line", (1, 4, 2), 4, "bilinear"),
):
    out[name] = case(nn.Upsample(scale_factor=factor, mode=mode), shape, [], images(lambda m, x: m(x)))
for name, shape, settings in (
    ("conv_transpose", (3, 4, 2), dict(outputs=3, kernel=3)),
    ("conv_transpose_stride", (4, 3, 3), dict(outputs=18, kernel=(3, 2), stride=2, padding=1, output_padding=1)),
    ("conv_transpose_doubling", (3, 4, 2), dict(outputs=3, kernel=4, stride=2, padding=1)),
    ("conv_transpose_sides", (3, 4, 2), dict(outputs=4, kernel=(2, 5), stride=(3, 1), padding=2, output_padding=(2, 0))),
    ("conv_transpose_gaps", (3, 2, 2), dict(outputs=2, kernel=2, stride=3, output_padding=1)),
    ("conv_transpose_dilated", (3, 4, 2), dict(outputs=3, kernel=(2, 3), stride=(2, 1), padding=1, dilation=(3, 2), output_padding=(2, 1))),
):
    m, p = conv_transpose(shape[-1], **settings)
    out[name] = case(m, shape, p, images(lambda m, x: m(x)))
for name, kind in (("rnn", nn.RNN), ("lstm", nn.LSTM), ("gru", nn.GRU)):
    m, p = recurrent(kind, 3, 4)
    out[f"{name}_sequences"] = case(m, (5, 3), p, lambda m, x: m(x)[0])
    m, p = recurrent(kind, 3, 4)
    out[f"{name}_last"] = case(m, (5, 3), p, lambda m, x: m(x)[0][:, -1])
m, p = attention(6, 2)
out["attention"] = case(m, (4, 6), p, lambda m, x: m(x, x, x, need_weights=False)[0])
m, p = attention(6, 3)
hidden = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
out["attention_causal"] = case(m, (5, 6), p, lambda m, x: m(x, x, x, attn_mask=hidden, need_weights=False)[0])


class Padded(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.a = nn.Embedding(5, 4, padding_idx=0), nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, tokens):
        x = self.e(tokens)
        return self.a(x, x, x, key_padding_mask=tokens == 0, need_weights=False)[0]


m = Padded()
p = [(m.e.weight, (5, 4), None)] + [
    (q, tuple(q.shape), None) for q in (m.a.in_proj_weight, m.a.in_proj_bias, m.a.out_proj.weight, m.a.out_proj.bias)]
out["attention_padded"] = case(m, (5,), p, lambda m, x: m(x), tokens=5)


class PaddedSteps(nn.Module):
    """Steps whose token is 0 leave the state as it is."""

    def __init__(self, kind):
        super().__init__()
        self.e, self.c = nn.Embedding(5, 3, padding_idx=0), kind(3, 4)

    def forward(self, tokens):
        x = self.e(tokens)
        state = [torch.zeros(len(tokens), 4) for _ in range(2 if isinstance(self.c, nn.LSTMCell) else 1)]
        for t in range(tokens.shape[1]):
            new = self.c(x[:, t], tuple(state) if len(state) == 2 else state[0])
            there = (tokens[:, t] != 0)[:, None]
            state = [torch.where(there, a, b) for a, b in zip(new if len(state) == 2 else [new], state)]
        return state[0]


for name, kind in (("rnn", nn.RNNCell), ("lstm", nn.LSTMCell), ("gru", nn.GRUCell)):
    m = PaddedSteps(kind)
    cell = [m.c.weight_ih, m.c.weight_hh, m.c.bias_ih, m.c.bias_hh]
    out[f"{name}_padded"] = case(m, (5,), [(q, tuple(q.shape), None) for q in [m.e.weight] + cell], lambda m, x: m(x), tokens=5)


def transformer(causal):
    m = nn.TransformerEncoderLayer(6, 2, 8, dropout=0, activation="gelu", norm_first=True, batch_first=True)
    a = m.self_attn
    ps = [m.norm1.weight, m.norm1.bias, a.in_proj_weight, a.in_proj_bias, a.out_proj.weight, a.out_proj.bias]
    ps += [m.norm2.weight, m.norm2.bias, m.linear1.weight, m.linear1.bias, m.linear2.weight, m.linear2.bias]
    hidden = torch.triu(torch.ones(4, 4, dtype=torch.bool), 1) if causal else None
    return case(m, (4, 6), [(p, tuple(p.shape), None) for p in ps], lambda m, x: m(x, src_mask=hidden))


out["transformer_block"], out["transformer_block_causal"] = transformer(False), transformer(True)
m = nn.LayerNorm(7)
out["layer_norm"] = case(m, (3, 7), [(m.weight, (7,), None), (m.bias, (7,), None)], lambda m, x: m(x))
m = nn.LayerNorm(7, eps=0.1)
out["layer_norm_epsilon"] = case(m, (3, 7), [(m.weight, (7,), None), (m.bias, (7,), None)], lambda m, x: m(x))


def batch_norm(m, shape, forward=lambda m, x: m(x)):
    size = (m.num_features,)
    made = case(m, shape, [(m.weight, size, None), (m.bias, size, None)], forward, rows=9)
    made["kept"] = m.running_mean.tolist() + m.running_var.tolist()
    x = wave(9 * torch.Size(shape).numel(), 1, 0.7, 1).reshape(9, *shape)
    made["evaluated"] = forward(m.eval(), x).reshape(-1).tolist()
    return made


out["batch_norm"] = batch_norm(nn.BatchNorm1d(4), (4,))
out["batch_norm_settings"] = batch_norm(nn.BatchNorm1d(4, momentum=0.3, eps=0.01), (4,))
out["batch_norm_images"] = batch_norm(nn.BatchNorm2d(2), (3, 2, 2), images(lambda m, x: m(x)))
m = nn.Embedding(6, 3)
out["embedding"] = case(m, (4,), [(m.weight, (6, 3), None)], lambda m, x: m(x), tokens=6)
for name, f in {"relu": F.relu, "leaky_relu": F.leaky_relu, "elu": F.elu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": F.gelu, "silu": F.silu}.items():
    out[name] = case(nn.Identity(), (6,), [], lambda m, x, f=f: f(x))
out["leaky_relu_alpha"] = case(nn.Identity(), (6,), [], lambda m, x: F.leaky_relu(x, 0.2))
out["elu_alpha"] = case(nn.Identity(), (6,), [], lambda m, x: F.elu(x, 0.5))
out["softmax"] = case(nn.Identity(), (6,), [], lambda m, x: F.softmax(x, -1))


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.13g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


json.dump(rounded(out), sys.stdout, separators=(",", ":"))
print()

"""Writes tensors.json: what NumPy 2 and PyTorch 2 give for operations on tensors, and PyTorch for their derivatives.

Operands are given by formula: element i of operand k is sin(0.7 i + k), scaled to `low .. high` where an operation needs that.
Run: python make_tensors.py > tensors.json
"""
import json, math
import numpy as np, torch

torch.set_default_dtype(torch.float64)


def operand(shape, k, low=-1.0, high=1.0):
    n = int(np.prod(shape)) if shape else 1
    x = np.array([math.sin(0.7 * i + k) for i in range(n)]).reshape(shape)
    return low + (x + 1) / 2 * (high - low)


def case(name, fn, shapes, low=-1.0, high=1.0, axes=None, keep=False):
    xs = [torch.tensor(operand(s, k, low, high), requires_grad=True) for k, s in enumerate(shapes)]
    y = fn(*xs)
    (y * y).sum().backward()
    return {"name": name, "shapes": shapes, "low": low, "high": high, "axes": axes, "keep": keep,
            "sizes": list(y.shape), "values": y.detach().numpy().ravel().tolist(),
            "gradients": [x.grad.numpy().ravel().tolist() for x in xs]}


T = torch
cases = [
    case("exp", T.exp, [[4, 5]], -3, 3), case("log", T.log, [[4, 5]], 0.1, 9), case("sqrt", T.sqrt, [[4, 5]], 0.1, 9),
    case("tanh", T.tanh, [[4, 5]], -3, 3), case("sigmoid", T.sigmoid, [[4, 5]], -5, 5), case("sin", T.sin, [[4, 5]], -9, 9),
    case("cos", T.cos, [[4, 5]], -9, 9), case("tan", T.tan, [[4, 5]]), case("atan", T.atan, [[4, 5]], -9, 9), case("log2", T.log2, [[4, 5]], 0.1, 9),
    case("log10", T.log10, [[4, 5]], 0.1, 9), case("log1p", T.log1p, [[4, 5]], -0.9, 9), case("expm1", T.expm1, [[4, 5]]),
    case("abs", T.abs, [[4, 5]]), case("relu", T.relu, [[4, 5]]), case("erf", T.erf, [[4, 5]], -2, 2), case("reciprocal", T.reciprocal, [[4, 5]], 0.5, 2),
    case("+", T.add, [[3, 4], [4]]), case("-", T.sub, [[3, 1], [1, 4]]), case("*", T.mul, [[2, 3, 4], [3, 1]]),
    case("/", T.div, [[3, 4], [3, 4]], 0.5, 2), case("^", T.pow, [[3, 4], [4]], 0.5, 2), case("%", T.remainder, [[3, 4], [3, 4]], 0.5, 2),
    case("maximum", T.maximum, [[3, 4], [4]]), case("minimum", T.minimum, [[3, 4], [4]]),
    case("sum", lambda x: x.sum(1), [[3, 4, 5]], axes=[1]), case("sum", lambda x: x.sum((0, 2), keepdim=True), [[3, 4, 5]], axes=[0, 2], keep=True),
    case("mean", lambda x: x.mean(0), [[3, 4, 5]], axes=[0]), case("mean", lambda x: x.mean(), [[3, 4]]),
    case("max", lambda x: x.amax(1), [[3, 4]], axes=[1]), case("min", lambda x: x.amin(), [[3, 4]]),
    case("softmax", lambda x: x.softmax(-1), [[2, 3, 4]], -4, 4, axes=[-1]), case("softmax", lambda x: x.softmax(0), [[3, 4]], axes=[0]),
    case("log_softmax", lambda x: x.log_softmax(1), [[2, 3, 4]], -4, 4, axes=[1]),
    case("@", T.matmul, [[3, 4], [4, 2]]), case("@", T.matmul, [[4], [4]]), case("@", T.matmul, [[4], [4, 2]]), case("@", T.matmul, [[2, 3, 4], [4]]),
    case("@", T.matmul, [[2, 1, 3, 4], [5, 4, 2]]), case("transpose", lambda x: x.T, [[3, 4]]),
]



def decomposition(name, shape, loss):
    """The derivative of a loss that does not depend on the signs of vectors, which are the library's to choose."""
    x = torch.tensor(operand(shape, 0) + 0.3 * operand(shape, 1) ** 2, requires_grad=True)
    weights = lambda t, k: (t * torch.tensor(operand(list(t.shape), k))).sum()
    value = loss(x, weights)
    value.backward()
    return {"name": name, "shape": shape, "value": value.item(), "gradient": x.grad.numpy().ravel().tolist()}


def svd_loss(x, w):
    u, s, vt = torch.linalg.svd(x, full_matrices=False)
    return w(s, 2) + w(u * u, 3) + w(vt * vt, 4)


def qr_loss(x, w):
    q, r = torch.linalg.qr(x)
    return w(q * q, 2) + w(r * r, 3)


def eigen_loss(x, w):
    values, vectors = torch.linalg.eigh((x + x.mT) / 2)
    return w(values, 2) + w(vectors * vectors, 3)


decompositions = (
    [decomposition("svd", s, svd_loss) for s in ([3, 3], [4, 3], [3, 5], [2, 3, 2])]
    + [decomposition("qr", s, qr_loss) for s in ([3, 3], [4, 3], [2, 3, 2])]
    + [decomposition("eigen", s, eigen_loss) for s in ([3, 3], [2, 3, 3])]
)

m = operand([5, 3], 0) + 0.3 * operand([5, 3], 1) ** 2
sym = operand([4, 4], 2); sym = sym + sym.T
kinds = {"bool": T.bool, "i64": T.int64, "f32": T.float32, "f64": T.float64}
names = {v: k for k, v in kinds.items()}
torch.set_default_dtype(torch.float32)
promotions = []
for a in kinds:
    for b in kinds:
        x, y, s = T.ones(2, dtype=kinds[a]), T.ones(2, dtype=kinds[b]), T.ones((), dtype=kinds[b])
        promotions.append([a, b, names[T.result_type(x, y)], names[T.result_type(x, s)], names[(x / y).dtype]])
numpy = {
    "singular_values": np.linalg.svd(m)[1].tolist(), "triangle": np.abs(np.linalg.qr(m)[1]).ravel().tolist(),
    "symmetric": np.linalg.eigvalsh(sym).tolist(),
    "broadcast": [[a, b, list(np.broadcast_shapes(tuple(a), tuple(b)))] for a, b in [([3], [3]), ([2, 1], [3]), ([4, 1, 3], [2, 1]), ([], [2]), ([0, 3], [1, 3])]],
    "slices": [[a, b, c, list(range(10))[slice(a, b, c)]] for a, b, c in [(1, 8, 3), (None, None, -1), (8, 1, -2), (-3, None, 1), (20, None, 1), (5, 2, 1), (-20, 3, 1), (3, -20, -1)]],
}
print(json.dumps({"versions": {"numpy": np.__version__, "torch": torch.__version__}, "cases": cases, "decompositions": decompositions, "numpy": numpy, "promotions": promotions}))

"""W8: tensor operations beside NumPy and PyTorch, in one run, 2 threads.

`python tensors.py [ROW]` runs the release build of weir-tensor-bench and the peers in turn, twice, and prints a table of the
best medians in milliseconds, with the ratio to the fastest peer that allocates its result. Peers in `[out=]` reuse a buffer.
"""
import json, os, pathlib, subprocess, sys, time

THREADS = os.environ.get("THREADS", "2")
ROOT = pathlib.Path(__file__).resolve().parent.parent
ONLY = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] != "--peer" else ""


def bench(fn):
    fn()
    t = time.perf_counter(); fn(); t = time.perf_counter() - t
    inner = max(1, int(0.1 / max(t, 1e-7)))
    times = []
    for _ in range(15):
        t = time.perf_counter()
        for _ in range(inner): fn()
        times.append((time.perf_counter() - t) / inner)
    return sorted(times)[7]


def peer(name, only):
    rows = []
    def report(row, fn, variant=""):
        if only in row: print(json.dumps({"row": row, "peer": name + variant, "median_s": bench(fn)}), flush=True)
    n = 10_000_000
    if name == "numpy":
        import numpy as np
        g = np.random.default_rng(0); R = lambda *s: g.random(s, dtype=np.float32)
        a, b, c, m, row = R(n), R(n), R(n), R(4096, 4096), R(4096)
        t1, t2, o = np.empty_like(a), np.empty_like(a), np.empty_like(m)
        def chain(): np.exp(c, out=t1); np.multiply(a, b, out=t2); np.add(t1, t2, out=t1)
        def softmax():
            e = m - m.max(1, keepdims=True); np.exp(e, out=e); e /= e.sum(1, keepdims=True)
        report("a*b+exp(c) 10M", lambda: a * b + np.exp(c)); report("a*b+exp(c) 10M", chain, "[out=]")
        report("a+b 10M", lambda: a + b); report("a+b 10M", lambda: np.add(a, b, out=t1), "[out=]")
        report("exp 10M", lambda: np.exp(c)); report("exp 10M", lambda: np.exp(c, out=t1), "[out=]")
        report("sum 10M", lambda: a.sum()); report("softmax 4096x4096 axis1", softmax)
        report("sum axis0 4096x4096", lambda: m.sum(0)); report("sum axis1 4096x4096", lambda: m.sum(1))
        report("transpose copy 4096x4096", lambda: m.T.copy())
        report("broadcast add 4096x4096 + row", lambda: m + row); report("broadcast add 4096x4096 + row", lambda: np.add(m, row, out=o), "[out=]")
        for k in (256, 1024, 2048): x, y = R(k, k), R(k, k); report(f"matmul {k} f32", lambda: x @ y)
        x, y = g.random((1024, 1024)), g.random((1024, 1024)); report("matmul 1024 f64", lambda: x @ y)
        x, y = R(8), R(8); report("small add (8 floats)", lambda: x + y)
    else:
        import torch
        torch.set_num_threads(int(THREADS)); R = lambda *s, d=torch.float32: torch.rand(s, dtype=d)
        a, b, c, m, row = R(n), R(n), R(n), R(4096, 4096), R(4096)
        t1, o = torch.empty_like(a), torch.empty_like(m)
        report("a*b+exp(c) 10M", lambda: a * b + torch.exp(c))
        report("a*b+exp(c) 10M", lambda: torch.addcmul(torch.exp(c, out=t1), a, b, out=t1), "[out=]")
        report("a+b 10M", lambda: a + b); report("a+b 10M", lambda: torch.add(a, b, out=t1), "[out=]")
        report("exp 10M", lambda: torch.exp(c)); report("exp 10M", lambda: torch.exp(c, out=t1), "[out=]")
        report("sum 10M", lambda: a.sum()); report("softmax 4096x4096 axis1", lambda: torch.softmax(m, 1))
        report("sum axis0 4096x4096", lambda: m.sum(0)); report("sum axis1 4096x4096", lambda: m.sum(1))
        report("transpose copy 4096x4096", lambda: m.t().contiguous())
        report("broadcast add 4096x4096 + row", lambda: m + row); report("broadcast add 4096x4096 + row", lambda: torch.add(m, row, out=o), "[out=]")
        for k in (256, 1024, 2048): x, y = R(k, k), R(k, k); report(f"matmul {k} f32", lambda: x @ y)
        x, y = R(1024, 1024, d=torch.float64), R(1024, 1024, d=torch.float64); report("matmul 1024 f64", lambda: x @ y)
        x, y = R(8), R(8); report("small add (8 floats)", lambda: x + y)


def main():
    best = {}
    weir = [str(ROOT / ".build/release/weir-tensor-bench"), THREADS] + ([ONLY] if ONLY else [])
    env = dict(os.environ, OMP_NUM_THREADS=THREADS, OPENBLAS_NUM_THREADS=THREADS)
    for _ in range(2):
        for command in (weir, [sys.executable, __file__, "--peer", "torch", ONLY], [sys.executable, __file__, "--peer", "numpy", ONLY]):
            for line in subprocess.run(command, capture_output=True, text=True, env=env).stdout.splitlines():
                r = json.loads(line); key = (r["row"], r["peer"])
                best[key] = min(best.get(key, 1e9), r["median_s"])
    for row in dict.fromkeys(r for r, _ in best):
        own = best.get((row, "weir"), float("nan"))
        peers = {p: t for (r, p), t in best.items() if r == row and p != "weir"}
        rival = min((t for p, t in peers.items() if "out" not in p), default=float("nan"))
        rest = "  ".join(f"{p} {t * 1e3:.4g}" for p, t in sorted(peers.items()))
        print(f"{row:32} weir {own * 1e3:8.4g} ms  {rival / own:5.2f}x  {rest}")


if len(sys.argv) > 1 and sys.argv[1] == "--peer": peer(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")
else: main()

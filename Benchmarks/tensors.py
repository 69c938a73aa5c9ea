"""W8: tensor operations beside NumPy and PyTorch, in one run, 2 threads.

`python tensors.py [ROW]` runs the release build of weir-tensor-bench and the peers in turn, three times, and prints a table of
the medians of their medians in milliseconds, with the ratio to the fastest peer that allocates its result. Peers in `[out=]` reuse a buffer. The
share says how near a row comes to what the machine does at most, measured in the same run: multiply-adds that stay in
registers for products, reading for sums, adding two arrays for the rest. Above 100 % caches helped.
"""
import json, os, pathlib, subprocess, sys, time

THREADS = os.environ.get("THREADS", "2")
ROOT = pathlib.Path(__file__).resolve().parent.parent


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


def measured(only=""):
    """Each row by who made it, peers and Weir in turns: the median of three rounds; and what the machine does at most."""
    found, peaks = {}, {}
    weir = [str(ROOT / ".build/release/weir-tensor-bench"), THREADS] + ([only] if only else [])
    env = dict(os.environ, OMP_NUM_THREADS=THREADS, OPENBLAS_NUM_THREADS=THREADS)
    for _ in range(3):
        for command in (weir, [sys.executable, __file__, "--peer", "torch", only], [sys.executable, __file__, "--peer", "numpy", only]):
            done = subprocess.run(command, capture_output=True, text=True, env=env)
            if done.returncode != 0: sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
            for line in done.stdout.splitlines():
                r = json.loads(line)
                if r["row"].startswith("peak: "):
                    peaks.setdefault(r["row"][6:], []).append(r["per_s"])
                    continue
                found.setdefault((r["row"], r["peer"]), []).append(r)
    middle = {key: sorted(rounds, key=lambda r: r["median_s"])[1] for key, rounds in found.items()}
    return middle, {name: sorted(rates)[1] for name, rates in peaks.items()}


def share(row, own, peaks):
    """The part of the machine's own best that a row reaches: of its multiply-adds, or of its memory's rate."""
    if own.get("gflop_s"):
        # A double takes the room of two floats.
        peak = peaks.get("multiply-adds f32", 0) / (2 if row.endswith("f64") else 1)
        return own["gflop_s"] * 1e9 / peak if peak else None
    if own.get("gb_per_s"):
        peak = peaks.get("reading" if row.startswith("sum") else "adding", 0)
        return own["gb_per_s"] * 1e9 / peak if peak else None
    return None


def tensors(rows, only=""):
    best, peaks = measured(only)
    for name, rate in peaks.items(): print(f"the machine at most: {name} {rate / 1e9:.1f} G/s")
    for row in dict.fromkeys(r for r, _ in best):
        own = best.get((row, "weir"))
        if not own: continue
        peers = {p: r["median_s"] for (r_, p), r in best.items() if r_ == row and p != "weir"}
        rival = min((t for p, t in peers.items() if "out" not in p), default=float("nan"))
        part = share(row, own, peaks)
        rest = "  ".join(f"{p} {t * 1e3:.4g}" for p, t in sorted(peers.items()))
        print(f"{row:32} weir {own['median_s'] * 1e3:8.4g} ms  {rival / own['median_s']:5.2f}x  "
              f"{f'{part:4.0%} of the peak' if part else ' ' * 16}  {rest}")
        rows.append({
            "workload": f"tensors: {row}", "milliseconds": {p: t * 1e3 for p, t in {**peers, "weir": own["median_s"]}.items()},
            "ratios": {f"{p} / weir": round(t / own["median_s"], 2) for p, t in peers.items()}, "share_of_peak": part})


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "--peer": peer(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")
    else: tensors([], sys.argv[1] if len(sys.argv) > 1 else "")

"""Times networks of Weir beside PyTorch on two threads: training steps with Adam, forward passes, the forward pass of one row.

Every measurement is a process of its own; PyTorch and Weir alternate, and the medians over rounds and the most memory are
printed. `python networks.py peer NET` is one measurement of PyTorch; `python networks.py mlp cnn` compares these alone.
"""
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.join(HERE, "..", ".build", "release", "weir-network-bench")
NETS = ["mlp", "cnn", "lstm", "transformer", "autoencoder", "images"]
# Networks that learn from tables, small enough that the calls are what PyTorch takes its time for.
SMALL = ["iris", "cancer", "digits", "short"]
SAMPLES = 7


def peer(name):
    import resource
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    torch.set_num_threads(2)

    class LSTM(nn.Module):
        def __init__(self, features=32, units=128, classes=10):
            super().__init__()
            self.l, self.o = nn.LSTM(features, units, batch_first=True), nn.Linear(units, classes)

        def forward(self, x):
            return self.o(self.l(x)[0][:, -1])

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.b = nn.TransformerEncoderLayer(128, 4, 512, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
            self.o = nn.Linear(128, 10)

        def forward(self, x):
            return self.o(self.b(x).mean(1))

    def dense(*sizes):
        layers = []
        for a, b in zip(sizes, sizes[1:]):
            layers += [nn.Linear(a, b), nn.ReLU()]
        return layers[:-1]

    made = {
        "mlp": (lambda: nn.Sequential(*dense(784, 256, 128, 10)), (128, 784)),
        "cnn": (lambda: nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10)), (64, 1, 28, 28)),
        "lstm": (LSTM, (32, 64, 32)),
        "transformer": (Block, (32, 64, 128)),
        "autoencoder": (lambda: nn.Sequential(*dense(784, 256, 64, 32, 64, 256, 784), nn.Sigmoid()), (128, 784)),
        "images": (lambda: nn.Sequential(
            nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ReLU(),
            nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(16, 1, 3, padding=1), nn.Sigmoid()), (64, 1, 28, 28)),
        "iris": (lambda: nn.Sequential(*dense(4, 16, 3)), (32, 4)),
        "cancer": (lambda: nn.Sequential(*dense(30, 32, 16, 2)), (32, 30)),
        "digits": (lambda: nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10)), (32, 1, 8, 8)),
        "short": (lambda: LSTM(4, 16, 2), (32, 20, 4)),
    }
    make, shape = made[name]
    torch.manual_seed(0)
    model, x, y = make(), torch.rand(shape), torch.randint(0, 2 if name in ("cancer", "short") else 3, (shape[0],))
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)

    def step():
        optimizer.zero_grad(set_to_none=True)
        out = model(x)
        loss = F.mse_loss(out, x) if name in ("autoencoder", "images") else F.cross_entropy(out, y)
        loss.backward()
        optimizer.step()

    def measure(body):
        start, calls = time.perf_counter(), 0
        while time.perf_counter() - start < 0.3:
            body()
            calls += 1
        times = []
        for _ in range(SAMPLES):
            start = time.perf_counter()
            for _ in range(calls):
                body()
            times.append((time.perf_counter() - start) / calls)
        return sorted(times)

    def report(part, times):
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps({"workload": f"{name} {part}", "median_s": times[len(times) // 2], "least_s": times[0], "peak_mb": memory}))

    report("train", measure(step))
    model.eval()
    with torch.inference_mode():
        report("forward", measure(lambda: model(x)))
        one = x[:1].clone()
        report("one row", measure(lambda: model(one)))
        torch.set_num_threads(1)
        report("one row, one thread", measure(lambda: model(one)))


def networks(rows, rounds=3, only=None):
    if not os.path.exists(BENCH):
        sys.exit("build it first: swift build -c release --product weir-network-bench")
    for name in only or NETS + SMALL:
        commands = {"PyTorch": [sys.executable, __file__, "peer", name], "weir": [BENCH, name, "2", str(SAMPLES)]}
        found = {}
        for _ in range(rounds):
            for label, command in commands.items():
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode != 0:
                    sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
                for line in done.stdout.splitlines():
                    if line.startswith("{"):
                        part = json.loads(line)
                        found.setdefault(part["workload"], {}).setdefault(label, []).append(part)
        for workload, by_label in found.items():
            seconds = {label: statistics.median(p["median_s"] for p in parts) for label, parts in by_label.items()}
            least = {label: min(p["least_s"] for p in parts) for label, parts in by_label.items()}
            memory = {label: max(p["peak_mb"] for p in parts) for label, parts in by_label.items()}
            row = {"workload": workload, "rounds": rounds, "seconds": seconds, "least": least, "peak_mb": memory,
                   "ratios": {"PyTorch": round(seconds["PyTorch"] / seconds["weir"], 2)}}
            rows.append(row)
            print(f"{workload:22} PyTorch {seconds['PyTorch'] * 1e6:10.1f} us   weir {seconds['weir'] * 1e6:10.1f} us   "
                  f"{row['ratios']['PyTorch']:6.2f} times as long as weir (best samples {least['PyTorch'] / least['weir']:.2f})   "
                  f"{memory['PyTorch']} and {memory['weir']} MB", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(sys.argv[2])
    else:
        networks([], only=sys.argv[1:] or None)

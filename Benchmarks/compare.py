"""Times Weir beside its peers, each pair one after the other in the same run, and prints medians and ratios.

Whole processes, from start to end, as a user waits for them. Peer and Weir alternate, so that what else the machine does
falls on both; figures are only worth something as ratios.
"""
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WEIR = os.path.join(HERE, "..", ".build", "release", "weir")
DATA = os.path.join(HERE, "..", "notebooks", "data")
BIN = os.path.dirname(sys.executable)
# Some processors get an old kernel chosen for them by the environment; a peer is measured at its best.
ENV = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}


def once(command, folder, expect=None):
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=ENV, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    if expect is not None and not re.search(expect, done.stdout + done.stderr):
        sys.exit(f"{' '.join(command)} gave something else than {expect}:\n{done.stdout}{done.stderr}")
    return seconds


def pair(name, peers, ours, folder, runs=7, before=None, expect=None):
    """Alternates the peers with ours; prints medians and the ratio of each peer to ours."""
    times = {label: [] for label, _ in peers + ours}
    for round in range(runs + 1):
        for label, command in peers + ours:
            if before:
                before(label)
            seconds = once(command, folder, expect)
            if round > 0:
                times[label].append(seconds)
    medians = {label: statistics.median(values) for label, values in times.items()}
    row = {"workload": name, "runs": runs, "milliseconds": {k: round_(v) for k, v in medians.items()}, "ratios": {}}
    for our, _ in ours:
        for label, _ in peers:
            row["ratios"][f"{label} / {our}"] = round_(medians[label] / medians[our], 1)
    print(f"\n{name}")
    for label, _ in peers + ours:
        values = times[label]
        print(f"  {label:34} median {medians[label] * 1000:9.1f} ms   ({min(values) * 1000:.1f} to {max(values) * 1000:.1f})")
    for text, ratio in row["ratios"].items():
        print(f"  {text:34} {ratio:9.2f}")
    return row


def round_(value, scale=1000):
    return round(value * scale, 2)


STARTUP_PYTHON = """import pandas as pd
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
df = pd.read_csv('iris.csv')
print(df.describe())
X = StandardScaler().fit_transform(df.drop(columns='species')); y = df['species']
scores = cross_val_score(LogisticRegression(max_iter=1000), X, y, cv=5)
print(f'accuracy {scores.mean():.6f}')
"""


def startup(rows):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(DATA, "iris.csv"), folder)
        shutil.copy(os.path.join(HERE, "startup.mlnb"), folder)
        with open(os.path.join(folder, "script.py"), "w") as file:
            file.write(STARTUP_PYTHON)
        cells = STARTUP_PYTHON.split("\n")
        parts = ["\n".join(cells[:5]), cells[5], cells[6], cells[7], cells[8]]
        notebook = {
            "nbformat": 4, "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "cells": [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": part, "outputs": [], "execution_count": None}
                      for i, part in enumerate(parts)],
        }
        with open(os.path.join(folder, "nb.ipynb"), "w") as file:
            json.dump(notebook, file)
        store = os.path.join(folder, ".weir")

        def fresh(label):
            if label == "weir, nothing known":
                shutil.rmtree(store, ignore_errors=True)

        ENV["PATH"] = BIN + os.pathsep + ENV["PATH"]
        rows.append(pair(
            "start-up: five cells on iris, from the shell to the accuracy",
            [("python script", [sys.executable, "script.py"]),
             ("papermill", [os.path.join(BIN, "papermill"), "-k", "python3", "--no-progress-bar", "nb.ipynb", "out.ipynb"])],
            [("weir, nothing known", [WEIR, "run", "startup.mlnb"])], folder, runs=5, before=fresh))
        rows.append(pair(
            "the same notebook again, nothing changed", [("python script", [sys.executable, "script.py"])],
            [("weir, nothing changed", [WEIR, "run", "startup.mlnb"])], folder, runs=5))
        rows.append(pair("--version", [("python -c pass", [sys.executable, "-c", "pass"])], [("weir --version", [WEIR, "--version"])],
                         folder, runs=15))


def interpreter(rows):
    for name, expect in [("fib", "832040"), ("reduce", "249999750000"), ("collatz", "942278")]:
        rows.append(pair(
            f"interpreter: {name}", [("python", [sys.executable, f"interpreter/{name}.py"])],
            [("weir", [WEIR, "run", "--no-cache", f"interpreter/{name}.weir"])], HERE, runs=7, expect=expect))


def models(rows):
    import models
    models.models(rows)
    models.one_row(rows)


TABLE_BENCH = os.path.join(HERE, "..", ".build", "release", "weir-table-bench")
# Where the files of the tables lie; they are made there once.
TABLE_DATA = os.environ.get("WEIR_BENCH_DATA", os.path.join(HERE, "..", ".build", "bench-data"))


def line(command):
    done = subprocess.run(command, env=ENV, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def make_table_data():
    if not os.path.exists(os.path.join(TABLE_DATA, "big.csv")):
        print("writing the file of a million rows (once)")
        subprocess.run([sys.executable, os.path.join(HERE, "make_tables.py"), TABLE_DATA], check=True)


def csv(rows, rounds=3, runs=7):
    """Times within the process, file in the page cache: peers and ours take turns, and the best median of each counts."""
    if not os.path.exists(TABLE_BENCH):
        sys.exit("build it first: swift build -c release --product weir-table-bench")
    make_table_data()
    threads = str(os.cpu_count() or 1)
    for name, peers in [("read_all", ["bytes", "polars", "pyarrow", "duckdb", "pandas"]),
                        ("lazy_mean", ["polars", "duckdb", "pandas"])]:
        found = {}
        for _ in range(rounds):
            for peer in peers:
                found.setdefault(peer, []).append(
                    line([sys.executable, os.path.join(HERE, "tables.py"), peer, name, TABLE_DATA, str(runs)]))
            found.setdefault("weir", []).append(line([TABLE_BENCH, "csv", TABLE_DATA, threads, str(runs), name]))
        best = {peer: min(lines, key=lambda one: one["median_s"]) for peer, lines in found.items()}
        row = {"workload": f"csv: {name}", "runs": rounds * runs, "milliseconds": {}, "peak_mb": {}, "ratios": {}}
        print(f"\ncsv: {name}")
        for peer, one in best.items():
            row["milliseconds"][peer] = round_(one["median_s"])
            row["peak_mb"][peer] = round(one["peak_mb"])
            row["ratios"][f"{peer} / weir"] = round(one["median_s"] / best["weir"]["median_s"], 2)
            print(f"  {peer:12} median {one['median_s'] * 1000:8.1f} ms   ({one['min_s'] * 1000:.1f} to {one['max_s'] * 1000:.1f})"
                  f"   peak {one['peak_mb']:6.0f} MB   peer / weir {row['ratios'][f'{peer} / weir']:6.2f}")
        rows.append(row)


def tables(rows):
    import verbs
    verbs.tables(rows)


PROFILE_PYTHON = """import pandas as pd
df = pd.read_csv('big.csv', parse_dates=['date'])
df.describe(include='all'); df.corr(numeric_only=True); df.duplicated().sum(); df.isna().sum()
for name in df: df[name].value_counts().head(10)
print(len(df))
"""


def looking(rows):
    """Reads a million rows and looks at them: `profile`, beside what its counts alone take in pandas."""
    make_table_data()
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.join(TABLE_DATA, "big.csv"), os.path.join(folder, "big.csv"))
        with open(os.path.join(folder, "profile.py"), "w") as file:
            file.write(PROFILE_PYTHON)
        with open(os.path.join(folder, "profile.weir"), "w") as file:
            file.write('profile(read_csv("big.csv")).rows\n')
        rows.append(pair(
            "looking: profile", [("pandas", [sys.executable, "profile.py"])],
            [("weir", [WEIR, "run", "--no-cache", "profile.weir"])], folder, runs=5, expect="1000000"))


def networks(rows):
    import networks
    networks.networks(rows)


def tensors(rows):
    import tensors
    tensors.tensors(rows)


SECTIONS = {
    "startup": startup, "interpreter": interpreter, "csv": csv, "tables": tables, "looking": looking, "models": models,
    "networks": networks, "tensors": tensors}

if __name__ == "__main__":
    chosen = sys.argv[1:] or list(SECTIONS)
    rows = []
    for name in chosen:
        if name not in SECTIONS:
            sys.exit(f"there is no section {name}; the sections: {', '.join(SECTIONS)}")
        SECTIONS[name](rows)
    with open(os.path.join(HERE, "..", ".build", "bench.json"), "w") as file:
        json.dump(rows, file, indent=2)
    print("\nratios above 1 mean that Weir is faster; the figures are in .build/bench.json")

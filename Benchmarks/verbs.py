"""Verbs and preparation on a million rows, Weir beside pandas, Polars, DuckDB and scikit-learn."""
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ENV = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
# The folder of the peers' scripts and data (see its README), and the rows that both have.
PEERS = os.environ.get("WEIR_BENCH", os.path.join(HERE, "..", "..", "shared", "bench"))
TABLE_BENCH = os.path.join(HERE, "..", ".build", "release", "weir-table-bench")
PREP = {"polars": "prep_columns", "pandas": "prep_columns", "polars_to_numpy": "prep_matrix", "sklearn_dense": "prep_matrix"}


def json_lines(command):
    env = dict(ENV, POLARS_MAX_THREADS="2", OMP_NUM_THREADS="2", ARROW_NUM_THREADS="2")
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def bandwidth():
    """GB/s of reading 256 MB that no cache holds, on one thread, in this run."""
    import numpy
    numbers = numpy.ones(1 << 25)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        numbers.sum()
        times.append(time.perf_counter() - start)
    return numbers.nbytes / statistics.median(times) / 1e9


def tables(rows, rounds=3):
    """Verbs (W3) and preparation (W4) on a million rows: peers and Weir in turns, two threads each."""
    for path in (TABLE_BENCH, os.path.join(PEERS, "scripts", "w3_table.py")):
        if not os.path.exists(path):
            sys.exit(f"{path} is needed: build weir-table-bench, and name the folder of the peers in WEIR_BENCH")
    print(f"\nmemory is read with {bandwidth():.1f} GB/s by one thread")
    data, found = os.path.join(PEERS, "data"), {}

    def note(workload, who, seconds, megabytes):
        found.setdefault(workload, {}).setdefault(who, []).append((seconds, megabytes))

    for _ in range(rounds):
        for peer in ("pandas", "polars", "duckdb"):
            for row in json_lines([sys.executable, os.path.join(PEERS, "scripts", "w3_table.py"), peer]):
                note(row["workload"].split("/")[1], peer, row["median_s"], row["peak_rss_mb"])
        for peer, workload in PREP.items():
            for row in json_lines([sys.executable, os.path.join(PEERS, "scripts", "w4_prep.py"), peer]):
                note(workload, peer, row["median_s"], row["peak_rss_mb"])
        for section in ("verbs", "prep"):
            for row in json_lines([TABLE_BENCH, section, data, "2"]):
                note(row["workload"], "weir", row["median_s"], row["peak_mb"])
    for workload, times in found.items():
        if "weir" not in times:
            continue
        medians = {who: [statistics.median(column) for column in zip(*values)] for who, values in times.items()}
        ours, peers = medians.pop("weir"), medians
        best = min(peers, key=lambda who: peers[who][0])
        leanest = min(values[1] for values in peers.values())
        print(f"{workload:20} weir {ours[0] * 1e3:8.1f} ms {ours[1]:6.0f} MB   {best:16} {peers[best][0] * 1e3:8.1f} ms"
              f"   ratio {peers[best][0] / ours[0]:6.2f}   memory of the leanest peer {leanest:6.0f} MB")
        rows.append({"workload": f"tables: {workload}", "runs": rounds, "weir": ours, "peers": peers,
                     "ratio": peers[best][0] / ours[0], "memory": leanest / ours[1]})

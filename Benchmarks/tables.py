"""Reading CSV with the peers, one process each: `tables.py PEER WORKLOAD DATA RUNS` prints one JSON line.

Workloads: read_all (every column typed, dates as dates) and lazy_mean (the mean of one column from the file).
"""
import json
import statistics
import sys
import time


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def peak_mb():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))


def workload(peer, name, path):
    if peer == "polars":
        import polars as pl
        if name == "read_all":
            return lambda: pl.read_csv(path, try_parse_dates=True)
        return lambda: pl.scan_csv(path, try_parse_dates=True).select(pl.col("price").mean()).collect()
    if peer == "pyarrow" and name == "read_all":
        from pyarrow import csv
        options = csv.ConvertOptions(strings_can_be_null=True, null_values=[""])
        return lambda: csv.read_csv(path, convert_options=options)
    if peer == "duckdb":
        import duckdb
        connection = duckdb.connect()
        if name == "read_all":
            return lambda: connection.execute(f"create or replace table t as select * from read_csv('{path}')")
        return lambda: connection.execute(f"select avg(price) from read_csv('{path}')").fetchall()
    if peer == "pandas":
        import pandas as pd
        if name == "read_all":
            return lambda: pd.read_csv(path, parse_dates=["date"])
        return lambda: pd.read_csv(path, usecols=["price"]).price.mean()
    if peer == "bytes":
        def read():
            buffer = bytearray(1 << 20)
            with open(path, "rb", buffering=0) as file:
                while file.readinto(buffer):
                    pass
        return read
    sys.exit(f"{peer} has no {name}")


def main(peer, name, data, runs):
    body = workload(peer, name, data + "/big.csv")
    result, times = None, []
    for _ in range(2):
        result = None
        result = body()
    reset_peak()
    for _ in range(runs):
        result = None
        start = time.perf_counter()
        result = body()
        times.append(time.perf_counter() - start)
    print(json.dumps({"workload": name, "peer": peer, "median_s": statistics.median(times), "min_s": min(times),
                      "max_s": max(times), "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))

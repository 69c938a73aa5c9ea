"""Has other programs read what `write_parquet` and `write_arrow` write: python check_written.py PATH_TO_WEIR

    pip install pyarrow polars duckdb pandas
"""
import os, subprocess, sys, tempfile

import duckdb, pandas as pd, polars as pl, pyarrow.feather as feather, pyarrow.parquet as pq

weir = os.path.abspath(sys.argv[1])
n = 3000
truth = pd.DataFrame({
    "i": range(n), "x": [k / 7 for k in range(n)], "w": [["a", "bé", "日本"][k % 3] for k in range(n)],
    "u": [f"text {k}" for k in range(n)], "f": [k % 2 == 0 for k in range(n)],
    "d": [None if k % 5 == 0 else str(pd.Timestamp("2024-02-27") + pd.Timedelta(days=k))[:10] for k in range(n)],
    "s": [str(pd.Timestamp("2024-02-27T10:00:00.000001") + pd.Timedelta(minutes=k)).replace(" ", "T") for k in range(n)],
    "m": pd.array([None if k % 7 == 0 else k * 3 for k in range(n)], "Int64"),
})
packings = ["zstd", "snappy", "gzip", "none"]
arrow_packings = ["lz4", "zstd", "none"]
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    truth.to_csv("t.csv", index=False)
    with open("p.weir", "w") as f:
        f.write('t = read_csv("t.csv")\n')
        for p in packings: f.write(f'write_parquet(t, "{p}.parquet", compression: "{p}", row_group: 1000)\n')
        for p in arrow_packings: f.write(f'write_arrow(t, "{p}.feather", compression: "{p}", categories: ["w"])\n')
        f.write('write_arrow(t |> filter(.i < 0), "empty.feather")\n')
    subprocess.run([weir, "run", "p.weir"], check=True)

    def text(value):
        if value is None or value is pd.NaT or value != value: return None
        if isinstance(value, pd.Timestamp) or hasattr(value, "isoformat"): return value.isoformat().removesuffix("T00:00:00")
        return value

    def check(name, columns):
        for key in truth:
            found = [text(v) for v in columns[key]]
            wanted = [None if v is pd.NA or v is None or v != v else v for v in truth[key].astype(object)]
            assert found == wanted, (name, key, [p for p in zip(found, wanted) if p[0] != p[1]][:3])
        print("read by", name)

    for p in packings:
        path = f"{p}.parquet"
        check(f"pyarrow {p}", pq.read_table(path).to_pydict())
        check(f"polars {p}", pl.read_parquet(path).to_dict(as_series=False))
        check(f"pandas {p}", pd.read_parquet(path).astype(object).where(lambda t: t.notna(), None).to_dict("list"))
        check(f"duckdb {p}", pl.from_arrow(duckdb.sql(f"select * from '{path}'").to_arrow_table()).to_dict(as_series=False))
        metadata = pq.read_metadata(path)
        assert metadata.num_row_groups == 3 and metadata.row_group(1).column(0).statistics.min == 1000
        assert duckdb.sql(f"select count(*) from '{path}' where i >= 2500 and w = 'a'").fetchall()[0][0] == 166
    for p in arrow_packings:
        path = f"{p}.feather"
        table = feather.read_table(path)
        table.validate(full=True)
        check(f"pyarrow {p} feather", table.to_pydict())
        check(f"polars {p} feather", pl.read_ipc(path).to_dict(as_series=False))
        frame = pd.read_feather(path)
        assert frame["w"].dtype == "category" and list(frame["w"].cat.categories) == ["a", "bé", "日本"]
        check(f"pandas {p} feather", frame.astype(object).where(lambda t: t.notna(), None).to_dict("list"))
    assert pl.read_ipc("empty.feather").shape == (0, 8) and feather.read_table("empty.feather").num_rows == 0
print("all is well")

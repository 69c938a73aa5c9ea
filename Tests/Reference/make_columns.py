"""Writes the fixtures of the Parquet and Arrow readers, and what is in them.

    pip install pyarrow polars duckdb && python make_columns.py

Each file in `columns` has a JSON file beside it with its columns: name, type and values. Times are microseconds since
1970 and days days, as they are kept; `null` is missing.
"""
import datetime as dt, decimal, json, os, random, uuid

import duckdb, polars as pl, pyarrow as pa, pyarrow.feather, pyarrow.ipc, pyarrow.parquet as pq

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "columns")
os.makedirs(HERE, exist_ok=True)
random.seed(1)


def plain(value):
    if isinstance(value, bool) or value is None or isinstance(value, (int, float, str)):
        return value if not isinstance(value, float) or value == value else "nan"
    if isinstance(value, dt.datetime):
        if value.tzinfo: value = value.astimezone(dt.timezone.utc).replace(tzinfo=None)
        return (value - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
    if isinstance(value, dt.date): return (value - dt.date(1970, 1, 1)).days
    if isinstance(value, dt.time):
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
    if isinstance(value, dt.timedelta): return value // dt.timedelta(microseconds=1)
    if isinstance(value, decimal.Decimal): return int(value) if value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, uuid.UUID): return str(value)
    raise TypeError(type(value))


def kind(t):
    if pa.types.is_boolean(t): return "bool"
    if pa.types.is_integer(t): return "int"
    if pa.types.is_floating(t) or pa.types.is_null(t): return "float"
    if pa.types.is_date(t): return "date"
    if pa.types.is_timestamp(t): return "datetime"
    if pa.types.is_duration(t) or pa.types.is_time(t): return "duration"
    if pa.types.is_decimal(t): return "int" if t.scale == 0 else "float"
    if pa.types.is_dictionary(t): return kind(t.value_type)
    return "text"


def note(name, table):
    columns = [{"name": n, "type": kind(c.type), "values": [plain(v) for v in c.to_pylist()]}
               for n, c in zip(table.column_names, table.columns)]
    with open(f"{HERE}/{name}.json", "w") as f:
        json.dump({"rows": table.num_rows, "columns": columns}, f, separators=(",", ":"))
        f.write("\n")


def gaps(values, every):
    return [None if every and i % every == every - 1 else v for i, v in enumerate(values)]


def numbers(n, every):
    day = dt.datetime(2024, 2, 28, 23, 59, 58)
    words = ["north", "south", "", "größer", "日本", "a longer text that is more than sixteen bytes"]
    return pa.table({
        "i8": pa.array(gaps([random.randint(-128, 127) for _ in range(n)], every), pa.int8()),
        "u16": pa.array(gaps([random.randint(0, 65535) for _ in range(n)], every), pa.uint16()),
        "u32": pa.array(gaps([random.randint(0, 2**32 - 1) for _ in range(n)], every), pa.uint32()),
        "i64": pa.array(gaps([random.randint(-2**63, 2**63 - 1) for _ in range(n)], every), pa.int64()),
        "steps": pa.array(gaps(list(range(1000, 1000 + n)), every), pa.int64()),
        "f32": pa.array(gaps([random.randint(-999, 999) / 8 for _ in range(n)], every), pa.float32()),
        "f64": pa.array(gaps([random.gauss(0, 1) for _ in range(n)], every), pa.float64()),
        "flag": pa.array(gaps([random.random() < 0.3 for _ in range(n)], every), pa.bool_()),
        "word": pa.array(gaps([random.choice(words) for _ in range(n)], every), pa.string()),
        "text": pa.array(gaps([f"{random.getrandbits(40):x}é"[: random.randint(0, 11)] for _ in range(n)], every), pa.string()),
        "day": pa.array(gaps([day.date() + dt.timedelta(days=random.randint(-40000, 40000)) for _ in range(n)], every), pa.date32()),
        "ms": pa.array(gaps([day + dt.timedelta(milliseconds=random.randint(-10**12, 10**12)) for _ in range(n)], every), pa.timestamp("ms")),
        "us": pa.array(gaps([day + dt.timedelta(microseconds=random.randint(-10**15, 10**15)) for _ in range(n)], every), pa.timestamp("us", tz="UTC")),
        "time": pa.array(gaps([dt.time(i % 24, i % 60, i % 59, i * 37 % 10**6) for i in range(n)], every), pa.time64("us")),
        "money": pa.array(gaps([decimal.Decimal(random.randint(-10**8, 10**8)) / 100 for _ in range(n)], every), pa.decimal128(12, 2)),
        "whole": pa.array(gaps([decimal.Decimal(random.randint(-10**15, 10**15)) for _ in range(n)], every), pa.decimal128(18, 0)),
        "empty": pa.array([None] * n, pa.float64()),
    })


def parquet(name, table, **options):
    pq.write_table(table, f"{HERE}/{name}.parquet", **options)
    note(name, table)


# pyarrow: packings, page versions, gaps, many groups, small pages
for i, codec in enumerate(["none", "snappy", "gzip", "zstd", "lz4"]):
    version = "2.0" if i % 2 else "1.0"
    parquet(f"arrow_{codec}_v{version[0]}", numbers(60, [0, 3, 7, 2, 5][i]), compression=codec, data_page_version=version,
            write_page_checksum=i % 2 == 1, row_group_size=[60, 25, 13, 60, 7][i], data_page_size=64, write_batch_size=8)
parquet("arrow_no_dictionary", numbers(50, 4), use_dictionary=False)
parquet("arrow_empty", numbers(0, 0))
base = numbers(300, 6)
ints = base.select(["i64", "steps", "u32", "i8", "day", "us"])
parquet("arrow_delta", ints, use_dictionary=False, column_encoding="DELTA_BINARY_PACKED", row_group_size=170)
texts = base.select(["word", "text"])
parquet("arrow_delta_lengths", texts, use_dictionary=False, column_encoding="DELTA_LENGTH_BYTE_ARRAY")
parquet("arrow_delta_texts", texts, use_dictionary=False, column_encoding="DELTA_BYTE_ARRAY", data_page_size=200)
split = base.select(["f32", "f64", "i64", "i8", "money", "day"])
parquet("arrow_split", split, use_dictionary=False, column_encoding="BYTE_STREAM_SPLIT")
parquet("arrow_flags", base.select(["flag"]), use_dictionary=False, column_encoding="RLE", data_page_version="2.0")
many = pa.table({"k": [f"key {i % 700:05d} with some more text" for i in range(1500)], "n": [i * 7 % 701 for i in range(1500)]})
parquet("arrow_dictionary_overflow", many, dictionary_pagesize_limit=4096, row_group_size=900, data_page_size=512, write_batch_size=64)
stamps = pa.table({"ns": pa.array([0, 1, -1, 1_700_000_000_123_456_789, None], pa.timestamp("ns"))})
pq.write_table(stamps, f"{HERE}/arrow_int96.parquet", use_deprecated_int96_timestamps=True)
pq.write_table(stamps, f"{HERE}/arrow_nanos.parquet")
micros = pa.table({"ns": pa.array([0, 0, -1, 1_700_000_000_123_456, None], pa.timestamp("us"))})
note("arrow_int96", micros)
note("arrow_nanos", micros)
wide = pa.table({
    "f16": pa.array([0.5, -2.0, None, 65504.0, 6e-8], pa.float16()),
    "big": pa.array([decimal.Decimal("1.5"), decimal.Decimal("-12345678901234567890.25"), None, decimal.Decimal("0.75"), decimal.Decimal("-0.5")], pa.decimal256(40, 2)),
    "u64": pa.array([0, 2**63 - 1, None, 5, 6], pa.uint64()),
    "id": pa.array([uuid.UUID(int=i * 0x1234567890abcdef1234567).bytes if i != 2 else None for i in range(5)], pa.binary(16)),
})
id_type = pa.uuid()
wide_file = wide.set_column(3, "id", pa.ExtensionArray.from_storage(id_type, wide["id"].combine_chunks()))
pq.write_table(wide_file, f"{HERE}/arrow_wide.parquet")
note("arrow_wide", wide.set_column(3, "id", pa.array([str(uuid.UUID(int=i * 0x1234567890abcdef1234567)) if i != 2 else None for i in range(5)])))
nested = pa.table({"a": [1, 2, 3], "s": [{"x": 1, "y": "p"}, None, {"x": None, "y": "q"}], "l": [[1], [], None]})
pq.write_table(nested, f"{HERE}/arrow_nested.parquet")
note("arrow_nested", pa.table({"a": [1, 2, 3], "s.x": [1, None, None], "s.y": ["p", None, "q"]}))
pq.write_table(pa.table({"a": [1, 2**64 - 1]}, pa.schema([("a", pa.uint64())])), f"{HERE}/bad_large.parquet")
pq.write_table(pa.table({"a": [1], "b": pa.array([b"\xff\xfe"], pa.binary())}), f"{HERE}/bad_binary.parquet")
pq.write_table(pa.table({"a": [1, 2]}), f"{HERE}/bad_brotli.parquet", compression="brotli")

# polars and duckdb
frame = pl.from_arrow(base.slice(0, 120).drop_columns(["money", "whole", "time"]))
frame.write_parquet(f"{HERE}/polars.parquet", row_group_size=50)
note("polars", frame.to_arrow())
frame.write_parquet(f"{HERE}/polars_lz4.parquet", compression="lz4", use_pyarrow=False)
note("polars_lz4", frame.to_arrow())
duck = base.slice(0, 120).drop_columns(["us"])
connection = duckdb.connect()
for codec in ["snappy", "zstd", "lz4_raw"]:
    for version in ["V1", "V2"]:
        if codec != "zstd" and version == "V1": continue
        connection.sql("select * from duck").write_parquet(f"{HERE}/duck_{codec}_{version}.parquet", compression=codec) if version == "V1" else \
            connection.execute(f"copy (select * from duck) to '{HERE}/duck_{codec}_{version}.parquet' (format parquet, compression {codec}, parquet_version {version})")
        note(f"duck_{codec}_{version}", duck)

# Arrow
def arrow(name, table, stream=False, **options):
    make = pa.ipc.new_stream if stream else pa.ipc.new_file
    with make(f"{HERE}/{name}.arrow", table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=40)
    note(name, table)


extra = {
    "large": pa.array(gaps(["x" * (i % 20) for i in range(100)], 9), pa.large_string()),
    "view": pa.array(gaps([("v" * (i % 30)) + str(i) for i in range(100)], 8), pa.string_view()),
    "days64": pa.array(gaps([dt.date(2000, 1, 1) + dt.timedelta(days=i) for i in range(100)], 5), pa.date64()),
    "span": pa.array(gaps([dt.timedelta(microseconds=i * 1234) for i in range(100)], 4), pa.duration("us")),
    "s": pa.array(gaps([dt.datetime(2001, 1, 1) + dt.timedelta(hours=i) for i in range(100)], 4), pa.timestamp("s", tz="Europe/Rome")),
    "f16": pa.array(gaps([i / 4 for i in range(100)], 6), pa.float16()),
    "nothing": pa.nulls(100),
    "cat": pa.array(gaps([["red", "green", "blue"][i % 3] for i in range(100)], 10)).dictionary_encode(),
}
mixed = base.slice(0, 100)
for n, c in extra.items(): mixed = mixed.append_column(n, c)
arrow("ipc_file", mixed)
arrow("ipc_stream", mixed, stream=True)
arrow("ipc_lz4", mixed, compression="lz4")
arrow("ipc_zstd", mixed, stream=True, compression="zstd")
arrow("ipc_empty", mixed.slice(0, 0))
parts = [pa.array(["a", "b", "a"]).dictionary_encode(), pa.array(["c", None, "b"]).dictionary_encode()]
dictionaries = pa.table({"d": pa.chunked_array(parts)})
arrow("ipc_deltas", pa.table({"d": pa.chunked_array(parts).unify_dictionaries()}), stream=True, emit_dictionary_deltas=True)
arrow("ipc_replaced", dictionaries, stream=True)
feather = base.slice(0, 80)
pa.feather.write_feather(feather, f"{HERE}/feather.arrow", compression="lz4")
note("feather", feather)
frame.write_ipc(f"{HERE}/polars_ipc.arrow", compression="zstd")
note("polars_ipc", frame.to_arrow())
with open(f"{HERE}/bad_feather1.arrow", "wb") as f: f.write(b"FEA1" + bytes(40) + b"FEA1")

# for the example of `read_arrow`
pa.feather.write_feather(pa.table({"bird": ["wren", "robin", "crow"], "mass": [9.5, 18.0, 450.0]}), f"{HERE}/birds.feather")

"""Numbers of pandas, Polars and Python's zoneinfo for windows, ranks, joins by nearest time and time zones.

Run: python make_verbs.py > verbs.json   (pandas 3, polars 1, Python 3.11 or later with the system's tzdata)
"""
import datetime as dt
import json
import random
import zoneinfo

import numpy as np
import pandas as pd
import polars as pl

rng = random.Random(7)
out = {"versions": {"pandas": pd.__version__, "polars": pl.__version__}}


def plain(values):
    return [None if v is None or v != v else float(v) for v in values]


# A column with gaps, ties and large numbers beside small ones; groups; times with ties.
n = 60
x = [None if rng.random() < 0.15 else rng.choice([1.5, 2.0, -3.25, 1e8, 0.1, 7.0, 7.0]) for _ in range(n)]
k = [rng.choice("abc") for _ in range(n)]
days = sorted(rng.sample(range(0, 200), n))
df = pd.DataFrame({"x": pd.array(x, dtype="float64"), "k": k})
df["t"] = pd.to_datetime("2024-01-01") + pd.to_timedelta(days, unit="D")
out["x"], out["k"], out["days"] = x, k, days

rolling = {}
for size, least, center in [(1, None, False), (3, None, False), (4, 2, False), (5, 1, True), (4, 1, True)]:
    roll = df.groupby("k", sort=False)["x"].rolling(size, min_periods=least, center=center)
    for name in ["mean", "sum", "min", "max", "std", "var", "median"]:
        values = getattr(roll, name)().reset_index(level=0, drop=True).sort_index()
        rolling[f"{name} {size} {least or 0} {int(center)}"] = plain(values)
out["rolling"] = rolling

timed = {}
for span in [5, 20]:
    roll = df.set_index("t")["x"].rolling(f"{span}D")
    for name in ["mean", "sum", "min", "max", "std"]:
        timed[f"{name} {span}"] = plain(getattr(roll, name)())
out["timed"] = timed

ranks = {}
for method in ["average", "min", "max", "dense", "first"]:
    for descending in [False, True]:
        values = df.groupby("k")["x"].rank(method=method, ascending=not descending)
        ranks[f"{method} {int(descending)}"] = plain(values)
out["ranks"] = ranks

g = df.groupby("k")["x"]
out["cumulative"] = {"sum": plain(g.cumsum()), "min": plain(g.cummin()), "max": plain(g.cummax()),
                     "lag2": plain(g.shift(2)), "lead1": plain(g.shift(-1)), "difference": plain(g.diff())}

# The nearest row of another table, both sorted as the libraries need it.
left = sorted(rng.choices(range(0, 300), k=40))
right = sorted(rng.sample(range(0, 300), 25))
lk = [rng.choice("ab") for _ in left]
rk = [rng.choice("ab") for _ in right]
a = pd.DataFrame({"t": left, "k": lk})
b = pd.DataFrame({"t": right, "k": rk, "v": range(len(right))})
nearest = {}
for direction in ["backward", "forward", "nearest"]:
    for tolerance in [None, 6]:
        for exact in [True, False]:
            m = pd.merge_asof(a, b, on="t", by="k", direction=direction, tolerance=tolerance, allow_exact_matches=exact)
            nearest[f"{direction} {tolerance or 0} {int(exact)}"] = plain(m["v"])
out["asof"] = {"left": left, "lk": lk, "right": right, "rk": rk, "found": nearest}
pa = pl.DataFrame({"t": left}).set_sorted("t")
pb = pl.DataFrame({"t": right, "v": list(range(len(right)))}).set_sorted("t")
out["asof"]["polars backward"] = plain(pa.join_asof(pb, on="t", strategy="backward")["v"].to_list())

# Clocks: places with changes of many kinds, moments that lie in the past.
zones = {}
for name in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "Europe/Dublin",
             "Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Antarctica/Troll", "Asia/Tehran"]:
    zone = zoneinfo.ZoneInfo(name)
    rows = []
    moments = [rng.randrange(-1_000_000_000, 1_740_000_000) for _ in range(60)]
    # And close to changes.
    previous = None
    for hour in range(0, 24 * 366 * 3):
        moment = 1_609_459_200 + hour * 3600
        offset = dt.datetime.fromtimestamp(moment, zone).utcoffset()
        if previous is not None and offset != previous:
            moments += [moment - 3601, moment - 3600, moment - 1, moment, moment + 1]
        previous = offset
    for moment in moments:
        offset = int(dt.datetime.fromtimestamp(moment, zone).utcoffset().total_seconds())
        rows.append([moment, offset])
    # 2040 and later, by the rule for all years to come.
    future = []
    if name in ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"):
        for _ in range(40):
            moment = rng.randrange(2_300_000_000, 8_000_000_000)
            future.append([moment, int(dt.datetime.fromtimestamp(moment, zone).utcoffset().total_seconds())])
    zones[name] = rows + future
out["zones"] = zones

local = []
for text in ["2025-03-30 02:30:00", "2025-03-30 01:59:59", "2025-03-30 03:00:00", "2025-10-26 02:00:00", "2025-10-26 02:59:59",
             "2025-10-26 03:00:00", "2025-07-01 12:00:00"]:
    row = [text]
    for ambiguous in [True, False]:
        try:
            t = pd.Timestamp(text).tz_localize("Europe/Berlin", ambiguous=ambiguous, nonexistent="shift_forward")
            row.append(int(t.timestamp()))
        except Exception as error:  # noqa: BLE001
            row.append(str(error))
    local.append(row)
out["local"] = local

calendar = []
for _ in range(120):
    day = dt.date(1, 1, 1) + dt.timedelta(days=rng.randrange(0, 3_652_059))
    iso = day.isocalendar()
    calendar.append([day.isoformat(), iso[0], iso[1], iso[2], day.timetuple().tm_yday])
for text in ["2024-02-29", "2020-12-31", "2021-01-03", "2027-01-01", "0001-01-01", "9999-12-31", "2000-02-29", "1900-03-01"]:
    day = dt.date.fromisoformat(text)
    iso = day.isocalendar()
    calendar.append([text, iso[0], iso[1], iso[2], day.timetuple().tm_yday])
out["calendar"] = calendar

months = []
for _ in range(60):
    day = dt.date(1900, 1, 1) + dt.timedelta(days=rng.randrange(0, 60_000))
    count = rng.randrange(-60, 60)
    months.append([day.isoformat(), count, (pd.Timestamp(day) + pd.DateOffset(months=count)).date().isoformat()])
out["months"] = months
print(json.dumps(out))

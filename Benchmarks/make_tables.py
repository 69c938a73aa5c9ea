"""Writes big.csv (a million rows of ten mixed columns, about 108 MB) into a folder: `make_tables.py FOLDER`."""
import os
import sys

import numpy as np
import polars as pl

ROWS = 1_000_000


def main(folder):
    rng = np.random.default_rng(1)
    names = np.array(["Small cable, 2 m", "Large chair", "Mini glove", "Blue, dark mug", '"Pro" wheel'])
    qty = rng.integers(1, 500, ROWS)
    note = np.char.add("n", np.char.zfill(rng.integers(0, 16**11, ROWS).astype(str), 12))
    frame = pl.DataFrame({
        "id": rng.permutation(ROWS), "group_id": rng.integers(0, 100_000, ROWS), "qty": qty,
        "price": np.round(rng.gamma(2, 40, ROWS), 2), "x": rng.normal(size=ROWS), "y": rng.normal(size=ROWS),
        "category": rng.choice(["garden", "toys", "beauty", "grocery", "books", "music"], ROWS),
        "name": np.char.add(np.char.add(rng.choice(names, ROWS), " "), rng.integers(0, 5000, ROWS).astype(str)),
        "date": np.datetime64("2015-01-01") + rng.integers(0, 3652, ROWS), "note": note,
    }).with_columns(pl.when(pl.Series(rng.random(ROWS) < 0.3)).then(None).otherwise(pl.col("note")).alias("note"))
    os.makedirs(folder, exist_ok=True)
    frame.write_csv(os.path.join(folder, "big.csv"))


if __name__ == "__main__":
    main(sys.argv[1])

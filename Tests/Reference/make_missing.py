"""Writes missing.json: scikit-learn's trees and forests on data with holes.

`python make_missing.py` beside this file; rows with index % 5 == 0 are test rows. Settings whose tree hangs on the seed, since
two features part the rows alike, are refused: what is stored has one answer.
"""
import json
import os

import numpy as np
import pandas as pd
import sklearn
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

HERE = os.path.dirname(os.path.abspath(__file__))
NOTEBOOKS = os.path.join(HERE, "..", "..", "notebooks", "data")
TREES = {
    "stump": dict(max_depth=1), "depth_2": dict(max_depth=2), "depth_4": dict(max_depth=4, min_samples_leaf=5),
    "leaf_12": dict(min_samples_leaf=12), "leaves_9": dict(max_leaf_nodes=9, min_samples_leaf=4),
    "pruned": dict(min_samples_leaf=8, ccp_alpha=0.01), "weighted": dict(max_depth=3, min_samples_leaf=6),
    "entropy": dict(max_depth=3, min_samples_leaf=8, criterion="entropy"),
    "balanced": dict(max_depth=3, min_samples_leaf=8, class_weight="balanced"),
}


def holes(x, told):
    """Every eleventh value or so is missing by chance; in the third column it also says something of the target."""
    i, j = np.arange(x.shape[0])[:, None], np.arange(x.shape[1])[None, :]
    x = x.copy()
    x[(i * i + 3 * j * j + i * j) % 11 == 0] = np.nan
    x[told & (np.arange(len(x)) % 3 > 0), 2] = np.nan
    return x


def sets():
    for name in ["wine", "breast_cancer", "digits"]:
        data = pd.read_csv(os.path.join(NOTEBOOKS, name + ".csv"))
        y = data.iloc[:, -1].astype(str).to_numpy()
        yield name, holes(data.iloc[:, :-1].to_numpy(float), y == y[0]), y, False
    data = pd.read_csv(os.path.join(HERE, "data", "diabetes.csv"))
    y = data.iloc[:, -1].to_numpy(float)
    yield "diabetes", holes(data.iloc[:, :-1].to_numpy(float), y > 200), y, True


def tree(x, y, new, numbers, key, settings):
    weights = 0.5 + np.arange(len(x)) % 3 if key == "weighted" else None
    if numbers:
        settings = {k: 20.0 if k == "ccp_alpha" else v for k, v in settings.items()}
    kind = DecisionTreeRegressor if numbers else DecisionTreeClassifier
    grown = [kind(random_state=seed, **settings).fit(x, y, sample_weight=weights) for seed in range(12)]
    first = grown[0].tree_
    if any(not np.array_equal(g.tree_.feature, first.feature) or
           not np.array_equal(g.tree_.missing_go_to_left, first.missing_go_to_left) for g in grown):
        return None
    # As a walk from the root meets them; best-first growth numbers them otherwise.
    walk, stack = [], [0]
    while stack:
        walk.append(stack.pop())
        if first.children_left[walk[-1]] >= 0:
            stack += [first.children_right[walk[-1]], first.children_left[walk[-1]]]
    place = {old: new for new, old in enumerate(walk)} | {-1: -1}
    return {
        "left": [place[c] for c in first.children_left[walk]], "right": [place[c] for c in first.children_right[walk]],
        "feature": first.feature[walk].tolist(),
        # No number stands for infinity: all that have a value go left.
        "threshold": [t if np.isfinite(t) else None for t in first.threshold[walk].tolist()],
        # Leaves of best-first growth keep what they would have asked.
        "missing_left": (first.missing_go_to_left & (first.children_left >= 0))[walk].tolist(), "impurity": first.impurity[walk].tolist(),
        "n": first.n_node_samples[walk].tolist(), "importances": grown[0].feature_importances_.tolist(),
        "predictions": grown[0].predict(new).tolist(),
        "all_missing": grown[0].predict(np.full((1, x.shape[1]), np.nan)).tolist(),
    }


def forests(x, y, new, truth, numbers):
    for key, kind in {
        "forest": RandomForestRegressor if numbers else RandomForestClassifier,
        "extra": ExtraTreesRegressor if numbers else ExtraTreesClassifier,
    }.items():
        scores = [kind(100, random_state=seed, n_jobs=2).fit(x, y).score(new, truth) for seed in range(10)]
        yield key, {"min": min(scores), "max": max(scores), "sd": float(np.std(scores))}


def main():
    result = {"versions": f"scikit-learn {sklearn.__version__}"}
    for name, x, y, numbers in sets():
        test = np.arange(len(x)) % 5 == 0
        result[name] = found = {"holes": int(np.isnan(x).sum())}
        for key, settings in TREES.items():
            if numbers and key in ("entropy", "balanced"):
                continue
            grown = tree(x[~test], y[~test], x[test], numbers, key, settings)
            if grown is None:
                print(f"{name} {key}: hangs on the seed, left out")
            else:
                found[key] = grown
        found.update(forests(x[~test], y[~test], x[test], y[test], numbers))
    with open(os.path.join(HERE, "missing.json"), "w") as file:
        json.dump(result, file)


if __name__ == "__main__":
    main()

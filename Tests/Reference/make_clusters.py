"""Writes clusters.json: what SciPy and scikit-learn make of iris and wine, columns standardised (n, not n - 1).

Run in this folder: python make_clusters.py
"""
import csv
import json

import numpy as np
import sklearn
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import DBSCAN
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.mixture import GaussianMixture


def read(name):
    rows = list(csv.reader(open(f"../../notebooks/data/{name}.csv")))
    header, rows = rows[0], [row for row in rows[1:] if row]
    target = [row[-1] for row in rows] if not is_number(rows[0][-1]) else [row[header.index("target")] for row in rows]
    keep = [j for j in range(len(header)) if is_number(rows[0][j]) and header[j] != "target"]
    x = np.array([[float(row[j]) for j in keep] for row in rows])
    return (x - x.mean(0)) / x.std(0), np.unique(target, return_inverse=True)[1]


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def by_first_row(labels):
    order = {}
    return [order.setdefault(int(label), len(order)) for label in labels]


class FromLabels(GaussianMixture):
    """Starts from the given labels."""

    def _initialize_parameters(self, X, random_state, xp=None):
        resp = np.zeros((len(X), self.n_components))
        resp[np.arange(len(X)), self.labels] = 1
        self._initialize(X, resp)


def mixtures(x, labels):
    out = {}
    for kind in ("full", "diag", "tied", "spherical"):
        model = FromLabels(int(labels.max()) + 1, covariance_type=kind, tol=1e-3, max_iter=100)
        model.labels = labels
        model.fit(x)
        out[kind] = {
            "means": model.means_.ravel().tolist(), "weights": model.weights_.tolist(), "score": float(model.score(x)),
            "bic": float(model.bic(x)), "aic": float(model.aic(x)), "iterations": int(model.n_iter_),
            "labels": model.predict(x).tolist(), "first": model.predict_proba(x[:5]).ravel().tolist(),
        }
    return out


def density(x, eps, least):
    model = DBSCAN(eps=eps, min_samples=least).fit(x)
    core = np.zeros(len(x), dtype=bool)
    core[model.core_sample_indices_] = True
    return {"eps": eps, "min_samples": least, "labels": model.labels_.tolist(), "core": core.tolist()}


result = {"versions": {"scikit-learn": sklearn.__version__}}
for name in ("iris", "wine"):
    x, target = read(name)
    # Rows that repeat tie; heights agree whatever is joined first.
    trees = {}
    for how in ("ward", "complete", "average", "single"):
        tree = linkage(x, how)
        trees[how] = {"heights": tree[:, 2].tolist(), "sizes": tree[:, 3].astype(int).tolist(),
                      "labels": by_first_row(fcluster(tree, 3, "maxclust"))}
    rng = np.random.default_rng(0)
    far = np.vstack([x, rng.normal(size=(12, x.shape[1])) * 6])
    is_far = np.arange(len(far)) >= len(x)
    scores = -IsolationForest(random_state=0).fit(far).score_samples(far)
    result[name] = {
        "linkage": trees, "dbscan": [density(x, 0.6 if name == "iris" else 2.2, 5), density(x, 0.4 if name == "iris" else 1.5, 3)],
        "mixtures": mixtures(x, target), "far": far[is_far].ravel().tolist(),
        "isolation_auc": float(roc_auc_score(is_far, scores)), "isolation_above_half": int((scores > 0.5).sum()),
        "isolation_scores": scores.tolist(),
    }
json.dump(result, open("clusters.json", "w"))

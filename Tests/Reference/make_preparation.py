"""Writes preparation.json: scikit-learn's numbers for preparation steps, on inputs given by formula.

Run with scikit-learn 1.9 installed: python make_preparation.py > preparation.json
"""
import json
import sys

import numpy as np
from sklearn import __version__
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.feature_selection import f_classif, f_regression, mutual_info_classif, mutual_info_regression
from sklearn.impute import KNNImputer
from sklearn.preprocessing import (
    MinMaxScaler, Normalizer, OneHotEncoder, PolynomialFeatures, PowerTransformer, QuantileTransformer, RobustScaler,
    StandardScaler, TargetEncoder)


def noise(i, salt):
    """A number in [0, 1) that needs no random generator."""
    return ((i * 7919 + salt * 104729) % 10007) / 10007


n = 60
X = np.array([[round(noise(i, 1) * 10 - 3, 3), round(np.exp(3 * noise(i, 2)), 3), round(noise(i, 3) ** 3 * 50, 3)] for i in range(n)])
# Columns that depend on one another, for the scores.
y = np.round(X[:, 0] * 2 + np.sin(X[:, 1]) + np.array([noise(i, 4) for i in range(n)]), 4)
c = (X[:, 0] + X[:, 2] / 10 > 2).astype(int) + (X[:, 1] > 8).astype(int)
w = np.array([1 + int(noise(i, 5) * 4) for i in range(n)], dtype=float)
city = np.array([["Bonn", "Oslo", "Rome", "Riga", "Lima"][int(noise(i, 6) ** 2 * 5)] for i in range(n)])
gaps = X.copy()
for i in range(n):
    for j in range(3):
        if noise(i, 7 + j) < 0.2:
            gaps[i, j] = np.nan
new = np.array([[-5.0, 0.5, -1.0], [2.5, 3.0, 20.0], [12.0, 30.0, 80.0]])
new_gaps = np.array([[np.nan, 3.0, 20.0], [2.5, np.nan, np.nan], [np.nan, np.nan, np.nan]])
texts = [
    "The cat sat on the mat, and the cat slept.", "A dog sat on a log; dogs don't sleep!", "Cats and dogs: old_friends 42",
    "", "the THE the", "Übergröße straße naïve café", "one fish two fish red fish blue fish", "The dog slept on the mat."]


def both(step, data=X, fresh=new, target=None, **extra):
    step.fit(data, target, **extra)
    return {"train": step.transform(data).tolist(), "new": step.transform(fresh).tolist()}


def nulls(rows):
    return [[None if np.isnan(v) else v for v in row] for row in rows]


def encoder(target, smooth, task):
    e = TargetEncoder(smooth=smooth, cv=5, shuffle=False, target_type=task)
    crossed = e.fit_transform(city.reshape(-1, 1), target)
    seen = ["Bonn", "Lima", "Oslo", "Riga", "Rome", "Paris"]
    return {"crossed": crossed.tolist(), "new": e.transform(np.array(seen).reshape(-1, 1)).tolist(), "seen": seen}


def one_hot(**settings):
    e = OneHotEncoder(sparse_output=False, handle_unknown="ignore", **settings)
    out = e.fit_transform(city.reshape(-1, 1))
    return {"names": [name[3:] for name in e.get_feature_names_out()], "sums": out.sum(0).tolist(), "head": out[:10].tolist()}


def words(v):
    out = v.fit_transform(texts)
    return {"terms": v.get_feature_names_out().tolist(), "rows": out.toarray().tolist(),
            "new": v.transform(["the dog and the fish", "nothing known"]).toarray().tolist()}


f, p = f_classif(X, c)
fr, pr = f_regression(X, y)
out = {
    "version": __version__, "x": X.tolist(), "y": y.tolist(), "c": c.tolist(), "w": w.tolist(), "city": city.tolist(),
    "gaps": nulls(gaps), "new": new.tolist(), "new_gaps": nulls(new_gaps), "texts": texts,
    "standardize": both(StandardScaler()), "standardize_weighted": both(StandardScaler(), sample_weight=w),
    "min_max_clip": both(MinMaxScaler((-1, 2), clip=True)), "robust": both(RobustScaler()),
    "robust_10_80": both(RobustScaler(quantile_range=(10, 80))),
    "l1": both(Normalizer("l1")), "l2": both(Normalizer("l2")), "max": both(Normalizer("max")),
    "yeo_johnson": {**both(PowerTransformer()), "lambda": PowerTransformer().fit(X).lambdas_.tolist()},
    "box_cox": {**both(PowerTransformer("box-cox"), X[:, 1:2], new[:, 1:2]),
                "lambda": PowerTransformer("box-cox").fit(X[:, 1:2]).lambdas_.tolist()},
    "quantile_uniform": both(QuantileTransformer(n_quantiles=20)),
    "quantile_normal": both(QuantileTransformer(n_quantiles=60, output_distribution="normal")),
    "quantile_ties": both(QuantileTransformer(n_quantiles=40), np.round(X), np.round(new)),
    "polynomial_3": both(PolynomialFeatures(3, include_bias=False)),
    "interactions": both(PolynomialFeatures(3, interaction_only=True, include_bias=False)),
    "knn_3": both(KNNImputer(n_neighbors=3), gaps, new_gaps), "knn_5": both(KNNImputer(), gaps, new_gaps),
    "target_continuous": encoder(y, "auto", "continuous"), "target_continuous_5": encoder(y, 5.0, "continuous"),
    "target_binary": encoder((c > 0).astype(int), "auto", "binary"), "target_multi": encoder(c, "auto", "multiclass"),
    "target_multi_2": encoder(c, 2.0, "multiclass"),
    "one_hot": one_hot(), "one_hot_first": one_hot(drop="first"), "one_hot_min_8": one_hot(min_frequency=8),
    "one_hot_min_part": one_hot(min_frequency=0.15), "one_hot_max_3": one_hot(max_categories=3),
    "f_classif": [f.tolist(), p.tolist()], "f_regression": [fr.tolist(), pr.tolist()],
    "information_classes": mutual_info_classif(X, c, random_state=0).tolist(),
    "information_numbers": mutual_info_regression(X, y, random_state=0).tolist(),
    "counts": words(CountVectorizer()), "counts_pairs": words(CountVectorizer(ngram_range=(1, 2), min_df=2)),
    "counts_stop": words(CountVectorizer(stop_words="english", max_df=0.2, binary=True)),
    "tf_idf": words(TfidfVectorizer()), "tf_idf_sublinear": words(TfidfVectorizer(sublinear_tf=True, norm="l1", smooth_idf=False)),
}
json.dump(out, sys.stdout, separators=(",", ":"), ensure_ascii=False)

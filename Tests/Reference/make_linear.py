"""Writes linear_models.json: scikit-learn's numbers for penalised and counting models, on the data sets in `../Data`.

Run with scikit-learn 1.9 installed: python make_linear.py > linear_models.json
Classes are numbers in the ascending order of their names; rows with index % 5 == 0 test, the others train.
"""
import csv
import json
import os
import sys
import warnings

import numpy as np
from sklearn import __version__
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB, MultinomialNB
from sklearn.svm import LinearSVC, LinearSVR

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))


def data(path, numbers=False):
    with open(os.path.join(HERE, path)) as f:
        rows = list(csv.reader(f))[1:]
    x = np.array([[float(v) for v in r[:-1]] for r in rows])
    y = np.array([float(r[-1]) for r in rows]) if numbers else np.unique([r[-1] for r in rows], return_inverse=True)[1]
    test = np.arange(len(x)) % 5 == 0
    return x, y, test


def scaled(x, test):
    spread = x[~test].std(0)
    return (x - x[~test].mean(0)) / np.where(spread == 0, 1, spread)


def weights(n):
    return np.array([0.5 + (i * 7 % 5) / 2 for i in range(n)])


def bayes(name, make):
    x, y, test = data(f"../../notebooks/data/{name}.csv")
    out = {}
    for key, alpha, w in (("alpha=1", 1, None), ("alpha=0.3", 0.3, None), ("weights", 1, weights((~test).sum()))):
        m = make(alpha).fit(x[~test], y[~test], sample_weight=w)
        out[key] = {
            "prior": np.exp(m.class_log_prior_).tolist(), "chances": np.exp(m.feature_log_prob_).tolist(),
            "proba_first5": m.predict_proba(x[test][:5]).tolist(), "predictions": m.predict(x[test]).tolist()}
    return out


def log_loss(m, x, y, w):
    z = m.decision_function(x)
    if z.ndim == 1:
        return float((w * np.logaddexp(0, -(2 * y - 1) * z)).sum())
    top = z.max(1)
    return float((w * (top + np.log(np.exp(z - top[:, None]).sum(1)) - z[np.arange(len(y)), y])).sum())


def sparse(name, c, ratio):
    x, y, test = data(f"../../notebooks/data/{name}.csv")
    x, y = scaled(x, test)[~test], y[~test]
    out = {}
    for key, w in (("plain", np.ones(len(y))), ("weights", weights(len(y)))):
        m = LogisticRegression(C=c, l1_ratio=ratio, solver="saga", max_iter=300_000, tol=1e-9).fit(x, y, sample_weight=w)
        value = log_loss(m, x, y, w) + (ratio * np.abs(m.coef_).sum() + (1 - ratio) / 2 * (m.coef_ ** 2).sum()) / c
        out[key] = {"objective": float(value), "zeros": int((m.coef_ == 0).sum()), "coef": m.coef_.tolist()}
    return out


def planes(name, loss):
    x, y, test = data(f"../../notebooks/data/{name}.csv")
    x, y = scaled(x, test)[~test], y[~test]
    out = {}
    for key, w in (("plain", np.ones(len(y))), ("weights", weights(len(y)))):
        m = LinearSVC(C=0.5, loss=loss, dual=True, tol=1e-8, max_iter=5_000_000).fit(x, y, sample_weight=w)
        z = m.decision_function(x)
        z, sides = (z[:, None], [2 * y - 1]) if z.ndim == 1 else (z, [np.where(y == c, 1, -1) for c in range(y.max() + 1)])
        short = [np.maximum(0, 1 - s * z[:, i]) for i, s in enumerate(sides)]
        power = 2 if loss == "squared_hinge" else 1
        # Without the penalty on the intercept, which Weir does not have.
        out[key] = [float(0.5 * (m.coef_[i] ** 2).sum() + 0.5 * (w * u ** power).sum()) for i, u in enumerate(short)]
    return out


def tubes(loss, epsilon):
    x, y, test = data("data/diabetes.csv", numbers=True)
    x, y = scaled(x, test)[~test], y[~test]
    # Close to no penalty on the intercept.
    m = LinearSVR(C=2, loss=loss, epsilon=epsilon, dual=True, tol=1e-8, max_iter=5_000_000, intercept_scaling=1000).fit(x, y)
    over = np.maximum(0, np.abs(m.predict(x) - y) - epsilon)
    power = 2 if loss.startswith("squared") else 1
    return float(0.5 * (m.coef_ ** 2).sum() + 2 * (over ** power).sum())


json.dump({
    "scikit-learn": __version__,
    "multinomial": bayes("digits", lambda a: MultinomialNB(alpha=a)),
    "bernoulli": bayes("digits", lambda a: BernoulliNB(alpha=a)),
    "lasso_breast_cancer": sparse("breast_cancer", 0.2, 1), "lasso_wine": sparse("wine", 0.5, 1),
    "mixed_wine": sparse("wine", 0.5, 0.5),
    "svm_breast_cancer": {k: planes("breast_cancer", k) for k in ("hinge", "squared_hinge")},
    "svm_wine": {k: planes("wine", k) for k in ("hinge", "squared_hinge")},
    "svr_diabetes": {f"{k} {e}": tubes(k, e) for k in ("epsilon_insensitive", "squared_epsilon_insensitive") for e in (0, 10)},
}, sys.stdout)

"""Writes metrics.json: scikit-learn's numbers for the metrics, on inputs given by formula.

Run with scikit-learn 1.9 installed: python make_metrics.py > metrics.json
"""
import json
import sys
import warnings

import numpy as np
from sklearn import __version__, metrics as m
from sklearn.preprocessing import label_binarize

warnings.filterwarnings("ignore")


def noise(i, salt):
    """A number in [0, 1) that needs no random generator."""
    return ((i * 7919 + salt * 104729) % 10007) / 10007


def classification(n, k, offset=0):
    truth = [int(noise(i, 1) * k) + offset for i in range(n)]
    raw = np.array([[noise(i, 2 + c) + (0.7 if truth[i] - offset == c else 0) for c in range(k)] for i in range(n)])
    # Two digits, so that scores tie.
    raw = np.round(raw / raw.sum(axis=1, keepdims=True), 2)
    raw[:, -1] = np.round(1 - raw[:, :-1].sum(axis=1), 10)
    predicted = [int(c) + offset for c in raw.argmax(axis=1)]
    labels = list(range(offset, offset + k))
    binary = label_binarize(truth, classes=labels)
    out = {
        "truth": truth, "predicted": predicted, "probabilities": raw.T.tolist(),
        "accuracy": m.accuracy_score(truth, predicted),
        "balanced_accuracy": m.balanced_accuracy_score(truth, predicted),
        "precision": m.precision_score(truth, predicted, average="macro", zero_division=0),
        "recall": m.recall_score(truth, predicted, average="macro", zero_division=0),
        "f1": m.f1_score(truth, predicted, average="macro", zero_division=0),
        "log_loss": m.log_loss(truth, raw, labels=labels),
        "confusion_matrix": m.confusion_matrix(truth, predicted, labels=labels).tolist(),
    }
    if k == 2:
        out["roc_auc"] = m.roc_auc_score(truth, raw[:, 1])
        out["average_precision"] = m.average_precision_score(binary[:, 0], raw[:, 1])
        out["brier"] = m.brier_score_loss(binary[:, 0], raw[:, 1])
    else:
        out["roc_auc"] = m.roc_auc_score(truth, raw, multi_class="ovr", average="macro", labels=labels)
        out["average_precision"] = m.average_precision_score(binary, raw, average="macro")
        out["brier"] = float(((raw - binary) ** 2).sum(axis=1).mean())
    return out


def curves(n):
    truth = [noise(i, 31) < 0.4 for i in range(n)]
    scores = [round(noise(i, 32) + (0.3 if truth[i] else 0), 2) for i in range(n)]
    rates = m.roc_curve(truth, scores, drop_intermediate=False)
    precision, recall, thresholds = m.precision_recall_curve(truth, scores)
    return {
        "truth": [int(t) for t in truth], "scores": scores,
        "roc": [r[1:].tolist() for r in (rates[2], rates[0], rates[1])],
        # From the highest threshold down, without the end that has none.
        "precision_recall": [r[::-1].tolist() for r in (thresholds, precision[:-1], recall[:-1])],
        "roc_auc": m.roc_auc_score(truth, scores), "average_precision": m.average_precision_score(truth, scores),
    }


def regression(n):
    truth = [10 * noise(i, 11) - 3 for i in range(n)]
    predicted = [t + noise(i, 12) - 0.4 for i, t in enumerate(truth)]
    return {
        "truth": truth, "predicted": predicted,
        "mae": m.mean_absolute_error(truth, predicted), "rmse": m.root_mean_squared_error(truth, predicted),
        "r2": m.r2_score(truth, predicted), "mape": m.mean_absolute_percentage_error(truth, predicted),
    }


def clustering(n):
    truth = [int(noise(i, 21) * 4) for i in range(n)]
    labels = [t if noise(i, 22) < 0.7 else int(noise(i, 23) * 3) for i, t in enumerate(truth)]
    x = [[noise(i, 24) + labels[i], noise(i, 25) - labels[i] / 2] for i in range(n)]
    return {
        "truth": truth, "predicted": labels, "x": x, "silhouette": m.silhouette_score(x, labels),
        "adjusted_rand": m.adjusted_rand_score(truth, labels),
    }


json.dump({
    "versions": f"scikit-learn {__version__}",
    "two": classification(60, 2), "three": classification(90, 3), "never_predicted": classification(12, 5, offset=4),
    "curves": curves(120), "regression": regression(50), "clustering": clustering(80),
}, sys.stdout)

"""Writes linear_svm.json: what scikit-learn's LinearSVC and LinearSVR (liblinear) find where the intercept is as good as free.

`python make_linear_svm.py` beside this file. liblinear penalises the intercept b as one more weight of the value
b / intercept_scaling; at 3000 that is 1e-7 b^2, so its least value is that of a machine whose intercept is not penalised.
Features are standardised by the rows with index % 5 != 0, which are the rows to learn from.
"""
import json
import os

import numpy as np
import sklearn
from make_svm import HERE, NOTEBOOKS, standardized
from sklearn.svm import LinearSVC, LinearSVR

# Of several classes, liblinear weighs those that are told from the rest and not the rest; so two are asked alone.
SETTINGS = {"c1": dict(), "c01": dict(C=0.1), "balanced": dict(class_weight="balanced"), "weighted": dict()}
SCALING = dict(intercept_scaling=3000.0, tol=1e-12, max_iter=1_000_000)


def weights(count):
    return 0.5 + np.arange(count) * 7 % 5 / 2


def main():
    result = {"versions": f"scikit-learn {sklearn.__version__}"}
    for name in ["iris", "wine", "breast_cancer"]:
        x, y, new = standardized(os.path.join(NOTEBOOKS, name + ".csv"))
        y = y.astype(str)
        result[name] = {}
        for key, settings in SETTINGS.items():
            if key == "balanced" and len(set(y)) > 2:
                continue
            model = LinearSVC(dual=False, **SCALING, **settings)
            model.fit(x, y, sample_weight=weights(len(x)) if key == "weighted" else None)
            result[name][key] = {
                "coefficients": model.coef_.ravel().tolist(), "intercepts": model.intercept_.tolist(),
                "predictions": model.predict(new).tolist()}
    x, y, new = standardized(os.path.join(HERE, "data", "diabetes.csv"))
    result["diabetes"] = {}
    for key, settings in {"c1": dict(), "c001_eps10": dict(C=0.01, epsilon=10.0), "weighted": dict()}.items():
        model = LinearSVR(dual=False, loss="squared_epsilon_insensitive", **SCALING, **settings)
        model.fit(x, y, sample_weight=weights(len(x)) if key == "weighted" else None)
        result["diabetes"][key] = {"coefficients": model.coef_.tolist(), "intercepts": model.intercept_.tolist()}
    with open(os.path.join(HERE, "linear_svm.json"), "w") as file:
        json.dump(result, file)


if __name__ == "__main__":
    main()

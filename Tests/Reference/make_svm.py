"""Writes svm.json: what scikit-learn's SVC and SVR (libsvm) find on the data sets of the tests, solved to 1e-6.

`python make_svm.py` beside this file; rows with index % 5 == 0 are test rows, features are standardised by the others.
"""
import json
import os

import numpy as np
import pandas as pd
import sklearn
from sklearn.svm import SVC, SVR

HERE = os.path.dirname(os.path.abspath(__file__))
NOTEBOOKS = os.path.join(HERE, "..", "..", "notebooks", "data")
MACHINES = {
    "rbf": dict(), "rbf_c10_gamma01": dict(C=10, gamma=0.1), "linear": dict(kernel="linear"),
    "poly3": dict(kernel="poly"), "poly2_coef1": dict(kernel="poly", degree=2, coef0=1.0), "sigmoid": dict(kernel="sigmoid"),
    "balanced": dict(class_weight="balanced"), "weighted": dict(),
}


def standardized(path):
    data = pd.read_csv(path)
    x, y = data.iloc[:, :-1].to_numpy(float), data.iloc[:, -1].to_numpy()
    test = np.arange(len(x)) % 5 == 0
    deviation = x[~test].std(0)
    x = (x - x[~test].mean(0)) / np.where(deviation == 0, 1, deviation)
    return x[~test], y[~test], x[test]


def weights(count):
    return 0.5 + np.arange(count) % 3


def main():
    result = {"versions": f"scikit-learn {sklearn.__version__}"}
    for name in ["iris", "wine", "breast_cancer", "digits"]:
        x, y, new = standardized(os.path.join(NOTEBOOKS, name + ".csv"))
        y = y.astype(str)
        result[name] = {}
        for key, settings in MACHINES.items():
            model = SVC(tol=1e-6, decision_function_shape="ovo", cache_size=500, **settings)
            model.fit(x, y, sample_weight=weights(len(x)) if key == "weighted" else None)
            decisions = np.atleast_2d(model.decision_function(new[:5]))
            flip = -1 if len(model.classes_) == 2 else 1  # scikit-learn turns the sign for two classes
            result[name][key] = {
                "intercepts": (flip * model.intercept_).tolist(), "dual_abs_sum": float(np.abs(model.dual_coef_).sum()),
                "support": model.n_support_.tolist(), "decisions": (flip * decisions.reshape(5, -1)).tolist(),
                "predictions": model.predict(new).tolist(),
            }
    x, y, new = standardized(os.path.join(HERE, "data", "diabetes.csv"))
    result["diabetes"] = {}
    for key, settings in {"rbf_c100": dict(C=100), "linear_eps5": dict(kernel="linear", epsilon=5.0),
                          "weighted": dict(C=10, epsilon=1.0)}.items():
        model = SVR(tol=1e-6, **settings).fit(x, y, sample_weight=weights(len(x)) if key == "weighted" else None)
        result["diabetes"][key] = {
            "intercept": float(model.intercept_[0]), "dual_abs_sum": float(np.abs(model.dual_coef_).sum()),
            "support": len(model.support_), "predictions": model.predict(new).tolist()}
    with open(os.path.join(HERE, "svm.json"), "w") as file:
        json.dump(result, file)


if __name__ == "__main__":
    main()

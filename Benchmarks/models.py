"""Times models of Weir beside scikit-learn, LightGBM and XGBoost: fit and predict, 100,000 and 20,000 rows of 50 columns.

Every measurement is a process of its own that warms up once; peers and Weir alternate, and the medians over rounds and the
most memory are printed. `python models.py peer DATA PEER WORKLOAD RUNS` is one measurement of a peer.
"""
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.join(HERE, "..", ".build", "release", "weir-model-bench")
DATA = os.environ.get("WEIR_BENCH_DATA") or os.path.join(HERE, "..", ".build", "bench-data")
TRAIN, TEST = 100_000, 20_000


def peers():
    """By workload, the data and the peers: label, and how to make the model."""
    def sk(module, name, **settings):
        def make():
            return getattr(__import__(f"sklearn.{module}", fromlist=[name]), name)(**settings)
        return make

    def lgb(kind, **settings):
        return lambda: getattr(__import__("lightgbm"), f"LGBM{kind}")(n_jobs=2, verbose=-1, **settings)

    def xgb(name, **settings):
        return lambda: getattr(__import__("xgboost"), name)(n_jobs=2, tree_method="hist", random_state=0, **settings)

    def normal_equations():
        import numpy as np

        class Solved:
            def fit(self, x, y):
                a = np.c_[x, np.ones(len(x))]
                self.w = np.linalg.solve(a.T @ a, a.T @ y)
                return self

            def predict(self, x):
                return x @ self.w[:-1] + self.w[-1]
        return Solved()

    boosted = {"learning_rate": 0.1, "n_estimators": 100}
    logistic = {
        "scikit-learn": sk("linear_model", "LogisticRegression", max_iter=1000),
        "newton-chol": sk("linear_model", "LogisticRegression", solver="newton-cholesky"),
    }
    return {
        "linear": ("reg", {"scikit-learn": sk("linear_model", "LinearRegression"), "numpy": normal_equations}),
        "ridge": ("reg", {"scikit-learn": sk("linear_model", "Ridge", alpha=1.0)}),
        "lasso": ("reg", {"scikit-learn": sk("linear_model", "Lasso", alpha=0.5)}),
        "logistic": ("cls", logistic),
        "logistic-l1": ("cls", {"scikit-learn": sk(
            "linear_model", "LogisticRegression", l1_ratio=1, C=0.01, solver="liblinear", max_iter=1000)}),
        "logistic-8": ("multi", logistic),
        "linear-svm": ("cls", {"scikit-learn": sk("svm", "LinearSVC", dual=False)}),
        "svm": ("cls", {"scikit-learn": sk("svm", "SVC", cache_size=500)}),
        "knn": ("cls", {"scikit-learn": sk("neighbors", "KNeighborsClassifier", algorithm="brute", n_jobs=2)}),
        "bayes": ("cls", {"scikit-learn": sk("naive_bayes", "GaussianNB")}),
        "tree-10": ("cls", {"scikit-learn": sk("tree", "DecisionTreeClassifier", max_depth=10, random_state=0)}),
        "tree": ("cls", {"scikit-learn": sk("tree", "DecisionTreeClassifier", random_state=0)}),
        "tree-regression-10": ("reg", {"scikit-learn": sk("tree", "DecisionTreeRegressor", max_depth=10, random_state=0)}),
        "forest-12": ("cls", {
            "scikit-learn": sk("ensemble", "RandomForestClassifier", n_estimators=100, max_depth=12, n_jobs=2, random_state=0),
            "XGBoost": xgb("XGBRFClassifier", n_estimators=100, max_depth=12),
        }),
        "forest": ("cls", {
            "scikit-learn": sk("ensemble", "RandomForestClassifier", n_estimators=100, n_jobs=2, random_state=0)}),
        "gbm": ("cls", {
            "scikit-learn": sk("ensemble", "HistGradientBoostingClassifier", max_iter=100, early_stopping=False, random_state=0),
            "LightGBM": lgb("Classifier", **boosted), "XGBoost": xgb("XGBClassifier", max_depth=6, **boosted),
        }),
        "gbm-regression": ("reg", {
            "scikit-learn": sk("ensemble", "HistGradientBoostingRegressor", max_iter=100, early_stopping=False, random_state=0),
            "LightGBM": lgb("Regressor", **boosted), "XGBoost": xgb("XGBRegressor", max_depth=6, **boosted),
        }),
    }


SCALED = {"logistic", "logistic-l1", "logistic-8", "linear-svm", "svm", "knn"}
# Rows to learn from and to predict, where they are fewer than usual.
SIZES = {"svm": (10_000, 5_000), "knn": (20_000, 5_000)}


def make_data():
    import numpy as np
    from sklearn.datasets import make_classification, make_regression
    os.makedirs(DATA, exist_ok=True)
    path, n = os.path.join(DATA, "reg_y.npy"), TRAIN + TEST
    if not os.path.exists(os.path.join(DATA, "multi_y.npy")):
        x, y = make_classification(n, 50, n_informative=20, n_redundant=10, n_classes=8, flip_y=0.02, random_state=7)
        np.save(os.path.join(DATA, "multi_X.npy"), x)
        np.save(os.path.join(DATA, "multi_y.npy"), y.astype(np.int64))
    if os.path.exists(path):
        return
    x, y = make_classification(n, 50, n_informative=20, n_redundant=10, n_clusters_per_class=4, flip_y=0.02, random_state=42)
    np.save(os.path.join(DATA, "cls_X.npy"), x)
    np.save(os.path.join(DATA, "cls_y.npy"), y.astype(np.int64))
    x, y = make_regression(n, 50, n_informative=30, noise=10.0, random_state=42)
    np.save(os.path.join(DATA, "reg_X.npy"), x)
    np.save(path, y)


def peer(data, label, workload, runs):
    """One measurement of a peer, printed as Weir's program prints its own."""
    import resource
    import numpy as np
    kind, makers = peers()[workload]
    x, y = np.load(f"{data}/{kind}_X.npy"), np.load(f"{data}/{kind}_y.npy")
    rows, others = SIZES.get(workload, (TRAIN, TEST))
    train, target, test, truth = x[:rows].copy(), y[:rows], x[-others:].copy(), y[-others:]

    if workload in SCALED:
        mean, spread = train.mean(0), train.std(0)
        train, test = (train - mean) / spread, (test - mean) / spread

    def timed(body, runs):
        result, times = body() if runs > 1 else None, []
        for _ in range(runs):
            start = time.perf_counter()
            result = body()
            times.append(time.perf_counter() - start)
        return result, statistics.median(times)

    model, fit = timed(lambda: makers[label]().fit(train, target), runs)
    predicted, predict = timed(lambda: model.predict(test), max(runs, 5))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    score = (predicted == truth).mean() if kind != "reg" else 1 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum()
    print(json.dumps({"workload": workload + " fit", "median_s": fit, "peak_mb": memory, "score": float(score)}))
    print(json.dumps({"workload": workload + " predict", "median_s": predict, "peak_mb": memory}))


def models(rows, rounds=3, runs=1, only=None):
    if not os.path.exists(BENCH):
        sys.exit("build it first: swift build -c release --product weir-model-bench")
    make_data()
    for workload, (_, makers) in peers().items():
        if only and workload not in only:
            continue
        commands = {label: [sys.executable, __file__, "peer", DATA, label, workload, str(runs)] for label in makers}
        commands["weir"] = [BENCH, DATA, workload, "2", str(runs)]
        found = {}
        for _ in range(rounds):
            for label, command in commands.items():
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode != 0:
                    sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
                for line in done.stdout.splitlines():
                    if line.startswith("{"):
                        part = json.loads(line)
                        found.setdefault(part["workload"], {}).setdefault(label, []).append(part)
        for name, by_label in found.items():
            seconds = {label: statistics.median(p["median_s"] for p in parts) for label, parts in by_label.items()}
            row = {"workload": name, "rounds": rounds, "seconds": seconds,
                   "peak_mb": {label: max(p["peak_mb"] for p in parts) for label, parts in by_label.items()},
                   "score": {label: parts[-1]["score"] for label, parts in by_label.items() if "score" in parts[-1]},
                   "ratios": {label: round(s / seconds["weir"], 2) for label, s in seconds.items() if label != "weir"}}
            rows.append(row)
            print(f"\n{name}")
            for label in seconds:
                score = f"   score {row['score'][label]:.4f}" if label in row["score"] else ""
                ratio = f"   {row['ratios'][label]:6.2f} times as long as weir" if label in row["ratios"] else ""
                print(f"  {label:14} {seconds[label]:9.4f} s   {row['peak_mb'][label]:6} MB{score}{ratio}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
    else:
        models([], only=sys.argv[1:] or None)

"""Times models of Weir beside scikit-learn, LightGBM and XGBoost: fit and predict, 100,000 and 20,000 rows of 50 columns.

Every measurement is a process of its own, which warms up where it runs several times; peers and Weir alternate, and the medians
over rounds and the most memory are printed. What takes a peer long is measured once. `python models.py forest gbm` compares these
alone, `python models.py one-row` times predictions of one row through the language; `python models.py peer DATA PEER WORKLOAD
RUNS` is one measurement of a peer.
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

    class Transforming:
        """A step that transforms, timed as a model is."""
        def __init__(self, step):
            self.step = step

        def fit(self, x, y):
            self.step.fit(x)
            return self

        def predict(self, x):
            return self.step.transform(x)

    class Grouping(Transforming):
        """Groups of the rows themselves, without a prediction for others."""
        def predict(self, x):
            return None

    def pca(**settings):
        return lambda: Transforming(sk("decomposition", "PCA", n_components=10, **settings)())

    def means(**settings):
        def make():
            model = sk("cluster", "KMeans", n_clusters=16, n_init=1, **settings)()
            if "max_iter" not in settings:
                return model
            # From the first rows as centres, as many steps as are allowed.

            class FromFirst:
                def fit(self, x, y):
                    model.init = x[:16].copy()
                    self.model = model.fit(x)
                    return self

                def predict(self, x):
                    return self.model.predict(x)
            return FromFirst()
        return make

    def scipy_tree(how):
        from scipy.cluster.hierarchy import fcluster, linkage

        class Tree:
            def fit(self, x, y):
                self.found = fcluster(linkage(x, how), 16, "maxclust")
                return self

            def predict(self, x):
                return None
        return Tree

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
        "kmeans-20": ("cls", {"scikit-learn": means(max_iter=20, tol=0)}),
        "kmeans": ("cls", {"scikit-learn": means(random_state=0)}),
        "pca-10": ("cls", {"scikit-learn": pca()}),
        "pca-10-full": ("cls", {"scikit-learn": pca(svd_solver="full")}),
        "ward": ("cls", {
            "scikit-learn": lambda: Grouping(sk("cluster", "AgglomerativeClustering", n_clusters=16)()), "SciPy": lambda: scipy_tree("ward")()}),
        "average": ("cls", {"SciPy": lambda: scipy_tree("average")()}),
        "dbscan": ("cls", {"scikit-learn": lambda: Grouping(sk("cluster", "DBSCAN", eps=6.0, n_jobs=2)())}),
        "folds-logistic": ("cls", {"scikit-learn": scaled_logistic}),
        "folds-forest": ("digits", {"scikit-learn": sk("ensemble", "RandomForestClassifier", n_estimators=100, random_state=0)}),
    }


def scaled_logistic():
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


SCALED = {"logistic", "logistic-l1", "logistic-8", "linear-svm", "svm", "knn", "kmeans-20", "kmeans", "ward", "average", "dbscan"}
# Rows to learn from and to predict, where they are fewer than usual.
SIZES = {"svm": (10_000, 5_000), "knn": (20_000, 5_000), "ward": (5_000, 100), "average": (5_000, 100), "dbscan": (5_000, 100), "folds-forest": (1797, 0)}
# What takes a peer many seconds: measured once, without a run to warm up.
LONG = {"tree", "tree-10", "tree-regression-10", "forest", "forest-12", "svm"}
# How often the others run in each process, after one run to warm up.
RUNS = 5


def peak_mb():
    """The most memory that this process held. `getrusage` tells of the process that started it as well."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM:"))


def make_data():
    import numpy as np
    from sklearn.datasets import make_classification, make_regression
    os.makedirs(DATA, exist_ok=True)
    path, n = os.path.join(DATA, "reg_y.npy"), TRAIN + TEST
    if not os.path.exists(os.path.join(DATA, "multi_y.npy")):
        x, y = make_classification(n, 50, n_informative=20, n_redundant=10, n_classes=8, flip_y=0.02, random_state=7)
        np.save(os.path.join(DATA, "multi_X.npy"), x)
        np.save(os.path.join(DATA, "multi_y.npy"), y.astype(np.int64))
    if not os.path.exists(os.path.join(DATA, "digits_y.npy")):
        from sklearn.datasets import load_digits
        x, y = load_digits(return_X_y=True)
        np.save(os.path.join(DATA, "digits_X.npy"), np.ascontiguousarray(x))
        np.save(os.path.join(DATA, "digits_y.npy"), y.astype(np.int64))
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
    import numpy as np
    kind, makers = peers()[workload]
    x, y = np.load(f"{data}/{kind}_X.npy"), np.load(f"{data}/{kind}_y.npy")
    rows, others = SIZES.get(workload, (TRAIN, TEST))
    train, target, test, truth = x[:rows].copy(), y[:rows], x[len(x) - others:].copy(), y[len(x) - others:]

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

    if workload.startswith("folds"):
        from sklearn.model_selection import StratifiedKFold, cross_val_score
        scores, seconds = timed(
            lambda: cross_val_score(makers[label](), train, target, cv=StratifiedKFold(5), n_jobs=2), runs)
        print(json.dumps({"workload": workload + " 5 folds", "median_s": seconds, "peak_mb": peak_mb() + children_mb(),
                          "score": float(scores.mean())}))
        return
    model, fit = timed(lambda: makers[label]().fit(train, target), runs)
    predicted, predict = timed(lambda: model.predict(test), max(runs, 5))
    learned, memory = {"workload": workload + " fit", "median_s": fit, "peak_mb": peak_mb()}, peak_mb()
    if workload.startswith(("kmeans", "pca", "ward", "average", "dbscan")):
        if hasattr(model, "inertia_") or hasattr(getattr(model, "model", None), "inertia_"):
            learned["score"] = float(getattr(model, "model", model).inertia_)
    elif kind == "reg":
        learned["score"] = float(1 - ((truth - predicted) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())
    else:
        learned["score"] = float((predicted == truth).mean())
        if workload == "gbm":
            chances = np.clip(model.predict_proba(test)[np.arange(len(truth)), truth], 1e-15, 1)
            learned["log_loss"] = float(-np.log(chances).mean())
    print(json.dumps(learned))
    if predicted is not None:
        print(json.dumps({"workload": workload + " predict", "median_s": predict, "peak_mb": memory}))


def children_mb():
    """The most memory of the processes that work for this one."""
    total = 0
    for place in os.listdir("/proc"):
        try:
            with open(f"/proc/{place}/status") as file:
                status = dict(line.split(":", 1) for line in file if ":" in line)
        except (NotADirectoryError, FileNotFoundError, ProcessLookupError):
            continue
        if status.get("PPid", "").strip() == str(os.getpid()) and "VmHWM" in status:
            total += int(status["VmHWM"].split()[0]) // 1024
    return total


ONE_ROW = {
    "linear": "linear(), target: .alcohol, features: [.ash, .malic_acid, .hue]",
    "forest": "forest(trees: 100), target: .cultivar", "gbm": "gbm(trees: 100, min_samples_leaf: 5), target: .cultivar",
}
CALLS = 10_000


def one_row(rows):
    """Predictions of one row each through the language, a call after the other; scikit-learn's of a row of an array."""
    import tempfile
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LinearRegression
    weir, wine = os.path.join(HERE, "..", ".build", "release", "weir"), os.path.join(HERE, "..", "notebooks", "data", "wine.csv")
    data = pd.read_csv(wine)
    x, y = np.ascontiguousarray(data.iloc[:, :-1].to_numpy(float)), data["cultivar"].astype(str).to_numpy()
    peers = {
        "linear": lambda: LinearRegression().fit(x[:, 1:4], x[:, 0]), "forest": lambda: RandomForestClassifier(100).fit(x, y),
        "gbm": lambda: HistGradientBoostingClassifier(max_iter=100, min_samples_leaf=5).fit(x, y)}
    print("\npredictions of one row through the language, microseconds a call")
    for name, call in ONE_ROW.items():
        seconds = {}
        with tempfile.TemporaryDirectory() as folder:
            for calls in (10, CALLS + 10):
                with open(os.path.join(folder, "page.weir"), "w") as file:
                    file.write(f'rows = read_csv("{wine}")\none = rows |> take(1)\nmodel = rows |> fit({call})\n'
                               f"out = [predict(model, one |> derive(ash: i / 5000.0)) for i in 1..{calls}]\ncount(out)\n")
                times = []
                for _ in range(5):
                    start = time.perf_counter()
                    subprocess.run([weir, "run", "--no-cache", "page.weir"], cwd=folder, check=True, capture_output=True)
                    times.append(time.perf_counter() - start)
                seconds[calls] = statistics.median(times)
        ours = (seconds[CALLS + 10] - seconds[10]) / CALLS
        model, one, count = peers[name](), x[:1, 1:4] if name == "linear" else x[:1], 2000 if name == "linear" else 60
        start = time.perf_counter()
        for _ in range(count):
            model.predict(one)
        theirs = (time.perf_counter() - start) / count
        print(f"  {name:10} weir {ours * 1e6:9.1f}   scikit-learn {theirs * 1e6:9.1f}   {theirs / ours:7.1f} times as long")
        rows.append({"workload": f"one row: {name}", "seconds": {"weir": ours, "scikit-learn": theirs},
                     "ratios": {"scikit-learn": round(theirs / ours, 1)}})


def models(rows, rounds=3, only=None):
    if not os.path.exists(BENCH):
        sys.exit("build it first: swift build -c release --product weir-model-bench")
    make_data()
    for workload, (_, makers) in peers().items():
        if only and workload not in only:
            continue
        runs = 1 if workload in LONG else RUNS
        commands = {label: [sys.executable, __file__, "peer", DATA, label, workload, str(runs)] for label in makers}
        commands["weir"] = [BENCH, DATA, workload, "2", str(runs)]
        found = {}
        for turn in range(rounds):
            for label, command in commands.items():
                if turn > 0 and workload in LONG and label != "weir":
                    continue
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
                   "log_loss": {label: parts[-1]["log_loss"] for label, parts in by_label.items() if "log_loss" in parts[-1]},
                   "ratios": {label: round(s / seconds["weir"], 2) for label, s in seconds.items() if label != "weir"}}
            rows.append(row)
            print(f"\n{name}")
            for label in seconds:
                score = f"   score {row['score'][label]:.4f}" if label in row["score"] else ""
                score += f"   log loss {row['log_loss'][label]:.4f}" if label in row["log_loss"] else ""
                ratio = f"   {row['ratios'][label]:6.2f} times as long as weir" if label in row["ratios"] else ""
                print(f"  {label:14} {seconds[label]:9.4f} s   {row['peak_mb'][label]:6} MB{score}{ratio}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["peer"]:
        peer(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
    elif sys.argv[1:2] == ["one-row"]:
        one_row([])
    else:
        models([], only=sys.argv[1:] or None)

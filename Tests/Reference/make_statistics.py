"""Makes statistics.json: SciPy's numbers for the tests of Sources/WeirModels/Statistics, beside those of stat_tests.json."""
import json, sys, warnings
import numpy as np, scipy, scipy.stats as st
warnings.simplefilter("ignore")
out = {"versions": f"scipy {scipy.__version__}", "cases": []}
# Numbers by formula, so that nothing depends on a generator.
def weyl(n, a, scale=1.0, shift=0.0): return [round(shift + scale * ((i * a) % 1.0), 6) for i in range(1, n + 1)]
def bell(n, a, scale=1.0, shift=0.0):
    return [round(shift + scale * float(st.norm.ppf(0.001 + 0.998 * ((i * a) % 1.0))), 6) for i in range(1, n + 1)]
g, s = 0.6180339887498949, 0.41421356237309515
samples = {
  "few_a": weyl(6, g), "few_b": weyl(7, s, 1.3, 0.2), "a": bell(40, g), "b": bell(35, s, 1.4, 0.6), "c": bell(30, g*s, 0.7, -0.2),
  "tied_a": [1, 2, 2, 3, 3, 3, 4, 5, 5, 7, 9, 9], "tied_b": [2, 2, 3, 4, 4, 6, 6, 7, 8, 8, 9, 10],
  "many_a": bell(300, g), "many_b": bell(260, s, 1.1, 0.1), "skewed": [round(float(np.exp(v)), 6) for v in bell(60, g)],
  "three": [1.0, 2.5, 3.1], "eleven": bell(11, g), "far": bell(50, g, 1, 6),
}
out["samples"] = samples
S = {k: np.array(v, float) for k, v in samples.items()}
def add(kind, args, r, **more):
    c = {"test": kind, "samples": args, "stat": float(r.statistic), "p": float(r.pvalue)}
    c.update(more); out["cases"].append(c)
alts = ["two-sided", "less", "greater"]
for alt in alts:
    for x, y in [("few_a", "few_b"), ("a", "b"), ("many_a", "many_b"), ("tied_a", "tied_b"), ("a", "far")]:
        for ev in [True, False]:
            r = st.ttest_ind(S[x], S[y], equal_var=ev, alternative=alt); ci = r.confidence_interval(0.95)
            add("t", [x, y], r, equal_var=ev, alternative=alt, df=float(r.df), low=float(ci.low), high=float(ci.high))
        add("mann_whitney", [x, y], st.mannwhitneyu(S[x], S[y], alternative=alt), alternative=alt)
        add("ks", [x, y], st.ks_2samp(S[x], S[y], alternative=alt), alternative=alt)
    r = st.ttest_1samp(S["a"], 0.3, alternative=alt); ci = r.confidence_interval(0.9)
    add("t1", ["a"], r, mean=0.3, alternative=alt, level=0.9, low=float(ci.low), high=float(ci.high))
    for n in [6, 12, 30]:
        x, y = S["a"][:n], S["b"][:n]
        add("paired", ["a", "b"], st.ttest_rel(x, y, alternative=alt), take=n, alternative=alt)
        add("wilcoxon", ["a", "b"], st.wilcoxon(x, y, alternative=alt), take=n, alternative=alt)
    add("wilcoxon", ["tied_a", "tied_b"], st.wilcoxon(S["tied_a"], S["tied_b"], alternative=alt), alternative=alt)
    for x in ["few_a", "a", "many_a", "far"]:
        add("ks_normal", [x], st.kstest(S[x], "norm", alternative=alt), alternative=alt)
    for kind, f in [("pearson", st.pearsonr), ("spearman", st.spearmanr), ("kendall", st.kendalltau)]:
        for x, y, n in [("a", "b", 12), ("a", "b", 35), ("tied_a", "tied_b", 12), ("many_a", "many_b", 260)]:
            add(kind, [x, y], f(S[x][:n], S[y][:n], alternative=alt), take=n, alternative=alt)
for names in [["a", "b", "c"], ["few_a", "few_b"], ["tied_a", "tied_b", "c"]]:
    v = [S[n] for n in names]
    for kind, f in [("anova", st.f_oneway), ("kruskal", st.kruskal), ("levene", st.levene), ("bartlett", st.bartlett)]: add(kind, names, f(*v))
for n in samples:
    if n != "tied_b": add("shapiro", [n], st.shapiro(S[n])); add("jarque_bera", [n], st.jarque_bera(S[n]))
for t in [[[10, 20], [30, 25]], [[12, 5, 9], [3, 14, 20]], [[800, 20], [30, 2500]]]:
    r = st.chi2_contingency(t); out["cases"].append({"test": "chi2", "table": t, "stat": float(r.statistic), "p": float(r.pvalue), "df": int(r.dof)})
for alt in alts:
    for t in [[[8, 2], [1, 5]], [[30, 12], [20, 40]], [[3, 3], [3, 3]]]:
        r = st.fisher_exact(t, alternative=alt); out["cases"].append({"test": "fisher", "table": t, "stat": float(r.statistic), "p": float(r.pvalue), "alternative": alt})
for o, e in [([16, 18, 16, 14, 12, 12], None), ([10, 20, 30], [12, 18, 30])]:
    r = st.chisquare(o, e); out["cases"].append({"test": "fit", "counts": o, "expected": e, "stat": float(r.statistic), "p": float(r.pvalue)})
tails = []
for x in [-9, -1.5, 0, 0.3, 2, 6, 12, 25, 37]: tails.append(["normal", [x], float(st.norm.sf(x))])
for x, df in [(0.1, 1), (5, 1), (300, 8), (40, 50), (1200, 1000), (2e5, 199000), (0.5, 30), (1e-3, 0.7)]: tails.append(["chi2", [x, df], float(st.chi2.sf(x, df))])
for x, d1, d2 in [(119.26, 2, 147), (1.1, 3, 7), (0.2, 10, 400), (30, 1, 1e6), (2, 2000, 3000), (1e4, 5, 12)]: tails.append(["f", [x, d1, d2], float(st.f.sf(x, d1, d2))])
for x, df in [(0.1, 3), (5, 2.5), (40, 10), (10, 1e6), (3, 2e7), (1e-8, 4)]: tails.append(["t", [x, df], float(st.t.sf(x, df))])
for d, n in [(0.3, 10), (0.1, 100), (0.5, 30), (0.05, 1000), (0.2, 50), (0.9, 5)]: tails.append(["ks", [d, n], float(st.kstwo.sf(d, n))])
out["tails"] = tails
def clean(v):
    if isinstance(v, dict): return {k: clean(x) for k, x in v.items()}
    if isinstance(v, list): return [clean(x) for x in v]
    if isinstance(v, float) and not np.isfinite(v): return None
    return v
json.dump(clean(out), open(sys.argv[1], "w"), separators=(",", ":"))

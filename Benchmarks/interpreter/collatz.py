import sys
from functools import reduce

sys.setrecursionlimit(100_000)


def steps(n, k=0):
    return k if n == 1 else steps(n // 2 if n % 2 == 0 else 3 * n + 1, k + 1)


print(reduce(lambda s, n: s + steps(n), range(1, 11_001), 0))

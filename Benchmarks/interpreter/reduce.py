from functools import reduce

print(reduce(lambda s, i: s + i * 0.5, range(1_000_000), 0.0))

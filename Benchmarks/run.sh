#!/usr/bin/env bash
# Weir beside its peers, in one run on one machine: `make bench`, or `Benchmarks/run.sh startup interpreter`.
set -euo pipefail
cd "$(dirname "$0")"
venv=../.build/bench-venv
if ! cmp -s requirements.txt "$venv/requirements.txt"; then
  echo "setting up the peers in .build/bench-venv (once)"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r requirements.txt || { echo "the peers could not be installed; Python's package index is needed" >&2; exit 1; }
  cp requirements.txt "$venv/requirements.txt"
fi
exec "$venv/bin/python" compare.py "$@"

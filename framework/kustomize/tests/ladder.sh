#!/bin/sh
# Makes the expected output of every ladder case with kubectl kustomize, or of
# those that are named. A case is a folder with `in/` (built at `in/`, or at
# `in/top/` if that exists) and, optionally, `flags` for the command line.
#
# Where kubectl fails, `expected-error.txt` holds a sentence of its message; it is
# drafted if it is missing and checked if it is there.
set -eu
cd "$(dirname "$0")/ladder"
[ $# -gt 0 ] || set -- *
for case in "$@"; do
  dir="$case/in"
  [ -d "$dir/top" ] && dir="$dir/top"
  flags=$(cat "$case/flags" 2>/dev/null || true)
  # shellcheck disable=SC2086
  if kubectl kustomize $flags "$dir" >"$case/expected.yaml" 2>"$case/stderr"; then
    rm -f "$case/expected-error.txt"
  else
    rm -f "$case/expected.yaml"
    if [ -f "$case/expected-error.txt" ]; then
      tr -d '\\' <"$case/stderr" | grep -qF -f "$case/expected-error.txt" ||
        echo "$case: kubectl says something else: $(cat "$case/stderr")"
    else
      sed -n 's/^.*err="\(.*\)"$/\1/p' "$case/stderr" | tr -d '\\' |
        sed 's/^.*: //; s/["'"'"']*$//' >"$case/expected-error.txt"
      echo "$case: drafted: $(cat "$case/expected-error.txt")"
    fi
  fi
  grep '^# Warning' "$case/stderr" >"$case/expected-warnings.txt" || rm -f "$case/expected-warnings.txt"
  rm -f "$case/stderr"
done

#!/bin/sh
# Does what was applied look like what was meant? Reads the outputs of the
# applied roots and the rendered manifests; needs no cluster.
#
#   TERRACE_ENV       the environment
#   TERRACE_RENDERED  its part of the release: one folder a root or component
#   TERRACE_WORK      its work folders, where terraform was initialised
#
# Outputs are asked of terraform or tofu; where neither is on PATH, they are
# read from the state files of the local backend.
set -eu

: "${TERRACE_ENV:?is set by terrace validate}"
: "${TERRACE_RENDERED:?is set by terrace validate}"
: "${TERRACE_WORK:?is set by terrace validate}"

failures=0
fail() {
  echo "FAIL $*" >&2
  failures=$((failures + 1))
}
pass() { echo "ok   $*"; }

terraform=
for candidate in terraform tofu; do
  if command -v "$candidate" >/dev/null 2>&1; then
    terraform=$candidate
    break
  fi
done

# The folder of the environment, whether TERRACE_WORK names it or the one above.
work=$TERRACE_WORK
if [ -d "$work/$TERRACE_ENV" ]; then
  work=$work/$TERRACE_ENV
fi

# The outputs of a root as JSON; nothing where it has not been applied.
outputs() {
  if [ -n "$terraform" ] && [ -d "$work/$1" ]; then
    if [ -d "$work/../.data/$TERRACE_ENV/$1" ]; then
      TF_DATA_DIR=$(cd "$work/../.data/$TERRACE_ENV/$1" && pwd)
      export TF_DATA_DIR
    fi
    "$terraform" -chdir="$work/$1" output -json -no-color 2>/dev/null || true
    unset TF_DATA_DIR
  else
    cat "$work/$1/../../../.terrace/state/$TERRACE_ENV/$1.tfstate" 2>/dev/null || true
  fi
}

# expect ROOT WHAT PATTERN: the outputs of ROOT, on one line, match PATTERN.
expect() {
  if outputs "$1" | tr -d ' \n' | grep -Eq "$3"; then
    pass "$1: $2"
  else
    fail "$1: $2 (not applied, or not as expected)"
  fi
}

expect network "has a range for each zone" '"subnets":\{("[a-z0-9-]+":"[0-9.]+/[0-9]+",?)+\}'
expect platform "the cluster's API is reached over https" '"endpoint":"https://[a-z0-9.-]+:[0-9]+"'
expect platform "the cluster has its name under the environment's domain" "\"domain\":\"$TERRACE_ENV\\.[a-z0-9.-]+\""

components=0
for manifests in "$TERRACE_RENDERED"/*/manifests.yaml; do
  [ -f "$manifests" ] || continue
  components=$((components + 1))
  component=$(basename "$(dirname "$manifests")")
  if ! grep -q '^kind: ' "$manifests"; then
    fail "$component: no resources"
  elif grep -E '^ *(- )?image: ' "$manifests" | grep -qv '@sha256:[0-9a-f]\{64\}'; then
    fail "$component: an image is not pinned by its digest"
  else
    pass "$component: $(grep -c '^kind: ' "$manifests") resources, images pinned"
  fi
done
if [ "$components" -eq 0 ]; then
  fail "no Kustomize component in $TERRACE_RENDERED"
fi

if [ "$failures" -gt 0 ]; then
  echo "$failures of the checks failed in $TERRACE_ENV" >&2
  exit 1
fi

#!/bin/sh
# Is everything applied, and is what runs in the clusters pinned? Asks terraform
# (or tofu) for the outputs of every root, and reads the rendered manifests.
#
#   TERRACE_ENV       the environment
#   TERRACE_RENDERED  its part of the release: one folder a root or component
#   TERRACE_WORK      its work folders, where terraform was initialised
#
# Add what your platform promises: a name that resolves, a page that answers.
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
if [ -z "$terraform" ]; then
  fail "neither terraform nor tofu is on PATH"
fi

# The folder of the environment, whether TERRACE_WORK names it or the one above.
work=$TERRACE_WORK
if [ -d "$work/$TERRACE_ENV" ]; then
  work=$work/$TERRACE_ENV
fi

# The outputs of a root as JSON on one line.
outputs() {
  if [ -d "$work/../.data/$TERRACE_ENV/$1" ]; then
    TF_DATA_DIR=$(cd "$work/../.data/$TERRACE_ENV/$1" && pwd)
    export TF_DATA_DIR
  fi
  "$terraform" -chdir="$work/$1" output -json -no-color | tr -d ' \n'
  unset TF_DATA_DIR
}

roots=0
components=0
for folder in "$TERRACE_RENDERED"/*/; do
  name=$(basename "$folder")
  if [ -f "$folder/main.tf" ]; then
    roots=$((roots + 1))
    if [ -z "$terraform" ]; then
      continue
    elif [ ! -d "$work/$name" ]; then
      fail "$name: not applied"
    elif ! json=$(outputs "$name"); then
      fail "$name: its outputs cannot be read"
    elif [ -f "$folder/outputs.tf" ] && [ "$json" = "{}" ]; then
      fail "$name: not applied, it has no outputs yet"
    else
      pass "$name: applied"
    fi
  elif [ -f "$folder/manifests.yaml" ]; then
    components=$((components + 1))
    if ! grep -q '^kind: ' "$folder/manifests.yaml"; then
      fail "$name: no resources"
    elif grep -E '^ *(- )?image: ' "$folder/manifests.yaml" | grep -qv '@sha256:[0-9a-f]\{64\}'; then
      fail "$name: an image is not pinned by its digest"
    else
      pass "$name: $(grep -c '^kind: ' "$folder/manifests.yaml") resources, images pinned"
    fi
  fi
done
if [ "$roots" -eq 0 ]; then
  fail "no Terraform root in $TERRACE_RENDERED"
fi
if [ "$components" -eq 0 ]; then
  fail "no Kustomize component in $TERRACE_RENDERED"
fi

if [ "$failures" -gt 0 ]; then
  echo "$failures of the checks failed in $TERRACE_ENV" >&2
  exit 1
fi

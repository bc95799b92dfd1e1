#!/bin/sh
# Waits until what was rendered runs; the cluster's context has the environment's name.
for manifests in "$TERRACE_RENDERED"/*/manifests.yaml; do
  kubectl --context "$TERRACE_ENV" rollout status --timeout 5m --filename "$manifests" || exit 1
done

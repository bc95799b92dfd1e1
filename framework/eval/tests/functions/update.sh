#!/bin/sh
# Makes the tables of this folder anew: the expressions stay, the answers are
# what the installed terraform gives. New expressions need no answer before.
set -eu
cd "$(dirname "$0")/../../../.."
TERRACE_ORACLE=write cargo test -q -p terrace-eval --test functions tables_are_what_terraform_says

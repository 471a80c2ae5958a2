#!/bin/sh
# run.sh PROGRAM [ARGUMENT...]: a unit test with its TAP put right. cmocka 1.1 prints a skipped test as "not ok N # SKIP", which counts as failed. One that hangs fails.
output=$(timeout -k 10 600 "$@")
status=$?
printf '%s\n' "$output" | sed 's/^not ok \([0-9]*\)\(.*# SKIP\)/ok \1\2/'
exit "$status"

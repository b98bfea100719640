#!/bin/sh
# One part of a run: a task of a Slurm array job or a pod of an indexed Kubernetes job.
#
#   shard.sh SCENARIO DIR [flags of dllmbench run]
#
# SHARD is the part, as --shard takes it; by default auto, which asks the variables of Slurm.
# Kubernetes does not tell the number of parts: there it is auto/N. A part that was interrupted
# is continued when the script is run again. Regressions (10) and missed thresholds (99) are
# results, not failures: the script ends with 0 and leaves the code in DIR/part-I/exit-code.
set -eu

scenario=$1
dir=$2/part-${SLURM_ARRAY_TASK_ID:-${JOB_COMPLETION_INDEX:-0}}
shift 2

if [ -e "$dir/results.jsonl" ]; then
  set -- --resume "$@"
fi
code=0
# The signal that ends the job goes to dllmbench too: it keeps what is finished and ends with 130.
trap : INT TERM
dllmbench run "$scenario" --shard "${SHARD:-auto}" --out "$dir" --progress plain "$@" &
pid=$!
while :; do
  code=0
  wait "$pid" || code=$?
  kill -0 "$pid" 2>/dev/null || break
  kill -TERM "$pid" 2>/dev/null || :
done
if [ -d "$dir" ]; then
  echo "$code" >"$dir/exit-code"
fi
case $code in
10 | 99) exit 0 ;;
esac
exit "$code"

#!/usr/bin/env bash
# Goes from a fresh clone to results on this machine: run-local.sh [OPTIONS OF octospark run]
# It installs missing packages, builds if a source is newer than the jar, runs the notebook's experiment and queries its results.
# The arguments go to `octospark run`, for example --grids 5. --experiment and --results replace the defaults used here. The exit
# code is that of the run.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
octospark=$root/submit-scripts/octospark
unset OCTOSPARK_BUILD OCTOSPARK_JAR
# shellcheck source=submit-scripts/setup.sh
source "$root/submit-scripts/setup.sh"

jar=$root/target/octospark.jar
if [[ ! -f $jar || $(find "$root/src" "$root/pom.xml" -newer "$jar" -print -quit) ]]; then
    echo "run-local: building; the first build takes minutes because Maven downloads Spark" >&2
    (cd "$root" && ./mvnw -q -B package -DskipTests) >&2
fi

experiment=(--experiment "$root/conf/notebook.json")
into=(--results "$root/results")
results=$root/results
previous=
for word in "$@"; do
    case $word in
        -h | --help) exec "$octospark" run --help ;;
        --experiment | --experiment=*) experiment=() ;;
        --results) into=() ;;
        --results=*) into=() results=${word#*=} ;;
    esac
    [[ $previous != --results ]] || results=$word
    previous=$word
done

code=0
"$octospark" run "${experiment[@]}" "${into[@]}" "$@" || code=$?
((code == 0 || code == 3)) || exit "$code"

latest='WHERE run_id = (SELECT max_by(run_id, started_at) FROM runs)'
queries=(
    "SELECT id, cu, host, backend, grids, round(try_divide(grids, time_seconds), 1) AS grids_per_second
     FROM units $latest ORDER BY repeat, id"
    "SELECT stop_reason, count(*) AS grids, round(avg(iterations), 1) AS mean_iterations,
            max(residual) AS worst_residual
     FROM grids $latest GROUP BY stop_reason ORDER BY grids DESC"
    "SELECT phase, sum(calls) AS calls, round(sum(total_ns) / 1e9, 3) AS seconds
     FROM timings $latest GROUP BY phase ORDER BY seconds DESC"
)
printf '\noctospark sql --results %q' "$results"
printf ' \\\n    "%s"' "${queries[@]}"
printf '\n\n'
"$octospark" sql --results "$results" "${queries[@]}"
exit "$code"

#!/usr/bin/env bash
# Makes BUILD/octospark.jsa, an archive of the classes that a small run loads: class-archive.sh [BUILD]. The launcher hands it to
# its JVMs, which then start in little more than half the processor time. It fits the Java and the jars it was made with;
# with others Java ignores it. The build calls this script. Where it fails there is no archive, and nothing else is missing.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
build=$(realpath -- "${1:-$root/target}")
archive=$build/octospark.jsa
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f "$archive"

unset SPARK_HOME SPARK_CONF_DIR OCTOSPARK_JAR OCTOSPARK_SUBMIT_OPTS
export OCTOSPARK_BUILD=$build SPARK_LOCAL_DIRS=$work
export SPARK_SUBMIT_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable -Dspark.ui.enabled=false
    -XX:ArchiveClassesAtExit=$work/octospark.jsa"
cd "$work"
if "$root/submit-scripts/octospark" run --experiment "$root/conf/notebook.json" --grids 2 --master 'local[1]' \
    --results "$work/results" >"$work/log" 2>&1 && [[ -f octospark.jsa ]]; then
    mv octospark.jsa "$archive"
else
    echo "class-archive: made none; commands work without it, but start slower" >&2
fi

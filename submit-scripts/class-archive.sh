#!/usr/bin/env bash
# Creates BUILD/octospark.jsa, an archive of the classes that a small run loads:
#   class-archive.sh [BUILD]
# The launcher passes the archive to its JVMs, which then start in little more than half the processor time. The archive works
# only with the Java and the jars that created it; Java ignores it otherwise. The build calls this script. If the script
# fails, only the archive is missing.
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
    echo "class-archive: could not create $archive; commands work without it, but start more slowly" >&2
fi

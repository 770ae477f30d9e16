#!/usr/bin/env bash
# Runs all tests on the default Spark version, then those with Spark or Hadoop in them on the other: run-tests.sh [--quick].
# --quick: on the default version only.
set -euo pipefail

builds=("" "-Dbuild.folder=target/spark-3.5.6 -Dspark.version=3.5.6")
case ${1-} in
    '') ;;
    --quick) builds=("") ;;
    *)
        echo "run-tests: usage: run-tests.sh [--quick]" >&2
        exit 2
        ;;
esac

cd "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")"
octospark_tests=yes
# shellcheck source=submit-scripts/setup.sh
source submit-scripts/setup.sh
# The tests start the launcher; it is to use what was just built.
unset SPARK_HOME SPARK_CONF_DIR LOG4J_CONFIGURATION_FILE OCTOSPARK_BUILD OCTOSPARK_JAR OCTOSPARK_SUBMIT_OPTS

for build in "${builds[@]}"; do
    read -r -a options <<<"$build"
    echo "run-tests: ./mvnw -B -ntp verify${build:+ $build}"
    ./mvnw -B -ntp verify "${options[@]}" || {
        echo "run-tests: FAILED: ./mvnw verify${build:+ $build}"
        exit 1
    }
done
echo "run-tests: all tests passed (${#builds[@]} Spark version(s))"

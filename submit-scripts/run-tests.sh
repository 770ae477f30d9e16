#!/usr/bin/env bash
# Runs the tests: run-tests.sh [--quick | --nightly]
#   (no option)  all but the longest tests on the default Spark version, then the tests that depend on Spark, Hadoop or Jackson
#                on the other version
#   --quick      only the default Spark version
#   --nightly    the longest tests as well
set -euo pipefail

builds=("" "-Dbuild.folder=target/spark-3.5.6 -Dspark.version=3.5.6") more=()
case ${1-} in
    '') ;;
    --quick) builds=("") ;;
    --nightly) more=(-Dtests.excluded=none) ;;
    *)
        echo "run-tests: usage: run-tests.sh [--quick | --nightly]" >&2
        exit 2
        ;;
esac

cd "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")"
octospark_tests=yes
# shellcheck source=submit-scripts/setup.sh
source submit-scripts/setup.sh
# The tests start the launcher, which must use the new build.
unset SPARK_HOME SPARK_CONF_DIR LOG4J_CONFIGURATION_FILE OCTOSPARK_BUILD OCTOSPARK_JAR OCTOSPARK_SUBMIT_OPTS

for build in "${builds[@]}"; do
    read -r -a options <<<"$build"
    options+=("${more[@]}")
    echo "run-tests: ./mvnw -B -ntp verify ${options[*]}"
    ./mvnw -B -ntp verify "${options[@]}" || {
        echo "run-tests: FAILED: ./mvnw verify ${options[*]}"
        exit 1
    }
done
echo "run-tests: all tests passed (${#builds[@]} Spark version(s))"

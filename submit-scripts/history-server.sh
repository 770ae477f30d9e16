#!/usr/bin/env bash
# Shows Spark's web pages of runs that have ended:
#   history-server.sh [FOLDER [PORT]]
# It starts Spark's history server on a folder of event logs and runs until Ctrl-C. Defaults: results/spark-events, 18080.
# To write an event log: octospark run ... -- --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=FOLDER
# Environment, all optional:
#   SPARK_LOCAL_IP   address of the server, default 127.0.0.1, because the pages need no password
#   SPARK_HOME       Spark to use; default: the jars in the build folder
#   OCTOSPARK_BUILD  build folder, default target
#   JAVA_HOME        Java 17 or later; default: java on PATH
# Exit codes: 2 wrong usage, otherwise those of the server.
set -euo pipefail

refuse() {
    echo "history-server: $*" >&2
    exit 2
}

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$here")
build=${OCTOSPARK_BUILD:-target}
[[ $build == /* ]] || build=$root/$build
(($# <= 2)) || refuse "usage: history-server.sh [FOLDER [PORT]]"
folder=${1:-results/spark-events} port=${2:-18080}
[[ $port =~ ^[0-9]{1,5}$ ]] && ((port >= 1 && port <= 65535)) || refuse "PORT = $port: must be from 1 to 65535; correct the value"
if [[ ! $folder =~ ^[A-Za-z][A-Za-z0-9+.-]*: ]]; then
    [[ -d $folder ]] || refuse "$folder: no such folder; runs write event logs with -- --conf spark.eventLog.enabled=true --conf spark.eventLog.dir=FOLDER"
    folder=file:$(readlink -f "$folder")
fi

export SPARK_HOME=${SPARK_HOME:-$build/spark-runtime}
compgen -G "$SPARK_HOME/jars/spark-core_*.jar" >/dev/null ||
    refuse "no Spark in SPARK_HOME=$SPARK_HOME; build OctoSpark with ./mvnw package -DskipTests, or set SPARK_HOME"
export SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1} LOG4J_CONFIGURATION_FILE=${LOG4J_CONFIGURATION_FILE:-$root/conf/log4j2.properties}
export SPARK_HISTORY_OPTS="-Dspark.history.fs.logDirectory=$folder -Dspark.history.ui.port=$port ${SPARK_HISTORY_OPTS-}"
echo "history server: http://$SPARK_LOCAL_IP:$port shows $folder" >&2
exec "$here/spark-class" org.apache.spark.deploy.history.HistoryServer

# Programs that Tofro is measured against.

compile_tests() {
    (cd "$home" && mvn -q -B test-compile dependency:build-classpath -Dmdep.includeScope=test \
        "-Dmdep.outputFile=$work/classpath") >&2
}

# A program of the tests' own: its heap, its name under org.tofro.bench, its arguments.
test_class() {
    local heap=$1 name=$2
    shift 2
    java "$heap" -cp "$home/target/test-classes:$home/target/classes:$(cat "$work/classpath")" "org.tofro.bench.$name" "$@"
}

# DSBulk; its jars are found by a project of its own, as they mix with nobody's.
dsbulk() {
    if [[ ! -s $work/dsbulk/classpath ]]; then
        mkdir -p "$work/dsbulk"
        cat >"$work/dsbulk/pom.xml" <<'EOF'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.tofro</groupId><artifactId>dsbulk</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.datastax.oss</groupId><artifactId>dsbulk-runner</artifactId><version>1.10.0</version>
    </dependency>
    <dependency>
      <groupId>com.datastax.oss</groupId><artifactId>dsbulk-workflow-unload</artifactId><version>1.10.0</version>
    </dependency>
    <dependency>
      <groupId>com.datastax.oss</groupId><artifactId>dsbulk-workflow-load</artifactId><version>1.10.0</version>
    </dependency>
    <dependency>
      <groupId>com.datastax.oss</groupId><artifactId>dsbulk-batcher-reactor</artifactId><version>1.10.0</version>
    </dependency>
    <dependency>
      <groupId>com.datastax.oss</groupId><artifactId>dsbulk-connectors-csv</artifactId><version>1.10.0</version>
    </dependency>
    <dependency>
      <groupId>com.datastax.oss</groupId><artifactId>dsbulk-codecs-text</artifactId><version>1.10.0</version>
    </dependency>
    <dependency>
      <groupId>com.datastax.oss</groupId><artifactId>dsbulk-executor-reactor</artifactId><version>1.10.0</version>
    </dependency>
    <dependency>
      <groupId>ch.qos.logback</groupId><artifactId>logback-classic</artifactId><version>1.2.13</version>
    </dependency>
  </dependencies>
</project>
EOF
        mvn -q -B -f "$work/dsbulk/pom.xml" dependency:build-classpath "-Dmdep.outputFile=$work/dsbulk/classpath" >&2
    fi
    java -cp "$(cat "$work/dsbulk/classpath")" com.datastax.oss.dsbulk.runner.DataStaxBulkLoader "$@"
}

# Beam's CassandraIO, whose driver is one that Tofro does not have: a class path of its own.
cassandra_io() {
    local folder=$work/cassandraio
    if [[ ! -s $folder/classpath ]]; then
        mkdir -p "$folder"
        cat >"$folder/pom.xml" <<'EOF'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.tofro</groupId><artifactId>cassandraio</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.beam</groupId><artifactId>beam-runners-direct-java</artifactId><version>2.62.0</version>
    </dependency>
    <dependency>
      <groupId>org.apache.beam</groupId><artifactId>beam-sdks-java-io-cassandra</artifactId><version>2.62.0</version>
    </dependency>
    <dependency>
      <groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>33.3.1-jre</version>
    </dependency>
  </dependencies>
</project>
EOF
        mvn -q -B -f "$folder/pom.xml" dependency:build-classpath "-Dmdep.outputFile=$folder/classpath" >&2
    fi
    [[ $folder/CassandraIoLoad.class -nt $home/scripts/baselines/CassandraIoLoad.java ]] ||
        javac -nowarn -proc:none -d "$folder" -cp "$(cat "$folder/classpath")" "$home/scripts/baselines/CassandraIoLoad.java" >&2
    java -Xmx512m -cp "$folder:$(cat "$folder/classpath")" CassandraIoLoad "$@"
}

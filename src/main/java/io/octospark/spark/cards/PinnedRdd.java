package io.octospark.spark.cards;

import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/** An RDD whose partitions each have a host where they should be computed. */
final class PinnedRdd<T> extends RDD<T> {
    private static final long serialVersionUID = 1L;

    private final List<String> hosts;

    /**
     * @param hosts for each partition its host, or an empty text for any
     */
    private PinnedRdd(RDD<T> parent, List<String> hosts, ClassTag<T> tag) {
        super(parent, tag);
        this.hosts = hosts;
    }

    static <T> JavaRDD<T> of(JavaRDD<T> parent, List<String> hosts) {
        ClassTag<T> tag = parent.classTag();
        return new JavaRDD<>(new PinnedRdd<>(parent.rdd(), hosts, tag), tag);
    }

    @SuppressWarnings("unchecked") // the one parent that the constructor was given
    private RDD<T> parent() {
        return (RDD<T>) dependencies().apply(0).rdd();
    }

    @Override
    public Iterator<T> compute(Partition split, TaskContext context) {
        return parent().iterator(split, context);
    }

    @Override
    public Partition[] getPartitions() {
        return parent().partitions();
    }

    @Override
    public Seq<String> getPreferredLocations(Partition split) {
        String host = hosts.get(split.index());
        List<String> locations = host.isEmpty() ? List.of() : List.of(host);
        return CollectionConverters.asScala(locations).toSeq();
    }
}

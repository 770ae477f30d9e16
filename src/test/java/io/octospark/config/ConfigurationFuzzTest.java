package io.octospark.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octospark.fuzz.Fuzz;
import io.octospark.fuzz.FuzzFile;
import io.octospark.fuzz.Mutations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any bytes are a configuration, or are refused. */
class ConfigurationFuzzTest {
    private static final int EXECUTIONS = 8_000;

    /** With a value for every key. */
    private static final String FULL = """
            {
              "name": "full",
              "fwi": FWI,
              "data": "../datasets/smooth.npy",
              "data_kind": "velocity",
              "replicate": 3,
              "redundant": 2,
              "precision": "float32",
              "inversion": {
                "DeltaAmplification": {"start": 100.0, "slope": 10.0},
                "do_reg": true,
                "Iter1": {"n": 10, "tolerance": 1e-6},
                "n_max": 20,
                "outer_tolerance": 1e-4,
                "velocity_bounds": {"min": 1500.0, "max": 2600.0},
                "offset_range": {"min": 0.0, "max": 900.0},
                "stages": [{"first": 0, "last": 4, "n_max": 6}, {"last": 19}],
                "start": {"data": "start.npy", "data_kind": "velocity"}
              },
              "forward_model": {
                "type": "finite_difference",
                "PMLWidthFactor": {"x": 0.5, "z": 0.5},
                "SourceParameter": {"r": 4, "beta": 6.31, "boundaryConditionType": "FirstOrderABC"},
                "boundaryConditionType": "FirstOrderABC",
                "CostFunction": "leastSquares"
              },
              "synthetic": {"forward_model": {"Iter2": {"n": 15, "tolerance": 5e-5, "calcAlpha": true}}, "noise": 0.05, "seed": 3},
              "kernels": [
                {
                  "path_to_bitstream": "a.xclbin",
                  "no_instances": 1,
                  "batch_size": 1000,
                  "functions": [[{"dotprod_1": ["DDR0", "DDR0", "DDR0"]}, {"update_1": ["DDR1", "DDR1", "DDR1"]}]],
                  "host": "node1",
                  "device": 0,
                  "rows": 8000,
                  "cols": 100,
                  "uuid": "01234567-89ab-cdef-fedc-ba9876543210"
                },
                {"path_to_bitstream": "b.xclbin", "batch_size": 500, "device": "0000:65:00.1", "config": {"c_0": 1900.0, "max": 5}}
              ],
              "accelerator": {
                "library": "libxrt_coreutil.so", "time_limit_seconds": 60, "grids_in_flight": 4, "residual_refresh": 50
              }
            }
            """.replace("FWI", Experiments.FWI);

    private static List<JsonNode> files(String... names) {
        List<JsonNode> files = new ArrayList<>();
        for (String name : names) {
            try {
                files.add(Experiments.json(Files.readString(Path.of("conf", name))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    private static byte[] next(SplittableRandom random, List<JsonNode> sound) {
        return Mutations.ofJson(random, sound);
    }

    @Test
    void experiments() throws Exception {
        List<JsonNode> sound = files("notebook.json", "camembert.json", "camembert-noise.json", "openfwi-like.json");
        sound.add(Experiments.json(FULL));
        sound.add(Experiments.json(FULL));
        try (FuzzFile file = new FuzzFile("x.json")) {
            Fuzz.Outcome outcome = Fuzz.run(
                    "experiments",
                    EXECUTIONS,
                    random -> next(random, sound),
                    input -> () -> experiment(file.with(input)));

            assertThat(outcome.read()).isGreaterThan(EXECUTIONS / 50);
            assertThat(outcome.refused()).isGreaterThan(EXECUTIONS / 50);
        }
    }

    /** A run keeps its configuration, and must be able to read it again. */
    private static Experiment experiment(Path file) {
        Experiment experiment = ExperimentReader.read(file, Optional.empty());
        Experiment again = ExperimentReader.ofRun(experiment.json());
        assertThat(again.problem()).isEqualTo(experiment.problem());
        assertThat(again.json()).isEqualTo(experiment.json());
        assertThat(ConfigHash.of(again.json())).isEqualTo(ConfigHash.of(experiment.json()));
        assertThat(experiment.notices()).allSatisfy(notice -> assertThat(notice).hasSizeLessThan(500));
        return experiment;
    }

    @Test
    void filesOfAnExperiment() throws Exception {
        JsonNode full = Experiments.json(FULL);
        List<JsonNode> sound = List.of(
                full.get("fwi"),
                full.get("fwi"),
                full.get("inversion"),
                full.get("forward_model"),
                full.get("accelerator"));
        try (FuzzFile file = new FuzzFile("in.json")) {
            List<Path> experiments = new ArrayList<>();
            for (String key : List.of("fwi", "inversion", "forward_model", "accelerator")) {
                experiments.add(file.beside(
                        key + ".json",
                        Experiments.experiment("forward_model", "{\"type\": \"integral\"}")
                                .put(key, "in.json")
                                .toString()));
            }
            Fuzz.Outcome outcome =
                    Fuzz.run("files of an experiment", EXECUTIONS, random -> next(random, sound), input -> () -> {
                        file.with(input);
                        return experiment(experiments.get(key(input)));
                    });

            assertThat(outcome.read()).isGreaterThan(EXECUTIONS / 50);
            assertThat(outcome.refused()).isGreaterThan(EXECUTIONS / 50);
        }
    }

    /** Which of the experiment's files it was before; for some of them another one. */
    private static int key(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        List<String> typical = List.of("c_0", "n_max", "type", "library");
        return input.length % 16 == 0
                ? input.length / 16 % typical.size()
                : Math.max(
                        0,
                        typical.indexOf(typical.stream()
                                .filter(text::contains)
                                .findFirst()
                                .orElse("")));
    }

    @Test
    void clusters() throws Exception {
        List<JsonNode> sound = files("cluster_config.json");
        sound.add(Experiments.json("""
                {
                  "scheduler": "10.0.0.1",
                  "hosts": ["10.0.0.1", "node-2.example.org", "c"],
                  "connect_options": [
                    {"port": 22, "username": "me", "client_keys": "~/.ssh/id_rsa"}, {"client_keys": "key"}, {"dir": "/opt"}
                  ],
                  "worker_options": {"n_workers": 2, "nthreads": 8, "memory_limit": 4294967296, "preload": "x", "nanny": false},
                  "scheduler_options": {"port": 8786, "dashboard_address": ":8787"},
                  "overlay": "a.xclbin",
                  "worker_class": "distributed.Nanny"
                }
                """));
        try (FuzzFile file = new FuzzFile("x.json")) {
            Fuzz.Outcome outcome = Fuzz.run(
                    "clusters",
                    EXECUTIONS,
                    random -> next(random, sound),
                    input -> () -> ClusterConfigReader.read(file.with(input)));

            assertThat(outcome.read()).isGreaterThan(EXECUTIONS / 50);
            assertThat(outcome.refused()).isGreaterThan(EXECUTIONS / 50);
        }
    }
}

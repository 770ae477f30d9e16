package io.octospark.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The views over the {@linkplain ResultTable tables}. Each uses only those before it. A view is a file
 * {@code views/NAME.sql} beside this class: a comment that explains its rows and columns, and the statement that creates it.
 */
public enum ResultView {
    /** A row for each run, repeat and partition: the unit's row, with how many of its grids were done. */
    V_TASKS,
    /** A row for each run: how fast it was. */
    V_THROUGHPUT,
    /** A row for each experiment, backend and number of units: how throughput grows with them. */
    V_SCALING,
    /** A row for each run, unit and phase: what the time was spent on. */
    V_PHASE_SHARE,
    /** A row for each run, repeat and partition: when its task ran, and who waited for whom. */
    V_STRAGGLERS,
    /** A row for each run and unit: how evenly the work was spread. */
    V_BALANCE,
    /** A row for each run and pass: how the misfit falls. */
    V_CONVERGENCE,
    /** A row for each run: power and energy. */
    V_ENERGY_PER_GRID,
    /** A row for each run: how well the models were found. */
    V_MODEL_ERROR,
    /** A row for each pair of runs. */
    V_COMPARE;

    /** Returns the name of the view. */
    public String viewName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the statement that creates the view in a session that has the tables. */
    String statement() {
        try (InputStream in = ResultView.class.getResourceAsStream("views/" + viewName() + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

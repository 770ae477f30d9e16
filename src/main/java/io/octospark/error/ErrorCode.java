package io.octospark.error;

import static io.octospark.error.ErrorCode.Section.*;

/**
 * The kinds of failure. Commands print the code in front of the message: {@code error[CODE]: message}. The message names
 * place, value, limit and remedy of the case at hand. {@code docs/failures.md} is made of this list.
 *
 * <p>A code never changes its name, because scripts may depend on it.
 */
public enum ErrorCode {
    USAGE(
            COMMAND_LINE,
            "The command does not accept an option, an argument or its value.",
            "See the command's --help."),
    OPTIONS_CONFLICT(
            COMMAND_LINE,
            "Two options exclude each other, or an option does not fit the rest of the command.",
            "Remove one of them."),
    INVALID_PATH(COMMAND_LINE, "A value is neither a path nor a URI.", "Correct the value."),
    FILE_NOT_FOUND(COMMAND_LINE, "A file does not exist.", "Correct the path."),
    FILE_NOT_READABLE(
            COMMAND_LINE,
            "A file can't be read: it is a folder, permissions are missing, or its file system does " + "not answer.",
            "Name a file, or correct its permissions or the address of its file system."),
    FILE_EXISTS(
            COMMAND_LINE,
            "The output file exists already. Files are never overwritten.",
            "Choose another name or remove the file."),
    OUTPUT_NOT_WRITABLE(
            COMMAND_LINE, "The output can't be written to the given place.", "Create the folder or correct the path."),
    OUTPUT_FORMAT(
            COMMAND_LINE,
            "The extension of the output file is not one that the command writes.",
            "Use an extension that the message lists."),
    ENVIRONMENT_VARIABLE(
            COMMAND_LINE, "An environment variable has an invalid value.", "Correct or unset the variable."),

    JSON_SYNTAX(
            CONFIGURATION,
            "A configuration file is not a single JSON object.",
            "Correct the file at the line and column in the message."),
    UNKNOWN_KEY(CONFIGURATION, "A configuration has an unknown key.", "Correct the spelling or remove the key."),
    MISSING_KEY(
            CONFIGURATION, "A required key is missing or null.", "Add the key as docs/configuration.md describes it."),
    VALUE_OUT_OF_RANGE(
            CONFIGURATION,
            "A value is outside its limits or has the wrong type.",
            "Use a value within the limits in the message."),
    VALUES_CONFLICT(CONFIGURATION, "Values that are valid alone contradict each other.", "Change one of them."),
    SECRET_GIVEN(
            CONFIGURATION,
            "A configuration or an option contains a password. OctoSpark neither uses nor prints it.",
            "Remove the password; log in with a key, or configure the password in Hadoop."),

    DATA_FORMAT(
            DATA,
            "A data set is damaged, not in the format of its extension, or in an unsupported format.",
            "Write the data set again in a supported format."),
    DATA_KIND(
            DATA,
            "The numbers of a data set are of another kind than data_kind says, or of a kind that the"
                    + " command can't use.",
            "Correct data_kind or convert the data."),
    DATA_SIZE(
            DATA,
            "The size of a data set is not a whole number of the experiment's grids.",
            "Correct the sizes in the experiment, or the file."),
    DATA_NUMBERING(
            DATA,
            "The grids of a Parquet data set are not numbered from 0 without gaps or repetition.",
            "Number the grids from 0, each once."),
    DATA_VALUE(
            DATA,
            "A data set contains a number that no model can have, or lacks a required number.",
            "Correct the data set at the place in the message."),
    DATA_NOT_MADE(
            DATA,
            1,
            "The forward model fails while octospark simulate computes the data of a model.",
            "Correct the model or the solver's keys."),
    TOO_FEW_GRIDS(
            DATA,
            "The command asks for more grids than the data set and its replicates have.",
            "Ask for fewer grids, or raise replicate."),
    BATCHES_DIFFER(
            DATA,
            "The batch_size of the kernels does not add up to the number of grids.",
            "Correct batch_size, or split the grids evenly with --grids."),

    OPERATOR_UNFIT(
            PROBLEM_SIZE,
            "The backend or the experiment does not support this form of the operator.",
            "Use dense or omit the option."),
    PROBLEM_TOO_LARGE(
            PROBLEM_SIZE, "The experiment is larger than OctoSpark supports.", "Use fewer measurements or cells."),
    MEMORY_TOO_SMALL(
            PROBLEM_SIZE,
            "The operators of the experiment don't fit in an executor's memory.",
            "Raise the setting in the message."),

    RESULTS_NOT_FOUND(RESULTS, "The results folder does not exist.", "Run an experiment first, or correct --results."),
    RESULTS_NOT_READABLE(RESULTS, "The results folder can't be opened.", "Name a folder that can be read."),
    RESULTS_NOT_WRITABLE(RESULTS, "The results folder can't be written.", "Correct the path or its permissions."),
    NO_RUNS(
            RESULTS,
            "The results folder has no runs to show.",
            "Run an experiment first, or name another results folder."),
    NO_SUCH_RUN(
            RESULTS,
            "The results folder has no run with this name.",
            "List the runs with octospark sql and correct the name."),
    NO_SUCH_GRID(
            RESULTS,
            "The run has no grid with this number and repeat.",
            "Use a grid and a repeat that the message lists."),
    RUN_SELECTION(RESULTS, "The command names a run twice, or too many runs.", "Name other or fewer runs."),
    RUN_NOT_EXPORTABLE(RESULTS, "OctoRay's text format can't represent the run.", "Export other runs."),
    RUN_IMPORTED_ALREADY(RESULTS, "The runs of the file are in the tables already.", "Choose another --experiment."),
    OCTORAY_FORMAT(
            RESULTS, "A file is not a results file of OctoRay.", "Correct the file name or the line in the message."),
    NO_FONTS(RESULTS, "Java finds no fonts on this host and can't draw a PNG.", "Install fonts or use SVG."),
    RESUME_DIFFERS(
            RESULTS,
            "The experiment or its data differ from those of the run to resume.",
            "Restore them, or start a new run."),
    RUN_NOT_RESUMABLE(RESULTS, "The run does not contain what is needed to resume it.", "Start a new run."),
    RUN_IN_USE(RESULTS, "Another process is working on the run.", "Wait until that process ends, or stop it."),

    QUERY_MISSING(QUERIES, "There is no query.", "Pass a query or a file of queries."),
    QUERY_NOT_READING(QUERIES, "Only read-only statements are allowed.", "Change the tables with another program."),
    QUERY_INVALID(
            QUERIES,
            "Spark can't analyse a query because of its syntax or an unknown name.",
            "Correct the query at the place in the message."),
    QUERY_FAILED(
            QUERIES,
            "Spark fails at a value while it runs a query.",
            "Correct the query, for example with try_divide."),

    NO_CARDS(CARDS, "This host has no card.", "Install a card and its driver, or use the emulated card."),
    NO_SUCH_CARD(CARDS, "This host does not have the named card.", "Use a card that the message lists."),
    CARD_TAKEN(
            CARDS,
            "Two kernels use the same card with different bitstreams or the same compute units.",
            "Give each kernel its own card."),
    TOO_FEW_CARDS(CARDS, "The kernels need more cards than a host can have.", "Use fewer kernels."),
    TOO_FEW_UNITS(
            CARDS,
            "The command asks for more compute units than the cards and the bitstream have.",
            "Ask for fewer units."),
    CARDS_IN_USE(
            CARDS, 1, "This process still uses the cards with other settings.", "Wait for the run that uses them."),
    UNITS_IN_USE(
            CARDS,
            1,
            "Other processes have reserved the compute units of this host.",
            "Wait for those processes, or ask for fewer units."),
    BITSTREAM_NOT_FOUND(
            CARDS,
            "A bitstream file does not exist, or the experiment names no bitstream and none is " + "available.",
            "Correct the path, or build or create a bitstream."),
    BITSTREAM_FORMAT(CARDS, "A file is not a valid xclbin.", "Copy or build the file again."),
    BITSTREAM_MODE(
            CARDS,
            "The bitstream was built for another mode of the runtime.",
            "Use a bitstream built for the current mode."),
    BITSTREAM_UUID(
            CARDS, "The UUID of the bitstream is not the expected one.", "Install the right file or correct the UUID."),
    BITSTREAM_KERNELS(
            CARDS,
            "The bitstream does not contain OctoRay's kernels dotprod and update.",
            "Use a bitstream with these kernels."),
    NO_SUCH_UNIT(CARDS, "The bitstream has no compute unit with this name.", "Use a unit that the message lists."),
    NO_SUCH_BANK(
            CARDS,
            "The bitstream or the card has no memory bank with this name.",
            "Use a bank that the message lists."),
    BANKS_DIFFER(
            CARDS,
            "The memory banks of a function differ from those that the bitstream connects.",
            "Remove functions from the configuration."),
    DESIGN_SIZE(
            CARDS,
            "The number of rows and columns of a bitstream is unknown, contradictory or too large.",
            "Add rows and cols to the kernel, or remove them."),
    NO_SUCH_DESIGN(CARDS, "The catalogue has no design with this name.", "Use a design that the message lists."),
    CARD_MEMORY_TOO_SMALL(
            CARDS,
            "Matrices and vectors don't fit in the memory banks of a card.",
            "Use fewer cells or a smaller design."),
    KERNEL_LIBRARY(
            CARDS, "A file is not a library of kernels for the emulated card.", "Build the library with g++ -shared."),
    EMULATOR_MISSING(
            CARDS, "This build does not contain the emulated card.", "Build OctoSpark on a host with g++ and make."),

    MASTER_INVALID(
            CLUSTERS,
            "The master has a form that Spark does not know.",
            "Use local[N], spark://HOST:PORT, yarn or k8s://."),
    MASTER_UNREACHABLE(CLUSTERS, "Spark's master does not answer.", "Start the cluster, or correct --master."),
    MASTER_RESOURCES(
            CLUSTERS,
            "A setting asks a local master for a resource that only a cluster offers.",
            "Remove the setting."),
    APPLICATION_ENDED(
            CLUSTERS,
            "YARN ended the application before it began.",
            "Read the messages above and the logs of the containers."),
    EXECUTORS_MISSING(
            CLUSTERS, "No executor registered from the expected hosts.", "Check that the workers on these hosts run."),
    EVENT_LOG(
            CLUSTERS,
            "The folder of Spark's event log can't be created.",
            "Name another folder or turn the event log off."),
    NO_SUCH_HOST(
            CLUSTERS,
            "A kernel names a host that the cluster file does not contain.",
            "Use a host that the message lists."),
    TOO_FEW_HOSTS(
            CLUSTERS,
            "The cluster has fewer free hosts than there are kernels without a host.",
            "Add hosts or use fewer kernels."),

    XRT_NOT_LOADED(
            CARD_USE,
            2,
            "The Xilinx Runtime is not installed on a host or can't be loaded.",
            "Install the runtime and set XILINX_XRT."),
    CARD_NOT_OPENED(CARD_USE, "A card can't be opened.", "Check the card with xbutil examine, or reset it."),
    CARD_LOCKED(CARD_USE, "Another process has been programming the card for too long.", "Stop that process."),
    BITSTREAM_NOT_LOADED(
            CARD_USE,
            "A card rejects a bitstream.",
            "Use a bitstream for the platform of the card; standard error has the reason."),
    UNIT_NOT_OPENED(CARD_USE, "A compute unit can't be opened.", "Check whether another process has it open."),
    UNIT_NOT_STARTED(CARD_USE, "A compute unit does not start.", "Reset the card; standard error has the reason."),
    UNIT_TIMED_OUT(
            CARD_USE,
            "A compute unit took longer than accelerator.time_limit_seconds.",
            "Reset the card, or raise the limit."),
    UNIT_FAILED(CARD_USE, "A compute unit ended with an error.", "Reset the card and read the log of its driver."),
    UNIT_WRONG(
            CARD_USE,
            "The product of a compute unit differs from the CPU's: the bitstream is wrong or the card" + " is faulty.",
            "Use another bitstream or card."),
    UNIT_NOT_USABLE(
            CARD_USE, "A task used a compute unit after the unit had failed.", "Look for the failure before this one."),
    UNITS_EXHAUSTED(
            CARD_USE, "All compute units that could continue have failed.", "Look for the failures before this one."),
    CARD_MEMORY_FULL(
            CARD_USE,
            "A card, or the host, has no memory left for a buffer.",
            "Check which other processes use the card."),
    TRANSFER_FAILED(CARD_USE, "A transfer to or from a card failed.", "Reset the card."),
    XRT_MISUSE(CARD_USE, "OctoSpark made an invalid call of the runtime. This is a bug.", "Report it with the log."),

    INTERRUPTED(RUNNING, "A wait was interrupted, usually because the run is ending.", "Check why the run ended."),
    INTERNAL(RUNNING, "An unforeseen failure. The log has its stack trace.", "Report it with the log."),

    GRID_DATA(
            GRIDS,
            "The data of the grid can't be inverted: a number is not finite, out of range, or so "
                    + "extreme that its square is not finite.",
            "Correct the grid in the data set."),
    GRID_DATA_NOT_MADE(
            GRIDS,
            "The forward model fails for the true contrast of the grid.",
            "Correct the grid or the solver's keys."),
    GRID_DIVERGED(
            GRIDS,
            "The inversion of the grid reached a number that is not finite.",
            "Change the start of the regularisation."),
    GRID_FORWARD_MODEL(
            GRIDS, "The forward model fails during the inversion of the grid.", "Set velocity bounds, or use GMRES."),
    GRID_ATTEMPTS(
            GRIDS,
            "Compute units failed with this grid as often as --grid-attempts allows, the last time "
                    + "with this grid alone.",
            "Look at the table events."),
    GRID_DEADLINE(
            GRIDS,
            "The grid took longer than --grid-deadline allows.",
            "Raise the deadline, or limit the number of passes.");

    /** Parts of the list, by what a command was doing. */
    public enum Section {
        COMMAND_LINE("Command line", 2),
        CONFIGURATION("Configuration", 2),
        DATA("Data sets", 2),
        PROBLEM_SIZE("Operators and memory", 2),
        RESULTS("Results and runs", 2),
        QUERIES("Queries", 2),
        CARDS("Cards, bitstreams and designs", 2),
        CLUSTERS("Clusters", 2),
        CARD_USE("Use of cards", 1),
        RUNNING("Any time", 1),
        GRIDS("Single grids", 3);

        private final String title;
        private final int exitCode;

        Section(String title, int exitCode) {
            this.title = title;
            this.exitCode = exitCode;
        }

        /** Returns the title for readers. */
        public String title() {
            return title;
        }
    }

    private final Section section;
    private final int exitCode;
    private final String cause;
    private final String remedy;

    ErrorCode(Section section, String cause, String remedy) {
        this(section, section.exitCode, cause, remedy);
    }

    ErrorCode(Section section, int exitCode, String cause, String remedy) {
        this.section = section;
        this.exitCode = exitCode;
        this.cause = cause;
        this.remedy = remedy;
    }

    /** Returns the part of the list that the code belongs to. */
    public Section section() {
        return section;
    }

    /**
     * Returns the exit code of a command that fails with this code before it has written anything: 2 for wrong input, 1 for
     * a failure of the run. 3 marks failures of single grids, which do not end the command.
     */
    public int exitCode() {
        return exitCode;
    }

    /** Returns what went wrong, as sentences. */
    public String cause() {
        return cause;
    }

    /** Returns what to do, as a sentence. */
    public String remedy() {
        return remedy;
    }
}

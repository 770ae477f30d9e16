package io.octospark.error;

/**
 * What kinds of failure there are. Commands print the code in front of the message: {@code error[CODE]: message}; the
 * message has place, value, limit and remedy of the case at hand. {@code docs/failures.md} lists them with examples. A
 * code's name does not change from version to version: scripts may depend on it.
 */
public enum ErrorCode {
    // The command line and what it names

    USAGE(2, "An option, an argument or its value is not one that the command takes.", "See the command's --help."),
    OPTIONS_CONFLICT(2, "Two options, or an option and what it is about, can't go together.", "Leave one of them out."),
    INVALID_PATH(2, "What is given for a path is neither a path nor a URI.", "Correct it."),
    FILE_NOT_FOUND(2, "A file that is named is not there.", "Correct the path."),
    FILE_NOT_READABLE(
            2,
            "Something is there, but it can't be read: a folder, a lack of permission, a file system that does not"
                    + " answer.",
            "Name a file, or correct its permissions or the address of its file system."),
    FILE_EXISTS(2, "A file of that name is there; nothing is overwritten.", "Choose another name or remove the file."),
    OUTPUT_NOT_WRITABLE(
            2, "The output can't be written where the option says.", "Make the folder, or correct the path."),
    OUTPUT_FORMAT(
            2,
            "The name of an output does not say a format that the command writes.",
            "End the name as the message says."),
    ENVIRONMENT_VARIABLE(2, "An environment variable has a value that can't be used.", "Correct or unset it."),

    // Configurations

    JSON_SYNTAX(2, "A configuration is not one JSON object.", "Correct the file at the line and column."),
    UNKNOWN_KEY(2, "A configuration has a key that nobody knows.", "Correct its spelling or remove it."),
    MISSING_KEY(2, "A key that is required is not there, or null.", "Give it, as docs/configuration.md says."),
    VALUE_OUT_OF_RANGE(
            2, "A value is outside of its limits, or of another kind.", "Give one within the limits of the message."),
    VALUES_CONFLICT(2, "Values that are fine alone can't go together.", "Change one of them."),
    SECRET_GIVEN(
            2,
            "A configuration or an option holds a password; it is neither used nor shown.",
            "Remove it; log in with a key, or give it to Hadoop."),

    // Data sets

    DATA_FORMAT(
            2, "A data set is not of the format that its name says, or of one that is not read.", "Write it again."),
    DATA_KIND(
            2,
            "A data set holds another kind of numbers than data_kind says, or one that this can't use.",
            "Correct data_kind, or convert the data."),
    DATA_SIZE(
            2,
            "The numbers of a data set are not those of whole grids of the experiment.",
            "Correct ngrid, or the file."),
    DATA_NUMBERING(2, "The grids of a Parquet data set are not numbered from 0 on.", "Number them so, each once."),
    DATA_VALUE(
            2,
            "A data set holds a number that no model has, or none where one must be.",
            "Correct the data set at that place."),
    DATA_NOT_MADE(
            1,
            "The forward model fails at a model of which simulate makes data.",
            "Correct the model or the solver's keys."),
    TOO_FEW_GRIDS(2, "More grids are asked for than the data set and its replicates have.", "Ask for fewer."),
    BATCHES_DIFFER(
            2, "The batch_size of the kernels does not add up to the grids there are.", "Correct it, or use --grids."),

    // What is to be computed, and with what

    OPERATOR_UNFIT(
            2,
            "A form of the operator can't be used with this backend or experiment.",
            "Use dense, or leave the option out."),
    PROBLEM_TOO_LARGE(2, "An experiment is beyond what the application can hold.", "Use fewer measurements or cells."),
    MEMORY_TOO_SMALL(
            2,
            "The operators of an experiment don't fit the memory of an executor.",
            "Raise the setting of the message."),

    // Results

    RESULTS_NOT_FOUND(2, "There is no folder of results where --results says.", "Run an experiment, or correct it."),
    RESULTS_NOT_READABLE(2, "What --results names can't be opened as a folder.", "Name a folder that can be."),
    RESULTS_NOT_WRITABLE(2, "The folder of results can't be written to.", "Correct the path or its permissions."),
    NO_RUNS(2, "The results hold no run that can be shown.", "Run an experiment, or name other results."),
    NO_SUCH_RUN(2, "There is no run of that name in the results.", "octospark sql lists the runs; correct the name."),
    NO_SUCH_GRID(2, "The run has no grid of that number and repeat.", "Name one of those that the message says."),
    RUN_SELECTION(2, "A run is named twice, or too many are.", "Name others or fewer."),
    RUN_NOT_EXPORTABLE(2, "OctoRay's text format can't say what the run has.", "Export other runs."),
    RUN_IMPORTED_ALREADY(2, "The runs of a file are in the tables already.", "Name another --experiment."),
    OCTORAY_FORMAT(2, "A file is not one of results as OctoRay writes them.", "Correct its name, or the line."),
    NO_FONTS(2, "Java finds no fonts on this host, so no PNG can be drawn.", "Install fonts, or use SVG."),
    RESUME_DIFFERS(2, "The experiment or its data are not those of the run to resume.", "Start a run of its own."),
    RUN_NOT_RESUMABLE(2, "A run lacks what tells how to go on with it.", "Start a new run."),
    RUN_IN_USE(2, "Another process works on the run.", "Wait for its end, or end it."),

    // Queries

    QUERY_MISSING(2, "No query is given.", "Give one, or a file of them."),
    QUERY_NOT_READING(2, "A statement would change something; only those that read are run.", "Use another program."),
    QUERY_INVALID(
            2, "Spark does not understand a query: its syntax, a name.", "Correct it at the place of the message."),
    QUERY_FAILED(2, "Spark fails at a value that a query meets.", "Correct the query, such as with try_divide."),

    // Cards, their bitstreams and designs

    NO_CARDS(2, "This host has no card.", "Install card and driver, or use the emulated card."),
    NO_SUCH_CARD(2, "A card is named that this host does not have.", "Name one of those of the message."),
    CARD_TAKEN(2, "Two kernels want one card with different bitstreams or the same units.", "Give each its own."),
    TOO_FEW_CARDS(2, "The kernels need more cards than a host can have.", "Use fewer kernels."),
    TOO_FEW_UNITS(2, "More units are asked for than cards and bitstream have.", "Ask for fewer."),
    CARDS_IN_USE(1, "Cards of this process are still in use, otherwise.", "Wait for what uses them."),
    UNITS_IN_USE(1, "Other processes have taken the units of this host.", "Wait for them, or ask for fewer."),
    BITSTREAM_NOT_FOUND(2, "A bitstream is not there, or none is.", "Correct the path, or build or create one."),
    BITSTREAM_FORMAT(2, "A file is not a sound xclbin.", "Copy or build it again."),
    BITSTREAM_MODE(2, "A bitstream is for another mode of the runtime.", "Name one for this mode."),
    BITSTREAM_UUID(2, "A bitstream is another one than is named by its UUID.", "Put the right file there."),
    BITSTREAM_KERNELS(2, "The units of a bitstream are not OctoRay's dotprod and update.", "Name one that has them."),
    NO_SUCH_UNIT(2, "A bitstream has no compute unit of that name.", "Name one of those of the message."),
    NO_SUCH_BANK(2, "A bitstream or card has no memory bank of that name.", "Name one of those of the message."),
    BANKS_DIFFER(2, "A function's banks are not those that the bitstream connects.", "Leave functions out."),
    DESIGN_SIZE(
            2,
            "It is not known, contradictory or too large for how many rows and columns a bitstream is.",
            "Give rows and cols of the kernel, or remove them."),
    NO_SUCH_DESIGN(2, "The catalogue has no design of that name.", "Name one of those of the message."),
    CARD_MEMORY_TOO_SMALL(2, "Matrices and vectors don't fit the memory banks of a card.", "Use fewer cells."),
    KERNEL_LIBRARY(2, "A file is no library of kernels for the emulated card.", "Build it with g++ -shared."),
    EMULATOR_MISSING(2, "This build has no emulated card.", "Build it where g++ and make are installed."),

    // Clusters

    MASTER_INVALID(
            2, "The master is not of a form that Spark knows.", "Give local[N], spark://HOST:PORT, yarn or k8s://."),
    MASTER_UNREACHABLE(2, "Spark's master does not answer.", "Start the cluster, or correct --master."),
    MASTER_RESOURCES(2, "A setting asks a local master for what only clusters offer.", "Remove the setting."),
    APPLICATION_ENDED(
            2, "YARN ended the application before it began.", "See the messages above and the containers' logs."),
    EXECUTORS_MISSING(2, "No executor came from hosts that were waited for.", "See whether their workers are alive."),
    EVENT_LOG(2, "The folder of Spark's event log can't be made.", "Name another, or leave the log out."),
    NO_SUCH_HOST(2, "A kernel names a host that the cluster file does not have.", "Name one of those of the message."),
    TOO_FEW_HOSTS(2, "More kernels name no host than the cluster has left.", "Add hosts, or use fewer kernels."),

    // While cards are used

    XRT_NOT_LOADED(2, "The Xilinx Runtime is not on a host, or can't be loaded there.", "Install it, set XILINX_XRT."),
    CARD_NOT_OPENED(1, "A card can't be opened.", "See what xbutil examine lists; reset the card."),
    CARD_LOCKED(1, "Another process has been programming the card for too long.", "End it."),
    BITSTREAM_NOT_LOADED(1, "A card does not take a bitstream.", "Name one for its platform; see standard error."),
    UNIT_NOT_OPENED(1, "A compute unit can't be opened.", "See who else has it open."),
    UNIT_NOT_STARTED(1, "A compute unit does not start.", "Reset the card; see standard error."),
    UNIT_TIMED_OUT(
            1, "A compute unit took longer than accelerator.time_limit_seconds.", "Reset the card; raise the limit."),
    UNIT_FAILED(1, "A compute unit ended in an error.", "Reset the card; see the driver's log."),
    UNIT_WRONG(
            1, "A unit's product is not the CPU's: a wrong bitstream, or a fault.", "Use another bitstream or card."),
    UNIT_NOT_USABLE(1, "A unit is asked for a product after it has failed.", "See the failure before it."),
    UNITS_EXHAUSTED(1, "No unit that could go on is left; each has failed.", "See the failures before it."),
    CARD_MEMORY_FULL(1, "No memory is left on a card, or on the host for it.", "See who else uses the card."),
    TRANSFER_FAILED(1, "Data don't get to a card or back.", "Reset the card."),
    XRT_MISUSE(1, "The application calls the runtime in a way that is refused: a bug.", "Report it with the log."),

    // While running

    INTERRUPTED(1, "A wait was interrupted, mostly because the run is ending.", "See why it ended."),
    INTERNAL(1, "A failure that nobody foresaw; the log has its trace.", "Report it with the log."),

    // Of single grids: in the column error of grids

    GRID_DATA(
            3, "The data of a grid are no numbers to invert: not finite, all zero, no contrast.", "Correct the grid."),
    GRID_DATA_NOT_MADE(
            3, "The forward model fails at a grid's true contrast.", "Correct the grid or the solver's keys."),
    GRID_DIVERGED(
            3, "The inversion of a grid came to a number that is not finite.", "Change the regularisation's start."),
    GRID_FORWARD_MODEL(3, "The forward model fails within the inversion of a grid.", "Give velocity bounds, or GMRES."),
    GRID_ATTEMPTS(3, "Units failed while they had a grid, the last time --grid-attempts allows alone.", "See events."),
    GRID_DEADLINE(3, "A grid took longer than --grid-deadline says.", "Raise it, or limit the passes.");

    private final int exitCode;
    private final String cause;
    private final String remedy;

    ErrorCode(int exitCode, String cause, String remedy) {
        this.exitCode = exitCode;
        this.cause = cause;
        this.remedy = remedy;
    }

    /**
     * With what a command ends. A failure of a single grid lets the command go on; one that is usually found before
     * anything is done (2) and here only while running ends with 1.
     */
    public int exitCode() {
        return exitCode;
    }

    /** What has gone wrong, in a sentence. */
    public String cause() {
        return cause;
    }

    /** What to do, in a sentence. */
    public String remedy() {
        return remedy;
    }
}

package org.tofro.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tofro.local.redshift.Isolation;
import org.tofro.pipeline.StepType;
import org.tofro.steps.StepTypes;

/**
 * Every write mode under every fault and both isolation levels, each a whole run by the command line's own code: the tables
 * are those of an undisturbed run, or production is untouched and resume makes them so; the ledger has the run once. What
 * fired how often stands in {@code target/fault-matrix.md} afterwards.
 */
final class FaultMatrixTest {
    private static final Path FOLDER = Path.of("target/fault-matrix").toAbsolutePath();
    private static final Path PAGE = Path.of("target/fault-matrix.md");

    private static Servers servers;
    private static Map<List<Object>, Cell> cells;
    private static MatrixPage page;

    @BeforeAll
    static void start() throws Exception {
        servers = Servers.start(FOLDER);
        servers.source().execute(Cell.SOURCE);
        cells = new HashMap<>();
        page = new MatrixPage();
    }

    @AfterAll
    static void stop() throws Exception {
        page.write(PAGE);
        servers.close();
    }

    /**
     * In the default lane: the first mode under a quick fault of each kind, around COMMIT that of the publish; the others lose
     * the answer of the publish's COMMIT. The isolation levels take turns.
     */
    static Stream<Arguments> quick() {
        List<Arguments> quick = new ArrayList<>();
        for (WriteMode mode : WriteMode.ALL) {
            boolean first = mode.equals(WriteMode.ALL.get(0));
            Set<String> met = new HashSet<>();
            for (InjectedFault fault : InjectedFault.ALL) {
                boolean lost = fault.kind().equals(InjectedFault.ANSWER_LOST);
                boolean elsewhere =
                        fault.kind().contains("COMMIT") && !fault.where().equals("the publish");
                // A kind may end a run in more than one way.
                String way = fault.kind() + fault.ending() + fault.resume().isPresent();
                if (!fault.slow() && !elsewhere && (first || lost) && met.add(way)) {
                    quick.add(Arguments.of(mode, fault, Isolation.values()[quick.size() % 2]));
                }
            }
        }
        return quick.stream();
    }

    static Stream<Arguments> all() {
        return WriteMode.ALL.stream()
                .flatMap(mode -> InjectedFault.ALL.stream()
                        .flatMap(
                                fault -> Stream.of(Isolation.values()).map(level -> Arguments.of(mode, fault, level))));
    }

    @ParameterizedTest(name = "{0} under {2}, {1}")
    @MethodSource("quick")
    void nothingIsLostNorDoubled(WriteMode mode, InjectedFault fault, Isolation level) throws Exception {
        meet(mode, fault, level);
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0} under {2}, {1}")
    @MethodSource("all")
    void nothingIsLostNorDoubledAnywhere(WriteMode mode, InjectedFault fault, Isolation level) throws Exception {
        meet(mode, fault, level);
    }

    private static void meet(WriteMode mode, InjectedFault fault, Isolation level) throws Exception {
        List<Object> key = List.of(mode, level);
        Cell cell = cells.get(key);
        if (cell == null) {
            cell = Cell.make(servers, mode, level, FOLDER);
            cells.put(key, cell);
        }
        page.add(fault, mode, level, cell.meet(fault));
    }

    @Test
    void everyStepTypeThatPublishesIsInTheMatrix() {
        Set<String> types = new HashSet<>(WriteMode.NONE);
        WriteMode.ALL.forEach(mode -> types.add(mode.type()));
        assertThat(StepTypes.ALL).extracting(StepType::name).isSubsetOf(types);
    }

    @Test
    void everyCellHasANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        assertThat(InjectedFault.ALL).allMatch(fault -> names.add(fault.toString()));
        assertThat(WriteMode.ALL).allMatch(mode -> names.add(mode.stem()));
    }
}

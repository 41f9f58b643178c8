package org.tofro.kvs.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tofro.kvs.TestStore.row;
import static org.tofro.kvs.TestStore.schema;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tofro.kvs.KvsClient;
import org.tofro.kvs.KvsSchema;
import org.tofro.kvs.TestStore;

/** The page as a browser shows it: headless Chromium, where it is installed. */
class DashboardPageTest {
    private static final KvsSchema PROGRESS = schema(
            "course_id text",
            "course_name text",
            "students bigint",
            "average_progress double",
            "finished bigint",
            "by_module json");
    private static final KvsSchema COURSES = schema("instructor_id bigint", "courses frozen<set<text>>");

    private static TestStore store;
    private static KvsClient client;
    private static Served served;
    private static String chromium;

    @TempDir
    static Path profiles;

    @BeforeAll
    static void open() {
        chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
        Assumptions.assumeTrue(chromium != null, "no Chromium on this machine: the page is not tested");
        store = new TestStore();
        store.load("instructor_courses_kvs", COURSES, row(17L, Set.of("ml-101", "db-201", "new-1")), row(18L, null));
        store.load(
                "instructor_dashboard",
                PROGRESS,
                row(
                        "ml-101",
                        "Machine <b>Learning</b>",
                        12_345L,
                        0.625,
                        1_200L,
                        "[{\"module\": \"Regression & co\", \"students\": 12000, \"average_progress\": 0.81},"
                                + " {\"module\": \"Neural networks\", \"students\": 4100, \"average_progress\": 0.34}]"),
                row("db-201", "Databases, from the log up", 1L, 1.0, 1L, null));
        client = new KvsClient(store.session(), store.keyspace());
        served = Served.by(KvsServer.start(
                client, new ServeOptions("127.0.0.1", 0, List.of(), true, ServeOptions.Limits.DEFAULT)));
    }

    @AfterAll
    static void close() throws Exception {
        if (served != null) {
            served.server().stop();
            client.close();
        }
    }

    private static String chromium(String url, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + Files.createTempDirectory(profiles, "profile"),
                "--virtual-time-budget=10000"));
        command.addAll(List.of(options));
        command.add(url);
        Path out = Files.createTempFile(profiles, "out", ".html");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("Chromium did not end");
        }
        return Files.readString(out);
    }

    private static String page(Served from, String hash) throws Exception {
        return chromium("http://127.0.0.1:" + from.port() + "/" + hash, "--dump-dom");
    }

    @Test
    void anInstructorSeesTheProgressOfEachCourse() throws Exception {
        String dom = page(served, "#instructor=17");

        assertThat(dom)
                .contains(">Instructor 17: 3 courses.</p>")
                .contains("<h2>Machine &lt;b&gt;Learning&lt;/b&gt;</h2>")
                .contains("<progress max=\"1\" value=\"0.625\" aria-label=\"Average progress\">63 %</progress>")
                .contains("12,345 students, 1,200 finished")
                .contains("<h2>Databases, from the log up</h2>", "1 student, 1 finished")
                .contains("Progress by module (2)", "<td>Regression &amp; co</td>")
                .contains("<h2>new-1</h2>", "No student has begun this course yet.")
                .contains("<dt>Enrolled</dt><dd>12,346</dd>", "<dt>Average progress</dt><dd>63 %</dd>")
                .contains("Progress: version 1 of instructor_dashboard. Courses: version 1 of instructor_courses_kvs.");
        Path shot = Path.of("target/dashboard.png").toAbsolutePath();
        chromium(
                "http://127.0.0.1:" + served.port() + "/#instructor=17",
                "--screenshot=" + shot,
                "--window-size=1100,900",
                "--hide-scrollbars");
        assertThat(shot).isNotEmptyFile();
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        assertThat(page(served, "#instructor=99"))
                .contains("class=\"bad\">There is no instructor 99 with a course.</p>");
        assertThat(page(served, "#instructor=x")).contains("class=\"bad\">An instructor's id is a whole number.</p>");
        assertThat(page(served, "#instructor=18")).contains(">Instructor 18 has no courses.</p>");
        assertThat(page(served, ""))
                .contains("Enter an instructor's id to see how the students of each course get on.");
    }

    @Test
    void aTokenIsAskedFor() throws Exception {
        Served guarded = Served.by(KvsServer.start(
                client, new ServeOptions("127.0.0.1", 0, List.of("t"), true, ServeOptions.Limits.DEFAULT)));
        try {
            assertThat(page(guarded, "#instructor=17"))
                    .contains("class=\"bad\">The service asks for an access token.</p>", "<form id=\"access\">");
        } finally {
            guarded.server().stop();
        }
    }

    @Test
    void aStoreThatIsEmptyIsSaid() throws Exception {
        TestStore empty = new TestStore();
        try (KvsClient other = new KvsClient(empty.session(), empty.keyspace(), Duration.ofSeconds(10))) {
            Served fresh = Served.by(KvsServer.start(
                    other, new ServeOptions("127.0.0.1", 0, List.of(), true, ServeOptions.Limits.DEFAULT)));
            assertThat(page(fresh, "#instructor=17"))
                    .contains(
                            "Nothing has been published for this page yet. Run the pipeline instructor_dashboard first.");
            fresh.server().stop();
        }
    }
}

-- Which sessions of courses learners have joined: most of them several.
-- Made by arithmetic, so that it is the same on every machine.
CREATE TABLE courses_enrollments (
    user_id bigint,
    session_id bigint,
    enrolled_on date NOT NULL,
    PRIMARY KEY (user_id, session_id)
);

INSERT INTO courses_enrollments
SELECT
    n,
    1000 + (n * 7919::bigint + k * 104729::bigint) % 500,
    date '2026-01-01' + ((n * 31 + k * 17) % 300)::integer
FROM generate_series(1, 2000) AS n, generate_series(1, 4) AS k
WHERE k <= 1 + n % 4;

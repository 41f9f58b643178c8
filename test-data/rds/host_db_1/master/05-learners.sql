-- Learners of a course after four weeks: what they did, and whether they completed it; NULL for those who are at it now.
-- Made by arithmetic, so that it is the same on every machine; who completes follows from what they did, not without doubt.
CREATE TABLE learners_at_four_weeks (
    learner_id bigint PRIMARY KEY,
    videos_watched integer NOT NULL,
    quiz_score numeric(4, 3),
    days_idle integer NOT NULL,
    forum_posts integer NOT NULL,
    completed boolean
);

INSERT INTO learners_at_four_weeks
SELECT
    n,
    videos,
    CASE WHEN n % 37 = 0 THEN NULL ELSE quiz / 1000.0 END,
    idle,
    posts,
    CASE
        WHEN n % 10 = 0 THEN NULL
        ELSE 0.09 * videos + 0.003 * quiz - 0.16 * idle + 0.25 * posts - 1.6 + (n * 7907::bigint % 1000) / 400.0 - 1.25 > 0
    END
FROM (
    SELECT
        n,
        (n * 7919::bigint % 41)::integer AS videos,
        (n * 104729::bigint % 1001)::integer AS quiz,
        (n * 31::bigint % 29)::integer AS idle,
        (n * 17::bigint % 7)::integer AS posts
    FROM generate_series(1, 3000) AS n
) AS learners;

-- What learners were shown and what they clicked on: 20,000 events, and the recommendations behind them.
CREATE TABLE recommendations (
    recommendation_id bigint PRIMARY KEY,
    learner_id bigint NOT NULL,
    course_id bigint NOT NULL,
    model varchar(40) NOT NULL
);

INSERT INTO recommendations
SELECT n, 1 + n * 7 % 1501, 1 + n * 13 % 211, CASE n % 3 WHEN 0 THEN 'popular' WHEN 1 THEN 'similar' ELSE 'co-enrolled' END
FROM generate_series(1, 4000) AS n;

CREATE TABLE discovery_events (
    event_id bigint PRIMARY KEY,
    recommendation_id bigint NOT NULL,
    kind varchar(20) NOT NULL,
    happened timestamp(6) NOT NULL
);

INSERT INTO discovery_events
SELECT n, 1 + n * 17 % 4000, CASE WHEN n % 9 < 2 THEN 'click' ELSE 'impression' END,
    timestamp '2016-03-01' + n * interval '97.000001 seconds'
FROM generate_series(1, 20000) AS n;

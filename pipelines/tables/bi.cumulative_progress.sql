CREATE TABLE bi.cumulative_progress (
  learner_id BIGINT NOT NULL,
  course_id VARCHAR(200) NOT NULL,
  items_seen BIGINT NOT NULL,
  items_completed BIGINT NOT NULL,
  items BIGINT NOT NULL,
  progress DOUBLE PRECISION NOT NULL,
  seconds_watched BIGINT,
  last_seen TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (learner_id, course_id)
) DISTSTYLE KEY DISTKEY (course_id) SORTKEY (course_id);

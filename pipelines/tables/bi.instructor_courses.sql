CREATE TABLE bi.instructor_courses (
  instructor_id BIGINT NOT NULL,
  courses BIGINT NOT NULL,
  best_rank INTEGER,
  hours_per_week NUMERIC(10, 2),
  is_busy BOOLEAN NOT NULL,
  PRIMARY KEY (instructor_id)
) DISTSTYLE KEY DISTKEY (instructor_id) SORTKEY (instructor_id);

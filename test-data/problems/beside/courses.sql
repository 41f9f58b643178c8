-- One row per course.
CREATE TABLE IF NOT EXISTS "prod".course_list (
  id BIGINT PRIMARY KEY,
  title VARCHAR(256)
) DISTKEY (id);

CREATE TABLE bi.module_progress (
  learner_id BIGINT NOT NULL,
  course_id VARCHAR(200) NOT NULL,
  module SMALLINT NOT NULL,
  items_seen BIGINT NOT NULL,
  items BIGINT NOT NULL,
  PRIMARY KEY (learner_id, course_id, module)
) DISTSTYLE KEY DISTKEY (course_id) SORTKEY (course_id);

CREATE TABLE bi.discovery_impressions (
    day date NOT NULL,
    course_id bigint NOT NULL,
    model varchar(40) NOT NULL,
    impressions bigint NOT NULL,
    learners bigint NOT NULL,
    PRIMARY KEY (day, course_id, model)
)
DISTKEY (course_id)
SORTKEY (day);

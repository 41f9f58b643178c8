CREATE TABLE bi.discovery_clicks (
    day date NOT NULL,
    course_id bigint NOT NULL,
    model varchar(40) NOT NULL,
    clicks bigint NOT NULL,
    learners bigint NOT NULL,
    PRIMARY KEY (day, course_id, model)
)
DISTKEY (course_id)
SORTKEY (day);

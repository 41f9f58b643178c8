-- How many teach each course: filled by the pipeline course_teachers.
CREATE TABLE course_teachers (
    course_id bigint PRIMARY KEY,
    teachers bigint NOT NULL,
    leads bigint NOT NULL,
    last_assigned date
);

-- Who may see the dashboard of which course: every course has a lead and two more, instructors 1000 to 1005.
CREATE TABLE course_instructors (
    instructor_id bigint NOT NULL,
    course_id varchar(40) NOT NULL,
    PRIMARY KEY (instructor_id, course_id)
);

INSERT INTO course_instructors
SELECT DISTINCT 1000 + (n + m * m) % 6, course_id
FROM (
    VALUES (0, 'algebra-1'), (1, 'algebra-2'), (2, 'ancient-greece'), (3, 'bees'), (4, 'ethics'), (5, 'machine-learning'),
           (6, 'música-clásica'), (7, '日本語入門')
) AS courses (n, course_id)
CROSS JOIN generate_series(0, 2) AS m;

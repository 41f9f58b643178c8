-- The courses themselves; their rows stand in courses.csv.
CREATE TABLE courses (
    course_id varchar(40) PRIMARY KEY,
    name varchar(200) NOT NULL,
    subtitle varchar(200),
    launched_at timestamp,
    price numeric(10, 2)
);

-- A table that nobody has filled yet.
CREATE TABLE courses_waitlist (
    course_id varchar(40) NOT NULL REFERENCES courses,
    email varchar(254) NOT NULL,
    PRIMARY KEY (course_id, email)
);

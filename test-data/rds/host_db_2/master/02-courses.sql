CREATE TABLE courses (
    course_id varchar(40) PRIMARY KEY,
    title varchar(200) NOT NULL,
    subtitle varchar(200), -- NULL and empty; both occur
    price decimal(8, 2)
);

-- Who teaches what: 12,000 rows, the same on every machine, made by arithmetic on the row's number.
-- rank has NULLs and repeats; title holds what breaks careless encoders: NULL and empty strings side by side, commas,
-- quotes, backslashes, tabs, line breaks, text that looks like a null marker, and characters of two to four bytes.
CREATE TABLE courses_instructorincourse (
    id bigint PRIMARY KEY,
    instructor_id bigint NOT NULL,
    course_id bigint NOT NULL,
    rank integer,
    title varchar(120),
    hours_per_week numeric(6, 2),
    is_lead boolean NOT NULL,
    assigned_on date NOT NULL,
    updated_at timestamp(6) NOT NULL,
    UNIQUE (instructor_id, course_id)
);

INSERT INTO courses_instructorincourse
SELECT
    n,
    1000 + n % 3000,
    1 + n / 3000 * 97 + n * 7 % 89,
    CASE WHEN n % 11 = 0 THEN NULL ELSE 1 + n * n % 5 END,
    CASE n % 16
        WHEN 0 THEN NULL
        WHEN 1 THEN ''
        WHEN 2 THEN 'Lecturer, part-time'
        WHEN 3 THEN 'the "old" professor'
        WHEN 4 THEN E'two\nlines'
        WHEN 5 THEN E'carriage\r\nreturn'
        WHEN 6 THEN E'tab\there'
        WHEN 7 THEN E'back\\slash \\N'
        WHEN 8 THEN 'NULL'
        WHEN 9 THEN 'Übungsleiterin'
        WHEN 10 THEN '教授 ' || n
        WHEN 11 THEN 'guest 🎓👩‍🏫 ' || n
        WHEN 12 THEN '  spaces around  '
        WHEN 13 THEN 'it''s a $1 {}; -- tutor'
        WHEN 14 THEN '𝔗utor'
        ELSE 'Assistant ' || n
    END,
    CASE WHEN n % 13 = 0 THEN NULL ELSE n % 4000 / 100.0 END,
    n % 5 = 1,
    date '2014-01-01' + (n % 900)::integer,
    timestamp '2016-02-29 23:59:59.999999' + n * interval '61.000001 seconds'
FROM generate_series(1, 12000) AS n;

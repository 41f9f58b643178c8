-- The rows of host_db_1's table of this name, in MySQL: 12,000, made by arithmetic on the row's number.
CREATE TABLE courses_instructorincourse (
    id bigint PRIMARY KEY,
    instructor_id bigint NOT NULL,
    course_id bigint NOT NULL,
    `rank` integer,
    title varchar(120),
    hours_per_week decimal(6, 2),
    is_lead boolean NOT NULL,
    assigned_on date NOT NULL,
    updated_at datetime(6) NOT NULL,
    UNIQUE (instructor_id, course_id)
);

INSERT INTO courses_instructorincourse
SELECT
    seq,
    1000 + seq % 3000,
    1 + seq DIV 3000 * 97 + seq * 7 % 89,
    CASE WHEN seq % 11 = 0 THEN NULL ELSE 1 + seq * seq % 5 END,
    CASE seq % 16
        WHEN 0 THEN NULL
        WHEN 1 THEN ''
        WHEN 2 THEN 'Lecturer, part-time'
        WHEN 3 THEN 'the "old" professor'
        WHEN 4 THEN 'two\nlines'
        WHEN 5 THEN 'carriage\r\nreturn'
        WHEN 6 THEN 'tab\there'
        WHEN 7 THEN 'back\\slash \\N'
        WHEN 8 THEN 'NULL'
        WHEN 9 THEN 'Übungsleiterin'
        WHEN 10 THEN CONCAT('教授 ', seq)
        WHEN 11 THEN CONCAT('guest 🎓👩‍🏫 ', seq)
        WHEN 12 THEN '  spaces around  '
        WHEN 13 THEN 'it''s a $1 {}; -- tutor'
        WHEN 14 THEN '𝔗utor'
        ELSE CONCAT('Assistant ', seq)
    END,
    CASE WHEN seq % 13 = 0 THEN NULL ELSE seq % 4000 / 100 END,
    seq % 5 = 1,
    DATE '2014-01-01' + INTERVAL seq % 900 DAY,
    TIMESTAMP '2016-02-29 23:59:59.999999' + INTERVAL seq * 61000001 MICROSECOND
FROM seq_1_to_12000;

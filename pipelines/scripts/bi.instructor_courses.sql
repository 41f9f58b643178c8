-- One row for each instructor who teaches anything. The argument: from how many courses on somebody is busy.
DELETE FROM bi.instructor_courses;

INSERT INTO bi.instructor_courses (instructor_id, courses, best_rank, hours_per_week, is_busy)
SELECT instructor_id, count(*), min(rank), sum(hours_per_week), count(*) >= %s
FROM prod.teaching
GROUP BY instructor_id;

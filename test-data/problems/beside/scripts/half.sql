-- What would be published half.
BEGIN;
DELETE FROM prod.course_list;
COMMIT;
TRUNCATE prod.course_list;
INSERT INTO prod.course_list SELECT * FROM staging.course_list;
INSERT INTO prod.others VALUES (1, 'a;b', $$ TRUNCATE x; $$);
/* of no matter: TRUNCATE x; */
MERGE INTO prod.course_list USING staging.course_list s ON s.id = prod.course_list.id
WHEN MATCHED THEN UPDATE SET title = s.title WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.title);
VACUUM prod.course_list;
CALL refresh();
SET query_group TO 'night';
DELETE FROM tofro.ledger_x;
ROLLBACK;

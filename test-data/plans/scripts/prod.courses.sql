BEGIN TRANSACTION;
CREATE TEMP TABLE fresh AS
SELECT id, title, fee * %s AS fee FROM staging.courses WHERE changed < %s AND title NOT LIKE '100 %%';
DELETE FROM prod.courses USING fresh WHERE fresh.id = prod.courses.id;
INSERT INTO prod.courses ("the title", fee)
SELECT title, fee FROM fresh;
COMMIT;

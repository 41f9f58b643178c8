-- The same by module. A learner who has seen nothing of a module has no row for it.
DELETE FROM bi.module_progress;

INSERT INTO bi.module_progress (learner_id, course_id, module, items_seen, items)
SELECT p.learner_id, p.course_id, c.module_position, COUNT(DISTINCT p.item_id), MAX(m.items)
FROM raw.course_progress p
JOIN raw.course_content c ON c.course_id = p.course_id AND c.item_id = p.item_id
JOIN (
  SELECT course_id, module_position, COUNT(*) AS items
  FROM raw.course_content
  WHERE item_id IS NOT NULL
  GROUP BY course_id, module_position
) m ON m.course_id = c.course_id AND m.module_position = c.module_position
WHERE p.happened_at < ${interval.end}
GROUP BY p.learner_id, p.course_id, c.module_position;

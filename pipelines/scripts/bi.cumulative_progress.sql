-- How far each learner has come in each course until the end of the run's interval: an item counts as seen from its first
-- event on, and as completed from its first event of that kind.
DELETE FROM bi.cumulative_progress;

INSERT INTO bi.cumulative_progress
  (learner_id, course_id, items_seen, items_completed, items, progress, seconds_watched, last_seen)
SELECT
  p.learner_id,
  p.course_id,
  COUNT(DISTINCT p.item_id),
  COUNT(DISTINCT CASE WHEN p.kind = 'complete' THEN p.item_id END),
  MAX(c.items),
  COUNT(DISTINCT p.item_id)::DOUBLE PRECISION / MAX(c.items),
  SUM(p.seconds_watched),
  MAX(p.happened_at)
FROM raw.course_progress p
JOIN (
  SELECT course_id, COUNT(*) AS items FROM raw.course_content WHERE item_id IS NOT NULL GROUP BY course_id
) c ON c.course_id = p.course_id
WHERE p.happened_at < ${interval.end}
GROUP BY p.learner_id, p.course_id;

DELETE FROM bi.discovery_impressions;

INSERT INTO bi.discovery_impressions (day, course_id, model, impressions, learners)
SELECT CAST(e.happened AS date), r.course_id, r.model, count(*), count(DISTINCT r.learner_id)
FROM prod.discovery_events e
JOIN prod.recommendations r ON r.recommendation_id = e.recommendation_id
WHERE e.kind = 'impression'
GROUP BY 1, 2, 3;

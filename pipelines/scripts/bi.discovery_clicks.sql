DELETE FROM bi.discovery_clicks;

INSERT INTO bi.discovery_clicks (day, course_id, model, clicks, learners)
SELECT CAST(e.happened AS date), r.course_id, r.model, count(*), count(DISTINCT r.learner_id)
FROM prod.discovery_events e
JOIN prod.recommendations r ON r.recommendation_id = e.recommendation_id
WHERE e.kind = 'click'
GROUP BY 1, 2, 3;

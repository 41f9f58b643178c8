CREATE TABLE staging.clicks (
  learner_id bigint,
  happened timestamp
);

CREATE TABLE staging.courses (
  id BIGINT,
  title,
  PRIMARY KEY (id)
);

CREATE TABLE staging.courses (
  id BIGINT NOT NULL,
  title VARCHAR(256) ENCODE ZSTD DEFAULT 'a, b)', -- with a comma
  fee NUMERIC(6, 2),
  changed TIMESTAMPTZ DEFAULT GETDATE()
);

/* What the dashboard reads. /* nested */ */
CREATE TABLE IF NOT EXISTS prod.courses (
  id BIGINT NOT NULL IDENTITY(1, 1),
  "the title" CHARACTER VARYING(256),
  fee DOUBLE PRECISION,
  CONSTRAINT courses_key PRIMARY KEY (id, "the title"),
  UNIQUE (fee)
) DISTSTYLE KEY DISTKEY (id) COMPOUND SORTKEY (id, fee) BACKUP NO;

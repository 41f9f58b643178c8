CREATE TABLE staging.shapes (
  id integer,
  outline geometry
);

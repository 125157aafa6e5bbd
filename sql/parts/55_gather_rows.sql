-- What quern.train uses to pack rows where they are computed.

CREATE FUNCTION gather_rows_accumulate(bigint, record) RETURNS bigint
  AS 'MODULE_PATHNAME', 'quern_gather_row' LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION gather_rows_accumulate(bigint, record) IS 'Transition function of quern.gather_rows(record).';
CREATE AGGREGATE gather_rows(record)
  (SFUNC = gather_rows_accumulate, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE gather_rows(record) IS 'Packs the rows of a query into the memory of the training that runs it, in whichever process computes them; returns their number. For quern.train, which calls it: an error (22023) outside of one, and for rows that are not those of its query.';

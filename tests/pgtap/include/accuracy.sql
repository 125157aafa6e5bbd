-- What the tests of results share.

SET LOCAL jit = off;  -- plans that settings force have costs that would be worth compiling for

-- Correct significant digits of a computed figure: minus the decimal logarithm of its relative error; of its absolute
-- error where the true figure is 0. 16 is all.
CREATE FUNCTION pg_temp.digits(computed double precision, certified double precision) RETURNS double precision
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN computed = certified THEN 16
              WHEN computed IS NULL OR computed = 'NaN' THEN -1
              ELSE least(16, -log(abs(computed - certified) / CASE certified WHEN 0 THEN 1 ELSE abs(certified) END))
         END
$$;

-- The fewest correct digits of a list of figures; -1 if there are more or fewer of them, or one is missing.
CREATE FUNCTION pg_temp.digits(computed double precision[], certified double precision[]) RETURNS double precision
  LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN cardinality(computed) = cardinality(certified) THEN min(pg_temp.digits(a, b)) ELSE -1 END
  FROM unnest(computed, certified) AS pair(a, b)
$$;

CREATE FUNCTION pg_temp.metric(model quern.model, name text) RETURNS double precision
  LANGUAGE sql IMMUTABLE AS $$ SELECT value FROM quern.metrics(model) WHERE metric = name $$;
CREATE FUNCTION pg_temp.estimates(model quern.model) RETURNS double precision[]
  LANGUAGE sql IMMUTABLE AS $$ SELECT array_agg(estimate) FROM quern.coefficients(model) $$;
CREATE FUNCTION pg_temp.std_errors(model quern.model) RETURNS double precision[]
  LANGUAGE sql IMMUTABLE AS $$ SELECT array_agg(std_error) FROM quern.coefficients(model) $$;

-- The plan of a query as one text, without costs. With analyze it runs.
CREATE FUNCTION pg_temp.plan_of(query text, "analyze" boolean DEFAULT false) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  plan text := '';
BEGIN
  FOR line IN EXECUTE format('EXPLAIN (COSTS OFF, TIMING OFF, SUMMARY OFF, ANALYZE %s) %s', "analyze"::text, query) LOOP
    plan := plan || line || E'\n';
  END LOOP;
  RETURN plan;
END
$$;

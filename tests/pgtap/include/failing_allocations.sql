-- failing(statement): runs it with each of its allocations failing in turn. How many of them were errors; the answer when none
-- fails; the answers although one did, where memory that was kept makes up for it.
CREATE FUNCTION pg_temp.failing(statement text, OUT failed integer, OUT answer text, OUT answers text[]) LANGUAGE plpgsql AS $$
BEGIN
  failed := 0;
  answers := '{}';
  FOR n IN 1..10000 LOOP
    BEGIN
      PERFORM set_config('quern.debug_fail_allocation', n::text, true);
      EXECUTE statement INTO answer;
      IF current_setting('quern.debug_fail_allocation')::integer > 0 THEN  -- there are fewer
        PERFORM set_config('quern.debug_fail_allocation', '0', true);
        RETURN;
      END IF;
      answers := answers || answer;
    EXCEPTION WHEN out_of_memory THEN failed := failed + 1;
    END;
  END LOOP;
  RAISE 'more than 10000 allocations: %', statement;
END $$;

-- Loads the Adult census data as adult_train and adult_test. Run from the repository's root.
-- y: earned over 50,000 dollars in 1994. x: seven features, in the order of the array.
SET client_min_messages = warning;

CREATE TABLE adult_train (
  age integer,
  workclass text,
  fnlwgt integer,
  education text,
  education_num integer,
  marital_status text,
  occupation text,
  relationship text,
  race text,
  sex text,
  capital_gain integer,
  capital_loss integer,
  hours_per_week integer,
  native_country text,
  income text
);
CREATE TABLE adult_test (LIKE adult_train);

\copy adult_train FROM PROGRAM 'gzip -dc data/adult/adult_train.csv.gz' (FORMAT csv, HEADER, NULL '?')
\copy adult_test FROM PROGRAM 'gzip -dc data/adult/adult_test.csv.gz' (FORMAT csv, HEADER, NULL '?')

ALTER TABLE adult_train
  ADD id integer GENERATED ALWAYS AS IDENTITY,
  ADD y boolean GENERATED ALWAYS AS (income = '>50K') STORED,
  ADD x double precision[] GENERATED ALWAYS AS (ARRAY[age, education_num, hours_per_week,
    (sex = 'Male')::integer, (marital_status = 'Married-civ-spouse')::integer,
    (capital_gain > 0)::integer, (capital_loss > 0)::integer]) STORED;
ALTER TABLE adult_test
  ADD id integer GENERATED ALWAYS AS IDENTITY,
  ADD y boolean GENERATED ALWAYS AS (income = '>50K') STORED,
  ADD x double precision[] GENERATED ALWAYS AS (ARRAY[age, education_num, hours_per_week,
    (sex = 'Male')::integer, (marital_status = 'Married-civ-spouse')::integer,
    (capital_gain > 0)::integer, (capital_loss > 0)::integer]) STORED;
ANALYZE adult_train, adult_test;
RESET client_min_messages;

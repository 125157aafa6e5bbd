-- quern.device and quern.devices() where there is no device, and with libraries that are none: the processor answers.
BEGIN;
SELECT no_plan();
\ir include/errors.sql
SET LOCAL search_path = public, quern;

SELECT is(current_setting('quern.device'), 'auto', 'the default');
SELECT is(pg_temp.error_of('SET quern.device = opencl'), '22023 | invalid value for parameter "quern.device": "opencl" | Available values: auto, cpu, cuda.', 'other devices are refused');

-- A library that is not there. The path is a superuser's to choose.
SET LOCAL quern.device_library = '/nowhere/quern_cuda.so';
SELECT is(count(*), 1::bigint, 'one row') FROM devices();
SELECT ok(NOT usable AND name IS NULL AND memory_bytes IS NULL AND reason <> '', 'which says why there is none') FROM devices();
SET LOCAL client_min_messages = warning;
CREATE TEMP TABLE products AS SELECT 'auto' AS device, '{{1,2},{3,4}}'::matrix @ '{{1,0},{0,2}}' AS product;
SET LOCAL quern.device = cuda;
INSERT INTO products SELECT 'cuda', '{{1,2},{3,4}}'::matrix @ '{{1,0},{0,2}}';
SET LOCAL quern.device = cpu;
INSERT INTO products SELECT 'cpu', '{{1,2},{3,4}}'::matrix @ '{{1,0},{0,2}}';
SELECT is(product::text, '{{1,4},{3,8}}', 'the product, ' || device) FROM products;

CREATE ROLE quern_devices_user;
GRANT USAGE ON SCHEMA quern TO quern_devices_user;
SET LOCAL ROLE quern_devices_user;
SELECT is(pg_temp.error_of($$SET quern.device_library = '/tmp/mine.so'$$), '42501 | permission denied to set parameter "quern.device_library"', 'nobody else chooses what is loaded');
SET LOCAL quern.device = cpu;
SELECT is(current_setting('quern.device'), 'cpu', 'but anybody whether it is used');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;

-- The device behind the linear-algebra seam.

CREATE FUNCTION devices() RETURNS TABLE (device integer, name text, compute_capability text, memory_bytes bigint, free_bytes bigint, usable boolean, reason text)
  AS 'MODULE_PATHNAME', 'quern_devices' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 1;
COMMENT ON FUNCTION devices() IS 'The CUDA devices this session sees, memory in bytes, and why the first is not used where it is not; one row of NULLs and a reason where there is none. Opens the device library (quern_cuda.so) if it was not opened yet. SET quern.device = auto | cpu | cuda chooses.';

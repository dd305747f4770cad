-- E.164, as `parsePhoneNumber` of @codezest/db-types gives it.
CREATE FUNCTION "rules"."is_phone_number"("number" text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
BEGIN
  RETURN number ~ '^\+[1-9][0-9]{6,14}$';
END
$$;

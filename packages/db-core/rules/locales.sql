-- A BCP 47 tag in canonical case, as `parseLocale` of @codezest/db-types gives it. That a subtag has been replaced (iw by he) only
-- Intl knows.
CREATE FUNCTION "rules"."is_locale"("locale" text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
BEGIN
  RETURN length(locale) <= 255
    -- Language, script, region, variants, extensions, private use.
    AND locale ~ ('^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*'
      || '(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?$');
END
$$;

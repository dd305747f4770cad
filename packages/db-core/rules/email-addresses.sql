-- An address in the spelling that `parseEmailAddress` of @codezest/db-types gives: lower case, domain in ASCII, nothing invisible.
-- Whether an xn-- label says something only IDNA knows.
CREATE FUNCTION "rules"."is_email_address"("address" text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
BEGIN
  IF octet_length(address) > 254
    OR octet_length(split_part(address, '@', 1)) > 64
    OR octet_length(split_part(address, '@', 2)) > 253
    -- A last label of digits, or 0x and hex digits, would be an IPv4 address for whoever reads it as a URL does.
    OR address !~ ('^[a-z0-9.!#$%&''*+/=?^_`{|}~\u0080-\U0010ffff-]+@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*'
      || '(?!([0-9]+|0x[0-9a-f]*)$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
  THEN
    RETURN false;
  END IF;
  -- Other scripts before the @: normal form C, no upper case, and none of the ranges of email-address.ts.
  RETURN octet_length(address) = length(address)
    OR (address IS NFC NORMALIZED
      AND address = lower(address)
      AND address !~ ('[\u0080-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f'
        || '\u205f-\u206f\u3000\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uff00-\uffff'
        || '\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]'));
END
$$;

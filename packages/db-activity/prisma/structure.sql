-- What the migrations of db-activity lead to, read from the catalogs. To be read, compared and never run.
-- pnpm structure:write

-- Schemas and extensions

CREATE SCHEMA partitions;

CREATE SCHEMA rules;

-- Enums

CREATE TYPE "ActivityType" AS ENUM (
    'USER_JOINED',
    'LANGUAGE_ENROLLED',
    'MODULE_STARTED',
    'MODULE_COMPLETED',
    'MATERIAL_COMPLETED',
    'ASSIGNMENT_SUBMITTED',
    'ASSIGNMENT_GRADED',
    'QUIZ_COMPLETED',
    'CERTIFICATE_EARNED',
    'BADGE_EARNED',
    'SUBSCRIPTION_CHANGED'
);

CREATE TYPE "LeaderboardPeriod" AS ENUM (
    'WEEK',
    'MONTH',
    'ALL_TIME'
);

-- Functions

CREATE OR REPLACE FUNCTION partitions.drop_before(month date)
 RETURNS SETOF text
 LANGUAGE sql
 SET search_path TO 'pg_catalog'
BEGIN ATOMIC
 SELECT partitions.drop_step(drop_before.month, 2147483647) AS drop_step
 UNION ALL
  SELECT (of.of || to_char((end_waiting.ended)::timestamp with time zone, '_YYYY_MM'::text))
    FROM unnest(ARRAY['user_activities'::text, 'analytics_events'::text]) of(of),
     LATERAL partitions.end_waiting(of.of, drop_before.month, 2147483647) end_waiting(ended, rows);
END;

CREATE OR REPLACE FUNCTION partitions.drop_step(month date, most integer)
 RETURNS SETOF text
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET lock_timeout TO '1s'
AS $function$
DECLARE
  partition text;
BEGIN
  LOCK TABLE ONLY public.user_activities, ONLY public.analytics_events IN SHARE UPDATE EXCLUSIVE MODE;
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent IN ('public.user_activities'::regclass, 'public.analytics_events'::regclass)
      AND c.relname ~ '_\d{4}_\d{2}$' AND to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', month::timestamp)
    ORDER BY right(c.relname, 7), c.relname LIMIT most
  LOOP
    EXECUTE format('DROP TABLE partitions.%I', partition);
    RETURN NEXT partition;
  END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.end_waiting(parent text, month date, most integer)
 RETURNS TABLE(ended date, rows bigint)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET lock_timeout TO '1s'
AS $function$
DECLARE
  waiting text := parent || '_default';
BEGIN
  EXECUTE format('LOCK TABLE partitions.%I IN ACCESS EXCLUSIVE MODE', waiting);
  EXECUTE format('ALTER TABLE partitions.%I DISABLE TRIGGER %I', waiting, parent || '_append_only_rule');
  RETURN QUERY EXECUTE format('WITH over AS (
      SELECT created_at, id FROM partitions.%1$I WHERE created_at < $1 ORDER BY created_at, id LIMIT $2
    ), deleted AS (
      DELETE FROM partitions.%1$I AS d USING over WHERE (d.created_at, d.id) = (over.created_at, over.id) RETURNING d.created_at
    )
    SELECT date_trunc(''month'', created_at AT TIME ZONE ''UTC'')::date, count(*) FROM deleted GROUP BY 1 ORDER BY 1', waiting)
    USING partitions.first_moment(month), most;
  EXECUTE format('ALTER TABLE partitions.%I ENABLE TRIGGER %I', waiting, parent || '_append_only_rule');
END
$function$;

CREATE OR REPLACE FUNCTION partitions.ensure(first_month date, last_month date)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  parents text[];
  months date[];
  made integer := 0;
BEGIN
  LOCK TABLE ONLY public.user_activities, ONLY public.analytics_events IN SHARE UPDATE EXCLUSIVE MODE;
  SELECT array_agg(m.parent), array_agg(m.month) INTO parents, months FROM partitions.missing(first_month, last_month) AS m;
  FOR number IN 1 .. coalesce(cardinality(months), 0) LOOP
    made := made + (partitions.ensure_step(parents[number], months[number], 2147483647)).made::int;
  END LOOP;
  RETURN made;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.ensure_empty(first_month date, last_month date, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  missing record;
  has_rows_waiting boolean;
  number integer := 0;
BEGIN
  SET LOCAL lock_timeout = '1s';
  LOCK TABLE ONLY public.user_activities, ONLY public.analytics_events IN SHARE UPDATE EXCLUSIVE MODE;
  FOR missing IN SELECT * FROM partitions.missing(first_month, last_month) LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM partitions.%I WHERE created_at >= $1 AND created_at < $2)', missing.parent || '_default')
      INTO has_rows_waiting USING partitions.first_moment(missing.month), partitions.first_moment((missing.month + interval '1 month')::date);
    CONTINUE WHEN has_rows_waiting OR partitions.held_from(missing.parent, missing.month) IS NOT NULL;
    PERFORM partitions.ensure_step(missing.parent, missing.month, 1);
    number := number + 1;
    EXIT WHEN number = most;
  END LOOP;
  RETURN number;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.ensure_step(parent text, month date, most integer, OUT made boolean, OUT done boolean)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM set_config('codezest.moving_rows', 'on', true);
  SELECT moved.made, moved.done INTO made, done FROM partitions.move_step(parent, month, most) AS moved;
  PERFORM set_config('codezest.moving_rows', 'off', true);
END
$function$;

CREATE OR REPLACE FUNCTION partitions.first_moment(month date)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (date_trunc('month'::text, (month)::timestamp without time zone) AT TIME ZONE 'UTC'::text);

CREATE OR REPLACE FUNCTION partitions.held_from(parent text, month date)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE STRICT
 SET search_path TO 'pg_catalog'
 SET "TimeZone" TO 'UTC'
RETURN (SELECT ("substring"(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\)'::text))::timestamp with time zone AS "substring" FROM pg_class c WHERE ((c.oid = (to_regclass(format('partitions.%I'::text, (held_from.parent || to_char((held_from.month)::timestamp with time zone, '_YYYY_MM'::text)))))::oid) AND c.relispartition));

CREATE OR REPLACE FUNCTION partitions.missing(first_month date, last_month date)
 RETURNS TABLE(parent text, month date)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog'
BEGIN ATOMIC
 SELECT of.of,
     (asked.asked)::date AS asked
    FROM unnest(ARRAY['user_activities'::text, 'analytics_events'::text]) of(of),
     generate_series(date_trunc('month'::text, (missing.last_month)::timestamp without time zone), date_trunc('month'::text, (missing.first_month)::timestamp without time zone), '-1 mons'::interval) asked(asked)
   WHERE (partitions.held_from(of.of, (asked.asked)::date) IS DISTINCT FROM partitions.first_moment((asked.asked)::date));
END;

CREATE OR REPLACE FUNCTION partitions.move_step(parent text, month date, most integer, OUT made boolean, OUT done boolean)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET lock_timeout TO '1s'
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
  partition text := parent || to_char(month, '_YYYY_MM');
  waiting text := parent || '_default';
  held CONSTANT text := 'waiting_rows_are_earlier_check';
  first_moment CONSTANT timestamptz := partitions.first_moment(month);
  end_moment CONSTANT timestamptz := partitions.first_moment((month + interval '1 month')::date);
  held_from timestamptz;
  next_from timestamptz;
BEGIN
  EXECUTE format('LOCK TABLE ONLY public.%I IN SHARE UPDATE EXCLUSIVE MODE', parent);
  held_from := partitions.held_from(parent, month);
  made := held_from IS NULL;
  done := held_from IS NOT DISTINCT FROM first_moment;
  IF done THEN
    RETURN;
  END IF;
  IF made THEN
    -- Unlike CREATE TABLE … PARTITION OF, this lets readers and writers of the parent go on.
    EXECUTE format('CREATE TABLE partitions.%I (LIKE public.%I INCLUDING ALL)', partition, parent);
  ELSE
    EXECUTE format('LOCK TABLE ONLY public.%I IN ACCESS EXCLUSIVE MODE', parent);
  END IF;
  EXECUTE format('LOCK TABLE partitions.%I IN ACCESS EXCLUSIVE MODE', waiting);

  EXECUTE format('SELECT created_at FROM partitions.%I WHERE created_at >= $1 AND created_at < $2
    ORDER BY created_at DESC OFFSET $3 LIMIT 1', waiting)
    INTO next_from USING first_moment, coalesce(held_from, end_moment), most;
  next_from := coalesce(next_from, first_moment);

  -- The rule against deleting rests for this one table and this one transaction.
  EXECUTE format('CREATE TEMPORARY TABLE moving ON COMMIT DROP AS
    SELECT * FROM partitions.%I WHERE created_at >= %L AND created_at < %L', waiting, next_from, coalesce(held_from, end_moment));
  EXECUTE format('ALTER TABLE partitions.%I DISABLE TRIGGER %I', waiting, parent || '_append_only_rule');
  EXECUTE format('DELETE FROM partitions.%I WHERE created_at >= %L AND created_at < %L',
    waiting, next_from, coalesce(held_from, end_moment));
  EXECUTE format('ALTER TABLE partitions.%I ENABLE TRIGGER %I', waiting, parent || '_append_only_rule');

  IF held_from IS NOT NULL THEN
    EXECUTE format('ALTER TABLE public.%I DETACH PARTITION partitions.%I', parent, partition);
  END IF;
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION partitions.%I FOR VALUES FROM (%L) TO (%L)',
    parent, partition, next_from, end_moment);
  IF NOT made THEN
    EXECUTE format('ALTER TABLE partitions.%I DROP CONSTRAINT IF EXISTS %I', partition, held);
  END IF;
  EXECUTE format('INSERT INTO public.%I SELECT * FROM pg_temp.moving', parent);
  DROP TABLE pg_temp.moving;
  done := next_from = first_moment;
  IF NOT done THEN
    EXECUTE format('ALTER TABLE partitions.%I ADD CONSTRAINT %I CHECK (created_at >= %L AND created_at < %L) NOT VALID',
      partition, held, next_from, end_moment);
  END IF;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.prepare_step(parent text, month date)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET lock_timeout TO '1s'
AS $function$
BEGIN
  IF partitions.held_from(parent, month) > partitions.first_moment(month) THEN
    EXECUTE format('ALTER TABLE partitions.%I VALIDATE CONSTRAINT waiting_rows_are_earlier_check', parent || to_char(month, '_YYYY_MM'));
  END IF;
END
$function$;

CREATE OR REPLACE FUNCTION partitions.waiting()
 RETURNS TABLE(parent text, month date)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
  latest timestamptz;
BEGIN
  FOREACH parent IN ARRAY ARRAY['user_activities', 'analytics_events'] LOOP
    latest := 'infinity';
    LOOP
      EXECUTE format('SELECT created_at FROM partitions.%I WHERE created_at < $1 ORDER BY created_at DESC LIMIT 1', parent || '_default')
        INTO latest USING latest;
      EXIT WHEN latest IS NULL;
      month := date_trunc('month', latest AT TIME ZONE 'UTC')::date;
      latest := partitions.first_moment(month);
      RETURN NEXT;
    END LOOP;
  END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION rules.award_points(event jsonb, given_points integer, given_reason text, zone text, entry_id uuid, engagement_id uuid)
 RETURNS SETOF user_engagements
 LANGUAGE plpgsql
 ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  happened user_activities;
BEGIN
  INSERT INTO user_activities AS a (id, created_at, user_id, type, description, metadata)
  SELECT given.id, coalesce(rules.uuid_v7_time(given.id), now()), given."userId", given.type, given.description, nullif(given.metadata, 'null')
  FROM jsonb_to_record(event) AS given(id uuid, "userId" uuid, type "ActivityType", description text, metadata jsonb)
  WHERE NOT EXISTS (SELECT 1 FROM points_entries WHERE source_event_id = given.id)
  ON CONFLICT DO NOTHING RETURNING a.* INTO happened;
  IF happened.id IS NULL THEN
    RETURN;
  END IF;

  INSERT INTO user_engagements AS e (id, user_id, points, level, last_active_at, updated_at)
  VALUES (engagement_id, happened.user_id, given_points, rules.level_of(given_points), happened.created_at, now())
  ON CONFLICT (user_id) DO UPDATE SET
    points = e.points + excluded.points, level = rules.level_of(e.points + excluded.points),
    last_active_at = greatest(e.last_active_at, excluded.last_active_at), updated_at = excluded.updated_at;
  INSERT INTO points_entries (id, user_id, points, reason, source_event_id, cohort)
  VALUES (entry_id, happened.user_id, given_points, coalesce(given_reason, happened.type::text), happened.id,
    (SELECT c.cohort FROM leaderboard_cohorts c WHERE c.user_id = happened.user_id));
  IF rules.mark_day(happened.user_id, happened.created_at, zone) THEN
    UPDATE user_engagements e SET streak = s.streak, longest_streak = s.longest
    FROM rules.streaks_of(happened.user_id) AS s WHERE e.user_id = happened.user_id;
  END IF;
  RETURN QUERY SELECT * FROM user_engagements e WHERE e.user_id = happened.user_id;
END
$function$;

CREATE OR REPLACE FUNCTION rules.begin_of_day(day date, zone text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
  midnight CONSTANT timestamp := day;
  latest CONSTANT timestamptz := midnight AT TIME ZONE zone;
  before CONSTANT timestamptz := latest - interval '3 hours';
  earliest CONSTANT timestamptz := (midnight - ((before AT TIME ZONE zone) - (before AT TIME ZONE 'UTC'))) AT TIME ZONE 'UTC';
BEGIN
  RETURN CASE WHEN earliest AT TIME ZONE zone = midnight THEN least(earliest, latest) ELSE latest END;
END
$function$;

CREATE OR REPLACE FUNCTION rules.canonical_time_zone(name text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
  folded CONSTANT text := translate(name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
  hours int;
BEGIN
  -- An offset of whole hours; the zones of offsets have the signs of POSIX.
  IF folded ~ '^([+-][0-9]{2}(:?00)?|gmt[+-][0-9]{2}:00)$' THEN
    hours := substring(folded FROM '[+-][0-9]{2}');
    RETURN CASE
      WHEN hours = 0 THEN 'UTC'
      WHEN hours BETWEEN 1 AND 14 THEN 'Etc/GMT-' || hours
      WHEN hours BETWEEN -12 AND -1 THEN 'Etc/GMT+' || -hours
    END;
  END IF;
  RETURN '{
"africa/abidjan":"Africa/Abidjan","africa/accra":"Africa/Accra","africa/addis_ababa":"Africa/Addis_Ababa",
"africa/algiers":"Africa/Algiers","africa/asmara":"Africa/Asmara","africa/asmera":"Africa/Asmara",
"africa/bamako":"Africa/Bamako","africa/timbuktu":"Africa/Bamako","africa/bangui":"Africa/Bangui",
"africa/banjul":"Africa/Banjul","africa/bissau":"Africa/Bissau","africa/blantyre":"Africa/Blantyre",
"africa/brazzaville":"Africa/Brazzaville","africa/bujumbura":"Africa/Bujumbura","africa/cairo":"Africa/Cairo",
"egypt":"Africa/Cairo","africa/casablanca":"Africa/Casablanca","africa/ceuta":"Africa/Ceuta",
"africa/conakry":"Africa/Conakry","africa/dakar":"Africa/Dakar","africa/dar_es_salaam":"Africa/Dar_es_Salaam",
"africa/djibouti":"Africa/Djibouti","africa/douala":"Africa/Douala","africa/el_aaiun":"Africa/El_Aaiun",
"africa/freetown":"Africa/Freetown","africa/gaborone":"Africa/Gaborone","africa/harare":"Africa/Harare",
"africa/johannesburg":"Africa/Johannesburg","africa/juba":"Africa/Juba","africa/kampala":"Africa/Kampala",
"africa/khartoum":"Africa/Khartoum","africa/kigali":"Africa/Kigali","africa/kinshasa":"Africa/Kinshasa",
"africa/lagos":"Africa/Lagos","africa/libreville":"Africa/Libreville","africa/lome":"Africa/Lome",
"africa/luanda":"Africa/Luanda","africa/lubumbashi":"Africa/Lubumbashi","africa/lusaka":"Africa/Lusaka",
"africa/malabo":"Africa/Malabo","africa/maputo":"Africa/Maputo","africa/maseru":"Africa/Maseru",
"africa/mbabane":"Africa/Mbabane","africa/mogadishu":"Africa/Mogadishu","africa/monrovia":"Africa/Monrovia",
"africa/nairobi":"Africa/Nairobi","africa/ndjamena":"Africa/Ndjamena","africa/niamey":"Africa/Niamey",
"africa/nouakchott":"Africa/Nouakchott","africa/ouagadougou":"Africa/Ouagadougou",
"africa/porto-novo":"Africa/Porto-Novo","africa/sao_tome":"Africa/Sao_Tome","africa/tripoli":"Africa/Tripoli",
"libya":"Africa/Tripoli","africa/tunis":"Africa/Tunis","africa/windhoek":"Africa/Windhoek",
"america/adak":"America/Adak","america/atka":"America/Adak","us/aleutian":"America/Adak",
"america/anchorage":"America/Anchorage","us/alaska":"America/Anchorage","america/anguilla":"America/Anguilla",
"america/antigua":"America/Antigua","america/araguaina":"America/Araguaina",
"america/argentina/buenos_aires":"America/Argentina/Buenos_Aires",
"america/buenos_aires":"America/Argentina/Buenos_Aires","america/argentina/catamarca":"America/Argentina/Catamarca",
"america/argentina/comodrivadavia":"America/Argentina/Catamarca","america/catamarca":"America/Argentina/Catamarca",
"america/argentina/cordoba":"America/Argentina/Cordoba","america/cordoba":"America/Argentina/Cordoba",
"america/rosario":"America/Argentina/Cordoba","america/argentina/jujuy":"America/Argentina/Jujuy",
"america/jujuy":"America/Argentina/Jujuy","america/argentina/la_rioja":"America/Argentina/La_Rioja",
"america/argentina/mendoza":"America/Argentina/Mendoza","america/mendoza":"America/Argentina/Mendoza",
"america/argentina/rio_gallegos":"America/Argentina/Rio_Gallegos","america/argentina/salta":"America/Argentina/Salta",
"america/argentina/san_juan":"America/Argentina/San_Juan","america/argentina/san_luis":"America/Argentina/San_Luis",
"america/argentina/tucuman":"America/Argentina/Tucuman","america/argentina/ushuaia":"America/Argentina/Ushuaia",
"america/aruba":"America/Aruba","america/asuncion":"America/Asuncion","america/atikokan":"America/Atikokan",
"america/coral_harbour":"America/Atikokan","america/bahia":"America/Bahia",
"america/bahia_banderas":"America/Bahia_Banderas","america/barbados":"America/Barbados",
"america/belem":"America/Belem","america/belize":"America/Belize","america/blanc-sablon":"America/Blanc-Sablon",
"america/boa_vista":"America/Boa_Vista","america/bogota":"America/Bogota","america/boise":"America/Boise",
"america/cambridge_bay":"America/Cambridge_Bay","america/campo_grande":"America/Campo_Grande",
"america/cancun":"America/Cancun","america/caracas":"America/Caracas","america/cayenne":"America/Cayenne",
"america/cayman":"America/Cayman","america/chicago":"America/Chicago","cst6cdt":"America/Chicago",
"us/central":"America/Chicago","america/chihuahua":"America/Chihuahua",
"america/ciudad_juarez":"America/Ciudad_Juarez","america/costa_rica":"America/Costa_Rica",
"america/coyhaique":"America/Coyhaique","america/creston":"America/Creston","america/cuiaba":"America/Cuiaba",
"america/curacao":"America/Curacao","america/danmarkshavn":"America/Danmarkshavn","america/dawson":"America/Dawson",
"america/dawson_creek":"America/Dawson_Creek","america/denver":"America/Denver","america/shiprock":"America/Denver",
"mst7mdt":"America/Denver","navajo":"America/Denver","us/mountain":"America/Denver",
"america/detroit":"America/Detroit","us/michigan":"America/Detroit","america/dominica":"America/Dominica",
"america/edmonton":"America/Edmonton","america/yellowknife":"America/Edmonton","canada/mountain":"America/Edmonton",
"america/eirunepe":"America/Eirunepe","america/el_salvador":"America/El_Salvador",
"america/fort_nelson":"America/Fort_Nelson","america/fortaleza":"America/Fortaleza",
"america/glace_bay":"America/Glace_Bay","america/goose_bay":"America/Goose_Bay",
"america/grand_turk":"America/Grand_Turk","america/grenada":"America/Grenada",
"america/guadeloupe":"America/Guadeloupe","america/guatemala":"America/Guatemala",
"america/guayaquil":"America/Guayaquil","america/guyana":"America/Guyana","america/halifax":"America/Halifax",
"canada/atlantic":"America/Halifax","america/havana":"America/Havana","cuba":"America/Havana",
"america/hermosillo":"America/Hermosillo","america/indiana/indianapolis":"America/Indiana/Indianapolis",
"america/fort_wayne":"America/Indiana/Indianapolis","america/indianapolis":"America/Indiana/Indianapolis",
"us/east-indiana":"America/Indiana/Indianapolis","america/indiana/knox":"America/Indiana/Knox",
"america/knox_in":"America/Indiana/Knox","us/indiana-starke":"America/Indiana/Knox",
"america/indiana/marengo":"America/Indiana/Marengo","america/indiana/petersburg":"America/Indiana/Petersburg",
"america/indiana/tell_city":"America/Indiana/Tell_City","america/indiana/vevay":"America/Indiana/Vevay",
"america/indiana/vincennes":"America/Indiana/Vincennes","america/indiana/winamac":"America/Indiana/Winamac",
"america/inuvik":"America/Inuvik","america/iqaluit":"America/Iqaluit","america/pangnirtung":"America/Iqaluit",
"america/jamaica":"America/Jamaica","jamaica":"America/Jamaica","america/juneau":"America/Juneau",
"america/kentucky/louisville":"America/Kentucky/Louisville","america/louisville":"America/Kentucky/Louisville",
"america/kentucky/monticello":"America/Kentucky/Monticello","america/kralendijk":"America/Kralendijk",
"america/la_paz":"America/La_Paz","america/lima":"America/Lima","america/los_angeles":"America/Los_Angeles",
"pst8pdt":"America/Los_Angeles","us/pacific":"America/Los_Angeles","us/pacific-new":"America/Los_Angeles",
"america/lower_princes":"America/Lower_Princes","america/maceio":"America/Maceio","america/managua":"America/Managua",
"america/manaus":"America/Manaus","brazil/west":"America/Manaus","america/marigot":"America/Marigot",
"america/martinique":"America/Martinique","america/matamoros":"America/Matamoros",
"america/mazatlan":"America/Mazatlan","mexico/bajasur":"America/Mazatlan","america/menominee":"America/Menominee",
"america/merida":"America/Merida","america/metlakatla":"America/Metlakatla",
"america/mexico_city":"America/Mexico_City","mexico/general":"America/Mexico_City",
"america/miquelon":"America/Miquelon","america/moncton":"America/Moncton","america/monterrey":"America/Monterrey",
"america/montevideo":"America/Montevideo","america/montserrat":"America/Montserrat","america/nassau":"America/Nassau",
"america/new_york":"America/New_York","est5edt":"America/New_York","us/eastern":"America/New_York",
"america/nome":"America/Nome","america/noronha":"America/Noronha","brazil/denoronha":"America/Noronha",
"america/north_dakota/beulah":"America/North_Dakota/Beulah",
"america/north_dakota/center":"America/North_Dakota/Center",
"america/north_dakota/new_salem":"America/North_Dakota/New_Salem","america/nuuk":"America/Nuuk",
"america/godthab":"America/Nuuk","america/ojinaga":"America/Ojinaga","america/panama":"America/Panama",
"est":"America/Panama","america/paramaribo":"America/Paramaribo","america/phoenix":"America/Phoenix",
"mst":"America/Phoenix","us/arizona":"America/Phoenix","america/port-au-prince":"America/Port-au-Prince",
"america/port_of_spain":"America/Port_of_Spain","america/porto_velho":"America/Porto_Velho",
"america/puerto_rico":"America/Puerto_Rico","america/punta_arenas":"America/Punta_Arenas",
"america/rankin_inlet":"America/Rankin_Inlet","america/recife":"America/Recife","america/regina":"America/Regina",
"canada/east-saskatchewan":"America/Regina","canada/saskatchewan":"America/Regina",
"america/resolute":"America/Resolute","america/rio_branco":"America/Rio_Branco",
"america/porto_acre":"America/Rio_Branco","brazil/acre":"America/Rio_Branco","america/santarem":"America/Santarem",
"america/santiago":"America/Santiago","chile/continental":"America/Santiago",
"america/santo_domingo":"America/Santo_Domingo","america/sao_paulo":"America/Sao_Paulo",
"brazil/east":"America/Sao_Paulo","america/scoresbysund":"America/Scoresbysund","america/sitka":"America/Sitka",
"america/st_barthelemy":"America/St_Barthelemy","america/st_johns":"America/St_Johns",
"canada/newfoundland":"America/St_Johns","america/st_kitts":"America/St_Kitts","america/st_lucia":"America/St_Lucia",
"america/st_thomas":"America/St_Thomas","america/virgin":"America/St_Thomas",
"america/st_vincent":"America/St_Vincent","america/swift_current":"America/Swift_Current",
"america/tegucigalpa":"America/Tegucigalpa","america/thule":"America/Thule","america/tijuana":"America/Tijuana",
"america/ensenada":"America/Tijuana","america/santa_isabel":"America/Tijuana","mexico/bajanorte":"America/Tijuana",
"america/toronto":"America/Toronto","america/montreal":"America/Toronto","america/nipigon":"America/Toronto",
"america/thunder_bay":"America/Toronto","canada/eastern":"America/Toronto","america/tortola":"America/Tortola",
"america/vancouver":"America/Vancouver","canada/pacific":"America/Vancouver",
"america/whitehorse":"America/Whitehorse","canada/yukon":"America/Whitehorse","america/winnipeg":"America/Winnipeg",
"america/rainy_river":"America/Winnipeg","canada/central":"America/Winnipeg","america/yakutat":"America/Yakutat",
"antarctica/casey":"Antarctica/Casey","antarctica/davis":"Antarctica/Davis",
"antarctica/dumontdurville":"Antarctica/DumontDUrville","antarctica/macquarie":"Antarctica/Macquarie",
"antarctica/mawson":"Antarctica/Mawson","antarctica/mcmurdo":"Antarctica/McMurdo",
"antarctica/south_pole":"Antarctica/McMurdo","antarctica/palmer":"Antarctica/Palmer",
"antarctica/rothera":"Antarctica/Rothera","antarctica/syowa":"Antarctica/Syowa","antarctica/troll":"Antarctica/Troll",
"antarctica/vostok":"Antarctica/Vostok","arctic/longyearbyen":"Arctic/Longyearbyen",
"atlantic/jan_mayen":"Arctic/Longyearbyen","asia/aden":"Asia/Aden","asia/almaty":"Asia/Almaty",
"asia/amman":"Asia/Amman","asia/anadyr":"Asia/Anadyr","asia/aqtau":"Asia/Aqtau","asia/aqtobe":"Asia/Aqtobe",
"asia/ashgabat":"Asia/Ashgabat","asia/ashkhabad":"Asia/Ashgabat","asia/atyrau":"Asia/Atyrau",
"asia/baghdad":"Asia/Baghdad","asia/bahrain":"Asia/Bahrain","asia/baku":"Asia/Baku","asia/bangkok":"Asia/Bangkok",
"asia/barnaul":"Asia/Barnaul","asia/beirut":"Asia/Beirut","asia/bishkek":"Asia/Bishkek","asia/brunei":"Asia/Brunei",
"asia/chita":"Asia/Chita","asia/colombo":"Asia/Colombo","asia/damascus":"Asia/Damascus","asia/dhaka":"Asia/Dhaka",
"asia/dacca":"Asia/Dhaka","asia/dili":"Asia/Dili","asia/dubai":"Asia/Dubai","asia/dushanbe":"Asia/Dushanbe",
"asia/famagusta":"Asia/Famagusta","asia/gaza":"Asia/Gaza","asia/hebron":"Asia/Hebron",
"asia/ho_chi_minh":"Asia/Ho_Chi_Minh","asia/saigon":"Asia/Ho_Chi_Minh","asia/hong_kong":"Asia/Hong_Kong",
"hongkong":"Asia/Hong_Kong","asia/hovd":"Asia/Hovd","asia/irkutsk":"Asia/Irkutsk","asia/jakarta":"Asia/Jakarta",
"asia/jayapura":"Asia/Jayapura","asia/jerusalem":"Asia/Jerusalem","asia/tel_aviv":"Asia/Jerusalem",
"israel":"Asia/Jerusalem","asia/kabul":"Asia/Kabul","asia/kamchatka":"Asia/Kamchatka","asia/karachi":"Asia/Karachi",
"asia/kathmandu":"Asia/Kathmandu","asia/katmandu":"Asia/Kathmandu","asia/khandyga":"Asia/Khandyga",
"asia/kolkata":"Asia/Kolkata","asia/calcutta":"Asia/Kolkata","asia/krasnoyarsk":"Asia/Krasnoyarsk",
"asia/kuala_lumpur":"Asia/Kuala_Lumpur","asia/kuching":"Asia/Kuching","asia/kuwait":"Asia/Kuwait",
"asia/macau":"Asia/Macau","asia/macao":"Asia/Macau","asia/magadan":"Asia/Magadan","asia/makassar":"Asia/Makassar",
"asia/ujung_pandang":"Asia/Makassar","asia/manila":"Asia/Manila","asia/muscat":"Asia/Muscat",
"asia/nicosia":"Asia/Nicosia","europe/nicosia":"Asia/Nicosia","asia/novokuznetsk":"Asia/Novokuznetsk",
"asia/novosibirsk":"Asia/Novosibirsk","asia/omsk":"Asia/Omsk","asia/oral":"Asia/Oral",
"asia/phnom_penh":"Asia/Phnom_Penh","asia/pontianak":"Asia/Pontianak","asia/pyongyang":"Asia/Pyongyang",
"asia/qatar":"Asia/Qatar","asia/qostanay":"Asia/Qostanay","asia/qyzylorda":"Asia/Qyzylorda",
"asia/riyadh":"Asia/Riyadh","asia/sakhalin":"Asia/Sakhalin","asia/samarkand":"Asia/Samarkand",
"asia/seoul":"Asia/Seoul","rok":"Asia/Seoul","asia/shanghai":"Asia/Shanghai","asia/chongqing":"Asia/Shanghai",
"asia/chungking":"Asia/Shanghai","asia/harbin":"Asia/Shanghai","prc":"Asia/Shanghai",
"asia/singapore":"Asia/Singapore","singapore":"Asia/Singapore","asia/srednekolymsk":"Asia/Srednekolymsk",
"asia/taipei":"Asia/Taipei","roc":"Asia/Taipei","asia/tashkent":"Asia/Tashkent","asia/tbilisi":"Asia/Tbilisi",
"asia/tehran":"Asia/Tehran","iran":"Asia/Tehran","asia/thimphu":"Asia/Thimphu","asia/thimbu":"Asia/Thimphu",
"asia/tokyo":"Asia/Tokyo","japan":"Asia/Tokyo","asia/tomsk":"Asia/Tomsk","asia/ulaanbaatar":"Asia/Ulaanbaatar",
"asia/choibalsan":"Asia/Ulaanbaatar","asia/ulan_bator":"Asia/Ulaanbaatar","asia/urumqi":"Asia/Urumqi",
"asia/kashgar":"Asia/Urumqi","asia/ust-nera":"Asia/Ust-Nera","asia/vientiane":"Asia/Vientiane",
"asia/vladivostok":"Asia/Vladivostok","asia/yakutsk":"Asia/Yakutsk","asia/yangon":"Asia/Yangon",
"asia/rangoon":"Asia/Yangon","asia/yekaterinburg":"Asia/Yekaterinburg","asia/yerevan":"Asia/Yerevan",
"atlantic/azores":"Atlantic/Azores","atlantic/bermuda":"Atlantic/Bermuda","atlantic/canary":"Atlantic/Canary",
"atlantic/cape_verde":"Atlantic/Cape_Verde","atlantic/faroe":"Atlantic/Faroe","atlantic/faeroe":"Atlantic/Faroe",
"atlantic/madeira":"Atlantic/Madeira","atlantic/reykjavik":"Atlantic/Reykjavik","iceland":"Atlantic/Reykjavik",
"atlantic/south_georgia":"Atlantic/South_Georgia","atlantic/st_helena":"Atlantic/St_Helena",
"atlantic/stanley":"Atlantic/Stanley","australia/adelaide":"Australia/Adelaide",
"australia/south":"Australia/Adelaide","australia/brisbane":"Australia/Brisbane",
"australia/queensland":"Australia/Brisbane","australia/broken_hill":"Australia/Broken_Hill",
"australia/yancowinna":"Australia/Broken_Hill","australia/darwin":"Australia/Darwin",
"australia/north":"Australia/Darwin","australia/eucla":"Australia/Eucla","australia/hobart":"Australia/Hobart",
"australia/currie":"Australia/Hobart","australia/tasmania":"Australia/Hobart",
"australia/lindeman":"Australia/Lindeman","australia/lord_howe":"Australia/Lord_Howe",
"australia/lhi":"Australia/Lord_Howe","australia/melbourne":"Australia/Melbourne",
"australia/victoria":"Australia/Melbourne","australia/perth":"Australia/Perth","australia/west":"Australia/Perth",
"australia/sydney":"Australia/Sydney","australia/act":"Australia/Sydney","australia/canberra":"Australia/Sydney",
"australia/nsw":"Australia/Sydney","etc/gmt+1":"Etc/GMT+1","etc/gmt+10":"Etc/GMT+10","etc/gmt+11":"Etc/GMT+11",
"etc/gmt+12":"Etc/GMT+12","etc/gmt+2":"Etc/GMT+2","etc/gmt+3":"Etc/GMT+3","etc/gmt+4":"Etc/GMT+4",
"etc/gmt+5":"Etc/GMT+5","etc/gmt+6":"Etc/GMT+6","etc/gmt+7":"Etc/GMT+7","etc/gmt+8":"Etc/GMT+8",
"etc/gmt+9":"Etc/GMT+9","etc/gmt-1":"Etc/GMT-1","etc/gmt-10":"Etc/GMT-10","etc/gmt-11":"Etc/GMT-11",
"etc/gmt-12":"Etc/GMT-12","etc/gmt-13":"Etc/GMT-13","etc/gmt-14":"Etc/GMT-14","etc/gmt-2":"Etc/GMT-2",
"etc/gmt-3":"Etc/GMT-3","etc/gmt-4":"Etc/GMT-4","etc/gmt-5":"Etc/GMT-5","etc/gmt-6":"Etc/GMT-6",
"etc/gmt-7":"Etc/GMT-7","etc/gmt-8":"Etc/GMT-8","etc/gmt-9":"Etc/GMT-9","europe/amsterdam":"Europe/Amsterdam",
"europe/andorra":"Europe/Andorra","europe/astrakhan":"Europe/Astrakhan","europe/athens":"Europe/Athens",
"eet":"Europe/Athens","europe/belgrade":"Europe/Belgrade","europe/berlin":"Europe/Berlin",
"europe/bratislava":"Europe/Bratislava","europe/brussels":"Europe/Brussels","cet":"Europe/Brussels",
"met":"Europe/Brussels","europe/bucharest":"Europe/Bucharest","europe/budapest":"Europe/Budapest",
"europe/busingen":"Europe/Busingen","europe/chisinau":"Europe/Chisinau","europe/tiraspol":"Europe/Chisinau",
"europe/copenhagen":"Europe/Copenhagen","europe/dublin":"Europe/Dublin","eire":"Europe/Dublin",
"europe/gibraltar":"Europe/Gibraltar","europe/guernsey":"Europe/Guernsey","europe/helsinki":"Europe/Helsinki",
"europe/isle_of_man":"Europe/Isle_of_Man","europe/istanbul":"Europe/Istanbul","asia/istanbul":"Europe/Istanbul",
"turkey":"Europe/Istanbul","europe/jersey":"Europe/Jersey","europe/kaliningrad":"Europe/Kaliningrad",
"europe/kirov":"Europe/Kirov","europe/kyiv":"Europe/Kyiv","europe/kiev":"Europe/Kyiv","europe/uzhgorod":"Europe/Kyiv",
"europe/zaporozhye":"Europe/Kyiv","europe/lisbon":"Europe/Lisbon","portugal":"Europe/Lisbon","wet":"Europe/Lisbon",
"europe/ljubljana":"Europe/Ljubljana","europe/london":"Europe/London","europe/belfast":"Europe/London",
"gb":"Europe/London","gb-eire":"Europe/London","europe/luxembourg":"Europe/Luxembourg",
"europe/madrid":"Europe/Madrid","europe/malta":"Europe/Malta","europe/mariehamn":"Europe/Mariehamn",
"europe/minsk":"Europe/Minsk","europe/monaco":"Europe/Monaco","europe/moscow":"Europe/Moscow","w-su":"Europe/Moscow",
"europe/oslo":"Europe/Oslo","europe/paris":"Europe/Paris","europe/podgorica":"Europe/Podgorica",
"europe/prague":"Europe/Prague","europe/riga":"Europe/Riga","europe/rome":"Europe/Rome",
"europe/samara":"Europe/Samara","europe/san_marino":"Europe/San_Marino","europe/sarajevo":"Europe/Sarajevo",
"europe/saratov":"Europe/Saratov","europe/simferopol":"Europe/Simferopol","europe/skopje":"Europe/Skopje",
"europe/sofia":"Europe/Sofia","europe/stockholm":"Europe/Stockholm","europe/tallinn":"Europe/Tallinn",
"europe/tirane":"Europe/Tirane","europe/ulyanovsk":"Europe/Ulyanovsk","europe/vaduz":"Europe/Vaduz",
"europe/vatican":"Europe/Vatican","europe/vienna":"Europe/Vienna","europe/vilnius":"Europe/Vilnius",
"europe/volgograd":"Europe/Volgograd","europe/warsaw":"Europe/Warsaw","poland":"Europe/Warsaw",
"europe/zagreb":"Europe/Zagreb","europe/zurich":"Europe/Zurich","indian/antananarivo":"Indian/Antananarivo",
"indian/chagos":"Indian/Chagos","indian/christmas":"Indian/Christmas","indian/cocos":"Indian/Cocos",
"indian/comoro":"Indian/Comoro","indian/kerguelen":"Indian/Kerguelen","indian/mahe":"Indian/Mahe",
"indian/maldives":"Indian/Maldives","indian/mauritius":"Indian/Mauritius","indian/mayotte":"Indian/Mayotte",
"indian/reunion":"Indian/Reunion","pacific/apia":"Pacific/Apia","pacific/auckland":"Pacific/Auckland",
"nz":"Pacific/Auckland","pacific/bougainville":"Pacific/Bougainville","pacific/chatham":"Pacific/Chatham",
"nz-chat":"Pacific/Chatham","pacific/chuuk":"Pacific/Chuuk","pacific/truk":"Pacific/Chuuk",
"pacific/yap":"Pacific/Chuuk","pacific/easter":"Pacific/Easter","chile/easterisland":"Pacific/Easter",
"pacific/efate":"Pacific/Efate","pacific/fakaofo":"Pacific/Fakaofo","pacific/fiji":"Pacific/Fiji",
"pacific/funafuti":"Pacific/Funafuti","pacific/galapagos":"Pacific/Galapagos","pacific/gambier":"Pacific/Gambier",
"pacific/guadalcanal":"Pacific/Guadalcanal","pacific/guam":"Pacific/Guam","pacific/honolulu":"Pacific/Honolulu",
"hst":"Pacific/Honolulu","pacific/johnston":"Pacific/Honolulu","us/hawaii":"Pacific/Honolulu",
"pacific/kanton":"Pacific/Kanton","pacific/enderbury":"Pacific/Kanton","pacific/kiritimati":"Pacific/Kiritimati",
"pacific/kosrae":"Pacific/Kosrae","pacific/kwajalein":"Pacific/Kwajalein","kwajalein":"Pacific/Kwajalein",
"pacific/majuro":"Pacific/Majuro","pacific/marquesas":"Pacific/Marquesas","pacific/midway":"Pacific/Midway",
"pacific/nauru":"Pacific/Nauru","pacific/niue":"Pacific/Niue","pacific/norfolk":"Pacific/Norfolk",
"pacific/noumea":"Pacific/Noumea","pacific/pago_pago":"Pacific/Pago_Pago","pacific/samoa":"Pacific/Pago_Pago",
"us/samoa":"Pacific/Pago_Pago","pacific/palau":"Pacific/Palau","pacific/pitcairn":"Pacific/Pitcairn",
"pacific/pohnpei":"Pacific/Pohnpei","pacific/ponape":"Pacific/Pohnpei","pacific/port_moresby":"Pacific/Port_Moresby",
"pacific/rarotonga":"Pacific/Rarotonga","pacific/saipan":"Pacific/Saipan","pacific/tahiti":"Pacific/Tahiti",
"pacific/tarawa":"Pacific/Tarawa","pacific/tongatapu":"Pacific/Tongatapu","pacific/wake":"Pacific/Wake",
"pacific/wallis":"Pacific/Wallis","utc":"UTC","etc/gmt":"UTC","etc/gmt+0":"UTC","etc/gmt-0":"UTC","etc/gmt0":"UTC",
"etc/greenwich":"UTC","etc/uct":"UTC","etc/utc":"UTC","etc/universal":"UTC","etc/unknown":"UTC","etc/zulu":"UTC",
"gmt":"UTC","gmt+0":"UTC","gmt-0":"UTC","gmt0":"UTC","greenwich":"UTC","uct":"UTC","universal":"UTC","zulu":"UTC"
}'::jsonb ->> folded;
END
$function$;

CREATE OR REPLACE FUNCTION rules.check_reversal()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF EXISTS (
    SELECT 1 FROM points_entries
    WHERE id = NEW.reverses_id
      AND NOT (user_id = NEW.user_id AND points = -NEW.points AND reverses_id IS NULL AND cohort IS NOT DISTINCT FROM NEW.cohort)
  ) THEN
    RAISE EXCEPTION 'new row violates rule "points_entries_reversal_rule"'
      USING ERRCODE = '23514', CONSTRAINT = 'points_entries_reversal_rule', TABLE = TG_TABLE_NAME,
        HINT = 'points_entries_reversal_rule: an entry is taken back with its own points, for its own user and in its own cohort, and what takes back stays.';
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION rules.compare_copies(from_id uuid, upto_id uuid)
 RETURNS TABLE(copies integer, hash bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT count(*)::integer, coalesce(bit_xor(rules.hash_of_copy(c.user_id, c.version)), 0)
    FROM (SELECT h.user_id, max(h.version) AS version FROM rules.users_here(from_id, upto_id) h GROUP BY 1) c
   WHERE substr(c.user_id::text, 15, 1) <> '8';
END
$function$;

CREATE OR REPLACE FUNCTION rules.copies_among(user_ids uuid[])
 RETURNS TABLE(user_id uuid, is_here boolean, version integer, is_waiting boolean, is_erased boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT u.id, h.number > 0, h.version,
      EXISTS (SELECT FROM received_events e WHERE e.payload ->> 'userId' = u.id::text AND e.aggregatetype = 'auth.user'
        AND e.processed_at IS NULL AND e.dead_at IS NULL),
      EXISTS (SELECT FROM erased_users e WHERE e.user_hash = rules.hash_of_user(u.id))
    FROM unnest(user_ids) AS u(id),
      LATERAL (SELECT count(*) AS number, max(f.version) AS version FROM rules.users_here(u.id, u.id) f) AS h;
END
$function$;

CREATE OR REPLACE FUNCTION rules.copies_between(from_id uuid, upto_id uuid)
 RETURNS TABLE(user_id uuid, version integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  RETURN QUERY SELECT h.user_id, max(h.version) FROM rules.users_here(from_id, upto_id) h
   WHERE substr(h.user_id::text, 15, 1) <> '8' GROUP BY 1;
END
$function$;

CREATE OR REPLACE FUNCTION rules.count_activities()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF current_setting('codezest.moving_rows', true) IS DISTINCT FROM 'on' THEN
    INSERT INTO activity_counts AS c (hour, type, part, count, updated_at)
    SELECT date_trunc('hour', created_at, 'UTC'), type, pg_current_xact_id()::text::bigint, count(*), now()
    FROM recorded GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (hour, type, part) DO UPDATE SET count = c.count + excluded.count, updated_at = excluded.updated_at;
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.count_steps()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('activity.leaderboard_steps', 0));
  IF TG_OP = 'INSERT' THEN
    INSERT INTO leaderboard_steps AS s (period, starts_on, cohort, level, bucket, users)
    SELECT a.period, a.starts_on, a.cohort, level, a.points >> (6 * level), count(*)
    FROM added a CROSS JOIN generate_series(0, 5) AS level GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (period, starts_on, cohort, level, bucket) DO UPDATE SET users = s.users + excluded.users, updated_at = excluded.updated_at;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO leaderboard_steps AS s (period, starts_on, cohort, level, bucket, users)
    SELECT r.period, r.starts_on, r.cohort, level, r.points >> (6 * level), -count(*)
    FROM removed r CROSS JOIN generate_series(0, 5) AS level GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (period, starts_on, cohort, level, bucket) DO UPDATE SET users = s.users + excluded.users, updated_at = excluded.updated_at;
  ELSE
    INSERT INTO leaderboard_steps AS s (period, starts_on, cohort, level, bucket, users)
    SELECT c.period, c.starts_on, c.cohort, level, c.points >> (6 * level), sum(c.one)
    FROM (
      SELECT period, starts_on, cohort, points, 1 AS one FROM added
      UNION ALL SELECT period, starts_on, cohort, points, -1 FROM removed
    ) AS c CROSS JOIN generate_series(0, 5) AS level GROUP BY 1, 2, 3, 4, 5 HAVING sum(c.one) <> 0
    ON CONFLICT (period, starts_on, cohort, level, bucket) DO UPDATE SET users = s.users + excluded.users, updated_at = excluded.updated_at;
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.freeze_day(of_user uuid, at timestamp with time zone, zone text)
 RETURNS SETOF user_engagements
 LANGUAGE plpgsql
 ROWS 1
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  date_there CONSTANT date := (at AT TIME ZONE zone)::date;
BEGIN
  PERFORM FROM user_engagements e WHERE e.user_id = of_user FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO activity_days (user_id, day, time_zone, begins_at, ends_at)
  VALUES (of_user, date_there, zone, rules.begin_of_day(date_there, zone), rules.begin_of_day(date_there + 1, zone))
  ON CONFLICT (user_id, day) DO NOTHING;
  UPDATE user_engagements e SET streak = s.streak, longest_streak = s.longest, updated_at = now()
  FROM rules.streaks_of(of_user) AS s WHERE e.user_id = of_user AND (e.streak, e.longest_streak) IS DISTINCT FROM (s.streak, s.longest);
  RETURN QUERY SELECT * FROM user_engagements e WHERE e.user_id = of_user;
END
$function$;

CREATE OR REPLACE FUNCTION rules.hash_of_copy(user_id uuid, version integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((('x'::text || "left"(encode(sha256((concat_ws(' '::text, (user_id)::text, (version)::text))::bytea), 'hex'::text), 16)))::bit(64))::bigint;

CREATE OR REPLACE FUNCTION rules.hash_of_user(user_id uuid)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN sha256(((user_id)::text)::bytea);

CREATE OR REPLACE FUNCTION rules.is_time_zone(name text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  RETURN "rules"."canonical_time_zone"(name) IS NOT DISTINCT FROM name;
END
$function$;

CREATE OR REPLACE FUNCTION rules.level_of(points integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (1 + (floor(sqrt(((points)::double precision / (100)::double precision))))::integer);

CREATE OR REPLACE FUNCTION rules.mark_day(of_user uuid, at timestamp with time zone, zone text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  date_there CONSTANT date := (at AT TIME ZONE zone)::date;
  its_day date;
  before activity_days;
BEGIN
  SELECT d.day INTO its_day FROM activity_days d
  WHERE d.user_id = of_user AND d.day BETWEEN date_there - 2 AND date_there + 2
    AND d.last_at IS NOT NULL AND at >= d.begins_at AND at < d.ends_at
  ORDER BY d.day LIMIT 1;
  its_day := coalesce(its_day, date_there);
  SELECT d.* INTO before FROM activity_days d WHERE d.user_id = of_user AND d.day = its_day;
  INSERT INTO activity_days AS d (user_id, day, time_zone, begins_at, ends_at, last_at, updated_at)
  VALUES (of_user, its_day, zone,
    rules.begin_of_day(date_there, zone), rules.begin_of_day(date_there + 1, zone), at, now())
  ON CONFLICT (user_id, day) DO UPDATE SET last_at = greatest(d.last_at, excluded.last_at), updated_at = excluded.updated_at;
  RETURN before.last_at IS NULL
    OR at > before.last_at AND EXISTS (SELECT 1 FROM activity_days d WHERE d.user_id = of_user AND d.day > its_day);
END
$function$;

CREATE OR REPLACE FUNCTION rules.note_points()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  INSERT INTO leaderboard_changes (entry_id) SELECT id FROM added WHERE points <> 0;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.rank_of(its_period text, first_day date, its_cohort text, its_points integer)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  RETURN (
    SELECT 1 + coalesce(sum(above.users), 0)
    FROM generate_series(0, 5) AS step(level)
    CROSS JOIN LATERAL (
      SELECT sum(s.users) AS users FROM leaderboard_steps s
      WHERE s.period = its_period::"LeaderboardPeriod" AND s.starts_on = first_day AND s.cohort = its_cohort AND s.level = step.level
        AND s.bucket > its_points >> (6 * step.level)
        AND s.bucket <= CASE step.level WHEN 5 THEN 2147483647 ELSE (its_points >> (6 * step.level)) | 63 END
    ) AS above
  );
END
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF strpos(current_setting('codezest.erased_user', true), OLD.user_id::text) > 0 THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION '% violates rule "%"', TG_OP, TG_ARGV[0]
    USING ERRCODE = '42501', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
      HINT = format('%s: insert only. partitions.drop_before() ends retention; to erase one user, SET LOCAL codezest.erased_user first.', TG_ARGV[0]);
END
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_erased_users()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  found boolean;
BEGIN
  -- A look into the index for each row, whatever a plan of another size of statement would be. Auth's users have an id of
  -- their own.
  IF TG_TABLE_NAME = 'users' THEN
    found := EXISTS (SELECT FROM "inserted" i
      WHERE (SELECT true FROM "erased_users" e WHERE e."user_hash" = "rules"."hash_of_user"(i."id")));
  ELSE
    found := EXISTS (SELECT FROM "inserted" i
      WHERE (SELECT true FROM "erased_users" e WHERE e."user_hash" = "rules"."hash_of_user"(i."user_id")));
  END IF;
  IF found THEN
    RAISE EXCEPTION 'insert into "%" violates rule "%"', TG_TABLE_NAME, TG_NAME
      USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME,
            HINT = TG_NAME || ': the person has been erased.';
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION rules.streaks_of(of_user uuid, OUT streak integer, OUT longest integer)
 RETURNS record
 LANGUAGE sql
 STRICT
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT (array_agg("days" ORDER BY "run" DESC))[1], max("days")
  FROM (
    SELECT "run", count("last_at")::int AS "days"
    FROM (
      SELECT "last_at", count(*) FILTER (WHERE "begins") OVER (ORDER BY "day") AS "run"
      FROM (
        SELECT "day", "last_at", NOT coalesce("day" = lag("day") OVER "earlier" + 1
          OR "day" <= (lag("last_at") OVER "earlier" AT TIME ZONE "time_zone")::date + 1, false) AS "begins"
        FROM "activity_days" WHERE "user_id" = "of_user"
        WINDOW "earlier" AS (ORDER BY "day")
      ) AS "ordered"
    ) AS "numbered"
    GROUP BY "run"
  ) AS "runs"
$function$;

CREATE OR REPLACE FUNCTION rules.take_time_from_id()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  IF abs(extract(epoch FROM NEW.created_at - rules.uuid_v7_time(NEW.id))) <= 1 THEN
    NEW.created_at := rules.uuid_v7_time(NEW.id);
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION rules.users_here(from_id uuid, upto_id uuid)
 RETURNS TABLE(user_id uuid, version integer)
 LANGUAGE sql
 STABLE
AS $function$
  SELECT DISTINCT user_id, 0 FROM user_engagements WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM user_activities WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM analytics_events WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM points_entries WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM leaderboard_scores WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM leaderboard_cohorts WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM activity_days WHERE user_id BETWEEN from_id AND upto_id
  UNION ALL
  SELECT DISTINCT user_id, NULL::integer FROM user_badges WHERE user_id BETWEEN from_id AND upto_id
$function$;

CREATE OR REPLACE FUNCTION rules.uuid_v7_time(id uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ((get_byte(uuid_send(id), 6) >> 4) = 7) THEN to_timestamp(((((('x'::text || encode(substr(uuid_send(id), 1, 6), 'hex'::text)))::bit(48))::bigint)::double precision / (1000.0)::double precision)) ELSE NULL::timestamp with time zone END;

-- Tables

CREATE TABLE activity_counts (
    hour timestamp(3) with time zone NOT NULL,
    type "ActivityType" NOT NULL,
    part bigint NOT NULL,
    count integer NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT activity_counts_pkey PRIMARY KEY (hour, type, part),
    CONSTRAINT activity_counts_count_check CHECK ((count > 0)),
    CONSTRAINT activity_counts_hour_check CHECK (((EXTRACT(epoch FROM hour) % (3600)::numeric) = (0)::numeric)),
    CONSTRAINT activity_counts_part_check CHECK ((part >= 0))
);
CREATE INDEX activity_counts_parts_idx ON public.activity_counts USING btree (hour, type, part) WHERE (part <> 0);

CREATE TABLE activity_days (
    user_id uuid NOT NULL,
    day date NOT NULL,
    time_zone text NOT NULL,
    begins_at timestamp(3) with time zone NOT NULL,
    ends_at timestamp(3) with time zone NOT NULL,
    last_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT activity_days_pkey PRIMARY KEY (user_id, day),
    CONSTRAINT activity_days_last_at_check CHECK (((last_at >= (begins_at - '2 days'::interval)) AND (last_at <= (ends_at + '2 days'::interval)))),
    CONSTRAINT activity_days_period_check CHECK ((begins_at < ends_at)),
    CONSTRAINT activity_days_time_zone_check CHECK (rules.is_time_zone(time_zone))
);
CREATE TRIGGER activity_days_erased_user_rule AFTER INSERT ON public.activity_days REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();

CREATE TABLE analytics_events (
    id uuid NOT NULL,
    event_name text NOT NULL,
    user_id uuid,
    properties jsonb,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT analytics_events_pkey PRIMARY KEY (created_at, id),
    CONSTRAINT analytics_events_created_at_of_id_check CHECK ((created_at = rules.uuid_v7_time(id))),
    CONSTRAINT analytics_events_event_name_check CHECK (((event_name ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$'::text) AND (length(event_name) <= 100))),
    CONSTRAINT analytics_events_id_is_v7_check CHECK (((get_byte(uuid_send(id), 6) >> 4) = 7)),
    CONSTRAINT analytics_events_not_before_2010_check CHECK ((created_at >= '2010-01-01 00:00:00+00'::timestamp with time zone)),
    CONSTRAINT analytics_events_not_in_future_check CHECK ((created_at <= (now() + '00:05:00'::interval))),
    CONSTRAINT analytics_events_properties_object_check CHECK ((jsonb_typeof(properties) = 'object'::text)),
    CONSTRAINT analytics_events_properties_size_check CHECK ((pg_column_size(properties) <= 16384))
) PARTITION BY RANGE (created_at);
CREATE INDEX analytics_events_event_name_created_at_idx ON ONLY public.analytics_events USING btree (event_name, created_at DESC);
CREATE INDEX analytics_events_user_id_created_at_id_idx ON ONLY public.analytics_events USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER analytics_events_append_only_rule BEFORE DELETE OR UPDATE ON public.analytics_events FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('analytics_events_append_only_rule');
CREATE TRIGGER analytics_events_erased_user_rule AFTER INSERT ON public.analytics_events REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER analytics_events_time_from_id BEFORE INSERT ON public.analytics_events FOR EACH ROW WHEN ((new.created_at <> rules.uuid_v7_time(new.id))) EXECUTE FUNCTION rules.take_time_from_id();
CREATE TRIGGER analytics_events_truncate_rule BEFORE TRUNCATE ON public.analytics_events FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_change('analytics_events_append_only_rule');

CREATE TABLE erased_users (
    user_hash bytea NOT NULL,
    request_id uuid NOT NULL,
    tables jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT erased_users_pkey PRIMARY KEY (user_hash),
    CONSTRAINT erased_users_tables_check CHECK ((jsonb_typeof(tables) = 'object'::text)),
    CONSTRAINT erased_users_user_hash_check CHECK ((octet_length(user_hash) = 32))
);

CREATE TABLE leaderboard_changes (
    entry_id uuid NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT leaderboard_changes_pkey PRIMARY KEY (entry_id),
    CONSTRAINT leaderboard_changes_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES points_entries(id) ON UPDATE RESTRICT ON DELETE CASCADE
);

CREATE TABLE leaderboard_cohorts (
    user_id uuid NOT NULL,
    cohort text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT leaderboard_cohorts_pkey PRIMARY KEY (user_id),
    CONSTRAINT leaderboard_cohorts_cohort_check CHECK (((btrim(cohort) <> ''::text) AND (length(cohort) <= 100)))
);
CREATE TRIGGER leaderboard_cohorts_erased_user_rule AFTER INSERT ON public.leaderboard_cohorts REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();

CREATE TABLE leaderboard_scores (
    period "LeaderboardPeriod" NOT NULL,
    starts_on date NOT NULL,
    cohort text NOT NULL,
    user_id uuid NOT NULL,
    points integer NOT NULL,
    reached_at timestamp(3) with time zone NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT leaderboard_scores_pkey PRIMARY KEY (period, starts_on, cohort, user_id),
    CONSTRAINT leaderboard_scores_starts_on_check CHECK ((starts_on =
CASE period
    WHEN 'WEEK'::"LeaderboardPeriod" THEN (starts_on - ((EXTRACT(isodow FROM starts_on))::integer - 1))
    WHEN 'MONTH'::"LeaderboardPeriod" THEN (starts_on - ((EXTRACT(day FROM starts_on))::integer - 1))
    ELSE '1970-01-01'::date
END))
);
CREATE INDEX leaderboard_scores_rank_idx ON public.leaderboard_scores USING btree (period, starts_on, cohort, points DESC, reached_at, user_id);
CREATE INDEX leaderboard_scores_user_id_idx ON public.leaderboard_scores USING btree (user_id);
CREATE TRIGGER leaderboard_scores_added AFTER INSERT ON public.leaderboard_scores REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rules.count_steps();
CREATE TRIGGER leaderboard_scores_changed AFTER UPDATE ON public.leaderboard_scores REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rules.count_steps();
CREATE TRIGGER leaderboard_scores_erased_user_rule AFTER INSERT ON public.leaderboard_scores REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER leaderboard_scores_removed AFTER DELETE ON public.leaderboard_scores REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION rules.count_steps();

CREATE TABLE leaderboard_steps (
    period "LeaderboardPeriod" NOT NULL,
    starts_on date NOT NULL,
    cohort text NOT NULL,
    level smallint NOT NULL,
    bucket integer NOT NULL,
    users integer NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT leaderboard_steps_pkey PRIMARY KEY (period, starts_on, cohort, level, bucket),
    CONSTRAINT leaderboard_steps_level_check CHECK (((level >= 0) AND (level <= 5)))
);

CREATE TABLE points_entries (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    points integer NOT NULL,
    reason text NOT NULL,
    source_event_id uuid,
    reverses_id uuid,
    cohort text,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT points_entries_pkey PRIMARY KEY (id),
    CONSTRAINT points_entries_reverses_id_fkey FOREIGN KEY (reverses_id) REFERENCES points_entries(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT points_entries_cohort_check CHECK (((btrim(cohort) <> ''::text) AND (length(cohort) <= 100))),
    CONSTRAINT points_entries_points_check CHECK (
CASE
    WHEN (reverses_id IS NULL) THEN (points >= 0)
    ELSE (points <= 0)
END),
    CONSTRAINT points_entries_reason_check CHECK (((btrim(reason) <> ''::text) AND (length(reason) <= 200))),
    CONSTRAINT points_entries_source_check CHECK ((num_nonnulls(source_event_id, reverses_id) = 1))
);
CREATE UNIQUE INDEX points_entries_reverses_id_key ON public.points_entries USING btree (reverses_id);
CREATE UNIQUE INDEX points_entries_source_event_id_key ON public.points_entries USING btree (source_event_id);
CREATE INDEX points_entries_user_id_created_at_id_idx ON public.points_entries USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER points_entries_append_only_rule BEFORE DELETE OR UPDATE ON public.points_entries FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('points_entries_append_only_rule');
CREATE TRIGGER points_entries_erased_user_rule AFTER INSERT ON public.points_entries REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER points_entries_noted AFTER INSERT ON public.points_entries REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rules.note_points();
CREATE TRIGGER points_entries_reversal_rule BEFORE INSERT ON public.points_entries FOR EACH ROW WHEN ((new.reverses_id IS NOT NULL)) EXECUTE FUNCTION rules.check_reversal();
CREATE TRIGGER points_entries_truncate_rule BEFORE TRUNCATE ON public.points_entries FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_change('points_entries_append_only_rule');

CREATE TABLE received_events (
    id uuid NOT NULL,
    type text NOT NULL,
    version integer NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    aggregateversion integer NOT NULL,
    payload jsonb NOT NULL,
    trace_context text,
    occurred_at timestamp(3) with time zone NOT NULL,
    received_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    available_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    processed_at timestamp(3) with time zone,
    dead_at timestamp(3) with time zone,
    reason text,
    CONSTRAINT received_events_pkey PRIMARY KEY (id),
    CONSTRAINT received_events_aggregateid_check CHECK (((aggregateid <> ''::text) AND (length(aggregateid) <= 200))),
    CONSTRAINT received_events_aggregatetype_check CHECK ((aggregatetype ~ '^[a-z][a-z0-9_.-]{0,99}$'::text)),
    CONSTRAINT received_events_aggregateversion_check CHECK ((aggregateversion >= 0)),
    CONSTRAINT received_events_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT received_events_dead_reason_check CHECK (((dead_at IS NULL) OR (reason IS NOT NULL))),
    CONSTRAINT received_events_one_end_check CHECK (((processed_at IS NULL) OR (dead_at IS NULL))),
    CONSTRAINT received_events_payload_check CHECK (((jsonb_typeof(payload) = 'object'::text) AND (octet_length((payload)::text) <= 524288))),
    CONSTRAINT received_events_type_check CHECK (((type <> ''::text) AND (length(type) <= 100))),
    CONSTRAINT received_events_version_check CHECK ((version >= 1))
);
CREATE INDEX received_events_dead_idx ON public.received_events USING btree (dead_at) WHERE (dead_at IS NOT NULL);
CREATE INDEX received_events_open_idx ON public.received_events USING btree (available_at, aggregateversion) WHERE ((processed_at IS NULL) AND (dead_at IS NULL));
CREATE INDEX received_events_user_idx ON public.received_events USING btree (((payload ->> 'userId'::text)));

CREATE TABLE user_activities (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    type "ActivityType" NOT NULL,
    description text NOT NULL,
    metadata jsonb,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_activities_pkey PRIMARY KEY (created_at, id),
    CONSTRAINT user_activities_created_at_of_id_check CHECK ((created_at = rules.uuid_v7_time(id))),
    CONSTRAINT user_activities_description_not_blank_check CHECK ((btrim(description) <> ''::text)),
    CONSTRAINT user_activities_id_is_v7_check CHECK (((get_byte(uuid_send(id), 6) >> 4) = 7)),
    CONSTRAINT user_activities_metadata_object_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT user_activities_metadata_size_check CHECK ((pg_column_size(metadata) <= 16384)),
    CONSTRAINT user_activities_not_before_2010_check CHECK ((created_at >= '2010-01-01 00:00:00+00'::timestamp with time zone)),
    CONSTRAINT user_activities_not_in_future_check CHECK ((created_at <= (now() + '00:05:00'::interval)))
) PARTITION BY RANGE (created_at);
CREATE INDEX user_activities_user_id_created_at_id_idx ON ONLY public.user_activities USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER user_activities_append_only_rule BEFORE DELETE OR UPDATE ON public.user_activities FOR EACH ROW EXECUTE FUNCTION rules.refuse_change('user_activities_append_only_rule');
CREATE TRIGGER user_activities_counted AFTER INSERT ON public.user_activities REFERENCING NEW TABLE AS recorded FOR EACH STATEMENT EXECUTE FUNCTION rules.count_activities();
CREATE TRIGGER user_activities_erased_user_rule AFTER INSERT ON public.user_activities REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER user_activities_time_from_id BEFORE INSERT ON public.user_activities FOR EACH ROW WHEN ((new.created_at <> rules.uuid_v7_time(new.id))) EXECUTE FUNCTION rules.take_time_from_id();
CREATE TRIGGER user_activities_truncate_rule BEFORE TRUNCATE ON public.user_activities FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_change('user_activities_append_only_rule');

CREATE TABLE user_badges (
    user_id uuid NOT NULL,
    badge text NOT NULL,
    source_event_id uuid NOT NULL,
    earned_at timestamp(3) with time zone NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_badges_pkey PRIMARY KEY (user_id, badge),
    CONSTRAINT user_badges_badge_check CHECK (((badge ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(badge) <= 100)))
);
CREATE TRIGGER user_badges_erased_user_rule AFTER INSERT ON public.user_badges REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();

CREATE TABLE user_engagements (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    level integer DEFAULT 1 NOT NULL,
    streak integer DEFAULT 0 NOT NULL,
    longest_streak integer DEFAULT 0 NOT NULL,
    last_active_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_engagements_pkey PRIMARY KEY (id),
    CONSTRAINT user_engagements_level_check CHECK ((level >= 1)),
    CONSTRAINT user_engagements_longest_streak_check CHECK ((longest_streak >= streak)),
    CONSTRAINT user_engagements_points_check CHECK ((points >= 0)),
    CONSTRAINT user_engagements_streak_check CHECK ((streak >= 0)),
    CONSTRAINT user_engagements_streak_has_day_check CHECK (((streak = 0) OR (last_active_at IS NOT NULL)))
);
CREATE UNIQUE INDEX user_engagements_user_id_key ON public.user_engagements USING btree (user_id);
CREATE TRIGGER user_engagements_erased_user_rule AFTER INSERT ON public.user_engagements REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();

CREATE TABLE partitions.analytics_events_default PARTITION OF analytics_events DEFAULT;

CREATE TABLE partitions.user_activities_default PARTITION OF user_activities DEFAULT;

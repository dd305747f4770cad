-- What the migrations of db-auth lead to, read from the catalogs. To be read, compared and never run.
-- pnpm structure:write

-- Schemas and extensions

CREATE SCHEMA rules;

-- Enums

CREATE TYPE "EducationLevel" AS ENUM (
    'SECONDARY_SCHOOL',
    'VOCATIONAL_TRAINING',
    'BOOTCAMP',
    'ASSOCIATE_DEGREE',
    'BACHELOR_DEGREE',
    'MASTER_DEGREE',
    'DOCTORATE',
    'OTHER'
);

CREATE TYPE "EmailVerificationPurpose" AS ENUM (
    'ADDRESS',
    'WAYS_IN'
);

CREATE TYPE "ExperienceLevel" AS ENUM (
    'NONE',
    'ENTRY',
    'JUNIOR',
    'MID',
    'SENIOR',
    'LEAD'
);

CREATE TYPE "LeadStatus" AS ENUM (
    'NEW',
    'CONTACTED',
    'QUALIFIED',
    'CONVERTED',
    'LOST'
);

CREATE TYPE "LearningGoal" AS ENUM (
    'FIRST_JOB',
    'CAREER_CHANGE',
    'PROMOTION',
    'SKILL_UP',
    'STUDIES',
    'FREELANCING',
    'OWN_PROJECT',
    'HOBBY'
);

CREATE TYPE "LearningStyle" AS ENUM (
    'VIDEO',
    'READING',
    'PRACTICE',
    'PROJECTS',
    'MIXED'
);

CREATE TYPE "LegacyPasswordScheme" AS ENUM (
    'ARGON2',
    'BETTER_AUTH_SCRYPT',
    'LUCIA_SCRYPT',
    'DJANGO',
    'WERKZEUG',
    'PHPASS',
    'SPRING'
);

CREATE TYPE "LoginMethod" AS ENUM (
    'PASSWORD',
    'TWO_FACTOR',
    'RECOVERY_CODE',
    'OAUTH',
    'EMAIL',
    'PASSKEY'
);

CREATE TYPE "OAuthProvider" AS ENUM (
    'GOOGLE',
    'GITHUB',
    'MICROSOFT',
    'APPLE',
    'LINKEDIN',
    'FACEBOOK'
);

CREATE TYPE "PasskeyChallengePurpose" AS ENUM (
    'REGISTRATION',
    'LOGIN'
);

CREATE TYPE "SessionRevokedReason" AS ENUM (
    'ROTATED',
    'LOGOUT',
    'LOGOUT_EVERYWHERE',
    'REUSE_DETECTED',
    'PASSWORD_CHANGED',
    'MAILBOX_PROVEN',
    'ACCOUNT_SUSPENDED',
    'ACCOUNT_DELETED',
    'ADMIN'
);

CREATE TYPE "StudyTime" AS ENUM (
    'MORNING',
    'AFTERNOON',
    'EVENING',
    'NIGHT',
    'WEEKENDS',
    'FLEXIBLE'
);

CREATE TYPE "UserRole" AS ENUM (
    'STUDENT',
    'INSTRUCTOR',
    'ADMIN'
);

-- Functions

CREATE OR REPLACE FUNCTION rules.accounts_among(consumer text, user_ids uuid[], versioned boolean)
 RETURNS TABLE(user_id uuid, version integer, is_open boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
    RETURN QUERY SELECT i.id, CASE WHEN versioned OR u.version IS NULL THEN u.version ELSE 0 END,
        EXISTS (SELECT FROM outbox_deliveries d
            WHERE d.aggregateid = i.id::text AND d.aggregatetype = 'auth.user' AND d.consumer = accounts_among.consumer
                AND d.delivered_at IS NULL AND d.dead_at IS NULL)
    FROM unnest(user_ids) AS i(id) LEFT JOIN users u ON u.id = i.id;
END $function$;

CREATE OR REPLACE FUNCTION rules.accounts_between(from_id uuid, upto_id uuid, versioned boolean)
 RETURNS TABLE(user_id uuid, version integer)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
    RETURN QUERY SELECT u.id, CASE WHEN versioned THEN u.version ELSE 0 END FROM users u
    WHERE u.id BETWEEN from_id AND upto_id AND substr(u.id::text, 15, 1) <> '8';
END $function$;

CREATE OR REPLACE FUNCTION rules.address_events()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
  INSERT INTO outbox_deliveries (event_id, consumer, aggregatetype, aggregateid)
  SELECT e.id, c.consumer, e.aggregatetype, e.aggregateid
    FROM "inserted" e JOIN rules.event_consumers c ON c.type = e.type AND c.version = e.version
   ORDER BY e.aggregateversion, e.id;
  IF FOUND THEN PERFORM pg_notify('codezest_outbox', ''); END IF;
  RETURN NULL;
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

CREATE OR REPLACE FUNCTION rules.check_login_history_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    IF EXISTS (SELECT FROM users WHERE id = OLD.user_id)
        OR NOT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
    THEN
        RAISE EXCEPTION USING
            ERRCODE = '42501',
            CONSTRAINT = 'login_history_append_only_rule',
            MESSAGE = 'DELETE of "login_history" violates rule "login_history_append_only_rule"',
            HINT = 'A row can be deleted once it is older than 90 days, or with its user by the owner of the tables.';
    END IF;
    RETURN OLD;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_session_family()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    IF EXISTS (SELECT FROM sessions WHERE family_id = NEW.family_id
        AND (user_id <> NEW.user_id OR family_expires_at <> NEW.family_expires_at))
    THEN
        RAISE EXCEPTION USING
            ERRCODE = '23514',
            CONSTRAINT = 'sessions_family_rule',
            MESSAGE = 'INSERT of "sessions" violates rule "sessions_family_rule"',
            HINT = 'The sessions of a family belong to one user and end on one day; a login starts a family of its own.';
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_two_factor()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
    account uuid;
BEGIN
    IF TG_TABLE_NAME = 'users' THEN account := NEW.id; ELSE account := OLD.user_id; END IF;

    PERFORM FROM users WHERE id = account FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM users WHERE id = account AND two_factor_enabled AND deleted_at IS NULL)
        AND NOT EXISTS (SELECT FROM two_factor_credentials WHERE user_id = account)
    THEN
        RAISE EXCEPTION USING
            ERRCODE = '23514',
            CONSTRAINT = 'users_two_factor_rule',
            MESSAGE = format('%s of "%s" violates rule "users_two_factor_rule"', TG_OP, TG_TABLE_NAME),
            HINT = 'An account with twoFactorEnabled has a TwoFactorCredential; switch it off before removing that.';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.check_way_in()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
    account uuid;
BEGIN
    IF TG_TABLE_NAME = 'users' THEN account := NEW.id; ELSE account := OLD.user_id; END IF;

    PERFORM FROM users WHERE id = account FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM users WHERE id = account AND password IS NULL AND deleted_at IS NULL)
        AND NOT EXISTS (SELECT FROM oauth_accounts WHERE user_id = account)
        AND NOT EXISTS (SELECT FROM passkeys WHERE user_id = account)
    THEN
        RAISE EXCEPTION USING
            ERRCODE = '23514',
            CONSTRAINT = 'users_way_in_rule',
            MESSAGE = format('%s of "%s" violates rule "users_way_in_rule"', TG_OP, TG_TABLE_NAME),
            HINT = 'An account keeps a password, an OAuth account or a passkey; add another before removing the last.';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.claim_outbox(consumer text, batch integer, lease interval)
 RETURNS TABLE(event_id uuid, lease_token uuid, attempts integer, event jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
#variable_conflict use_column
DECLARE
  token CONSTANT uuid := gen_random_uuid();
  moment CONSTANT timestamptz := clock_timestamp();
BEGIN
  RETURN QUERY
  WITH claimable AS MATERIALIZED (
    SELECT d.event_id FROM outbox_deliveries d
     WHERE d.consumer = claim_outbox.consumer AND d.delivered_at IS NULL AND d.dead_at IS NULL
       -- A column of milliseconds may round up: what was written in this very millisecond is due.
       AND d.available_at <= moment + interval '1 millisecond' AND (d.leased_until IS NULL OR d.leased_until <= moment)
       -- A look into the index for each row, however many are open.
       AND (SELECT true FROM outbox_deliveries e
             WHERE e.aggregateid = d.aggregateid AND e.aggregatetype = d.aggregatetype AND e.consumer = d.consumer
               AND e.sequence < d.sequence AND e.delivered_at IS NULL AND e.dead_at IS NULL LIMIT 1) IS NULL
     ORDER BY d.sequence LIMIT claim_outbox.batch FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE outbox_deliveries d
       SET attempts = d.attempts + 1, lease_token = token, leased_until = moment + claim_outbox.lease
      FROM claimable c WHERE d.event_id = c.event_id AND d.consumer = claim_outbox.consumer
    RETURNING d.event_id, d.attempts, d.sequence
  )
  SELECT o.id, token, c.attempts, jsonb_build_object(
      'id', o.id, 'type', o.type, 'version', o.version,
      'aggregateType', o.aggregatetype, 'aggregateId', o.aggregateid, 'aggregateVersion', o.aggregateversion,
      'occurredAt', to_char(o.occurred_ts, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'traceContext', o.trace_context, 'payload', o.payload)
    FROM claimed c JOIN outbox o ON o.id = c.event_id
   ORDER BY c.sequence;
END
$function$;

CREATE OR REPLACE FUNCTION rules.compare_accounts(from_id uuid, most integer, versioned boolean)
 RETURNS TABLE(last_id uuid, accounts integer, hash bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
    RETURN QUERY SELECT (array_agg(u.id ORDER BY u.id DESC))[1], count(*)::integer,
        coalesce(bit_xor(rules.hash_of_copy(u.id, CASE WHEN versioned THEN u.version ELSE 0 END)), 0)
    FROM (SELECT a.id, a.version FROM users a WHERE a.id >= from_id AND substr(a.id::text, 15, 1) <> '8'
        ORDER BY a.id LIMIT most) u;
END $function$;

CREATE OR REPLACE FUNCTION rules.count_account_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    IF NEW.version = OLD.version
        AND (NEW.email, NEW.first_name, NEW.last_name) IS DISTINCT FROM (OLD.email, OLD.first_name, OLD.last_name)
    THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION rules.count_profile_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
    before_phone text;
    before_zone text;
    after_phone text;
    after_zone text;
BEGIN
    IF TG_OP <> 'INSERT' THEN before_phone := OLD.phone; before_zone := OLD.timezone; END IF;
    IF TG_OP <> 'DELETE' THEN after_phone := NEW.phone; after_zone := NEW.timezone; END IF;
    IF (before_phone, before_zone) IS DISTINCT FROM (after_phone, after_zone) THEN
        UPDATE users u SET version = u.version + 1
        WHERE u.id = CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END
            AND NOT EXISTS (
                SELECT FROM outbox o WHERE o.payload ->> 'userId' = u.id::text AND o.type = 'user.contact_changed'
                    AND o.aggregateversion = u.version
                    AND (o.payload ->> 'phone', o.payload ->> 'timeZone') IS NOT DISTINCT FROM (after_phone, after_zone));
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.delete_delivered_events(age interval, batch integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
  gone integer;
BEGIN
  DELETE FROM outbox WHERE id IN (
    SELECT o.id FROM outbox o
     WHERE o.occurred_at <= now() - "age"
       AND (SELECT true FROM outbox_deliveries d WHERE d.event_id = o.id AND d.delivered_at IS NULL LIMIT 1) IS NULL
     ORDER BY o.occurred_at LIMIT "batch" FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$function$;

CREATE OR REPLACE FUNCTION rules.delete_expired(expired_table text, batch integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
DECLARE
    due CONSTANT text := CASE
        WHEN expired_table = 'login_history' THEN 'created_at <= now() - interval ''90 days'''
        WHEN expired_table = 'email_changes' THEN 'undo_expires_at <= now()'
        WHEN expired_table IN ('password_resets', 'pending_logins') THEN 'expires_at <= now() - interval ''1 hour'''
        WHEN expired_table IN ('sessions', 'email_verifications', 'passkey_challenges') THEN 'expires_at <= now()'
    END;
    gone integer;
BEGIN
    EXECUTE format('DELETE FROM %1$I WHERE id IN (SELECT id FROM %1$I WHERE %2$s LIMIT $1 FOR UPDATE SKIP LOCKED)',
        expired_table, due) USING batch;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $function$;

CREATE OR REPLACE FUNCTION rules.end_access()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    UPDATE sessions SET revoked_at = now(), updated_at = now(), revoked_reason =
        CASE WHEN NEW.deleted_at IS NULL THEN 'ACCOUNT_SUSPENDED' ELSE 'ACCOUNT_DELETED' END::"SessionRevokedReason"
    WHERE user_id = NEW.id AND revoked_at IS NULL;
    UPDATE password_resets SET consumed_at = now(), updated_at = now() WHERE user_id = NEW.id AND consumed_at IS NULL;
    UPDATE email_verifications SET consumed_at = now(), updated_at = now() WHERE user_id = NEW.id AND consumed_at IS NULL;
    UPDATE email_changes SET consumed_at = now(), updated_at = now() WHERE user_id = NEW.id AND consumed_at IS NULL;
    UPDATE pending_logins SET consumed_at = now(), updated_at = now() WHERE user_id = NEW.id AND consumed_at IS NULL;
    UPDATE passkey_challenges SET consumed_at = now(), updated_at = now() WHERE user_id = NEW.id AND consumed_at IS NULL;
    DELETE FROM known_devices WHERE user_id = NEW.id;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.fail_outbox(lease_token uuid, event_ids uuid[], reason text, retry_in interval, dead boolean)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
DECLARE
  failed integer;
BEGIN
  WITH held AS MATERIALIZED (
    SELECT d.event_id, d.consumer FROM outbox_deliveries d
     WHERE d.event_id = ANY (fail_outbox.event_ids) AND d.lease_token = fail_outbox.lease_token
       FOR UPDATE SKIP LOCKED
  )
  UPDATE outbox_deliveries d
     SET lease_token = NULL, leased_until = NULL,
         reason = left(coalesce(nullif(fail_outbox.reason, ''), 'No reason was given.'), 1000),
         available_at = clock_timestamp() + fail_outbox.retry_in,
         dead_at = CASE WHEN fail_outbox.dead THEN clock_timestamp() END
    FROM held h WHERE d.event_id = h.event_id AND d.consumer = h.consumer;
  GET DIAGNOSTICS failed = ROW_COUNT;
  RETURN failed;
END
$function$;

CREATE OR REPLACE FUNCTION rules.finish_outbox(lease_token uuid, event_ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
DECLARE
  finished integer;
BEGIN
  WITH held AS MATERIALIZED (
    SELECT d.event_id, d.consumer FROM outbox_deliveries d
     WHERE d.event_id = ANY (finish_outbox.event_ids) AND d.lease_token = finish_outbox.lease_token
       FOR UPDATE SKIP LOCKED
  )
  UPDATE outbox_deliveries d
     SET delivered_at = clock_timestamp(), lease_token = NULL, leased_until = NULL, reason = NULL
    FROM held h WHERE d.event_id = h.event_id AND d.consumer = h.consumer;
  GET DIAGNOSTICS finished = ROW_COUNT;
  RETURN finished;
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

CREATE OR REPLACE FUNCTION rules.is_email_address(address text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION rules.is_phone_number(number text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  RETURN number ~ '^\+[1-9][0-9]{6,14}$';
END
$function$;

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

CREATE OR REPLACE FUNCTION rules.new_event_id()
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO 'pg_catalog'
AS $function$
  SELECT (overlay(lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0)
    || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid
$function$;

CREATE OR REPLACE FUNCTION rules.outbox_state()
 RETURNS TABLE(consumer text, open bigint, dead bigint, oldest timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  SELECT c.consumer, coalesce(o.open, 0), coalesce(x.dead, 0), o.oldest
    FROM (SELECT DISTINCT e.consumer FROM rules.event_consumers e) c
    LEFT JOIN LATERAL (
      SELECT count(*) AS open, min(e.occurred_at) AS oldest
        FROM outbox_deliveries d JOIN outbox e ON e.id = d.event_id
       WHERE d.consumer = c.consumer AND d.delivered_at IS NULL AND d.dead_at IS NULL) o ON true
    LEFT JOIN LATERAL (
      SELECT count(*) AS dead FROM outbox_deliveries d WHERE d.consumer = c.consumer AND d.dead_at IS NOT NULL) x ON true
   ORDER BY 1
$function$;

CREATE OR REPLACE FUNCTION rules.redrive_outbox(consumer text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
#variable_conflict use_column
DECLARE
  redriven bigint;
BEGIN
  UPDATE outbox_deliveries d SET dead_at = NULL, reason = NULL, attempts = 0, available_at = clock_timestamp()
   WHERE d.consumer = redrive_outbox.consumer AND d.dead_at IS NOT NULL;
  GET DIAGNOSTICS redriven = ROW_COUNT;
  IF redriven > 0 THEN PERFORM pg_notify('codezest_outbox', ''); END IF;
  RETURN redriven;
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

CREATE OR REPLACE FUNCTION rules.refuse_event_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = '23514',
    CONSTRAINT = 'outbox_unchanged_rule',
    MESSAGE = 'UPDATE of "outbox" violates rule "outbox_unchanged_rule"',
    HINT = 'What was told is told; publish another event.';
END
$function$;

CREATE OR REPLACE FUNCTION rules.refuse_write()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = TG_ARGV[1],
        CONSTRAINT = TG_ARGV[0],
        MESSAGE = format('%s of "%s" violates rule "%s"', TG_OP, TG_TABLE_NAME, TG_ARGV[0]),
        HINT = TG_ARGV[2];
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_account_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    PERFORM rules.tell_accounts(ARRAY[NEW.id], false);
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_accounts(accounts uuid[], are_new boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
BEGIN
    INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
    SELECT rules.new_event_id(), 'auth.user', u.id::text, u.version, e.type, e.payload
    FROM users u LEFT JOIN user_profiles p ON p.user_id = u.id CROSS JOIN LATERAL (
        SELECT 'user.registered' AS type, jsonb_build_object('userId', u.id, 'role', u.role) AS payload WHERE are_new
        UNION ALL
        SELECT 'user.contact_changed', jsonb_build_object('userId', u.id, 'email', u.email,
            'firstName', u.first_name, 'lastName', u.last_name, 'phone', p.phone, 'timeZone', p.timezone)) AS e
    WHERE u.id = ANY (accounts);
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_again(consumer text, user_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
DECLARE
    silent CONSTANT uuid[] := (SELECT array_agg(a.user_id) FROM rules.accounts_among(tell_again.consumer, user_ids, true) a
        WHERE NOT a.is_open);
    told uuid[];
BEGIN
    WITH alive AS MATERIALIZED (
        SELECT a.id FROM users a WHERE a.id = ANY (silent) FOR KEY SHARE SKIP LOCKED),
    events AS (
        INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
        SELECT rules.new_event_id(), 'auth.user', u.id::text, u.version, e.type, e.payload
        FROM alive JOIN users u ON u.id = alive.id LEFT JOIN user_profiles p ON p.user_id = u.id CROSS JOIN LATERAL (
            SELECT 'user.registered' AS type, jsonb_build_object('userId', u.id, 'role', u.role, 'again', true) AS payload
            UNION ALL
            SELECT 'user.contact_changed', jsonb_build_object('userId', u.id, 'email', u.email,
                'firstName', u.first_name, 'lastName', u.last_name, 'phone', p.phone, 'timeZone', p.timezone)) AS e
            JOIN rules.event_consumers c ON c.type = e.type AND c.version = 1 AND c.consumer = tell_again.consumer
        UNION ALL
        SELECT coalesce(
                (SELECT r.id FROM erasure_requests r
                  WHERE r.user_id = i.id AND NOT EXISTS (SELECT FROM outbox o WHERE o.id = r.id)),
                rules.new_event_id()),
            'auth.user', i.id::text, 0, 'user.deleted', jsonb_build_object('userId', i.id)
        FROM unnest(silent) AS i(id) WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = i.id)
        RETURNING id)
    SELECT array_agg(id) INTO told FROM events;
    -- The others have what they need.
    DELETE FROM outbox_deliveries d WHERE d.event_id = ANY (told) AND d.consumer <> tell_again.consumer;
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_deletions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
    DELETE FROM outbox o USING "deleted" u WHERE o.payload ->> 'userId' = u.id::text AND o.type <> 'user.deleted';
    INSERT INTO outbox (id, aggregatetype, aggregateid, aggregateversion, type, payload)
    SELECT coalesce(
            (SELECT r.id FROM erasure_requests r
              WHERE r.user_id = u.id AND NOT EXISTS (SELECT FROM outbox told WHERE told.id = r.id)),
            rules.new_event_id()),
        'auth.user', u.id::text, u.version + 1, 'user.deleted', jsonb_build_object('userId', u.id)
    FROM "deleted" u;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION rules.tell_registrations()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
BEGIN
    PERFORM rules.tell_accounts(array_agg(id), true) FROM "inserted";
    RETURN NULL;
END $function$;

-- Sequences

CREATE SEQUENCE outbox_deliveries_sequence_seq AS bigint INCREMENT 1;

-- Tables

CREATE TABLE email_changes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    old_email character varying(254) NOT NULL,
    new_email character varying(254) NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    consumed_at timestamp(3) with time zone,
    undo_token_hash bytea NOT NULL,
    undo_expires_at timestamp(3) with time zone NOT NULL,
    undo_consumed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT email_changes_pkey PRIMARY KEY (id),
    CONSTRAINT email_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT email_changes_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '1 day'::interval))),
    CONSTRAINT email_changes_new_email_differs_check CHECK (((new_email)::text <> (old_email)::text)),
    CONSTRAINT email_changes_new_email_format_check CHECK (rules.is_email_address((new_email)::text)),
    CONSTRAINT email_changes_token_hash_length_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT email_changes_undo_lifetime_check CHECK (((undo_expires_at > expires_at) AND ((undo_expires_at - created_at) <= '30 days'::interval))),
    CONSTRAINT email_changes_undo_token_hash_length_check CHECK ((octet_length(undo_token_hash) = 32))
);
CREATE UNIQUE INDEX email_changes_token_hash_key ON public.email_changes USING btree (token_hash);
CREATE INDEX email_changes_undo_expires_at_idx ON public.email_changes USING btree (undo_expires_at);
CREATE UNIQUE INDEX email_changes_undo_token_hash_key ON public.email_changes USING btree (undo_token_hash);
CREATE INDEX email_changes_user_id_created_at_id_idx ON public.email_changes USING btree (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX email_changes_user_id_live_key ON public.email_changes USING btree (user_id) WHERE (consumed_at IS NULL);
CREATE TRIGGER email_changes_consumed BEFORE UPDATE OF consumed_at ON public.email_changes FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('email_changes_consumed_rule', '23514', 'A token works once.');
CREATE TRIGGER email_changes_expiry BEFORE UPDATE OF undo_expires_at ON public.email_changes FOR EACH ROW WHEN ((new.undo_expires_at < old.undo_expires_at)) EXECUTE FUNCTION rules.refuse_write('email_changes_expiry_rule', '42501', 'Say that it has ended; the row goes when it would have expired.');
CREATE TRIGGER email_changes_undo_consumed BEFORE UPDATE OF undo_consumed_at ON public.email_changes FOR EACH ROW WHEN (((old.undo_consumed_at IS NOT NULL) AND (old.undo_consumed_at IS DISTINCT FROM new.undo_consumed_at))) EXECUTE FUNCTION rules.refuse_write('email_changes_undo_consumed_rule', '23514', 'A change is undone once.');

CREATE TABLE email_verifications (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    purpose "EmailVerificationPurpose" DEFAULT 'ADDRESS'::"EmailVerificationPurpose" NOT NULL,
    email character varying(254) NOT NULL,
    token_hash bytea NOT NULL,
    oauth_account_ids uuid[] DEFAULT ARRAY[]::uuid[],
    passkey_ids uuid[] DEFAULT ARRAY[]::uuid[],
    two_factor_credential_ids uuid[] DEFAULT ARRAY[]::uuid[],
    expires_at timestamp(3) with time zone NOT NULL,
    consumed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT email_verifications_pkey PRIMARY KEY (id),
    CONSTRAINT email_verifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT email_verifications_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '7 days'::interval))),
    CONSTRAINT email_verifications_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX email_verifications_expires_at_idx ON public.email_verifications USING btree (expires_at);
CREATE UNIQUE INDEX email_verifications_token_hash_key ON public.email_verifications USING btree (token_hash);
CREATE INDEX email_verifications_user_id_created_at_id_idx ON public.email_verifications USING btree (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX email_verifications_user_id_purpose_live_key ON public.email_verifications USING btree (user_id, purpose) WHERE (consumed_at IS NULL);
CREATE TRIGGER email_verifications_consumed BEFORE UPDATE OF consumed_at ON public.email_verifications FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('email_verifications_consumed_rule', '23514', 'A token works once.');
CREATE TRIGGER email_verifications_expiry BEFORE UPDATE OF expires_at ON public.email_verifications FOR EACH ROW WHEN ((new.expires_at < old.expires_at)) EXECUTE FUNCTION rules.refuse_write('email_verifications_expiry_rule', '42501', 'Say that it has ended; the row goes when it would have expired.');

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

CREATE TABLE erasure_reports (
    request_id uuid NOT NULL,
    service text NOT NULL,
    tables jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT erasure_reports_pkey PRIMARY KEY (request_id, service),
    CONSTRAINT erasure_reports_request_id_fkey FOREIGN KEY (request_id) REFERENCES erasure_requests(id) ON UPDATE RESTRICT ON DELETE RESTRICT,
    CONSTRAINT erasure_reports_service_check CHECK ((service = ANY (ARRAY['auth'::text, 'learning'::text, 'payments'::text, 'notifications'::text, 'activity'::text]))),
    CONSTRAINT erasure_reports_tables_check CHECK ((jsonb_typeof(tables) = 'object'::text))
);

CREATE TABLE erasure_requests (
    id uuid NOT NULL,
    user_id uuid,
    requested_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    due_at timestamp(3) with time zone NOT NULL,
    closed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT erasure_requests_pkey PRIMARY KEY (id),
    CONSTRAINT erasure_requests_closed_at_check CHECK ((requested_at <= closed_at)),
    CONSTRAINT erasure_requests_due_at_check CHECK ((requested_at < due_at)),
    CONSTRAINT erasure_requests_user_id_check CHECK (((user_id IS NULL) = (closed_at IS NOT NULL)))
);
CREATE INDEX erasure_requests_due_at_open_idx ON public.erasure_requests USING btree (due_at) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX erasure_requests_user_id_key ON public.erasure_requests USING btree (user_id);
CREATE TRIGGER erasure_requests_closed_rule BEFORE UPDATE ON public.erasure_requests FOR EACH ROW WHEN ((old.closed_at IS NOT NULL)) EXECUTE FUNCTION rules.refuse_write('erasure_requests_closed_rule', '23514', 'A closed request does not change any more.');

CREATE TABLE known_devices (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_agent character varying(1024),
    failed_attempts integer DEFAULT 0 NOT NULL,
    locked_until timestamp(3) with time zone,
    last_used_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT known_devices_pkey PRIMARY KEY (id),
    CONSTRAINT known_devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT known_devices_failed_attempts_check CHECK ((failed_attempts >= 0)),
    CONSTRAINT known_devices_lifetime_check CHECK (((expires_at > last_used_at) AND ((expires_at - last_used_at) <= '400 days'::interval))),
    CONSTRAINT known_devices_locked_until_check CHECK (((locked_until IS NULL) OR (failed_attempts > 0))),
    CONSTRAINT known_devices_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX known_devices_expires_at_idx ON public.known_devices USING btree (expires_at);
CREATE UNIQUE INDEX known_devices_token_hash_key ON public.known_devices USING btree (token_hash);
CREATE INDEX known_devices_user_id_idx ON public.known_devices USING btree (user_id);

CREATE TABLE login_history (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    success boolean NOT NULL,
    ip_address inet,
    user_agent character varying(1024),
    location character varying(200),
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT login_history_pkey PRIMARY KEY (id),
    CONSTRAINT login_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE
);
CREATE INDEX login_history_created_at_idx ON public.login_history USING btree (created_at);
CREATE INDEX login_history_user_id_created_at_id_idx ON public.login_history USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER login_history_delete BEFORE DELETE ON public.login_history FOR EACH ROW WHEN ((old.created_at > (now() - '90 days'::interval))) EXECUTE FUNCTION rules.check_login_history_delete();
CREATE TRIGGER login_history_truncate BEFORE TRUNCATE ON public.login_history FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_write('login_history_append_only_rule', '42501', 'A row can be deleted once it is older than 90 days, or with its user by the owner of the tables.');
CREATE TRIGGER login_history_update BEFORE UPDATE ON public.login_history FOR EACH ROW EXECUTE FUNCTION rules.refuse_write('login_history_append_only_rule', '42501', 'Rows are never changed.');

CREATE TABLE login_sources (
    id uuid NOT NULL,
    address inet NOT NULL,
    failed_attempts integer NOT NULL,
    window_ends_at timestamp(3) with time zone NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT login_sources_pkey PRIMARY KEY (id),
    CONSTRAINT login_sources_failed_attempts_check CHECK ((failed_attempts >= 0))
);
CREATE UNIQUE INDEX login_sources_address_key ON public.login_sources USING btree (address);
CREATE INDEX login_sources_window_ends_at_idx ON public.login_sources USING btree (window_ends_at);

CREATE TABLE oauth_accounts (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    provider "OAuthProvider" NOT NULL,
    provider_id character varying(255) NOT NULL,
    access_token text,
    refresh_token text,
    provider_email character varying(254),
    proven_at timestamp(3) with time zone,
    expires_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT oauth_accounts_pkey PRIMARY KEY (id),
    CONSTRAINT oauth_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT oauth_accounts_access_token_encrypted_check CHECK ((access_token ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'::text)),
    CONSTRAINT oauth_accounts_expires_at_check CHECK (((expires_at IS NULL) OR (access_token IS NOT NULL))),
    CONSTRAINT oauth_accounts_provider_id_not_blank_check CHECK (((provider_id)::text ~ '\S'::text)),
    CONSTRAINT oauth_accounts_refresh_token_encrypted_check CHECK ((refresh_token ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'::text))
);
CREATE UNIQUE INDEX oauth_accounts_provider_provider_id_key ON public.oauth_accounts USING btree (provider, provider_id);
CREATE INDEX oauth_accounts_user_id_provider_idx ON public.oauth_accounts USING btree (user_id, provider);
CREATE CONSTRAINT TRIGGER oauth_accounts_way_in AFTER DELETE OR UPDATE OF user_id ON public.oauth_accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_way_in();

CREATE TABLE outbox (
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    aggregateversion integer NOT NULL,
    type text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    payload jsonb NOT NULL,
    trace_context text,
    occurred_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    occurred_ts timestamp(3) without time zone GENERATED ALWAYS AS ((occurred_at AT TIME ZONE 'UTC'::text)) STORED NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_aggregateid_not_blank_check CHECK ((aggregateid ~ '\S'::text)),
    CONSTRAINT outbox_aggregatetype_format_check CHECK ((aggregatetype ~ '^[a-z][a-z0-9_.-]{0,99}$'::text)),
    CONSTRAINT outbox_aggregateversion_check CHECK ((aggregateversion >= 0)),
    CONSTRAINT outbox_payload_object_check CHECK ((jsonb_typeof(payload) = 'object'::text)),
    CONSTRAINT outbox_payload_size_check CHECK ((octet_length((payload)::text) <= 524288)),
    CONSTRAINT outbox_trace_context_check CHECK (((octet_length(trace_context) >= 1) AND (octet_length(trace_context) <= 512))),
    CONSTRAINT outbox_type_format_check CHECK ((type ~ '^[a-z]+(\.[a-z]+(_[a-z]+)*)+$'::text)),
    CONSTRAINT outbox_version_check CHECK ((version >= 1))
);
CREATE INDEX outbox_occurred_at_idx ON public.outbox USING btree (occurred_at);
CREATE INDEX outbox_user_id_idx ON public.outbox USING btree (((payload ->> 'userId'::text)));
CREATE TRIGGER outbox_addressed AFTER INSERT ON public.outbox REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.address_events();
CREATE TRIGGER outbox_unchanged BEFORE UPDATE ON public.outbox FOR EACH ROW EXECUTE FUNCTION rules.refuse_event_change();

CREATE TABLE outbox_deliveries (
    event_id uuid NOT NULL,
    consumer text NOT NULL,
    sequence bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    available_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    lease_token uuid,
    leased_until timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    dead_at timestamp(3) with time zone,
    reason text,
    CONSTRAINT outbox_deliveries_pkey PRIMARY KEY (event_id, consumer),
    CONSTRAINT outbox_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES outbox(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT outbox_deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT outbox_deliveries_dead_reason_check CHECK (((dead_at IS NULL) OR (reason IS NOT NULL))),
    CONSTRAINT outbox_deliveries_end_check CHECK ((((delivered_at IS NULL) OR (dead_at IS NULL)) AND ((lease_token IS NULL) OR ((delivered_at IS NULL) AND (dead_at IS NULL))))),
    CONSTRAINT outbox_deliveries_lease_check CHECK (((lease_token IS NULL) = (leased_until IS NULL))),
    CONSTRAINT outbox_deliveries_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)))
);
CREATE INDEX outbox_deliveries_aggregate_open_idx ON public.outbox_deliveries USING btree (aggregateid, aggregatetype, consumer, sequence) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));
CREATE INDEX outbox_deliveries_consumer_dead_idx ON public.outbox_deliveries USING btree (consumer) WHERE (dead_at IS NOT NULL);
CREATE INDEX outbox_deliveries_consumer_sequence_open_idx ON public.outbox_deliveries USING btree (consumer, sequence) WHERE ((delivered_at IS NULL) AND (dead_at IS NULL));

CREATE TABLE passkey_challenges (
    id uuid NOT NULL,
    user_id uuid,
    purpose "PasskeyChallengePurpose" NOT NULL,
    challenge_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    consumed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT passkey_challenges_pkey PRIMARY KEY (id),
    CONSTRAINT passkey_challenges_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT passkey_challenges_challenge_hash_length_check CHECK ((octet_length(challenge_hash) = 32)),
    CONSTRAINT passkey_challenges_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '01:00:00'::interval))),
    CONSTRAINT passkey_challenges_user_check CHECK (((purpose = 'LOGIN'::"PasskeyChallengePurpose") OR (user_id IS NOT NULL)))
);
CREATE UNIQUE INDEX passkey_challenges_challenge_hash_key ON public.passkey_challenges USING btree (challenge_hash);
CREATE INDEX passkey_challenges_expires_at_idx ON public.passkey_challenges USING btree (expires_at);
CREATE INDEX passkey_challenges_user_id_idx ON public.passkey_challenges USING btree (user_id);
CREATE TRIGGER passkey_challenges_consumed BEFORE UPDATE OF consumed_at ON public.passkey_challenges FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('passkey_challenges_consumed_rule', '23514', 'A challenge is answered once.');
CREATE TRIGGER passkey_challenges_expiry BEFORE UPDATE OF expires_at ON public.passkey_challenges FOR EACH ROW WHEN ((new.expires_at < old.expires_at)) EXECUTE FUNCTION rules.refuse_write('passkey_challenges_expiry_rule', '42501', 'Say that it has ended; the row goes when it would have expired.');

CREATE TABLE passkeys (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint DEFAULT 0 NOT NULL,
    transports text[] DEFAULT ARRAY[]::text[],
    backup_eligible boolean NOT NULL,
    backed_up boolean DEFAULT false NOT NULL,
    aaguid uuid NOT NULL,
    user_verified boolean DEFAULT false NOT NULL,
    name character varying(100),
    proven_at timestamp(3) with time zone,
    last_used_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT passkeys_pkey PRIMARY KEY (id),
    CONSTRAINT passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT passkeys_backed_up_check CHECK ((backup_eligible OR (NOT backed_up))),
    CONSTRAINT passkeys_credential_id_length_check CHECK (((octet_length(credential_id) >= 1) AND (octet_length(credential_id) <= 1023))),
    CONSTRAINT passkeys_public_key_length_check CHECK (((octet_length(public_key) >= 1) AND (octet_length(public_key) <= 8192))),
    CONSTRAINT passkeys_sign_count_check CHECK (((sign_count >= 0) AND (sign_count <= '4294967295'::bigint)))
);
CREATE UNIQUE INDEX passkeys_credential_id_key ON public.passkeys USING btree (credential_id);
CREATE INDEX passkeys_user_id_idx ON public.passkeys USING btree (user_id);
CREATE TRIGGER passkeys_identity BEFORE UPDATE OF user_id, credential_id, public_key, backup_eligible ON public.passkeys FOR EACH ROW WHEN (((((old.user_id IS DISTINCT FROM new.user_id) OR (old.credential_id IS DISTINCT FROM new.credential_id)) OR (old.public_key IS DISTINCT FROM new.public_key)) OR (old.backup_eligible IS DISTINCT FROM new.backup_eligible))) EXECUTE FUNCTION rules.refuse_write('passkeys_identity_rule', '23514', 'Register another passkey in its place.');
CREATE TRIGGER passkeys_sign_count BEFORE UPDATE OF sign_count ON public.passkeys FOR EACH ROW WHEN ((new.sign_count < old.sign_count)) EXECUTE FUNCTION rules.refuse_write('passkeys_sign_count_rule', '23514', 'The counter only grows.');
CREATE CONSTRAINT TRIGGER passkeys_way_in AFTER DELETE OR UPDATE OF user_id ON public.passkeys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_way_in();

CREATE TABLE password_resets (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    email character varying(254) NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    consumed_at timestamp(3) with time zone,
    is_counted boolean DEFAULT true NOT NULL,
    ip_address inet,
    user_agent character varying(1024),
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT password_resets_pkey PRIMARY KEY (id),
    CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT password_resets_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '1 day'::interval))),
    CONSTRAINT password_resets_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX password_resets_expires_at_idx ON public.password_resets USING btree (expires_at);
CREATE UNIQUE INDEX password_resets_token_hash_key ON public.password_resets USING btree (token_hash);
CREATE INDEX password_resets_user_id_created_at_id_idx ON public.password_resets USING btree (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX password_resets_user_id_live_key ON public.password_resets USING btree (user_id) WHERE (consumed_at IS NULL);
CREATE TRIGGER password_resets_consumed BEFORE UPDATE OF consumed_at ON public.password_resets FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('password_resets_consumed_rule', '23514', 'A token works once.');
CREATE TRIGGER password_resets_expiry BEFORE UPDATE OF expires_at ON public.password_resets FOR EACH ROW WHEN ((new.expires_at < old.expires_at)) EXECUTE FUNCTION rules.refuse_write('password_resets_expiry_rule', '42501', 'Say that it has ended; the row goes when it would have expired.');

CREATE TABLE pending_logins (
    id uuid NOT NULL,
    user_id uuid,
    token_hash bytea NOT NULL,
    login_method "LoginMethod" NOT NULL,
    is_refused boolean DEFAULT false NOT NULL,
    has_locked boolean DEFAULT false NOT NULL,
    device_id uuid,
    password_changed_at timestamp(3) with time zone,
    first_factor_at timestamp(3) with time zone,
    second_factor "LoginMethod",
    second_factor_at timestamp(3) with time zone,
    email character varying(254),
    code_hash bytea,
    code_key_id character varying(64),
    code_attempts integer DEFAULT 0 NOT NULL,
    ip_address inet,
    user_agent character varying(1024),
    location character varying(200),
    expires_at timestamp(3) with time zone NOT NULL,
    consumed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT pending_logins_pkey PRIMARY KEY (id),
    CONSTRAINT pending_logins_device_id_fkey FOREIGN KEY (device_id) REFERENCES known_devices(id) ON UPDATE RESTRICT ON DELETE SET NULL,
    CONSTRAINT pending_logins_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT pending_logins_code_attempts_check CHECK (((code_attempts >= 0) AND (code_attempts <= 5))),
    CONSTRAINT pending_logins_code_check CHECK ((((code_hash IS NULL) = (code_key_id IS NULL)) AND ((code_hash IS NULL) OR (email IS NOT NULL)))),
    CONSTRAINT pending_logins_code_hash_length_check CHECK ((octet_length(code_hash) = 32)),
    CONSTRAINT pending_logins_first_factor_check CHECK (((first_factor_at IS NULL) OR ((user_id IS NOT NULL) AND (NOT is_refused)))),
    CONSTRAINT pending_logins_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '01:00:00'::interval))),
    CONSTRAINT pending_logins_second_factor_check CHECK ((((second_factor IS NULL) = (second_factor_at IS NULL)) AND ((second_factor_at IS NULL) OR (first_factor_at IS NOT NULL)))),
    CONSTRAINT pending_logins_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX pending_logins_device_id_idx ON public.pending_logins USING btree (device_id);
CREATE INDEX pending_logins_expires_at_idx ON public.pending_logins USING btree (expires_at);
CREATE UNIQUE INDEX pending_logins_token_hash_key ON public.pending_logins USING btree (token_hash);
CREATE INDEX pending_logins_user_id_created_at_idx ON public.pending_logins USING btree (user_id, created_at DESC);
CREATE TRIGGER pending_logins_consumed BEFORE UPDATE OF consumed_at ON public.pending_logins FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('pending_logins_consumed_rule', '23514', 'A login ends once; begin another.');
CREATE TRIGGER pending_logins_expiry BEFORE UPDATE OF expires_at ON public.pending_logins FOR EACH ROW WHEN ((new.expires_at < old.expires_at)) EXECUTE FUNCTION rules.refuse_write('pending_logins_expiry_rule', '42501', 'Say that it has ended; the row goes when it would have expired.');

CREATE TABLE recovery_codes (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    key_id character varying(64) NOT NULL,
    consumed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (id),
    CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT recovery_codes_code_hash_length_check CHECK ((octet_length(code_hash) = 32)),
    CONSTRAINT recovery_codes_key_id_format_check CHECK (((key_id)::text ~ '^[A-Za-z0-9_-]+$'::text))
);
CREATE UNIQUE INDEX recovery_codes_user_id_code_hash_key ON public.recovery_codes USING btree (user_id, code_hash);
CREATE TRIGGER recovery_codes_consumed BEFORE UPDATE OF consumed_at ON public.recovery_codes FOR EACH ROW WHEN (((old.consumed_at IS NOT NULL) AND (old.consumed_at IS DISTINCT FROM new.consumed_at))) EXECUTE FUNCTION rules.refuse_write('recovery_codes_consumed_rule', '23514', 'A recovery code works once.');

CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    family_id uuid NOT NULL,
    login_method "LoginMethod" NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    family_expires_at timestamp(3) with time zone DEFAULT (CURRENT_TIMESTAMP + '90 days'::interval) NOT NULL,
    last_used_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    ip_address inet,
    user_agent character varying(1024),
    revoked_at timestamp(3) with time zone,
    revoked_reason "SessionRevokedReason",
    successor_salt bytea,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT sessions_family_expires_at_check CHECK ((expires_at <= family_expires_at)),
    CONSTRAINT sessions_lifetime_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '90 days'::interval))),
    CONSTRAINT sessions_revoked_reason_check CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL))),
    CONSTRAINT sessions_successor_salt_check CHECK (((successor_salt IS NULL) OR ((octet_length(successor_salt) = 32) AND (NOT (revoked_reason IS DISTINCT FROM 'ROTATED'::"SessionRevokedReason"))))),
    CONSTRAINT sessions_token_hash_length_check CHECK ((octet_length(token_hash) = 32))
);
CREATE INDEX sessions_expires_at_idx ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_family_id_idx ON public.sessions USING btree (family_id);
CREATE UNIQUE INDEX sessions_family_id_live_key ON public.sessions USING btree (family_id) WHERE (revoked_at IS NULL);
CREATE UNIQUE INDEX sessions_token_hash_key ON public.sessions USING btree (token_hash);
CREATE INDEX sessions_user_id_created_at_id_idx ON public.sessions USING btree (user_id, created_at DESC, id DESC);
CREATE TRIGGER sessions_expiry BEFORE UPDATE OF expires_at ON public.sessions FOR EACH ROW WHEN ((new.expires_at < old.expires_at)) EXECUTE FUNCTION rules.refuse_write('sessions_expiry_rule', '42501', 'Say that it has ended; the row goes when it would have expired.');
CREATE TRIGGER sessions_family BEFORE INSERT ON public.sessions FOR EACH ROW EXECUTE FUNCTION rules.check_session_family();
CREATE TRIGGER sessions_identity BEFORE UPDATE OF user_id, token_hash, family_id, family_expires_at ON public.sessions FOR EACH ROW WHEN (((((old.user_id IS DISTINCT FROM new.user_id) OR (old.token_hash IS DISTINCT FROM new.token_hash)) OR (old.family_id IS DISTINCT FROM new.family_id)) OR (old.family_expires_at IS DISTINCT FROM new.family_expires_at))) EXECUTE FUNCTION rules.refuse_write('sessions_identity_rule', '23514', 'Refresh by revoking this session as ROTATED and inserting its successor in the same family.');
CREATE TRIGGER sessions_revoked BEFORE UPDATE OF revoked_at ON public.sessions FOR EACH ROW WHEN (((old.revoked_at IS NOT NULL) AND (new.revoked_at IS NULL))) EXECUTE FUNCTION rules.refuse_write('sessions_revoked_rule', '23514', 'A revoked session stays revoked; log in again.');

CREATE TABLE two_factor_credentials (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    secret text NOT NULL,
    last_used_step integer,
    proven_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT two_factor_credentials_pkey PRIMARY KEY (id),
    CONSTRAINT two_factor_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT two_factor_credentials_last_used_step_check CHECK (((last_used_step >= 0) AND (last_used_step <= 140000000))),
    CONSTRAINT two_factor_credentials_secret_encrypted_check CHECK ((secret ~ '^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$'::text))
);
CREATE UNIQUE INDEX two_factor_credentials_user_id_key ON public.two_factor_credentials USING btree (user_id);
CREATE TRIGGER two_factor_credentials_last_used_step BEFORE UPDATE OF last_used_step ON public.two_factor_credentials FOR EACH ROW WHEN ((COALESCE(new.last_used_step, '-1'::integer) < old.last_used_step)) EXECUTE FUNCTION rules.refuse_write('two_factor_credentials_last_used_step_rule', '23514', 'The step only grows: a code of an earlier one may have been overheard.');
CREATE CONSTRAINT TRIGGER two_factor_credentials_two_factor AFTER DELETE OR UPDATE OF user_id ON public.two_factor_credentials DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rules.check_two_factor();

CREATE TABLE user_leads (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    lead_score integer DEFAULT 0 NOT NULL,
    lead_status "LeadStatus",
    utm_source character varying(200),
    utm_medium character varying(200),
    utm_campaign character varying(200),
    referral_code character varying(64),
    segment character varying(100),
    internal_notes character varying(10000),
    tags jsonb,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_leads_pkey PRIMARY KEY (id),
    CONSTRAINT user_leads_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT user_leads_lead_score_check CHECK ((lead_score >= 0)),
    CONSTRAINT user_leads_tags_array_check CHECK ((jsonb_typeof(tags) = 'array'::text))
);
CREATE UNIQUE INDEX user_leads_user_id_key ON public.user_leads USING btree (user_id);

CREATE TABLE user_profiles (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    display_name character varying(100),
    bio character varying(2000),
    avatar character varying(2048),
    cover_image character varying(2048),
    phone character varying(32),
    location character varying(200),
    timezone character varying(64),
    website character varying(2048),
    education_level "EducationLevel",
    field_of_study character varying(200),
    institution character varying(200),
    graduation_year integer,
    education jsonb,
    "current_role" character varying(200),
    current_company character varying(200),
    industry character varying(200),
    experience_level "ExperienceLevel",
    years_experience integer,
    work_experience jsonb,
    learning_goal "LearningGoal",
    target_role character varying(200),
    weekly_hours integer,
    interests jsonb,
    motivations jsonb,
    skills jsonb,
    certifications jsonb,
    learning_style "LearningStyle",
    study_time "StudyTime",
    preferences jsonb,
    socials jsonb,
    is_public boolean DEFAULT false NOT NULL,
    show_email boolean DEFAULT false NOT NULL,
    show_progress boolean DEFAULT true NOT NULL,
    allow_messages boolean DEFAULT true NOT NULL,
    show_certificates boolean DEFAULT true NOT NULL,
    onboarding_completed boolean DEFAULT false NOT NULL,
    onboarding_step integer DEFAULT 0 NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    CONSTRAINT user_profiles_pkey PRIMARY KEY (id),
    CONSTRAINT user_profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON UPDATE RESTRICT ON DELETE CASCADE,
    CONSTRAINT user_profiles_avatar_url_check CHECK (((avatar)::text ~ '^https?://\S+$'::text)),
    CONSTRAINT user_profiles_certifications_array_check CHECK ((jsonb_typeof(certifications) = 'array'::text)),
    CONSTRAINT user_profiles_cover_image_url_check CHECK (((cover_image)::text ~ '^https?://\S+$'::text)),
    CONSTRAINT user_profiles_education_array_check CHECK ((jsonb_typeof(education) = 'array'::text)),
    CONSTRAINT user_profiles_graduation_year_check CHECK (((graduation_year >= 1900) AND (graduation_year <= 2100))),
    CONSTRAINT user_profiles_interests_array_check CHECK ((jsonb_typeof(interests) = 'array'::text)),
    CONSTRAINT user_profiles_motivations_array_check CHECK ((jsonb_typeof(motivations) = 'array'::text)),
    CONSTRAINT user_profiles_onboarding_step_check CHECK (((onboarding_step >= 0) AND (onboarding_step <= 100))),
    CONSTRAINT user_profiles_phone_format_check CHECK (rules.is_phone_number((phone)::text)),
    CONSTRAINT user_profiles_preferences_object_check CHECK ((jsonb_typeof(preferences) = 'object'::text)),
    CONSTRAINT user_profiles_skills_array_check CHECK ((jsonb_typeof(skills) = 'array'::text)),
    CONSTRAINT user_profiles_socials_object_check CHECK ((jsonb_typeof(socials) = 'object'::text)),
    CONSTRAINT user_profiles_timezone_format_check CHECK (rules.is_time_zone((timezone)::text)),
    CONSTRAINT user_profiles_website_url_check CHECK (((website)::text ~ '^https?://\S+$'::text)),
    CONSTRAINT user_profiles_weekly_hours_check CHECK (((weekly_hours >= 0) AND (weekly_hours <= 168))),
    CONSTRAINT user_profiles_work_experience_array_check CHECK ((jsonb_typeof(work_experience) = 'array'::text)),
    CONSTRAINT user_profiles_years_experience_check CHECK (((years_experience >= 0) AND (years_experience <= 80)))
);
CREATE UNIQUE INDEX user_profiles_user_id_key ON public.user_profiles USING btree (user_id);
CREATE TRIGGER user_profiles_contact_changed AFTER INSERT OR DELETE OR UPDATE ON public.user_profiles FOR EACH ROW EXECUTE FUNCTION rules.count_profile_change();

CREATE TABLE users (
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    password text,
    legacy_password_scheme "LegacyPasswordScheme",
    first_name character varying(100) NOT NULL,
    last_name character varying(100) NOT NULL,
    username character varying(30),
    role "UserRole" DEFAULT 'STUDENT'::"UserRole" NOT NULL,
    email_verified boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    is_suspended boolean DEFAULT false NOT NULL,
    suspended_at timestamp(3) with time zone,
    suspended_reason character varying(500),
    last_login_at timestamp(3) with time zone,
    last_login_ip inet,
    login_attempts integer DEFAULT 0 NOT NULL,
    locked_until timestamp(3) with time zone,
    two_factor_attempts integer DEFAULT 0 NOT NULL,
    two_factor_locked_until timestamp(3) with time zone,
    password_changed_at timestamp(3) with time zone,
    must_change_password boolean DEFAULT false NOT NULL,
    two_factor_enabled boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    deleted_at timestamp(3) with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_format_check CHECK (rules.is_email_address((email)::text)),
    CONSTRAINT users_first_name_not_blank_check CHECK (((first_name)::text ~ '\S'::text)),
    CONSTRAINT users_legacy_password_scheme_check CHECK (((legacy_password_scheme IS NULL) OR (password IS NOT NULL))),
    CONSTRAINT users_locked_until_check CHECK (((locked_until IS NULL) OR (login_attempts > 0))),
    CONSTRAINT users_login_attempts_check CHECK ((login_attempts >= 0)),
    CONSTRAINT users_must_change_password_check CHECK (((NOT must_change_password) OR (password IS NOT NULL))),
    CONSTRAINT users_password_hash_check CHECK ((password ~
CASE legacy_password_scheme
    WHEN 'ARGON2'::"LegacyPasswordScheme" THEN '^\$argon2(id|i|d)(\$v=(16|19))?\$m=[1-9][0-9]{0,9},(t=[1-9][0-9]{0,9},p=[1-9][0-9]{0,9}|p=[1-9][0-9]{0,9},t=[1-9][0-9]{0,9})(,keyid=[A-Za-z0-9+/]{0,11})?(,data=[A-Za-z0-9+/]{0,43})?\$[A-Za-z0-9+/]{11,86}\$([A-Za-z0-9+/]{22}|[A-Za-z0-9+/]{32}|[A-Za-z0-9+/]{43}|[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{86}|[A-Za-z0-9+/]{171})$'::text
    WHEN 'BETTER_AUTH_SCRYPT'::"LegacyPasswordScheme" THEN '^[0-9a-z]{16,32}:[0-9a-f]{128}$'::text
    WHEN 'LUCIA_SCRYPT'::"LegacyPasswordScheme" THEN '^s2:([0-9A-Za-z]{16}|[0-9a-f]{32}):[0-9a-f]{128}$'::text
    WHEN 'DJANGO'::"LegacyPasswordScheme" THEN '^(pbkdf2_sha256\$[0-9]+\$[^$]+\$[A-Za-z0-9+/]{43}=|pbkdf2_sha1\$[0-9]+\$[^$]+\$[A-Za-z0-9+/]{27}=|scrypt\$[0-9]+\$[^$]+\$[0-9]+\$[0-9]+\$[A-Za-z0-9+/]{86}==|argon2\$argon2(id|i|d)(\$v=(16|19))?\$m=[1-9][0-9]{0,9},(t=[1-9][0-9]{0,9},p=[1-9][0-9]{0,9}|p=[1-9][0-9]{0,9},t=[1-9][0-9]{0,9})(,keyid=[A-Za-z0-9+/]{0,11})?(,data=[A-Za-z0-9+/]{0,43})?\$[A-Za-z0-9+/]{11,86}\$([A-Za-z0-9+/]{22}|[A-Za-z0-9+/]{32}|[A-Za-z0-9+/]{43}|[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{86}|[A-Za-z0-9+/]{171})|bcrypt(_sha256)?\$\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53})$'::text
    WHEN 'WERKZEUG'::"LegacyPasswordScheme" THEN '^(scrypt:[0-9]+:[0-9]+:[0-9]+\$[A-Za-z0-9]+\$[0-9a-f]{128}|pbkdf2:sha1(:[0-9]+)?\$[A-Za-z0-9]+\$[0-9a-f]{40}|pbkdf2:sha256(:[0-9]+)?\$[A-Za-z0-9]+\$[0-9a-f]{64}|pbkdf2:sha512(:[0-9]+)?\$[A-Za-z0-9]+\$[0-9a-f]{128})$'::text
    WHEN 'PHPASS'::"LegacyPasswordScheme" THEN '^(\$[PH]\$[./0-9A-Za-z]{31}|\$wp\$2y\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53})$'::text
    WHEN 'SPRING'::"LegacyPasswordScheme" THEN '^(\{bcrypt\}\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}|\{argon2(@SpringSecurity_v5_8)?\}\$argon2(id|i|d)(\$v=(16|19))?\$m=[1-9][0-9]{0,9},(t=[1-9][0-9]{0,9},p=[1-9][0-9]{0,9}|p=[1-9][0-9]{0,9},t=[1-9][0-9]{0,9})(,keyid=[A-Za-z0-9+/]{0,11})?(,data=[A-Za-z0-9+/]{0,43})?\$[A-Za-z0-9+/]{11,86}\$([A-Za-z0-9+/]{22}|[A-Za-z0-9+/]{32}|[A-Za-z0-9+/]{43}|[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{86}|[A-Za-z0-9+/]{171})|\{pbkdf2(@SpringSecurity_v5_8)?\}([0-9a-f]{80}|[0-9a-f]{96})|\{scrypt(@SpringSecurity_v5_8)?\}\$[0-9a-f]+\$([A-Za-z0-9+/]{86}|[A-Za-z0-9+/]{22})==\$[A-Za-z0-9+/]{43}=|\{sha256\}[0-9a-f]{80})$'::text
    ELSE '^(\$argon2id\$v=19\$m=[1-9][0-9]{0,9},(t=[1-9][0-9]{0,9},p=[1-9][0-9]{0,9}|p=[1-9][0-9]{0,9},t=[1-9][0-9]{0,9})(,keyid=[A-Za-z0-9+/]{0,11})?(,data=[A-Za-z0-9+/]{0,43})?\$[A-Za-z0-9+/]{11,86}\$([A-Za-z0-9+/]{22}|[A-Za-z0-9+/]{32}|[A-Za-z0-9+/]{43}|[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{86}|[A-Za-z0-9+/]{171})|\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53})$'::text
END)),
    CONSTRAINT users_suspended_at_check CHECK ((is_suspended = (suspended_at IS NOT NULL))),
    CONSTRAINT users_suspended_reason_check CHECK (((suspended_reason IS NULL) OR is_suspended)),
    CONSTRAINT users_two_factor_attempts_check CHECK ((two_factor_attempts >= 0)),
    CONSTRAINT users_two_factor_locked_until_check CHECK (((two_factor_locked_until IS NULL) OR (two_factor_attempts > 0))),
    CONSTRAINT users_username_format_check CHECK (((username)::text ~ '^[A-Za-z0-9][A-Za-z0-9._-]{2,29}$'::text))
);
CREATE UNIQUE INDEX users_email_key ON public.users USING btree (email) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX users_username_key ON public.users USING btree (username) WHERE (deleted_at IS NULL);
CREATE UNIQUE INDEX users_username_lower_live_key ON public.users USING btree (lower((username)::text)) WHERE (deleted_at IS NULL);
CREATE TRIGGER users_changed AFTER UPDATE ON public.users FOR EACH ROW WHEN ((old.version <> new.version)) EXECUTE FUNCTION rules.tell_account_change();
CREATE TRIGGER users_deleted AFTER DELETE ON public.users REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION rules.tell_deletions();
CREATE TRIGGER users_end_access AFTER UPDATE OF is_active, is_suspended, deleted_at ON public.users FOR EACH ROW WHEN ((((old.is_active IS DISTINCT FROM new.is_active) OR (old.is_suspended IS DISTINCT FROM new.is_suspended)) OR ((old.deleted_at IS NULL) IS DISTINCT FROM (new.deleted_at IS NULL)))) EXECUTE FUNCTION rules.end_access();
CREATE TRIGGER users_erased_user_rule AFTER INSERT ON public.users REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.refuse_erased_users();
CREATE TRIGGER users_registered AFTER INSERT ON public.users REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION rules.tell_registrations();
CREATE CONSTRAINT TRIGGER users_two_factor AFTER INSERT OR UPDATE OF two_factor_enabled, deleted_at ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.two_factor_enabled AND (new.deleted_at IS NULL))) EXECUTE FUNCTION rules.check_two_factor();
CREATE TRIGGER users_version BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION rules.count_account_change();
CREATE TRIGGER users_version_grows BEFORE UPDATE OF version ON public.users FOR EACH ROW WHEN ((new.version < old.version)) EXECUTE FUNCTION rules.refuse_write('users_version_rule', '23514', 'The version only grows: events are in its order.');
CREATE CONSTRAINT TRIGGER users_way_in AFTER INSERT OR UPDATE OF password, deleted_at ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.password IS NULL) AND (new.deleted_at IS NULL))) EXECUTE FUNCTION rules.check_way_in();

CREATE TABLE rules.event_consumers (
    type text NOT NULL,
    version integer NOT NULL,
    consumer text NOT NULL,
    CONSTRAINT event_consumers_pkey PRIMARY KEY (type, version, consumer)
);

-- Rows of rules.event_consumers
--   (user.contact_changed,1,notifications)
--   (user.deleted,1,activity)
--   (user.deleted,1,learning)
--   (user.deleted,1,notifications)
--   (user.deleted,1,payments)
--   (user.registered,1,activity)
--   (user.registered,1,payments)

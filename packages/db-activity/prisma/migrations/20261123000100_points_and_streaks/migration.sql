-- Points as a ledger, streaks as days, leaderboards.
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '15min';

-- CreateEnum
CREATE TYPE "LeaderboardPeriod" AS ENUM ('WEEK', 'MONTH', 'ALL_TIME');

-- CreateTable
CREATE TABLE "points_entries" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "points" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "source_event_id" UUID,
    "reverses_id" UUID,
    "cohort" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "points_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "leaderboard_scores" (
    "period" "LeaderboardPeriod" NOT NULL,
    "starts_on" DATE NOT NULL,
    "cohort" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "points" INTEGER NOT NULL,
    "reached_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "leaderboard_scores_pkey" PRIMARY KEY ("period","starts_on","cohort","user_id")
);

-- CreateTable
CREATE TABLE "leaderboard_steps" (
    "period" "LeaderboardPeriod" NOT NULL,
    "starts_on" DATE NOT NULL,
    "cohort" TEXT NOT NULL,
    "level" SMALLINT NOT NULL,
    "bucket" INTEGER NOT NULL,
    "users" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "leaderboard_steps_pkey" PRIMARY KEY ("period","starts_on","cohort","level","bucket")
);

-- CreateTable
CREATE TABLE "leaderboard_changes" (
    "entry_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "leaderboard_changes_pkey" PRIMARY KEY ("entry_id")
);

-- CreateTable
CREATE TABLE "leaderboard_cohorts" (
    "user_id" UUID NOT NULL,
    "cohort" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "leaderboard_cohorts_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "activity_days" (
    "user_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "time_zone" TEXT NOT NULL,
    "begins_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activity_days_pkey" PRIMARY KEY ("user_id","day")
);

-- CreateIndex
CREATE UNIQUE INDEX "points_entries_source_event_id_key" ON "points_entries"("source_event_id");

-- CreateIndex
CREATE UNIQUE INDEX "points_entries_reverses_id_key" ON "points_entries"("reverses_id");

-- CreateIndex
CREATE INDEX "points_entries_user_id_created_at_id_idx" ON "points_entries"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "leaderboard_scores_rank_idx" ON "leaderboard_scores"("period", "starts_on", "cohort", "points" DESC, "reached_at", "user_id");

-- CreateIndex
CREATE INDEX "leaderboard_scores_user_id_idx" ON "leaderboard_scores"("user_id");

-- AddForeignKey
ALTER TABLE "leaderboard_changes" ADD CONSTRAINT "leaderboard_changes_entry_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "points_entries"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "points_entries" ADD CONSTRAINT "points_entries_reverses_id_fkey" FOREIGN KEY ("reverses_id") REFERENCES "points_entries"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- shared rule: time-zones
-- The zone that a text names, in the one spelling that is stored, or null: the verdict of `parseTimeZone` of @codezest/db-types. A
-- list and not pg_timezone_names, because a CHECK must answer alike on every server, and because AT TIME ZONE reads
-- some of these names in another way: CET has no summer there, and +05:00 is west.
CREATE FUNCTION "rules"."canonical_time_zone"("name" text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
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
$$;

-- True for the spelling that is stored.
CREATE FUNCTION "rules"."is_time_zone"("name" text) RETURNS boolean
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS
$$
BEGIN
  RETURN "rules"."canonical_time_zone"(name) IS NOT DISTINCT FROM name;
END
$$;
-- end of shared rule

ALTER TABLE "points_entries"
  ADD CONSTRAINT "points_entries_source_check" CHECK (num_nonnulls("source_event_id", "reverses_id") = 1),
  ADD CONSTRAINT "points_entries_points_check" CHECK (CASE WHEN "reverses_id" IS NULL THEN "points" >= 0 ELSE "points" <= 0 END),
  ADD CONSTRAINT "points_entries_reason_check" CHECK (btrim("reason") <> '' AND length("reason") <= 200);

ALTER TABLE "activity_days"
  ADD CONSTRAINT "activity_days_time_zone_check" CHECK ("rules"."is_time_zone"("time_zone")),
  ADD CONSTRAINT "activity_days_period_check" CHECK ("begins_at" < "ends_at"),
  -- An activity that came from another zone may be of this date outside of this zone's midnights.
  ADD CONSTRAINT "activity_days_last_at_check" CHECK ("last_at" >= "begins_at" - interval '2 days' AND "last_at" <= "ends_at" + interval '2 days');

-- An entry is taken back as a whole, once, and for the user who had it.
CREATE FUNCTION "rules"."check_reversal"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
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
$$;

CREATE TRIGGER "points_entries_reversal_rule"
  BEFORE INSERT ON "points_entries"
  FOR EACH ROW WHEN (NEW."reverses_id" IS NOT NULL)
  EXECUTE FUNCTION "rules"."check_reversal"();

CREATE TRIGGER "points_entries_append_only_rule"
  BEFORE UPDATE OR DELETE ON "points_entries"
  FOR EACH ROW EXECUTE FUNCTION "rules"."refuse_change"('points_entries_append_only_rule');
CREATE TRIGGER "points_entries_truncate_rule"
  BEFORE TRUNCATE ON "points_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_change"('points_entries_append_only_rule');

-- Leaderboards.

ALTER TABLE "points_entries"
  ADD CONSTRAINT "points_entries_cohort_check" CHECK (btrim("cohort") <> '' AND length("cohort") <= 100);

ALTER TABLE "leaderboard_cohorts"
  -- The empty one is everybody's.
  ADD CONSTRAINT "leaderboard_cohorts_cohort_check" CHECK (btrim("cohort") <> '' AND length("cohort") <= 100);

ALTER TABLE "leaderboard_scores"
  ADD CONSTRAINT "leaderboard_scores_starts_on_check" CHECK ("starts_on" = CASE "period"
    WHEN 'WEEK' THEN "starts_on" - (extract(isodow FROM "starts_on")::int - 1)
    WHEN 'MONTH' THEN "starts_on" - (extract(day FROM "starts_on")::int - 1) ELSE DATE '1970-01-01' END);

ALTER TABLE "leaderboard_steps"
  ADD CONSTRAINT "leaderboard_steps_level_check" CHECK ("level" BETWEEN 0 AND 5);

-- What no leaderboard has yet waits beside the ledger, and whoever awards points waits for no other: a score or a step that
-- many raise at once would make them queue.
CREATE FUNCTION "rules"."note_points"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
BEGIN
  INSERT INTO leaderboard_changes (entry_id) SELECT id FROM added WHERE points <> 0;
  RETURN NULL;
END
$$;

CREATE TRIGGER "points_entries_noted"
  AFTER INSERT ON "points_entries"
  REFERENCING NEW TABLE AS "added"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."note_points"();

-- Counts the users of each step, whatever changes scores. One transaction at a time, since a step is of many users. A step
-- that nobody is on any more stays, with 0.
CREATE FUNCTION "rules"."count_steps"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, public AS
$$
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
$$;

CREATE TRIGGER "leaderboard_scores_added"
  AFTER INSERT ON "leaderboard_scores"
  REFERENCING NEW TABLE AS "added"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."count_steps"();
CREATE TRIGGER "leaderboard_scores_changed"
  AFTER UPDATE ON "leaderboard_scores"
  REFERENCING OLD TABLE AS "removed" NEW TABLE AS "added"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."count_steps"();
CREATE TRIGGER "leaderboard_scores_removed"
  AFTER DELETE ON "leaderboard_scores"
  REFERENCING OLD TABLE AS "removed"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."count_steps"();

-- One more than how many users of a leaderboard have more points: of each length of step those above, up to the end of the
-- next longer step.
CREATE FUNCTION "rules"."rank_of"("its_period" text, "first_day" date, "its_cohort" text, "its_points" integer) RETURNS integer
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS
$$
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
$$;

-- The level that so many points make. Level n begins at 100 · (n − 1)² points.
CREATE FUNCTION "rules"."level_of"("points" integer) RETURNS integer
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN 1 + floor(sqrt("points" / 100::float8))::int;

-- How many active days in a row a user has, up to the last day, and at most. A day follows another one if it is the next
-- date, or if the last activity of the other one was on the date before in this day's zone: who flies east over the date
-- line skips a date. A frozen day joins and does not count.
CREATE FUNCTION "rules"."streaks_of"("of_user" uuid, OUT "streak" integer, OUT "longest" integer)
  LANGUAGE sql VOLATILE STRICT SET search_path = pg_catalog, public AS $$
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
$$;

-- Counts an activity for its day. True if that may change the streaks. An activity within a day that the user has is of that day, whatever
-- zone it comes with; otherwise its own zone says which date it is. Call it with the user's engagement locked.
CREATE FUNCTION "rules"."mark_day"("of_user" uuid, "at" timestamptz, "zone" text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public AS
$$
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
    date_there::timestamp AT TIME ZONE zone, (date_there + 1)::timestamp AT TIME ZONE zone, at, now())
  ON CONFLICT (user_id, day) DO UPDATE SET last_at = greatest(d.last_at, excluded.last_at), updated_at = excluded.updated_at;
  RETURN before.last_at IS NULL
    OR at > before.last_at AND EXISTS (SELECT 1 FROM activity_days d WHERE d.user_id = of_user AND d.day > its_day);
END
$$;

-- Records an activity, gives its points and counts its day, once; the user's engagement as it stands then, and nothing where
-- the activity or its points were known. Its statements see what others have committed while it waited for the engagement.
CREATE FUNCTION "rules"."award_points"("event" jsonb, "given_points" integer, "given_reason" text, "zone" text,
    "entry_id" uuid, "engagement_id" uuid) RETURNS SETOF user_engagements
  LANGUAGE plpgsql VOLATILE ROWS 1 SET search_path = pg_catalog, public AS
$$
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
$$;

-- Freezes the date of a moment, so that the streak goes on without an activity; the user's engagement, and nothing where the
-- user has none. A date that is active or frozen stays as it is.
CREATE FUNCTION "rules"."freeze_day"("of_user" uuid, "at" timestamptz, "zone" text) RETURNS SETOF user_engagements
  LANGUAGE plpgsql VOLATILE ROWS 1 SET search_path = pg_catalog, public AS
$$
DECLARE
  date_there CONSTANT date := (at AT TIME ZONE zone)::date;
BEGIN
  PERFORM FROM user_engagements e WHERE e.user_id = of_user FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO activity_days (user_id, day, time_zone, begins_at, ends_at)
  VALUES (of_user, date_there, zone, date_there::timestamp AT TIME ZONE zone, (date_there + 1)::timestamp AT TIME ZONE zone)
  ON CONFLICT (user_id, day) DO NOTHING;
  UPDATE user_engagements e SET streak = s.streak, longest_streak = s.longest, updated_at = now()
  FROM rules.streaks_of(of_user) AS s WHERE e.user_id = of_user AND (e.streak, e.longest_streak) IS DISTINCT FROM (s.streak, s.longest);
  RETURN QUERY SELECT * FROM user_engagements e WHERE e.user_id = of_user;
END
$$;

-- Nothing is written about a person who has been erased.
CREATE TRIGGER "points_entries_erased_user_rule" AFTER INSERT ON "points_entries" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "leaderboard_scores_erased_user_rule" AFTER INSERT ON "leaderboard_scores" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "leaderboard_cohorts_erased_user_rule" AFTER INSERT ON "leaderboard_cohorts" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();
CREATE TRIGGER "activity_days_erased_user_rule" AFTER INSERT ON "activity_days" REFERENCING NEW TABLE AS "inserted"
  FOR EACH STATEMENT EXECUTE FUNCTION "rules"."refuse_erased_users"();

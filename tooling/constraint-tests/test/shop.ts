import { newTestDatabaseName } from '@codezest/local-databases/test-databases';
import { Client } from 'pg';

/** One object of each kind, and each way in which a database may hide one. */
const schema = `
  CREATE DOMAIN amount AS integer CONSTRAINT amount_check CHECK (VALUE > 0);
  CREATE TABLE customers (
    id integer CONSTRAINT customers_pkey PRIMARY KEY,
    email text NOT NULL,
    gone boolean NOT NULL DEFAULT false,
    note text,
    CONSTRAINT customers_email_check CHECK (email ~ '@')
  );
  CREATE UNIQUE INDEX customers_email_key ON customers (email);
  CREATE UNIQUE INDEX customers_email_lower_live_key ON customers (lower(email)) WHERE NOT gone;

  CREATE TABLE stays (
    id integer CONSTRAINT stays_pkey PRIMARY KEY,
    customer_id integer NOT NULL,
    nights int4range NOT NULL,
    price amount,
    CONSTRAINT stays_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT stays_nights_excl EXCLUDE USING gist (nights WITH &&)
  );
  ALTER TABLE stays ADD CONSTRAINT stays_id_check CHECK (id < 1000) NOT VALID;

  CREATE SCHEMA partitions;
  CREATE TABLE visits (id integer, on_day date) PARTITION BY RANGE (on_day);
  CREATE UNIQUE INDEX visits_id_on_day_key ON visits (id, on_day);
  CREATE TABLE partitions.visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING ERRCODE = '42501', CONSTRAINT = TG_ARGV[0], MESSAGE = format('violates rule "%s"', TG_ARGV[0]);
  END $$;
  CREATE TRIGGER visits_update BEFORE UPDATE OR DELETE ON visits FOR EACH ROW EXECUTE FUNCTION refuse('visits_append_only_rule');
  CREATE TRIGGER visits_truncate BEFORE TRUNCATE ON visits EXECUTE FUNCTION refuse('visits_append_only_rule');

  CREATE FUNCTION check_email() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.email <> OLD.email THEN
      RAISE EXCEPTION USING ERRCODE = '23514', CONSTRAINT = 'customers_email_rule', MESSAGE = 'no name in here';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER customers_email BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION check_email();

  CREATE FUNCTION note_customer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'new'; RETURN NEW; END $$;
  CREATE TRIGGER customers_note BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION note_customer();
`;

export interface Shop {
  url: string;
  client: Client;
  drop(): Promise<void>;
}

export async function openShop(): Promise<Shop> {
  const server = process.env.TEST_DATABASE_URL ?? '';
  const name = newTestDatabaseName('shop');
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  await query(server, `CREATE DATABASE ${name}`);
  const client = new Client(url);
  await client.connect();
  await client.query(schema);
  return {
    url,
    client,
    drop: async () => {
      await client.end();
      await query(server, `DROP DATABASE ${name}`);
    },
  };
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query(sql);
  await client.end();
}

// Prepares the demo's database: migrations, one login per duty, insurers, routes, structures, certificates.
// Idempotent: a second start changes nothing.

import { join } from 'node:path';
import { type Database, openDatabase } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { packageRoot } from '../lib/package-root.ts';
import { DEMO_STAFF } from './accounts.ts';
import { PUBLISHED_PRODUCTS } from './demo-products.ts';
import { ALL_DEMO_INSURERS, isExercise } from './insurers.ts';
import { type DemoCertificate, softwareName, type World } from './world.ts';

export const DEMO_DATABASE = 'rempart_operator';
export const INSURER_DATABASE = 'rempart_insurer';
/** Each has a login and a role of its own. */
export const OPERATOR_DUTIES = ['rights', 'feed', 'log', 'desk', 'settle', 'pay'] as const;
export type OperatorDuty = (typeof OPERATOR_DUTIES)[number];

export type DemoDatabase = { ownerUrl: string; urls: Record<OperatorDuty, string> };

/** `serverUrl` = superuser on the embedded server; `name` = the database, made when missing. */
export async function prepareDatabase(
  serverUrl: string,
  wanted: { name: string; passwords: World['databasePasswords']; certificates: readonly DemoCertificate[] },
): Promise<DemoDatabase> {
  const { name, passwords, certificates } = wanted;
  const { owner, ownerUrl } = await openOwn(serverUrl, name, 'operator');
  for (const duty of OPERATOR_DUTIES) await createLogin(owner, `${name}_${duty}`, duty, passwords[duty]);
  await seed(owner, certificates);
  await owner.end();
  const urls = Object.fromEntries(
    OPERATOR_DUTIES.map((duty) => [duty, dutyUrl(ownerUrl, duty, passwords[duty])]),
  );
  return { ownerUrl, urls: urls as DemoDatabase['urls'] };
}

/** What the demo publishes over HTTP, for worlds whose ledger must begin empty. */
export async function seedProducts(ownerUrl: string): Promise<void> {
  const owner = openDatabase(ownerUrl, { max: 1, applicationName: 'rempart-demo' });
  await owner`
    insert into products (insurer_id, code, effective_from, responsible, rules, put_by, put_at)
    select insurers.id, code, "from"::date, responsible, rules, 'demo', now() from insurers,
      jsonb_to_recordset(${JSON.stringify(PUBLISHED_PRODUCTS)}::text::jsonb)
        as product (code text, "from" text, responsible boolean, rules jsonb)
    on conflict do nothing`;
  await owner.end();
}

export type InsurerDatabase = { ownerUrl: string; urls: Record<'desk' | 'status', string> };

/** The insurer's own database; `clients`: certificates of its people and systems. */
export async function prepareInsurerDatabase(
  serverUrl: string,
  wanted: {
    name: string;
    passwords: Record<'desk' | 'status', string>;
    clients: readonly { thumbprint: string; person: string }[];
  },
): Promise<InsurerDatabase> {
  const { name, passwords, clients } = wanted;
  const { owner, ownerUrl } = await openOwn(serverUrl, name, 'insurer');
  const login = async (duty: 'desk' | 'status') => {
    const user = `${name}_${duty}_login`; // the duty's own role is named after the demo's database
    await createLogin(owner, user, `insurer_${duty}`, passwords[duty]);
    return withLogin(ownerUrl, user, passwords[duty]);
  };
  const urls = { desk: await login('desk'), status: await login('status') };
  for (const { thumbprint, person } of clients) {
    await owner`insert into desk_clients (thumbprint, person) values (${thumbprint}, ${person}) on conflict do nothing`;
  }
  await owner.end();
  return { ownerUrl, urls };
}

/** Made when missing, and migrated. */
async function openOwn(serverUrl: string, name: string, whose: 'operator' | 'insurer') {
  const server = openDatabase(serverUrl, { max: 1, applicationName: 'rempart-demo' });
  const [found] = await server`select 1 from pg_database where datname = ${name}`;
  if (!found) await server`create database ${server(name)}`;
  await server.end();
  const ownerUrl = withPath(serverUrl, name);
  const owner = openDatabase(ownerUrl, { max: 1, applicationName: 'rempart-demo' });
  await migrate(owner, join(packageRoot(), 'migrations', whose));
  return { owner, ownerUrl };
}

/** The password is base64url of our own making: it can stand in the statement, where no parameter may. */
async function createLogin(owner: Database, login: string, duty: string, password: string): Promise<void> {
  const [found] = await owner`select 1 from pg_roles where rolname = ${login}`;
  if (!found) await owner.unsafe(`create role ${login} login in role rempart_${duty}`);
  await owner.unsafe(`alter role ${login} password '${password}'`);
}

async function seed(owner: Database, certificates: readonly DemoCertificate[]): Promise<void> {
  await owner.begin(async (tx) => {
    for (const id of DEMO_STAFF) {
      const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
      await tx`insert into staff (id, name) values (${id}, ${name}) on conflict do nothing`;
    }
    for (const [i, { amcNo, name, routes, debtorIban }] of ALL_DEMO_INSURERS.entries()) {
      await tx`insert into insurers (id, amc_no, name, exercise, debtor_name, debtor_iban)
               values (${i + 1}, ${amcNo}, ${name}, ${isExercise(amcNo)}, ${name}, ${debtorIban})
               on conflict (id) do update set exercise = excluded.exercise,
                 debtor_name = excluded.debtor_name, debtor_iban = excluded.debtor_iban`;
      for (const { convType, csr } of routes) {
        await tx`insert into routes (amc_no, conv_type, csr, insurer_id)
                 values (${amcNo}, ${convType}, ${csr}, ${i + 1}) on conflict do nothing`;
      }
    }
    for (const certificate of certificates) {
      if (certificate.kind === 'software') {
        const { account } = certificate;
        const { id, name, place } = account.structure;
        const client = softwareName(account);
        await tx`insert into structures (id, name, place) values (${id}, ${name}, ${place}) on conflict do nothing`;
        await tx`insert into professionals (id, family_name, given_name)
                 values (${account.professionalId}, ${account.familyName}, ${account.givenName}) on conflict do nothing`;
        await tx`insert into activities (account_id, professional_id, structure_id, profession, source)
                 values (${account.id}, ${account.professionalId}, ${id}, ${account.profession}, 'demo')
                 on conflict do nothing`;
        await tx`insert into client_certificates (thumbprint, client_id)
                 values (${certificate.thumbprint}, ${client}) on conflict do nothing`;
        await tx`insert into client_sites (client_id, structure_id, enrolled_by)
                 values (${client}, ${id}, 'demo') on conflict do nothing`;
      } else {
        await tx`insert into client_certificates (thumbprint, client_id, account_id, insurer_id)
                 select ${certificate.thumbprint}, ${certificate.name}, ${certificate.person}, id
                 from insurers where amc_no = ${certificate.amcNo} on conflict do nothing`;
      }
    }
  });
}

/** As if three days had gone by since bank details were given; how many came into force. A demo's time alone is the demo's. */
export async function letBankDetailsComeIntoForce(ownerUrl: string): Promise<number> {
  const owner = openDatabase(ownerUrl, { max: 1, applicationName: 'rempart-demo' });
  try {
    const changed = await owner`
      update bank_details set put_at = put_at - interval '72 hours', in_force_from = in_force_from - interval '72 hours'
      where in_force_from > now() and superseded_at is null`;
    return changed.count;
  } finally {
    await owner.end({ timeout: 1 });
  }
}

/** How that duty logs in: its login is named after the database. */
export function dutyUrl(ownerUrl: string, duty: OperatorDuty, password: string): string {
  return withLogin(ownerUrl, `${new URL(ownerUrl).pathname.slice(1)}_${duty}`, password);
}

function withPath(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

function withLogin(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.toString();
}

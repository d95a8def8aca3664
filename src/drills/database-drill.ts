// Drills of a stolen database and of an edited ledger: a working day first, so that everything is there, then the thief.

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { monotonicMs } from '../lib/clock.ts';
import { verifyLedger } from '../operator/ledger/verify.ts';
import { journalDirectory } from '../operator/ledger/verify-journal-dir.ts';
import { simulateDay, type Thief } from './day.ts';
import { editLedger } from './edited-ledger-store-sql.ts';
import { DAY_MS, type DrillOptions, type DrillPlatform, openDrillPlatform } from './platform.ts';
import { type DrillScore, honestScore, scoreOf } from './score.ts';
import { SCORED_PROOF_SHARE } from './session-drill.ts';
import { Staff } from './staff.ts';
import { DumpReader } from './thieves/dump-reader.ts';
import { PasswordThief } from './thieves/password-thief.ts';

type Outcome = Pick<DrillScore, 'attackerQueries' | 'personsExposed' | 'how' | 'attempts'> &
  Partial<Pick<DrillScore, 'changes'>>;

/** `attack` runs after the day; `thief` acts during it. */
async function afterAWorkingDay(
  name: string,
  asked: DrillOptions,
  attack: (drill: DrillPlatform) => Promise<Outcome>,
  prepare: (drill: DrillPlatform, midnightMs: number) => Promise<Thief[]> = async () => [],
): Promise<DrillScore> {
  const startedAtMs = monotonicMs();
  const { people, seed, io, signal } = asked;
  const drill = await openDrillPlatform(asked);
  const staff = new Staff(drill);
  try {
    const begun = await drill.beginDay(SCORED_PROOF_SHARE);
    const thieves = await prepare(drill, begun.midnightMs);
    const say = (text: string) => io.stderr(`drill: ${text}\n`);
    const day = {
      ...begun,
      proofShare: SCORED_PROOF_SHARE,
      seed,
      away: new Set<string>(),
      thieves,
      signal,
      say,
    };
    const honest = [honestScore(SCORED_PROOF_SHARE, await simulateDay({ drill, staff }, day))];
    io.stderr('drill: the theft\n');
    const outcome = await attack(drill);
    if (drill.internalErrors.length > 0) throw drill.internalErrors[0];
    const wallSeconds = Math.round((monotonicMs() - startedAtMs) / 100) / 10;
    const about = { drill: name, people, seed, profession: null, stolenAccounts: null };
    return scoreOf(about, { runs: [], honest, wallSeconds, ...outcome });
  } finally {
    await staff.close();
    await drill.close();
  }
}

const FIRST_ATTEMPT_MS = 9 * 3_600_000;

export async function passwordDrill(asked: DrillOptions): Promise<DrillScore> {
  const thieves: PasswordThief[] = [];
  const attack = async (): Promise<Outcome> => {
    const [thief] = thieves;
    if (!thief) throw new Error('there was no thief');
    return {
      attackerQueries: thief.queries,
      personsExposed: thief.persons,
      attempts: [...thief.tried].map(([what, { count, answers }]) => ({
        what,
        count,
        result: said(answers),
      })),
      how: [
        thief.opened.length === 0
          ? {
              fr: 'Aucun essai n’a obtenu de jeton, de session ni de réponse : rien ici n’a de mot de passe.',
              en: 'No attempt got a token, a session or an answer: nothing here has a password.',
            }
          : {
              fr: `Ces essais ont abouti : ${letIn(thief)}.`,
              en: `These attempts were let in: ${letIn(thief)}.`,
            },
      ],
    };
  };
  return afterAWorkingDay('stolen-password', asked, attack, async (drill, midnightMs) => {
    thieves.push(await PasswordThief.prepare(drill, midnightMs + FIRST_ATTEMPT_MS));
    return thieves;
  });
}

const letIn = ({ opened }: PasswordThief) => [...new Set(opened)].join(', ');

const said = (answers: Record<string, number>) =>
  Object.entries(answers)
    .map(([answer, count]) => `${count} × ${answer}`)
    .join(', ');

export function databaseDrill(asked: DrillOptions): Promise<DrillScore> {
  return afterAWorkingDay('stolen-database', asked, async (drill) => {
    const reader = new DumpReader(drill.people.all);
    const tables = await drill.store.dump((value) => reader.take(value));
    const files = await operatorFiles(drill);
    for (const path of files) reader.take(await readFile(path));
    for (const path of files) reader.take((await readFile(path)).toString('latin1'));
    const { values, bytes, digestsCompared, keysTried, found, persons } = reader.finish();
    const forms = Object.keys(found);
    return {
      attackerQueries: values + keysTried,
      personsExposed: persons,
      attempts: [
        {
          what: 'values of the dump and files read, in the clear, hexadecimal and base64',
          count: values,
          result: forms.length === 0 ? 'nobody found' : forms.join(', '),
        },
        {
          what: 'digests compared with those of every member',
          count: digestsCompared,
          result: 'MD5, SHA-1, SHA-256, SHA-512',
        },
        { what: 'texts of the dump tried as keys', count: keysTried, result: 'AES-256-GCM and HMAC-SHA-256' },
      ],
      how: [
        {
          fr: `${tables} tables et ${files.length} fichiers, ${Math.round(bytes / 1e6)} Mo, ont été lus : mots de passe de la base, clé TLS de l’opérateur et toutes les lignes compris.`,
          en: `${tables} tables and ${files.length} files, ${Math.round(bytes / 1e6)} MB, were read: database passwords, the operator’s TLS key and every row included.`,
        },
        persons === 0
          ? {
              fr: 'Aucun NIR, aucune date de naissance ni aucun numéro d’adhérent n’y figure, sous aucun codage ni aucune empreinte ; les dossiers sont scellés, et leurs clés sont dans le coffre.',
              en: 'No national number, birth date or member number stands there, in no encoding and under no digest; records are sealed, and their keys are in the vault.',
            }
          : {
              fr: `${persons} personnes ont été trouvées : ${forms.join(', ')}.`,
              en: `${persons} persons were found: ${forms.join(', ')}.`,
            },
      ],
    };
  });
}

/** What a taken-over operator's host holds: neither the vault's folder nor what belongs to other people. */
async function operatorFiles({ platform }: DrillPlatform): Promise<string[]> {
  const { base, tls, trust } = platform.paths;
  const names = await readdir(base, { recursive: true, withFileTypes: true });
  const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return paths.filter((path) => {
    if (path.startsWith(tls))
      return /^(?:operator|ca)(?:-key)?\.pem$/.test(relative(tls, path)) && !path.endsWith('ca-key.pem');
    if (path.startsWith(trust)) return !path.endsWith('root.jwk.json');
    return /^(?:world\.json|logs)/.test(relative(base, path));
  });
}

export function ledgerDrill(asked: DrillOptions): Promise<DrillScore> {
  return afterAWorkingDay('edited-ledger', asked, async ({ platform, clock }) => {
    await platform.stopOperator();
    clock.advance(DAY_MS);
    const verify = (ledger: Parameters<typeof verifyLedger>[0]['ledger']) =>
      verifyLedger({
        ledger,
        journal: journalDirectory(platform.paths.journal),
        trusted: platform.ledger,
        clock,
        sleep: async (ms) => clock.advance(ms),
      });
    const { untouched, attempts } = await editLedger(platform.ownerUrl, verify);
    if (!untouched.ok)
      throw new Error(`the ledger does not verify before anybody touched it: ${untouched.reason}`);
    const unnoticed = attempts.filter(({ named }) => !named);
    return {
      attackerQueries: attempts.length,
      personsExposed: 0,
      changes: { made: attempts.length, named: attempts.length - unnoticed.length },
      attempts: attempts.map(({ what, rows, reason }) => ({ what, count: rows, result: reason })),
      how: [
        {
          fr: `${untouched.entries} inscriptions ; ${attempts.length} façons de les modifier en propriétaire de la base, ${attempts.length - unnoticed.length} nommées par le vérificateur.`,
          en: `${untouched.entries} entries; ${attempts.length} ways to change them as the owner of the database, ${attempts.length - unnoticed.length} named by the verifier.`,
        },
        ...unnoticed.map(({ what }) => ({ fr: `Non remarqué : ${what}.`, en: `Not noticed: ${what}.` })),
      ],
    };
  });
}

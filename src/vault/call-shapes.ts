// PURE. What a call must look like before a verb sees it: the socket's peer may be a taken-over operator, and a value
// of the wrong type must never reach a budget, a key or the journal. Only shapes: what they mean is the vault's matter.

import { EMERGENCY_REASONS } from '../core/emergency-reasons.ts';
import type { Verb } from './protocol.ts';
import { count, listOf, matching, oneOf, record, type Shape, text } from './shapes.ts';

/** Doors are derived from ASCII fields (lib/bytes.ts): with any other, two spellings could give one door. */
const field = matching(/^[\x20-\x7e]{1,64}$/);
const birthRank: Shape = (value) => count(value) && (value as number) >= 1 && (value as number) <= 9;
const amcNo = matching(/^\d{10}$/);

const person = { nir: field, birthDate: field, birthRank };
/** Longer than any card (core/card.ts): what it holds is looked at when it is verified. */
const cardData = matching(/^[\w-]{1,2048}$/);
const presence = oneOf([
  record({ kind: matching(/^card$/), data: cardData }),
  record({ ...person, kind: matching(/^member-number$/), memberNo: field }),
  record({ ...person, kind: matching(/^identity-only$/) }),
]);
const engagement = record({
  kind: matching(/^engagement$/),
  engagementNo: matching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
});
/** Longer tokens than any of ours or of Pro Santé Connect are not looked at. */
const token: Shape = (value) => typeof value === 'string' && value.length <= 16_384;
const publicKey = record({ x: matching(/^[\w-]{43}$/), y: matching(/^[\w-]{43}$/) });
const sessionProof = record({
  kind: matching(/^session$/),
  session: token,
  publicKey,
  method: matching(/^[A-Z]{1,10}$/),
  path: text,
  body: token,
  nonce: matching(/^[\w-]{22,64}$/),
  signature: matching(/^[\w-]{86}$/),
});
const proof = oneOf([record({ kind: matching(/^token$/), client: text, token }), sessionProof]);
/** Longer credential ids than WebAuthn allows are not looked at. */
const credentialId = matching(/^[\w-]{1,1364}$/);
const assertion = record({
  id: credentialId,
  rawId: credentialId,
  type: matching(/^public-key$/),
  response: record({ clientDataJSON: token, authenticatorData: token, signature: token }),
});
const noticeText: Shape = (value) => typeof value === 'string' && value.length <= 2_048;
const month = matching(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const approvals = listOf(record({ staff: text, jws: text }));
/** A hundred lines of a claim are longer than no other text. */
const claimText: Shape = (value) => typeof value === 'string' && value.length <= 32_768;
const run = matching(/^[\w.:-]{1,64}$/);
const structure = matching(/^[\x20-\x7e]{1,64}$/);
const replayItem = record({ scope: text, body: text });
const openItem = oneOf([
  record({ proof, amcNo, evidence: presence, request: replayItem }),
  record({ proof, amcNo: (value) => value === null, evidence: engagement, request: replayItem }),
]);
const hex32 = matching(/^[0-9a-f]{32}$/);
const key = matching(/^[\w-]{43}$/);
/** Names of counters: as ASCII as the fields of a door. */
const counter = matching(/^[\x20-\x7e]{1,128}$/);
const manifest = record({ text, jws: text });

const SHAPES: Readonly<Record<Verb, Shape>> = {
  state: record({}),
  open: record({ items: listOf(openItem) }),
  engagementKeys: record({ items: listOf(record({ amcNo, locator: hex32, doorKey: key })) }),
  counterKeys: record({ items: listOf(record({ amcNo, recordId: hex32, counter })) }),
  sealClaims: record({ amcNo, items: listOf(record({ text: claimText, guard: noticeText })) }),
  openClaims: record({ amcNo, run, sealed: listOf(matching(/^[\w-]{1,65536}$/)) }),
  sealBankDetails: record({ proof: sessionProof }),
  openBankDetails: record({
    run,
    digest: matching(/^[0-9a-f]{64}$/),
    approvals,
    items: listOf(record({ structure, sealed: matching(/^[\w-]{1,4096}$/) })),
  }),
  tokenKey: record({}),
  exchangeToken: record({ client: text, subjectToken: token, structure: text }),
  bindSession: record({ idToken: token, publicKey, structure: text }),
  passkeyChallenge: record({ purpose: matching(/^(?:register|sign-in)$/), publicKey }),
  registerPasskey: record({ proof: sessionProof, challengeToken: token }),
  changeClient: record({ proof: sessionProof }),
  emergency: record({ proof, reason: (value) => EMERGENCY_REASONS.some((reason) => reason === value) }),
  passkeySignIn: record({ passkey: token, challengeToken: token, response: assertion, publicKey }),
  bindPasskeySession: record({ signIn: token, publicKey, structure: text }),
  renewToken: record({ client: text, refreshToken: token }),
  replay: record({ items: listOf(replayItem) }),
  tag: record({
    month,
    items: listOf(record({ amcNo, recordId: matching(/^(?:[0-9a-f]{32})?$/) }, { journalNo: count })),
  }),
  untag: record({
    incident: run,
    month,
    items: listOf(record({ amcNo, tag: hex32 })),
    approvals,
  }),
  signFlush: record({
    first: count,
    count: (value) => count(value) && (value as number) > 0,
    root: matching(/^[A-Za-z0-9+/]{43}=$/),
  }),
  signCheckpoint: record({ from: count, count }),
  acceptManifest: record({ amcNo, manifest }),
  fingerprint: record({ amcNo, manifest, block: count }),
  seal: record({ amcNo, manifest, block: count, bitmapBytes: count }),
  beginEpoch: record({ amcNo }),
  endEpochsBefore: record({ amcNo, epoch: count }),
  epochs: record({ amcNo }),
  journal: record({ numbers: listOf(count) }),
  identityHalfKey: record({ amcNo }),
  acceptIdentityHalf: record({ amcNo, jwe: matching(/^[\w-]+\.[\w-]*\.[\w-]*\.[\w-]+\.[\w-]+$/) }),
  sealNotices: record({ items: listOf(record({ amcNo, text: noticeText })) }),
  openNotices: record({ amcNo, sealed: listOf(matching(/^[\w-]{1,4096}$/)) }),
  giveBack: record({ journalNos: listOf(count) }),
  locateCards: record({ amcNo, handles: listOf(matching(/^[\w-]{21}[AQgw]$/)) }),
  openedSince: record({ after: count }),
  lock: record({ by: text, reason: text }),
  unlock: record({ approvals }),
};

/** Is this a verb, and its input of the right shape? Members that nobody reads are let pass. */
export function isCall(verb: unknown, input: unknown): verb is Verb {
  return typeof verb === 'string' && Object.hasOwn(SHAPES, verb) && SHAPES[verb as Verb](input);
}

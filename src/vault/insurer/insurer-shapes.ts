// PURE. What a call to an insurer's vault must look like before a verb sees it. Only shapes: what they mean is the
// vault's matter.

import { isRawBirthDate } from '../../core/birth-date.ts';
import { CARE_DOMAINS, type CareDomain } from '../../core/care-domains.ts';
import { isBirthRank, isConvType, isCsr, isRuleId } from '../../core/ids.ts';
import { isCareDate } from '../../core/period.ts';
import { count, listOf, matching, oneOf, record, type Shape, text } from '../shapes.ts';
import type { InsurerVerb } from './insurer-protocol.ts';

const nothing: Shape = (value) => value === null;
const domain: Shape = (value) => CARE_DOMAINS.includes(value as CareDomain);
/** Names of keys, from the trust list. */
const listed = oneOf([listOf(text), nothing]);
const coordinate = matching(/^[\w-]{43}$/);
const order = record({
  birthDate: isRawBirthDate,
  birthRank: isBirthRank,
  convType: isConvType,
  csr: oneOf([isCsr, nothing]),
  domains: listOf(record({ domain, rule: isRuleId })),
  from: isCareDate,
  to: isCareDate,
});

const SHAPES: Readonly<Record<InsurerVerb, Shape>> = {
  state: record({}),
  cardKeys: record({}),
  signCards: record({ cards: listOf(order), listed }),
  signStatusList: record({ shard: text, issuedAt: count, expires: count, listed }),
  wrapIdentityHalf: record({
    key: record({ x: coordinate, y: coordinate }),
    signature: matching(/^[A-Za-z0-9+/]{86}==$/),
    listed,
  }),
  replaceCardKey: record({ kid: text }),
  lock: record({ by: text, reason: text }),
  unlock: record({ approvals: listOf(record({ staff: text, jws: text })) }),
};

/** Is this a verb, and its input of the right shape? */
export function isInsurerCall(verb: unknown, input: unknown): verb is InsurerVerb {
  return typeof verb === 'string' && Object.hasOwn(SHAPES, verb) && SHAPES[verb as InsurerVerb](input);
}

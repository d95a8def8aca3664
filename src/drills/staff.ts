// The honest people of a drill: each at the software of their own site, asking what the synthetic day makes them ask.

import type { Reply } from '../cli/operator-client.ts';
import type { RawBirthDate } from '../core/birth-date.ts';
import type { BirthRank, CardHandle, ConvType, Csr, RuleId } from '../core/ids.ts';
import type { DemoAccount } from '../demo/accounts.ts';
import { parisDate } from '../lib/clock.ts';
import { randomId } from '../lib/random.ts';
import { DRILL_INSURER } from './crowd.ts';
import type { ListedPerson } from './listed-person.ts';
import type { DrillPlatform } from './platform.ts';
import { byMistypedNumber, byNumber, type Evidence, question } from './questions.ts';
import type { Ask } from './workload.ts';
import { Workstation } from './workstation.ts';

/** `refusedBy`: how often each refusal came. `freshSignIns`: how often the platform wanted to see a person again. */
export type HonestFigures = {
  checks: number;
  refused: number;
  refusedBy: Record<string, number>;
  freshSignIns: number;
};

export class Staff {
  readonly #drill: DrillPlatform;
  readonly #accounts: ReadonlyMap<string, DemoAccount>;
  #freshSignIns = 0;
  readonly #workstations = new Map<string, Promise<Workstation>>();

  constructor(drill: DrillPlatform) {
    this.#drill = drill;
    this.#accounts = new Map(drill.sites.flatMap(({ accounts }) => accounts.map((one) => [one.id, one])));
  }

  at(account: string): Promise<Workstation> {
    const known = this.#workstations.get(account) ?? this.#open(account);
    this.#workstations.set(account, known);
    return known;
  }

  /** One look-up of the synthetic day. */
  async ask({ account, site, person, evidence, mistyped }: Ask): Promise<Reply> {
    const about = this.#drill.people.covered[person];
    if (!about) throw new Error('the load asks for somebody who is not there');
    const careDate = parisDate(this.#drill.clock.nowMs());
    const shown =
      evidence === 'card'
        ? this.#card(about, careDate)
        : mistyped
          ? byMistypedNumber(about)
          : byNumber(about);
    const workstation = await this.at(account);
    return workstation.check(
      question(
        { ...about, insurer: DRILL_INSURER.amcNo },
        { requestId: randomId(), careDate, profession: site.profession, evidence: shown },
      ),
    );
  }

  /** Asked for by the platform, so far. */
  get freshSignIns(): number {
    return this.#freshSignIns;
  }

  async close(): Promise<void> {
    for (const one of this.#workstations.values()) (await one).close();
    this.#workstations.clear();
  }

  #open(id: string): Promise<Workstation> {
    const account = this.#accounts.get(id);
    if (!account) throw new Error(`the drill has no account ${id}`);
    const { platform, clock } = this.#drill;
    return Workstation.open({
      platform,
      clock,
      account,
      onFreshSignIn: () => {
        this.#freshSignIns += 1;
      },
    });
  }

  /** Their signed card, as their insurer issued it. */
  #card({ card, beneficiary, convType, csr, periods }: ListedPerson, day: string): Evidence {
    const desk = this.#drill.platform.cardDesks.find(({ amcNo }) => amcNo === DRILL_INSURER.amcNo);
    if (!desk || !card) throw new Error('somebody shows a card who has none');
    const cover = periods
      .filter(({ from, to }) => from <= day && (to === null || day <= to))
      .map(({ domain, rule }) => ({ domain, rule: rule as RuleId }));
    const data = desk.issue({
      handle: card.handle as CardHandle,
      convType: convType as ConvType,
      csr: csr as Csr | null,
      birthDate: beneficiary.birthDate as RawBirthDate,
      birthRank: beneficiary.birthRank as BirthRank,
      cover,
    });
    return { kind: 'card', data: data.toString('base64url') };
  }
}

export function countReply(figures: HonestFigures, { status, body }: Reply): void {
  figures.checks += 1;
  if (status === 200) return;
  figures.refused += 1;
  const code = String(body['code']);
  figures.refusedBy[code] = (figures.refusedBy[code] ?? 0) + 1;
}

// PURE type of what an insurer's list says of somebody, and what a thief of such a list knows. Fictitious people only.

import type { FeedPerson } from '../demo/people.ts';

export type ListedPerson = Pick<FeedPerson, 'ref' | 'memberNo' | 'card' | 'convType' | 'csr' | 'periods'> & {
  beneficiary: Pick<FeedPerson['beneficiary'], 'nir' | 'birthDate' | 'birthRank'>;
};

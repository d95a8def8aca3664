// Care domains, and which profession may ask about which (CONTRACT.md 3.1, DOMAIN.md 4.3 and 8).
// Must never widen: a domain that is not listed for a profession is refused, and nobody may ask about SVIL or DIV yet.
/** The 19 domains of feeds and requests. Insurers expand grouped codes (RLAX, PHCN, DENT) before sending. */
export const CARE_DOMAINS = [
    'PHAR',
    'MED',
    'LABO',
    'RADL',
    'AUXM',
    'SAGE',
    'EXTE',
    'CSTE',
    'HOSP',
    'OPTI',
    'AUDI',
    'DESO',
    'DEPR',
    'ODF',
    'TRAN',
    'FOUR',
    'URGE',
    'SVIL',
    'DIV',
];
const RANKS = new Map(CARE_DOMAINS.map((domain, rank) => [domain, rank]));
export function isCareDomain(value) {
    return RANKS.has(value);
}
/** Place of a domain in CARE_DOMAINS: the order in which periods are kept. */
export function careDomainRank(domain) {
    return RANKS.get(domain) ?? CARE_DOMAINS.length;
}
export const PROFESSIONS = {
    doctor: { code: '10', domains: ['MED', 'RADL'], plannedCare: false },
    pharmacist: { code: '21', domains: ['PHAR', 'FOUR'], plannedCare: false },
    audioprosthetist: { code: '26', domains: ['AUDI'], plannedCare: false },
    optician: { code: '28', domains: ['OPTI'], plannedCare: false },
    dentist: { code: '40', domains: ['DESO', 'DEPR', 'ODF'], plannedCare: false },
    midwife: { code: '50', domains: ['SAGE', 'MED'], plannedCare: false },
    nurse: { code: '60', domains: ['AUXM'], plannedCare: false },
    physiotherapist: { code: '70', domains: ['AUXM'], plannedCare: false },
    'speech-therapist': { code: '91', domains: ['AUXM'], plannedCare: false },
    laboratory: { code: null, domains: ['LABO'], plannedCare: false },
    hospital: { code: null, domains: ['HOSP', 'EXTE', 'URGE'], plannedCare: true },
    // NOTE the domains of its declared activities are added when the directory holds them.
    'health-centre': { code: null, domains: ['CSTE'], plannedCare: false },
    transporter: { code: null, domains: ['TRAN'], plannedCare: false },
};
export function isProfession(value) {
    return typeof value === 'string' && Object.hasOwn(PROFESSIONS, value);
}
/** The purpose rule: does this care domain suit this profession? */
export function mayAsk(profession, domain) {
    const facts = PROFESSIONS[profession];
    return facts.domains.includes(domain);
}
/** The professions that may ask about a domain, in the order of PROFESSIONS. */
export function professionsFor(domain) {
    return Object.keys(PROFESSIONS)
        .filter(isProfession)
        .filter((profession) => mayAsk(profession, domain));
}
//# sourceMappingURL=care-domains.js.map
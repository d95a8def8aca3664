// PURE data: what Pro Santé Connect says about a professional, in its own words and shapes (DOMAIN.md 8.1).
// Fictitious people only. It must never decide what a person may do: that is the operator's matter.

/** One place of work; `structureId` becomes PSC's identifiantTechniqueDeLaStructure. */
export type PscActivity = {
  /** National profession code: 10 doctor, 21 pharmacist … (DOMAIN.md 8). */
  professionCode: string;
  structureId: string;
  structureName: string;
  place: string;
};

export type PscPerson = {
  /** National id: `8` and an RPPS number of 11 digits. */
  idNps: string;
  familyName: string;
  givenName: string;
  activities: readonly PscActivity[];
};

export type PscClient = {
  id: string;
  secret: string;
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
  /** Told when a session ends; on this machine, as everything of the demo. */
  backchannelLogoutUri?: string;
};

const PROTOCOL = '/protocol/openid-connect';

/** Paths as Pro Santé Connect has them; all but the realm itself stand below it. */
export const PSC_PATHS = {
  realm: '/auth/realms/esante-wallet',
  protocol: PROTOCOL,
  userInfo: `${PROTOCOL}/userinfo`,
  logout: `${PROTOCOL}/logout`,
  stylesheet: '/simulator.css',
  interaction: '/interaction/',
} as const;

/** The level of assurance PSC gives, and the only one it takes as `acr_values`. */
export const PSC_ACR = 'eidas1';

/** PSC's `sub` carries the id of the user federation, the same for everyone. */
const FEDERATION = '00000000-de40-4000-8000-000000000000';
const SUBJECT = new RegExp(`^f:${FEDERATION}:(8\\d{11})$`);

export const pscSubject = (idNps: string): string => `f:${FEDERATION}:${idNps}`;
export const idNpsOf = (subject: string): string | null => SUBJECT.exec(subject)?.[1] ?? null;

const PROFESSION_OID = '1.2.250.1.213.1.1.5.5';
const SECTOR_OID = '1.2.250.1.71.4.2.4';
const AUTHENTICATION_OID = '1.2.250.1.213.1.5.1.1.1';
const LOCALE_OID = '1.2.250.1.213.1.3.1.1';

/** What the ID token and the access token say beside the protocol's own claims. */
export function pscTokenClaims(person: PscPerson) {
  return { SubjectNameID: person.idNps, SubjectRefPro: subjectRefPro(person), idp: 'PSC' } as const;
}

/** What UserInfo says: the same, and PSC's older flat claims, which speak of the first activity only. */
export function pscUserClaims(person: PscPerson) {
  const [first] = person.activities;
  const code = first?.professionCode ?? '';
  return {
    ...pscTokenClaims(person),
    sub: pscSubject(person.idNps),
    family_name: person.familyName,
    given_name: person.givenName,
    preferred_username: person.idNps,
    email_verified: false,
    SubjectRole: professionCodes(person).map((one) => `${one}^${PROFESSION_OID}`),
    SubjectOrganization: first?.structureName ?? '',
    SubjectOrganizationID: first?.structureId ?? '',
    Secteur_Activite: `${sectorOf(code)}^${SECTOR_OID}`,
    Palier_Authentification: `APPPRIP3^${AUTHENTICATION_OID}`,
    Mode_Acces_Raison: '',
    Acces_Regulation_Medicale: 'FAUX',
    UITVersion: '1.0',
    PSI_Locale: LOCALE_OID,
    otherIds: [{ identifiant: person.idNps, origine: 'RPPS', qualite: '1' }],
  };
}

/** A person's professions, each once, in the order of the activities. */
const professionCodes = (person: PscPerson): string[] => [
  ...new Set(person.activities.map(({ professionCode }) => professionCode)),
];

/** One "exercice" for each profession, holding the places where it is practised. */
function subjectRefPro(person: PscPerson) {
  return {
    codeCivilite: '',
    exercices: professionCodes(person).map((code) => ({
      codeProfession: code,
      codeCategorieProfessionnelle: 'C',
      codeCiviliteDexercice: '',
      nomDexercice: person.familyName,
      prenomDexercice: person.givenName,
      codeTypeSavoirFaire: '',
      codeSavoirFaire: '',
      activities: person.activities.filter((one) => one.professionCode === code).map(activityClaims),
    })),
  };
}

/** Fields that the demo's world does not know are empty, as PSC leaves them: it never leaves one out. */
function activityClaims({ professionCode, structureId, structureName, place }: PscActivity) {
  return {
    codeModeExercice: SALARIED.has(professionCode) ? 'S' : 'L',
    codeSecteurDactivite: sectorOf(professionCode),
    codeSectionPharmacien: professionCode === '21' ? 'A' : '',
    codeRole: '',
    codeGenreActivite: 'GENR01',
    numeroSiretSite: '',
    numeroSirenSite: '',
    numeroFinessSite: '',
    numeroFinessetablissementJuridique: '',
    identifiantTechniqueDeLaStructure: structureId,
    raisonSocialeSite: structureName,
    enseigneCommercialeSite: structureName,
    libelleCommune: place,
    autoriteDenregistrement: 'SIMULATEUR',
  };
}

/** Laboratory technicians and the admissions desk work for an employer. */
const SALARIED: ReadonlySet<string> = new Set(['86', '313']);

/** Sectors of activity (TRE_R02; SA25 and SA33 not checked against it); SA07 (a practice) unless the profession works elsewhere. */
const SECTORS: ReadonlyMap<string, string> = new Map([
  ['21', 'SA33'], // community pharmacy
  ['86', 'SA25'], // medical laboratory
  ['313', 'SA01'], // public hospital
]);
const sectorOf = (professionCode: string): string => SECTORS.get(professionCode) ?? 'SA07';

const PROFESSION_NAMES: ReadonlyMap<string, { fr: string; en: string }> = new Map([
  ['10', { fr: 'Médecin', en: 'Doctor' }],
  ['21', { fr: 'Pharmacien', en: 'Pharmacist' }],
  ['26', { fr: 'Audioprothésiste', en: 'Audioprosthetist' }],
  ['28', { fr: 'Opticien-lunetier', en: 'Optician' }],
  ['40', { fr: 'Chirurgien-dentiste', en: 'Dentist' }],
  ['50', { fr: 'Sage-femme', en: 'Midwife' }],
  ['60', { fr: 'Infirmier', en: 'Nurse' }],
  ['70', { fr: 'Masseur-kinésithérapeute', en: 'Physiotherapist' }],
  ['86', { fr: 'Technicien de laboratoire', en: 'Laboratory technician' }],
  ['91', { fr: 'Orthophoniste', en: 'Speech therapist' }],
  ['313', { fr: 'Agent des admissions', en: 'Admissions officer' }],
]);

/** What the sign-in page calls a profession; its code when we know no name. */
export function professionName(code: string): { fr: string; en: string } {
  return PROFESSION_NAMES.get(code) ?? { fr: `Profession ${code}`, en: `Profession ${code}` };
}

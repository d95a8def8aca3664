// One sheet of A4, folded in three: a letter, the card in the layout French counters know, and what to do when its code
// cannot be read. The five fields are printed even when empty, and the code is always in the same place.

import { symbolBars } from '../../symbols/draw-card.ts';
import { type Paper, SHEET, Sheets, SOFT } from './paper.ts';
import type { Issuer, PrintedCard } from './printed-card.ts';

const LEFT = 12;
const RIGHT = SHEET.width - LEFT;
/** Each third of the sheet. */
const THIRD = SHEET.height / 3;
/** Upper edge of the card, and where its code lies: the same on every card, whatever its size. */
const CARD = THIRD;
const CODE = { x: 152, y: CARD + 15, side: 44 } as const;
const BLOCK = { x: LEFT, y: CARD + 15, width: 134, height: 23 } as const;
const UPPER = BLOCK.y + 4;
const LOWER = UPPER + BLOCK.height / 2;
const BELOW = BLOCK.y + BLOCK.height + 8;
/** The five of the attestation in their frame, validity top left; then whose card it is. Places of the labels, widths in mm. */
const FIELDS = {
  period: { label: 'Période de validité', place: { x: LEFT + 2, y: UPPER }, width: 96 },
  amcNo: { label: 'N° AMC', place: { x: LEFT + 2, y: LOWER }, width: 29 },
  convType: { label: 'Type de convention', place: { x: LEFT + 34, y: LOWER }, width: 29 },
  csr: { label: 'CSR', place: { x: LEFT + 66, y: LOWER }, width: 24 },
  memberNo: { label: 'N° adhérent', place: { x: LEFT + 92, y: LOWER }, width: 40 },
  holder: { label: 'Bénéficiaire', place: { x: LEFT, y: BELOW }, width: 84 },
  birthDate: { label: 'Date de naissance', place: { x: 100, y: BELOW }, width: 28 },
  birthRank: { label: 'Rang', place: { x: 130, y: BELOW }, width: 10 },
} as const;
const LABEL = { size: 6.5, shade: SOFT } as const;
const CELLS = { x: LEFT, y: CARD + 64, columns: 7, height: 9 } as const;

/** A page for each card. */
export async function cardsPdf(issuer: Issuer, cards: readonly PrintedCard[]): Promise<Uint8Array> {
  const sheets = await Sheets.begin('Cartes de tiers payant', (paper) => sameOnAll(paper, issuer));
  for (const card of cards) sheets.add((paper) => onlyHere(paper, card));
  return sheets.pdf();
}

function sameOnAll(paper: Paper, issuer: Issuer): void {
  for (const y of [THIRD, 2 * THIRD]) paper.line({ x: 0, y }, { x: SHEET.width, y }, true);
  letter(paper, issuer);
  heading(paper, issuer);
  labels(paper);
  help(paper, issuer);
}

function onlyHere(paper: Paper, card: PrintedCard): void {
  paper.text({ x: LEFT, y: 34 }, card.holder.name, { size: 11, width: RIGHT - LEFT });
  fields(paper, card);
  guarantees(paper, card);
  code(paper, card);
}

function letter(paper: Paper, { name }: Issuer): void {
  const width = RIGHT - LEFT;
  paper.text({ x: LEFT, y: 20 }, name, { size: 15, bold: true, width });
  paper.text({ x: LEFT, y: 48 }, 'Votre carte de tiers payant', { size: 13, bold: true });
  let y = 56;
  for (const text of LETTER) y = paper.paragraph({ x: LEFT, y }, text, { size: 10, width }) + 1;
  paper.text({ x: LEFT, y: THIRD - 2.5 }, 'Pliez sur les deux lignes : la carte est au milieu.', LABEL);
}

function heading(paper: Paper, { name }: Issuer): void {
  paper.text({ x: LEFT, y: CARD + 10 }, 'Carte de tiers payant', { size: 13, bold: true });
  paper.text({ x: 70, y: CARD + 10 }, name, { size: 11, bold: true, width: 78 });
  paper.text({ x: CODE.x + 4, y: CODE.y - 4 }, 'Code signé par la mutuelle', LABEL);
  paper.text({ x: LEFT, y: CELLS.y - 2 }, 'Tiers payant accordé', LABEL);
}

/** The labels of the attestation are printed whatever is filled in. */
function labels(paper: Paper): void {
  const { x, y, width, height } = BLOCK;
  paper.frame(BLOCK, { width, height }, 1);
  paper.line({ x, y: y + height / 2 }, { x: x + width, y: y + height / 2 });
  for (const { place, label } of Object.values(FIELDS)) paper.text(place, label, LABEL);
}

function fields(paper: Paper, card: PrintedCard): void {
  const [from, to] = card.period;
  const values: Readonly<Record<keyof typeof FIELDS, string>> = {
    period: `du ${from} au ${to}`,
    amcNo: card.amcNo,
    convType: card.convType,
    csr: card.csr,
    memberNo: card.memberNo,
    holder: card.holder.name,
    birthDate: card.birthDate,
    birthRank: String(card.birthRank),
  };
  for (const [name, { place, width }] of Object.entries(FIELDS)) {
    const value = values[name as keyof typeof FIELDS];
    paper.text({ x: place.x, y: place.y + 5 }, value, { size: 11, bold: true, width });
  }
  if (!card.holder.responsible) return;
  paper.text({ x: BLOCK.x + 104, y: BLOCK.y + 9 }, 'R', { size: 18, bold: true });
  paper.text({ x: BLOCK.x + 111, y: BLOCK.y + 8.6 }, 'contrat responsable', { ...LABEL, width: 21 });
}

/** One cell for each domain, in their usual order: code above, what is paid below. */
function guarantees(paper: Paper, { cover }: PrintedCard): void {
  const width = (RIGHT - LEFT) / CELLS.columns;
  for (const [i, { domain, rule }] of cover.entries()) {
    const x = CELLS.x + (i % CELLS.columns) * width;
    const y = CELLS.y + Math.floor(i / CELLS.columns) * CELLS.height;
    paper.frame({ x, y }, { width, height: CELLS.height });
    paper.text({ x: x + 1.5, y: y + 3.8 }, domain, { size: 8, bold: true });
    paper.text({ x: x + 1.5, y: y + 7.6 }, rule, { size: 8, width: width - 3 });
  }
}

function code(paper: Paper, { card }: PrintedCard): void {
  const { side, quiet, bars } = symbolBars(card, 'datamatrix');
  const module = CODE.side / (side + 2 * quiet);
  const inset = quiet * module;
  paper.bars({ x: CODE.x + inset, y: CODE.y + inset }, bars, module);
}

function help(paper: Paper, issuer: Issuer): void {
  const top = 2 * THIRD;
  const width = RIGHT - LEFT;
  paper.text({ x: LEFT, y: top + 12 }, 'Le code ne se lit pas ?', { size: 12, bold: true });
  let y = top + 19;
  for (const text of UNREADABLE) y = paper.paragraph({ x: LEFT, y }, text, { size: 9.5, width }) + 1.2;
  paper.text({ x: LEFT, y: y + 5 }, 'À savoir', { size: 12, bold: true });
  y += 12;
  for (const text of TO_KNOW) y = paper.paragraph({ x: LEFT, y }, text, { size: 9.5, width }) + 1.2;
  if (issuer.phone === null) return;
  paper.text({ x: LEFT, y: y + 3 }, `${issuer.name} : ${issuer.phone}`, { size: 10, bold: true, width });
}

const LETTER = [
  'Présentez cette carte avec votre carte Vitale chez les professionnels de santé : vous ne faites pas l’avance de ce que votre mutuelle paie.',
  'Le professionnel scanne le code. Il sait aussitôt si vous êtes couvert, même quand le réseau ou le service est coupé.',
  'Une carte plus récente remplace celle-ci. Perdue ou volée : dites-le à votre mutuelle, qui l’annule.',
];

const UNREADABLE = [
  '1. Lissez la carte, éclairez-la, et tenez le lecteur à 10 ou 20 cm. Une photo nette du code suffit aussi.',
  '2. Sinon, saisissez les cinq champs du cadre, le numéro de sécurité sociale de la carte Vitale, la date de naissance et le rang : le contrôle des droits répond sans le code.',
  '3. Ni code ni réseau : cette carte imprimée ne suffit pas à garantir le paiement. Le patient règle la part de la mutuelle et lui envoie sa facture.',
];

const TO_KNOW = [
  'Le code ne contient ni nom, ni numéro de sécurité sociale, ni numéro d’adhérent. Il est signé : une carte modifiée ou inventée est refusée.',
  'R : contrat responsable. PEC : prise en charge à demander avant les soins. Les droits sont ceux du jour des soins.',
  'Votre mutuelle ne vous demande jamais un code, un mot de passe ou une photo de cette carte par téléphone, e-mail ou SMS.',
];

// English names of professions and care domains; the codes stay French, for they stand on cards and invoices.

import type { Catalogue } from './catalogue.ts';
import type { WordKey } from './words-fr.ts';

export const WORDS_EN: Catalogue<WordKey> = {
  'profession.doctor': 'Doctor',
  'profession.pharmacist': 'Pharmacy',
  'profession.audioprosthetist': 'Hearing-aid specialist',
  'profession.optician': 'Optician',
  'profession.dentist': 'Dentist',
  'profession.midwife': 'Midwife',
  'profession.nurse': 'Nurse',
  'profession.physiotherapist': 'Physiotherapist',
  'profession.speech-therapist': 'Speech therapist',
  'profession.laboratory': 'Laboratory',
  'profession.hospital': 'Hospital',
  'profession.health-centre': 'Health centre',
  'profession.transporter': 'Medical transport',
  'domain.PHAR': 'Pharmacy',
  'domain.MED': 'Doctors',
  'domain.LABO': 'Laboratory',
  'domain.RADL': 'Radiology',
  'domain.AUXM': 'Paramedical care',
  'domain.SAGE': 'Midwifery',
  'domain.EXTE': 'Outpatient care',
  'domain.CSTE': 'Health centre',
  'domain.HOSP': 'Hospital stay',
  'domain.OPTI': 'Optics',
  'domain.AUDI': 'Hearing aids',
  'domain.DESO': 'Dental care',
  'domain.DEPR': 'Dental prostheses',
  'domain.ODF': 'Orthodontics',
  'domain.TRAN': 'Transport',
  'domain.FOUR': 'Supplies',
  'domain.URGE': 'Emergency',
  'domain.SVIL': 'Town care',
  'domain.DIV': 'Other',
};

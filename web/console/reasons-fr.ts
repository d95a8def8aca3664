// PURE data: what happens at each limit, and why it is what it is, in French. The key is the English sentence of the table
// itself (src/vault, src/operator/guard): whoever changes one is asked for the other by a test.

export const REASONS_FR: ReadonlyMap<string, string> = new Map([
  [
    'refused until units are back; cards go on',
    'refus jusqu’à ce que des unités reviennent ; les cartes passent',
  ],
  [
    'this card is refused at this site until units are back',
    'cette carte est refusée dans ce lieu jusqu’à ce que des unités reviennent',
  ],
  [
    'cards are refused at this site until units are back',
    'les cartes sont refusées dans ce lieu jusqu’à ce que des unités reviennent',
  ],
  [
    'bad cards are no longer told apart; good cards go on',
    'les mauvaises cartes ne sont plus distinguées entre elles ; les bonnes passent',
  ],
  [
    'the insurer reads on when units are back; nothing is lost',
    'la mutuelle reprend sa lecture quand des unités reviennent ; rien n’est perdu',
  ],
  [
    'the insured person’s door, whoever asks, and each asker’s repeats of it: no honest person is asked for 300 times a day',
    'la porte de l’assuré, qui que ce soit qui demande, répétitions comprises : personne n’est cherché honnêtement 300 fois par jour',
  ],
  [
    'browsers first seen less than 24 hours ago: a locum’s first day at a new counter (mean 6 new patients), a thief’s new computer',
    'navigateurs vus pour la première fois il y a moins de 24 heures : le premier jour d’un remplaçant (6 patients nouveaux en moyenne), ou l’ordinateur neuf d’un voleur',
  ],
  [
    'people of an insurer that has fictitious members only: wide enough to try software and load with',
    'personnes d’une mutuelle qui n’a que des adhérents fictifs : assez large pour essayer les logiciels et la charge',
  ],
  [
    'half of the national day of 3.8 million checks for one insurer; typed and new are 6 % of them: ten times that',
    'la moitié de la journée nationale de 3,8 millions de demandes pour une seule mutuelle ; les saisies nouvelles en font 6 % : dix fois cela',
  ],
  [
    'twice the national day; reached only by an attack on the whole platform',
    'deux fois la journée nationale ; seule une attaque de toute la plateforme l’atteint',
  ],
  [
    'when the platform or an insurer is drained by others, each structure can still serve 20 new patients: a busy pharmacy types 24',
    'quand d’autres ont épuisé la plateforme ou une mutuelle, chaque structure sert encore 20 patients nouveaux : une pharmacie chargée en saisit 24',
  ],
  [
    'one card shown again at the same site: no honest card is shown there 300 times a day',
    'une même carte présentée de nouveau au même lieu : aucune ne l’est honnêtement 300 fois par jour',
  ],
  [
    'above the busiest hospital desk of the synthetic load (260 checks a day, sigma 0.8: p99.9 = 3,080)',
    'au-dessus du guichet d’hôpital le plus chargé de la charge simulée (260 demandes par jour en moyenne ; 999 sur 1 000 restent sous 3 080)',
  ],
  [
    'more than every card of a busy day being expired; forged ones cost a signature check and an entry each',
    'plus que si toutes les cartes d’une journée chargée étaient périmées ; une carte fausse coûte une vérification et une inscription',
  ],
  [
    'ten openings (tried, quoted, claimed, looked at) of an engagement of each card of the busiest hospital desk',
    'dix ouvertures (essai, devis, facture, consultation) de la prise en charge de chaque carte du guichet d’hôpital le plus chargé',
  ],
  [
    'look-ups without a member number of one insurer’s people: far above any day, far below its portfolio',
    'recherches sans numéro d’adhérent chez une mutuelle : bien plus qu’en aucun jour, bien moins que tous ses assurés',
  ],
  [
    'engagements of this site stay closed until units are back; cards go on',
    'les prises en charge de ce lieu restent fermées jusqu’au retour d’unités ; les cartes continuent',
  ],
  [
    'the payment run goes on when units are back; nothing is lost',
    'le paiement reprend au retour d’unités ; rien n’est perdu',
  ],
  [
    'a payment run of a million claims, begun again once: they are opened for runs that two persons signed',
    'un paiement d’un million de factures, recommencé une fois : elles ne s’ouvrent que pour des paiements que deux personnes ont signés',
  ],
  [
    'every structure of the country in one run, with room for a second start: two persons signed for the run',
    'toutes les structures du pays dans un paiement, et de quoi recommencer : deux personnes ont signé ce paiement',
  ],
  [
    'a fresh sign-in; the second time typed look-ups close for a day, the third time until staff look',
    'une nouvelle connexion ; la deuxième fois la saisie ferme pour un jour, la troisième jusqu’à ce que le personnel regarde',
  ],
  [
    'people nobody knows, one after the other: 7 % are honest',
    'des inconnus, l’un après l’autre : 7 % sont honnêtes',
  ],
  [
    'a fresh sign-in for typed look-ups of the profession, four hours',
    'une nouvelle connexion pour les saisies de la profession, pendant quatre heures',
  ],
  [
    'one alarm an hour is usual in the whole country',
    'une alerte par heure est habituelle dans tout le pays',
  ],
  [
    'a fresh sign-in for typed look-ups of the structure, four hours',
    'une nouvelle connexion pour les saisies de la structure, pendant quatre heures',
  ],
  ['two accounts of one site are no chance', 'deux comptes d’un même lieu, ce n’est plus un hasard'],
  ['known patients count as strangers', 'les patients connus comptent comme des inconnus'],
  ['faster is no person at a counter', 'plus vite, ce n’est plus une personne à un comptoir'],
  [
    'a busy pharmacy types 24 new patients a day (mean 6) and 314 it knows; identity only: TECHNOLOGY.md 7',
    'une pharmacie chargée saisit 24 patients nouveaux par jour (6 en moyenne) et 314 qu’elle connaît ; NIR seul : TECHNOLOGY.md 7',
  ],
  [
    'a busy doctor types 4 new patients a day (mean 0.4) and 52 known ones; identity only: TECHNOLOGY.md 7',
    'un médecin chargé saisit 4 patients nouveaux par jour (0,4 en moyenne) et 52 connus ; NIR seul : TECHNOLOGY.md 7',
  ],
  [
    'a busy optician types 9 new patients a day (mean 1.8) and 17 known ones; identity only: TECHNOLOGY.md 7',
    'un opticien chargé saisit 9 patients nouveaux par jour (1,8 en moyenne) et 17 connus ; NIR seul : TECHNOLOGY.md 7',
  ],
  [
    'a busy dentist types 3 new patients a day (mean 0.5) and 28 known ones',
    'un dentiste chargé saisit 3 patients nouveaux par jour (0,5 en moyenne) et 28 connus',
  ],
  [
    'an auxiliary’s load: 1.5 new patients typed on a busy day; newborns come without a card',
    'la charge d’un auxiliaire : 1,5 patient nouveau saisi un jour chargé ; les nouveau-nés viennent sans carte',
  ],
  [
    'a busy auxiliary types 1.5 new patients a day (mean 0.2) and 21 known ones',
    'un auxiliaire chargé saisit 1,5 patient nouveau par jour (0,2 en moyenne) et 21 connus',
  ],
  [
    'an assumption: fewer patients than an optician, as many of them new',
    'une hypothèse : moins de patients qu’un opticien, autant de nouveaux parmi eux',
  ],
  [
    'an assumption: a reception desk with several secretaries, each with an account',
    'une hypothèse : un accueil à plusieurs secrétaires, chacune avec son compte',
  ],
  [
    'each agent has an own account; a busy hospital types 369 new patients a day over all desks',
    'chaque agent a son propre compte ; un hôpital chargé saisit 369 patients nouveaux par jour, tous guichets réunis',
  ],
  [
    'an assumption: a desk for several doctors, each agent with an own account',
    'une hypothèse : un guichet pour plusieurs médecins, chaque agent avec son propre compte',
  ],
  [
    'an assumption: series of journeys of patients who are known after the first',
    'une hypothèse : des séries de trajets, de patients connus dès le premier',
  ],
  ['95 checks a day, 80 % of patients known', '95 demandes par jour, 80 % de patients connus'],
  ['6 checks a day, 80 % of patients known', '6 demandes par jour, 80 % de patients connus'],
  ['9 checks a day, 35 % of patients known', '9 demandes par jour, 35 % de patients connus'],
  ['7 checks a day, 75 % of patients known', '7 demandes par jour, 75 % de patients connus'],
  ['3 checks a day, 80 % of patients known', '3 demandes par jour, 80 % de patients connus'],
  [
    '3 checks a day, as other auxiliaries [a]',
    '3 demandes par jour, comme les autres auxiliaires (hypothèse)',
  ],
  ['few patients, most of them new [a]', 'peu de patients, nouveaux pour la plupart (hypothèse)'],
  ['a secretary at a reception desk [a]', 'une secrétaire à l’accueil (hypothèse)'],
  [
    'one agent of eight at a desk with 260 checks a day, 45 % of patients known',
    'un agent sur huit à un guichet de 260 demandes par jour, 45 % de patients connus',
  ],
  [
    'one agent at a desk for several doctors [a]',
    'un agent à un guichet pour plusieurs médecins (hypothèse)',
  ],
  [
    'series of journeys, patients known after the first [a]',
    'des séries de trajets, de patients connus dès le premier (hypothèse)',
  ],
  [
    'ten more people when the counter cannot wait (EMERGENCY_UNITS); whoever needs more has to call, and somebody looks at each one',
    'dix personnes de plus quand le comptoir ne peut attendre ; au-delà il faut appeler, et quelqu’un relit chacune',
  ],
]);

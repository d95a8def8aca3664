// PURE. What the journal and the ledger call the portal, beside the names of software clients. No software may have it.

export const PORTAL = 'portal';

// `node scripts/look.js FOLDER [NAME]`: pictures of the built portal for people's eyes, and what axe-core and the CSP
// complain about. A tool of the workshop, on the demo that runs in this folder (`npm start`).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';
import { ROOT } from './steps.js';

const [folder = join(ROOT, '.rempart', 'look'), only] = process.argv.slice(2);
// Node 20 cannot run TypeScript; Vite's module loader can.
const loader = await createServer({
  root: ROOT,
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, ws: false, watch: null },
});
const { look } = await loader.ssrLoadModule('/test/browser/look.ts');
const { portal, people } = JSON.parse(readFileSync(join(ROOT, '.rempart', 'demo.json'), 'utf8'));
const { cardText } = await loader.ssrLoadModule('/src/core/card-text.ts');
const { DEMO_PEOPLE } = await loader.ssrLoadModule('/src/demo/demo-people.ts');
const codeOf = (person) => cardText(readFileSync(person.cardFile));
const cards = {
  good: codeOf(people[0]),
  revoked: codeOf(people[DEMO_PEOPLE.findIndex(({ cardRevoked }) => cardRevoked)]),
};
const found = await look(portal, folder, cards, only);
await loader.close();
for (const complaint of found) console.log(complaint);
console.log(`${found.length} complaints; pictures in ${folder}`);
process.exitCode = found.length === 0 ? 0 : 1;

// `npm test`: builds dist/ and runs all tests; arguments go to vitest (`npm test -- src/core -t nir`).

import { finish, runTests } from './steps.js';

finish(await runTests(process.argv.slice(2)));

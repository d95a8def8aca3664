// What a page must never do: break the CSP, report an error, or fail an accessibility rule.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CDPSession, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Violations of the CSP and errors of the page, collected from now on. Call it before the first `goto`. */
export async function watchPage(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    // The browser itself reports refusals of the API as errors; those are shown to the person.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
      complaints.push(`console: ${text}`);
  });
  await page.exposeFunction('__violated', (what: string) => complaints.push(`csp: ${what}`));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
    __violated([event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(' ')))`);
  return complaints;
}

type AxeResult = {
  violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
};

/** Kept as long as the page: ending one would take the page's virtual authenticators away, and Chromium with them. */
const debuggers = new WeakMap<Page, Promise<CDPSession>>();

/** Runs a text in the page through the debugger: the CSP, which forbids `eval`, stays as strict as it is. */
export async function inPage<Value>(page: Page, expression: string): Promise<Value> {
  const debug = debuggers.get(page) ?? page.context().newCDPSession(page);
  debuggers.set(page, debug);
  const { result, exceptionDetails } = await (await debug).send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
    timeout: 20_000,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as Value;
}

/** Faults axe-core finds on the page as it stands. */
export async function axeFaults(page: Page): Promise<string[]> {
  await inPage(page, `${AXE}; 0`);
  const { violations } = await inPage<AxeResult>(
    page,
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`,
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) =>
        `${id} (${impact}): ${html.slice(0, 160)} — ${failureSummary.slice(0, 240)}`,
    ),
  );
}

/** Nothing may stick out sideways: WCAG 1.4.10 asks for 320 px without scrolling in two directions. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return inPage(page, 'document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

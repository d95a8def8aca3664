// The architecture as rules (STYLE.md 4 and 5, DESIGN.md 2), each a pure function from a file to complaints.
// Adding a rule here needs a bad snippet for it in tidy.test.ts that shows it bites.

import { dotted, type Import, type Node, type SourceFile } from './source-file.ts';

export type Rule = {
  name: string;
  /** Why it exists; printed with every complaint. */
  because: string;
  /** Which files it looks at. */
  covers(path: string): boolean;
  check(file: SourceFile, tree: SourceTree): Complaint[];
};

export type Complaint = { line: number; what: string };
export type SourceTree = ReadonlyMap<string, SourceFile>;

/** `thing-fixture.ts` stands beside the tests that share it. */
const isTest = (path: string) => /(?:\.test|-fixture)\.tsx?$/.test(path) || path.startsWith('test/');
const isProduct = (path: string) => path.startsWith('src/') && !isTest(path);
const isAnything = () => true;
/** Code that runs in a browser; how it is built and tested is not. */
const isPage = (path: string) => path.startsWith('web/') && !isTest(path) && !isBuildOfPages(path);
const isBuildOfPages = (path: string) =>
  path.endsWith('.config.ts') || path === 'web/shared/only-our-languages.ts';
/** npm packages that may end up in a page. */
const PAGE_PACKAGES = [
  'react',
  'react-dom',
  'react-router',
  'react-aria-components',
  '@simplewebauthn/browser',
  'zxing-wasm',
];
const under =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
const productExcept = (allowed: (path: string) => boolean) => (path: string) =>
  isProduct(path) && !allowed(path);

const isSqlFile = (path: string) => under('src/db')(path) || path.endsWith('-sql.ts');
const isHttpFile = (path: string) => under('src/http')(path) || /(?:^|\/)(?:app|routes)\.ts$/.test(path);
/** Where parts are put together, so where stores and routes may be named. */
const isComposition = (path: string) =>
  under('src/cli', 'src/demo', 'src/drills')(path) ||
  /(?:^|\/)(?:app|main|open|operator|insurer)\.ts$/.test(path);

/** node: modules that only compute. Anything else reads, writes, waits or draws randomness. */
const COMPUTING_MODULES = new Set(
  ['assert', 'assert/strict', 'buffer', 'path', 'string_decoder', 'url', 'util', 'crypto'].map(
    (n) => `node:${n}`,
  ),
);
/** npm packages that only compute. */
const COMPUTING_PACKAGES = ['typebox', 'saxes'];
const IO_GLOBALS = new Set(['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'WebSocket']);
const RANDOM_SOURCES = new Set([
  'randomBytes',
  'randomUUID',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
]);
const SQL_START =
  /^\s*(?:select|insert|update|delete|create|alter|drop|truncate|with|copy|lock|grant|set)\b/i;
/** Files without an importer that are not dead: something outside the sources starts them. */
const ENTRY_POINTS = new Set(['src/cli/main.ts', 'web/professional/main.tsx', 'web/console/main.tsx']);
export const LONG_FILE_LINES = 500;

export function isPure(file: SourceFile): boolean {
  return file.path.startsWith('src/core/') || /\bPURE\b/.test(file.leadingComment ?? '');
}

const runs = (file: SourceFile): Import[] => file.imports.filter((entry) => !entry.typeOnly);

function complainOfImports(imports: Import[], what: string): Complaint[] {
  return imports.map(({ request, line }) => ({ line, what: `${what} (${request})` }));
}

function complainOfNodes(file: SourceFile, what: string, matches: (node: Node) => boolean): Complaint[] {
  return file.nodes.filter(matches).map((node) => ({ line: file.lineOf(node), what }));
}

const isMember =
  (...names: string[]) =>
  (node: Node) =>
    names.includes(dotted(node) ?? '');

/** Names that are used, not merely the property or key of something else. */
function freeIdentifiers(file: SourceFile): Node[] {
  const taken = new Set<unknown>();
  for (const node of file.nodes) {
    if (node.type === 'MemberExpression' && node['computed'] !== true) taken.add(node['property']);
    if (node['key'] && node['computed'] !== true && node['shorthand'] !== true) taken.add(node['key']);
  }
  return file.nodes.filter((node) => node.type === 'Identifier' && !taken.has(node));
}

function isSqlTemplate(node: Node): boolean {
  if (node.type !== 'TaggedTemplateExpression') return false;
  const tag = node['tag'] as Node;
  if (['sql', 'tx'].includes(String(tag['name']))) return true;
  const quasis = (node['quasi'] as Node)['quasis'] as { value: { raw: string } }[];
  return SQL_START.test(quasis[0]?.value.raw ?? '');
}

function isUnsafeSql(node: Node): boolean {
  const callee = node['callee'] as Node | undefined;
  return node.type === 'CallExpression' && (dotted(callee as Node) ?? '').endsWith('.unsafe');
}

function isDateWithoutTime(node: Node): boolean {
  const isDate = (node['callee'] as Node | undefined)?.['name'] === 'Date';
  if (node.type === 'CallExpression') return isDate; // Date() ignores its arguments
  return node.type === 'NewExpression' && isDate && (node['arguments'] as Node[]).length === 0;
}

export const RULES: Rule[] = [
  {
    name: 'core imports core',
    because: 'the rules of the field run in the browser too, and are tested without anything around them',
    covers: (path) => isProduct(path) && under('src/core')(path),
    check: (file) =>
      complainOfImports(
        file.imports.filter(({ path }) => !path?.startsWith('src/core/')),
        'src/core imports only src/core',
      ),
  },
  {
    name: 'pure imports pure',
    because: 'what is pure is believed without looking: its result depends on its arguments alone',
    covers: isProduct,
    check: (file, tree) => {
      if (!isPure(file)) return [];
      const impure = runs(file).filter(({ request, path }) => {
        if (path === null) return !COMPUTING_MODULES.has(request) && !isComputingPackage(request);
        const target = tree.get(path);
        return target !== undefined && !isPure(target);
      });
      const globals = freeIdentifiers(file).filter((node) => IO_GLOBALS.has(String(node['name'])));
      return [
        ...complainOfImports(impure, 'a PURE file imports only what is pure'),
        ...globals.map((node) => ({
          line: file.lineOf(node),
          what: `a PURE file does not use ${node['name']}`,
        })),
      ];
    },
  },
  {
    name: 'cryptography has its places',
    because: 'keys and hashes in a few files can be reviewed; spread out they cannot',
    covers: productExcept(
      under(
        'src/vault',
        'src/crypto',
        'src/operator/ledger',
        'src/demo',
        'src/cli',
        'src/drills/thieves', // who try keys and digests
        'src/lib/random.ts',
      ),
    ),
    check: (file) =>
      complainOfImports(
        runs(file).filter(({ request }) => /^(?:node:)?crypto$/.test(request)),
        'use what src/crypto offers',
      ),
  },
  {
    name: 'operator and insurer are strangers',
    because: 'they are two parties with two sets of keys: they meet over HTTP, never in one memory',
    covers: under('src/operator', 'src/insurer'),
    check: (file) => {
      const other = file.path.startsWith('src/operator/') ? 'src/insurer/' : 'src/operator/';
      return complainOfImports(
        file.imports.filter(({ path }) => path?.startsWith(other)),
        'operator and insurer never import each other',
      );
    },
  },
  {
    name: 'the status page stands alone',
    because: 'it must be there, and be written, when everything else is down or taken over',
    covers: (path) => isProduct(path) && under('src/status')(path),
    check: (file) =>
      complainOfImports(
        file.imports.filter(({ path }) =>
          under('src/operator', 'src/insurer', 'src/vault', 'src/db', 'src/demo')(path ?? ''),
        ),
        'it needs a folder, and nothing of the others',
      ),
  },
  {
    name: 'keys stay in the vault',
    because: 'who can import the keyring can read the keys: everybody else holds a client of its verbs',
    covers: productExcept(under('src/vault')),
    check: (file) =>
      complainOfImports(
        file.imports.filter(({ path }) =>
          /^src\/vault\/(?:insurer\/)?(?:\w+-)?keyring[^/]*\.ts$/.test(path ?? ''),
        ),
        'ask the vault through its client',
      ),
  },
  {
    name: 'SQL has its files',
    because: 'every statement that touches a table can be found and reviewed by file name',
    covers: productExcept(isSqlFile),
    check: (file) => [
      ...complainOfNodes(
        file,
        'SQL belongs into a *-store-sql.ts',
        (node) => isSqlTemplate(node) || isUnsafeSql(node),
      ),
      ...complainOfImports(
        file.imports.filter(({ request }) => request === 'postgres'),
        'the driver belongs into src/db and *-store-sql.ts',
      ),
    ],
  },
  {
    name: 'HTTP has its files',
    because: 'a use case that knows no HTTP can be called by a test, a drill or another protocol',
    covers: productExcept(isHttpFile),
    check: (file) =>
      complainOfImports(
        file.imports.filter(({ request }) => /^(?:fastify$|@fastify\/)/.test(request)),
        'fastify belongs into app.ts, routes.ts and src/http',
      ),
  },
  {
    name: 'stores and routes are named where things are put together',
    because: 'a feature that reaches into the store or routes of another cannot be moved or replaced',
    covers: productExcept(isComposition),
    check: (file) => {
      const folder = file.path.slice(0, file.path.lastIndexOf('/'));
      const reachedInto = runs(file).filter(
        ({ path }) => path && /(?:-sql|\/routes)\.ts$/.test(path) && !path.startsWith(`${folder}/`),
      );
      return complainOfImports(reachedInto, 'import the use case or the port');
    },
  },
  {
    name: 'the environment is read in one place',
    because: 'a setting read elsewhere is missing from .env.example and is not checked at start',
    covers: productExcept((path) => path === 'src/config/env.ts'),
    check: (file) => complainOfNodes(file, 'read it in src/config/env.ts', isMember('process.env')),
  },
  {
    name: 'the clock is read in one place',
    because: 'tests, drills and the order of the ledger need a time that is handed in',
    covers: productExcept((path) => path === 'src/lib/clock.ts'),
    check: (file) => {
      const reads = isMember('Date.now', 'performance.now', 'process.hrtime', 'process.uptime');
      return complainOfNodes(
        file,
        'take a Clock (src/lib/clock.ts)',
        (node) => reads(node) || isDateWithoutTime(node),
      );
    },
  },
  {
    name: 'randomness is drawn in few places',
    because: 'a weak or repeated random value is a broken key, and nobody sees it',
    covers: productExcept(under('src/crypto', 'src/vault', 'src/lib/random.ts')),
    check: (file) =>
      complainOfNodes(
        file,
        'use src/lib/random.ts',
        (node) => node.type === 'Identifier' && RANDOM_SOURCES.has(String(node['name'])),
      ),
  },
  {
    name: 'Math.random is not random',
    because: 'its values can be computed from a few of them; and a test that uses it cannot be repeated',
    covers: isAnything,
    check: (file) => complainOfNodes(file, 'use src/lib/random.ts, or a seed', isMember('Math.random')),
  },
  {
    name: 'no any',
    because: 'any switches the type checker off where it is needed most',
    covers: isAnything,
    check: (file) => complainOfNodes(file, 'say what it is', (node) => node.type === 'TSAnyKeyword'),
  },
  {
    name: 'no default export',
    because: 'a thing has one name, wherever it is used',
    covers: (path) => !path.endsWith('.config.ts'),
    check: (file) =>
      complainOfNodes(
        file,
        'give it a name',
        (node) =>
          node.type === 'ExportDefaultDeclaration' ||
          (node.type === 'ExportSpecifier' && (node['exported'] as Node)['name'] === 'default'),
      ),
  },
  {
    name: 'no console',
    because: 'a log line may quote a person; stdout belongs to the command (`--json`)',
    covers: isAnything,
    check: (file) =>
      complainOfNodes(file, 'use the logger or src/cli/io.ts', (node) =>
        (dotted(node) ?? '').startsWith('console.'),
      ),
  },
  {
    name: 'a file says what it is for',
    because: 'a newcomer reads the first lines of many files',
    covers: isAnything,
    check: (file) =>
      file.leadingComment
        ? []
        : [{ line: 1, what: 'begin with 1 to 4 lines: what it is for, what it must never do' }],
  },
  {
    name: 'comments keep to the agreed marks',
    because: 'a mark without an issue is forgotten; a silenced compiler error is a bug on credit',
    covers: isAnything,
    check: (file) =>
      file.comments
        .filter(({ text }) =>
          /\b(?:FIXME|XXX|HACK)\b|\bTODO(?!\(#\d+\))|@ts-(?:ignore|expect-error|nocheck)/.test(text),
        )
        .map(({ line }) => ({ line, what: 'NOTE and TODO(#issue) only; no @ts- comment' })),
  },
  {
    name: 'tests stay out of the product',
    because: 'what is made for a test, an easy key for instance, must not be reachable at run time',
    covers: isProduct,
    check: (file) =>
      complainOfImports(
        file.imports.filter(({ request, path }) => isTest(path ?? '') || request === 'vitest'),
        'nothing of a test is imported here',
      ),
  },
  {
    name: 'pages import only what is pure',
    because:
      'what a page imports is sent to every browser and runs there: rules of the field, never the server',
    covers: isPage,
    check: (file) =>
      complainOfImports(
        file.imports.filter(({ request, path }) => {
          if (path !== null) return !path.startsWith('web/') && !path.startsWith('src/core/');
          return !PAGE_PACKAGES.some((name) => request === name || request.startsWith(`${name}/`));
        }),
        'a page imports web/, src/core/ and the packages of PAGE_PACKAGES',
      ),
  },
  {
    name: 'applications of the web are strangers',
    because: 'each has its own users and its own weight; what two of them need is in web/shared',
    covers: isPage,
    check: (file) => {
      const own = file.path.split('/').slice(0, 2).join('/');
      return complainOfImports(
        file.imports.filter(
          ({ path }) =>
            path?.startsWith('web/') && !path.startsWith(`${own}/`) && !path.startsWith('web/shared/'),
        ),
        'move it to web/shared',
      );
    },
  },
  {
    name: 'no barrels',
    because: 'an index.ts hides which file is used, and loads all of them',
    covers: isAnything,
    check: (file) =>
      file.path.endsWith('/index.ts') ? [{ line: 1, what: 'import the file itself, and name it' }] : [],
  },
  {
    name: 'no dead files',
    because: 'code that only its tests use is read, kept and trusted for nothing',
    covers: (path) => (isProduct(path) || isPage(path)) && !ENTRY_POINTS.has(path),
    check: (file, tree) => {
      const used = [...tree.values()].some(
        (other) =>
          !isTest(other.path) && other !== file && other.imports.some(({ path }) => path === file.path),
      );
      return used ? [] : [{ line: 1, what: 'nothing imports it: remove it, or use it' }];
    },
  },
  {
    name: 'long files explain themselves',
    because: `beyond ${LONG_FILE_LINES} lines a reader deserves a reason, written into tidy.test.ts`,
    covers: isProduct,
    check: (file) =>
      file.lines > LONG_FILE_LINES ? [{ line: file.lines, what: `has ${file.lines} lines` }] : [],
  },
];

function isComputingPackage(request: string): boolean {
  return COMPUTING_PACKAGES.some((name) => request === name || request.startsWith(`${name}/`));
}

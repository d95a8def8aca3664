// A source file as the tidy test sees it: its syntax tree, what it imports, the comment it begins with.
// Parsed with Vite's own parser, because TypeScript 7 has no stable programming interface.

import { posix } from 'node:path';
import { parseSync } from 'vite';

export type Node = { type: string; start: number; end: number; [key: string]: unknown };

export type Import = {
  /** As written: `node:fs`, `fastify`, `../core/nir.ts`. */
  request: string;
  /** For relative imports the path from the root of the tree, `src/core/nir.ts`; otherwise null. */
  path: string | null;
  /** Erased when compiled, so nothing of it runs. */
  typeOnly: boolean;
  line: number;
};

export type SourceFile = {
  /** From the root of the tree, with `/`. */
  path: string;
  text: string;
  lines: number;
  /** The first comment, when nothing but a `#!` line stands before it. */
  leadingComment: string | null;
  comments: { text: string; line: number }[];
  imports: Import[];
  nodes: Node[];
  lineOf(node: { start: number }): number;
};

export function parseSource(path: string, text: string): SourceFile {
  const { program, comments, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const lineOf = ({ start }: { start: number }) => text.slice(0, start).split('\n').length;
  const nodes = flatten(program as unknown as Node);
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    leadingComment: leadingComment(text),
    comments: comments.map(({ value, start }) => ({ text: value, line: lineOf({ start }) })),
    imports: [...staticImports(nodes), ...importsByAddress(nodes)].map(({ request, typeOnly, start }) => ({
      request,
      // What follows a `?` tells Vite how it is wanted: as a worker, or as an address.
      path: request.startsWith('.') ? posix.join(posix.dirname(path), request.replace(/\?.*$/, '')) : null,
      typeOnly,
      line: lineOf({ start }),
    })),
    nodes: module.hasModuleSyntax || nodes.length > 0 ? nodes : [],
    lineOf,
  };
}

/** Consecutive `//` lines count as one comment, as they do for a reader. */
function leadingComment(text: string): string | null {
  const body = text.replace(/^#!.*\n/, '');
  return /^(?:\/\/.*\n?)+/.exec(body)?.[0] ?? /^\/\*[\s\S]*?\*\//.exec(body)?.[0] ?? null;
}

/** Every node of the tree, parents before children. */
function flatten(root: Node): Node[] {
  const found: Node[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      if (typeof (value as Node).type === 'string') found.push(value as Node);
      Object.values(value).forEach(visit);
    }
  };
  visit(root);
  return found;
}

type FoundImport = { request: string; typeOnly: boolean; start: number };

/** `import`, `export … from`, `import(…)`, and `import('…')` as a type. */
function staticImports(nodes: Node[]): FoundImport[] {
  const found: FoundImport[] = [];
  for (const node of nodes) {
    const request = literal(node['source']);
    if (request === null) continue;
    const erased =
      node['importKind'] === 'type' || node['exportKind'] === 'type' || node.type === 'TSImportType';
    found.push({ request, typeOnly: erased || onlyTypeNames(node), start: node.start });
  }
  return found;
}

/** `import { type A, type B } from …`: nothing is used at run time, though the module is still loaded. */
function onlyTypeNames(node: Node): boolean {
  if (node.type !== 'ImportDeclaration') return false;
  const names = node['specifiers'] as Node[];
  return names.length > 0 && names.every((name) => name['importKind'] === 'type');
}

/** `new URL('./worker.ts', import.meta.url)`: how worker threads name their file, perhaps by a condition. */
function importsByAddress(nodes: Node[]): FoundImport[] {
  return nodes
    .filter((node) => node.type === 'NewExpression' && (node['callee'] as Node)['name'] === 'URL')
    .flatMap((node) => flatten((node['arguments'] as Node[])[0] as Node))
    .flatMap((node) => {
      const request = literal(node);
      if (!request?.startsWith('.') || !/\.[jt]s$/.test(request)) return [];
      return [{ request: request.replace(/\.js$/, '.ts'), typeOnly: false, start: node.start }];
    });
}

function literal(node: unknown): string | null {
  const { type, value } = (node ?? {}) as { type?: string; value?: unknown };
  return type === 'Literal' && typeof value === 'string' ? value : null;
}

/** `a.b` as text, for `process.env`, `Date.now`; null for anything more involved. */
export function dotted(node: Node): string | null {
  if (node.type !== 'MemberExpression') return null;
  const object = node['object'] as Node;
  const property = node['property'] as Node;
  const name = node['computed'] === true ? literal(property) : property['name'];
  return object.type === 'Identifier' ? `${object['name']}.${name}` : null;
}

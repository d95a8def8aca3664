// How a command says no.

export const problem = (code: string, title: string, extras: Record<string, unknown> = {}) => ({
  type: `urn:rempart:problem:${code}`,
  title,
  code,
  ...extras,
});

/** What the file system said; null for any other error. */
export function fileProblem(error: unknown): Record<string, unknown> | null {
  if (!(error instanceof Error && 'syscall' in error)) return null;
  return problem('file', `The file cannot be read or written: ${error.message}`);
}

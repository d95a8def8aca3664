// The only file that reads the environment. Raw texts, nothing decided: config.ts says what they mean.

export type RawEnv = Readonly<Record<string, string | undefined>>;

export function readEnv(): RawEnv {
  return process.env;
}

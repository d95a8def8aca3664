// Port: tags of "this site and this person" (32 hexadecimal digits), and the day of the last card.

export interface KnownPatientStore {
  /** Those of `tags` that were noted within 24 months. */
  known(tags: readonly string[]): Promise<ReadonlySet<string>>;
  /** `day`: YYYY-MM-DD. A tag noted within the month before keeps its day: it says enough. */
  note(tags: readonly string[], day: string): Promise<void>;
}

/** What is wrong with a file, as sentences that name the place, each such as `groups[1].to: 130 lies after the end.` */
export type Complaints = string[];

/** The fields of a JSON object, to be read one by one. What is wrong is complained of, and read as undefined. */
export class JsonFields {
  /** Of the object in its file; empty for the outermost one. */
  readonly #place: string;
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #complaints: Complaints;

  /** @param known the names that there may be; others are complained of */
  constructor(place: string, value: object, known: readonly string[], complaints: Complaints) {
    this.#place = place;
    this.#fields = new Map(Object.entries(value));
    this.#complaints = complaints;
    for (const name of this.#fields.keys()) {
      if (!known.includes(name)) this.complain(name, `there is no such field; the fields are ${known.join(', ')}.`);
    }
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  /** Where a field stands in its file. */
  placeOf(name: string): string {
    return this.#place === '' ? name : `${this.#place}.${name}`;
  }

  complain(name: string, sentence: string): void {
    this.#complaints.push(`${this.placeOf(name)}: ${sentence}`);
  }

  /** A field that has to be there. */
  required<T>(name: string, accepts: string, read: (value: unknown) => T | undefined): T | undefined {
    if (this.has(name)) return this.optional(name, accepts, read);
    this.complain(name, `it is missing; it takes ${accepts}.`);
    return undefined;
  }

  /**
   * @param accepts completes the sentence "it takes …"
   * @param read gives the field's value, or undefined when it is none of what the field takes
   */
  optional<T>(name: string, accepts: string, read: (value: unknown) => T | undefined): T | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#fields.get(name);
    const known = read(value);
    if (known === undefined) this.complain(name, `it takes ${accepts}, not ${shown(value)}.`);
    return known;
  }
}

/** Longer values are cut. */
const SHOWN_CHARACTERS = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text of one line, not empty and not longer than so many characters. */
export const lineOfAtMost =
  (characters: number) =>
  (value: unknown): string | undefined =>
    typeof value === 'string' && /^\P{Cc}+$/u.test(value) && value.length <= characters ? value : undefined;

export const numberFrom =
  (low: number, high = Number.MAX_VALUE) =>
  (value: unknown): number | undefined =>
    typeof value === 'number' && value >= low && value <= high ? value : undefined;

export const wholeNumber =
  (low: number, high: number) =>
  (value: unknown): number | undefined =>
    Number.isInteger(value) ? numberFrom(low, high)(value) : undefined;

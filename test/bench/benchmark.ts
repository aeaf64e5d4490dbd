/** One figure of a benchmark. */
export interface Row {
  /** The same with and without `quick`, so that two runs can be laid side by side. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the figure has to reach, where there is such a thing … */
  readonly bar?: number;
  /** … and whether it does. */
  readonly ok?: boolean;
}

export interface BenchmarkOptions {
  /** Ends within 35 s at the price of noise. */
  readonly quick: boolean;
  /** Takes a line on how far it is. */
  readonly say: (line: string) => void;
}

export interface Benchmark {
  readonly name: string;
  /** In a few words, for the help and above the table. */
  readonly about: string;
  /** It takes so long that it runs only when it is asked for. */
  readonly isOnlyByName?: boolean;
  /** Gives the figures; rejects when what it measured did not do what it had to. */
  readonly run: (options: BenchmarkOptions) => Promise<readonly Row[]>;
}

/** What goes into a file as JSON. */
export interface BenchmarkResult {
  readonly bench: string;
  /** When it began, ISO 8601. */
  readonly date: string;
  /** Version of Node. */
  readonly node: string;
  readonly rows: readonly Row[];
}

/** Runs one and says from when and from where its figures are. */
export async function resultOf(
  { name, run }: Pick<Benchmark, 'name' | 'run'>,
  options: BenchmarkOptions,
): Promise<BenchmarkResult> {
  const date = new Date().toISOString();
  const rows = await run(options);
  const strange = rows.find(({ value }) => !Number.isFinite(value));
  if (strange !== undefined) throw new Error(`"${strange.name}" came out as ${strange.value}, which is no figure.`);
  return { bench: name, date, node: process.version, rows };
}

/** A figure that has to be so much or more. */
export const atLeast = (bar: number, row: Omit<Row, 'bar' | 'ok'>): Row => ({ ...row, bar, ok: row.value >= bar });

/** A figure that has to be so much or less. */
export const atMost = (bar: number, row: Omit<Row, 'bar' | 'ok'>): Row => ({ ...row, bar, ok: row.value <= bar });

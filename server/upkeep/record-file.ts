import type { StoreRecord } from '../store/store.ts';
import { FileFault } from './failure.ts';
import type { TextLine } from './lines.ts';
import { checkRecord, WrongRecord } from './record-checks.ts';
import { Tally } from './tally.ts';

/**
 * A world as a file: JSON, one object a line. The first says what it is, the last what came between, so that a file
 * that was cut off is known for one; every other is a record of the store.
 *
 *     {"type":"header","format":"flatlands-world","version":2,"world":"flatlands","date":"2026-11-22T10:00:00.000Z"}
 *     {"type":"world","lastId":1000,"worldMs":123456.75}
 *     {"type":"player","id":1,"tokenHash":"…","generation":3,"person":{…},"place":{…},"score":5}
 *     …
 *     {"type":"end","records":2,"profiles":1,"edits":0,"gems":0,"chat":0}
 */
const FORMAT = 'flatlands-world';
/** Raised when an older version could not read, or would misread, what is written. */
export const FORMAT_VERSION = 2;

type Fields = Readonly<Record<string, unknown>>;

export const headerLine = (world: string, date: Date): string =>
  lineOf({ type: 'header', format: FORMAT, version: FORMAT_VERSION, world, date: date.toISOString() });

export const recordLine = (record: StoreRecord): string => lineOf(record);

export const endLine = (tally: Tally): string => lineOf({ type: 'end', records: tally.records, ...tally.info });

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;

/**
 * The records of a file, each checked; that nothing is missing is known when the last has been given.
 * @throws FileFault
 */
export async function* recordsIn(lines: AsyncIterable<TextLine>): AsyncGenerator<StoreRecord> {
  const tally = new Tally();
  let lastLine = 0;
  let hasEnded = false;
  for await (const line of lines) {
    const { number } = line;
    lastLine = number;
    if (hasEnded) throw new FileFault(number, 'nothing may come after the counts at the end');
    const value = parse(line);
    if (number === 1) checkHeader(value);
    else if (value.type === 'end') {
      checkEnd(number, value, tally);
      hasEnded = true;
    } else {
      const record = readRecord(number, value);
      tally.add(record);
      yield record;
    }
  }
  if (lastLine === 0) throw new FileFault(1, 'it is empty');
  if (!hasEnded)
    throw new FileFault(lastLine + 1, 'the file has been cut off here, for the counts at its end are missing');
}

function parse({ number, text, isEnded }: TextLine): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  } catch {
    if (!isEnded) throw new FileFault(number, 'the file has been cut off here');
  }
  throw new FileFault(number, 'it is no object in JSON');
}

function checkHeader({ type, format, version }: Fields): void {
  const isHeader = type === 'header' && format === FORMAT && Number.isInteger(version) && Number(version) > 0;
  if (!isHeader) throw new FileFault(1, 'it does not begin like a file that export has written');
  if (Number(version) <= FORMAT_VERSION) return;
  const versions = `format ${version}, this one knows ${FORMAT_VERSION}`;
  throw new FileFault(1, `the file was written by a newer version of Flatlands (${versions}), which can import it`);
}

function checkEnd(number: number, end: Fields, tally: Tally): void {
  for (const [name, count] of Object.entries({ records: tally.records, ...tally.info })) {
    if (end[name] === count) continue;
    throw new FileFault(number, `${JSON.stringify(name)} is ${JSON.stringify(end[name])}, but ${count} came before it`);
  }
}

function readRecord(number: number, value: Fields): StoreRecord {
  try {
    return checkRecord(value);
  } catch (error) {
    throw error instanceof WrongRecord ? new FileFault(number, error.message) : error;
  }
}

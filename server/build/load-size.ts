import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A file of the built client. */
export interface LoadedFile {
  /** Path from the client's folder, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  /** As it goes over the wire to a browser of today. */
  readonly compressedBytes: number;
}

export interface LoadSizes {
  /** What a browser fetches before there is anything to play: the page, what it names as wanted at once, and workers. */
  readonly first: readonly LoadedFile[];
  /** Everything else: code that is imported when it is asked for, icons, pictures. */
  readonly later: readonly LoadedFile[];
}

const PAGE = 'index.html';
const TAG = /<(script|link)\b[^>]*>/g;
const WANTED_AT_ONCE = /^<script|\srel="(stylesheet|modulepreload|preload)"/;
const TARGET = /\s(?:src|href)="\.?\/?([^"]+)"/;
/** Workers, which the page starts with itself. */
const WORKER = /-worker-[\w-]+\.js$/;
const COPIES = /\.(br|gz)$/;

/** What loading the client built in a folder costs. */
export function measureLoad(clientDir: string): LoadSizes {
  const named = new Set([PAGE]);
  for (const [tag] of readFileSync(join(clientDir, PAGE), 'utf8').matchAll(TAG)) {
    const target = WANTED_AT_ONCE.test(tag) ? TARGET.exec(tag)?.[1] : undefined;
    if (target !== undefined) named.add(target);
  }
  const files = readdirSync(clientDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !COPIES.test(entry.name))
    .map((entry) => loadedFile(clientDir, join(entry.parentPath, entry.name)))
    .sort((a, b) => b.compressedBytes - a.compressedBytes);
  const isFirst = ({ path }: LoadedFile): boolean => named.has(path) || WORKER.test(path);
  return { first: files.filter(isFirst), later: files.filter((file) => !isFirst(file)) };
}

function loadedFile(clientDir: string, file: string): LoadedFile {
  const bytes = statSync(file).size;
  return {
    path: relative(clientDir, file).replaceAll(sep, '/'),
    bytes,
    compressedBytes: statSync(`${file}.br`, { throwIfNoEntry: false })?.size ?? bytes,
  };
}

/** The sizes as a table to be read, each line with its end. */
export function sizeTable({ first, later }: LoadSizes): string {
  const rows = [
    ['', 'size', 'compressed'],
    ...rowsOf('What a browser loads at first', first),
    ...(later.length > 0 ? rowsOf('What it loads when it is needed', later) : []),
  ] as const;
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows
    .map(([name, ...numbers]) => {
      const cells = numbers.map((number, column) => number.padStart(2 + (widths[column + 1] as number)));
      return `${(name as string).padEnd(widths[0] as number)}${cells.join('')}\n`;
    })
    .join('');
}

function rowsOf(title: string, files: readonly LoadedFile[]): string[][] {
  const sum = (bytes: (file: LoadedFile) => number): string =>
    kilobytes(files.reduce((all, file) => all + bytes(file), 0));
  return [
    [title, sum(({ bytes }) => bytes), sum(({ compressedBytes }) => compressedBytes)],
    ...files.map(({ path, bytes, compressedBytes }) => [`  ${path}`, kilobytes(bytes), kilobytes(compressedBytes)]),
  ];
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

export type Row = readonly [label: string, ...values: (string | number)[]];

/** Columns padded to the widest of each, the last one left as it is. */
export function aligned(rows: readonly Row[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => String(row[i] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, i) => String(cell).padEnd(widths[i] as number))
      .join('  ')
      .trimEnd(),
  );
}

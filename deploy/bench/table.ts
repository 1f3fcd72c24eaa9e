/** Lines of text with columns under each other: the first to the left, the others, which are figures, to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

/** A figure to read: whole, with commas between the thousands; with one decimal below 100. */
export const figure = (value: number | undefined): string =>
  value === undefined
    ? '-'
    : value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0, useGrouping: true });

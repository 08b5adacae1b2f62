/** Comma-separated values (RFC 4180), harmless in a spreadsheet. */

/** One line without its end. */
export function csvLine(cells: readonly (string | number)[]): string {
  return cells.map(cell).join(',');
}

/** Lines with the line ends of RFC 4180 §2, the last one too. */
export function csvDocument(lines: readonly (readonly (string | number)[])[]): string {
  return lines.map((line) => `${csvLine(line)}\r\n`).join('');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A spreadsheet takes these for the beginning of a formula, also behind blanks (OWASP, CSV injection).
  const text = /^\s*[=+\-@]|^[\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

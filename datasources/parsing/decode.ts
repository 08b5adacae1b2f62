/** Bytes of an iCalendar document to text, whatever character set they turn out to be in. Never throws. */

const strict = new TextDecoder('utf-8', { fatal: true });
const western = new TextDecoder('windows-1252');

/**
 * UTF-8 (RFC 5545 §3.1.4) or, with its byte order mark, UTF-16. Where folding has cut a character in two, the line is
 * unfolded first; a line that is no UTF-8 even then is read as windows-1252, line by line: exports mix them.
 */
export function decodeCalendar(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLines(bytes);
  }
}

function decodeLines(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: string[] = [];
  let from = 0;
  while (from < buffer.length) {
    // One unfolded line: up to a line break that no space or tab follows.
    let to = from;
    for (;;) {
      const stop = buffer.indexOf(10, to);
      to = stop === -1 ? buffer.length : stop + 1;
      if (stop === -1 || (buffer[to] !== 32 && buffer[to] !== 9)) break;
    }
    texts.push(decodeLine(buffer.subarray(from, to)));
    from = to;
  }
  return texts.join('');
}

function decodeLine(line: Buffer): string {
  try {
    return strict.decode(line);
  } catch {
    // Line breaks move behind the line, so that later lines keep their numbers.
    const { text, folds } = unfolded(line);
    try {
      return strict.decode(text) + folds;
    } catch {
      return western.decode(text) + folds;
    }
  }
}

function unfolded(line: Buffer): { text: Buffer; folds: string } {
  const parts: Buffer[] = [];
  let folds = '';
  let from = 0;
  for (;;) {
    const stop = line.indexOf(10, from);
    if (stop === -1 || stop === line.length - 1) {
      parts.push(line.subarray(from));
      return { text: Buffer.concat(parts), folds };
    }
    parts.push(line.subarray(from, line[stop - 1] === 13 ? stop - 1 : stop));
    folds += '\n';
    from = stop + 2;
  }
}

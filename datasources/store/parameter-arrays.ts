/**
 * Arrays as PostgreSQL takes them. pg writes an array as a literal and escapes every element with two regular expressions;
 * for pages of JSON and iCalendar texts that costs more than all else that storing them costs this process.
 */

type ElementType = 'text' | 'jsonb';

/** Of the catalogue pg_type; fixed since the types exist. */
const objectIds = { text: 25, jsonb: 3802 } as const;

/** The version that jsonb's binary form begins with. */
const jsonbVersion = 1;

/**
 * A one-dimensional array in PostgreSQL's binary form (array_send): pg sends a Buffer as such. The statement must cast the
 * parameter to the array of the same type. What the type refuses (a NUL in a text, a JSON that is none) it refuses as ever.
 */
export function binaryArray(type: ElementType, values: readonly (string | null)[]): Buffer {
  const prefix = type === 'jsonb' ? 1 : 0;
  const lengths = values.map((value) => (value === null ? -1 : Buffer.byteLength(value) + prefix));
  const array = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + Math.max(0, length), 20));
  array.writeInt32BE(1, 0); // dimensions
  array.writeInt32BE(lengths.includes(-1) ? 1 : 0, 4);
  array.writeInt32BE(objectIds[type], 8);
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16); // the lower bound
  let at = 20;
  values.forEach((value, index) => {
    const length = lengths[index] ?? -1;
    at = array.writeInt32BE(length, at);
    if (value === null) return;
    if (prefix > 0) array[at] = jsonbVersion;
    array.write(value, at + prefix, 'utf8');
    at += length;
  });
  return array;
}

/** An array literal of elements that need no quotes: numbers, booleans, times in ISO 8601. */
export function plainArray(values: readonly (number | boolean | string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : value)).join(',')}}`;
}

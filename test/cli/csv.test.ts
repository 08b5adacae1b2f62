/** CSV as RFC 4180 has it, and nothing in it that a spreadsheet would calculate. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvDocument, csvLine } from '../../cli/csv.ts';
import { parseCsv } from './read-csv.ts';

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "so"', '"say ""so"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['  =1', "'  =1"],
  ['=A1,B1', `"'=A1,B1"`],
  ['', ''],
])('%j is written %j', (given, written) => {
  expect(csvLine([given])).toBe(written);
});

test('numbers stay numbers', () => {
  expect(csvLine([-1, 0, 12])).toBe('-1,0,12');
});

test('whatever is in the cells, a reader gets it back, but for the apostrophe', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '=', '+', '-', '@', ',', '"', '\r', '\n', ' ', '\t', 'é', "'") });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 4 }), (lines) => {
      const read = parseCsv(csvDocument(lines));
      expect(read.map((row) => row.length)).toEqual(lines.map((row) => row.length));
      read.flat().forEach((found, index) => {
        const given = lines.flat()[index] ?? '';
        expect([given, `'${given}`]).toContain(found);
        expect(found).not.toMatch(/^\s*[=+\-@]/);
      });
    }),
    { seed: 4180, numRuns: 300 },
  );
});

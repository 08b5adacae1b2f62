/** ATTACH lines to attachments and back. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attachmentLines, attachmentsOf, mostAttachments } from '../../../../domain/events/icalendar/attachments.ts';
import { parseProperty } from '../../../../domain/events/icalendar/property.ts';

const read = (...lines: string[]) => attachmentsOf(lines.flatMap((line) => parseProperty(line) ?? []));
const shown = (...lines: string[]) =>
  read(...lines).map(({ url, fileName, contentType }) => [url, fileName, contentType]);

describe('an attachment', () => {
  test('is read with its name, its type and its address', () => {
    expect(
      shown(
        'ATTACH;FMTTYPE=Application/PDF;FILENAME="the plan.pdf":https://example.org/a/plan.pdf',
        'ATTACH:https://example.org/b/no%20name.txt?x=1',
        'ATTACH;X-FILENAME=old.doc;FMTTYPE=nonsense:http://example.org/',
        'ATTACH:https://example.org/%E0%A4',
        'ATTACH:https://example.org',
      ),
    ).toEqual([
      ['https://example.org/a/plan.pdf', 'the plan.pdf', 'application/pdf'],
      ['https://example.org/b/no%20name.txt?x=1', 'no name.txt', 'application/octet-stream'],
      ['http://example.org/', 'old.doc', 'application/octet-stream'],
      ['https://example.org/%E0%A4', '%E0%A4', 'application/octet-stream'],
      ['https://example.org', 'attachment', 'application/octet-stream'],
    ]);
  });

  test('that is within the event, or is no web address, has none', () => {
    const long = `https://example.org/${'a'.repeat(2_048)}`;
    expect(
      shown(
        'ATTACH;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=text/plain:SGVsbG8=',
        'ATTACH:cid:part3@example.org',
        `ATTACH:${long}`,
      ),
    ).toEqual([
      [null, 'attachment', 'text/plain'],
      [null, 'attachment', 'application/octet-stream'],
      [null, 'attachment', 'application/octet-stream'],
    ]);
    expect(shown('ATTACH:', 'ATTACH:javascript:alert(1)')).toEqual([[null, 'attachment', 'application/octet-stream']]);
  });

  test('is there once, and a hundred of them', () => {
    expect(read('ATTACH:https://example.org/a', 'ATTACH;FILENAME=b:https://example.org/a')).toHaveLength(1);
    const many = Array.from({ length: mostAttachments + 5 }, (_, at) => `ATTACH:https://example.org/${at}`);
    expect(read(...many)).toHaveLength(mostAttachments);
  });

  test('that stays keeps its line, one that is new is written, and what has no address is not', () => {
    const lines = ['ATTACH;MANAGED-ID=7;SIZE=12:https://example.org/a', 'ATTACH;VALUE=BINARY:SGVsbG8=', 'ATTACH:'];
    const [web, within] = read(...lines);
    const [other] = read('ATTACH;FMTTYPE=text/plain;FILENAME="a; b":https://example.org/b');
    if (web === undefined || within === undefined || other === undefined) throw new Error('three were expected');
    expect(attachmentLines(lines, [within, web])).toEqual([lines[1], lines[0], 'ATTACH:']);
    expect(attachmentLines(lines, [other])).toEqual([
      'ATTACH;FMTTYPE=text/plain;FILENAME="a; b":https://example.org/b',
      'ATTACH:',
    ]);
    expect(attachmentLines([], [within])).toEqual([]);
  });

  test('whatever a line says, what is written of it is read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.webUrl(), fc.string(), (name, url, type) => {
        const text = name.replace(/[\r\n]/g, ' ');
        const line = `ATTACH;FILENAME="${text.replace(/"/g, '')}";FMTTYPE="${type.replace(/["\r\n]/g, '')}":${url}`;
        const [attachment] = read(line);
        if (attachment === undefined) return;
        expect(attachment.id).toMatch(/^att_[0-9a-f]{32}$/);
        const [again] = read(...attachmentLines([], [attachment]));
        expect(again?.id).toBe(attachment.id);
        expect(again?.contentType).toBe(attachment.contentType);
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

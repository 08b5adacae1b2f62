import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { preconditionOf, readMultistatus } from '../../../../datasources/providers/caldav/multistatus.ts';
import { MalformedXml, parseXml, type XmlElement } from '../../../../datasources/providers/caldav/xml.ts';

describe('XML', () => {
  test('namespaces, text, CDATA, entities and attributes', () => {
    const root = parseXml(
      '\ufeff<?xml version="1.0"?>\n<!-- <a> --><D:a xmlns:D="DAV:" xmlns="urn:x" D:at=\'1 &gt; 0\'>one &amp; <b/>' +
        '<![CDATA[<two>]]>&#x41;&#66;<c xmlns=""><d xmlns:D="urn:other"><D:e/></d></c><D:f / ></D:a>  <!--after-->'.replace(
          '/ >',
          '/>',
        ),
    );
    expect(root).toMatchObject({ namespace: 'DAV:', name: 'a', text: 'one & <two>AB' });
    expect(root.attributes).toEqual([{ name: 'at', value: '1 > 0' }]);
    const names = (element: XmlElement): unknown => [
      `${element.namespace}|${element.name}`,
      element.children.map(names),
    ];
    expect(names(root)).toEqual([
      'DAV:|a',
      [
        ['urn:x|b', []],
        ['|c', [['|d', [['urn:other|e', []]]]]],
        ['DAV:|f', []],
      ],
    ]);
  });

  test.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a/>text',
    '<a',
    '<a b>',
    '<a b=c/>',
    '<a b="c/>',
    '<>',
    '< a/>',
    '<x:a/>',
    '<a>&nbsp;</a>',
    '<a>&</a>',
    '<a>&#0;</a>',
    '<a>&#xd800;</a>',
    '<a>&#1114112;</a>',
    '<a><![CDATA[</a>',
    '<a><!-- </a>',
    '<?xml',
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<a><!ELEMENT b></a>',
    '<a>'.repeat(65) + '</a>'.repeat(65),
  ])('%j is refused', (text) => {
    expect(() => parseXml(text)).toThrow(MalformedXml);
  });

  const text = fc.string({
    unit: fc.constantFrom('a', 'é', '𝄞', '&', '<', '>', '"', "'", ']', ' ', '\n'),
    maxLength: 20,
  });
  const escaped = (value: string): string =>
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

  test('what was written is read', () => {
    type Node = { text: string; children: Node[] };
    const { node: tree } = fc.letrec<{ node: Node }>((tie) => ({
      node: fc.record({
        text,
        children: fc.oneof(
          { maxDepth: 5, withCrossShrink: true },
          fc.constant<Node[]>([]),
          fc.array(tie('node'), { maxLength: 4 }),
        ),
      }),
    }));
    const write = (node: Node): string =>
      `<n:x xmlns:n="urn:n" v="${escaped(node.text)}">${escaped(node.text)}${node.children.map(write).join('')}</n:x>`;
    const read = (element: XmlElement): Node => {
      expect(element.attributes).toEqual([{ name: 'v', value: element.text }]);
      return { text: element.text, children: element.children.map(read) };
    };
    fc.assert(
      fc.property(tree, (node) => {
        expect(read(parseXml(write(node)))).toEqual(node);
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  test('any text is read or refused by name, in linear time', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '/',
      '?',
      '!',
      '--',
      '<![CDATA[',
      ']]>',
      '&',
      ';',
      'a',
      '=',
      '"',
      "'",
      ' ',
      '<a>',
      '</a>',
      'xmlns:a="b"',
    );
    fc.assert(
      fc.property(fc.string({ unit: part, maxLength: 60 }), (source) => {
        try {
          parseXml(source);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedXml);
        }
      }),
      { seed: 5, numRuns: 5000 },
    );
    for (const repeated of ['<', '<a ', '<!--', '<![CDATA[', '&', '<a b="', '</', '<a/>', '<a xmlns:b="c"']) {
      // In square time each of these would outlast the test's own time limit.
      expect(() => parseXml(repeated.repeat(200_000))).toThrow(MalformedXml);
    }
  });
});

describe('multistatus', () => {
  test('keeps what was found and leaves out what was not', () => {
    const { responses, syncToken } = readMultistatus(
      '<multistatus xmlns="DAV:"><response><href> /a </href>' +
        '<propstat><prop><getetag>"1"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat>' +
        '<propstat><prop><getctag/></prop><status>HTTP/1.1 404 Not Found</status></propstat></response>' +
        '<response><href>/b</href><href>/c</href><status>HTTP/2 404</status></response>' +
        '<sync-token> urn:1 </sync-token></multistatus>',
    );
    expect(syncToken).toBe('urn:1');
    expect(responses.map(({ href, status, properties }) => [href, status, properties.map(({ name }) => name)])).toEqual(
      [
        ['/a', null, ['getetag']],
        ['/b', 404, []],
        ['/c', 404, []],
      ],
    );
  });

  test('another document is refused', () => {
    expect(() => readMultistatus('<html/>')).toThrow('expected DAV:multistatus, got html');
    expect(() => readMultistatus('<multistatus/>')).toThrow(MalformedXml);
  });

  test('a precondition is read from an error body, and from nothing else', () => {
    expect(preconditionOf('<error xmlns="DAV:"><valid-sync-token/></error>')?.name).toBe('valid-sync-token');
    for (const text of ['', 'Bad Request', '<error/>', '<error xmlns="DAV:"/>', '<error', '<html>']) {
      expect(preconditionOf(text)).toBeNull();
    }
  });
});

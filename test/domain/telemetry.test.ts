/** `traceparent` as W3C Trace Context §3.2.2 has it, of whatever a client sends. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatTraceParent, parseTraceParent } from '../../domain/telemetry.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('a traceparent is taken apart', () => {
  expect(parseTraceParent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true });
  expect(parseTraceParent(`00-${traceId}-${spanId}-00`)).toEqual({ traceId, spanId, sampled: false });
  // Flags that are not known yet say nothing of sampling.
  expect(parseTraceParent(`00-${traceId}-${spanId}-fe`)).toEqual({ traceId, spanId, sampled: false });
});

test('of a later version the parts that this one knows', () => {
  expect(parseTraceParent(`cc-${traceId}-${spanId}-01`)?.traceId).toBe(traceId);
  expect(parseTraceParent(`cc-${traceId}-${spanId}-01-what-comes-then`)?.spanId).toBe(spanId);
  expect(parseTraceParent(`cc-${traceId}-${spanId}-01.what`)).toBeNull();
});

test.each([
  ['nothing', undefined],
  ['no text', 7],
  ['several, as an array', [`00-${traceId}-${spanId}-01`]],
  ['several, as Node joins them', `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`],
  ['an empty text', ''],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['upper case', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['the version that is none', `ff-${traceId}-${spanId}-01`],
  ['more than version 00 has', `00-${traceId}-${spanId}-01-more`],
  ['less than it has', `00-${traceId}-${spanId}`],
  ['a line break behind it', `00-${traceId}-${spanId}-01\n`],
  ['a quote in it', `00-${traceId}-${spanId.slice(1)}'-01`],
  ['far too much', `cc-${traceId}-${spanId}-01-${'x'.repeat(10_000)}`],
])('is ignored: %s', (_, text) => {
  expect(parseTraceParent(text)).toBeNull();
});

test('whatever comes, what is passed on is well-formed', () => {
  const near = fc
    .tuple(
      fc.constantFrom('00', '01', 'ff', 'zz'),
      fc.stringMatching(/^[0-9a-g]{31,33}$/),
      fc.stringMatching(/^[0-9a-g]{15,17}$/),
      fc.string({ maxLength: 4 }),
    )
    .map((parts) => parts.join('-'));
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      const parsed = parseTraceParent(text);
      if (parsed === null) return;
      expect(formatTraceParent(parsed)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      expect(parseTraceParent(formatTraceParent(parsed))).toEqual(parsed);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { collectionUrl, newResourceId, resourceId } from '../../../../datasources/providers/caldav/hrefs.ts';

const collection = 'https://dav.example/u/alice@x/cal/';

describe('the name of a resource', () => {
  test.each([
    ['/u/alice@x/cal/a.ics', '/u/alice@x/cal/a.ics'],
    ['/u/alice%40x/cal/a.ics', '/u/alice@x/cal/a.ics'],
    ['/u/alice%40x/cal/%61.ics', '/u/alice@x/cal/a.ics'],
    ['https://dav.example/u/alice@x/cal/a.ics', '/u/alice@x/cal/a.ics'],
    ['HTTPS://DAV.EXAMPLE:443/u/alice@x/cal/a.ics', '/u/alice@x/cal/a.ics'],
    ['a.ics', '/u/alice@x/cal/a.ics'],
    ['./a.ics', '/u/alice@x/cal/a.ics'],
    ['/u/alice@x/cal/caf%c3%a9.ics', '/u/alice@x/cal/caf%C3%A9.ics'],
    ['/u/alice@x/cal/café.ics', '/u/alice@x/cal/caf%C3%A9.ics'],
    ['/u/alice@x/cal/%e9.ics', '/u/alice@x/cal/%E9.ics'],
    ['/u/alice@x/cal/a b.ics', '/u/alice@x/cal/a%20b.ics'],
    ['/u/alice@x/cal/a%2fb.ics', '/u/alice@x/cal/a%2Fb.ics'],
    ['/u/alice@x/cal/a+b&c=d.ics', '/u/alice@x/cal/a+b&c=d.ics'],
    ['/u/alice@x/cal/a?id=1', '/u/alice@x/cal/a?id=1'],
    ['/u/alice@x/cal/a.ics#b', '/u/alice@x/cal/a.ics'],
    ['/u/alice@x/cal/', null],
    ['/u/alice@x/cal', null],
    ['/u/alice@x/cal/sub/a.ics', null],
    ['/u/alice@x/cal/a.ics/', null],
    ['/u/alice@x/cal/../a.ics', null],
    ['/u/alice@x/cal/%2e%2e/a.ics', null],
    ['/u/alice@x/cal/..', null],
    ['/u/alice@x/calendar/a.ics', null],
    ['/u/bob@x/cal/a.ics', null],
    ['http://dav.example/u/alice@x/cal/a.ics', null],
    ['https://dav.example:8443/u/alice@x/cal/a.ics', null],
    ['https://evil.example/u/alice@x/cal/a.ics', null],
    ['//evil.example/u/alice@x/cal/a.ics', null],
    ['https://me@dav.example/u/alice@x/cal/a.ics', null],
    ['javascript:alert(1)', null],
    ['https://', null],
    ['', null],
  ])('%s is %j', (href, expected) => {
    expect(resourceId(href, collection)).toBe(expected);
  });

  test('is its own name: asked again it stays', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webPath(), fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const id = resourceId(`/u/alice@x/cal/${text}`, collection);
        if (id !== null) expect(resourceId(id, collection)).toBe(id);
      }),
      { seed: 6, numRuns: 3000 },
    );
  });
});

test('the URL of a collection has one spelling', () => {
  for (const spelling of ['/u/alice%40x/cal', '/u/alice@x/cal/', '/u/alice@x/./cal/?x#y', '/u/%61lice@x/cal/']) {
    expect(collectionUrl(new URL(spelling, collection))).toBe(collection);
  }
});

describe('the place of a new resource', () => {
  test('is named by its uid, where that is a safe name', () => {
    expect(newResourceId('5F1C-22@example.org', collection)).toBe('/u/alice@x/cal/5F1C-22@example.org.ics');
    expect(newResourceId('ünï', collection)).toBe('/u/alice@x/cal/%C3%BCn%C3%AF.ics');
  });

  test('is always inside the collection, always the same, and never shared by two uids', () => {
    const uid = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('.', '..', '../x', 'a/b', '%2e%2e', '?x', '#x', 'x'.repeat(5000), '\0', '\ud800'),
    );
    fc.assert(
      fc.property(uid, uid, (one, other) => {
        const place = newResourceId(one, collection);
        expect(resourceId(place, collection)).toBe(place);
        expect(newResourceId(one, collection)).toBe(place);
        if (one.isWellFormed() && other.isWellFormed() && one !== other) {
          expect(newResourceId(other, collection)).not.toBe(place);
        }
      }),
      { seed: 7, numRuns: 3000 },
    );
  });
});

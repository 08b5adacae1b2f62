/** docs/schema.md has the whole schema, and its links lead somewhere. What it says is the SDL's; `npm run generate` keeps it so. */
import { expect, test } from '@jest/globals';
import { buildASTSchema, isInterfaceType, isIntrospectionType, isObjectType, isSpecifiedScalarType } from 'graphql';
import { schemaPage } from '../../scripts/schema-page.ts';
import { publicSdl } from '../../server/graphql/schema.ts';

const page = schemaPage();
const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title);
const anchors = headings.map((title) =>
  title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-'),
);

test('every heading has a place of its own, and every link one of them', () => {
  expect(anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index)).toEqual([]);
  const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.length).toBeGreaterThan(500);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});

test('every type and every field is on it', () => {
  const missing: string[] = [];
  for (const type of Object.values(buildASTSchema(publicSdl()).getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    const isRoot = ['Query', 'Mutation', 'Subscription'].includes(type.name);
    const [, below] = page.split(new RegExp(`^#{2,3} ${type.name}\n`, 'm'));
    if (below === undefined) missing.push(type.name);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const name of Object.keys(type.getFields())) {
      const isThere = isRoot ? headings.includes(`${type.name}.${name}`) : below?.includes(`| \`${name}\``);
      if (isThere !== true) missing.push(`${type.name}.${name}`);
    }
  }
  expect(missing).toEqual([]);
});

test('a row is one line, whatever a description holds', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  const wrong = rows.filter((row) => ![3, 4].includes(row.replaceAll('\\|', '').split('|').length - 1));
  expect(wrong).toEqual([]);
});

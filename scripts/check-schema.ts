/**
 * Checks the schema: its own rules, and that it still keeps what schema/baseline.graphql promised.
 *
 * A breaking change passes only where docs/schema-changes.md names it by its place, in backticks, with the reason.
 */
import { existsSync, readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildASTSchema, buildSchema, validateSchema } from 'graphql';
import { scopes } from '../domain/actor.ts';
import { brokenRules } from '../schema/rules.ts';
import { buildFederatedSchema, printPublicSchema, publicSdl } from '../server/graphql/schema.ts';

const schema = buildASTSchema(publicSdl());
const problems = [...validateSchema(schema).map(({ message }) => message), ...brokenRules(schema, scopes)];

const baseline = buildSchema(readFileSync('schema/baseline.graphql', 'utf8'));
const named = existsSync('docs/schema-changes.md') ? readFileSync('docs/schema-changes.md', 'utf8') : '';
const changes = await diff(baseline, schema);
for (const { criticality, message, path } of changes) {
  if (criticality.level !== CriticalityLevel.Breaking) continue;
  if (path !== undefined && named.includes(`\`${path}\``)) continue;
  problems.push(`${path ?? 'the schema'}: ${message} (breaking; name it in docs/schema-changes.md with its reason)`);
}

// Both must stand by themselves: what clients are handed, and what routers compose.
buildSchema(printPublicSchema(schema));
buildFederatedSchema({});

for (const problem of problems) console.error(problem);
const types = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__')).length;
console.log(`${types} types checked, ${changes.length} changes since the baseline, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Writes the files that are made from code and SDL: `.env.example`, docs/schema.md. `--check` writes nothing and fails where one has drifted. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { environmentExample } from '../server/environment.ts';
import { schemaPage } from './schema-page.ts';

const files: Readonly<Record<string, () => string>> = {
  '.env.example': environmentExample,
  'docs/schema.md': schemaPage,
};

const check = process.argv.includes('--check');
for (const [file, make] of Object.entries(files)) {
  const fresh = make();
  if (existsSync(file) && readFileSync(file, 'utf8') === fresh) continue;
  if (check) {
    console.error(`${file} is not what the code gives: run \`npm run generate\``);
    process.exitCode = 1;
  } else {
    writeFileSync(file, fresh);
    console.log(`${file} written`);
  }
}

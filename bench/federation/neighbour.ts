/** The remote subgraph, in a process of its own: what it spends is nobody's in the comparison. Prints its port. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, parse } from 'graphql';
import { employeesSdl } from './graphs.ts';

const schema = buildSubgraphSchema([
  {
    typeDefs: parse(employeesSdl),
    resolvers: {
      CalendarAccount: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        employee: ({ id }: { id: string }) => ({ number: id, name: `Employee ${id}`, team: 'Sales' }),
      },
    },
  },
]);
const parsed = new Map<string, DocumentNode>();
let calls = 0;
const server = createServer((request, response) => {
  if (request.url === '/calls') {
    response.end(String(calls));
    return;
  }
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', async () => {
    calls++;
    const { query, variables } = JSON.parse(Buffer.concat(parts).toString());
    const document = parsed.get(query) ?? parse(query);
    parsed.set(query, document);
    const result = await execute({ schema, document, variableValues: variables });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
  });
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));

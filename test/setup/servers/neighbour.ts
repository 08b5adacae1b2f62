/** A subgraph of somebody else's on a free port: answers GraphQL over HTTP and graphql-transport-ws, or whatever a test wants said. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, execute, parse, subscribe, validate } from 'graphql';
import { makeServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';

/** What it was asked. */
export interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
}

export interface NeighbourServer {
  readonly url: string;
  readonly asked: Asked[];
  /** Headers and greetings of its sockets. */
  readonly sockets: { readonly headers: IncomingHttpHeaders; readonly greeting: unknown }[];
  /** Sockets that are open. */
  open(): number;
  /** Says something else than GraphQL from now on; null: GraphQL again. */
  instead(answer: ((asked: Asked, response: ServerResponse) => void) | null): void;
  /** Replaces its schema. */
  becomes(sdl: string, resolvers: object): void;
  /** Cuts every socket at once. */
  cut(): void;
  stop(): Promise<void>;
}

/** Starts it. @param resolvers as @apollo/subgraph takes them; the context holds `headers` */
export async function startNeighbour(sdl: string, resolvers: object, port = 0): Promise<NeighbourServer> {
  const build = (text: string, map: object) =>
    buildSubgraphSchema([{ typeDefs: parse(text), resolvers: map as never }]);
  let schema = build(sdl, resolvers);
  let instead: ((asked: Asked, response: ServerResponse) => void) | null = null;
  const asked: Asked[] = [];
  const sockets: { headers: IncomingHttpHeaders; greeting: unknown }[] = [];

  const answer = async ({ query, variables, headers }: Asked): Promise<ExecutionResult> => {
    const document = parse(query);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    return execute({ schema, document, variableValues: variables, contextValue: { headers } });
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString() || '{}') as Partial<Asked>;
      const one: Asked = { query: body.query ?? '', variables: body.variables ?? {}, headers: request.headers };
      asked.push(one);
      if (instead !== null) return instead(one, response);
      answer(one).then(
        (result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
      return undefined;
    });
  });
  const webSockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
  const protocol = makeServer<Record<string, unknown>, { readonly headers: IncomingHttpHeaders }>({
    schema: () => schema,
    onConnect: ({ connectionParams, extra }) => {
      sockets.push({ headers: extra.headers, greeting: connectionParams });
      return true;
    },
    context: ({ extra }) => ({ headers: extra.headers }),
    execute: (args) => execute(args),
    subscribe: (args) => subscribe(args),
  });
  webSockets.on('connection', (socket, request) => {
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => new Promise((resolve) => socket.send(data, () => resolve())),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handler) => socket.on('message', (data) => void handler(String(data))),
      },
      { headers: request.headers },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    asked,
    sockets,
    open: () => webSockets.clients.size,
    instead(say) {
      instead = say;
    },
    becomes(text, map) {
      schema = build(text, map);
    },
    cut() {
      for (const socket of webSockets.clients) socket.terminate();
    },
    async stop() {
      for (const socket of webSockets.clients) socket.terminate();
      webSockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

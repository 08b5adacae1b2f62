/** The socket under all three clients: graphql-ws, told not to come back by itself. */
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Close } from './coming-back.ts';
import { authorization, socketUrl } from './graph.ts';

/** An idle subscription gets an empty batch at least every 30 s: whoever hears nothing for longer has a dead socket. In milliseconds. */
const longestSilence = 45_000;

const open = new Set<WebSocket>();
const clients = new Set<Client>();

/** Hangs up in order: what is subscribed is completed. */
export async function hangUp(): Promise<void> {
  for (const client of clients) await client.dispose();
}

/** Ends every socket of this process without a word, as a train does in a tunnel. */
export function cutSockets(): void {
  for (const socket of open) socket.terminate();
}

export interface SocketClient {
  readonly client: Client;
  /** Why the socket ended, once it has; a subscription that ends without an error has ended with its socket. */
  readonly closed: () => Promise<Close>;
}

export function socketClient(silentFor: number = longestSilence): SocketClient {
  let socket: WebSocket | null = null;
  let silence: NodeJS.Timeout | undefined;
  let closing = Promise.withResolvers<Close>();
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => socket?.terminate(), silentFor);
  };
  const client = createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    // Its own retry sends the first subscription's variables again, the old cursor among them.
    retryAttempts: 0,
    on: {
      connecting() {
        closing = Promise.withResolvers();
      },
      opened(opened) {
        socket = opened as WebSocket;
        open.add(socket);
        heard();
      },
      message: heard,
      closed(event) {
        clearTimeout(silence);
        if (socket !== null) open.delete(socket);
        closing.resolve(event as Close);
      },
    },
  });
  clients.add(client);
  return { client, closed: () => closing.promise };
}

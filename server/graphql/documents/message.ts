/** A message that asks for a document by its id alone, as graphql-ws will take it: its protocol knows documents by their text. */

/** The message with an empty text where it names a document by an id and says no text; any other as it came. */
export function withText(message: string): string {
  if (!message.includes('"documentId"') && !message.includes('"persistedQuery"')) return message;
  let parsed: { readonly type?: unknown; readonly payload?: unknown } | null;
  try {
    parsed = JSON.parse(message) as typeof parsed;
  } catch {
    // What is no JSON ends the socket, in graphql-ws's words.
    return message;
  }
  const payload = parsed?.payload;
  if (parsed?.type !== 'subscribe' || typeof payload !== 'object' || payload === null) return message;
  if ('query' in payload || Array.isArray(payload)) return message;
  return JSON.stringify({ ...parsed, payload: { ...payload, query: '' } });
}

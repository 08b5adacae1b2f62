/** What was opened, to be closed in the reverse order whatever happens. */
export type Closing = (() => Promise<void>)[];

/** Closes the last first, and empties the list. Never rejects. */
export async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).reverse()) {
    // One part that cannot be closed must not keep the database running.
    await close().catch((error: unknown) => console.error(`meridian: ${String(error)}`));
  }
}

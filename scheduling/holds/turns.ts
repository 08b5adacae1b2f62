/** Who wants the same account waits here for the call before, and not with a connection in its hand: others of the node need those. */

/**
 * Does `work` when nobody before it wants any of these accounts. All places are taken at once, so that none waits in a circle; that it
 * is nobody's turn on another node either, the database says.
 */
export type InTurn = <Answer>(accountIds: readonly string[], work: () => Promise<Answer>) => Promise<Answer>;

/** Of one node. */
export function turns(): InTurn {
  /** The last of those who wait for each account. */
  const last = new Map<string, Promise<void>>();
  return async (accountIds, work) => {
    const before = accountIds.flatMap((id) => last.get(id) ?? []);
    let done = () => {};
    const turn = new Promise<void>((resolve) => {
      done = resolve;
    });
    for (const id of accountIds) last.set(id, turn);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      for (const id of accountIds) if (last.get(id) === turn) last.delete(id);
      done();
    }
  };
}

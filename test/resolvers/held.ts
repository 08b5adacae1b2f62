/** Slots offered, held and given back through the graph. */
import type { UserError } from '../../domain/errors.ts';
import type { Loose, TestGraph } from '../setup/graph.ts';
import { all, instant } from './availability-world.ts';

export interface HoldAnswered {
  readonly hold: {
    readonly id: string;
    readonly status: string;
    readonly expiresAt: string;
    readonly slots: readonly {
      readonly start: string;
      readonly end: string;
      readonly accounts: readonly ({ readonly id: string } | null)[];
      readonly series?: {
        readonly recurrence: readonly string[];
        readonly timeZone: string;
        readonly occurrences: readonly { readonly start: string; readonly end: string }[];
        readonly truncated: boolean;
      } | null;
    }[];
  } | null;
  readonly userErrors: readonly UserError[];
}

export const holdFields = 'id status expiresAt slots { start end accounts { id } }';
const errors = 'userErrors { path code message }';

export function holding(graph: TestGraph) {
  const mutate = async (field: string, type: string, input: object, token?: string): Promise<Loose> => {
    const document = `mutation ($input: ${type}!) { ${field}(input: $input) { hold { ${holdFields} } ${errors} } }`;
    const answer = await graph.run(document, { input }, token);
    if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
    return answer.data[field];
  };
  return {
    /** The token of the slot that starts then; half an hour long. */
    async offered(people: readonly { readonly accountId: string }[], start: string, more: object = {}, token?: string) {
      const input = {
        ...all(people),
        requiredDuration: 'PT30M',
        startInterval: 'PT30M',
        search: { starts: [instant(start)] },
        ...more,
      };
      const query = 'query ($input: AvailabilityInput!) { availability(input: $input) { slots { token } } }';
      const { availability } = await graph.data(query, { input }, token);
      return (availability.slots[0]?.token ?? null) as string;
    },
    create: (input: object, token?: string): Promise<HoldAnswered> =>
      mutate('createHold', 'CreateHoldInput', input, token),
    hold: (slotToken: string, more: object = {}, token?: string): Promise<HoldAnswered> =>
      mutate('createHold', 'CreateHoldInput', { slots: [{ slotToken, ...more }] }, token),
    release: (holdId: string, token?: string): Promise<HoldAnswered> =>
      mutate('releaseHold', 'ReleaseHoldInput', { holdId }, token),
    /** @param fields of each result */
    confirm: async (
      input: object,
      fields = 'event { id } created operation { status }',
      token?: string,
    ): Promise<Loose> => {
      const document = `mutation ($input: ConfirmHoldInput!) { confirmHold(input: $input) {
        hold { ${holdFields} } results { ${fields} ${errors} } ${errors} } }`;
      const answer = await graph.run(document, { input }, token);
      if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
      return answer.data.confirmHold;
    },
    read: async (id: string, token?: string): Promise<HoldAnswered['hold']> =>
      (await graph.data(`query ($id: ID!) { hold(id: $id) { ${holdFields} } }`, { id }, token)).hold,
    /** As if its time were over. */
    expire: (id: string) =>
      graph.fresh.superuser(
        `with h as (update hold set expires_at = now() - interval '1 second' where id = $1 returning id)
         update hold_slot set expires_at = now() - interval '1 second' where hold_id = $1`,
        [id],
      ),
    rows: () => graph.fresh.superuser<{ hold_id: string }>('select hold_id from hold_slot order by during, account_id'),
  };
}

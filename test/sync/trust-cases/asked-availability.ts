/** Whether one person is free, asked through the graph: hours on the hour, with why not. */
import type { Loose, TestGraph } from '../../setup/graph.ts';

export interface HoursTold {
  /** `16T10` of each hour that is offered. */
  readonly free: readonly string[];
  /** `17T15 BUSY <event>` of each hour that is refused, for each reason. */
  readonly refused: readonly string[];
  readonly precision: string;
}

/** @param days from and to, each an instant without its minutes (`2026-11-16T10`): the hours between them are asked for. */
export async function askHours(
  graph: TestGraph,
  accountId: string,
  days: readonly (readonly [from: string, to: string])[],
  more: object = {},
): Promise<HoursTold> {
  const input = {
    participants: [{ members: [{ accountId }] }],
    requiredDuration: 'PT1H',
    startInterval: 'PT1H',
    format: 'SLOTS',
    search: { periods: days.map(([start, end]) => ({ start: `${start}:00:00Z`, end: `${end}:00:00Z` })) },
    maxResults: 100,
    ...more,
  };
  const { availability } = await graph.data(
    `query ($input: AvailabilityInput!) { availability(input: $input) {
      slots { start } members { precision } rejections(first: 100) { start reasons { kind event { id } } } } }`,
    { input },
  );
  const hour = (at: string) => at.slice(8, 13);
  return {
    free: availability.slots.map(({ start }: Loose) => hour(start)),
    refused: availability.rejections.flatMap(({ start, reasons }: Loose) =>
      reasons.map(({ kind, event }: Loose) => `${hour(start)} ${kind} ${event?.id ?? ''}`.trim()),
    ),
    precision: availability.members[0].precision,
  };
}

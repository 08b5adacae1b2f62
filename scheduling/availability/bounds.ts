/** How much one question may ask (docs/availability.md). Durations in seconds. */
const day = 86_400;

export const bounds = {
  duration: [60, day],
  /** Members of all groups together; an account in two groups counts twice. */
  members: 1_000,
  groups: 20,
  periods: 64,
  starts: 1_000,
  /** From the first instant that is looked at to the last. */
  span: 400 * day,
  intervals: [300, 600, 900, 1_200, 1_800, 3_600],
  results: 512,
  buffer: day,
  notice: 400 * day,
  trust: 400 * day,
  staleness: 400 * day,
  /** Members told of in the slots of one answer. */
  participants: 100_000,
  /** Causes told of in the rejections of one answer; those of the last start are all told. */
  causes: 10_000,
  excludedEvents: 500,
  calendars: 200,
  availablePeriods: 500,
  rules: 100,
  limits: 10,
  limit: 10_000,
  categories: 100,
  category: 200,
  weight: 1_000,
  /** How far back bookings count. */
  window: [60, 400 * day],
  seed: 200,
} as const;

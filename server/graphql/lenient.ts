/**
 * Some inputs answer what is wrong with a value among their `userErrors`, with its path and beside all that is wrong besides.
 * While such an input is coerced, the scalars put a RefusedValue in the place of a value that they would else throw at.
 */
import { type GraphQLInputType, getNamedType } from 'graphql';

/** Input types that nothing takes but mutations that look for such values: writes of events, and of stored availability. */
const answeringInputs = new Set([
  'UpsertEventInput',
  'UpdateEventInput',
  'BatchEventsInput',
  'BatchEventOperation',
  'EventTimeInput',
  'TimedInput',
  'LocationInput',
  'AttendeesInput',
  'InviteeInput',
  'UpsertAvailabilityRuleInput',
  'WeeklyPeriodInput',
  'UpsertAvailablePeriodInput',
]);

let lenient = false;

/** Whether a scalar that refuses a value is to leave it in its place. */
export function isLenient(): boolean {
  return lenient;
}

/** Whether values of this type answer for themselves. */
export function answersForItself(type: GraphQLInputType): boolean {
  return answeringInputs.has(getNamedType(type).name);
}

/** Coercion is synchronous; so is this. */
export function leniently<T>(work: () => T): T {
  const before = lenient;
  lenient = true;
  try {
    return work();
  } finally {
    lenient = before;
  }
}

/** Who gets how much of 1,000 requests under each policy, in 200 pools; and what a ranking costs. */
import { leastBooked } from '../domain/distribution/least-booked.ts';
import { randomOrder } from '../domain/distribution/random-order.ts';
import {
  drawScenario,
  type Outcome,
  type Policy,
  policies,
  simulate,
  spread,
  window,
} from './distribution/simulation.ts';
import { figure, report, spent, tiny } from './measure.ts';
import { seeded } from './oracles/random.ts';

const seeds = tiny ? 5 : 200;
const requests = tiny ? 300 : 1000;
const scenarios = Array.from({ length: seeds }, (_, seed) => drawScenario(seed + 1, requests));

interface Bars {
  readonly spread: number;
  readonly share: number;
}

for (const policy of policies) {
  const bars: Bars | null = policy === 'LEAST_BOOKED' ? { spread: 2, share: 1.5 } : null;
  const outcomes = scenarios.map((scenario) => simulate(scenario, policy));
  tell(policy, outcomes, bars);
}

function tell(policy: Policy, outcomes: readonly Outcome[], bars: Bars | null): void {
  const sum = (pick: (outcome: Outcome) => number) => outcomes.reduce((all, outcome) => all + pick(outcome), 0);
  const refused = (100 * sum((outcome) => outcome.refused)) / sum((outcome) => outcome.bookable);
  console.log(`  ${policy}: ${seeds} pools, ${requests} requests each`);
  const spreads = figure(outcomes.map((outcome, at) => spread(scenarios[at] as (typeof scenarios)[number], outcome)));
  report('spread of equal hosts, per 1,000, median', spreads.median);
  report('… p95', spreads.p95, bars ? `≤ ${bars.spread}` : '', !bars || spreads.p95 <= bars.spread);
  report('bookable requests refused, %', refused, bars ? '0' : '', !bars || refused === 0);
  for (const [who, pick] of [
    ['newcomer', (outcome: Outcome) => outcome.joinerShare],
    ['one who was away', (outcome: Outcome) => outcome.returnerShare],
  ] as const) {
    const { median, p95, low } = figure(outcomes.map(pick));
    report(`${who}, of the next 100 to an even share, median`, median);
    report('… p95', p95, bars ? `≤ ${bars.share}` : '', !bars || p95 <= bars.share);
    report('… least', low);
  }
}

const random = seeded(1);
for (const people of tiny ? [10] : [10, 100, 1000]) {
  const to = 1_780_272_000;
  const members = Array.from({ length: people }, (_, place) => ({
    place,
    id: `acc_${place}`,
    weight: random.pick([0.5, 1, 1, 1, 2]),
    bookings: random.whole(0, 60),
    lastAssigned: random.whole(0, 1e9),
    since: to - random.whole(0, 2 * window),
    away: random.chance(0.3) ? [to - 10 * 86_400, to - random.whole(1, 9) * 86_400] : [],
  }));
  const places = members.map(({ place }) => place);
  for (const [name, ranks] of [
    ['LEAST_BOOKED', () => leastBooked(members, [to - window, to])],
    ['RANDOM', () => randomOrder('seed', members)],
  ] as const) {
    const { cpu } = await spent(() => {
      const rank = ranks();
      for (let slot = 0; slot < 20; slot += 1) rank(places, to + slot * 1800);
    });
    report(`${name} of ${people}, for 20 slots, ms`, cpu);
  }
}

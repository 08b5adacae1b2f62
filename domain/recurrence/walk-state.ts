/** How far a walk along a series has come. */
import { MOST_STEPS, StepBudget } from './step-budget.ts';

export class WalkState {
  readonly budget = new StepBudget(MOST_STEPS);
  /** Candidates, also those that EXDATE or an exception took away. */
  generated = 0;
  /** Set when as many were generated as are allowed, and there was one more. */
  full = false;

  /** Whether it ended before the window did. */
  get exhausted(): boolean {
    return this.full || this.budget.exhausted;
  }
}

/** Tells those who remember what an application was answered when its access may have changed. */
import type { WakeUps } from './wake-up.ts';

/** Calls `changed` whenever it is found so, and when nobody looks any more; the answer stops it. */
export type OnAccessChange = (applicationId: string, changed: () => void) => () => void;

export interface AccessNews {
  readonly onChange: OnAccessChange;
  /** A read has found it before any look did: whoever remembers hears of it before what was read is told. */
  found(applicationId: string): void;
}

export function accessNews(wakeUps: Pick<WakeUps, 'observe'>): AccessNews {
  const listeners = new Map<string, Set<() => void>>();
  const tell = (applicationId: string) => {
    for (const changed of listeners.get(applicationId) ?? []) changed();
  };
  const tellAll = () => {
    for (const applicationId of listeners.keys()) tell(applicationId);
  };
  wakeUps.observe({
    looked(applications) {
      if (applications === null) tellAll();
      else for (const applicationId of applications) tell(applicationId);
    },
    unwatched: tellAll,
  });
  return {
    found: tell,
    onChange(applicationId, changed) {
      const others = listeners.get(applicationId) ?? new Set();
      listeners.set(applicationId, others.add(changed));
      return () => {
        others.delete(changed);
        if (others.size === 0 && listeners.get(applicationId) === others) listeners.delete(applicationId);
      };
    },
  };
}
